"""What happens to placements by itself: deaths, admissions and new addresses are heard; rounds are counted."""

from datetime import date, datetime

from procrastinate.contrib.django import app

from yijia.apps.homes import actions
from yijia.base import clock, outbox, scope
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM


@outbox.on("residents.died")
def end_for_the_dead(event: OutboxEvent, at: datetime) -> None:
    """No bed is kept for somebody who died."""
    died_on = date.fromisoformat(event.payload["died_on"])
    actions.end_for_the_dead(resident_id=event.payload["resident_id"], died_on=died_on, by=SYSTEM, at=at)


@outbox.on("residents.admitted")
def send_to_hospital(event: OutboxEvent, at: datetime) -> None:
    """Who lies in a hospital is away."""
    told = {"resident_id": event.payload["resident_id"], "hospital": event.payload["hospital"]}
    since = event.payload.get("admitted_at")  # news of before this was told has none
    actions.send_to_hospital(**told, since=datetime.fromisoformat(since) if since else at, by=SYSTEM, at=at)


@outbox.on("residents.moved")
def note_address(event: OutboxEvent, at: datetime) -> None:
    """A new address of somebody who lives in a home is shown to the home."""
    actions.note_address(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


@outbox.on("episodes.recorded")
def count_written_round(event: OutboxEvent, at: datetime) -> None:
    """A round that was just written counts at once."""
    actions.count_rounds(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


@outbox.on("orders.complete")
def count_visit(event: OutboxEvent, at: datetime) -> None:
    """So does a doctor's visit that has ended."""
    actions.count_rounds(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


@outbox.on("episodes.correct_record")
def uncount_what_was_taken_back(event: OutboxEvent, at: datetime) -> None:
    """A round whose record was taken back counts no more."""
    actions.uncount_rounds(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)
    actions.count_rounds(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


def count_rounds(at: datetime) -> int:
    """Put the rounds that were made on the agreements' accounts; how many are new."""
    with scope.whole_system():
        return len(actions.count_rounds(by=SYSTEM, at=at))


@app.periodic(cron="*/10 * * * *")
@app.task(queue="default", queueing_lock="homes.count_rounds", name="homes.count_rounds")
def count_rounds_every_ten_minutes(timestamp: int) -> None:
    """At the clock's now."""
    count_rounds(clock.now())
