"""A referral is seen by the institutions named in it, what hangs on it with it; steps and documents stay as written."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from yijia.base.scope import append_only, parties_policy, through_policy


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial")]
    operations = [
        parties_policy("referrals_referral"),
        through_policy("referrals_referralanswer", "referral_id", "referrals_referral"),
        through_policy("referrals_referralevent", "referral_id", "referrals_referral"),
        through_policy("referrals_document", "referral_id", "referrals_referral"),
        append_only("referrals_referralevent"),
        append_only("referrals_document"),
        RunSQL("CREATE SEQUENCE referrals_number", "DROP SEQUENCE referrals_number"),
    ]
