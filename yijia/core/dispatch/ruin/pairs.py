"""A linked pair is put in as one, at an appointment that suits both routes."""

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.ruin.changes import pull, put
from yijia.core.dispatch.ruin.labels import earliest, latest
from yijia.core.dispatch.ruin.places import collect
from yijia.core.dispatch.ruin.route import attempt, refresh
from yijia.core.dispatch.ruin.tables import (
    APART,
    CLOSES,
    COST,
    DROP,
    FROZEN,
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
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    C: Ints,
    allowed: Flags,
    hands: Ints,
    rng: Bits,
    u: int,
    only_u: int,
    only_m: int,
) -> bool:
    """Serve both visits of a link at an appointment that suits both routes; False when there is none worth it."""
    m = V[u, MATE]
    low, high = V[u, GAP_MIN], V[u, GAP_MAX]
    width = C.shape[0] // 2
    count_u = collect(T, V, K, R, Z, allowed, hands, C, u, 0, only_u)
    if count_u == 0:
        return False
    count_m = collect(T, V, K, R, Z, allowed, hands, C, m, width, only_m)
    price_out = V[u, DROP] + V[m, DROP]
    best, i_best, j_best = price_out, -1, -1
    for i in range(count_u):
        for j in range(count_m):
            y = width + j
            price = C[i, 0] + C[y, 0]
            if price >= best or C[i, 1] == C[y, 1]:
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
        ok = put(T, V, K, R, Z, U, S, A, allowed, u, k, at)
        V[m, LO] = V[m, HI] = t
        ok = put(T, V, K, R, Z, U, S, A, allowed, m, k2, at2) and ok
        if ok and Z[COST] < before:
            return True
        refresh(T, V, K, R, Z, allowed, pull(V, K, R, Z, U, S, A, u))
        refresh(T, V, K, R, Z, allowed, pull(V, K, R, Z, U, S, A, m))
    if V[u, APART]:
        return False
    # The same carer may serve both: u first, at its earliest, then m wherever it fits.
    i_best = below(rng, count_u)
    if below(rng, 2):
        for i in range(count_u):
            if C[i, 0] < C[i_best, 0]:
                i_best = i
    k, at, s = C[i_best, 1], C[i_best, 2], C[i_best, 3]
    if only_m >= 0 and only_m != k:
        return False
    V[u, LO] = V[u, HI] = s
    ok = put(T, V, K, R, Z, U, S, A, allowed, u, k, at)
    V[m, LO], V[m, HI] = max(V[m, OPENS], s + low), min(V[m, LIMIT], s + high)
    if ok and V[m, LO] <= V[m, HI]:
        price, place = V[m, DROP], -1
        for at in range(K[k, FROZEN], K[k, LEN] + 1):
            value = attempt(T, V, K, R, Z, allowed, m, k, at, price)
            if value < price:
                price, place = value, at
        if place >= 0:
            a = R[k, place - 1] if place else -1
            e0, e1 = earliest(T, V, K, k, a, m)
            b = R[k, place] if place < K[k, LEN] else -1
            l0, _ = latest(T, V, K, k, m, b, True)
            V[m, LO] = V[m, HI] = e0 if e0 <= l0 else e1
            if put(T, V, K, R, Z, U, S, A, allowed, m, k, place) and Z[COST] < before:
                return True
            refresh(T, V, K, R, Z, allowed, pull(V, K, R, Z, U, S, A, m))
    V[m, LO], V[m, HI] = V[m, OPENS], V[m, LIMIT]
    refresh(T, V, K, R, Z, allowed, pull(V, K, R, Z, U, S, A, u))
    return False
