"""The database's own guards: each tenant sees its own rows; what is written once stays written."""

from django.db import migrations

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("base", "0002_guards")]
    operations = [
        tenant_policy("catalogue_offereditem"),
        tenant_policy("catalogue_filing"),
        tenant_policy("catalogue_filingevent"),
        tenant_policy("catalogue_servicearea"),
        append_only("catalogue_filingevent"),
    ]
