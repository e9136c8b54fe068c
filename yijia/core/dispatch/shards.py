"""A province is cut into shards, each planned on its own; borders are settled in further rounds.

A shard is a problem of its own: visits and carers of one part of the map. A pair never straddles. The first round cuts
the map; each later one cuts it along another line, through carers and never through a route: what a carer does stays
in one shard, so a round begins with the plan there is and can only mend it. A last pass plans anew around what is
still left out. Who runs the shards (this process, a pool, a cluster) is a function handed in: the same shards and
seeds give the same plan anywhere.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Pin, Problem
from yijia.core.dispatch.plan import Plan, Result, Why
from yijia.core.dispatch.reasons import reasons
from yijia.core.dispatch.solve import DEFAULT, Params, judged
from yijia.core.dispatch.travel import narrowed

Points = NDArray[np.float64]
Rows = NDArray[np.int64]

FIRST_SHARE = 0.5
"""Of the budget; the rest goes to the border rounds and the last pass, alike."""
REHEAT = 0.25
"""How hot a later round begins, as a share of the first: the plan is to be mended, not made."""
REGIONS = 4
"""Parts of the last pass, each around visits left out."""


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


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers of the visits and carers of one shard."""

    visits: Rows
    carers: Rows


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
    told: Callable[[Step], None] = lambda step: None,
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


def cut(problem: Problem, points: Points, *, most: int) -> list[Part]:
    """Shards of at most about `most` visits, by halving the map across its longer side.

    A pair goes with its first visit, a pinned visit with its carer, and carers whom a pinned pair ties go together.
    """
    at, homes = _places(problem, points), points[[carer.base for carer in problem.carers]].astype(np.float64)
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    person = {carer.id: k for k, carer in enumerate(problem.carers)}
    owner = {number[pin.visit]: person[pin.carer] for pin in problem.pins}
    tied = _Ties(len(homes))
    pairs = [(number[link.first], number[link.second]) for link in problem.links]
    for first, second in pairs:
        if first in owner and second in owner:
            tied.join(owner[first], owner[second])
    homes = homes[[tied.chief(k) for k in range(len(homes))]]
    for first, second in pairs:
        if first in owner or second in owner:
            owner.setdefault(first, owner.get(second, -1))
            owner.setdefault(second, owner[first])
    for i, k in owner.items():
        at[i] = homes[k]
    return list(_halve(at, homes, np.arange(len(at)), np.arange(len(homes)), most))


class _Ties:
    """Who must stay together: joined sets of carers."""

    def __init__(self, count: int) -> None:
        self.above = list(range(count))
        self.size = [0] * count

    def chief(self, k: int) -> int:
        while self.above[k] != k:
            self.above[k] = self.above[self.above[k]]
            k = self.above[k]
        return k

    def join(self, a: int, b: int) -> None:
        a, b = self.chief(a), self.chief(b)
        if a != b:
            self.above[b] = a
            self.size[a] += self.size[b]


def _halve(at: Points, homes: Points, rows: Rows, people: Rows, most: int) -> Iterator[Part]:
    if len(rows) <= most or len(people) < 2:
        yield Part(rows, people)
        return
    axis = int(np.ptp(at[rows, 1]) > np.ptp(at[rows, 0]))
    line = float(np.median(at[rows, axis]))
    low, hands = at[rows, axis] <= line, homes[people, axis] <= line
    if low.all() or hands.all() or not hands.any():
        yield Part(rows, people)
        return
    yield from _halve(at, homes, rows[low], people[hands], most)
    yield from _halve(at, homes, rows[~low], people[~hands], most)


def recut(problem: Problem, points: Points, plan: Plan, *, most: int, turn: int) -> list[Part]:
    """Shards through whole groups of routes, along lines turned against those of the round before."""
    groups = _groups(problem, points, plan, most)
    angle = math.pi * (turn * 0.382 + 0.25)
    way = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-way[1], way[0]])
    return [_part(groups, chosen) for chosen in _slice(groups, np.arange(len(groups)), way, across, most)]


@dataclass(frozen=True, slots=True)
class _Group:
    """What stays together: carers tied by pairs with all they serve, or visits left out together."""

    visits: tuple[int, ...]
    carers: tuple[int, ...]
    at: tuple[float, float]


def _slice(groups: Sequence[_Group], rows: Rows, way: Points, across: Points, most: int) -> Iterator[Rows]:
    weight = np.array([len(groups[i].visits) for i in rows])
    if weight.sum() <= most or len(rows) < 2:
        yield rows
        return
    at = np.array([groups[i].at for i in rows])
    along = at @ way
    if np.ptp(along) < np.ptp(at @ across):
        along = at @ across
    order = np.argsort(along, kind="stable")
    half = int(np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)) + 1
    half = min(max(half, 1), len(rows) - 1)
    yield from _slice(groups, rows[order[:half]], way, across, most)
    yield from _slice(groups, rows[order[half:]], way, across, most)


def around_unserved(problem: Problem, points: Points, plan: Plan, *, most: int) -> list[Part]:
    """Up to a few regions of at most about `most` visits around visits left out; none when all are served."""
    groups = _groups(problem, points, plan, most)
    out = [i for i, group in enumerate(groups) if group.visits and not group.carers]
    at = np.array([group.at for group in groups]).reshape(-1, 2)
    centres = _spread(at[out], REGIONS)
    if not len(centres) or not problem.carers:
        return []
    is_served = np.array([bool(group.carers) for group in groups])
    far = np.sqrt(((at[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2))
    while len(lonely := set(range(far.shape[1])) - set(far[is_served].argmin(axis=1).tolist())):
        far = np.delete(far, min(lonely), axis=1)  # nobody is nearest to it
    nearest = far.argmin(axis=1)
    parts = []
    for c in range(far.shape[1]):
        rows = np.flatnonzero(nearest == c)
        # What is left out comes first; then the nearest routes.
        rows = rows[np.lexsort((far[rows, c], is_served[rows]))]
        weight = np.cumsum([len(groups[i].visits) for i in rows])
        parts.append(_part(groups, rows[: max(1, int(np.searchsorted(weight, most, side="right")))]))
    return parts


def _spread(at: Points, most: int) -> Points:
    """At most `most` of the points, each far from those before."""
    if not len(at):
        return at
    chosen = [int(((at - at.mean(axis=0)) ** 2).sum(axis=1).argmin())]
    gap = ((at - at[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < most and gap.max() > 0:
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, ((at - at[chosen[-1]]) ** 2).sum(axis=1))
    return at[chosen]


def _groups(problem: Problem, points: Points, plan: Plan, most: int) -> list[_Group]:
    """Carers tied by a pair they serve, with their visits; and the visits left out, pairs whole.

    Where pairs tie more than a quarter of a shard together, the knot is left as routes: the pairs between them are
    served anew (both visits go to the first one's shard and begin unserved).
    """
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    person = {carer.id: k for k, carer in enumerate(problem.carers)}
    owner = {number[v]: person[c] for v, c in plan.carer_of().items() if v in number and c in person}
    tied = _Ties(len(problem.carers))
    for k in owner.values():
        tied.size[k] += 1
    pinned = {number[pin.visit] for pin in problem.pins}
    moved: dict[int, int] = {}
    for link in problem.links:
        first, second = number[link.first], number[link.second]
        if first not in owner or second not in owner:
            continue
        a, b = tied.chief(owner[first]), tied.chief(owner[second])
        if a == b or tied.size[a] + tied.size[b] <= max(2, most // 4) or pinned & {first, second}:
            tied.join(a, b)
        else:
            moved[second] = owner[first]
    visits: dict[int, list[int]] = {}
    for i, k in owner.items():
        visits.setdefault(tied.chief(moved.get(i, k)), []).append(i)
    carers: dict[int, list[int]] = {}
    for k in range(len(problem.carers)):
        carers.setdefault(tied.chief(k), []).append(k)
    where = _places(problem, points)
    groups = []
    for k, people in carers.items():
        own = sorted(visits.get(k, ()))
        at = where[own].mean(axis=0) if own else points[problem.carers[k].base]
        groups.append(_Group(tuple(own), tuple(people), (float(at[0]), float(at[1]))))
    mate = {number[link.first]: number[link.second] for link in problem.links}
    behind = set(mate.values())
    for i in range(len(problem.visits)):
        if i not in owner and i not in behind:
            both = (i, mate[i]) if i in mate else (i,)
            groups.append(_Group(both, (), (float(where[i, 0]), float(where[i, 1]))))
    return groups


def _places(problem: Problem, points: Points) -> Points:
    """float (visits, 2): where each visit is; a linked visit counts as being where its first is."""
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    place = np.array([visit.place for visit in problem.visits], dtype=np.int64)
    for link in problem.links:
        place[number[link.second]] = place[number[link.first]]
    return np.asarray(points, dtype=np.float64)[place]


def _part(groups: Sequence[_Group], chosen: Rows) -> Part:
    visits = sorted(i for g in chosen for i in groups[g].visits)
    carers = sorted(k for g in chosen for k in groups[g].carers)
    return Part(np.array(visits, dtype=np.int64), np.array(carers, dtype=np.int64))


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
