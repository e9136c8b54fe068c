"""Where a province is cut: the first time on the map, later between routes, at last around what is left out."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Plan

Points = NDArray[np.float64]
Rows = NDArray[np.int64]

REGIONS = 4
"""Parts of the last pass, each around visits left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers of the visits and carers of one shard."""

    visits: Rows
    carers: Rows


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
