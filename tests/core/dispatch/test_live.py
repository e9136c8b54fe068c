"""The running day: proposals keep what has begun, refuse a stale plan, and pass the checker.

Clauses: DISPATCH-14, DISPATCH-15, DISPATCH-16.
"""

import json
from dataclasses import replace

import pytest

from yijia.bench import citygen
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.live import Day
from yijia.core.dispatch.model import Problem, Visit
from yijia.core.dispatch.plan import Plan
from yijia.core.dispatch.solve import Budget, solve
from yijia.core.refusal import Refusal


@pytest.fixture(scope="module")
def city() -> tuple[Problem, Plan]:
    problem = formats.read(json.dumps(citygen.generate(150, 30, 2)), "citygen")
    return problem, solve(problem, stop=Budget(400), seed=1).plan


def test_city_scorer_and_checker_agree(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    routes = {carer: [[stop.visit, stop.start] for stop in route] for carer, route in plan.routes.items()}
    score = citygen.score(citygen.generate(150, 30, 2), {"routes": routes, "breaks": dict(plan.rests)})
    assert score["score"] == check(problem, plan).cost[0]


@pytest.mark.parametrize("now", [0, 600, 840])
def test_emergency(city: tuple[Problem, Plan], now: int) -> None:
    problem, plan = city
    day = Day(problem, plan, now=now)
    near = problem.visits[7].place
    asked = max(now, 480)
    visit = Visit("new", near, 30, asked + 20, asked + 120, skills=frozenset({"care"}), priority=5)
    proposals = day.insert(visit)
    assert 1 <= len(proposals) <= 3
    assert [p.price for p in proposals] == sorted(p.price for p in proposals)
    begun = {stop.visit: stop for route in plan.routes.values() for stop in route if stop.start <= now}
    for proposal in proposals:
        after = day.apply(proposal, visit)
        assert isinstance(after, Day)
        assert after.verdict().is_valid
        assert after.plan.carer_of()["new"]
        starts = after.plan.start_of()
        if now:
            assert all(starts[name] == stop.start for name, stop in begun.items())
        assert isinstance(after.apply(proposal), Refusal)


def test_asking_leaves_no_trace(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    day = Day(problem, plan, now=500)
    visit = Visit("new", problem.visits[3].place, 30, 520, 620, skills=frozenset({"nursing"}), priority=5)
    first = day.insert(visit)
    day.sick(next(iter(plan.routes)))
    day.cancel(next(iter(plan.routes.values()))[-1].visit)
    day.overrun(next(iter(plan.routes)), 20)
    assert day.insert(visit) == first
    assert set(day.why_not(visit)) == {carer.id for carer in problem.carers}


def test_sick_cancel_overrun(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    now = 600
    day = Day(problem, plan, now=now)
    carer, route = max(plan.routes.items(), key=lambda pair: len(pair[1]))
    after = day.apply(day.sick(carer))
    assert isinstance(after, Day)
    assert after.verdict().is_valid
    later = [stop.visit for stop in route if stop.start > now + 60]
    assert all(after.plan.carer_of().get(name) != carer for name in later)
    name = route[-1].visit
    gone = day.apply(day.cancel(name))
    assert isinstance(gone, Day)
    assert name not in gone.plan.carer_of()
    assert gone.verdict().is_valid
    assert day.overrun(carer, 30).version == day.version


def test_offered_windows_can_be_kept(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    day = Day(problem, plan)
    visit = Visit("new", problem.visits[11].place, 30, 480, 1000, skills=frozenset({"care"}))
    slots = day.windows(visit, width=120)
    assert slots
    assert [slot.price for slot in slots] == sorted(slot.price for slot in slots)
    for slot in slots:
        assert day.insert(replace(visit, opens=slot.opens, closes=slot.closes))
