"""The database's own guards: each tenant sees its own rows; what is written once stays written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("agreements_agreement"),
        tenant_policy("agreements_signature"),
        append_only("agreements_signature"),
    ]
