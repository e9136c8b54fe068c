"""The engine against proofs and peers: CP-SAT's optimum of days of up to 12 visits with every rule on, PyVRP on plain
routing, published routes of the vehicle routing files.

Clauses: DISPATCH-05 to DISPATCH-10 and DISPATCH-12, stated a second time as constraints.
"""

import gzip
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ortools.sat.python import cp_model

from tests.core.dispatch.worlds import world
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import DISTANCE, Carer, Problem, Term, Visit
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.solve import Budget, solve
from yijia.core.dispatch.travel import Planar

DATA = Path(__file__).parents[2] / "data" / "dispatch"
HORIZON = 3000


def optimum(problem: Problem) -> tuple[int, bool]:
    """(least cost of a one-tier problem, proven): windows, lateness, shifts, overtime, breaks, limits, pairs and gaps."""
    model = cp_model.CpModel()
    visits, weigh = problem.visits, problem.objective.weight
    start = [
        model.new_int_var(v.opens, HORIZON if v.late_max is None else v.closes + v.late_max, f"s{v.id}") for v in visits
    ]
    served = [model.new_bool_var(f"served{v.id}") for v in visits]
    by: dict[tuple[int, str], Any] = {}
    price: list[Any] = [
        weigh(Term.UNSERVED) * v.price_of_leaving_out * (1 - on) for v, on in zip(visits, served, strict=True)
    ]
    for carer in problem.carers:
        price += _route(model, problem, carer, start, by)
    for i, visit in enumerate(visits):
        model.add(sum(by[i, carer.id] for carer in problem.carers) == served[i])
        if weigh(Term.CONTINUITY) and visit.usual is not None:
            price += [weigh(Term.CONTINUITY) * by[i, carer.id] for carer in problem.carers if carer.id != visit.usual]
    late = []
    for i, visit in enumerate(visits):
        one = model.new_int_var(0, HORIZON, "")
        model.add(one >= start[i] - visit.closes).only_enforce_if(served[i])
        late.append(one)
    worst = model.new_int_var(0, HORIZON, "")
    model.add_max_equality(worst, late)
    price += [weigh(Term.LATE) * sum(late), weigh(Term.LATE_WORST) * worst]
    number = {visit.id: i for i, visit in enumerate(visits)}
    for link in problem.links:
        a, b = number[link.first], number[link.second]
        model.add(served[a] == served[b])
        model.add(start[b] - start[a] >= link.gap_min).only_enforce_if(served[a])
        model.add(start[b] - start[a] <= link.gap_max).only_enforce_if(served[a])
        if link.is_apart:
            for carer in problem.carers:
                model.add(by[a, carer.id] + by[b, carer.id] <= 1)
    model.minimize(sum(price))
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = 20
    solver.parameters.num_workers = 1
    state = solver.solve(model)
    assert state in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return round(solver.objective_value), state == cp_model.OPTIMAL


def _route(
    model: Any, problem: Problem, carer: Carer, start: list[Any], by: dict[tuple[int, str], Any]
) -> Iterator[Any]:
    """One carer's circuit through what they serve (node 0 is the base); yields the terms of its price."""
    visits, between, weigh = problem.visits, problem.travel.between, problem.objective.weight
    idle = model.new_bool_var("")
    arcs: list[tuple[int, int, Any]] = [(0, 0, idle)]
    rest = carer.rest
    rest_at = None
    if rest is not None:
        rest_at = model.new_int_var(rest.opens, rest.closes - rest.length, "")
    hard = carer.shift[1] + (HORIZON if carer.overtime_max is None else carer.overtime_max)
    home = model.new_int_var(0, HORIZON * 2, "")
    model.add(home <= min(hard, HORIZON * 2)).only_enforce_if(~idle)
    model.add(home == 0).only_enforce_if(idle)
    way: list[Any] = []
    slots: list[Any] = []

    def ride(on: Any, free: Any, minutes: int, ready: Any) -> None:
        """With this arc the next thing begins when the way is done, and the break too where it is taken on it."""
        way.append(minutes * on)
        if rest is None:
            model.add(ready >= free + minutes).only_enforce_if(on)
            return
        here = model.new_bool_var("")
        slots.append(here)
        model.add_implication(here, on)
        model.add(ready >= free + minutes).only_enforce_if([on, ~here])
        model.add(rest_at >= free).only_enforce_if(here)
        model.add(ready >= rest_at + rest.length + minutes).only_enforce_if(here)

    for i, visit in enumerate(visits):
        own = by[i, carer.id] = model.new_bool_var("")
        arcs.append((i + 1, i + 1, ~own))
        if not visit.skills <= carer.skills or carer.id in visit.forbidden:
            model.add(own == 0)
            continue
        model.add_implication(own, ~idle)
        first, last = model.new_bool_var(""), model.new_bool_var("")
        arcs += [(0, i + 1, first), (i + 1, 0, last)]
        ride(first, carer.shift[0], between(carer.base, visit.place), start[i])
        ride(last, start[i] + visit.duration, between(visit.place, carer.home), home)
        for j, other in enumerate(visits):
            if i != j:
                on = model.new_bool_var("")
                arcs.append((i + 1, j + 1, on))
                ride(on, start[i] + visit.duration, between(visit.place, other.place), start[j])
    model.add_circuit(arcs)
    if rest is not None:
        model.add(sum(slots) == 1 - idle)
    own_visits = [(visit, by[i, carer.id]) for i, visit in enumerate(visits)]
    if carer.visits_max is not None:
        model.add(sum(on for _, on in own_visits) <= carer.visits_max)
    if carer.load_max is not None:
        model.add(sum(visit.load * on for visit, on in own_visits) <= carer.load_max)
    if carer.work_max is not None:
        model.add(sum(visit.duration * on for visit, on in own_visits) + sum(way) <= carer.work_max)
    over = model.new_int_var(0, HORIZON * 2, "")
    model.add(over >= home - min(carer.shift[1], HORIZON * 2))
    yield weigh(Term.TRAVEL) * sum(way)
    yield weigh(Term.OVERTIME) * over


def found(problem: Problem, iterations: int) -> int:
    """The engine's best of three starts."""
    return min(solve(problem, stop=Budget(iterations), seed=seed).cost[0] for seed in (1, 2, 3))


HARD_DAYS = [(0, 8, 3), (1, 9, 3), (2, 10, 3), (3, 10, 4), (4, 12, 4), (8, 12, 3)]
HARD_DAYS += [(seed, 8 + seed % 4, 3) for seed in range(5, 20)]


@pytest.mark.parametrize(("seed", "visits", "carers"), HARD_DAYS)
def test_hard_days_reach_the_proven_optimum(seed: int, visits: int, carers: int) -> None:
    """Neither below it nor above it."""
    day = world(seed, visits, carers)
    best, is_proven = optimum(day)
    assert is_proven
    assert found(day, 25_000) == best


@pytest.mark.parametrize("seed", range(4))
def test_days_that_end_elsewhere_than_they_began(seed: int) -> None:
    """Every carer has a base of their own and goes home to another place; no way is as long back as forth."""
    day = world(seed, 9, 3)
    bases = [carer.base for carer in day.carers]
    carers = tuple(replace(carer, home=bases[k - 1]) for k, carer in enumerate(day.carers))
    day = replace(day, carers=carers)
    between = day.travel.between
    assert any(between(a, b) != between(b, a) for a in bases for b in range(len(day.visits)))
    best, is_proven = optimum(day)
    assert is_proven
    assert found(day, 25_000) == best
    plan = solve(day, stop=Budget(25_000), seed=1).plan
    verdict = check(day, plan)
    assert verdict.is_valid
    ways = 0
    places = {visit.id: visit.place for visit in day.visits}
    for carer in carers:
        stops = [places[stop.visit] for stop in plan.routes.get(carer.id, ())]
        legs = [carer.base, *stops, carer.home] if stops else []
        ways += sum(between(a, b) for a, b in itertools.pairwise(legs))
    assert verdict.parts[Term.TRAVEL] == ways


def test_limits_of_work_and_load_reach_the_proven_optimum() -> None:
    day = world(6, 9, 3)
    day = replace(
        day,
        visits=tuple(replace(visit, load=1 + i % 3) for i, visit in enumerate(day.visits)),
        carers=tuple(replace(carer, load_max=5, work_max=170) for carer in day.carers),
    )
    best, is_proven = optimum(day)
    assert is_proven
    assert found(day, 25_000) == best


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_soft_days_reach_the_proven_optimum(seed: int) -> None:
    day = world(seed, 8, 3, is_soft=True)
    day = replace(day, visits=tuple(replace(visit, forbidden=frozenset()) for visit in day.visits))
    best, is_proven = optimum(day)
    assert is_proven
    assert found(day, 80_000) == best


def test_plain_routing_is_no_worse_than_pyvrp() -> None:
    """The same 40 customers with windows, as far as both agree on what a plan costs."""
    pyvrp = pytest.importorskip("pyvrp")
    problem = formats.read(gzip.decompress((DATA / "C102.txt.gz").read_bytes()).decode(), "solomon")
    problem = replace(problem, visits=problem.visits[:40], carers=problem.carers[:8])
    assert isinstance(problem.travel, Planar)
    model = pyvrp.Model()
    place = [model.add_location(float(x), float(y)) for x, y in problem.travel.points[:41]]
    depot = model.add_depot(place[0])
    model.add_vehicle_type(8, [problem.carers[0].load_max], depot, depot, tw_late=problem.carers[0].shift[1])
    for visit in problem.visits:
        model.add_client(
            place[visit.place],
            [visit.load],
            service_duration=visit.duration,
            tw_early=visit.opens,
            tw_late=visit.closes,
        )
    for a in range(41):
        for b in range(41):
            ticks = problem.travel.between(a, b)
            model.add_edge(place[a], place[b], ticks, ticks)
    theirs = model.solve(pyvrp.stop.MaxIterations(400), seed=1, display=False)
    assert theirs.is_feasible()
    assert solve(problem, stop=Budget(3000), seed=1).cost[0] <= theirs.cost()


def published(name: str) -> tuple[str, list[list[str]], float]:
    """(file text, routes, cost) of a published solution; it counts nodes from 0, the file from 1."""
    text = gzip.decompress((DATA / f"{name}.vrp.gz").read_bytes()).decode()
    lines = gzip.decompress((DATA / f"{name}.sol.gz").read_bytes()).decode().splitlines()
    routes = [line.partition(":")[2].split() for line in lines if line.startswith("Route")]
    return text, routes, float(next(line for line in lines if line.startswith("Cost")).split()[1])


def _plan(problem: Problem, routes: dict[str, list[str]]) -> Plan:
    visits = {visit.id: visit for visit in problem.visits}
    carers = {carer.id: carer for carer in problem.carers}
    stops: dict[str, tuple[Stop, ...]] = {}
    for name, route in routes.items():
        free, place, row = carers[name].shift[0], carers[name].base, []
        for visit in [visits[v] for v in route]:
            begin = max(visit.opens, free + problem.travel.between(place, visit.place))
            row.append(Stop(visit.id, begin))
            free, place = begin + visit.duration, visit.place
        stops[name] = tuple(row)
    return Plan(stops)


def test_published_routes_with_prizes() -> None:
    text, routes, cost = published("RC1_10_4")
    problem = formats.read(text, "vrplib")
    assert len(problem.visits) == 1000
    plan = _plan(problem, {str(k + 1): [str(int(v) + 1) for v in route] for k, route in enumerate(routes)})
    verdict = check(problem, plan)
    assert verdict.is_valid
    assert verdict.cost[0] == cost


def test_published_routes_from_several_depots() -> None:
    """The published plan costs what it says, and ours, which leaves the depots late enough for the limit, is found."""
    text, routes, cost = published("PR11A")
    problem = formats.read(text, "vrplib")
    assert {carer.span_max for carer in problem.carers} == {450_000}
    depots = len({carer.base for carer in problem.carers})
    assert (len(problem.visits), len(problem.carers), depots) == (360, 40, 4)
    plan = _plan(problem, {str(k + 1): [str(int(v) + 1) for v in route] for k, route in enumerate(routes)})
    assert check(problem, plan).cost[0] == cost
    result = solve(problem, stop=Budget(3000), seed=1)
    assert not result.reasons
    assert result.cost[0] < 1.3 * cost
    bases = {visit: carer.base for carer in problem.carers for visit in result.plan.routes.get(carer.id, ())}
    assert len(set(bases.values())) == 4


def test_prizes_are_weighed_against_the_way() -> None:
    points = [(0.0, 0.0), (10.0, 0.0), (1000.0, 0.0)]
    visits = tuple(Visit(str(i), i, 0, 0, 10**6, is_optional=True, drop_cost=500) for i in (1, 2))
    day = Problem(visits, (Carer("1", 0, 0, (0, 10**6)),), Planar(points, 10), objective=DISTANCE)
    result = solve(day, stop=Budget(100), seed=1)
    assert set(result.plan.carer_of()) == {"1"}
    assert result.cost == (700,)
