"""From a problem to the arrays of the order search, through its annealing, and back to a plan."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch import weave
from yijia.core.dispatch.model import FOREVER, Problem, Term
from yijia.core.dispatch.plan import Plan, Stop

NEAR = 24
CHUNK = 20_000


def fits(problem: Problem) -> bool:
    """Whether the order search can plan this day: every lateness allowed, nobody limited, every visit can be served."""
    return (
        bool(problem.visits)
        and not problem.pins
        and not problem.before
        and all(visit.late_max is None and not visit.preferred and visit.usual is None for visit in problem.visits)
        and all(carer.overtime_max is None or carer.shift[1] >= FOREVER for carer in problem.carers)
        and all(
            carer.rest is None and carer.visits_max is None and carer.load_max is None and carer.work_max is None
            for carer in problem.carers
        )
        and all(link.is_apart for link in problem.links)
        and not problem.objective.weight(Term.OVERTIME)
        and not problem.objective.weight(Term.FAIRNESS)
        and _can_serve_all(problem)
    )


def _can_serve_all(problem: Problem) -> bool:
    hands = {
        visit.id: {carer.id for carer in problem.carers if visit.skills <= carer.skills} - visit.forbidden
        for visit in problem.visits
    }
    return all(hands.values()) and all(len(hands[link.first] | hands[link.second]) > 1 for link in problem.links)


def world_of(problem: Problem) -> weave.World:
    """The arrays of a problem; the carers of a pair are drawn so that both visits can be served."""
    visits, carers = problem.visits, problem.carers
    number = {visit.id: i for i, visit in enumerate(visits)}
    second = {link.first: link for link in problem.links}
    behind = {link.second for link in problem.links}
    block = np.full(len(visits), -1, dtype=np.int64)
    nodes: list[tuple[int, int]] = []
    gaps: list[tuple[int, int]] = []
    for i, visit in enumerate(visits):
        if visit.id in behind:
            continue
        link = second.get(visit.id)
        mate = number[link.second] if link else -1
        block[i] = len(nodes)
        if mate >= 0:
            block[mate] = len(nodes)
        nodes.append((i, mate))
        gaps.append((link.gap_min, link.gap_max) if link else (0, 0))
    places = np.array(
        sorted({v.place for v in visits} | {c.base for c in carers} | {c.home for c in carers}), dtype=np.int64
    )
    at = {int(place): i for i, place in enumerate(places)}
    able = np.array(
        [[v.skills <= c.skills and c.id not in v.forbidden for c in carers] for v in visits], dtype=np.uint8
    ).reshape(len(visits), len(carers))
    hands = np.full(able.shape, -1, dtype=np.int64)
    for i in range(len(visits)):
        found = np.flatnonzero(able[i])
        hands[i, : len(found)] = found
    travel = problem.travel.block(places, places)
    place = np.array([at[v.place] for v in visits], dtype=np.int64)
    duration, opens, closes = (
        np.array([getattr(v, name) for v in visits], dtype=np.int64) for name in ("duration", "opens", "closes")
    )
    V = np.full((len(visits), 16), -1, dtype=np.int64)
    for column, values in (
        (weave.PLACE, place),
        (weave.DURATION, duration),
        (weave.OPENS, opens),
        (weave.CLOSES, closes),
        (weave.BLOCK, block),
        (weave.HANDS, able.sum(axis=1)),
        (weave.START, 0),
    ):
        V[:, column] = values
    B = np.full((len(nodes), 8), -1, dtype=np.int64)
    B[:, weave.FIRST_NODE : weave.SECOND_NODE + 1] = nodes
    B[:, weave.GAP_MIN : weave.GAP_MAX + 1] = gaps
    for first, mate in nodes:
        if mate >= 0:
            V[first, weave.MATE], V[mate, weave.MATE] = mate, first
    K = np.full((len(carers), 8), -1, dtype=np.int64)
    K[:, weave.BASE] = [at[c.base] for c in carers]
    K[:, weave.HOME] = [at[c.home] for c in carers]
    K[:, weave.BEGINS] = [c.shift[0] for c in carers]
    Z = np.zeros(weave.AT + 2 * len(nodes) + 2, dtype=np.int64)
    Z[weave.WEIGHT : weave.WEIGHT + 3] = [
        problem.objective.weight(t) for t in (Term.TRAVEL, Term.LATE, Term.LATE_WORST)
    ]
    B[:, weave.ORDER] = np.argsort((opens + closes)[B[:, weave.FIRST_NODE]], kind="stable")
    return weave.World(
        T=travel,
        V=V,
        B=B,
        K=K,
        Z=Z,
        D=np.zeros((2 * len(nodes) + 2) // 64 + 1, dtype=np.uint64),
        able=able,
        near=_near(travel[np.ix_(place, place)], duration, opens, closes, block, able),
        hands=hands,
    )


def _near(
    travel: NDArray[np.int32],
    duration: NDArray[np.int64],
    opens: NDArray[np.int64],
    closes: NDArray[np.int64],
    block: NDArray[np.int64],
    able: NDArray[np.uint8],
) -> NDArray[np.int64]:
    """int64 (visits, n): other visits one carer could do just before or after, by travel, waiting and lateness."""
    count = len(duration)
    if count < 2:
        return np.zeros((count, 1), dtype=np.int64)
    wait = np.maximum(opens[None, :] - (closes + duration)[:, None] - travel, 0)
    late = np.maximum((opens + duration)[:, None] + travel - closes[None, :], 0)
    after = travel + wait * 0.3 + late
    score = np.minimum(after, after.T).astype(np.float64)
    score[(able.astype(np.int32) @ able.T.astype(np.int32)) == 0] += 1e9
    score[block[:, None] == block[None, :]] += 1e10
    return np.ascontiguousarray(np.argsort(score, axis=1, kind="stable")[:, : min(NEAR, count - 1)], dtype=np.int64)


def search(
    problem: Problem, *, seed: int, hot: float, cold: float, progress: Callable[[int], float]
) -> tuple[Plan, int]:
    """Anneal until `progress(steps done)` reaches 1; it tells how much of the budget is used.

    hot, cold   temperatures in minutes of the objective's sum
    """
    world = world_of(problem)
    tables = world[:6]
    weave.build(*tables, world.able)
    best = np.zeros(1 + len(world.B) + len(world.V), dtype=np.int64)
    weave.keep(world.V, world.B, world.Z, best)
    rng = np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) & 0xFFFFFFFFFFFFFFFF | 1], dtype=np.uint64)
    unit = problem.ticks_per_min * max(1, int(world.Z[weave.WEIGHT]))
    steps = 0
    while (done := progress(steps)) < 1:
        weave.anneal(*world, best, rng, unit * hot * (cold / hot) ** done, CHUNK)
        steps += CHUNK
    weave.restore(world.V, world.B, best)
    weave.recount(*tables)
    return plan_of(problem, world), steps


def plan_of(problem: Problem, world: weave.World) -> Plan:
    """The routes and starts of a state."""
    routes = {}
    for k, carer in enumerate(problem.carers):
        stops = []
        v = int(world.K[k, weave.FIRST])
        while v >= 0:
            stops.append(Stop(problem.visits[v].id, int(world.V[v, weave.START])))
            v = int(world.V[v, weave.NEXT])
        if stops:
            routes[carer.id] = tuple(stops)
    return Plan(routes)
