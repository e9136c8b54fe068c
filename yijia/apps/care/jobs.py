"""What happens to orders and episodes by itself: counted when confirmed, moved on when signed, swept each night."""

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
def end_for_the_dead(event: OutboxEvent, at: datetime) -> None:
    """Whatever runs for somebody who died ends; its records and accounts stay to be finished."""
    actions.end_for(resident_id=event.payload["resident_id"], reason=actions.DIED, by=SYSTEM, at=at)


@outbox.on("residents.moved")
def follow_the_moved(event: OutboxEvent, at: datetime) -> None:
    """What runs goes to the new home with the person, or ends where it cannot reach it."""
    actions.move_for(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


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


def compute_due(at: datetime) -> int:
    """Cycles that are over, ages that are reached, then every due list; how many episodes were looked at."""
    looked_at = 0
    with scope.whole_system():
        actions.sweep_episodes(by=SYSTEM, at=at)
        after = 0
        while ids := actions.refresh_due(after=after, by=SYSTEM, at=at):
            looked_at, after = looked_at + len(ids), ids[-1]
    return looked_at


@app.periodic(cron="20 17 * * *")  # 01:20 in Shanghai
@app.task(queue="default", name="care.compute_due")
def compute_due_nightly(timestamp: int) -> None:
    """Each night, at the clock's now."""
    compute_due(clock.now())
