"""The database's own guards: each tenant sees its own rows; what is written once stays written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("care_order"),
        tenant_policy("care_orderitem"),
        tenant_policy("care_orderevent"),
        tenant_policy("care_assessment"),
        tenant_policy("care_homerisk"),
        tenant_policy("care_handover"),
        tenant_policy("care_contact"),
        append_only("care_orderevent"),
        append_only("care_assessment"),
    ]
