"""From a confirmed visit to a settled order: price it by policy and filings, settle it when it is paid."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yijia.apps.care import actions as care_actions
from yijia.apps.care import queries as care
from yijia.apps.care.models import Order
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.money import queries, words
from yijia.apps.money.actions import posting, returns
from yijia.apps.money.models import Charge, ChargeLine, Hold, Settlement
from yijia.apps.registry.models import Household, Resident
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound, refuse_if
from yijia.core.orders.lifecycle import TABLE, Event, State
from yijia.core.permissions import SYSTEM, Actor, Permission, may
from yijia.core.pricing import ledger
from yijia.core.pricing.facts import Breakdown, Line, Payer, Reason
from yijia.core.refusal import Refusal


@action("money.price_order")
def price_order(*, order_id: int, by: Actor, at: datetime) -> Charge | Hold:
    """The bill of a confirmed visit, booked; or a hold that names what must be confirmed first, and no money moves.

    What was prepaid is used, too much is set aside to be given back, and an order that is paid in full is settled.
    Asked again, it gives the bill that is there.

    Raises      NotFound; Forbidden; Refused: orders.under_review, orders.not_confirmed, orders.aborted, orders.wrong_status
    Source      PRICE-04 … PRICE-10, PRICE-13 in docs/rules/pricing.md
    """
    care.get_order(by, order_id)
    if not may(by, Permission.ORDER_PRICE):
        raise Forbidden(Permission.ORDER_PRICE)
    order = posting.locked(order_id)
    first = Charge.objects.filter(order=order, reverses__isnull=True).first()
    if first is not None:
        return first
    refuse_if(TABLE.step(State(order.state), Event.PRICE, {"evidence_accepted": True}))
    given = queries.given_for_system(order)
    bill = _bill(order, given) if not isinstance(given, Refusal) else given
    if isinstance(bill, Refusal) or isinstance(given, Refusal):
        return _hold(order, bill if isinstance(bill, Refusal) else given, at)
    charge = posting.charge(
        order,
        _lines(bill, given.names, order.jurisdiction, given.on),
        reasons=_reasons(bill),
        edition=next(iter(bill.editions), ""),
        by=by,
        at=at,
    )
    entry = ledger.post_charge(bill, resident=posting.resident(order), institution=posting.institution(order))
    posting.post(entry, key=f"charge:order:{order.pk}", order=order, by=by, at=at)
    Hold.objects.filter(order=order, lifted_at__isnull=True).update(lifted_at=at, lifted_by_id=by.user_id)
    care_actions.step(
        order_id=order.pk,
        event=Event.PRICE,
        met={"evidence_accepted"},
        facts={"total_fen": charge.total_fen},
        by=by,
        at=at,
    )
    balance = queries.balance_for_system(order.pk)
    used = min(balance.held, balance.due)
    posting.apply_advance(used, key=f"apply:order:{order.pk}", order=order, by=SYSTEM, at=at)
    balance = replace(balance, applied=balance.applied + used)
    returns.give_back(order, balance.held, reason=words.MORE_THAN_DUE, by=SYSTEM, at=at)
    if balance.due == 0:
        settle_order(order_id=order.pk, by=SYSTEM, at=at)
    return charge


@action("money.price_if_confirmed")
def price_if_confirmed(*, order_id: int, by: Actor, at: datetime) -> Charge | Hold | None:
    """`price_order` for news that may be late: None when the order is no longer waiting for its bill.

    Raises      NotFound; Forbidden
    """
    if posting.locked(order_id).state != State.CONFIRMED:
        return None
    return price_order(order_id=order_id, by=by, at=at)


@action("money.settle_order")
def settle_order(*, order_id: int, by: Actor, at: datetime) -> Settlement:
    """What the institution earned becomes due to it, once, when the resident's part is paid.

    Raises      NotFound; Forbidden; Refused: orders.unpaid, orders.wrong_status
    Source      ORDER-11 in docs/rules/orders.md
    """
    care.get_order(by, order_id)
    order = posting.locked(order_id)
    done = Settlement.objects.filter(order=order).first()
    if done is not None:
        return done
    balance = queries.balance_for_system(order.pk)
    care_actions.step(
        order_id=order.pk,
        event=Event.SETTLE,
        met={"paid": balance.charged is not None and balance.due == 0},
        by=by,
        at=at,
    )
    return posting_of_settlement(order, balance.total, by, at)


def posting_of_settlement(order: Order, amount_fen: int, by: Actor, at: datetime) -> Settlement:
    """Book an order's earnings as due to its institution."""
    entry = ledger.post_settlement(amount_fen, institution=posting.institution(order))
    voucher = posting.post(entry, key=f"settlement:order:{order.pk}", order=order, by=by, at=at)
    return Settlement.objects.create(
        organisation_id=order.organisation_id,
        order=order,
        amount_fen=amount_fen,
        settled_at=at,
        settled_by_id=by.user_id,
        voucher=voucher,
    )


def _bill(order: Order, given: queries.Given) -> Breakdown | Refusal:
    home = Household.objects.filter(pk=order.household_id).first()
    resident = Resident.objects.filter(pk=order.resident_id).first()
    if home is None or resident is None:
        raise NotFound
    return catalogue.quote(
        order.organisation_id, given.items, home, given.on, resident.insured_class, consumables=given.consumables, staff_count=given.staff_count,
        booked=care.breakdown_of(order.quote), paid_by=care.paid_by_of(order), must_be_published=False,
    )  # fmt: skip


def _hold(order: Order, refusal: Refusal, at: datetime) -> Hold:
    """Write down what keeps the order from being priced; the newest reason stands alone."""
    Hold.objects.filter(order=order, lifted_at__isnull=True).exclude(code=refusal.code).update(lifted_at=at)
    facts = plain(refusal.facts)
    hold, is_new = Hold.objects.get_or_create(
        order=order,
        code=refusal.code,
        lifted_at=None,
        defaults={"organisation_id": order.organisation_id, "facts": facts, "held_at": at},
    )
    if not is_new:
        hold.facts = facts
        hold.save(update_fields=["facts"])
    return hold


def _lines(bill: Breakdown, names: Mapping[str, str], jurisdiction: str, on: date) -> list[ChargeLine]:
    return [row for line in bill.lines for row in _rows(line, queries.name_of_line(line, names, jurisdiction, on))]


def _rows(line: Line, name: str) -> list[ChargeLine]:
    shares = {payer: fen for payer, fen in line.payers.items() if fen} or {Payer.PATIENT: 0}
    return [
        ChargeLine(
            kind=line.kind.value, code=line.code[:20], name=name[:60], unit=line.unit[:20], quantity=line.quantity, unit_fen=line.unit_fen,
            filed_unit_fen=line.filed_unit_fen, exact_fen=str(line.exact_fen), amount_fen=fen, payer=payer.value, filing_id=line.filing_id,
            policy_key=line.policy_key, jurisdiction=line.jurisdiction, edition=line.edition, clause=(line.clause or "")[:40],
            sources=list(line.sources), evidence=line.evidence.value,
        )
        for payer, fen in shares.items()
    ]  # fmt: skip


def _reasons(bill: Breakdown) -> list[dict[str, object]]:
    """“Because …”, each once, with the lines it speaks of."""
    found: dict[str, dict[str, object]] = {}
    for code, reason in [
        *(("", reason) for reason in bill.reasons),
        *((line.code, reason) for line in bill.lines for reason in line.reasons),
    ]:
        said = found.setdefault(reason.code, {"code": reason.code, "facts": plain(reason.facts), "lines": []})
        if code:
            said["lines"].append(code)  # type: ignore[attr-defined]
    return list(found.values())


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON keeps them."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return str(value) if isinstance(value, str) else value
        case date() | Decimal():
            return str(value)
        case Reason():
            return value.code
        case tuple() | list() | frozenset() | set():
            return [_plain(part) for part in value]
        case _:
            return str(value)


__all__ = ["plain", "posting_of_settlement", "price_order", "settle_order"]
