"""Limits of a day and pins: kept by the search, seen by the judge, refused by name when they contradict each other.

Clauses: DISPATCH-09 (span), DISPATCH-11 (pins), DISPATCH-12 (strict tiers on a day too full).
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.dispatch.worlds import world
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import HOME_CARE, Break, Carer, Link, Pin, Problem, ProblemError, Visit
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.solve import Budget, solve
from yijia.core.dispatch.travel import Matrix

FAR_APART = Matrix([[0, 20, 20], [20, 0, 20], [20, 20, 0]])


def pair(**limits: object) -> Problem:
    visits = (Visit("early", 1, 30, 60, 60), Visit("late", 2, 30, 300, 400))
    carers = (Carer("c", 0, 0, (0, 600), **limits), Carer("d", 0, 0, (0, 600), **limits))  # type: ignore[arg-type]  # fields of Carer
    return Problem(visits, carers, FAR_APART)


def test_time_away_from_base_is_limited() -> None:
    together = solve(pair(), stop=Budget(50), seed=1).plan
    assert len(together.routes) == 1
    apart = solve(pair(span_max=200), stop=Budget(50), seed=1).plan
    assert sorted(len(route) for route in apart.routes.values()) == [1, 1]
    faults = check(pair(span_max=200), together).violations
    assert [fault.rule for fault in faults] == ["span_max"]


def test_who_has_a_limit_leaves_late_enough() -> None:
    rest = Break(90, 400, 30)
    day = replace(pair(span_max=330, rest=rest), carers=(Carer("c", 0, 0, (0, 600), span_max=330, rest=rest),))
    plan = solve(day, stop=Budget(50), seed=1).plan
    assert len(plan.routes["c"]) == 2
    loose = replace(day, visits=(replace(day.visits[0], closes=200), day.visits[1]))
    short = replace(loose, carers=(replace(loose.carers[0], span_max=210),))
    assert solve(short, stop=Budget(50), seed=1).plan.start_of()["early"] > 60
    assert solve(replace(day, carers=short.carers), stop=Budget(50), seed=1).reasons


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), span=st.integers(60, 300))
def test_limits_and_tiers_on_full_days(seed: int, span: int) -> None:
    day = world(seed, 18, 3)
    day = replace(day, objective=HOME_CARE, carers=tuple(replace(carer, span_max=span) for carer in day.carers))
    assert check(day, solve(day, stop=Budget(200), seed=seed).plan).is_valid


@pytest.mark.parametrize(
    ("pins", "links", "named"),
    [
        ((Pin("early", "x"),), (), "early"),
        ((Pin("early", "c", 61),), (), "early"),
        ((Pin("late", "c"),), (), "late"),
        ((Pin("early", "c"), Pin("late", "c")), (Link("early", "late", 240, 340),), "late"),
        ((Pin("early", "c", 60), Pin("late", "d", 300)), (Link("early", "late", 300, 340),), "late"),
    ],
)
def test_contradictory_pins_are_refused_by_name(pins: tuple[Pin, ...], links: tuple[Link, ...], named: str) -> None:
    day = pair()
    day = replace(
        day, visits=(day.visits[0], replace(day.visits[1], forbidden=frozenset({"c"} if len(pins) == 1 else ())))
    )
    with pytest.raises(ProblemError, match=f"pin {named}"):
        replace(day, pins=pins, links=links)


def test_pins_that_do_not_fit_one_day_are_refused_by_name() -> None:
    visits = tuple(Visit(name, place, 30, 60, 70) for name, place in (("a", 1), ("b", 2)))
    day = Problem(visits, pair().carers, FAR_APART, pins=(Pin("a", "c"), Pin("b", "c")))
    with pytest.raises(ProblemError, match="pin b"):
        solve(day, stop=Budget(50), seed=1)


def test_pins_fit_whatever_their_order() -> None:
    visits = (Visit("wide", 1, 30, 0, 400, is_optional=True, drop_cost=0), Visit("narrow", 2, 30, 25, 30))
    day = Problem(visits, pair().carers, FAR_APART, pins=(Pin("wide", "c"), Pin("narrow", "c")))
    plan = solve(day, stop=Budget(50), seed=1).plan
    assert plan.carer_of() == {"wide": "c", "narrow": "c"}
    kept = solve(day, stop=Budget(50), seed=1, start=Plan({"d": (Stop("wide", 20),)})).plan
    assert kept.carer_of() == plan.carer_of()


def test_prices_beyond_counting_are_refused_by_name() -> None:
    day = pair()
    with pytest.raises(ProblemError, match=r"visit early\.drop_cost"):
        solve(replace(day, visits=(replace(day.visits[0], drop_cost=10**7), day.visits[1])), stop=Budget(1), seed=1)
