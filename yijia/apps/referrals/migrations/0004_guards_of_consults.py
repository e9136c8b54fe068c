"""Consultations and calls are seen by their parties; their steps stay as written."""

from django.db import migrations

from yijia.base.scope import append_only, parties_policy, through_policy


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_consults_and_calls")]
    operations = [
        parties_policy("referrals_consult"),
        parties_policy("referrals_emergencycall"),
        through_policy("referrals_consultevent", "consult_id", "referrals_consult"),
        through_policy("referrals_emergencyevent", "call_id", "referrals_emergencycall"),
        append_only("referrals_consultevent"),
        append_only("referrals_emergencyevent"),
    ]
