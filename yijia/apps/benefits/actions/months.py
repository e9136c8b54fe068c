"""The payment orders of an approved entitlement: one a month, held where something must be confirmed, undone where nothing was owed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from yijia.apps.benefits import queries
from yijia.apps.benefits.actions import moving
from yijia.apps.benefits.models import DIFFERS, Entitlement, PaymentOrder
from yijia.core.benefits import Because, Due, Month, Verdict
from yijia.core.benefits.lifecycle import Event, OrderEvent, OrderState, stop_of
from yijia.core.permissions import SYSTEM, Actor

_GONE = (OrderState.STOPPED, OrderState.RECOVERING, OrderState.RECOVERED)


@dataclass(frozen=True, slots=True)
class Seen:
    """A person as a review sees them: the row, the standing facts, and which schemes take nothing from others."""

    person: Any
    standing: Sequence[Any]
    today: date
    aside: frozenset[str] = field(default_factory=frozenset)

    def due(self, code: str, office: str, month: Month) -> Due | None:
        """What a scheme owes for a month, by what is known today and the editions in force on the month's first day."""
        day = min(month.last, self.today) if month <= Month.of(self.today) else month.first
        facts = queries.facts_of(self.person, self.standing, day, office=office)
        found = queries.offer(facts.get("hukou"), self.person.jurisdiction, month.first)
        return queries.due_in(facts, found, code, month, self.aside)


def for_platform(by: Actor) -> Actor:
    """What follows by rule from a person's word is the platform's doing; the entry still names the person."""
    return replace(SYSTEM, user_id=by.user_id, language=by.language)


def since(seen: Seen, code: str, office: str, on: date) -> Month | None:
    """The first month owed: searched back as far as policy allows, else forward a little; None when there is none.

    What an earlier entitlement to the same scheme of the same office covered is not gone over again.

    Source      term:benefit_lookback; BENEFIT-09 in docs/rules/benefits.md
    """
    now, most = Month.of(on), queries.lookback_months(on)
    covered = queries.covered_until(seen.person.pk, code, office)
    least = max(now.plus(-most), Month.of(covered)) if covered else now.plus(-most)
    start = next((now.plus(n) for n in range(3) if _owes(seen.due(code, office, now.plus(n)))), None)
    if start is None:
        return None
    while start > least and _owes(seen.due(code, office, start.plus(-1))):
        start = start.plus(-1)
    return start


def pay(row: Entitlement, seen: Seen, *, by: Actor, at: datetime) -> list[PaymentOrder]:
    """Bring the orders of a locked, approved entitlement into line with what each month owes; again, and nothing changes.

    Makes what is missing, holds what must be confirmed first, stops or asks back what nobody owes, and stops the
    entitlement itself when the present month owes nothing.
    """
    changed = []
    all_orders = list(PaymentOrder.objects.select_for_update(of=("self",)).filter(entitlement=row))
    orders = {Month.of(order.month): order for order in all_orders if order.serial == 0}
    taken = {Month.of(day) for day in queries.paid_elsewhere_months(row)}
    ended: tuple[Month, Due | None] | None = None
    for month in _months(row, seen):
        due = seen.due(row.scheme, row.office, month)
        if _owes(due):
            ended = None
        elif ended is None:
            ended = (month, due)
        if month > Month.of(seen.today):
            continue
        order = orders.get(month)
        if order is not None:
            made = _mend(order, due, all_orders, by, at)
        else:  # a month that another office has paid is not paid again
            made = _make(row, month, due, by, at) if _owes(due) and month not in taken else None
        changed += [made] if made else []
    if ended is not None and row.state == "approved":
        reason = str(_because(ended[1]))
        moving.move(
            row,
            Event.STOP,
            by=by,
            at=at,
            noted={"because": reason, "until": str(ended[0])},
            until_on=ended[0].first,
            reason=reason,
        )
    return changed


def undo(orders: Sequence[PaymentOrder], reason: str, *, by: Actor, at: datetime) -> list[PaymentOrder]:
    """Stop or ask back these orders of a locked entitlement, each month with what was added to it."""
    ended = {order.pk for order in orders if order.serial == 0}
    changed = [end(order, reason, by=by, at=at) for order in orders if order.corrects_id not in ended]
    return [order for order in changed if order is not None]


def end(
    order: PaymentOrder, reason: str, *, by: Actor, at: datetime, noted: Mapping[str, Any] | None = None
) -> PaymentOrder | None:
    """Stop an order, or ask back what of it has not been asked back yet; what was added to its month goes with it.

    Source      BENEFIT-17 in docs/rules/benefits.md
    """
    event = stop_of(OrderState(order.state))
    if event is None:
        return None
    asked, facts = 0, dict(noted or {"because": reason})
    for more in (
        PaymentOrder.objects.select_for_update(of=("self",)).filter(corrects=order).select_related("entitlement")
    ):
        if (more.difference_fen or 0) < 0:
            asked += more.amount_fen or 0
        elif (stop := stop_of(OrderState(more.state))) is not None:
            moving.move_order(more, stop, by=by, at=at, noted=facts, reason=reason)
    left = (order.amount_fen or 0) - asked
    if event is OrderEvent.CLAW_BACK and asked:
        if left <= 0:  # all of it is asked back already
            return None
        facts |= {"before_fen": order.amount_fen}
        return moving.move_order(order, event, by=by, at=at, noted=facts, reason=reason, amount_fen=left)
    return moving.move_order(order, event, by=by, at=at, noted=facts, reason=reason)


def net_fen(order: PaymentOrder, differences: Sequence[PaymentOrder]) -> int:
    """What a month comes to with every difference that stands."""
    standing = [
        more.difference_fen or 0
        for more in differences
        if more.corrects_id == order.pk and ((more.difference_fen or 0) < 0 or OrderState(more.state) not in _GONE)
    ]
    return (order.amount_fen or 0) + sum(standing)


def _months(row: Entitlement, seen: Seen) -> Iterator[Month]:
    """From the first month owed to the present one, and the next where a death or a move is known to end it."""
    month, last = Month.of(row.since_on), Month.of(seen.today)
    facts = queries.facts_of(seen.person, seen.standing, seen.today, office=row.office)
    if facts.get("died_on") or facts.get("moved_on"):
        last = last.plus(1)
    while month <= last:
        yield month
        month = month.plus(1)


def _owes(due: Due | None) -> bool:
    return due is not None and due.entitlement.qualifies


def _because(due: Due | None) -> str:
    return Because.NOT_MET.value if due is None else due.entitlement.because.value


def _make(row: Entitlement, month: Month, due: Due | None, by: Actor, at: datetime) -> PaymentOrder | None:
    """A month's order; None where the unit's period does not end now, or the scheme pays towards a bill."""
    assert due is not None
    scheme, held_for = due.entitlement.scheme, open_confirmations(due)
    if scheme.is_cap or scheme.in_kind or due.due_fen == 0:
        return None
    value = scheme.value
    is_held = due.due_fen is None or bool(held_for)
    order = PaymentOrder(
        entitlement=row, resident_id=row.resident_id, scheme=row.scheme, office=row.office, jurisdiction=scheme.jurisdiction, month=month.first,
        amount_fen=due.due_fen, state=OrderState.HELD if is_held else OrderState.READY, state_at=at, held_for=held_for,
        policy_key=scheme.key, edition=value.edition, clause=value.clause or "", sources=list(value.sources),
        evidence=value.evidence.value, reason=due.entitlement.because.value if is_held else "",
    )  # fmt: skip
    if not is_held:
        order.voucher = None
        _insert_ready(order, by, at)
    else:
        order.save()
    moving.note_order(order, "make", "", by, at)
    return order


def _insert_ready(order: PaymentOrder, by: Actor, at: datetime) -> None:
    """Held first, because the entry names the order, then booked: both in this transaction."""
    order.state = OrderState.HELD.value
    order.save()
    moving.book_approval(order, by, at)
    order.state = OrderState.READY.value
    order.save()


def _mend(
    order: PaymentOrder, due: Due | None, beside: Sequence[PaymentOrder], by: Actor, at: datetime
) -> PaymentOrder | None:
    """An order that stands, seen again: what is owed now decides while the money is in the house; after that it is asked back."""
    state = OrderState(order.state)
    if state in _GONE:
        return None
    if not _owes(due):
        return end(order, _because(due), by=by, at=at)
    assert due is not None
    if state in (OrderState.EXPORTED, OrderState.PAID):
        return _compare(order, due, net_fen(order, beside), by, at)
    held_for = open_confirmations(due)
    if state is OrderState.READY and (held_for or due.due_fen != order.amount_fen):
        noted = {"because": due.entitlement.because.value, "before_fen": order.amount_fen}
        moving.move_order(
            order, OrderEvent.HOLD, by=by, at=at, noted=noted, held_for=held_for, reason=due.entitlement.because.value
        )
        if held_for or not due.due_fen:
            return order
        facts = {"is_confirmed": True, "is_entitled": True}
        return moving.move_order(order, OrderEvent.RELEASE, by=by, at=at, facts=facts, **priced(due))
    if state is OrderState.HELD and (held_for != order.held_for or due.due_fen != order.amount_fen):
        for name, value in (priced(due) | {"held_for": held_for}).items():
            setattr(order, name, value)
        order.save()
        return order
    return None


def _compare(order: PaymentOrder, due: Due, net: int, by: Actor, at: datetime) -> PaymentOrder | None:
    """What is out of the house stays as it was paid; that another amount is owed by now is named, once, for a clerk to settle.

    Source      BENEFIT-17 in docs/rules/benefits.md
    """
    if due.due_fen == net and order.reason.startswith(DIFFERS):
        order.reason = ""
        order.save(update_fields=["reason"])
    if due.due_fen is None or due.due_fen == net or order.reason == f"{DIFFERS}:{due.due_fen}":
        return None
    order.reason = f"{DIFFERS}:{due.due_fen}"
    order.save(update_fields=["reason"])
    noted = {"because": DIFFERS, "due_fen": due.due_fen, "edition": due.entitlement.scheme.value.edition}
    moving.note_order(order, "differs", order.state, by, at, noted)
    return order


def priced(due: Due) -> dict[str, Any]:
    """An order's amount and what it rests on, as they stand."""
    value = due.entitlement.scheme.value
    return {
        "amount_fen": due.due_fen, "edition": value.edition, "clause": value.clause or "", "sources": list(value.sources),
        "evidence": value.evidence.value,
    }  # fmt: skip


def open_confirmations(due: Due) -> list[dict[str, Any]]:
    """What must still be confirmed before this may be paid, by what somebody stands for already.

    Source      BENEFIT-05 in docs/rules/benefits.md
    """
    wanted = due.entitlement.needs_confirmation
    if not wanted and due.entitlement.verdict is not Verdict.HELD:
        return []
    stood_for = queries.confirmed_for_system(c.key for c in wanted)
    edition = due.entitlement.scheme.value.edition
    return [
        {
            "key": c.key, "jurisdiction": c.jurisdiction, "part": c.part, "edition": edition, "evidence": c.evidence.value,
            "demanded": c.demanded.value, "sources": list(c.sources), "note": c.note or "",
        }
        for c in wanted
        if (c.key, c.jurisdiction, c.part, edition) not in stood_for
    ]  # fmt: skip
