"""What money does when an order moves: price and settle what was confirmed, give back what ended early."""

from datetime import datetime
from typing import Any

from yijia.apps.money import actions
from yijia.apps.money.actions.cycles import LTCI
from yijia.base import outbox
from yijia.base.models import OutboxEvent
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import SYSTEM
from yijia.core.pricing.cancellation import Cause

_ABORTED_BY = {"refused": Cause.RESIDENT, "unfit_item": Cause.INSTITUTION}
"""On whose side a stop at the door lies; anything else is for safety, and everything goes back."""


@outbox.on("orders.confirm")
def price_confirmed(event: OutboxEvent, at: datetime) -> None:
    _price(event, at)


@outbox.on("orders.clear")
def price_cleared(event: OutboxEvent, at: datetime) -> None:
    _price(event, at)


@outbox.on("orders.cancel")
def end_cancelled(event: OutboxEvent, at: datetime) -> None:
    _end(event, Event.CANCEL, at)


@outbox.on("orders.reject")
def end_rejected(event: OutboxEvent, at: datetime) -> None:
    _end(event, Event.REJECT, at)


@outbox.on("orders.abort")
def end_aborted(event: OutboxEvent, at: datetime) -> None:
    _end(event, Event.ABORT, at)


@outbox.on("orders.no_show")
def end_nobody_home(event: OutboxEvent, at: datetime) -> None:
    _end(event, Event.NO_SHOW, at)


@outbox.on("orders.dismiss")
def end_dismissed(event: OutboxEvent, at: datetime) -> None:
    _end(event, Event.DISMISS, at)


@outbox.on("episodes.accounted")
def book_cycle(event: OutboxEvent, at: datetime) -> None:
    """The fees of a cycle that no order carries reach the ledger with the account, and change with it."""
    actions.post_cycle(record_id=event.payload["record_id"], by=SYSTEM, at=at)


@outbox.on("benefits.booked")
def rebook_cycles(event: OutboxEvent, at: datetime) -> None:
    """Whom the insurance pays decides what a cycle books of it, also when that is settled later."""
    if event.payload["scheme"] == LTCI:
        actions.rebook_cycles(resident_id=event.payload["resident_id"], by=SYSTEM, at=at)


@outbox.on("rehab.month_settled")
def book_rehab_month(event: OutboxEvent, at: datetime) -> None:
    """A settled month of rehabilitation reaches the ledger."""
    actions.post_rehab_month(settlement_id=event.payload["settlement_id"], by=SYSTEM, at=at)


@outbox.on("rehab.month_taken_back")
def take_back_rehab_month(event: OutboxEvent, at: datetime) -> None:
    """One that was taken back is mirrored in red."""
    actions.post_rehab_month(settlement_id=event.payload["settlement_id"], by=SYSTEM, at=at)


def _price(event: OutboxEvent, at: datetime) -> None:
    """Weak evidence may have moved the order on to review meanwhile; then the review's end asks again."""
    actions.price_if_confirmed(order_id=event.payload["order_id"], by=SYSTEM, at=at)


def _end(event: OutboxEvent, how: Event, at: datetime) -> None:
    payload = event.payload
    actions.end_order(
        order_id=payload["order_id"],
        event=how,
        from_state=State(payload["from_state"]),
        cause=_cause(how, payload),
        by=SYSTEM,
        at=at,
    )


def _cause(how: Event, payload: dict[str, Any]) -> Cause:
    """On whose side the order ended: as the news says, else by its kind; in doubt, in the resident's favour."""
    said = payload.get("cause")
    if said in set(Cause):
        return Cause(said)
    match how:
        case Event.NO_SHOW:
            return Cause.RESIDENT
        case Event.ABORT:
            return _ABORTED_BY.get(str(payload.get("reason_code") or payload.get("reason") or ""), Cause.SAFETY)
        case _:
            return Cause.INSTITUTION
