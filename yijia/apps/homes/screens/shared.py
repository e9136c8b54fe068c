"""What the pages of a care home share: beds in words, people put on record, slots of a day, visits as lines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from yijia.apps.care.screens.common import need_name
from yijia.apps.homes import queries
from yijia.base import audit
from yijia.base.words import is_english
from yijia.core.calendar import business_date, local
from yijia.core.homes import medicines as core
from yijia.core.homes.lifecycle import Event
from yijia.core.homes.medicines import Outcome, Standing
from yijia.core.orders.lifecycle import SERVICE_ENDED, TABLE

_OVER = frozenset({*SERVICE_ENDED, *TABLE.terminal})
_NUMBERS = re.compile(r"(\d+)")


def house_name(house: Any) -> str:
    """An institution's name in the reader's language."""
    return str((house.name_en or house.name) if is_english() else house.name)


def recorded(request: HttpRequest, name: str, resident_ids: Iterable[int]) -> None:
    """Put on record whose data a page showed."""
    audit.read(
        request.actor, request.at, name, subject_type="registry.resident", resident_ids=sorted(set(resident_ids))
    )


def bed_word(placement: Any) -> str:
    """Building, room and bed of a placement that carries `bed_rows`."""
    row = next(iter(placement.bed_rows), None)
    return f"{row['building']} {row['room']}-{row['number']}" if row else ""


def in_order(text: str) -> list[Any]:
    """Room 10 comes after room 9."""
    return [int(part) if part.isdigit() else part for part in _NUMBERS.split(text)]


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One dose of a day as a line: what is due, or what was written and by whom."""

    medicine_id: int
    resident_id: int
    who: str
    bed: str
    name: str
    dose: str
    route: str
    prescriber: str
    source: str
    on: date
    time: str
    state: str  # later, due, late, away, given, refused, held
    told_at: datetime | None
    told_by: str
    note: str
    dose_id: int | None
    is_away: bool

    @property
    def may_write(self) -> bool:
        """Whether a word may be written now."""
        return self.dose_id is None and self.state != Standing.LATER.value


def slot_lines(medicines: Sequence[Any], on: date, at: datetime, beds: dict[int, str] | None = None) -> list[SlotLine]:
    """The doses of a day, by time; each medicine carries `dose_rows`, `coming_rows` and its placement."""
    if not medicines:
        return []
    today, home = business_date(at), medicines[0].placement.organisation
    late_min = queries.medicine_terms(home, today)["late_min"]
    told = {(row.pk, dose["slot"]): dose for row in medicines for dose in row.dose_rows}
    by_id = {row.pk: row for row in medicines}
    lines = [
        core.Line(row.pk, tuple(row.times), row.from_on, row.until_on, _away(row.coming_rows)) for row in medicines
    ]
    written = {key: Outcome(dose["outcome"]) for key, dose in told.items()}
    found = core.slots(lines, written, on, today, local(at).time(), late_min)
    return [
        _line(by_id[slot.line_id], slot, told.get((slot.line_id, slot.time)), on, (beds or {}).get(by_id[slot.line_id].placement_id, ""))
        for slot in found
    ]  # fmt: skip


def _away(rows: Sequence[dict[str, Any]]) -> tuple[tuple[datetime, datetime | None], ...]:
    """When somebody was not in the home, from their goings and comings in order."""
    spans: list[tuple[datetime, datetime | None]] = []
    for row in rows:
        at = datetime.fromisoformat(row["since"] or row["at"])
        if row["event"] == Event.GO_AWAY:
            spans.append((at, None))
        elif spans:
            spans[-1] = (spans[-1][0], at)
    return tuple(spans)


def _line(row: Any, slot: core.Slot, told: dict[str, Any] | None, on: date, bed: str) -> SlotLine:
    placement = row.placement
    return SlotLine(
        row.pk, placement.resident_id, placement.resident.name, bed, row.name, row.dose, row.route, row.prescriber, row.source, on, slot.time,
        slot.outcome.value if slot.outcome else slot.standing.value, datetime.fromisoformat(told["at"]) if told else None,
        (told or {}).get("who") or "", (told or {}).get("note") or "", (told or {}).get("id"), placement.state == "away",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit of outside staff: who comes, when, for whom, what for, how far it is, whether they are in the house."""

    pk: int
    resident_id: int
    who: str
    staff: str
    house: str
    need: str
    starts_at: datetime
    until: datetime
    state: str
    entry_id: int | None
    in_at: datetime | None
    out_at: datetime | None
    is_today: bool

    @property
    def is_over(self) -> bool:
        """Whether nobody is to come any more and nobody is still inside: signed out at the door, or, never signed in, the visit has ended."""
        return self.out_at is not None if self.in_at else self.state in _OVER


def visit_line(visit: Any, today: date) -> VisitLine:
    """A visit that carries `crew_rows` and `gate_rows`."""
    gate = next(iter(visit.gate_rows), None)
    order = visit.order
    staff = "、".join(f"{one['name']} {one['badge_no']}" for one in visit.crew_rows)
    return VisitLine(
        visit.pk, visit.resident_id, visit.resident.name, staff, house_name(visit.organisation),
        need_name(order.need, business_date(order.created_at), order.jurisdiction), visit.planned_from, visit.planned_until, order.state,
        gate["id"] if gate else None, _instant(gate and gate["at"]), _instant(gate and gate["out_at"]),
        business_date(visit.planned_from) == today,
    )  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
