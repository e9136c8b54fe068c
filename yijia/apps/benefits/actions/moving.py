"""The one place that moves an entitlement or a payment order: reads the table, writes the event, books the money."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from yijia.apps.benefits.models import BenefitEvent, Entitlement, PaymentOrder
from yijia.apps.money.actions import posting
from yijia.apps.money.actions.cycles import LTCI
from yijia.apps.registry.models import Resident
from yijia.base import outbox
from yijia.base.errors import Forbidden, NotFound, refuse_if
from yijia.core.benefits.lifecycle import ORDERS, TABLE, Event, OrderEvent, OrderState, State
from yijia.core.permissions import Actor, Permission, in_scope
from yijia.core.pricing import ledger
from yijia.core.refusal import Refusal


def lock_resident(resident_id: int) -> Resident:
    """The resident, locked until the transaction ends: the benefits of one person move in single file.

    Raises      NotFound
    """
    found = Resident.objects.select_for_update(of=("self",)).select_related("household").filter(pk=resident_id).first()
    if found is None:
        raise NotFound
    return found


def lock_residents(resident_ids: Sequence[int]) -> list[Resident]:
    """Several residents, locked in ascending order until the transaction ends.

    Raises      NotFound: one of them is not there
    """
    rows = Resident.objects.select_for_update(of=("self",)).select_related("household")
    found = list(rows.filter(pk__in=resident_ids).order_by("pk"))
    if len(found) < len(set(resident_ids)):
        raise NotFound
    return found


def locked(entitlement_id: int, by: Actor) -> Entitlement:
    """An entitlement in the actor's sight, behind its resident's lock.

    Raises      NotFound
    """
    seen = Entitlement.objects.filter(pk=entitlement_id).values("resident_id", "office").first()
    if seen is None or not in_scope(by, resident_id=seen["resident_id"], jurisdiction=seen["office"]):
        raise NotFound
    lock_resident(seen["resident_id"])
    return Entitlement.objects.select_for_update(of=("self",)).select_related("resident").get(pk=entitlement_id)


def locked_order(order_id: int, by: Actor) -> PaymentOrder:
    """A payment order in the actor's sight, behind its resident's lock.

    Raises      NotFound
    """
    seen = PaymentOrder.objects.filter(pk=order_id).values("resident_id", "office").first()
    if seen is None or not in_scope(by, resident_id=seen["resident_id"], jurisdiction=seen["office"]):
        raise NotFound
    lock_resident(seen["resident_id"])
    return PaymentOrder.objects.select_for_update(of=("self",)).select_related("entitlement").get(pk=order_id)


def move(
    row: Entitlement, event: Event, *, by: Actor, at: datetime, facts: Mapping[str, bool | None] | None = None,
    noted: Mapping[str, Any] | None = None, **changes: Any,
) -> Entitlement:  # fmt: skip
    """Apply one event to a locked entitlement.

    facts       what the move needs to be true
    noted       what its history keeps: codes, dates, never an identifier
    changes     columns that change with the state

    Raises      Forbidden; Refused: the table's codes
    """
    before = row.state
    outcome = TABLE.attempt(State(before), event, by, facts)
    _right(outcome)
    target = refuse_if(outcome)
    for name, value in changes.items():
        setattr(row, name, value)
    row.state, row.state_at, row.version = target.value, at, row.version + 1
    row.save()
    BenefitEvent.objects.create(
        entitlement=row, event=event.value, from_state=before, to_state=target.value, facts=dict(noted or {}), at=at, by_id=by.user_id
    )  # fmt: skip
    outbox.publish(
        f"benefits.{event.value}",
        {"entitlement_id": row.pk, "resident_id": row.resident_id, "scheme": row.scheme, "from_state": before},
        at=at,
    )
    return row


def move_order(
    order: PaymentOrder, event: OrderEvent, *, by: Actor, at: datetime, facts: Mapping[str, bool | None] | None = None,
    noted: Mapping[str, Any] | None = None, **changes: Any,
) -> PaymentOrder:  # fmt: skip
    """Apply one event to a locked order and book what it means.

    Raises      Forbidden; Refused: the table's codes
    """
    before = OrderState(order.state)
    outcome = ORDERS.attempt(before, event, by, facts)
    _right(outcome)
    target = refuse_if(outcome)
    for name, value in changes.items():
        setattr(order, name, value)
    _book(order, before, target, event, by, at)
    order.state, order.state_at = target.value, at
    order.save()
    note_order(order, event.value, before.value, by, at, noted)
    return order


def note_order(
    order: PaymentOrder, event: str, before: str, by: Actor, at: datetime, noted: Mapping[str, Any] | None = None
) -> None:
    """Write a step of an order into the history of its entitlement."""
    facts = {"month": f"{order.month:%Y-%m}", "amount_fen": order.amount_fen, **dict(noted or {})}
    BenefitEvent.objects.create(
        entitlement_id=order.entitlement_id, order=order, event=event, from_state=before, to_state=order.state, facts=facts, at=at, by_id=by.user_id
    )  # fmt: skip


def book_approval(order: PaymentOrder, by: Actor, at: datetime) -> None:
    """The authority bears the month, the resident is owed it.

    Source      PRICE-17 in docs/rules/pricing.md
    """
    entry = ledger.post_benefit(order.amount_fen or 0, payer=_payer(order), resident=_resident(order))
    order.voucher = posting.post_authority(
        entry, key=_key(order, "approve", at), jurisdiction=order.office, by=by, at=at
    )
    _tell_books(order, at)


def book_asked_back(order: PaymentOrder, by: Actor, at: datetime) -> None:
    """A difference that was paid too much: the cost is taken back in red, and the resident owes it.

    Source      PRICE-17 in docs/rules/pricing.md
    """
    entry = ledger.post_claw_back(order.amount_fen or 0, payer=_payer(order), resident=_resident(order))
    order.voucher = posting.post_authority(
        entry, key=_key(order, "claw_back", at), jurisdiction=order.office, by=by, at=at
    )


def _book(
    order: PaymentOrder, before: OrderState, after: OrderState, event: OrderEvent, by: Actor, at: datetime
) -> None:
    amount, who = order.amount_fen or 0, _resident(order)
    asked = {"jurisdiction": order.office, "by": by, "at": at}
    if after is OrderState.READY and event is not OrderEvent.BOUNCE:
        book_approval(order, by, at)
    elif before is OrderState.READY and after in (OrderState.HELD, OrderState.STOPPED):
        approved = ledger.post_benefit(amount, payer=_payer(order), resident=who)
        if approved is not None:
            posting.post_authority(
                ledger.reverse(approved), key=_key(order, event.value, at), reverses=order.voucher, note=order.reason[:200], **asked
            )  # fmt: skip
        order.voucher = None
        _tell_books(order, at)
    elif event is OrderEvent.SETTLE:
        paid = ledger.post_benefit_payout(amount, treasury=_treasury(order), resident=who)
        posting.post_authority(paid, key=_key(order, "settle", at), **asked)
    elif event is OrderEvent.CLAW_BACK:
        if before is OrderState.EXPORTED:  # the bank has it: booked as paid, then asked back
            paid = ledger.post_benefit_payout(amount, treasury=_treasury(order), resident=who)
            posting.post_authority(paid, key=_key(order, "settle", at), **asked)
        asked_back = ledger.post_claw_back(amount, payer=_payer(order), resident=who)
        posting.post_authority(asked_back, key=_key(order, "claw_back", at), note=order.reason[:200], **asked)
        _tell_books(order, at)
    elif event is OrderEvent.RECOVER:
        back = ledger.post_recovery(amount, treasury=_treasury(order), resident=who)
        posting.post_authority(back, key=_key(order, "recover", at), **asked)


def _tell_books(order: PaymentOrder, at: datetime) -> None:
    """Institutions' books hear of the one scheme that they book of as well: it is never paid twice.

    Source      PRICE-22 in docs/rules/pricing.md
    """
    if order.scheme == LTCI:
        outbox.publish("benefits.booked", {"resident_id": order.resident_id, "scheme": order.scheme}, at=at)


def _right(outcome: object) -> None:
    """A missing right is a 403 that names the right, not a refusal."""
    if isinstance(outcome, Refusal) and outcome.code == "permission.missing":
        raise Forbidden(Permission(outcome.facts["permission"]))


def _key(order: PaymentOrder, what: str, at: datetime) -> str:
    return f"{what}:payment_order:{order.pk}:{at:%Y%m%d%H%M%S%f}"


def _payer(order: PaymentOrder) -> str:
    return f"payer:{order.jurisdiction}"


def _treasury(order: PaymentOrder) -> str:
    return f"treasury:{order.office}"


def _resident(order: PaymentOrder) -> str:
    return f"resident:{order.resident_id}"
