"""What the clock does to visits: alarms every few seconds, offers and confirmations every minute; and what news does."""

from datetime import datetime

from procrastinate.contrib.django import app

from yijia.apps.visits import actions
from yijia.base import clock, outbox, scope
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM


def watch(at: datetime) -> int:
    """Look after the nurses who are out; how many alarms were raised or went a step higher."""
    with scope.whole_system():
        return len(actions.sweep_dead_man(by=SYSTEM, at=at))


def tidy(at: datetime) -> tuple[int, int]:
    """Close offers nobody answered and visits nobody confirmed; how many of each."""
    with scope.whole_system():
        return len(actions.expire_offers(by=SYSTEM, at=at)), len(actions.auto_confirm(by=SYSTEM, at=at))


@app.periodic(cron="* * * * * */5")  # every five seconds, on a queue of its own
@app.task(queue="alarms", queueing_lock="visits.watch", name="visits.watch")
def watch_now(timestamp: int) -> None:
    watch(clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="default", queueing_lock="visits.tidy", name="visits.tidy")
def tidy_now(timestamp: int) -> None:
    tidy(clock.now())


@outbox.on("orders.confirm")
def hand_confirmed(event: OutboxEvent, at: datetime) -> None:
    """A confirmed visit's record is the record of the programmes it serves, entered once."""
    actions.hand_on(order_id=event.payload["order_id"], by=SYSTEM, at=at)


@outbox.on("orders.clear")
def hand_cleared(event: OutboxEvent, at: datetime) -> None:
    """So is one that a review cleared."""
    actions.hand_on(order_id=event.payload["order_id"], by=SYSTEM, at=at)


@outbox.on("orders.cancel")
def free(event: OutboxEvent, at: datetime) -> None:
    """A cancelled order needs nobody."""
    actions.free_visit(order_id=event.payload["order_id"], by=SYSTEM, at=at)
