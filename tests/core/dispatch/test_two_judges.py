"""The generator's scorer and our checker share no code; they must agree on every plan, right or spoilt.

Spoilt: starts moved, breaks moved or forgotten, pairs torn, gaps stretched, carers exchanged, visits twice or strange.
"""

import json
import random
from typing import Any

import pytest

from yijia.bench import citygen
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Problem, Term
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.solve import Budget, solve

Routes = dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def days() -> list[tuple[dict[str, Any], Problem, Plan]]:
    found = []
    for seed in (5, 6):
        world = citygen.generate(90, 24, seed, sync=0.2, prec=0.2)
        problem = formats.read(json.dumps(world), "citygen")
        found.append((world, problem, solve(problem, stop=Budget(150), seed=1).plan))
    return found


def plain(plan: Plan) -> tuple[Routes, dict[str, int]]:
    return {who: [[s.visit, s.start] for s in route] for who, route in plan.routes.items()}, dict(plan.rests)


def spoil(dice: random.Random, problem: Problem, routes: Routes, rests: dict[str, int]) -> str:
    """Change a plan in one way, often into one that breaks a rule; returns which."""
    who = dice.choice(sorted(routes))
    route = routes[who]
    at = dice.randrange(len(route))
    kind = dice.choice(
        ("start", "late", "rest", "rest_edge", "no_rest", "drop", "pair_start", "move", "swap", "twice", "odd")
    )
    if kind == "start":
        route[at][1] += dice.randint(-30, 30)
    elif kind == "late":
        moved = dice.randint(1, 60)
        for stop in route[at:]:
            stop[1] += moved
        if who in rests:
            rests[who] += dice.choice((0, moved))
    elif kind == "rest" and rests:
        who = dice.choice(sorted(rests))
        rests[who] += dice.randint(-60, 60)
    elif kind == "rest_edge" and rests:
        who = dice.choice(sorted(rests))
        rest = next(carer.rest for carer in problem.carers if carer.id == who)
        assert rest is not None
        rests[who] = dice.choice(
            (rest.opens - 1, rest.opens, rest.closes - rest.length, rest.closes - rest.length + 1, rest.closes)
        )
    elif kind == "no_rest" and rests:
        del rests[dice.choice(sorted(rests))]
    elif kind == "drop":
        del route[at]
    elif kind == "pair_start":
        link = dice.choice(problem.links)
        for stops in routes.values():
            for stop in stops:
                if stop[0] == link.second:
                    stop[1] += dice.choice((-1, 1, 30, 61))
    elif kind == "move":
        other = dice.choice(problem.carers).id
        routes.setdefault(other, [])
        routes[other].insert(dice.randint(0, len(routes[other])), route.pop(at))
    elif kind == "swap":
        other = dice.choice(sorted(routes))
        routes[who], routes[other] = routes[other], routes[who]
    elif kind == "twice":
        route.insert(at, [route[at][0], route[at][1] + dice.choice((0, 45))])
    elif kind == "odd":
        routes[dice.choice((who, "C9999"))] = [["V99999", 600]]
    return kind


def agree(world: dict[str, Any], problem: Problem, routes: Routes, rests: dict[str, int]) -> bool | None:
    """Whether both find the plan right (and cost the same) or both wrong; None when they differ."""
    stops = {who: tuple(Stop(*stop) for stop in route) for who, route in routes.items()}
    verdict = check(problem, Plan(stops, rests))
    try:
        score = citygen.score(world, {"routes": routes, "breaks": rests})
    except ValueError:
        return False if verdict.violations else None
    same = (
        verdict.is_valid
        and score["score"] == verdict.cost[0]
        and score["travel"] == verdict.parts[Term.TRAVEL]
        and score["overtime"] == verdict.parts[Term.OVERTIME]
        and score["not_usual"] == verdict.parts[Term.CONTINUITY]
        and score["unserved"] + score["unserved_optional"] == len(verdict.unserved)
    )
    return True if same else None


def test_both_judges_agree(days: list[tuple[dict[str, Any], Problem, Plan]]) -> None:
    dice = random.Random(20261121)
    outcomes: dict[bool, int] = {True: 0, False: 0}
    for _ in range(1500):
        world, problem, plan = dice.choice(days)
        routes, rests = plain(plan)
        kinds = [spoil(dice, problem, routes, rests) for _ in range(dice.randint(0, 2)) if all(routes.values())]
        found = agree(world, problem, routes, rests)
        assert found is not None, (kinds, routes, rests)
        outcomes[found] += 1
    assert min(outcomes.values()) > 100


def test_lunch_lies_wholly_in_its_window(days: list[tuple[dict[str, Any], Problem, Plan]]) -> None:
    """Where the published scorer is wrong: it lets lunch begin, not end, by the end of its window."""
    world, problem, _ = days[0]
    carer = next(c for c in problem.carers if c.rest is not None)
    visit = next(
        v
        for v in problem.visits
        if v.skills <= carer.skills
        and carer.id not in v.forbidden
        and v.closes < 700
        and v.opens >= carer.shift[0] + 60
        and not any(v.id in (link.first, link.second) for link in problem.links)
    )
    assert carer.rest is not None
    routes: Routes = {carer.id: [[visit.id, visit.closes]]}
    last = carer.rest.closes - carer.rest.length
    assert agree(world, problem, routes, {carer.id: last}) is True
    assert agree(world, problem, routes, {carer.id: last + 1}) is False
