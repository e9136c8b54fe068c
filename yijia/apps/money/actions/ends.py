"""An order that ends early: what was paid goes back, less what published terms let the institution keep."""

from datetime import date, datetime

from yijia.apps.care.models import Order
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.catalogue.models import Filing
from yijia.apps.money import queries, words
from yijia.apps.money.actions import posting, returns
from yijia.apps.money.actions.pricing import posting_of_settlement
from yijia.apps.money.models import Charge, ChargeLine, Hold
from yijia.base import editions
from yijia.base.actions import action
from yijia.base.errors import Refused
from yijia.core import money
from yijia.core.calendar import business_date
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import Actor
from yijia.core.policy import Value
from yijia.core.pricing import cancellation, ledger
from yijia.core.pricing.cancellation import Cause, Decision, Moment
from yijia.core.pricing.facts import Kind, Payer
from yijia.core.refusal import Refusal

_ENDS = {
    Event.CANCEL: State.CANCELLED, Event.REJECT: State.REJECTED, Event.ABORT: State.ABORTED, Event.NO_SHOW: State.ABORTED, Event.DISMISS: State.ABORTED,
}  # fmt: skip


@action("money.end_order")
def end_order(*, order_id: int, event: Event, from_state: State, cause: Cause, by: Actor, at: datetime) -> Order:
    """Settle the money of an order that ended before its service was complete.

    from_state      where the order stood when it ended
    cause           on whose side it ended

    Raises      NotFound; Refused orders.wrong_status: the order has not ended so
    Source      PRICE-11, PRICE-12 in docs/rules/pricing.md
    """
    order = posting.locked(order_id)
    if order.state not in (_ENDS.get(event), State.CLOSED):
        raise Refused(Refusal("orders.wrong_status", {"status": order.state, "event": event.value}))
    Hold.objects.filter(order=order, lifted_at__isnull=True).update(lifted_at=at)
    balance = queries.balance_for_system(order.pk)
    if balance.charged is not None or not balance.held:
        return order
    kept = _kept(order, balance.held, event, from_state, cause, at)
    if kept is not None:
        _charge_kept(order, *kept, by=by, at=at)
    held = queries.balance_for_system(order.pk).held
    returns.give_back(order, held, reason=f"{words.ENDED}{event.value}", by=by, at=at)
    return order


def _kept(
    order: Order, paid_fen: int, event: Event, from_state: State, cause: Cause, at: datetime
) -> tuple[Decision, Value, Filing] | None:
    """What may stay with the institution, on what; None when everything goes back, also whenever a ground is missing."""
    moment = _moment(event, from_state)
    signed_on = _signed_on(order, at)
    frame_value = editions.current().lookup(cancellation.KEY, jurisdiction=order.jurisdiction, on=signed_on)
    filed = catalogue.cancellation_terms_for_system(order.organisation_id, signed_on)
    if isinstance(moment, Refusal) or isinstance(frame_value, Refusal) or filed is None:
        return None
    frame = cancellation.read_frame(frame_value)
    terms = cancellation.read_terms(filed.terms, filed.number, frame)
    if isinstance(terms, Refusal):
        return None
    decision = cancellation.decide(
        _by_kind(order, paid_fen), moment, cause, frame, terms, is_rejected=event is Event.REJECT
    )
    return (decision, frame_value, filed) if decision.kept_fen else None


def _moment(event: Event, from_state: State) -> Moment | Refusal:
    if event is Event.DISMISS:
        return Moment.IN_SERVICE
    return cancellation.moment_of(from_state, is_no_show=event is Event.NO_SHOW)


def _signed_on(order: Order, at: datetime) -> date:
    paper = order.service_agreement
    return business_date(paper.signed_at if paper and paper.signed_at else at)


def _by_kind(order: Order, paid_fen: int) -> dict[Kind, int]:
    """What was paid, by part of the bill, in the proportions of the quote."""
    shown = dict.fromkeys(Kind, 0)
    for line in (order.quote or {}).get("lines", ()):
        shown[Kind(line["kind"])] += line["payers"].get(Payer.PATIENT.value, 0)
    if not any(shown.values()):
        return {}
    return dict(zip(shown, money.split(paid_fen, list(shown.values())), strict=True))


def _charge_kept(order: Order, decision: Decision, frame: Value, filed: Filing, *, by: Actor, at: datetime) -> Charge:
    lines = [
        ChargeLine(
            kind=part.kind.value, code=f"KEEP-{part.kind.value}"[:20], name=queries.kept_name(part.kind), unit="单", quantity=1, unit_fen=part.kept_fen,
            filed_unit_fen=None, exact_fen=str(part.kept_fen), amount_fen=part.kept_fen, payer=Payer.PATIENT.value, filing_id=filed.pk,
            policy_key=frame.key, jurisdiction=frame.jurisdiction, edition=frame.edition, clause=filed.number, sources=list(frame.sources),
            evidence=frame.evidence.value,
        )
        for part in decision.parts
        if part.kept_fen
    ]  # fmt: skip
    made = posting.charge(
        order,
        lines,
        reasons=[{"code": decision.reason, "facts": {"terms": filed.number}, "lines": []}],
        edition=frame.edition,
        by=by,
        at=at,
    )
    entry = ledger.post_kept(
        decision.kept_fen, resident=posting.resident(order), institution=posting.institution(order)
    )
    posting.post(entry, key=f"kept:order:{order.pk}", order=order, by=by, at=at)
    posting.apply_advance(decision.kept_fen, key=f"apply:order:{order.pk}", order=order, by=by, at=at)
    posting_of_settlement(order, decision.kept_fen, by, at)
    return made
