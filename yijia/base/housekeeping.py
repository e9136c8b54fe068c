"""What may be forgotten, and when: idempotent answers after a day, sessions when they end, lock-outs after a while."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from yijia.base.middleware import KEPT
from yijia.base.models import IdempotentAnswer

LOCKOUTS_KEPT = timedelta(days=1)


def forget(at: datetime) -> dict[str, int]:
    """Delete what is past its time; how many of each. Expired tokens stay, dead, for the auditor."""
    return {
        "idempotent_answers": IdempotentAnswer.objects.filter(at__lte=at - KEPT).delete()[0],
        "sessions": Session.objects.filter(expire_date__lte=at).delete()[0],
        "lockouts": AccessAttempt.objects.filter(attempt_time__lte=at - LOCKOUTS_KEPT).delete()[0],
    }
