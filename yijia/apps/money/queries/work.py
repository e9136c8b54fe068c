"""What one member of staff did in a month, from the same records that were entered once at the visits, and what was settled for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from yijia.apps.money.models import ChargeLine
from yijia.apps.money.queries.balances import bills_for_system
from yijia.apps.visits.models import Assignment
from yijia.core.calendar import start_of
from yijia.core.pricing.facts import Kind


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One visit of one member of staff.

    done        items that were done, by code, as the visit's record says
    verdict     of the evidence; empty while it was not scored
    total_fen   what the order was charged in all; None while there is no bill
    fee_fen     the visit fee in it
    voucher     the settlement's; empty while it is not settled
    """

    order_id: int
    number: str
    state: str
    began_at: datetime
    minutes: int
    is_lead: bool
    crew: int
    done: tuple[str, ...]
    jurisdiction: str
    verdict: str
    total_fen: int | None
    fee_fen: int
    voucher: str


def work_of(staff_id: int, from_on: date, until_on: date) -> list[WorkRow]:
    """Finished visits of [from_on, until_on), oldest first; the caller has checked who may look."""
    rows = (
        Assignment.objects.filter(
            staff_id=staff_id, is_active=True, visit__finished_at__isnull=False, visit__started_at__gte=start_of(from_on),
            visit__started_at__lt=start_of(until_on),
        )
        .select_related("visit__order", "visit__record", "visit__evidence")
        .prefetch_related("visit__assignments")
        .order_by("visit__started_at", "id")
    )  # fmt: skip
    found = list(rows)
    orders = [row.visit.order_id for row in found]
    bills = bills_for_system(orders)
    lines = ChargeLine.objects.filter(charge__order_id__in=orders, kind=Kind.VISIT_FEE)
    fees = dict(lines.order_by().values_list("charge__order_id").annotate(fen=Sum("amount_fen")))
    return [_row(one, bills.get(one.visit.order_id), fees.get(one.visit.order_id, 0)) for one in found]


def _row(one: Assignment, bill: Any, fee_fen: int) -> WorkRow:
    visit, order = one.visit, one.visit.order
    record = visit.record if hasattr(visit, "record") else None
    done = tuple(code for code, entry in record.items_done.items() if entry["done"]) if record else ()
    return WorkRow(
        order.pk, order.number, order.state, visit.started_at, int((visit.finished_at - visit.started_at).total_seconds()) // 60, one.is_lead,
        sum(other.is_active for other in visit.assignments.all()), done, order.jurisdiction, visit.evidence.verdict if hasattr(visit, "evidence") else "",
        bill.total_fen if bill else None, fee_fen, bill.voucher if bill else "",
    )  # fmt: skip
