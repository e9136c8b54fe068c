"""The database's own guards: each tenant sees its own rows; what is written once stays written."""

from django.db import migrations

from yijia.base.scope import tenant_policy


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("registry_department"),
        tenant_policy("registry_residentlink"),
        tenant_policy("registry_staff"),
        tenant_policy("registry_credential"),
        tenant_policy("registry_cover"),
        tenant_policy("registry_team"),
        tenant_policy("registry_teammember"),
        tenant_policy("registry_preference"),
    ]
