"""What a placement holds is seen by its institution; what was evaluated, signed, taught and settled stays as written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("rehab", "0001_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("rehab_placement"),
        tenant_policy("rehab_monthlyevaluation"),
        tenant_policy("rehab_evaluationsignature"),
        tenant_policy("rehab_parenttraining"),
        tenant_policy("rehab_monthsettlement"),
        append_only("rehab_monthlyevaluation"),
        append_only("rehab_evaluationsignature"),
        append_only("rehab_parenttraining"),
        append_only("rehab_monthsettlement"),
    ]
