"""Starts on a tidy grid, over random days with every rule on.

Clauses: DISPATCH-27.
"""

import json
from dataclasses import replace

import pytest

from tests.core.dispatch.worlds import world
from yijia.bench import citygen
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.grid import on_grid
from yijia.core.dispatch.model import HOME_CARE, Carer, Pin, Problem, Term, Visit
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.solve import Budget, solve
from yijia.core.dispatch.travel import Matrix


@pytest.mark.parametrize("seed", range(12))
def test_a_tidy_day_breaks_no_rule_and_costs_no_more(seed: int) -> None:
    day = replace(world(seed, 9, 3), objective=HOME_CARE)
    plan = solve(day, stop=Budget(500), seed=1).plan
    tidy = on_grid(day, plan, 5)
    before, after = check(day, plan), check(day, tidy)
    assert after.is_valid
    for term in (Term.UNSERVED, Term.LATE, Term.OVERTIME, Term.CONTINUITY, Term.TRAVEL):
        assert after.parts[term] <= before.parts[term]
    assert tidy.carer_of() == plan.carer_of()
    assert all(start >= plan.start_of()[name] for name, start in tidy.start_of().items())
    assert on_grid(day, tidy, 5) == tidy


def test_most_starts_of_a_city_are_tidy() -> None:
    day = formats.read(json.dumps(citygen.generate(150, 30, 2)), "citygen")
    plan = solve(day, stop=Budget(300), seed=1).plan
    tidy = on_grid(day, plan, 5)
    assert check(day, tidy).is_valid
    starts = list(tidy.start_of().values())
    assert sum(start % 5 == 0 for start in starts) > 0.9 * len(starts)
    held = set(list(plan.start_of())[::2])
    half = on_grid(day, plan, 5, free=held)
    assert all(half.start_of()[name] == start for name, start in plan.start_of().items() if name not in held)
    assert any(half.start_of()[name] != plan.start_of()[name] for name in held)


def test_what_cannot_wait_keeps_its_minute() -> None:
    visits = (Visit("shut", 1, 10, 500, 503), Visit("told", 2, 10, 521, 540), Visit("free", 3, 10, 500, 700))
    pins = (Pin("told", "c", 521),)
    day = Problem(
        visits,
        (Carer("c", 0, 0, (400, 800)),),
        Matrix([[0 if a == b else 4 for b in range(4)] for a in range(4)]),
        pins=pins,
    )
    plan = Plan({"c": (Stop("shut", 501), Stop("told", 521), Stop("free", 537))})
    assert on_grid(day, plan, 5).start_of() == {"shut": 501, "told": 521, "free": 540}
    assert on_grid(day, plan, 1) is plan
