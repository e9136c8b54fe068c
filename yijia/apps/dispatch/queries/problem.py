"""A day's facts as the engine's problem: visits and windows, nurses' shifts with what they are bound to, who may not go."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from yijia.apps.dispatch.queries.day import BEGUN, OPEN, OVER, PAIR, DayFacts, Told, window
from yijia.apps.dispatch.queries.travel import travel_of
from yijia.apps.registry.models import Staff
from yijia.apps.visits import queries as visits
from yijia.core.dispatch import model as engine
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.geo import Point


@dataclass(frozen=True, slots=True)
class Shift:
    """A nurse's day as it stands: from where and when she is free, and what she is bound to."""

    staff: Staff
    base: Point
    from_min: int
    until_min: int
    minutes_done: int
    held: tuple[tuple[int, str, int, Point], ...]  # (start, engine's name, minutes, place), in order of time
    rest: engine.Break | None
    is_closed: bool  # what she is bound to already contradicts itself: she is left alone


class Made(NamedTuple):
    """The engine's problem, the plan as it stands, each nurse's day, and the numbers of the homes' places.

    guest       number of the place asked about besides, if one was
    """

    problem: engine.Problem
    current: Plan
    shifts: Mapping[int, Shift]
    places: Mapping[int, int]
    guest: int | None

    @property
    def people(self) -> set[str]:
        """The engine's names of who can be planned."""
        return {carer.id for carer in self.problem.carers}


def problem_for(facts: DayFacts, *, freedom: str = "new", only_held: bool = False, guest: Point | None = None) -> Made:
    """The engine's problem of a day.

    freedom     new: who was told keeps nurse and time · times: keeps the nurse · all: may be moved, at a price ·
                nurses: keeps the time, another nurse may come
    only_held   leave out what nobody goes to yet (for the running day, whose visits are asked about one by one)
    guest       a place besides, for a visit that is no order yet

    Source      DISPATCH-19 in docs/rules/dispatch.md
    """
    shifts = _shifts(facts)
    points = [shift.base for shift in shifts.values()]
    carers = [
        _carer(facts, shift, place=number, pk=pk)
        for number, (pk, shift) in enumerate(shifts.items())
        if not shift.is_closed
    ]
    people = {carer.id for carer in carers}
    stops: list[engine.Visit] = []
    links: list[engine.Link] = []
    pins: list[engine.Pin] = []
    before: dict[str, str] = {}
    places: dict[int, int] = {}
    for pk, one in facts.told.items():
        if one.order.state not in OPEN:
            continue
        places[pk] = len(points)
        points.append(one.place)
        held = facts.is_held(one) and all(str(who) in people for who in one.crew)
        if facts.left.get(pk) or (facts.is_held(one) and not held):
            continue
        if (only_held and not held) or (held and facts.minute(one.from_at) < facts.now):
            continue
        is_fixed = held and freedom in ("new", "nurses")
        stops += as_visits(facts, one, place=places[pk], people=people, is_fixed=is_fixed)
        if one.needed == PAIR:
            links.append(engine.Link(*one.names))
        for name, who in zip(one.names, one.crew, strict=False):
            if str(who) in people and (held or one.order.state == "dispatching"):
                before[name] = str(who)
                if freedom in ("new", "times") or not held:
                    pins.append(engine.Pin(name, str(who)))
    if guest is not None:
        points.append(guest)
    params = visits.ranking_params(facts.jurisdiction, facts.on)
    problem = engine.Problem(
        tuple(stops), tuple(carers), travel_of(points, params), tuple(links), tuple(pins), before, name=str(facts.on)
    )
    number = None if guest is None else len(points) - 1
    return Made(problem, _current(facts, problem, shifts), shifts, places, number)


def as_visits(
    facts: DayFacts, one: Told, *, place: int, people: set[str], is_fixed: bool = False, priority: int | None = None
) -> list[engine.Visit]:
    """An order as the engine's visits, one a person who goes."""
    opens, closes = window(facts, one)
    if is_fixed:
        opens = closes = facts.minute(one.from_at)
    order_id = one.order.pk
    ranks = facts.measures["priority"]
    rank = priority or int(ranks["discharge" if one.order.channel == "discharge" else "usual"])
    usual = str(facts.usual[order_id]) if order_id in facts.usual else None
    return [
        engine.Visit(
            name, place, one.minutes, opens, max(opens, closes), priority=rank, load=one.minutes,
            usual=usual if usual in people else None,
            preferred=frozenset(map(str, facts.preferred[order_id])) & people,
            forbidden=frozenset(map(str, facts.forbidden[order_id] - set(one.crew))) & people,
        )
        for name in one.names
    ]  # fmt: skip


def _carer(facts: DayFacts, shift: Shift, *, place: int, pk: int) -> engine.Carer:
    most = visits.term("travel", facts.jurisdiction, facts.on)["most_load_min"]
    held = sum(minutes for _, _, minutes, _ in shift.held)
    return engine.Carer(
        str(pk), place, place, (shift.from_min, shift.until_min), overtime_max=int(facts.measures["overtime_max_min"]),
        rest=shift.rest, load_max=None if most is None else max(held, int(most) - shift.minutes_done),
    )  # fmt: skip


def _shifts(facts: DayFacts) -> dict[int, Shift]:
    held: dict[int, list[tuple[int, str, int, Point]]] = {}
    begun: dict[int, list[Told]] = {}
    for one in facts.told.values():
        for name, who in zip(one.names, one.crew, strict=False):
            if one.order.state in BEGUN + OVER or (facts.is_held(one) and facts.minute(one.from_at) < facts.now):
                begun.setdefault(who, []).append(one)
            elif facts.is_held(one) or (one.order.state == "dispatching" and facts.minute(one.from_at) >= facts.now):
                held.setdefault(who, []).append((facts.minute(one.from_at), name, one.minutes, one.place))
    found = {}
    for pk, person in facts.staff.items():
        mine = tuple(sorted(held.get(pk, ()), key=lambda stop: stop[:2]))
        if shift := _shift(facts, person, begun.get(pk, []), mine):
            found[pk] = shift
    return found


def _shift(
    facts: DayFacts, person: Staff, begun: list[Told], held: tuple[tuple[int, str, int, Point], ...]
) -> Shift | None:
    works = facts.on.isoweekday() in person.works_on
    from_min, until_min = max(person.works_from_min, facts.now), person.works_until_min
    for one in facts.absences.get(person.pk, ()):
        away, back = facts.minute(one.away_from), facts.minute(one.away_until)
        if away <= from_min:
            from_min = max(from_min, back)
        else:
            until_min = min(until_min, away)
    base = Point(person.lat, person.lon)
    for one in sorted(begun, key=lambda told: told.from_at):
        end = facts.minute(
            (one.visit.finished_at if one.visit else None) or one.from_at + timedelta(minutes=one.minutes)
        )
        late = 0 if one.order.state in OVER else facts.now + (0 if one.order.state == "in_service" else one.minutes)
        base, from_min = one.place, max(from_min, end, late)
    if not works and not held:
        return None
    if held:  # what was promised outside the hours stays promised
        params = visits.ranking_params(facts.jurisdiction, facts.on)
        first, last = held[0], held[-1]
        from_min = max(facts.now, min(from_min, first[0] - _way(base, first[3], params)))
        until_min = max(
            until_min, last[0] + last[2] + _way(last[3], base, params) - int(facts.measures["overtime_max_min"])
        )
    if from_min >= until_min:
        return None if not held else Shift(person, base, from_min, from_min + 1, 0, held, None, True)
    done = sum(one.minutes for one in begun)
    return _rested(facts, Shift(person, base, from_min, until_min, done, held, None, False))


def _way(a: Point, b: Point, params: object) -> int:
    return int(travel_of([a, b], params).between(0, 1))


def _rested(facts: DayFacts, shift: Shift) -> Shift:
    """The shift with its lunch where what is promised leaves room for one; closed when even the ways do not fit."""
    rest = facts.measures["rest"]
    lunch = engine.Break(max(int(rest["opens_min"]), shift.from_min), int(rest["closes_min"]), int(rest["length_min"]))
    fits = lunch.opens + lunch.length <= min(lunch.closes, shift.until_min)
    chain = timetable(facts, shift, lunch if fits else None)
    if chain is None and fits:
        fits, chain = False, timetable(facts, shift, None)
    return replace(shift, rest=lunch if fits else None, is_closed=chain is None)


def timetable(facts: DayFacts, shift: Shift, rest: engine.Break | None) -> int | None:
    """When the lunch is taken among what is promised (-1: none is owed); None when it does not fit together."""
    params = visits.ranking_params(facts.jurisdiction, facts.on)
    here, ready, taken = shift.base, shift.from_min, -1 if rest is None else None
    for start, _, minutes, place in shift.held:
        way = _way(here, place, params)
        if rest is not None and taken is None:
            begins = max(ready, rest.opens)
            if begins + rest.length <= rest.closes and begins + rest.length + way <= start:
                taken, ready = begins, begins + rest.length
        if ready + way > start:
            return None
        here, ready = place, start + minutes
    if rest is not None and taken is None:
        begins = max(ready, rest.opens)
        if begins + rest.length > rest.closes:
            return None
        taken, ready = begins, begins + rest.length
    home = ready + (_way(here, shift.base, params) if shift.held else 0)
    return None if home > shift.until_min + int(facts.measures["overtime_max_min"]) else taken


def _current(facts: DayFacts, problem: engine.Problem, shifts: Mapping[int, Shift]) -> Plan:
    """The plan as it stands: what is promised, at the time promised; pairs that are not whole are in no plan yet."""
    known = {visit.id for visit in problem.visits}
    seated = {name for shift in shifts.values() if not shift.is_closed for _, name, *_ in shift.held}
    broken = {n for link in problem.links if not {link.first, link.second} <= seated for n in (link.first, link.second)}
    routes, rests = {}, {}
    for carer in problem.carers:
        shift = shifts[int(carer.id)]
        route = tuple(Stop(name, start) for start, name, *_ in shift.held if name in known - broken)
        if route:
            routes[carer.id] = route
            if (taken := timetable(facts, shift, shift.rest)) is not None and taken >= 0:
                rests[carer.id] = taken
    return Plan(routes, rests)
