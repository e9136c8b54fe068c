"""Who lives where: the bed board, the list, one resident's page, and the forms of moving in and out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words
from yijia.apps.care import queries as care
from yijia.apps.homes import forms, queries, words
from yijia.apps.homes.screens.shared import (
    SlotLine,
    VisitLine,
    bed_word,
    house_name,
    in_order,
    recorded,
    slot_lines,
    visit_line,
)
from yijia.apps.referrals import words as referral_words
from yijia.base import scope
from yijia.core.calendar import age_on, business_date, start_of
from yijia.core.homes.lifecycle import TABLE, Event, State
from yijia.core.permissions import Permission, may
from yijia.core.refusal import Refusal

PAST_DAYS, COMING_DAYS = timedelta(days=7), timedelta(days=14)
"""Which visits one person's page shows."""


@dataclass(frozen=True, slots=True)
class BedCell:
    """One bed on the board: free, taken, or kept for somebody who is away."""

    pk: int
    number: str
    tone: str  # free, taken, away
    resident_id: int | None
    who: str
    level: str
    note: str


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its beds."""

    name: str
    beds: list[BedCell]
    free: int


@dataclass(frozen=True, slots=True)
class Building:
    """A building with its rooms."""

    name: str
    rooms: list[Room]
    beds: int
    free: int


@dataclass(frozen=True, slots=True)
class Board:
    """Every bed of the home."""

    buildings: list[Building]
    beds: int
    living: int
    away: int
    free: int
    may_run: bool

    @property
    def share(self) -> float | None:
        """Occupancy: beds that somebody has, kept ones included; unknown without beds."""
        return (self.beds - self.free) / self.beds if self.beds else None


def board(request: HttpRequest) -> Board:
    """The bed board by building and room."""
    actor, on = request.actor, business_date(request.at)
    levels = queries.levels(actor.jurisdiction or "CN", on)
    rows = queries.beds_of(actor)
    rows.sort(key=lambda bed: (in_order(bed.building), in_order(bed.room), in_order(bed.number)))
    recorded(request, "homes.board", [one["resident_id"] for bed in rows for one in bed.taken])
    buildings = []
    for name, of_building in groupby(rows, key=lambda bed: bed.building):
        rooms = [
            Room(room, cells := [_cell(bed, levels, on) for bed in beds], sum(cell.tone == "free" for cell in cells))
            for room, beds in groupby(of_building, key=lambda bed: bed.room)
        ]
        buildings.append(Building(name, rooms, sum(len(room.beds) for room in rooms), sum(room.free for room in rooms)))
    cells = [cell for building in buildings for room in building.rooms for cell in room.beds]
    count = {tone: sum(cell.tone == tone for cell in cells) for tone in ("taken", "away", "free")}
    return Board(buildings, len(cells), count["taken"], count["away"], count["free"], may(actor, Permission.HOME_RUN))


def _cell(bed: Any, levels: list[Any], on: date) -> BedCell:
    person = next(iter(bed.taken), None)
    if person is None:
        return BedCell(bed.pk, bed.number, "free", None, "", "", "")
    is_away = person["state"] == State.AWAY
    note = ""
    if is_away:
        note = str(words.AWAY.get(person["away_reason"], ""))
        back = date.fromisoformat(person["back_on"]) if person["back_on"] else None
        note += " · " + (_("%(day)s 回") % {"day": f"{back:%m-%d}"}) if back else ""
    level = words.level_word(levels, person["level"])
    return BedCell(
        bed.pk, bed.number, "away" if is_away else "taken", person["resident_id"], person["name"], level, note
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the plain list."""

    resident_id: int
    who: str
    bed: str
    level: str
    state: str
    note: str
    since_on: date
    until_on: date | None
    age: int


@dataclass(frozen=True, slots=True)
class People:
    """The plain list, searched and paged."""

    rows: list[PersonRow]
    page: Page
    text: str
    state: str
    level: str
    levels: list[tuple[str, str]]
    may_run: bool


def people(request: HttpRequest) -> People:
    """Who lives here, or who left, by name."""
    actor, on = request.actor, business_date(request.at)
    text, state, level = (request.GET.get(name, "").replace("\0", "")[:60] for name in ("q", "state", "level"))
    state = state if state in set(State) else ""
    page = queries.list_placements(actor, text=text, state=state, level=level, page=request.GET.get("page", "1"))
    named = queries.levels(actor.jurisdiction or "CN", on)
    recorded(request, "homes.people", [row.resident_id for row in page])
    rows = [_person(row, named, on) for row in page]
    levels = [(one["code"], words.level_word(named, one["code"])) for one in named]
    return People(rows, page, text, state, level, levels, may(actor, Permission.HOME_RUN))


def _person(row: Any, levels: list[Any], on: date) -> PersonRow:
    reason = words.AWAY.get(row.away_reason) or words.LEFT.get(row.end_reason) or ""
    return PersonRow(
        row.resident_id, row.resident.name, bed_word(row), words.level_word(levels, row.care_level), row.state, str(reason), row.from_on, row.until_on,
        age_on(row.resident.born_on, on),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class EpisodeLine:
    """One programme of the person at some institution: no record of it is opened here."""

    programme: str
    number: str
    house: str
    state: str
    next_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class MedicineLine:
    """One line of the list."""

    pk: int
    name: str
    dose: str
    route: str
    times: str
    prescriber: str
    source: str
    from_on: date
    until_on: date | None
    is_over: bool
    stop_reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done now."""

    label: Any
    url: str
    is_plain: bool
    is_danger: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything about one person's living here."""

    placement_id: int
    version: int
    resident_id: int
    who: str
    age: int
    bed: str
    level: str
    state: str
    since_on: date
    until_on: date | None
    away: str
    away_to: str
    back_on: date | None
    is_over_time: bool
    end_reason: Any
    steps: list[Step]
    primary: Step | None
    slots: list[SlotLine]
    medicines: list[MedicineLine]
    episodes: list[EpisodeLine]
    visits: list[VisitLine]
    referrals: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    events: list[dict[str, Any]]
    allergies: list[str]
    may_give: bool
    may_press: bool
    may_ask: bool
    is_open: bool


def resident_page(request: HttpRequest, resident_id: int) -> PersonPage:
    """One resident: placement, medicines, programmes, visits, referrals; the reading is on record."""
    actor, at, on = request.actor, request.at, business_date(request.at)
    row = queries.whole_placement_of(actor, resident_id)
    recorded(request, "homes.resident", [resident_id])
    medicines = queries.list_medicines(row, on)
    for one in medicines:
        one.placement = row
    is_open = State(row.state) is not State.LEFT
    episodes: list[Any] = []
    visits: list[Any] = []
    if is_open:  # who has left is no longer the home's to look after
        with scope.whole_system():
            episodes = queries.episodes_for_home(resident_id)
            visits = queries.visits_of_person(resident_id, start_of(on) - PAST_DAYS, start_of(on) + COMING_DAYS)
    steps = _steps(row, actor) if is_open else []
    resident = row.resident
    holding = [one for one in medicines if one.until_on is None or one.until_on > on]
    return PersonPage(
        placement_id=row.pk, version=row.version, resident_id=resident_id, who=resident.name,         age=age_on(resident.born_on, on), bed=bed_word(row), level=words.level_word(queries.levels(row.organisation.jurisdiction, on), row.care_level),
        state=row.state, since_on=row.from_on, until_on=row.until_on, away=str(words.AWAY.get(row.away_reason, "")), away_to=row.away_to,
        back_on=row.back_on, is_over_time=row.back_on is not None and row.back_on < on, end_reason=words.LEFT.get(row.end_reason, ""),
        steps=[step for step in steps if not step.is_plain], primary=next((step for step in steps if step.is_plain), None),
        slots=slot_lines(holding, on, at) if is_open else [], medicines=[_medicine(one, on) for one in medicines],
        episodes=[_episode(one, at) for one in episodes], visits=[visit_line(one, on) for one in visits],
        referrals=[_waiting(one, referral_words.STATES, "referrals:referral") for one in row.referral_rows],
        calls=[_waiting(one, referral_words.CALL_STATES, "referrals:call") for one in row.call_rows], events=[_event(one) for one in reversed(row.event_rows)],
        allergies=[str(one) for one in resident.allergies], may_give=is_open and may(actor, Permission.HOME_GIVE),
        may_press=is_open and may(actor, Permission.EMERGENCY_CALL), may_ask=is_open and may(actor, Permission.REFERRAL_ASK), is_open=is_open,
    )  # fmt: skip


def _steps(row: Any, actor: Any) -> list[Step]:
    return [
        Step(
            words.BUTTONS[move.event], reverse("homes:move", args=[row.pk, move.event.value]), move.event is Event.COME_BACK,
            move.event is Event.LEAVE,
        )
        for move in TABLE.open_moves(State(row.state), actor)
    ]  # fmt: skip


def _medicine(one: Any, on: date) -> MedicineLine:
    is_over = one.until_on is not None and one.until_on <= on
    return MedicineLine(
        one.pk, one.name, one.dose, one.route, " ".join(one.times), one.prescriber, one.source, one.from_on, one.until_on, is_over, one.stop_reason
    )  # fmt: skip


def _episode(one: Any, at: datetime) -> EpisodeLine:
    found = care.programme_for(one.programme, one.jurisdiction, business_date(at))
    name = one.programme if isinstance(found, Refusal) else episode_words.of(found.words)
    late = one.next_due_at is not None and one.next_due_at < at
    return EpisodeLine(name, one.number, house_name(one.organisation), one.state, one.next_due_at, late)


def _waiting(one: dict[str, Any], states: dict[Any, Any], door: str) -> dict[str, Any]:
    tone, word = states[one["state"]]
    due = datetime.fromisoformat(one["due_at"]) if one["due_at"] else None
    return {"url": reverse(door, args=[one["id"]]), "number": one["number"], "tone": tone, "word": word, "due_at": due}


def _event(one: dict[str, Any]) -> dict[str, Any]:
    facts = one["facts"]
    reason = words.REASONS.get(facts.get("reason", ""), "")
    parts = [facts.get("to", ""), facts.get("bed", ""), facts.get("note", "")]
    note = " · ".join(part for part in parts if part)
    return {
        "at": datetime.fromisoformat(one["at"]), "text": f"{words.EVENTS[one['event']]}{' · ' if reason else ''}{reason}", "by": one["by"] or "", "note": note, "is_data": True, "tone": "done",
    }  # fmt: skip


def free_beds(request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Free beds for a choice, by building."""
    rows = [bed for bed in queries.beds_of(request.actor) if not bed.taken]
    rows.sort(key=lambda bed: (in_order(bed.building), in_order(bed.room), in_order(bed.number)))
    return [
        (name, [(str(bed.pk), f"{bed.room}-{bed.number}") for bed in beds])
        for name, beds in groupby(rows, key=lambda bed: bed.building)
    ]


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form with its words."""

    title: Any
    lead: str
    label: Any
    back_url: str
    form: Any
    is_danger: bool = False
    note: str = ""


def admit_page(request: HttpRequest) -> FormPage:
    """Somebody moves in."""
    home, on = queries.home_of(request.actor), business_date(request.at)
    levels = [(one["code"], words.level_word([one], one["code"])) for one in queries.levels(home.jurisdiction, on)]
    chosen = request.GET.get("bed", "")
    initial = {"from_on": on, "bed": chosen if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else ""}
    beds: Sequence[Any] = free_beds(request)
    form = forms.AdmitForm(_data(request), beds=beds, levels=levels, initial=initial)
    note = "" if beds else _("没有空床。请先添加床位，或办理退住。")
    return FormPage(_("办理入住"), house_name(home), _("办理入住"), reverse("homes:board"), form, note=note)


def bed_page(request: HttpRequest) -> FormPage:
    """Beds are put up."""
    home = queries.home_of(request.actor)
    return FormPage(
        _("添加床位"), house_name(home), _("添加床位"), reverse("homes:board"), forms.BedForm(_data(request))
    )


def move_page(request: HttpRequest, placement_id: int, code: str) -> FormPage:
    """The form of a move.

    Raises      Http404: there is no such move, or it takes a button only
    """
    row = queries.get_placement(request.actor, placement_id)
    recorded(request, "homes.move", [row.resident_id])
    initial = {"version": row.version, "on": business_date(request.at)}
    match code:
        case Event.CHANGE_BED:
            form: Any = forms.ChangeBedForm(_data(request), beds=free_beds(request), initial=initial)
        case Event.GO_AWAY:
            form = forms.AwayForm(_data(request), initial=initial)
        case Event.LEAVE:
            form = forms.LeaveForm(_data(request), initial=initial)
        case _:
            raise Http404
    label = words.BUTTONS[Event(code)]
    lead = f"{row.resident.name} · {bed_word(row)}"
    note = _("退住后床位空出，本机构不再看到他的资料；外来的上门服务改去他原来的住址。") if code == Event.LEAVE else ""
    return FormPage(
        label, lead, label, reverse("homes:resident", args=[row.resident_id]), form, code == Event.LEAVE, note
    )


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
