"""A province is cut into shards, each planned on its own; borders are settled in further rounds.

A shard is a problem of its own: visits and carers of one part of the map. A pair never straddles. Between rounds, what
two neighbouring shards could not serve is offered to both together. Who runs the shards (this process, a pool, a
cluster) is a function handed in: the same shards and seeds give the same plan anywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Plan, Result
from yijia.core.dispatch.solve import judged


@dataclass(frozen=True, slots=True)
class Task:
    """One shard to plan: everything a worker needs."""

    problem: Problem
    start: Plan | None
    seed: int


Runner = Callable[[Sequence[Task], float], Sequence[Result]]
"""(tasks, share of the whole budget) -> one result per task, in order."""


def cut(problem: Problem, points: NDArray[np.float64], *, most: int, turn: int = 0) -> list[Problem]:
    """Shards of at most about `most` visits, by halving the map across its longer side.

    points    float (places, 2): where each place lies, any unit
    turn      odd rounds begin with the other side, so that borders move
    """
    group = _together(problem)
    return [_part(problem, rows, people) for rows, people in _halve(problem, points, group, most, turn)]


def _together(problem: Problem) -> NDArray[np.int64]:
    """int64 (visits,): linked visits share the number of the first."""
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    group = np.arange(len(problem.visits), dtype=np.int64)
    for link in problem.links:
        group[number[link.second]] = number[link.first]
    return group


def _halve(
    problem: Problem, points: NDArray[np.float64], group: NDArray[np.int64], most: int, turn: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    where = points[np.array([visit.place for visit in problem.visits], dtype=np.int64)][group]
    home = points[np.array([carer.base for carer in problem.carers], dtype=np.int64)]
    parts = [(np.arange(len(where)), np.arange(len(home)))]
    done: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    while parts:
        rows, people = parts.pop()
        if len(rows) <= most or len(people) < 2:
            done.append((rows, people))
            continue
        spread = np.ptp(where[rows], axis=0)
        axis = int(spread[1] > spread[0])
        if turn % 2 and len(rows) == len(where):
            axis = 1 - axis
        line = float(np.median(where[rows, axis]))
        low, hands = where[rows, axis] <= line, home[people, axis] <= line
        if low.all() or hands.all() or not hands.any():
            done.append((rows, people))
            continue
        parts += [(rows[low], people[hands]), (rows[~low], people[~hands])]
    return done


def _part(problem: Problem, rows: NDArray[np.int64], people: NDArray[np.int64]) -> Problem:
    """The problem of some visits and carers; carers elsewhere are forgotten where visits name them."""
    carers = tuple(problem.carers[k] for k in people)
    inside = {carer.id for carer in carers}
    chosen = tuple(problem.visits[i] for i in rows)
    names = {visit.id for visit in chosen}
    visits = tuple(
        replace(
            visit,
            usual=visit.usual if visit.usual in inside else None,
            forbidden=visit.forbidden & inside,
            preferred=visit.preferred & inside,
        )
        for visit in chosen
    )
    return replace(
        problem,
        visits=visits,
        carers=carers,
        links=tuple(link for link in problem.links if link.first in names),
        pins=tuple(pin for pin in problem.pins if pin.visit in names and pin.carer in inside),
        before={visit: carer for visit, carer in problem.before.items() if visit in names and carer in inside},
    )


def solve(
    problem: Problem, points: NDArray[np.float64], *, run: Runner, seed: int, most: int = 1500, rounds: int = 2
) -> Result:
    """Plan shard by shard, then again along moved borders beginning from the plan so far.

    In a later round a shard holds the routes that lie wholly in it: a carer whose visits now fall in two shards keeps
    the visits of their own side, the others are served anew. Reasons name the carers of the visit's shard.

    Source      DISPATCH-17 in docs/rules/dispatch.md
    """
    plan: Plan | None = None
    steps = 0
    best: Result | None = None
    for turn in range(rounds):
        parts = cut(problem, points, most=most, turn=turn)
        tasks = [Task(part, _within(plan, part), seed * 1000 + turn * 100 + i) for i, part in enumerate(parts)]
        results = run(tasks, 1 / rounds)
        steps += sum(result.iterations for result in results)
        plan = Plan(
            {carer: route for result in results for carer, route in result.plan.routes.items()},
            {carer: rest for result in results for carer, rest in result.plan.rests.items()},
        )
        reasons = {visit: whys for result in results for visit, whys in result.reasons.items()}
        found = judged(problem, plan, steps, reasons)
        if best is None or found.cost < best.cost:
            best = found
        plan = best.plan
    assert best is not None
    return best


def _within(plan: Plan | None, part: Problem) -> Plan | None:
    if plan is None:
        return None
    names, people = {visit.id for visit in part.visits}, {carer.id for carer in part.carers}
    routes = {
        carer: tuple(stop for stop in route if stop.visit in names)
        for carer, route in plan.routes.items()
        if carer in people
    }
    return Plan(routes, {carer: rest for carer, rest in plan.rests.items() if carer in people})
