"""What happens to orders by itself: counted when confirmed, moved on when both papers are signed, closed when nothing is left."""

from datetime import datetime

from procrastinate.contrib.django import app

from yijia.apps.care import actions, queries
from yijia.base import clock, outbox, scope
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM

CLOSED_AT_ONCE = 500


@outbox.on("orders.confirm")
def count_confirmed(event: OutboxEvent, at: datetime) -> None:
    """A confirmed visit counts as a contact."""
    actions.count_contact(order_id=event.payload["order_id"], by=SYSTEM, at=at)


@outbox.on("orders.clear")
def count_cleared(event: OutboxEvent, at: datetime) -> None:
    """So does one that a review cleared."""
    actions.count_contact(order_id=event.payload["order_id"], by=SYSTEM, at=at)


@outbox.on("agreements.signed")
def move_signed(event: OutboxEvent, at: datetime) -> None:
    """Papers signed one by one elsewhere move their order as if signed here."""
    for order_id in queries.both_signed_for_system(event.payload["agreement_id"]):
        actions.take_signed(order_id=order_id, by=SYSTEM, at=at)


@outbox.on("residents.died")
def cancel_for_the_dead(event: OutboxEvent, at: datetime) -> None:
    """Nobody is sent to a bereaved family."""
    for order_id in queries.cancellable_for_system(event.payload["resident_id"]):
        actions.cancel_order(order_id=order_id, reason=actions.DIED, by=SYSTEM, at=at)


def close_finished(at: datetime) -> int:
    """Close what has waited out its time; how many."""
    with scope.whole_system():
        due = queries.closable_for_system(at, most=CLOSED_AT_ONCE)
        for order_id in due:
            actions.close_order(order_id=order_id, by=SYSTEM, at=at)
    return len(due)


@app.periodic(cron="17 * * * *")
@app.task(queue="default", name="care.close_finished")
def close_finished_hourly(timestamp: int) -> None:
    """Each hour, at the clock's now."""
    close_finished(clock.now())
