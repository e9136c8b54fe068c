"""From a problem to the tables of the route search, through its rounds, and back to a plan."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch import ruin
from yijia.core.dispatch.model import FOREVER, Problem, ProblemError, Term
from yijia.core.dispatch.plan import Plan
from yijia.core.dispatch.rows import Ints, Tables, Times
from yijia.core.dispatch.timetable import plan_of

NEAR = 40
HANDS = 16
PAIR_PLACES = 24
WIDEST = 400
CHUNK = 100
LINE = 16
PINNED = 10**15
COUNTED = 2.0**62
MOST = 10


def tables(problem: Problem, known: tuple[Ints, Times] | None = None) -> Tables:
    """The tables of a problem with every visit unserved; `known`: its `ground`, when at hand."""
    visits, carers = problem.visits, problem.carers
    used, T = known if known is not None else ground(problem)
    at = {int(place): i for i, place in enumerate(used)}
    V = _visit_table(problem, at)
    if float(V[:, ruin.DROP].astype(np.float64).sum()) > COUNTED:
        raise ProblemError("objective.exchange", "so many visits are beyond what the search can count; plan in shards")
    K = _carer_table(problem, at)
    allowed = _allowed(problem, T, V, K)
    V[:, ruin.CHOICE] = (allowed > 0).sum(axis=1)
    width = max(2, min(len(visits), WIDEST, int(K[:, ruin.VISITS_MAX].max(initial=1))) + 2)
    K[:, ruin.VISITS_MAX] = np.minimum(K[:, ruin.VISITS_MAX], width - 2)
    Z = np.zeros(16, dtype=np.int64)
    weigh = problem.objective.weight
    for column, term in (
        (ruin.W_TRAVEL, Term.TRAVEL),
        (ruin.W_LATE, Term.LATE),
        (ruin.W_OVER, Term.OVERTIME),
        (ruin.W_USUAL, Term.CONTINUITY),
        (ruin.W_WISH, Term.WISHES),
        (ruin.W_CHANGE, Term.CHANGES),
        (ruin.W_FAIR, Term.FAIRNESS),
    ):
        Z[column] = weigh(term)
    Z[ruin.FAIR_UNIT] = 16 * problem.ticks_per_min
    Z[ruin.ABSENT] = len(visits)
    Z[ruin.COST] = V[:, ruin.DROP].sum()
    V[:, ruin.SLOT] = np.arange(len(visits))
    near = np.zeros((len(visits), max(0, min(NEAR, len(visits) - 1))), dtype=np.int64)
    ruin.neighbours(T, V, near)
    t = Tables(
        T=T,
        B=T if (T == T.T).all() else np.ascontiguousarray(T.T),
        V=V,
        K=K,
        R=np.full((len(carers), width), -1, dtype=np.int64),
        G=np.zeros((len(carers), width + 1, 8), dtype=np.int32),
        Z=Z,
        U=np.arange(len(visits), dtype=np.int64),
        S=np.zeros((len(carers) + 1, max(width + 1, len(carers) + 1)), dtype=np.int64),
        A=np.zeros((len(carers), width + 1), dtype=np.int64),
        C=np.zeros((2 * PAIR_PLACES, 5), dtype=np.int64),
        P=np.zeros(len(visits) + 16, dtype=np.int64),
        allowed=allowed,
        near=near,
        hands=_hands(T, V, K, allowed),
    )
    for k in range(len(carers)):
        relabel(t, k)
    return t


def ground(problem: Problem) -> tuple[Ints, Times]:
    """int64 (n,): the places a problem uses, in the order of its tables; int32 (n, n): the travel between them.

    Places near each other stand near each other in the tables: a search that looks at one finds the next in the cache.
    """
    carers = problem.carers
    used = np.array(
        sorted({v.place for v in problem.visits} | {c.base for c in carers} | {c.home for c in carers}), dtype=np.int64
    )
    T = problem.travel.block(used, used)
    groups, order = [np.arange(len(used))], []
    while groups:
        group = groups.pop()
        if len(group) <= LINE:
            order.append(group)
            continue
        far = group[np.argmax(T[group[0], group])]
        other = group[np.argmax(T[far, group])]
        ranked = group[np.argsort(T[far, group] - T[other, group], kind="stable")]
        groups += [ranked[len(group) // 2 :], ranked[: len(group) // 2]]
    chosen = np.concatenate(order)
    return used[chosen], np.ascontiguousarray(T[np.ix_(chosen, chosen)])


def _visit_table(problem: Problem, at: Mapping[int, int]) -> Ints:
    visits = problem.visits
    number = {visit.id: i for i, visit in enumerate(visits)}
    carer = {c.id: k for k, c in enumerate(problem.carers)}
    weigh = problem.objective.weight
    V = np.full((len(visits), 32), -1, dtype=np.int64)
    for i, visit in enumerate(visits):
        limit = FOREVER if visit.late_max is None else min(FOREVER, visit.closes + visit.late_max)
        was = problem.before.get(visit.id)
        drop = weigh(Term.UNSERVED) * visit.price_of_leaving_out + (weigh(Term.CHANGES) if was is not None else 0)
        if drop >= ruin.FAR:
            raise ProblemError(
                f"visit {visit.id}.drop_cost", "is beyond what the search can count at these exchange rates"
            )
        V[i, ruin.PLACE], V[i, ruin.LOAD] = at[visit.place], visit.load
        V[i, ruin.OPENS], V[i, ruin.LIMIT] = visit.opens, limit
        V[i, ruin.DURATION : ruin.WISHES + 1] = (
            visit.duration,
            visit.opens,
            limit,
            visit.closes,
            drop,
            carer[visit.usual] if visit.usual is not None else -1,
            carer.get(was, -1) if was is not None else -1,
            int(bool(visit.preferred)),
        )
        V[i, ruin.STICKY] = 0
    for pin in problem.pins:
        i = number[pin.visit]
        V[i, ruin.STICKY] = 1
        V[i, ruin.DROP] = max(V[i, ruin.DROP], PINNED)
        if pin.start is not None:
            V[i, ruin.OPENS] = V[i, ruin.LIMIT] = pin.start
    V[:, ruin.LO], V[:, ruin.HI] = V[:, ruin.OPENS], V[:, ruin.LIMIT]
    V[:, ruin.APART] = 0
    for link in problem.links:
        first, second = number[link.first], number[link.second]
        V[first, ruin.MATE], V[second, ruin.MATE] = second, first
        V[first, ruin.GAP_MIN : ruin.GAP_MAX + 1] = link.gap_min, link.gap_max
        V[[first, second], ruin.APART] = int(link.is_apart)
    return V


def _carer_table(problem: Problem, at: Mapping[int, int]) -> Ints:
    K = np.zeros((len(problem.carers), 32), dtype=np.int64)
    for k, carer in enumerate(problem.carers):
        over = FOREVER if carer.overtime_max is None else carer.overtime_max
        rest = carer.rest
        K[k, : ruin.REST_LENGTH + 1] = (
            at[carer.base],
            at[carer.home],
            *carer.shift,
            min(2 * FOREVER, carer.shift[1] + over),
            int(rest is not None),
            rest.opens if rest else 0,
            rest.closes - rest.length if rest else 0,
            rest.length if rest else 0,
        )
        K[k, ruin.VISITS_MAX] = FOREVER if carer.visits_max is None else carer.visits_max
        K[k, ruin.LOAD_MAX] = FOREVER if carer.load_max is None else carer.load_max
        K[k, ruin.WORK_MAX] = FOREVER if carer.work_max is None else carer.work_max
        K[k, ruin.SPAN_MAX] = ruin.FAR if carer.span_max is None else carer.span_max
    return K


def _allowed(problem: Problem, T: Times, V: Ints, K: Ints) -> NDArray[np.uint8]:
    """uint8 (visits, carers): skill, refusals, pins, wishes, and whether the visit alone would fit the shift."""
    codes = {skill: i for i, skill in enumerate(sorted({s for v in problem.visits for s in v.skills}))}
    needs = np.zeros((len(problem.visits), len(codes)), dtype=np.int32)
    lacks = np.ones((len(problem.carers), len(codes)), dtype=np.int32)
    for i, visit in enumerate(problem.visits):
        for skill in visit.skills:
            needs[i, codes[skill]] = 1
    for k, carer in enumerate(problem.carers):
        for skill in carer.skills & codes.keys():
            lacks[k, codes[skill]] = 0
    place, base, home = V[:, ruin.PLACE], K[:, ruin.BASE], K[:, ruin.HOME]
    start = np.maximum(K[:, ruin.BEGINS][None, :] + T[np.ix_(base, place)].T, V[:, ruin.OPENS][:, None])
    end = start + V[:, ruin.DURATION][:, None] + T[np.ix_(place, home)]
    fits = (start <= V[:, ruin.LIMIT][:, None]) & (end <= K[:, ruin.HARD][None, :])
    allowed: NDArray[np.uint8] = ((needs @ lacks.T == 0) & fits).astype(np.uint8)
    carer_number = {c.id: k for k, c in enumerate(problem.carers)}
    for i, visit in enumerate(problem.visits):
        for name in visit.forbidden:
            allowed[i, carer_number[name]] = 0
        for name in visit.preferred:
            if allowed[i, carer_number[name]]:
                allowed[i, carer_number[name]] = 2
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    for pin in problem.pins:
        allowed[number[pin.visit]] = 0
        allowed[number[pin.visit], carer_number[pin.carer]] = 1
    return allowed


def _hands(T: Times, V: Ints, K: Ints, allowed: NDArray[np.uint8]) -> Ints:
    """int64 (visits, m): able carers, the known one first, then by the way from base and home; then -1."""
    far = T[np.ix_(K[:, ruin.BASE], V[:, ruin.PLACE])].T + T[np.ix_(V[:, ruin.PLACE], K[:, ruin.HOME])].astype(
        np.float64
    )
    for column in (ruin.BEFORE, ruin.USUAL):
        known = np.flatnonzero(V[:, column] >= 0)
        far[known, V[known, column]] = -1.0
    far[allowed == 0] = np.inf
    order = np.argsort(far, axis=1, kind="stable")[:, : min(HANDS, len(K))]
    hands = order.astype(np.int64)
    hands[np.take_along_axis(far, order, axis=1) == np.inf] = -1
    return np.ascontiguousarray(hands)


def new_rng(seed: int) -> NDArray[np.uint64]:
    """The state of the kernels' random numbers."""
    return np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) & 0xFFFFFFFFFFFFFFFF | 1], dtype=np.uint64)


def enter(problem: Problem, t: Tables, plan: Plan) -> None:
    """Put a plan into empty tables; what is no longer possible in it stays unserved. Pinned visits come first."""
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    pinned = {pin.visit for pin in problem.pins}
    start = plan.start_of()
    for k, carer in enumerate(problem.carers):
        stops = [stop for stop in plan.routes.get(carer.id, ()) if stop.visit in number]
        for is_pinned in (True, False):
            for stop in stops:
                i = number[stop.visit]
                if (stop.visit in pinned) != is_pinned or not t.allowed[i, k]:
                    continue
                if t.V[i, ruin.MATE] >= 0:
                    t.V[i, ruin.LO] = t.V[i, ruin.HI] = stop.start
                route = t.R[k, : t.K[k, ruin.LEN]]
                place = sum(1 for v in route if start[problem.visits[v].id] <= stop.start)
                if not put(t, i, k, place) and not is_pinned:
                    pull(t, i)
    for v in np.flatnonzero((t.V[:, ruin.MATE] >= 0) & (t.V[:, ruin.SLOT] < 0)).tolist():
        if t.V[t.V[v, ruin.MATE], ruin.SLOT] >= 0 and not t.V[v, ruin.STICKY]:
            pull(t, v)
    ruin.forget(t.K, t.Z, t.S)


def put(t: Tables, visit: int, carer: int, place: int) -> bool:
    """Put a visit into a route; False when the route is then not possible."""
    return bool(ruin.place(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.U, t.S, t.A, t.allowed, visit, carer, place))


def pull(t: Tables, visit: int) -> None:
    """Take a visit out of its route."""
    ruin.remove(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.U, t.S, t.A, t.allowed, visit)


def relabel(t: Tables, carer: int) -> bool:
    """Recompute one route; False when it is not possible."""
    return bool(ruin.relabel(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.allowed, carer))


def hold(problem: Problem, t: Tables, rng: NDArray[np.uint64]) -> None:
    """Serve what is pinned. Raises ProblemError when the pinned visits of one carer do not fit together."""
    pinned = np.flatnonzero(t.V[:, ruin.STICKY])
    for column in (ruin.OPENS, ruin.LIMIT, ruin.CHOICE):
        ruin.fill(*t, rng, pinned[np.argsort(t.V[pinned, column], kind="stable")])
        amiss = {int(k) for k in np.flatnonzero((t.K[:, ruin.FITS] == 0) & (t.K[:, ruin.LEN] > 0))}
        left = [int(v) for v in pinned if t.V[v, ruin.SLOT] >= 0 or int(t.V[v, ruin.ROUTE]) in amiss]
        if not left:
            return
        owners = {pin.carer for pin in problem.pins if pin.visit in {problem.visits[v].id for v in left}}
        for v in pinned:
            if t.V[v, ruin.SLOT] < 0 and problem.carers[int(t.V[v, ruin.ROUTE])].id in owners:
                for each in (int(v), int(t.V[v, ruin.MATE])):
                    if each >= 0 and t.V[each, ruin.SLOT] < 0:
                        pull(t, each)
        ruin.forget(t.K, t.Z, t.S)
    name = problem.visits[left[0]].id
    carer = next(pin.carer for pin in problem.pins if pin.visit == name)
    raise ProblemError(f"pin {name}", f"does not fit the day of {carer} with what else is pinned or linked to it")


def fill(t: Tables, rng: NDArray[np.uint64]) -> None:
    """Serve what can be served: pinned visits, then the dearest to leave out first, and those with the fewest hands."""
    key = (t.V[:, ruin.OPENS], t.V[:, ruin.CHOICE], -t.V[:, ruin.DROP], -t.V[:, ruin.STICKY])
    order = np.lexsort(key).astype(np.int64)
    ruin.fill(*t, rng, order)


def search(
    problem: Problem, *, seed: int, hot: float, cold: float, progress: Callable[[int], float], start: Plan | None = None
) -> tuple[Plan, int]:
    """Ruin and recreate until `progress(rounds done)` reaches 1.

    hot, cold   temperatures at begin and end, as shares of the mean way to the ten nearest visits
    start       a plan to begin with; what it lacks is filled in
    """
    t = tables(problem)
    rng = new_rng(seed)
    if start is not None:
        enter(problem, t, start)
    hold(problem, t, rng)
    fill(t, rng)
    best = np.zeros(1 + len(t.K) + 2 * len(t.V), dtype=np.int64)
    ruin.note(t.V, t.K, t.R, t.Z, best)
    unit = max(1.0, float(_mean_leg(t)) * max(1, int(t.Z[ruin.W_TRAVEL])))
    steps = 0
    while (done := progress(steps)) < 1:
        ruin.rounds(*t, rng, best, unit * hot * (cold / hot) ** done, MOST, CHUNK)
        steps += CHUNK
    return plan_of(problem, t, best), steps


def _mean_leg(t: Tables) -> float:
    if not t.near.shape[1]:
        return 1.0
    place = t.V[:, ruin.PLACE]
    return float(t.T[place[:, None], place[t.near[:, :10]]].mean())
