"""The database's own guards: each tenant sees its own rows; what is written once stays written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("supervision_complaint"),
        tenant_policy("supervision_complaintevent"),
        tenant_policy("supervision_evidencereview"),
        append_only("supervision_complaintevent"),
    ]
