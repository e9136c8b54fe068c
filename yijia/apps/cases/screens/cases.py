"""The desk, one case, and the public notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from yijia.apps.cases import queries, words
from yijia.apps.cases.screens.shared import level_word, said, two
from yijia.base import audit, instruments, roles
from yijia.base.clock import business_date
from yijia.core import procedures
from yijia.core.permissions import Actor, Permission, Reach, Role, may, reach
from yijia.core.procedures import Procedure
from yijia.core.refusal import Refusal

PAGE = 20
_WITH_WORDS = frozenset({"return", "object", "dismiss", "refuse"})
_ONWARD = ("accept", "publish", "decide")  # what moves a case on without a word of explanation


@dataclass(frozen=True, slots=True)
class Row:
    """One case in a list."""

    id: int
    number: str
    who: str
    state: str
    tone: str
    step: str
    due_on: date | None
    days_left: int | None
    level: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Desk:
    rows: list[Row]
    page: Page
    late: int
    is_own: bool
    may_apply: bool
    role: str
    is_narrowed: bool
    states: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SeatRow:
    seat: int
    name: str
    is_submitted: bool
    level: str
    people: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    item: str
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: where it stands, what waits, what the reader may do."""

    row: Row
    case: Any
    events: list[dict[str, Any]]
    moves: list[tuple[str, str]]
    primary: tuple[str, str] | None
    needs_words: frozenset[str]
    reasons: list[tuple[str, str]]
    refused_for: str
    seats: list[SeatRow]
    differences: list[DifferenceRow]
    is_compared: bool
    same_of: tuple[int, int]
    votes: list[Any]
    seats_of_vote: tuple[int, int]
    levels: list[tuple[int, str]]
    has_voted: bool
    letters: list[Any]
    is_own: bool
    is_assessor: bool
    has_entry: bool
    is_handed_in: bool
    may_vote: bool
    may_reissue: bool
    may_fill: bool
    why_draft: str
    is_start_unknown: bool
    standing: str
    next: str
    steps: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Notice:
    number: str
    who: str
    township: str
    level: str
    until: date | None
    is_draft: bool


def _row(case: Any, today: date, is_own: bool, off: dict[date, bool]) -> Row:
    procedure = queries.procedure_of(case)
    state = procedure.states[case.state]
    return Row(
        case.pk, case.number, case.resident.name if is_own else "", case.state, state.tone, said(state), case.due_on,
        queries.days_left(case.due_on, today, off) if case.is_open else None, _level(case), case.is_draft,
    )  # fmt: skip


def _level(case: Any) -> str:
    if case.level is None:
        return ""
    return level_word(
        instruments.find(case.instrument, jurisdiction=case.jurisdiction, on=case.state_since_on), case.level
    )


def _is_own(actor: Actor) -> bool:
    return reach(actor) is Reach.PEOPLE


def desk(request: HttpRequest, wanted: Mapping[str, Any]) -> Desk:
    """Cases in sight, what is owed first."""
    actor, today = request.actor, business_date(request.at)
    state = wanted.get("state") or ""
    rows = queries.list_cases(
        actor, state="" if state == "open" else state, is_open=state == "open",
        is_late_on=today if wanted.get("late") else None, text=wanted.get("text") or "",
    )  # fmt: skip
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    off = queries.holidays(actor.jurisdiction or "CN", today)
    is_own = _is_own(actor)
    shown = [_row(case, today, is_own, off) for case in page.object_list]
    for_masks = {case.pk: case.resident.name for case in page.object_list}
    audit.read(
        actor, request.at, "cases.desk", subject_type="cases.case", subject_ids=[row.id for row in shown],
        resident_ids=[case.resident_id for case in page.object_list],
    )  # fmt: skip
    return Desk(
        [_named(row, for_masks[row.id]) for row in shown], page, 0 if is_own else queries.count_late(actor, today), is_own,
        may(actor, Permission.CASE_APPLY), actor.role.value if actor.role else "",
        any(wanted.get(name) for name in ("state", "late", "text")), states(actor, today),
    )  # fmt: skip


def _named(row: Row, name: str) -> Row:
    return Row(
        row.id, row.number, name, row.state, row.tone, row.step, row.due_on, row.days_left, row.level, row.is_draft
    )


def states(actor: Actor, today: date) -> list[tuple[str, str]]:
    """The states of the procedure in force, for the filter."""
    value = queries.procedure_in_force("ltc_grading", jurisdiction=actor.jurisdiction or "CN", on=today)
    if isinstance(value, Refusal):
        return []
    return [(state["id"], two(state["zh"], state["en"])) for state in value.value["states"]]


def case_page(request: HttpRequest, case_id: int) -> CasePage:
    """One case as far as the reader may know it."""
    actor, today = request.actor, business_date(request.at)
    case = queries.get_case(actor, case_id)
    procedure, is_own = queries.procedure_of(case), _is_own(actor)
    instrument = instruments.find(case.instrument, jurisdiction=case.jurisdiction, on=today)
    ready = queries.compiled_for_system(case, today)
    off = queries.holidays(case.jurisdiction, today)
    audit.read(
        actor,
        request.at,
        "cases.case",
        subject_type="cases.case",
        subject_ids=[case.pk],
        resident_ids=[case.resident_id],
    )
    seats = queries.seats(actor, case)
    entered = [seat.result for seat in seats if seat.result is not None]
    found = None
    if len(entered) >= procedure.assessors and not isinstance(instrument, Refusal):
        found = procedures.compare(instrument, *entered)
    events = [
        {
            "at": event.at, "text": _event_word(procedure, event), "by": _by(event, is_own), "tone": "done",
            "note": "" if event.event in ("assign", "settle") else event.note,
        }
        for event in queries.list_events(actor, case)
    ]  # fmt: skip
    is_draft = not isinstance(ready, Refusal) and ready.is_draft
    why = (
        ""
        if not is_draft or isinstance(ready, Refusal) or ready.why_draft is None
        else two(ready.why_draft["zh"], ready.why_draft["en"])
    )
    handles = may(actor, Permission.CASE_HANDLE)
    levels = (
        []
        if isinstance(instrument, Refusal)
        else [(band.level, f"{band.level} · {said(band)}") for band in instrument.bands_of() if band.level is not None]
    )
    votes = queries.votes(actor, case)
    moves = _moves(procedure, case, actor)
    is_early = case.state == "notice" and case.due_on is not None and today <= case.due_on
    moves = [move for move in moves if not (move[0] == "decide" and is_early)]  # offered once the notice is over
    primary = next((move for move in moves if move[0] in _ONWARD), None)
    return CasePage(
        row=_named(_row(case, today, is_own, off), case.resident.name), case=case, events=events,
        moves=[move for move in moves if move != primary], primary=primary, needs_words=_WITH_WORDS,
        reasons=[(one.id, said(one)) for one in procedure.reasons.values()],
        refused_for=said(procedure.reasons[case.refused_for]) if case.refused_for else "",
        seats=_seat_rows(case, procedure, seats, handles, today, instrument), differences=_difference_rows(instrument, found),
        is_compared=found is not None, same_of=(0, 0) if found is None else (found.count - len(found.items), found.count),
        votes=[(vote, level_word(instrument, vote.level)) for vote in votes], seats_of_vote=(procedure.majority, procedure.seats),
        levels=levels, has_voted=any(vote.level is not None for vote in votes) and actor.role is Role.EXPERT,
        letters=queries.list_letters(actor, case), is_own=is_own, is_assessor=actor.role is Role.ASSESSOR,
        has_entry=actor.role is Role.ASSESSOR and any(seat.seat in procedure.open_seats(case.state) for seat in seats),
        is_handed_in=actor.role is Role.ASSESSOR and any(seat.is_submitted for seat in seats),
        may_vote=case.state == "voting" and may(actor, Permission.CASE_VOTE),
        may_reissue=handles and case.state == "decided" and case.is_draft and not is_draft,
        may_fill=case.state == "draft" and may(actor, Permission.CASE_APPLY),
        why_draft=why if case.level is not None or not is_own else "",
        is_start_unknown=case.state == "decided" and case.starts_on is None, standing=_standing(case, instrument, today),
        next=str(_next(case, actor, is_own)),
    )  # fmt: skip


def _next(case: Any, actor: Actor, is_own: bool) -> Any:
    """The sentence that says what comes next; assessors and experts have their own panel for it."""
    if is_own:
        return words.NEXT_OF_PERSON.get(case.state, "")
    return words.NEXT_OF_AGENCY.get(case.state, "") if may(actor, Permission.CASE_HANDLE) else ""


def _standing(case: Any, instrument: Any, today: date) -> str:
    """The grade of a decision that holds while it is looked at again, or after that was given up; "—" where it is not on record."""
    if case.decided_at is None or case.state in ("decided", "expired"):
        return ""
    if case.valid_until is None or today >= case.valid_until:
        return ""
    return level_word(instrument, case.standing_level) or "—"


def _moves(procedure: Procedure, case: Any, actor: Actor) -> list[tuple[str, str]]:
    hidden = {"agree", "differ", "concur", "scatter", "settle", "split", "expire"} | (
        {"submit"} if case.state == "draft" else set()
    )
    return [(event, two(*procedure.events[event])) for event in queries.open_events(case, actor) if event not in hidden]


def _event_word(procedure: Procedure, event: Any) -> str:
    if event.event in procedure.events:
        return two(*procedure.events[event.event])
    return str(words.EVENTS[event.event]) % {"note": event.note}


def _by(event: Any, is_own: bool) -> str:
    """Who did it: people are told the office, not the person."""
    if event.by is None:
        return ""
    return roles.label(event.role) if is_own and event.role else event.by.display_name


def _seat_rows(
    case: Any, procedure: Procedure, seats: list[queries.Seat], handles: bool, today: date, instrument: Any
) -> list[SeatRow]:
    taken = {seat.seat: seat for seat in seats}
    given_out = procedure.open_seats(case.state) if handles else range(0)
    people = queries.assessors_for(case, Role.ASSESSOR, today, is_fresh=True) if given_out else []
    rows = []
    for number in sorted({*range(1, procedure.assessors + 1), *taken, *given_out}):
        seat = taken.get(number)
        if seat is not None:
            rows.append(
                SeatRow(
                    number,
                    seat.name,
                    seat.is_submitted,
                    level_word(instrument, seat.level),
                    [] if seat.is_submitted or number not in given_out else people,
                )
            )
        elif number in given_out:
            rows.append(SeatRow(number, "", False, "", people))
    return rows


def _difference_rows(instrument: Any, found: Any) -> list[DifferenceRow]:
    if found is None or isinstance(instrument, Refusal):
        return []
    return [
        DifferenceRow(said(item), tuple(said(item.option(option)) for option in one.chosen))
        for one in found.items
        for item in [instrument.item(one.item)]
    ]


def notices(request: HttpRequest, jurisdiction: str) -> list[Notice]:
    """What is on public notice in this place: a name's first character, the township, the grade."""
    return [
        Notice(
            case.number, case.resident.name, case.resident.household.township, _level(case), case.due_on, case.is_draft
        )
        for case in queries.list_notices(jurisdiction)
    ]
