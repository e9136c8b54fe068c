"""The statement of one member of staff: visits of a month from their own records, and what was settled for each."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.money import queries
from yijia.apps.registry import queries as registry
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.base.words import is_english
from yijia.core.calendar import add_months
from yijia.core.permissions import Permission, may
from yijia.core.visits.evidence import Verdict

MONTHS = 12
"""How far back the months reach that may be chosen."""


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One visit: from which record, how long, what was done, what the bill says."""

    row: queries.WorkRow
    items: str
    is_weak: bool


@dataclass(frozen=True, slots=True)
class Work:
    """A month of one member of staff."""

    name: str
    month: str
    months: list[str]
    staff: list[tuple[str, str]]
    chosen: str
    lines: list[WorkLine]
    count: int
    minutes: int
    settled_fee_fen: int
    waiting_fee_fen: int


def work(request: HttpRequest) -> Work:
    """One's own month; a reader of the books chooses among the staff in sight.

    Raises      NotFound: no member of staff in sight is meant
    """
    actor, today = request.actor, business_date(request.at)
    others = list(registry.list_staff(actor)[:500]) if may(actor, Permission.LEDGER_VIEW) else []
    asked = request.GET.get("staff", "")
    chosen = int(asked) if others and asked.isascii() and asked.isdigit() and len(asked) < 12 else actor.staff_id
    if chosen is None:
        chosen = others[0].pk if others else None
    if chosen is None:
        raise NotFound
    person = next((one for one in others if one.pk == chosen), None) or registry.get_staff(actor, chosen)
    first = today.replace(day=1)
    months = [add_months(first, -back) for back in range(MONTHS)]
    wanted = request.GET.get("month", "")
    month = next((one for one in months if f"{one:%Y-%m}" == wanted), first)
    rows = queries.work_of(person.pk, month, add_months(month, 1))
    audit.read(
        actor, request.at, "money.work", subject_type="care.order", subject_ids=[row.order_id for row in rows], resident_ids=[]
    )  # fmt: skip
    lines = [WorkLine(row, _items(row, month), row.verdict == Verdict.WEAK) for row in rows]
    settled = sum(row.fee_fen for row in rows if row.voucher)
    return Work(
        person.name, f"{month:%Y-%m}", [f"{one:%Y-%m}" for one in months], [(str(one.pk), f"{one.name} · {one.badge_no}") for one in others],
        str(person.pk), lines, len(rows), sum(row.minutes for row in rows), settled, sum(row.fee_fen for row in rows) - settled,
    )  # fmt: skip


def _items(row: queries.WorkRow, on: date) -> str:
    known = catalogue.items(on, row.jurisdiction)
    names = [(known[code].en if is_english() else known[code].zh) if code in known else code for code in row.done]
    return (", " if is_english() else "、").join(names)
