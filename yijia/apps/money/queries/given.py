"""What was done at the home, as the bill needs it."""

from dataclasses import dataclass
from datetime import date

from yijia.apps.care import queries as care
from yijia.apps.care.models import Order, OrderItem
from yijia.apps.visits.models import Assignment, Consumable, EvidenceScore, Record, Visit
from yijia.core.calendar import business_date
from yijia.core.orders.lifecycle import Event
from yijia.core.refusal import Refusal
from yijia.core.visits.evidence import Verdict


@dataclass(frozen=True, slots=True)
class Given:
    """The service as it happened.

    on              the Shanghai day on which it began; it decides policy and prices
    items           item code → quantity, of what the record says was done
    consumables     code → quantity actually used
    names           consumable code → its name in the record
    """

    on: date
    items: dict[str, int]
    consumables: dict[str, int]
    names: dict[str, str]
    staff_count: int


def given_for_system(order: Order) -> Given | Refusal:
    """What a bill may count, or why there is nothing to count yet.

    Refuses     price.no_record: nobody wrote down what was done; orders.evidence_weak: nobody has accepted the evidence
    Source      PRICE-06 in docs/rules/pricing.md; ORDER-10 in docs/rules/orders.md
    """
    visit = Visit.objects.filter(order=order).first()
    record = Record.objects.filter(visit=visit).first() if visit else None
    if visit is None or record is None:
        return Refusal("price.no_record", {"number": order.number})
    if not _is_accepted(visit):
        return Refusal("orders.evidence_weak", {"status": order.state, "number": order.number})
    used = list(Consumable.objects.filter(record=record).order_by("code"))
    ordered = dict(OrderItem.objects.filter(order=order).values_list("item_code", "quantity"))
    done = {
        code: quantity for code, quantity in ordered.items() if (record.items_done.get(code) or {}).get("done") is True
    }
    staff = Assignment.objects.filter(visit=visit, is_active=True).count()
    return Given(
        on=business_date(visit.started_at or visit.planned_from), items=done, consumables={row.code: row.quantity for row in used},
        names={row.code: row.name for row in used}, staff_count=max(1, staff),
    )  # fmt: skip


def _is_accepted(visit: Visit) -> bool:
    """Strong by its score, or cleared by a person since."""
    score = EvidenceScore.objects.filter(visit=visit).first()
    if score is None:
        return False
    return score.verdict == Verdict.STRONG or care.last_event_for_system(visit.order_id, Event.CLEAR) is not None
