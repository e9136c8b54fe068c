"""Episodes as values: the list, one episode with what it waits for, a family's own."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.care import episode_forms, episode_words, queries, seams
from yijia.apps.care.screens import common
from yijia.apps.care.screens.common import recorded
from yijia.apps.care.screens.course import endless, steps_of
from yijia.apps.care.screens.packages import Held, held
from yijia.apps.care.screens.records import RecordLine, lines_of
from yijia.apps.care.screens.remaining import MOVE, SIGN, Closing, closing_of, left_to_agree
from yijia.apps.care.screens.week import Agreed, agreed
from yijia.base.words import sentence
from yijia.core.calendar import business_date, local
from yijia.core.permissions import Actor, Permission, may
from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.model import Programme
from yijia.core.refusal import Refusal

FORMLESS = frozenset({Event.ASSESS, Event.AGREE, Event.RESUME, Event.REVIEW, Event.TAKE_BACK, Event.CLOSE})
"""Moves that ask for nothing: a button is enough."""


_ONE_WAY_ON = frozenset({State.APPLIED, State.AGREED, State.SUSPENDED, State.REFERRED})
"""States in which the first move is what everybody waits for."""


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One line of a list: who, what, where it stands, what is next and when."""

    pk: int
    number: str
    who: str
    programme: str
    state: str
    following: str
    due_at: datetime | None
    due_day: date | None
    is_late: bool
    is_worsening: bool
    people: str
    institution: str
    until_on: date | None
    endless: str


@dataclass(frozen=True, slots=True)
class Episodes:
    """A page of episodes with what narrows it."""

    rows: list[EpisodeRow]
    page: Page
    programmes: list[tuple[str, str]]
    states: list[tuple[str, str]]
    chosen: str
    state: str
    text: str
    may_work: bool
    may_run: bool
    left_behind: int


@dataclass(frozen=True, slots=True)
class DueLine:
    """One thing due in an episode."""

    pk: int
    code: str
    what: str
    cadence: str
    opens_on: date
    due_at: datetime
    due_day: date | None
    is_late: bool
    order: str
    order_url: str
    may_order: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class Move:
    """One thing the reader may do now."""

    code: str
    label: Any
    url: str
    is_plain: bool
    is_danger: bool


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """One episode, as far as the reader may see and act."""

    pk: int
    number: str
    version: int
    who: str
    programme: str
    programme_url: str
    state: str
    following: str
    ahead: str  # what an application waits for, of `remaining`
    institution: str
    grade: str
    people: list[tuple[str, str]]
    cycle: str
    until_on: date | None
    endless: str
    registered_no: str
    is_worsening: bool
    conditions: list[tuple[str, str]]
    papers: list[tuple[str, str, bool]]
    dues: list[DueLine]
    unknown: list[str]
    records: list[RecordLine]
    events: list[dict[str, Any]]
    moves: list[Move]
    primary: Move | None
    may_qualify: bool
    may_prepare: bool
    may_record: bool
    closing: Closing | None
    may_admit: bool
    may_discharge: bool
    may_name: bool
    may_choose: bool
    package: Held | None
    may_hand_on: bool
    setting: str
    may_plan_week: bool
    week: Agreed | None
    is_own: bool
    to_sign: str
    to_open: str  # the next unsigned paper, for staff
    referral: seams.OpenReferral | None


def house_name(house: Any) -> str:
    """An institution's name in the reader's language."""
    return str(house.name_en or house.name) if episode_words.in_english() else str(house.name)


def whole_day(due_at: datetime | None) -> date | None:
    """The last day on which something may be done, where its time is up at midnight."""
    if due_at is None or local(due_at).time() != time(0):
        return None
    return business_date(due_at - timedelta(minutes=1))


def names_of(jurisdiction: str, on: date) -> dict[str, str]:
    """Code → name of every programme of a place."""
    return {one.code: episode_words.of(one.words) for one in queries.programmes_of(jurisdiction, on)}


def row_of(episode: queries.Episode, at: datetime, names: dict[str, str], activities: dict[str, str]) -> EpisodeRow:
    """One episode as a line of a list."""
    people = (", " if episode_words.in_english() else "、").join(
        person.name for person in (episode.lead, episode.nurse) if person is not None
    )
    following = activities.get(episode.next_activity) or str(episode_words.NEXT[episode.state])
    return EpisodeRow(
        episode.pk, episode.number, episode.resident.name, names.get(episode.programme, episode.programme), episode.state, following,
        episode.next_due_at, whole_day(episode.next_due_at), episode.next_due_at is not None and episode.next_due_at < at, episode.is_worsening, people or "—",
        house_name(episode.organisation), episode.cycle_until, endless(episode, business_date(at)),
    )  # fmt: skip


def activities_of(jurisdiction: str, on: date) -> dict[str, str]:
    """Code → name of every kind of service of a place's programmes."""
    return {
        line.code: episode_words.of(line.words) for one in queries.programmes_of(jurisdiction, on) for line in one.plan
    }


def episodes(request: HttpRequest) -> Episodes:
    """The list; whoever is shown is put on record."""
    on, place = business_date(request.at), request.actor.jurisdiction or "CN"
    chosen, state, text = (request.GET.get(name, "").replace("\0", "")[:60] for name in ("programme", "state", "q"))
    wanted = queries.EpisodeFilters(text=text, programme=chosen, states=(state,) if state in set(State) else ())
    page = queries.list_episodes(request.actor, wanted, page=request.GET.get("page", "1"))
    names, activities = names_of(place, on), activities_of(place, on)
    rows = [row_of(episode, request.at, names, activities) for episode in recorded(request, "care.episodes", page)]
    states = [(one.value, episode_words.episode_state(one)) for one in State]
    may_run = may(request.actor, Permission.EPISODE_RUN)
    may_work = may(request.actor, Permission.EPISODE_DUE)
    return Episodes(
        rows,
        page,
        sorted(names.items()),
        states,
        chosen,
        state,
        text,
        may_work,
        may_run,
        sum(person.carries for person in queries.left_behind(request.actor.organisation_ids)) if may_run else 0,
    )


def mine(request: HttpRequest) -> list[EpisodeRow]:
    """What runs for oneself and those one acts for, soonest first."""
    found = queries.list_episodes(request.actor, queries.EpisodeFilters(), size=50)
    on, rows = business_date(request.at), []
    for episode in recorded(request, "care.my_episodes", found):
        names, activities = names_of(episode.jurisdiction, on), activities_of(episode.jurisdiction, on)
        rows.append(row_of(episode, request.at, names, activities))
    return rows


def episode(request: HttpRequest, episode_id: int) -> EpisodePage:
    """One episode for whoever reads it."""
    row = queries.get_episode(request.actor, episode_id)
    recorded(request, "care.episode", [row])
    on = business_date(request.at)
    found = queries.programme_for(row.programme, row.jurisdiction, on)
    programme = found if isinstance(found, Programme) else None
    is_own = common.is_own(request.actor)
    actor, state = request.actor, State(row.state)
    people = [
        (_("责任人员"), row.lead.name if row.lead else ""),
        (_("护士"), row.nurse.name if row.nurse else ""),
        (_("团队"), row.team.name if row.team else ""),
    ]
    referral = seams.referral_of(row)
    moves = [] if programme is None or is_own else _moves(request, row, programme, referral)
    dues = _dues(request, row, programme)
    records = lines_of(request, row, programme)
    left = closing_of(row.state, row.cycle_no, records, bool(dues))
    closing = left if may(actor, Permission.EPISODE_RUN) and not is_own else None
    papers = _papers(actor, row)
    unsigned = next((url for _title, url, is_signed in papers if url and not is_signed), "")
    is_last = closing is not None and closing.step == "close"
    ahead = left_to_agree(state, row.cycle_no, row.stated, programme, records, papers)
    is_clear = state in _ONE_WAY_ON or is_last or ahead == MOVE
    primary = moves[0] if moves and is_clear and not moves[0].is_danger else None
    return EpisodePage(
        pk=row.pk, number=row.number, version=row.version, who=row.resident.name, programme=episode_words.of(programme.words) if programme else row.programme,
        programme_url=reverse("care:programme", args=[row.programme]), state=row.state, following=str(episode_words.LEFT_TO_AGREE[ahead]) if ahead else _following(row, left, dues), ahead=ahead,
        institution=house_name(row.organisation), grade=_grade(programme, row.grade), people=[(label, name) for label, name in people if name],
        cycle=_("第 %(n)s 周期，%(from)s 起") % {"n": row.cycle_no, "from": row.cycle_from} if row.cycle_from else "", until_on=row.cycle_until, endless=endless(row, on),
        registered_no=row.registered_no, is_worsening=row.is_worsening, conditions=_conditions(row), papers=papers,
        dues=dues, unknown=[] if is_own else _unknown(programme, row, request.at), records=records,
        events=steps_of(request, row, programme), moves=[move for move in moves if move != primary], primary=primary,
        may_qualify=may(actor, Permission.EPISODE_ASSESS) and state in (State.ASSESSING, State.RENEWING),
        may_prepare=may(actor, Permission.EPISODE_RUN) and state in (State.ASSESSING, State.RENEWING) and bool(programme and programme.papers) and ahead not in (SIGN, MOVE),
        may_record=may(actor, Permission.EPISODE_RECORD) and (row.state in queries.RUNNING or bool(dues)),
        closing=closing,
        may_admit=may(actor, Permission.EPISODE_RUN) and state in (State.ACTIVE, State.RENEWING, State.SUSPENDED), may_discharge=not is_own and may(actor, Permission.EPISODE_RUN) and queries.has_open_stay(row.resident_id), may_name=not is_own and may(actor, Permission.EPISODE_RUN) and state is not State.CLOSED,
        may_choose=not is_own and bool(programme and programme.packages) and state in (State.APPLIED, State.ASSESSING, State.RENEWING), package=held(row, programme, request.at), week=agreed(row, programme, on), setting=str(episode_words.SETTINGS.get(row.setting, "")),
        may_hand_on=not is_own and bool(programme and programme.provider and programme.provider.alliance) and may(actor, Permission.EPISODE_RUN) and state in (State.ACTIVE, State.SUSPENDED, State.RENEWING),
        may_plan_week=not is_own and bool(programme and programme.modes) and may(actor, Permission.EPISODE_RUN) and state not in (State.APPLIED, State.CLOSING, State.CLOSED), is_own=is_own,
        to_sign=unsigned if is_own else "", to_open="" if is_own else unsigned, referral=referral,
    )  # fmt: skip


def _following(row: queries.Episode, closing: Closing | None, dues: list[DueLine]) -> str:
    if row.is_worsening and row.state in queries.RUNNING:
        return _("先处理病情，再转诊或提前随访")
    if row.asked_id is not None:
        return _("等对方机构接手")
    if closing is None or closing.step == "settle":
        return str(episode_words.NEXT[row.state])
    return {
        "write": _("写结案记录"),
        "record": dues[0].what if dues else "",
        "close": str(episode_words.BUTTONS[Event.CLOSE.value]),
    }[closing.step]


def _grade(programme: Programme | None, code: str) -> str:
    grades = programme.grading.grades if programme and programme.grading else ()
    return next((episode_words.of(one.words) for one in grades if one.code == code), code)


def _conditions(row: queries.Episode) -> list[tuple[str, str]]:
    said = {True: _("是"), False: _("否")}
    known = [(name, content) for name, content in row.stated.items() if content is not None]
    return [
        (
            episode_forms.column_word(name),
            said.get(content, str(content)) if isinstance(content, bool) else str(content),
        )
        for name, content in known
    ]


def _papers(actor: Actor, row: queries.Episode) -> list[tuple[str, str, bool]]:
    """The papers of the cycle, with a way to each for whoever may open it; two of one kind say until when each holds."""
    english, opens = episode_words.in_english(), may(actor, Permission.ORDER_VIEW)
    here = reverse("care:episode", args=[row.pk])  # whoever signed comes back to what is still open
    papers = queries.papers_of(row)
    kinds = [paper.kind for paper in papers]
    return [
        (
            _title(paper, english, is_alone=kinds.count(paper.kind) == 1),
            f"{reverse('agreements:paper', args=[paper.pk])}?next={here}" if opens else "",
            paper.signed_at is not None,
        )
        for paper in papers
    ]


def _title(paper: Any, english: bool, *, is_alone: bool) -> str:
    title = str(paper.text["en" if english else "zh"]["title"])
    if is_alone or paper.valid_until is None:
        return title
    return _("%(title)s（到 %(day)s）") % {"title": title, "day": paper.valid_until - timedelta(days=1)}


def _dues(request: HttpRequest, row: queries.Episode, programme: Programme | None) -> list[DueLine]:
    lines = []
    for duty in queries.open_duties_of(request.actor, row):
        line = programme.activity(duty.activity) if programme else None
        refusal = sentence(Refusal(duty.refusal["code"], duty.refusal["facts"])) if duty.refusal else ""
        lines.append(
            DueLine(
                duty.pk, duty.activity, episode_words.of(line.words) if line else duty.activity, episode_words.cadence(line, programme, row.grade) if line and programme else "",
                duty.opens_on, duty.due_at, whole_day(duty.due_at), duty.due_at < request.at, duty.order.number if duty.order else "",
                reverse("care:order", args=[duty.order_id]) if duty.order_id else "",
                bool(line and line.items and duty.order_id is None and may(request.actor, Permission.EPISODE_RUN) and may(request.actor, Permission.ORDER_HANDOVER)),
                refusal,
            )
        )  # fmt: skip
    return lines


def _unknown(programme: Programme | None, row: queries.Episode, at: datetime) -> list[str]:
    """Sentences for what the place does not know: parts that stop money, and cadences nobody wrote."""
    if programme is None:
        return []
    return [sentence(one) for one in queries.not_known(programme, row.grade, at, row.package)]


def _moves(
    request: HttpRequest, row: queries.Episode, programme: Programme, referral: seams.OpenReferral | None
) -> list[Move]:
    """What may be done now; referring leads to the referral, and who is gone by one comes back by it (REF-14)."""
    actor, url = request.actor, seams.refer_url(row.resident_id, row.pk)
    may_refer = bool(url) and referral is None and may(actor, Permission.REFERRAL_ASK)
    shut = {Event.REFER: not may_refer, Event.TAKE_BACK: referral is not None and referral.is_gone}
    return [
        Move(
            move.event.value, episode_words.BUTTONS[move.event.value],
            url if move.event is Event.REFER else reverse("care:episode_move", args=[row.pk, move.event.value]),
            move.event in FORMLESS, move.event in (Event.END, Event.TURN_DOWN),
        )
        for move in programme.moves
        if State(row.state) in move.source and move.open_to(actor) and not shut.get(move.event)
    ]  # fmt: skip
