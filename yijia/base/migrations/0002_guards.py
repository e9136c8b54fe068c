"""The functions row-level policies call, and the tables nobody may rewrite."""

from django.db import migrations

from yijia.base.scope import append_only, scope_functions


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [
        scope_functions(),
        append_only("base_auditentry"),
        append_only("base_outboxevent"),
    ]
