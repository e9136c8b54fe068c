"""The database's own guards: each tenant sees its own rows; what is written once stays written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("visits_visit"),
        tenant_policy("visits_assignment"),
        tenant_policy("visits_offer"),
        tenant_policy("visits_fix"),
        tenant_policy("visits_record"),
        tenant_policy("visits_consumable"),
        tenant_policy("visits_visitfile"),
        tenant_policy("visits_evidencescore"),
        tenant_policy("visits_alarm"),
        tenant_policy("visits_alarmevent"),
        tenant_policy("visits_rating"),
        append_only("visits_fix"),
        append_only("visits_alarmevent"),
        append_only("visits_rating"),
    ]
