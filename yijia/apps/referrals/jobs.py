"""What happens to referrals by itself: deaths and admissions are heard."""

from datetime import datetime

from yijia.apps.referrals import actions
from yijia.base import outbox
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM


@outbox.on("residents.died")
def end_for_the_dead(event: OutboxEvent, at: datetime) -> None:
    """No bed is kept for somebody who died."""
    actions.end_for_the_dead(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


@outbox.on("residents.admitted")
def end_for_the_admitted(event: OutboxEvent, at: datetime) -> None:
    """A stay somewhere else ends what had not begun."""
    actions.end_for_the_admitted(
        resident_id=event.payload["resident_id"], hospital=event.payload["hospital"], by=SYSTEM, at=at
    )
