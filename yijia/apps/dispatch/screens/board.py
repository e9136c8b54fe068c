"""The board: unassigned visits and everybody's day on one line of time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from yijia.apps.dispatch import queries, words
from yijia.apps.dispatch.queries import Filters
from yijia.apps.dispatch.screens.plans import PlanCard, plan_card
from yijia.apps.registry import queries as registry
from yijia.apps.visits import queries as visits
from yijia.apps.visits.queries import Assignment, Order, Staff
from yijia.apps.visits.screens import need_words, title_words
from yijia.base import audit
from yijia.base.clock import SHANGHAI, business_date
from yijia.base.errors import NotFound
from yijia.core.dispatch.rank import Params, travel_s
from yijia.core.geo import Point
from yijia.core.people import masking
from yijia.core.permissions import Actor

STEP_MIN = 15
ROOM = 4
OPENS_H, CLOSES_H = 7, 21


@dataclass(frozen=True, slots=True)
class Mark:
    """A state at a glance: colour by its kind, an icon, a word."""

    kind: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One visit that needs a nurse: a row of its own, the window it may begin in."""

    order_id: int
    number: str
    state: str
    name: str
    township: str
    need: str
    wanted_from: datetime
    wanted_until: datetime
    begin: int
    end: int
    risk: int
    staff_needed: int
    asked: int
    taken: int
    mark: Mark
    on: date


@dataclass(frozen=True, slots=True)
class Block:
    """One visit on the board: grid lines from 1 for the opening hour, state, and the way there.

    way_min     minutes on the way from the stop before; way_begin, way_end: its grid lines, 0 for none shown
    is_tight    the gap before it is shorter than the way
    """

    order_id: int
    visit_id: int
    begin: int
    end: int
    mark: Mark
    name: str
    need: str
    township: str
    planned_from: datetime
    planned_until: datetime
    is_pair: bool
    is_movable: bool
    way_min: int
    way_begin: int
    way_end: int
    is_tight: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One person's day; hours are grid lines of the working time."""

    staff_id: int
    name: str
    title: str
    from_col: int
    until_col: int
    is_off: bool
    is_away: bool
    blocks: list[Block]
    minutes: int
    way_min: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by."""

    areas: list[str]
    skills: list[tuple[str, str]]
    states: list[tuple[str, Any, str]]
    people: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board of one day; `now` is the grid line of the present, 0 when it is not on the board."""

    on: date
    today: date
    before: date
    after: date
    house_id: int
    houses: list[Any]
    version: int
    waiting: list[Waiting]
    elsewhere: list[Waiting]
    rows: list[Row]
    hours: list[tuple[int, int]]
    now: int
    filters: Filters
    choices: Choices
    plans: list[PlanCard]
    is_over: bool

    @property
    def is_today(self) -> bool:
        return self.on == self.today

    @property
    def is_planning(self) -> bool:
        """Whether a worker is busy with this day."""
        return any(plan.is_running for plan in self.plans)

    @property
    def served(self) -> int:
        return len({block.order_id for row in self.rows for block in row.blocks})


def board(
    *, actor: Actor, at: datetime, on: date | None = None, house_id: int | None = None, filters: Filters | None = None
) -> Board:
    """The board of a day, today by default, of one institution.

    Raises      NotFound: the actor plans no such institution
    """
    today, filters = business_date(at), filters or Filters()
    on = on or today
    if len(actor.organisation_ids) == 1 and house_id in (None, *actor.organisation_ids):
        everybody = queries.list_nurses(actor, *actor.organisation_ids, on)
        houses = [queries.house_of(everybody[0])] if everybody else queries.houses(actor, on)
    else:
        everybody, houses = None, queries.houses(actor, on)
    house = next((one for one in houses if house_id in (None, one.pk)), None)
    if house is None:
        raise NotFound
    everybody = queries.list_nurses(actor, house.pk, on) if everybody is None else everybody
    orders = queries.list_unassigned(actor, house.pk)
    people = [one for one in everybody if is_wanted(one, filters)]
    assignments = queries.list_assignments(actor, on, [one.pk for one in people])
    taken: dict[int, list[Assignment]] = {}
    for one in assignments:
        taken.setdefault(one.staff_id, []).append(one)
    seen = {order.resident_id for order in orders} | {one.visit.resident_id for one in assignments}
    audit.read(
        actor, at, "dispatch.board", subject_type="care.order", subject_ids=[order.pk for order in orders], resident_ids=sorted(seen)
    )  # fmt: skip
    params = visits.ranking_params(house.jurisdiction, on)
    rows = [_row(one, taken.get(one.pk, []), on, at, params, one.is_away) for one in people]
    waiting = [waiting_row(order, at) for order in orders]
    return Board(
        on, today, on - timedelta(days=1), on + timedelta(days=1), house.pk, houses if len(houses) > 1 else [],
        house.board_version or 0, _kept([one for one in waiting if one.on == on], filters),
        [one for one in waiting if one.on != on][:40], [_narrowed(row, filters) for row in rows], _hours(),
        _now(at) if on == today else 0, filters, _choices(everybody, orders, assignments),
        [plan_card(plan) for plan in queries.latest_plans(actor, house.pk, on)], on < today,
    )  # fmt: skip


def _hours() -> list[tuple[int, int]]:
    return [(hour, line(hour * 60)) for hour in range(OPENS_H, CLOSES_H)]


def is_wanted(one: Staff, filters: Filters) -> bool:
    """Whether a person passes the filters."""
    return filters.person in (None, one.pk) and (not filters.skill or filters.skill in one.skills)


def _kept(waiting: list[Waiting], filters: Filters) -> list[Waiting]:
    return [
        one for one in waiting if filters.area in ("", one.township) and filters.state in ("", "waiting", one.mark.kind)
    ]


def _narrowed(row: Row, filters: Filters) -> Row:
    if not filters.area and not filters.state:
        return row
    blocks = [
        block for block in row.blocks if filters.area in ("", block.township) and filters.state in ("", block.mark.kind)
    ]
    return Row(
        row.staff_id, row.name, row.title, row.from_col, row.until_col, row.is_off, row.is_away, blocks, row.minutes, row.way_min
    )  # fmt: skip


def _choices(people: list[Staff], orders: Iterable[Order], assignments: Iterable[Assignment]) -> Choices:
    areas = {order.household.township for order in orders}
    areas |= {one.visit.order.household.township for one in assignments}
    held = {skill for one in people for skill in one.skills}
    return Choices(
        sorted(areas),
        [(skill, str(words.SKILLS.get(skill, skill))) for skill in sorted(held)],
        [(kind, word, icon) for kind, (icon, word) in words.MARKS.items()],
        [(one.pk, one.name) for one in people],
    )


def line(minute: int) -> int:
    """The grid line of a minute of the day, kept within the board."""
    minute = min(max(minute, OPENS_H * 60), CLOSES_H * 60)
    return (minute - OPENS_H * 60) // STEP_MIN + 1


def _now(at: datetime) -> int:
    here = at.astimezone(SHANGHAI)
    return line(_minute(at)) if OPENS_H <= here.hour < CLOSES_H else 0


def _minute(at: datetime) -> int:
    here = at.astimezone(SHANGHAI)
    return here.hour * 60 + here.minute


def mark(state: str, planned_from: datetime, planned_until: datetime, at: datetime) -> Mark:
    """The state of a visit at a glance: planned, on the way, in service, done, late, missed."""
    match state:
        case "assigned":
            kind = "missed" if planned_until <= at else "late" if planned_from < at else "planned"
        case "departed" | "arrived":
            kind = "late" if planned_until < at else "road"
        case "in_service":
            kind = "late" if planned_until + (planned_until - planned_from) < at else "service"
        case "aborted":
            kind = "stopped"
        case "signed" | "dispatching":
            kind = "missed" if planned_until <= at else "waiting"
        case _:
            kind = "done"
    icon, word = words.MARKS[kind]
    return Mark(kind, icon, str(word))


def waiting_row(order: Any, at: datetime) -> Waiting:
    """An order that needs a nurse, as its own line."""
    day = business_date(queries.day_of(order))
    begin, until = line(_minute(order.wanted_from)), order.wanted_until.astimezone(SHANGHAI)
    end = line(CLOSES_H * 60) if until.date() > day else line(until.hour * 60 + until.minute)
    return Waiting(
        order.pk, order.number, order.state, masking.name(order.resident.name), order.household.township,
        need_words(order.need, order.jurisdiction, business_date(order.wanted_from)), order.wanted_from, order.wanted_until,
        begin, max(end, begin + 4), queries.risk(order), order.staff_needed, order.asked, order.taken,
        mark(order.state, order.wanted_from, order.wanted_until, at), day,
    )  # fmt: skip


def _row(nurse: Staff, taken: list[Assignment], on: date, at: datetime, params: Params, is_away: bool) -> Row:
    blocks, here, ready = [], Point(nurse.lat, nurse.lon), None
    for one in taken:
        home = Point(one.visit.order.household.lat, one.visit.order.household.lon)
        way = -(-travel_s(here, home, params) // 60)
        blocks.append(_block(one, at, way, ready))
        here, ready = home, one.visit.planned_until
    minutes = sum(int((one.visit.planned_until - one.visit.planned_from).total_seconds()) // 60 for one in taken)
    blocks = [_fitted(block, later) for block, later in zip(blocks, [*blocks, None][1:], strict=True)]
    return Row(
        nurse.pk, nurse.name, title_words(nurse.title), line(nurse.works_from_min), line(nurse.works_until_min),
        on.isoweekday() not in nurse.works_on, is_away, blocks, minutes, sum(block.way_min for block in blocks),
    )  # fmt: skip


def _block(one: Assignment, at: datetime, way: int, ready: datetime | None) -> Block:
    visit, begin = one.visit, line(_minute(one.visit.planned_from))
    order = visit.order
    gap = None if ready is None else int((visit.planned_from - ready).total_seconds() // 60)
    leaves = line(_minute(visit.planned_from) - way)
    return Block(
        order.pk, visit.pk, begin, max(line(_minute(visit.planned_until)), begin + 1), mark(order.state, visit.planned_from, visit.planned_until, at),
        masking.name(visit.resident.name), need_words(order.need, order.jurisdiction, business_date(order.wanted_from)),
        order.household.township, visit.planned_from, visit.planned_until, order.staff_needed > 1, order.state in ("assigned", "departed"),
        way, leaves if leaves < begin else 0, begin, gap is not None and gap < way,
    )  # fmt: skip


def _fitted(block: Block, later: Block | None) -> Block:
    """As wide as its words need, but never over the next one."""
    if later is None:
        return replace(block, end=max(block.end, block.begin + ROOM))
    return replace(block, end=max(block.end, min(block.begin + ROOM, later.begin)))


@dataclass(frozen=True, slots=True)
class PersonDay:
    """One person's day as a list, with what can be reported about them."""

    on: date
    today: date
    house_id: int
    row: Row
    is_over: bool


def person_day(*, actor: Actor, at: datetime, staff_id: int, on: date | None = None) -> PersonDay:
    """A nurse's day for the dispatcher. Raises NotFound."""
    today = business_date(at)
    on = on or today
    one = registry.get_staff(actor, staff_id)
    taken = queries.list_assignments(actor, on, [one.pk])
    audit.read(
        actor, at, "dispatch.person", subject_type="registry.staff", subject_ids=[one.pk], resident_ids=sorted({t.visit.resident_id for t in taken})
    )  # fmt: skip
    params = visits.ranking_params(one.organisation.jurisdiction, on)
    away = bool(queries.list_absences([one.pk], on))
    return PersonDay(on, today, one.organisation_id, _row(one, taken, on, at, params, away), on < today)


def get_ready(
    *, actor: Actor, at: datetime, on: date | None = None, house_id: int | None = None, filters: Filters | None = None
) -> bool:
    """Build the day the board shows in the engine's terms, so that the first click is as quick as the others."""
    houses = queries.houses(actor)
    house = next((one for one in houses if house_id in (None, one.pk)), None)
    if house is None:
        raise NotFound
    return queries.make_ready(actor, house.pk, on or business_date(at), at)


@dataclass(frozen=True, slots=True)
class PlanStrip:
    """The day's plans in one line each, asked again while a worker is busy."""

    on: date
    house_id: int
    plans: list[PlanCard]

    @property
    def is_planning(self) -> bool:
        return any(plan.is_running for plan in self.plans)


def plan_strip(
    *, actor: Actor, at: datetime, on: date | None = None, house_id: int | None = None, filters: Filters | None = None
) -> PlanStrip:
    """How far the day's plans are. Raises NotFound."""
    house = next((one for one in queries.houses(actor) if house_id in (None, one.pk)), None)
    if house is None:
        raise NotFound
    on = on or business_date(at)
    return PlanStrip(on, house.pk, [plan_card(plan) for plan in queries.latest_plans(actor, house.pk, on)])
