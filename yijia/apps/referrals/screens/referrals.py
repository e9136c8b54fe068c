"""Referrals as values: what waits on whom, one referral with its clocks, the document that travels, the forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words
from yijia.apps.care import queries as care
from yijia.apps.referrals import forms, queries, words
from yijia.apps.registry import queries as registry
from yijia.apps.visits import queries as visits
from yijia.base import audit
from yijia.base.words import is_english, unit
from yijia.core.calendar import business_date
from yijia.core.permissions import Permission, Reach, may, reach
from yijia.core.referrals import clock, document
from yijia.core.referrals.lifecycle import OPEN, TABLE, Answer, Event, State

TABS = ("ours", "theirs", "over", "all")
FORMLESS = frozenset({"accept", "arrive", "take_over"})
"""Moves that ask for nothing: a button is enough."""

_SHOWN = {  # what the lifecycle calls an event → the button that makes it
    Event.OFFER: "offer",
    Event.ACCEPT: "accept",
    Event.REFUSE: "decline",
    Event.ARRIVE: "arrive",
    Event.RETURN: "return",
    Event.TAKE_OVER: "take_over",
    Event.CLOSE: "close",
    Event.WITHDRAW: "withdraw",
}
_DANGER = frozenset({"decline", "withdraw"})


def house_name(house: Any) -> str:
    """An institution's name in the reader's language."""
    if house is None:
        return ""
    return str(house.name_en or house.name) if is_english() else str(house.name)


def recorded(request: HttpRequest, name: str, found: Sequence[queries.Referral]) -> list[queries.Referral]:
    """The referrals, after the people in them are put on record."""
    shown = list(found)
    audit.read(
        request.actor, request.at, name, subject_type="referrals.referral", subject_ids=[row.pk for row in shown],
        resident_ids=[row.resident_id for row in shown],
    )  # fmt: skip
    return shown


@dataclass(frozen=True, slots=True)
class Row:
    """One referral in a list: who, from where to where, where it stands, on whom it waits, until when."""

    pk: int
    number: str
    who: str
    way: str
    is_urgent: bool
    from_house: str
    to_house: str
    tone: str
    word: Any
    waits: Any
    due_at: datetime | None
    is_late: bool
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of referrals with its tabs."""

    rows: list[Row]
    page: Page
    tab: str
    tabs: list[tuple[str, Any, int | None]]
    text: str
    may_ask: bool


def _waits(request: HttpRequest, row: queries.Referral, *, is_ours_to_answer: bool) -> Any:
    """Whose turn it is: "us" to the institution that has to act, by its part to everybody else."""
    side = clock.WAITS_ON[State(row.state)]
    part = {clock.Side.ASKER: row.organisation_id, clock.Side.TAKER: row.taker_id, clock.Side.COMMUNITY: row.back_to_id}
    is_ours = is_ours_to_answer if side is clock.Side.ASKED else part.get(side) in request.actor.organisation_ids
    return (words.WAITS_OURS if is_ours else words.WAITS)[side]


def _row(request: HttpRequest, row: queries.Referral, *, is_ours: bool = False) -> Row:
    at = request.at
    state = State(row.state)
    tone, word = words.STATES[state]
    is_open = state in OPEN
    return Row(
        row.pk, row.number, row.resident.name, str(words.DIRECTIONS[row.direction]), row.urgency == "urgent", house_name(row.organisation),
        house_name(row.taker), tone, word, _waits(request, row, is_ours_to_answer=is_ours), row.due_at if is_open else None,
        is_open and clock.is_late(row.due_at, at), row.state_at,
    )  # fmt: skip


def rows(request: HttpRequest) -> Rows:
    """The list: what waits on us, what we wait for, what is over; late first."""
    is_house = reach(request.actor) is Reach.ORGANISATIONS
    tab = request.GET.get("tab", "ours" if is_house else "all")
    tab = tab if tab in TABS else "all"
    text = request.GET.get("q", "").replace("\0", "")[:60]
    page = queries.list_referrals(
        request.actor, queries.Filters(tab=tab, text=text), request.at, page=request.GET.get("page", "1")
    )
    shown = [_row(request, row, is_ours=tab == "ours") for row in recorded(request, "referrals.rows", page)]
    waiting = queries.waiting_counts(request.actor, request.at)[0] if is_house else None
    tabs = [("ours", _("等我们办"), waiting), ("theirs", _("等别家"), None)] if is_house else []
    tabs += [("all", _("全部"), None), ("over", _("已结束"), None)]
    return Rows(shown, page, tab, tabs, text, may(request.actor, Permission.REFERRAL_ASK))


@dataclass(frozen=True, slots=True)
class OfResident:
    """A resident's referrals."""

    resident_id: int
    name: str
    rows: list[Row]
    consults: list[Any]
    calls: list[Any]
    may_ask: bool
    may_consult: bool
    may_press: bool


def of_resident(request: HttpRequest, resident_id: int, consults: list[Any], calls: list[Any]) -> OfResident:
    """Every referral, consultation and call of one person in sight."""
    actor = request.actor
    resident = registry.get_resident(actor, resident_id)
    found = recorded(request, "referrals.of_resident", queries.list_of_resident(actor, resident_id))
    lives = resident.died_on is None
    return OfResident(
        resident_id, resident.name, [_row(request, row) for row in found], consults, calls, may(actor, Permission.REFERRAL_ASK) and lives,
        may(actor, Permission.CONSULT_ASK) and lives, may(actor, Permission.EMERGENCY_CALL) and lives,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What one asked institution said."""

    house: str
    tone: str
    word: Any
    place: str
    starts_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """One thing the reader may do now."""

    code: str
    label: Any
    url: str
    is_plain: bool
    is_danger: bool


@dataclass(frozen=True, slots=True)
class LapLine:
    """How long one state lasted."""

    word: Any
    minutes: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One referral, as far as the reader may see and act."""

    pk: int
    number: str
    version: int
    who: str
    is_own: bool
    resident_url: str
    way: str
    urgency: Any
    is_urgent: bool
    wants: Any
    department: str
    reason: str
    from_house: str
    taker: str
    tone: str
    word: Any
    waits: Any
    due_at: datetime | None
    is_late: bool
    ground: str
    answers: list[AnswerLine]
    laps: list[LapLine]
    events: list[dict[str, Any]]
    document: document.Readable | None
    document_url: str
    sections: list[tuple[Any, tuple[str, ...]]]
    readings: list[tuple[str, str, str]]
    is_withheld: bool
    plan: str
    back_to: str
    episode: tuple[str, str] | None
    leaves: tuple[str, str] | None
    ended: Any
    moves: list[Move]
    primary: Move | None
    course: list[tuple[Any, str, str, str]]


def detail(request: HttpRequest, referral_id: int) -> Detail:
    """One referral with its document, its answers and its clocks; the reading is on record."""
    actor, at = request.actor, request.at
    row = queries.get_referral(actor, referral_id)
    recorded(request, "referrals.detail", [row])
    answers, events = queries.answers_of(row), queries.events_of(row)
    state = State(row.state)
    tone, word = words.STATES[state]
    kept = queries.latest_document(row) if queries.has_document_sight(actor, row, answers) else None
    told = document.read(kept.bundle) if kept else None
    moves = _moves(request, row, answers)
    primary = next((move for move in moves if not move.is_danger and move.code != "close"), None)
    happened = [clock.Happened(one.event, one.to_state, one.at) for one in events]
    laps = clock.laps(happened, at, terminal=[state.value for state in TABLE.terminal])
    is_seen = registry.residents_in_sight(actor).filter(pk=row.resident_id).exists()
    episode = (
        row.back_episode
        if reach(actor) is not Reach.ORGANISATIONS or row.back_to_id in actor.organisation_ids
        else None
    )
    is_asker = row.episode is not None and row.organisation_id in actor.organisation_ids
    return Detail(
        pk=row.pk, number=row.number, version=row.version, who=row.resident.name, is_own=reach(actor) is Reach.PEOPLE,
        resident_url=reverse("registry:resident", args=[row.resident_id]) if is_seen and may(actor, Permission.RESIDENT_VIEW) else "",
        way=str(words.DIRECTIONS[row.direction]), urgency=words.URGENCIES[row.urgency], is_urgent=row.urgency == "urgent", wants=words.WANTS[row.wants],
        department=row.department, reason=row.reason, from_house=house_name(row.organisation), taker=house_name(row.taker), tone=tone, word=word,
        waits=_waits(request, row, is_ours_to_answer=primary is not None), due_at=row.due_at if state in OPEN else None, is_late=state in OPEN and clock.is_late(row.due_at, at),
        ground=str(words.GROUNDS[clock.Ground(row.due_ground)]) % {"reference": row.due_reference} if state in OPEN else "",
        answers=[_answer(one) for one in answers],
        laps=[LapLine(words.STATES[lap.state][1], lap.seconds // 60, lap.ended_at is None) for lap in laps], events=[_event(one) for one in events],
        document=told, document_url=reverse("referrals:document", args=[row.pk, kept.pk]) if kept else "", sections=_sections(told),
        readings=_readings(told, row.jurisdiction, at), is_withheld=kept is None, plan=row.plan if kept else "", back_to=house_name(row.back_to),
        episode=(episode.number, reverse("care:episode", args=[episode.pk])) if episode else None,
        leaves=(row.episode.number, reverse("care:episode", args=[row.episode.pk])) if is_asker and row.episode else None, ended=words.ENDED.get(row.ended_reason, row.ended_reason),
        moves=[move for move in moves if move != primary], primary=primary, course=_course(actor, row, at),
    )  # fmt: skip


def _course(actor: Any, row: queries.Referral, at: datetime) -> list[tuple[Any, str, str, str]]:
    """What the asking institution wrote: the day, the programme, the kind, the words."""
    found = queries.course_of(actor, row)
    programmes = (
        {one.code: episode_words.of(one.words) for one in care.programmes_of(row.jurisdiction, business_date(at))}
        if found
        else {}
    )
    return [
        (one.on, programmes.get(one.episode.programme, one.episode.programme), str(episode_words.RECORDS[one.kind]), str(one.content.get("note") or one.content.get("summary") or ""))
        for one in found
    ]  # fmt: skip


def _answer(one: queries.ReferralAnswer) -> AnswerLine:
    tone, word = words.ANSWERS[one.answer]
    return AnswerLine(house_name(one.organisation), tone, word, one.place, one.starts_at, one.reason)


def _event(one: queries.ReferralEvent) -> dict[str, Any]:
    """A step for the timeline: what, who, and whether it was late."""
    who = house_name(one.organisation) or _("系统")
    text = f"{words.EVENTS[one.event]} · {who}"
    if one.due_at is not None and one.at > one.due_at:
        text = f"{text} · {_('超过时限')}"
    note = one.facts.get("reason") or one.facts.get("place") or ""
    tone = "bad" if one.event in (Event.BREAK_OFF, Event.REFUSE) else "done"
    return {
        "at": one.at,
        "text": text,
        "by": "",
        "note": words.ENDED.get(note, note),
        "is_data": note not in words.ENDED,
        "tone": tone,
    }


def _sections(told: document.Readable | None) -> list[tuple[Any, tuple[str, ...]]]:
    return [(words.SECTIONS[section.code], section.lines) for section in told.sections] if told else []


def _readings(told: document.Readable | None, place: str, at: datetime) -> list[tuple[str, str, str]]:
    """Vital signs in the reader's language: name, value with unit, instant."""
    known = visits.vitals(place, business_date(at)) if told and told.readings else {}
    found = []
    for name, value, code, when in told.readings if told else ():
        sign = known.get(name)
        shown = (sign.en if is_english() else sign.zh) if sign else name
        found.append((shown, f"{value} {unit(code)}", when[:10]))
    return found


def _moves(request: HttpRequest, row: queries.Referral, answers: list[queries.ReferralAnswer]) -> list[Move]:
    """What the reader's institution may do now: its right, its part, the state."""
    actor = request.actor
    own = queries.own_answer(actor, answers)
    stands = own is not None and own.answer in (Answer.ASKED, Answer.OFFERED, Answer.ACCEPTED)
    mine = actor.organisation_ids
    part = {
        "offer": stands, "accept": own is not None and own.answer == Answer.OFFERED, "decline": stands, "arrive": row.taker_id in mine,
        "return": row.taker_id in mine, "close": row.taker_id in mine, "take_over": row.back_to_id in mine, "withdraw": row.organisation_id in mine,
    }  # fmt: skip
    order = ("accept", "offer", "arrive", "return", "take_over", "close", "decline", "withdraw")
    open_now = {_SHOWN[move.event] for move in TABLE.open_moves(State(row.state), actor) if move.event in _SHOWN}
    return [
        Move(
            code,
            button_of(code, own),
            reverse("referrals:move", args=[row.pk, code]),
            code in FORMLESS,
            code in _DANGER,
        )
        for code in order
        if code in open_now and part[code]
    ]


def button_of(code: str, own: queries.ReferralAnswer | None) -> Any:
    """What a button says: who has named a bed or slot names another one instead."""
    return words.OFFER_AGAIN if code == "offer" and _has_offered(own) else words.BUTTONS[code]


def _has_offered(own: queries.ReferralAnswer | None) -> bool:
    return own is not None and own.answer == Answer.OFFERED


def document_page(request: HttpRequest, referral_id: int, document_id: int) -> dict[str, Any]:
    """A document as it was sent, for machines; the reading is on record."""
    referral, found = queries.get_document(request.actor, referral_id, document_id)
    recorded(request, "referrals.document", [referral])
    return dict(found.bundle)


def move_form(request: HttpRequest, row: queries.Referral, code: str) -> forms.Form:
    """The form of a move that is more than a button."""
    data = request.POST if request.method == "POST" else None
    initial = {"version": row.version}
    match code:
        case "offer":
            own = queries.own_answer(request.actor, queries.answers_of(row))
            kept = own.place if own is not None and _has_offered(own) else ""
            return forms.OfferForm(data, kept=kept, initial=initial | {"starts_at": request.at})
        case "return":
            houses = [row.organisation, *queries.askable(row.organisation)]
            on, place = business_date(request.at), row.organisation.jurisdiction
            programmes = [(one.code, episode_words.of(one.words)) for one in care.programmes_of(place, on)]
            choices = [(str(one.pk), house_name(one)) for one in houses if one.pk != row.taker_id]
            return forms.ReturnForm(
                data, houses=choices, programmes=programmes, initial=initial | {"back_to": row.organisation_id, "programme": row.episode.programme if row.episode else ""}
            )  # fmt: skip
    return forms.ReasonForm(data, initial=initial)
