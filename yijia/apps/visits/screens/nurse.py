"""The nurse's phone: her day, one visit, its record, her offers, her badge."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import segno

from yijia.apps.visits import queries, seams, words
from yijia.apps.visits.queries import Alarm, Offer, Visit
from yijia.apps.visits.screens.cards import Card, ItemLine, card, item_lines, need_name
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.base.words import unit as unit_word
from yijia.core.people import masking
from yijia.core.permissions import Actor
from yijia.core.rules import Kind
from yijia.core.visits.plausible import Vital


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop of the day."""

    visit_id: int
    number: str
    state: str
    planned_from: datetime
    planned_until: datetime
    name: str
    township: str
    need: str
    items: tuple[ItemLine, ...]
    travel_min: int
    distance_m: int
    is_over: bool
    is_lead: bool
    needs_two: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The ordered list; `next` is the first stop not over, the others follow."""

    on: date
    today: date
    stops: list[StopLine]
    next: StopLine | None
    days: list[tuple[date, int]]
    mark: str  # changes whenever the list does
    pages: list[seams.OwnPage]

    @property
    def is_today(self) -> bool:
        return self.on == self.today

    @property
    def left(self) -> int:
        """Stops not over yet."""
        return sum(not stop.is_over for stop in self.stops)


def day(*, actor: Actor, at: datetime, on: date | None = None) -> Day:
    """The nurse's list of a day, today's by default."""
    today = business_date(at)
    on = on or today
    mark = queries.day_mark(actor, on)  # before the list is read: what changes meanwhile is news
    found = queries.day_list(actor, on)
    stops = [_line(stop) for stop in found]
    audit.read(
        actor,
        at,
        "visits.day",
        subject_type="visits.visit",
        subject_ids=[s.visit_id for s in stops],
        resident_ids=[s.visit.resident_id for s in found],
    )
    upcoming = next((stop for stop in stops if not stop.is_over), None)
    coming = [(d, n) for d, n in queries.next_days(actor, today).items() if d != today]
    return Day(on, today, stops, upcoming, coming[:6], mark, seams.own_pages(actor))


def is_day_news(*, actor: Actor, at: datetime, on: date | None = None, mark: str = "") -> bool:
    """Whether the list of a day is no longer the one that bore this mark."""
    return queries.day_mark(actor, on or business_date(at)) != mark


def _line(stop: queries.Stop) -> StopLine:
    visit = stop.visit
    return StopLine(
        visit.pk, visit.order.number, visit.order.state, visit.planned_from, visit.planned_until, masking.name(visit.resident.name),
        visit.order.household.township, need_name(visit), item_lines(visit, stop.items), stop.travel_min, stop.distance_m, stop.is_over, stop.is_lead,
        visit.order.staff_needed > 1,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One visit held out: enough to decide, not enough to know who it is."""

    offer_id: int
    number: str
    planned_from: datetime
    planned_until: datetime
    name: str
    township: str
    need: str
    items: tuple[ItemLine, ...]
    minutes: int
    reasons: tuple[str, ...]
    answer_until: datetime
    needs_two: bool


def offers(*, actor: Actor, at: datetime) -> list[OfferLine]:
    """What the nurse can still answer."""
    found = queries.list_offers(actor, at)
    audit.read(
        actor,
        at,
        "visits.offers",
        subject_type="visits.offer",
        subject_ids=[o.pk for o in found],
        resident_ids=[o.visit.resident_id for o in found],
    )
    return [_offer(one) for one in found]


def _offer(held: Offer) -> OfferLine:
    visit, items = held.visit, tuple(held.visit.order.items.all())
    reasons = tuple(words.reason(entry["code"], entry["facts"]) for entry in held.reasons)
    return OfferLine(
        held.pk, visit.order.number, visit.planned_from, visit.planned_until, masking.name(visit.resident.name), visit.order.household.township,
        need_name(visit), item_lines(visit, items), sum(i.duration_min * i.quantity for i in items), reasons, held.answer_until,
        visit.order.staff_needed > 1,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """A visit before this one, in short."""

    finished_at: datetime
    values: tuple[str, ...]
    notes: str
    advice: str


@dataclass(frozen=True, slots=True)
class Hub:
    """One visit with what can be done next."""

    card: Card
    step: int
    alarm: Alarm | None
    earlier: list[EarlierVisit]
    has_record: bool
    record_at: datetime | None
    is_nurse_signed: bool
    is_family_signed: bool
    photos: list[int]
    my_token: str
    my_name: str
    is_duty: bool
    score: int | None
    is_weak: bool

    @property
    def is_watched(self) -> bool:
        """Whether the red bar is shown."""
        return self.card.state in WATCHED

    @property
    def may_complete(self) -> bool:
        return self.has_record and self.is_nurse_signed and self.is_family_signed


WATCHED = ("departed", "arrived", "in_service")
STEPS = {"assigned": 1, "departed": 2, "arrived": 3, "in_service": 4}


def hub(*, actor: Actor, at: datetime, visit_id: int) -> Hub:
    """The nurse's page of one visit.

    Raises      NotFound: she is not on it
    """
    visit = queries.get_visit(actor, visit_id)
    shown = card(actor, visit, at)
    mine = next((one for one in shown.crew if one.staff_id == actor.staff_id), None)
    if mine is None:
        raise NotFound
    audit.read(
        actor, at, "visits.hub", subject_type="visits.visit", subject_ids=[visit.pk], resident_ids=[visit.resident_id]
    )
    record, kept = queries.get_record(visit), visit.file_rows
    kinds = {file["kind"] for file in kept}
    score = queries.get_score(visit)
    return Hub(
        card=shown, step=STEPS.get(shown.state, 5), alarm=queries.open_alarm_of(visit.pk, actor.staff_id) if shown.state in WATCHED else None, earlier=_earlier(visit),
        has_record=record is not None, record_at=record.written_at if record else None, is_nurse_signed="nurse_signature" in kinds,
        is_family_signed="family_signature" in kinds, photos=[f["id"] for f in kept if f["kind"] == "photo"], my_token=mine.token, my_name=mine.name,
        is_duty=queries.is_duty(visit, at), score=score.score if score else None, is_weak=bool(score and score.verdict == "weak"),
    )  # fmt: skip


def _earlier(visit: Visit) -> list[EarlierVisit]:
    known = queries.vitals(visit.order.jurisdiction, business_date(visit.planned_from))
    return [
        EarlierVisit(one.finished_at, vital_words(one.record.vitals, known), one.record.notes, one.record.advice)
        for one in queries.earlier_visits(visit)
        if one.finished_at
    ]


def vital_words(vitals: dict[str, Any], known: dict[str, Vital]) -> tuple[str, ...]:
    """Recorded values as short text: 收缩压 132 mmHg."""
    return tuple(
        f"{vital_name(known[code])} {entry['value']} {unit_word(entry['unit'])}"
        for code, entry in vitals.items()
        if code in known
    )


def vital_name(vital: Vital) -> str:
    return vital.en if words.is_english() else vital.zh


ORDER = ("temperature", "pulse", "respiration", "systolic", "diastolic", "spo2", "glucose", "pain", "weight")
"""Vital signs as a nurse takes them; others follow."""


@dataclass(frozen=True, slots=True)
class VitalField:
    """One vital sign to measure, with its other units and the value before."""

    code: str
    name: str
    unit: str
    units: tuple[str, ...]
    decimals: int
    before: str

    @property
    def unit_words(self) -> str:
        return unit_word(self.unit)


@dataclass(frozen=True, slots=True)
class AskedField:
    """One question of a follow-up that is due, asked here so that nobody asks it again."""

    code: str
    name: str
    unit: str
    is_yes_no: bool
    wanted_by: str


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """What the record form asks, and what was already written."""

    card: Card
    vitals: tuple[VitalField, ...]
    items: tuple[ItemLine, ...]
    questions: tuple[AskedField, ...]
    consumables: dict[str, str]
    initial: dict[str, Any]
    version: int | None
    is_signed: bool


def record(*, actor: Actor, at: datetime, visit_id: int) -> RecordSheet:
    """The record form of a visit.

    Raises      NotFound
    """
    visit = queries.get_visit(actor, visit_id)
    shown = card(actor, visit, at)
    if all(one.staff_id != actor.staff_id for one in shown.crew):
        raise NotFound
    audit.read(
        actor,
        at,
        "visits.record",
        subject_type="visits.visit",
        subject_ids=[visit.pk],
        resident_ids=[visit.resident_id],
    )
    before: dict[str, str] = {}
    for one in reversed(queries.earlier_visits(visit)):
        before |= {code: f"{entry['value']}" for code, entry in one.record.vitals.items()}
    known = queries.vitals(visit.order.jurisdiction, business_date(visit.planned_from))
    fields = tuple(
        VitalField(
            v.code,
            vital_name(v),
            v.unit,
            (v.unit, *(u.code for u in v.other_units)),
            v.decimals,
            before.get(v.code, ""),
        )
        for v in sorted(known.values(), key=lambda v: ORDER.index(v.code) if v.code in ORDER else len(ORDER))
    )
    written = queries.get_record(visit)
    kept = {file["kind"] for file in visit.file_rows}
    return RecordSheet(
        shown, fields, shown.items, tuple(_asked(one) for one in queries.questions_for_system(visit, at)), queries.consumables_filed(visit, english=words.is_english()), _initial(written), written.version if written else None,
        bool(kept & {"nurse_signature", "family_signature"}),
    )  # fmt: skip


def _asked(question: queries.Question) -> AskedField:
    column, english = question.column, words.is_english()
    wanted = (", " if english else "、").join(one.en if english else one.zh for one in question.programmes)
    unit = unit_word(column.unit) if column.unit else ""
    return AskedField(question.code, column.en if english else column.zh, unit, column.kind is Kind.BOOLEAN, wanted)


def _initial(written: Any) -> dict[str, Any]:
    if written is None:
        return {}
    return {
        "vitals": written.vitals, "answers": written.answers, "items": written.items_done, "consumables": {c.code: c.quantity for c in written.consumables.all()},
        "notes": written.notes, "advice": written.advice, "waste_returned": written.waste_returned,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class BadgePage:
    """The nurse's badge with its QR, for the visit at hand or the next one."""

    badge: queries.Badge | None
    initial: str
    path: str
    svg: str
    visit_id: int | None
    planned_from: datetime | None


def my_badge(*, actor: Actor, at: datetime, visit_id: int | None, path_of: Any, root: str) -> BadgePage:
    """The badge of one visit, or of today's next.

    path_of     token → path of the public page
    root        scheme and host in front of it, for the QR
    """
    if visit_id is None:
        stops = [stop for stop in queries.day_list(actor, business_date(at)) if not stop.is_over]
        visit_id = stops[0].visit.pk if stops else None
    if visit_id is None:
        return BadgePage(None, "", "", "", None, None)
    visit = queries.get_visit(actor, visit_id)
    mine = next((one for one in queries.crew(visit.pk) if one.staff_id == actor.staff_id), None)
    if mine is None:
        raise NotFound
    token = queries.badge_token(mine)
    path = path_of(token)
    svg = str(segno.make(root + path, error="m").svg_data_uri(border=2, omitsize=True))
    return BadgePage(queries.badge_for_system(token, at), mine.staff.name[:1], path, svg, visit.pk, visit.planned_from)
