"""A day cut into shards: pairs stay together, no route is cut later, nothing is lost, every carer says why not.

Clause DISPATCH-17; DISPATCH-04 across processes in tests/base/test_farm.py.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from yijia.bench import citygen
from yijia.core.dispatch import formats, shards
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Pin, Problem
from yijia.core.dispatch.plan import Result, Why
from yijia.core.dispatch.reasons import reasons
from yijia.core.dispatch.solve import Budget, solve
from yijia.core.dispatch.travel import points_of


@pytest.fixture(scope="module")
def city() -> Problem:
    return formats.read(json.dumps(citygen.generate(200, 40, 5)), "citygen")


@pytest.fixture(scope="module")
def points(city: Problem) -> shards.Points:
    found = points_of(city.travel)
    assert found is not None
    return found


def run(tasks: Sequence[shards.Task]) -> list[Result]:
    return [
        solve(task.problem, stop=Budget(max(1, round(1500 * task.share))), seed=task.seed, start=task.start)
        for task in tasks
    ]


@pytest.fixture(scope="module")
def planned(city: Problem, points: shards.Points) -> Result:
    return shards.solve(city, points, run=run, seed=1, most=70)


def _whole(city: Problem, parts: list[shards.Part]) -> None:
    visits = np.concatenate([part.visits for part in parts])
    carers = np.concatenate([part.carers for part in parts])
    assert sorted(visits) == list(range(len(city.visits)))
    assert sorted(carers) == list(range(len(city.carers)))
    for part in parts:
        names = {city.visits[i].id for i in part.visits}
        assert all((link.first in names) == (link.second in names) for link in city.links)


def test_cuts_hold_every_visit_once_and_pairs_whole(city: Problem, points: shards.Points, planned: Result) -> None:
    first = shards.cut(city, points, most=70)
    assert len(first) > 2
    _whole(city, first)
    for turn in (1, 2, 3):
        parts = shards.recut(city, points, planned.plan, most=70, turn=turn)
        assert len(parts) > 2
        _whole(city, parts)
        for part in parts:  # what a carer serves is where the carer is
            people = {city.carers[k].id for k in part.carers}
            names = {city.visits[i].id for i in part.visits}
            for carer, route in planned.plan.routes.items():
                inside = [stop.visit in names for stop in route]
                assert all(inside) if carer in people else not any(inside)


def test_rounds_mend_and_never_worsen(city: Problem, points: shards.Points) -> None:
    told: list[shards.Step] = []
    result = shards.solve(city, points, run=run, seed=1, most=70, told=told.append)
    costs = [step.cost for step in told]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]
    assert result.cost == costs[-1]
    assert check(city, result.plan).is_valid


def test_one_seed_one_plan(city: Problem, points: shards.Points, planned: Result) -> None:
    assert shards.solve(city, points, run=run, seed=1, most=70) == planned


def test_pinned_visits_stay(city: Problem, points: shards.Points, planned: Result) -> None:
    far = {carer: route for carer, route in planned.plan.routes.items() if len(route) > 1}
    pins = tuple(Pin(stop.visit, carer, stop.start) for carer, route in far.items() for stop in route[:1])
    again = shards.solve(replace(city, pins=pins), points, run=run, seed=4, most=70, start=planned.plan)
    starts, owners = again.plan.start_of(), again.plan.carer_of()
    assert all(owners[pin.visit] == pin.carer and starts[pin.visit] == pin.start for pin in pins)


def test_pinned_from_nothing(city: Problem, points: shards.Points, planned: Result) -> None:
    """Without a plan to begin with, a pinned visit still goes to its carer's shard."""
    linked = {visit for link in city.links for visit in (link.first, link.second)}
    pins = tuple(
        Pin(stop.visit, carer, stop.start)
        for carer, route in planned.plan.routes.items()
        for stop in route[-1:]
        if stop.visit not in linked
    )
    result = shards.solve(replace(city, pins=pins), points, run=run, seed=2, most=70)
    owners = result.plan.carer_of()
    assert all(owners[pin.visit] == pin.carer for pin in pins)


def test_every_carer_says_why_not(city: Problem, points: shards.Points, planned: Result) -> None:
    unserved = check(city, planned.plan).unserved
    assert unserved
    assert set(planned.reasons) == set(unserved)
    everybody = {carer.id for carer in city.carers}
    whole = reasons(city, planned.plan, unserved)
    for name in unserved:
        assert set(planned.reasons[name]) == everybody
        for carer, why in planned.reasons[name].items():
            if Why.PAIR not in (why, whole[name][carer]):
                assert why is whole[name][carer]


def test_last_pass_holds_what_is_left_out(city: Problem, points: shards.Points, planned: Result) -> None:
    unserved = set(check(city, planned.plan).unserved)
    parts = shards.around_unserved(city, points, planned.plan, most=60)
    held = {city.visits[i].id for part in parts for i in part.visits}
    assert unserved <= held
    every = [i for part in parts for i in part.visits]
    assert len(every) == len(set(every))
    assert all(len(part.visits) <= 60 for part in parts)
    served = replace(
        city,
        visits=tuple(visit for visit in city.visits if visit.id not in unserved),
        links=tuple(link for link in city.links if link.first not in unserved),
    )
    assert shards.around_unserved(served, points, planned.plan, most=60) == []
