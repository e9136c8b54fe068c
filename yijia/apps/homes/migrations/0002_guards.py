"""A care home's rows are behind its wall; steps and doses stay as written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("homes", "0001_initial")]
    operations = [
        tenant_policy("homes_bed"),
        tenant_policy("homes_placement"),
        tenant_policy("homes_bedstay"),
        tenant_policy("homes_placementevent"),
        tenant_policy("homes_medicine"),
        tenant_policy("homes_dose"),
        tenant_policy("homes_gateentry"),
        append_only("homes_placementevent"),
        append_only("homes_dose"),
    ]
