"""A linked pair is put in as one, at an appointment that suits both routes."""

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.ruin.changes import pull, put
from yijia.core.dispatch.ruin.labels import earliest, latest, leave_by, way_on, way_to
from yijia.core.dispatch.ruin.places import best_in, collect
from yijia.core.dispatch.ruin.route import refresh
from yijia.core.dispatch.ruin.tables import (
    APART,
    CLOSES,
    COST,
    DROP,
    GAP_MAX,
    GAP_MIN,
    HI,
    LEN,
    LIMIT,
    LO,
    MATE,
    OPENS,
    W_LATE,
    Bits,
    Flags,
    Ints,
    Times,
)
from yijia.core.dispatch.weave.chance import below


@jit
def put_pair(
    T: Times,
    B: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    G: Times,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    C: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    rng: Bits,
    u: int,
    only_u: int,
    only_m: int,
    is_wide: bool,
) -> bool:
    """Serve both visits of a link at an appointment that suits both routes; False when there is none worth it."""
    m = V[u, MATE]
    low, high = V[u, GAP_MIN], V[u, GAP_MAX]
    width = C.shape[0] // 2
    count_u = collect(T, B, V, K, R, G, Z, allowed, near, hands, C, u, 0, only_u, is_wide)
    if count_u == 0:
        return False
    count_m = collect(T, B, V, K, R, G, Z, allowed, near, hands, C, m, width, only_m, is_wide)
    best, i_best, j_best = V[u, DROP] + V[m, DROP], -1, -1
    for i in range(count_u):
        for j in range(count_m):
            y = width + j
            price = C[i, 0] + C[y, 0]
            if price >= best:
                break
            if C[i, 1] == C[y, 1]:
                continue
            e = max(C[i, 3], C[y, 3] - high)
            last = min(C[i, 4], C[y, 4] - low)
            if e <= last:
                price += max(0, e - V[u, CLOSES]) * Z[W_LATE] + max(0, max(C[y, 3], e + low) - V[m, CLOSES]) * Z[W_LATE]
                if price < best:
                    best, i_best, j_best = price, i, j
    before = Z[COST]
    one_carer = V[u, APART] == 0 and below(rng, 2) == 0
    if i_best >= 0 and not one_carer:
        y = width + j_best
        e = max(C[i_best, 3], C[y, 3] - high)
        last = min(C[i_best, 4], C[y, 4] - low)
        last = max(e, min(last, V[u, CLOSES]))
        dice = below(rng, 4)
        s = e if dice == 0 else last if dice == 1 else e + below(rng, last - e + 1)
        first, final = max(C[y, 3], s + low), min(C[y, 4], s + high)
        t = first if dice < 2 else first + below(rng, final - first + 1)
        k, at, k2, at2 = C[i_best, 1], C[i_best, 2], C[y, 1], C[y, 2]
        V[u, LO] = V[u, HI] = s
        ok = put(T, B, V, K, R, G, Z, U, S, A, allowed, u, k, at)
        V[m, LO] = V[m, HI] = t
        ok = put(T, B, V, K, R, G, Z, U, S, A, allowed, m, k2, at2) and ok
        if ok and Z[COST] < before:
            return True
        refresh(T, B, V, K, R, G, Z, allowed, pull(V, K, R, Z, U, S, A, u))
        refresh(T, B, V, K, R, G, Z, allowed, pull(V, K, R, Z, U, S, A, m))
    if V[u, APART]:
        return False
    # The same carer may serve both: u first, at its earliest, then m wherever it fits.
    i_best = 0 if below(rng, 2) else below(rng, count_u)
    k, at, s = C[i_best, 1], C[i_best, 2], C[i_best, 3]
    if only_m >= 0 and only_m != k:
        return False
    V[u, LO] = V[u, HI] = s
    ok = put(T, B, V, K, R, G, Z, U, S, A, allowed, u, k, at)
    V[m, LO], V[m, HI] = max(V[m, OPENS], s + low), min(V[m, LIMIT], s + high)
    if ok and V[m, LO] <= V[m, HI]:
        _, place = best_in(T, B, V, K, R, G, Z, allowed, rng, m, k, 0, V[m, DROP])
        if place >= 0:
            a = R[k, place - 1] if place else -1
            e0, e1 = earliest(V, K, k, a, m, way_to(B, V, K, k, a, m))
            b = R[k, place] if place < K[k, LEN] else -1
            x0, x1 = leave_by(V, K, k, b, True)
            l0, _ = latest(V, K, k, m, x0, x1, way_on(T, V, K, k, m, b), True)
            V[m, LO] = V[m, HI] = e0 if e0 <= l0 else e1
            if put(T, B, V, K, R, G, Z, U, S, A, allowed, m, k, place) and Z[COST] < before:
                return True
            refresh(T, B, V, K, R, G, Z, allowed, pull(V, K, R, Z, U, S, A, m))
    V[m, LO], V[m, HI] = V[m, OPENS], V[m, LIMIT]
    refresh(T, B, V, K, R, G, Z, allowed, pull(V, K, R, Z, U, S, A, u))
    return False
