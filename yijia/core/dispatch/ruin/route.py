"""One route: its lateness, its length, its labels and sums anew, and what one more visit would add."""

import numpy as np

from yijia.core.dispatch.jit import jit, small
from yijia.core.dispatch.ruin.labels import (
    earliest,
    fair,
    latest,
    leave_by,
    leg_before,
    liking,
    rest_before,
    rest_end,
    way_on,
    way_to,
)
from yijia.core.dispatch.ruin.tables import (
    BASE,
    BEGINS,
    BY,
    CEILING,
    CLOSES,
    COST,
    D0,
    D1,
    DURATION,
    ENDS,
    F0,
    F1,
    FAR,
    FITS,
    FREE,
    FROM,
    HARD,
    HI,
    HOME,
    HOME_LEG,
    L0,
    L1,
    LATE,
    LEG,
    LEN,
    LO,
    LOAD,
    LOAD_MAX,
    LOADED,
    NEEDS,
    OVER,
    PLACE,
    POS,
    PRICE,
    ROUTE,
    SPAN_MAX,
    STRETCH,
    TO,
    VISITS_MAX,
    W_FAIR,
    W_LATE,
    W_OVER,
    W_TRAVEL,
    WAY,
    WORK,
    WORK_MAX,
    Flags,
    Ints,
    Times,
)


@small
def stop_at(K: Ints, R: Ints, k: int, at: int, u: int, i: int) -> int:
    """The i-th visit of route k with visit u at position `at` (u = -1: as it is); -1 past the end."""
    if u < 0 or i < at:
        return R[k, i] if i < K[k, LEN] else -1
    return u if i == at else (R[k, i - 1] if i <= K[k, LEN] else -1)


@jit
def simulate(
    T: Times, B: Times, V: Ints, K: Ints, R: Ints, k: int, at: int, u: int, leave: int
) -> tuple[int, int, int, bool]:
    """(lateness, overtime, home at, possible) of route k with visit u at position `at`, from the base at `leave`."""
    free0, free1 = (leave, FAR) if K[k, NEEDS] else (FAR, leave)
    late0, late1, a = 0, 0, -1
    count = K[k, LEN] + (1 if u >= 0 else 0)
    for i in range(count + 1):
        v = stop_at(K, R, k, at, u, i)
        if free0 < FAR:
            done = rest_end(K, k, free0)
            if done < free1:
                free1, late1 = done, late0
        if v < 0:
            end = free1 + (way_on(T, V, K, k, a, v) if a >= 0 else 0)
            return late1, max(0, end - K[k, ENDS]), end, end <= K[k, HARD]
        way = way_to(B, V, K, k, a, v)
        s0, s1 = max(free0 + way, V[v, LO]), max(free1 + way, V[v, LO])
        late0 += max(0, s0 - V[v, CLOSES])
        late1 += max(0, s1 - V[v, CLOSES])
        free0 = s0 + V[v, DURATION] if s0 <= V[v, HI] else FAR
        free1 = s1 + V[v, DURATION] if s1 <= V[v, HI] else FAR
        if free0 >= FAR and free1 >= FAR:
            return 0, 0, FAR, False
        a = v
    return 0, 0, FAR, False


@jit
def departure(T: Times, B: Times, V: Ints, K: Ints, R: Ints, k: int, at: int, u: int) -> int:
    """The latest moment to leave the base without making anything late; the begin of the shift when something is."""
    x0, x1, b = -FAR, K[k, ENDS], -1
    for i in range(K[k, LEN] - (0 if u >= 0 else 1), -1, -1):
        v = stop_at(K, R, k, at, u, i)
        x0, x1 = latest(V, K, k, v, x0, x1, way_on(T, V, K, k, v, b), False)
        b = v
    if b < 0:
        return K[k, BEGINS]
    way = way_to(B, V, K, k, -1, b)
    leave = max(x0 - way, rest_before(K, k, x1 - way)) if K[k, NEEDS] else x1 - way
    return max(leave, K[k, BEGINS])


@jit
def span_fits(T: Times, B: Times, V: Ints, K: Ints, R: Ints, k: int, at: int, u: int) -> bool:
    """Whether the carer of route k, with visit u at `at`, is home soon enough after leaving as late as can be."""
    leave = departure(T, B, V, K, R, k, at, u)
    _, _, home, ok = simulate(T, B, V, K, R, k, at, u, leave)
    return ok and home - leave <= K[k, SPAN_MAX]


@small
def _gaps(V: Ints, K: Ints, R: Ints, G: Times, k: int) -> None:
    """The gaps between the stops of route k, side by side for those who look for a place."""
    free = K[k, BEGINS]
    G[k, 0, FROM] = K[k, BASE]
    for i in range(K[k, LEN]):
        v = R[k, i]
        G[k, i, TO], G[k, i, STRETCH] = V[v, PLACE], V[v, LEG]
        G[k, i, FREE], G[k, i, BY] = min(free, CEILING), max(V[v, L0], V[v, L1], -CEILING)
        G[k, i + 1, FROM] = V[v, PLACE]
        free = min(V[v, D0], V[v, D1])
    i = K[k, LEN]
    G[k, i, TO], G[k, i, STRETCH], G[k, i, FREE], G[k, i, BY] = (
        K[k, HOME],
        K[k, HOME_LEG],
        min(free, CEILING),
        K[k, HARD],
    )


@jit
def refresh(T: Times, B: Times, V: Ints, K: Ints, R: Ints, G: Times, Z: Ints, allowed: Flags, k: int) -> bool:
    """All labels and sums of route k anew; the total cost follows. False when the route is not possible."""
    count = K[k, LEN]
    way = load = work = price = late = over = 0
    a = -1
    ok = True
    for i in range(count):
        v = R[k, i]
        leg = way_to(B, V, K, k, a, v)
        V[v, ROUTE], V[v, POS], V[v, LEG] = k, i, leg
        way += leg
        work += V[v, DURATION]
        load += V[v, LOAD]
        price += liking(V, Z, allowed, v, k)
        e0, e1 = earliest(V, K, k, a, v, leg)
        V[v, D0] = e0 + V[v, DURATION] if e0 <= V[v, HI] else FAR
        V[v, D1] = e1 + V[v, DURATION] if e1 <= V[v, HI] else FAR
        if V[v, D0] >= FAR and V[v, D1] >= FAR:
            ok = False
        a = v
    K[k, HOME_LEG] = way_on(T, V, K, k, a, -1) if count else 0
    way += K[k, HOME_LEG]
    b = -1
    for i in range(count - 1, -1, -1):
        v = R[k, i]
        leg = leg_before(V, K, k, b)
        x0, x1 = leave_by(V, K, k, b, True)
        V[v, L0], V[v, L1] = latest(V, K, k, v, x0, x1, leg, True)
        x0, x1 = leave_by(V, K, k, b, False)
        V[v, F0], V[v, F1] = latest(V, K, k, v, x0, x1, leg, False)
        b = v
    _gaps(V, K, R, G, k)
    if count:
        v = R[k, 0]
        e0, e1 = V[v, D0] - V[v, DURATION], V[v, D1] - V[v, DURATION]
        if e0 > V[v, L0] and e1 > V[v, L1]:
            ok = False
        if ok and e0 > V[v, F0] and e1 > V[v, F1]:
            late, over, _, ok = simulate(T, B, V, K, R, k, 0, -1, K[k, BEGINS])
        if ok and K[k, SPAN_MAX] < FAR:
            ok = span_fits(T, B, V, K, R, k, 0, -1)
    K[k, WAY], K[k, WORK], K[k, LOADED], K[k, LATE], K[k, OVER] = way, work + way, load, late, over
    total = way * Z[W_TRAVEL] + late * Z[W_LATE] + over * Z[W_OVER] + price + fair(Z, work + way)
    Z[COST] += total - K[k, PRICE]
    K[k, PRICE] = total
    ok = ok and count <= K[k, VISITS_MAX] and load <= K[k, LOAD_MAX] and work + way <= K[k, WORK_MAX]
    K[k, FITS] = 1 if ok else 0
    return ok


@small
def attempt(
    T: Times, B: Times, V: Ints, K: Ints, R: Ints, G: Times, Z: Ints, u: int, k: int, at: int, like: int, most: int
) -> int:
    """What visit u at position `at` of route k adds to the cost; `most` or more when it does not fit or costs that.

    Whether the carer is able, and has a visit and its load to spare, is for the caller; `like` is the carer's `liking`.
    """
    a = R[k, at - 1] if at else -1
    b = R[k, at] if at < K[k, LEN] else -1
    to, on = way_to(B, V, K, k, a, u), way_on(T, V, K, k, u, b)
    way = to + on - leg_before(V, K, k, b)
    price = way * Z[W_TRAVEL] + like
    if price >= most:
        return FAR
    work = K[k, WORK] + V[u, DURATION] + way
    if work > K[k, WORK_MAX]:
        return FAR
    e0, e1 = earliest(V, K, k, a, u, to)
    if e0 > V[u, HI] and e1 > V[u, HI]:
        return FAR
    x0, x1 = leave_by(V, K, k, b, True)
    l0, l1 = latest(V, K, k, u, x0, x1, on, True)
    if e0 > l0 and e1 > l1:
        return FAR
    if Z[W_FAIR]:
        price += fair(Z, work) - fair(Z, K[k, WORK])
    x0, x1 = leave_by(V, K, k, b, False)
    f0, f1 = latest(V, K, k, u, x0, x1, on, False)
    if (e0 > f0 and e1 > f1) or K[k, LATE] or K[k, OVER]:
        late, over, _, ok = simulate(T, B, V, K, R, k, at, u, K[k, BEGINS])
        if not ok:
            return FAR
        price += (late - K[k, LATE]) * Z[W_LATE] + (over - K[k, OVER]) * Z[W_OVER]
    if K[k, SPAN_MAX] < FAR and price < most and not span_fits(T, B, V, K, R, k, at, u):
        return FAR
    return price


@small
def has_room(V: Ints, K: Ints, allowed: Flags, u: int, k: int) -> bool:
    """Whether carer k is able, and has a visit and its load to spare for u."""
    if allowed[u, k] == 0 or K[k, LEN] >= K[k, VISITS_MAX]:
        return False
    return K[k, LOADED] + V[u, LOAD] <= K[k, LOAD_MAX]


@small
def price_in(T: Times, B: Times, V: Ints, K: Ints, G: Times, Z: Ints, u: int, k: int, at: int, like: int) -> int:
    """The price of travel of visit u in a gap of route k, FAR when it is too early or too late even without a break."""
    place, low = V[u, PLACE], V[u, LO]
    if G[k, at, BY] < low + V[u, DURATION]:
        return FAR
    to, on = np.int64(B[place, G[k, at, FROM]]), np.int64(T[place, G[k, at, TO]])
    start = max(G[k, at, FREE] + to, low)
    if start > V[u, HI] or start + V[u, DURATION] + on > G[k, at, BY]:
        return FAR
    return (to + on - G[k, at, STRETCH]) * Z[W_TRAVEL] + like
