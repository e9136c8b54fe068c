"""Other engines on the same generated city day, each with what it can model, each in a process of its own.

A peer answers with routes: who visits whom in which order. Times are then set as early as the order allows, with the
break where it fits best, and our judge counts what is broken. A second figure leaves out every pair that was broken,
so that costs of valid plans can be compared. PyVRP is stopped by its CPU seconds; VROOM and OR-Tools know the wall
clock alone, so compare them on a machine with nothing else to do.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from yijia.base.farm import peak_mb
from yijia.bench import citygen
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import Verdict, check
from yijia.core.dispatch.model import Carer, Problem, Term, Visit
from yijia.core.dispatch.plan import Plan, Stop

Routes = Mapping[str, Sequence[str]]
FAR = 100_000
"""A way nobody goes, minutes: how a skill is told to an engine that has none."""


def run(name: str, size: tuple[int, int, int], ours: Mapping[str, Any], *, limit_s: float) -> dict[str, Any]:
    """One peer's row: what it left out and drove, what it broke, ratios to our plan; or why there is no answer."""
    row: dict[str, Any] = {"peer": name, "not_given": list(NOT_GIVEN[name])}
    order = json.dumps({"peer": name, "size": size, "limit_s": limit_s})
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "yijia.bench.peers"],
            input=order,
            capture_output=True,
            text=True,
            timeout=limit_s * 6 + 120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return row | {"failed": f"no answer after {time.perf_counter() - began:.0f} s, asked for {limit_s:.0f} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        said = done.stderr.strip().splitlines()
        return row | {"failed": f"exit {done.returncode}: {said[-1][:200] if said else 'nothing said'}"}
    found = json.loads(lines[-1])
    if "failed" in found:
        return row | found
    for key, mine in (("travel_min", "travel_min"), ("score_of_kept", "score")):
        found[f"{key}_to_ours"] = round(found[key] / max(1, ours[mine]), 3)
    return row | found


def solve(name: str, size: tuple[int, int, int], limit_s: float) -> dict[str, Any]:
    """What the peer makes of the day, scored."""
    problem = formats.read(json.dumps(citygen.generate(*size)), "citygen")
    began, cpu = time.perf_counter(), time.process_time()
    try:
        routes = PEERS[name](problem, limit_s)
    except ImportError as error:
        return {"failed": f"not installed: {error}"}
    except (RuntimeError, ValueError, MemoryError) as error:
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    took = {"wall_s": round(time.perf_counter() - began, 1), "cpu_s": round(time.process_time() - cpu, 1)}
    if not routes:
        return took | {"failed": "no solution"}
    return took | {"peak_mb": round(peak_mb())} | scored(problem, routes)


def scored(problem: Problem, routes: Routes) -> dict[str, Any]:
    """Counts of a peer's routes as they are, and the score once the pairs it broke are left out."""
    plan = timed(problem, routes)
    verdict = check(problem, plan)
    broken = Counter(found.rule for found in verdict.violations)
    optional = {visit.id for visit in problem.visits if visit.is_optional}
    pairs = _broken_pairs(verdict)
    kept, left = verdict, routes
    while torn := _broken_pairs(kept):  # leaving one out lets others start earlier, which can break a gap
        bad = {
            name
            for link in problem.links
            if f"{link.first}-{link.second}" in torn
            for name in (link.first, link.second)
        }
        left = {who: [visit for visit in route if visit not in bad] for who, route in left.items()}
        kept = check(problem, timed(problem, left))
    return {
        "unserved_mandatory": sum(1 for name in verdict.unserved if name not in optional),
        "unserved": len(verdict.unserved),
        "travel_min": verdict.parts[Term.TRAVEL],
        "overtime_min": verdict.parts[Term.OVERTIME],
        "not_usual": verdict.parts[Term.CONTINUITY],
        "broken": dict(sorted(broken.items())),
        "broken_pairs": len(pairs),
        "pairs": len(problem.links),
        "score_of_kept": kept.cost[0],
        "unserved_of_kept": len(kept.unserved),
        "broken_of_kept": dict(sorted(Counter(found.rule for found in kept.violations).items())),
    }


def _broken_pairs(verdict: Verdict) -> set[str]:
    return {found.subject for found in verdict.violations if found.rule.startswith("link")}


def timed(problem: Problem, routes: Routes) -> Plan:
    """Earliest starts of each route, with the break where most visits stay in time; without it where none does."""
    visits = {visit.id: visit for visit in problem.visits}
    carers = {carer.id: carer for carer in problem.carers}
    stops: dict[str, tuple[Stop, ...]] = {}
    rests: dict[str, int] = {}
    for name, route in routes.items():
        carer, row = carers[name], [visits[visit] for visit in route]
        slots = range(len(row) + 1) if carer.rest is not None and row else ()
        tries = [_times(problem, carer, row, slot) for slot in slots] or [_times(problem, carer, row, -1)]
        late, _, starts, rest = min(tries, key=lambda one: one[:2])
        if late and slots:
            late, _, starts, rest = _times(problem, carer, row, -1)
        if starts:
            stops[name] = tuple(Stop(visit.id, start) for visit, start in zip(row, starts, strict=True))
        if rest is not None:
            rests[name] = rest
    return Plan(stops, rests)


def _times(problem: Problem, carer: Carer, row: Sequence[Visit], slot: int) -> tuple[int, int, list[int], int | None]:
    """(minutes too late in all, home, starts, rest) with the break before stop number `slot`; -1 = without."""
    free, place, late, rest = carer.shift[0], carer.base, 0, None
    starts: list[int] = []
    for i, visit in enumerate([*row, None]):
        if i == slot and carer.rest is not None:
            rest = max(free, carer.rest.opens)
            free = rest + carer.rest.length
            late += max(0, free - carer.rest.closes)
        if visit is None:
            break
        begin = max(visit.opens, free + problem.travel.between(place, visit.place))
        late += max(0, begin - visit.closes)
        starts.append(begin)
        free, place = begin + visit.duration, visit.place
    home = free + problem.travel.between(place, carer.home)
    return late + max(0, home - carer.shift[1] - (carer.overtime_max or 0)), home, starts, rest


def _minutes(problem: Problem) -> np.ndarray:
    every = np.arange(len(problem.visits) + len(problem.carers))
    return np.asarray(problem.travel.block(every, every), dtype=np.int64)


def _pyvrp(problem: Problem, limit_s: float) -> Routes:
    import pyvrp

    minutes = _minutes(problem)
    kinds = sorted({carer.skills for carer in problem.carers}, key=sorted)
    matrices = []
    for skills in kinds:
        unable = np.array([not visit.skills <= skills for visit in problem.visits])
        matrix = minutes.copy()
        matrix[: len(unable)][unable] = FAR
        matrix[:, : len(unable)][:, unable] = FAR
        np.fill_diagonal(matrix, 0)
        matrices.append(matrix)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(float(x), float(y)) for x, y in problem.travel.points_m],  # type: ignore[attr-defined]
        clients=[
            pyvrp.Client(
                location=visit.place,
                delivery=[1],
                service_duration=visit.duration,
                tw_early=visit.opens,
                tw_late=visit.closes,
                prize=visit.price_of_leaving_out,
                required=False,
            )
            for visit in problem.visits
        ],
        depots=[pyvrp.Depot(location=carer.base) for carer in problem.carers],
        vehicle_types=[
            pyvrp.VehicleType(
                1,
                [carer.visits_max or FAR],
                start_depot=k,
                end_depot=k,
                tw_early=carer.shift[0],
                tw_late=carer.shift[1] + (carer.overtime_max or 0),
                start_late=carer.shift[0],
                shift_duration=carer.shift[1] - carer.shift[0],
                max_overtime=carer.overtime_max or 0,
                unit_overtime_cost=2,
                profile=kinds.index(carer.skills),
            )
            for k, carer in enumerate(problem.carers)
        ],
        distance_matrices=matrices,
        duration_matrices=matrices,
    )
    began = time.process_time()

    def stop(cost: float) -> bool:
        return time.process_time() - began >= limit_s

    found = pyvrp.solve(data, stop, seed=1, collect_stats=False, display=False).best
    if not found.is_feasible():
        raise ValueError("its best plan breaks its own rules")
    return {
        problem.carers[route.vehicle_type()].id: [problem.visits[step.idx].id for step in route if step.is_client()]
        for route in found.routes()
    }


def _vroom(problem: Problem, limit_s: float) -> Routes:
    from datetime import timedelta

    import vroom

    number = {skill: i for i, skill in enumerate(sorted({s for visit in problem.visits for s in visit.skills}))}
    asked = vroom.Input()
    asked.set_durations_matrix("car", np.ascontiguousarray(_minutes(problem), dtype=np.uint32))
    for i, visit in enumerate(problem.visits):
        asked.add_job(
            vroom.Job(
                i,
                visit.place,
                default_service=visit.duration,
                skills={number[skill] for skill in visit.skills},
                priority=visit.priority if visit.is_optional else 10 * visit.priority + 50,
                time_windows=[vroom.TimeWindow(visit.opens, visit.closes)],
            )
        )
    for k, carer in enumerate(problem.carers):
        rest = carer.rest
        asked.add_vehicle(
            vroom.Vehicle(
                k,
                start=carer.base,
                end=carer.home,
                skills={number[skill] for skill in carer.skills if skill in number},
                time_window=vroom.TimeWindow(carer.shift[0], carer.shift[1] + (carer.overtime_max or 0)),
                breaks=[]
                if rest is None
                else [vroom.Break(k, [vroom.TimeWindow(rest.opens, rest.closes - rest.length)], rest.length)],
                max_tasks=carer.visits_max or FAR,
            )
        )
    found = asked.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=limit_s)).to_dict()
    return {
        problem.carers[route["vehicle"]].id: [
            problem.visits[step["id"]].id for step in route["steps"] if step["type"] == "job"
        ]
        for route in found["routes"]
    }


def _ortools(problem: Problem, limit_s: float) -> Routes:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    minutes = _minutes(problem).tolist()
    visits, carers = problem.visits, problem.carers
    bases = [carer.base for carer in carers]
    manager = pywrapcp.RoutingIndexManager(len(minutes), len(carers), bases, bases)
    model = pywrapcp.RoutingModel(manager)
    service = [visit.duration for visit in visits] + [0] * len(carers)
    way = model.RegisterTransitMatrix(minutes)
    whole = model.RegisterTransitMatrix([[service[a] + m for m in row] for a, row in enumerate(minutes)])
    model.SetArcCostEvaluatorOfAllVehicles(way)
    model.AddDimension(whole, FAR, FAR, False, "time")
    clock = model.GetDimensionOrDie("time")
    one = model.RegisterUnaryTransitVector([1] * len(visits) + [0] * len(carers))
    model.AddDimensionWithVehicleCapacity(one, 0, [carer.visits_max or FAR for carer in carers], True, "count")
    for i, visit in enumerate(visits):
        index = manager.NodeToIndex(i)
        clock.CumulVar(index).SetRange(visit.opens, visit.closes)
        able = [k for k, carer in enumerate(carers) if visit.skills <= carer.skills and carer.id not in visit.forbidden]
        model.VehicleVar(index).SetValues([-1, *able])
        model.AddDisjunction([index], visit.price_of_leaving_out)
    for k, carer in enumerate(carers):
        clock.CumulVar(model.Start(k)).SetRange(carer.shift[0], carer.shift[1])
        clock.CumulVar(model.End(k)).SetRange(carer.shift[0], carer.shift[1] + (carer.overtime_max or 0))
        clock.SetCumulVarSoftUpperBound(model.End(k), carer.shift[1], 2)
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromMilliseconds(int(limit_s * 1000))
    found = model.SolveWithParameters(how)
    if found is None:
        return {}
    routes: dict[str, list[str]] = {}
    for k, carer in enumerate(carers):
        index = found.Value(model.NextVar(model.Start(k)))
        while not model.IsEnd(index):
            routes.setdefault(carer.id, []).append(visits[manager.IndexToNode(index)].id)
            index = found.Value(model.NextVar(index))
    return routes


PEERS: dict[str, Callable[[Problem, float], Routes]] = {"pyvrp": _pyvrp, "vroom": _vroom, "ortools": _ortools}
NOT_GIVEN = {
    "pyvrp": ("pairs", "gaps", "breaks", "usual carer", "refused carers"),
    "vroom": ("pairs", "gaps", "cost of overtime", "usual carer", "refused carers"),
    "ortools": ("pairs", "gaps", "breaks", "usual carer"),
}
"""What each cannot model, or not at this size: with breaks OR-Tools found no plan of 2,000 visits at all."""


if __name__ == "__main__":
    order = json.loads(sys.stdin.read())
    answer = solve(order["peer"], tuple(order["size"]), order["limit_s"])
    print(json.dumps(answer))
