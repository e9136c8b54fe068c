"""Episodes are behind the wall of their institution; steps and records stay as written; numbers come from a sequence."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from yijia.base.scope import append_only, tenant_policy


class Migration(migrations.Migration):
    dependencies = [("care", "0004_episodes")]
    operations = [
        tenant_policy("care_episode"),
        tenant_policy("care_episodeevent"),
        tenant_policy("care_episoderecord"),
        tenant_policy("care_duty"),
        tenant_policy("care_occupancy"),
        append_only("care_episodeevent"),
        append_only("care_episoderecord"),
        RunSQL("CREATE SEQUENCE care_episode_number", "DROP SEQUENCE care_episode_number"),
    ]
