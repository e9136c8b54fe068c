"""Remote consultations as values: what waits, one consultation, the shared record while it is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words
from yijia.apps.care import queries as care
from yijia.apps.referrals import forms, queries, words
from yijia.apps.referrals.screens.referrals import house_name
from yijia.apps.registry import queries as registry
from yijia.apps.visits import queries as visits
from yijia.base import audit
from yijia.base.errors import NotFound
from yijia.base.words import is_english, unit
from yijia.core.calendar import age_on, business_date
from yijia.core.permissions import Permission, Reach, may, reach
from yijia.core.programmes.model import Programme
from yijia.core.programmes.vocabulary import READING
from yijia.core.referrals import clock
from yijia.core.referrals.consult import TABLE, Event, State, may_read


def recorded(request: HttpRequest, name: str, found: list[queries.Consult]) -> list[queries.Consult]:
    """The consultations, after the people in them are put on record."""
    audit.read(
        request.actor, request.at, name, subject_type="referrals.consult", subject_ids=[row.pk for row in found],
        resident_ids=[row.resident_id for row in found],
    )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class ConsultRow:
    """One consultation in a list."""

    pk: int
    number: str
    who: str
    from_house: str
    to_house: str
    department: str
    tone: str
    word: Any
    due_at: datetime | None
    is_late: bool


def row_of(row: queries.Consult, at: datetime) -> ConsultRow:
    """One consultation as a line of a list."""
    tone, word = words.CONSULT_STATES[row.state]
    return ConsultRow(
        row.pk, row.number, row.resident.name, house_name(row.organisation), house_name(row.asked), row.department, tone, word, row.due_at,
        clock.is_late(row.due_at, at),
    )  # fmt: skip


def consults(request: HttpRequest) -> list[ConsultRow]:
    """Every consultation in sight, open ones first."""
    return [
        row_of(row, request.at) for row in recorded(request, "referrals.consults", queries.list_consults(request.actor))
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the reader may do now."""

    code: str
    label: Any
    field: Any
    is_danger: bool


@dataclass(frozen=True, slots=True)
class ConsultPage:
    """One consultation."""

    row: ConsultRow
    question: str
    opinion: str
    ground: str
    open_until: datetime | None
    may_read: bool
    ended: Any
    events: list[dict[str, Any]]
    steps: list[Step]


def consult_page(request: HttpRequest, consult_id: int) -> ConsultPage:
    """One consultation: the question, the opinion, who read when, what can be done."""
    actor, at = request.actor, request.at
    row = queries.get_consult(actor, consult_id)
    recorded(request, "referrals.consult", [row])
    state = State(row.state)
    is_asked = row.asked_id in actor.organisation_ids
    mine = {Event.WITHDRAW: row.organisation_id in actor.organisation_ids}
    steps = [
        Step(move.event.value, words.CONSULT_EVENTS[move.event], words.CONSULT_FIELDS.get(move.event, ""), move.event in (Event.REFUSE, Event.WITHDRAW))
        for move in TABLE.open_moves(state, actor)
        if move.event is not Event.LAPSE and mine.get(move.event, is_asked)
    ]  # fmt: skip
    steps.sort(key=lambda step: step.is_danger)  # what helps comes before what ends it
    events = [
        {"at": one.at, "text": f"{words.CONSULT_EVENTS[one.event]} · {house_name(one.organisation) or _('系统')}", "by": "", "note": words.ENDED.get(one.facts.get("reason", ""), one.facts.get("reason", "")), "is_data": True}
        for one in queries.events_of_consult(row)
    ]  # fmt: skip
    is_over = TABLE.is_over(state)
    return ConsultPage(
        row_of(row, at), row.question, row.opinion, "" if is_over else str(words.GROUNDS[clock.Ground(row.due_ground)]) % {"reference": row.due_reference},
        row.open_until if state is State.OPEN else None,
        is_asked and may(actor, Permission.CONSULT_ANSWER) and may_read(state, row.open_until, at) is None,
        words.ENDED.get(row.ended_reason, row.ended_reason), events, steps,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The shared record."""

    pk: int
    number: str
    who: str
    sex: str
    age: int
    allergies: str
    open_until: datetime
    readings: list[tuple[str, str, str]]
    visits: list[tuple[datetime, str, str]]
    episodes: list[tuple[str, str]]
    notes: list[tuple[Any, Any, str, list[str]]]


def record_page(request: HttpRequest, row: queries.Consult) -> RecordPage:
    """What the asker holds about the person; the action that opened it has asked and noted."""
    on, person = business_date(request.at), row.resident
    found = queries.shared_record_of_open(row, request.at)
    known = visits.vitals(person.jurisdiction, on)
    sexes = {"1": _("男"), "2": _("女")}
    readings = [
        (known[one.code].en if is_english() else one.name, f"{one.value} {unit(one.unit)}", one.at.date().isoformat())
        for one in found.readings
    ]
    named = {code: _programme(code, row.jurisdiction, request.at) for code in {one.programme for one in found.episodes}}
    return RecordPage(
        row.pk, row.number, person.name, sexes.get(person.sex, _("未知")), age_on(person.born_on, on), "、".join(str(one) for one in person.allergies),
        row.open_until or request.at, readings, [(one.written_at, one.notes, one.advice) for one in found.visits],
        [(named[one.programme], one.state) for one in found.episodes],
        [(one.on, episode_words.RECORDS[one.kind], str(one.content.get("note", "")), _measured(one)) for one in found.notes],
    )  # fmt: skip


def _measured(one: care.EpisodeRecord) -> list[str]:
    """The figures of a follow-up: “空腹血糖 11.2 mmol/L”."""
    return [
        f"{READING[name].en if is_english() else READING[name].zh} {value} {unit(READING[name].unit or '')}".rstrip()
        for name, value in one.content.get("reading", {}).items()
        if name in READING and not isinstance(value, bool) and value is not None
    ]


def _programme(code: str, place: str, at: datetime) -> str:
    found = care.programme_for(code, place, business_date(at))
    return episode_words.of(found.words) if isinstance(found, Programme) else code


@dataclass(frozen=True, slots=True)
class AskingConsult:
    """The form's page."""

    resident_id: int
    who: str
    form: forms.ConsultForm


def request_consult_page(request: HttpRequest, resident_id: int) -> AskingConsult:
    """Ask about somebody."""
    actor = request.actor
    resident = registry.get_resident(actor, resident_id)
    if len(actor.organisation_ids) != 1 or reach(actor) is not Reach.ORGANISATIONS:
        raise NotFound
    house = registry.get_organisation(actor, min(actor.organisation_ids))
    choices = [(str(one.pk), house_name(one)) for one in queries.askable(house)]
    audit.read(
        actor, request.at, "referrals.request_consult", subject_type="registry.resident", resident_ids=[resident_id]
    )
    return AskingConsult(
        resident_id,
        resident.name,
        forms.ConsultForm(request.POST if request.method == "POST" else None, houses=choices),
    )
