"""The board: unassigned orders beside a people × time day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yijia.apps.dispatch import queries
from yijia.apps.visits.queries import Assignment, Staff
from yijia.apps.visits.screens import need_words
from yijia.base import audit
from yijia.base.clock import SHANGHAI, business_date
from yijia.base.templatetags.states import STATES
from yijia.core.people import masking
from yijia.core.permissions import Actor

STEP_MIN = 15
OPENS_H, CLOSES_H = 7, 21


@dataclass(frozen=True, slots=True)
class Waiting:
    """One order that needs a nurse."""

    order_id: int
    number: str
    state: str
    name: str
    township: str
    need: str
    wanted_from: datetime
    wanted_until: datetime
    risk: int
    staff_needed: int
    asked: int
    taken: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One visit on the board: grid columns, state and words.

    begin, end      grid lines, 1 for the opening hour
    """

    order_id: int
    visit_id: int
    begin: int
    end: int
    state: str
    word: str
    name: str
    planned_from: datetime
    planned_until: datetime
    is_late: bool
    is_pair: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One nurse's day; hours are grid lines of her working time."""

    staff_id: int
    name: str
    title: str
    from_col: int
    until_col: int
    is_off: bool
    blocks: list[Block]
    minutes: int


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board of one day; `now` is the grid line of the present, 0 when it is not on the board."""

    on: date
    today: date
    before: date
    after: date
    waiting: list[Waiting]
    rows: list[Row]
    hours: list[tuple[int, int]]
    now: int

    @property
    def is_today(self) -> bool:
        return self.on == self.today


def board(*, actor: Actor, at: datetime, on: date | None = None) -> Board:
    """The board of a day, today by default."""
    today = business_date(at)
    on = on or today
    waiting = queries.list_unassigned(actor)
    nurses = queries.list_nurses(actor)
    taken: dict[int, list[Assignment]] = {}
    assignments = queries.list_assignments(actor, on, [one.pk for one in nurses])
    for one in assignments:
        taken.setdefault(one.staff_id, []).append(one)
    people = {order.resident_id for order in waiting} | {one.visit.resident_id for one in assignments}
    audit.read(
        actor,
        at,
        "dispatch.board",
        subject_type="care.order",
        subject_ids=[order.pk for order in waiting],
        resident_ids=sorted(people),
    )
    hours = [(hour, line(hour * 60)) for hour in range(OPENS_H, CLOSES_H)]
    return Board(
        on, today, on - timedelta(days=1), on + timedelta(days=1), [_waiting(order, at) for order in waiting],
        [_row(one, taken.get(one.pk, []), on, at) for one in nurses], hours, _now(at) if on == today else 0,
    )  # fmt: skip


def line(minute: int) -> int:
    """The grid line of a minute of the day, kept within the board."""
    minute = min(max(minute, OPENS_H * 60), CLOSES_H * 60)
    return (minute - OPENS_H * 60) // STEP_MIN + 1


def _now(at: datetime) -> int:
    here = at.astimezone(SHANGHAI)
    return line(here.hour * 60 + here.minute) if OPENS_H <= here.hour < CLOSES_H else 0


def _minute(at: datetime) -> int:
    here = at.astimezone(SHANGHAI)
    return here.hour * 60 + here.minute


def _waiting(order: Any, at: datetime) -> Waiting:
    return Waiting(
        order.pk, order.number, order.state, masking.name(order.resident.name), order.household.township,
        need_words(order.need, order.jurisdiction, business_date(order.wanted_from)), order.wanted_from, order.wanted_until, queries.risk(order),
        order.staff_needed, order.asked, order.taken, order.wanted_until <= at,
    )  # fmt: skip


def _row(nurse: Staff, taken: list[Assignment], on: date, at: datetime) -> Row:
    blocks = []
    for one in taken:
        visit, begin = one.visit, line(_minute(one.visit.planned_from))
        is_late = (visit.order.state == "assigned" and visit.planned_from < at) or (
            visit.order.state in ("departed", "arrived", "in_service") and visit.planned_until < at
        )
        blocks.append(
            Block(
                visit.order_id, visit.pk, begin, max(line(_minute(visit.planned_until)), begin + 4), visit.order.state, str(STATES["order"][visit.order.state][1]), masking.name(visit.resident.name),
                visit.planned_from, visit.planned_until, is_late, visit.order.staff_needed > 1,
            )
        )  # fmt: skip
    minutes = sum(int((one.visit.planned_until - one.visit.planned_from).total_seconds()) // 60 for one in taken)
    return Row(
        nurse.pk,
        nurse.name,
        nurse.title,
        line(nurse.works_from_min),
        line(nurse.works_until_min),
        on.isoweekday() not in nurse.works_on,
        blocks,
        minutes,
    )
