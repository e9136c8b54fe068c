"""Small random days, and the best plan of each found by trying everything."""

import itertools
import random
from collections.abc import Iterator

from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import CITY, HHCRSP, Break, Carer, Link, Objective, Problem, Visit
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.travel import Matrix


def world(seed: int, visits: int = 6, carers: int = 2, *, is_soft: bool = False) -> Problem:
    """A random day with every feature; soft days (order search) have no breaks, limits or hard windows."""
    dice = random.Random(f"{seed}:{visits}:{carers}:{is_soft}")
    size = visits + carers
    matrix = [[0 if a == b else dice.randint(3, 30) for b in range(size)] for a in range(size)]
    people = [f"c{k}" for k in range(carers)]

    def visit(i: int) -> Visit:
        opens = dice.randrange(0, 300, 10)
        return Visit(
            f"v{i}",
            i,
            dice.choice((10, 20, 30)),
            opens,
            opens + dice.choice((30, 60, 120)),
            late_max=None if is_soft else dice.choice((0, 0, 20)),
            skills=frozenset() if dice.random() < 0.6 else frozenset({"a"}),
            priority=dice.randint(1, 5),
            is_optional=not is_soft and dice.random() < 0.2,
            usual=dice.choice(people) if not is_soft and dice.random() < 0.5 else None,
            forbidden=frozenset({dice.choice(people)}) if carers > 2 and dice.random() < 0.1 else frozenset(),
        )

    staff = tuple(
        Carer(
            name,
            visits + k,
            visits + k,
            shift=(0, 1 << 29) if is_soft else (dice.choice((0, 30)), dice.choice((240, 360, 480))),
            skills=frozenset({"a"}) if k % 2 == 0 else frozenset({"a"} if dice.random() < 0.5 else ()),
            overtime_max=None if is_soft else dice.choice((0, 30)),
            rest=None if is_soft or dice.random() < 0.4 else Break(100, 220, 30),
            visits_max=None if is_soft else dice.choice((None, 4)),
        )
        for k, name in enumerate(people)
    )
    links = [Link("v0", "v1")] if visits > 2 and dice.random() < 0.6 else []
    if visits > 4 and dice.random() < 0.5:
        gap = dice.choice((20, 60))
        links.append(Link("v2", "v3", gap, gap + 40, is_apart=is_soft or dice.random() < 0.5))
    objective: Objective = HHCRSP if is_soft else CITY
    return Problem(tuple(map(visit, range(visits))), staff, Matrix(matrix), tuple(links), objective=objective)


def orders(problem: Problem) -> Iterator[dict[str, list[Visit]]]:
    """Every way to give each visit a carer or nobody, and every order of every route."""
    names = [carer.id for carer in problem.carers]
    for owners in itertools.product([*names, None], repeat=len(problem.visits)):
        groups = {name: [v for v, owner in zip(problem.visits, owners, strict=True) if owner == name] for name in names}
        for routes in itertools.product(*(itertools.permutations(groups[name]) for name in names)):
            yield {name: list(route) for name, route in zip(names, routes, strict=True)}


def timed(problem: Problem, routes: dict[str, list[Visit]], slots: dict[str, int]) -> Plan | None:
    """Earliest starts of given routes with the break before stop number `slots`; links push until nothing moves."""
    carers = {carer.id: carer for carer in problem.carers}
    start = {visit.id: visit.opens for route in routes.values() for visit in route}
    rests: dict[str, int] = {}
    for _ in range(60):
        before = dict(start)
        for name, route in routes.items():
            carer = carers[name]
            free, place = carer.shift[0], carer.base
            for i, visit in enumerate([*route, None]):
                if route and carer.rest is not None and slots[name] == i:
                    rests[name] = max(free, carer.rest.opens)
                    free = rests[name] + carer.rest.length
                if visit is not None:
                    start[visit.id] = max(start[visit.id], free + problem.travel.between(place, visit.place))
                    free, place = start[visit.id] + visit.duration, visit.place
        for link in problem.links:
            if link.first in start and link.second in start:
                start[link.second] = max(start[link.second], start[link.first] + link.gap_min)
                start[link.first] = max(start[link.first], start[link.second] - link.gap_max)
        if start == before:
            return Plan(
                {name: tuple(Stop(v.id, start[v.id]) for v in route) for name, route in routes.items() if route}, rests
            )
        if max(start.values(), default=0) > 5000:
            return None
    return None


def best_cost(problem: Problem) -> tuple[int, ...]:
    """The least cost there is."""
    best: tuple[int, ...] | None = None
    pairs = [(link.first, link.second) for link in problem.links]
    for routes in orders(problem):
        served = {visit.id for route in routes.values() for visit in route}
        if any((a in served) != (b in served) for a, b in pairs):
            continue
        names = list(routes)
        for choice in itertools.product(
            *(
                range(len(routes[n]) + 1) if carer.rest and routes[n] else (0,)
                for n, carer in zip(names, problem.carers, strict=True)
            )
        ):
            plan = timed(problem, routes, dict(zip(names, choice, strict=True)))
            if plan is not None:
                verdict = check(problem, plan)
                if verdict.is_valid and (best is None or verdict.cost < best):
                    best = verdict.cost
    assert best is not None
    return best
