"""A province is cut into shards, each planned on its own; borders are settled in further rounds.

A shard is a problem of its own: visits and carers of one part of the map. A pair never straddles. The first round cuts
the map; each later one cuts it along another line, through carers and never through a route: what a carer does stays
in one shard, so a round begins with the plan there is and can only mend it. A last pass plans anew around what is
still left out. Who runs the shards (this process, a pool, a cluster) is a function handed in: the same shards and
seeds give the same plan anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Pin, Problem
from yijia.core.dispatch.plan import Plan, Result, Why
from yijia.core.dispatch.reasons import reasons
from yijia.core.dispatch.shards.cutting import Part, Points, around_unserved, cut, recut
from yijia.core.dispatch.solve import DEFAULT, Params, judged
from yijia.core.dispatch.travel import narrowed

__all__ = [
    "Part",
    "Points",
    "Runner",
    "Step",
    "Task",
    "around_unserved",
    "cut",
    "merge",
    "recut",
    "shard_of",
    "solve",
    "why_not",
]

FIRST_SHARE = 0.5
"""Of the budget; the rest goes to the border rounds and the last pass, alike."""
REHEAT = 0.25
"""How hot a later round begins, as a share of the first: the plan is to be mended, not made."""


@dataclass(frozen=True, slots=True)
class Task:
    """One shard to plan: everything a worker needs.

    start    the plan so far, restricted to the shard
    share    of the whole budget, (0, 1]
    """

    problem: Problem
    start: Plan | None
    seed: int
    share: float
    params: Params = DEFAULT


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work is: rounds done of all, and the plan's cost."""

    done: int
    rounds: int
    cost: tuple[int, ...]
    unserved: int


Runner = Callable[[Sequence[Task]], Sequence[Result]]
"""Tasks -> one result per task, in order."""


def solve(
    problem: Problem,
    points: Points,
    *,
    run: Runner,
    seed: int,
    most: int = 1500,
    rounds: int = 3,
    params: Params = DEFAULT,
    start: Plan | None = None,
    told: Callable[[Step], object] = lambda step: None,
) -> Result:
    """Plan shard by shard, then `rounds` - 1 times along other borders, then around what is left out.

    points    float (places, 2): where each place lies, any unit
    most      visits of a shard, about
    told      is called after each round

    Source      DISPATCH-17 in docs/rules/dispatch.md
    """
    steps = 0
    plan = start
    cost: tuple[int, ...] | None = None
    rest = (1 - FIRST_SHARE) / rounds
    for turn in range(rounds + 1):
        parts: list[Part] = []
        if plan is None:
            parts = cut(problem, points, most=most)
        elif turn == rounds:
            parts = around_unserved(problem, points, plan, most=most)
        if plan is not None and not parts:  # also instead of the last pass, when everybody is served
            parts = recut(problem, points, plan, most=most, turn=turn)
        share = rest if turn else FIRST_SHARE
        tasks = _tasks(problem, parts, plan, seed * 1000 + turn * 100, share, params, is_first=turn == 0)
        results = run(tasks)
        steps += sum(result.iterations for result in results)
        found = merge(plan, tasks, results)
        verdict = check(problem, found)
        if cost is None or verdict.cost <= cost:
            plan, cost = found, verdict.cost
        told(Step(turn + 1, rounds + 1, cost, len(verdict.unserved)))
    assert plan is not None
    unserved = check(problem, plan).unserved
    return judged(problem, plan, steps, why_not(problem, points, plan, unserved, most=most))


def _tasks(
    problem: Problem,
    parts: Sequence[Part],
    plan: Plan | None,
    seed: int,
    share: float,
    params: Params,
    *,
    is_first: bool,
) -> list[Task]:
    parts = [part for part in parts if len(part.visits) and len(part.carers)]
    every = max(1, sum(len(part.visits) for part in parts))
    if not is_first:
        params = replace(params, route_hot=max(params.route_cold, params.route_hot * REHEAT))
    tasks = []
    for i, part in enumerate(parts):
        shard = shard_of(problem, part)
        start = None if plan is None else _within(plan, shard)
        tasks.append(Task(shard, start, seed + i, share * len(part.visits) / every, params))
    return tasks


def shard_of(problem: Problem, part: Part) -> Problem:
    """The problem of some visits and carers, with the travel between their places alone.

    Carers elsewhere are forgotten where visits name them; a visit linked to one elsewhere is pinned to where it is by
    the caller, or not linked.
    """
    carers = [problem.carers[k] for k in part.carers]
    visits = [problem.visits[i] for i in part.visits]
    inside = {carer.id for carer in carers}
    names = {visit.id for visit in visits}
    used = sorted({v.place for v in visits} | {c.base for c in carers} | {c.home for c in carers})
    at = {place: i for i, place in enumerate(used)}
    return replace(
        problem,
        visits=tuple(
            replace(
                visit,
                place=at[visit.place],
                usual=visit.usual if visit.usual in inside else None,
                forbidden=visit.forbidden & inside,
                preferred=visit.preferred & inside,
            )
            for visit in visits
        ),
        carers=tuple(replace(carer, base=at[carer.base], home=at[carer.home]) for carer in carers),
        travel=narrowed(problem.travel, np.array(used, dtype=np.int64)),
        links=tuple(link for link in problem.links if link.first in names and link.second in names),
        pins=tuple(pin for pin in problem.pins if pin.visit in names and pin.carer in inside),
        before={visit: carer for visit, carer in problem.before.items() if visit in names and carer in inside},
    )


def _within(plan: Plan, shard: Problem) -> Plan:
    """The plan's routes of a shard's carers, with the shard's visits alone."""
    names, people = {visit.id for visit in shard.visits}, {carer.id for carer in shard.carers}
    routes = {
        carer: tuple(stop for stop in route if stop.visit in names)
        for carer, route in plan.routes.items()
        if carer in people
    }
    return Plan(routes, {carer: rest for carer, rest in plan.rests.items() if carer in people})


def merge(plan: Plan | None, tasks: Sequence[Task], results: Sequence[Result]) -> Plan:
    """The plan with the routes of the shards' carers replaced by what the shards answered."""
    people = {carer.id for task in tasks for carer in task.problem.carers}
    taken = {visit.id for task in tasks for visit in task.problem.visits}
    old = plan or Plan({})
    routes = {
        carer: tuple(stop for stop in route if stop.visit not in taken)
        for carer, route in old.routes.items()
        if carer not in people
    }
    rests = {carer: rest for carer, rest in old.rests.items() if carer not in people}
    for result in results:
        routes |= result.plan.routes
        rests |= result.plan.rests
    return Plan(routes, rests)


def why_not(
    problem: Problem, points: Points, plan: Plan, unserved: Sequence[str], *, most: int = 1500
) -> Mapping[str, Mapping[str, Why]]:
    """unserved visit -> carer -> the rule in the way, for every carer of the whole problem, some carers at a time."""
    found: dict[str, dict[str, Why]] = {name: {} for name in unserved}
    if not unserved:
        return found
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    mate = {link.first: link.second for link in problem.links} | {link.second: link.first for link in problem.links}
    starts = plan.start_of()
    out = {number[name] for name in unserved}
    carers: list[int] = []
    rows: list[int] = []
    for k, carer in enumerate(problem.carers):
        carers.append(k)
        rows += [number[stop.visit] for stop in plan.routes.get(carer.id, ())]
        if len(rows) < most and k + 1 < len(problem.carers):
            continue
        shard = shard_of(problem, Part(np.array(sorted(out | set(rows))), np.array(carers)))
        held = plan.carer_of()
        inside = {visit.id for visit in shard.visits}
        # A served visit whose mate is in another slice holds its time by a pin.
        loose = [v.id for v in shard.visits if v.id in held and v.id in mate and mate[v.id] not in inside]
        pinned = {pin.visit for pin in shard.pins}
        pins = (*shard.pins, *(Pin(v, held[v], starts[v]) for v in loose if v not in pinned))
        for name, whys in reasons(replace(shard, pins=pins), _within(plan, shard), unserved).items():
            found[name] |= whys
        carers, rows = [], []
    return found
