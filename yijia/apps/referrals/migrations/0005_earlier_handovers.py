"""Episodes that were begun by a referral before records went along: they read what the person comes with from now on."""

from django.db import migrations

_MARK = """
UPDATE care_episode SET setting = 'home' FROM referrals_referral r
WHERE r.back_episode_id = care_episode.id AND r.episode_id IS NOT NULL AND r.episode_id <> care_episode.id AND care_episode.setting = ''
"""


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0004_guards_of_consults"),
        ("care", "0006_packages_weeks_and_transfers"),
    ]
    operations = [migrations.RunSQL(_MARK, migrations.RunSQL.noop)]
