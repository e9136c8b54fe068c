"""What happens to referrals by itself: deaths and admissions are heard."""

from datetime import datetime

from procrastinate.contrib.django import app

from yijia.apps.referrals import actions
from yijia.base import clock, outbox, scope
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM


@outbox.on("residents.died")
def end_for_the_dead(event: OutboxEvent, at: datetime) -> None:
    """No bed is kept for somebody who died."""
    actions.end_for_the_dead(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)
    actions.end_consults_for_the_dead(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


@outbox.on("residents.admitted")
def end_for_the_admitted(event: OutboxEvent, at: datetime) -> None:
    """A stay somewhere else ends what had not begun."""
    actions.end_for_the_admitted(
        resident_id=event.payload["resident_id"], hospital=event.payload["hospital"], by=SYSTEM, at=at
    )


def close_lapsed(at: datetime) -> int:
    """Consultations whose time is over; how many."""
    with scope.whole_system():
        return len(actions.lapse_consults(by=SYSTEM, at=at))


@app.periodic(cron="*/5 * * * *")
@app.task(queue="default", name="referrals.close_lapsed")
def close_lapsed_every_five_minutes(timestamp: int) -> None:
    """At the clock's now; reading stops by itself at the minute, this only writes it down."""
    close_lapsed(clock.now())
