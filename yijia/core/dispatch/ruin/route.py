"""One route: its lateness, its labels and sums anew, and what one more visit would add."""

from yijia.core.dispatch.jit import jit, small
from yijia.core.dispatch.ruin.labels import earliest, fair, free_after, latest, liking, rest_end, ride
from yijia.core.dispatch.ruin.tables import (
    CLOSES,
    COST,
    DURATION,
    E0,
    E1,
    ENDS,
    F0,
    F1,
    FAR,
    FITS,
    FROZEN,
    HARD,
    HI,
    L0,
    L1,
    LATE,
    LEN,
    LO,
    LOAD,
    LOAD_MAX,
    LOADED,
    OVER,
    POS,
    PRICE,
    ROUTE,
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


@jit
def simulate(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, k: int, at: int, u: int) -> tuple[int, int, bool]:
    """(lateness, overtime, possible) of route k with visit u at position `at` (u = -1: as it is)."""
    free0, free1 = free_after(V, K, k, -1)
    late0, late1, a = 0, 0, -1
    count = K[k, LEN] + (1 if u >= 0 else 0)
    for i in range(count + 1):
        if i == count:
            v = -1
        elif u < 0 or i < at:
            v = R[k, i]
        else:
            v = u if i == at else R[k, i - 1]
        way = ride(T, V, K, k, a, v)
        if free0 < FAR:
            done = rest_end(K, k, free0)
            if done < free1:
                free1, late1 = done, late0
        if v < 0:
            end = free1 + way
            return late1, max(0, end - K[k, ENDS]), end <= K[k, HARD]
        s0, s1 = max(free0 + way, V[v, LO]), max(free1 + way, V[v, LO])
        late0 += max(0, s0 - V[v, CLOSES])
        late1 += max(0, s1 - V[v, CLOSES])
        free0 = s0 + V[v, DURATION] if s0 <= V[v, HI] else FAR
        free1 = s1 + V[v, DURATION] if s1 <= V[v, HI] else FAR
        if free0 >= FAR and free1 >= FAR:
            return 0, 0, False
        a = v
    return 0, 0, False


@jit
def refresh(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, allowed: Flags, k: int) -> bool:
    """All labels and sums of route k anew; the total cost follows. False when the route is not possible."""
    count = K[k, LEN]
    way = load = work = price = late = over = 0
    a = -1
    ok = True
    for i in range(count):
        v = R[k, i]
        V[v, ROUTE], V[v, POS] = k, i
        leg = ride(T, V, K, k, a, v)
        way += leg
        work += V[v, DURATION]
        load += V[v, LOAD]
        price += liking(V, Z, allowed, v, k)
        e0, e1 = earliest(T, V, K, k, a, v)
        V[v, E0] = e0 if e0 <= V[v, HI] else FAR
        V[v, E1] = e1 if e1 <= V[v, HI] else FAR
        if V[v, E0] >= FAR and V[v, E1] >= FAR:
            ok = False
        a = v
    b = -1
    if count:
        way += ride(T, V, K, k, a, -1)
    is_soft = False
    for i in range(count - 1, -1, -1):
        v = R[k, i]
        V[v, L0], V[v, L1] = latest(T, V, K, k, v, b, True)
        V[v, F0], V[v, F1] = latest(T, V, K, k, v, b, False)
        b = v
    if count:
        v = R[k, 0]
        if V[v, E0] > V[v, F0] and V[v, E1] > V[v, F1]:
            is_soft = True
        if V[v, E0] > V[v, L0] and V[v, E1] > V[v, L1]:
            ok = False
    if is_soft and ok:
        late, over, ok = simulate(T, V, K, R, Z, k, 0, -1)
    K[k, WAY], K[k, WORK], K[k, LOADED], K[k, LATE], K[k, OVER] = way, work + way, load, late, over
    total = way * Z[W_TRAVEL] + late * Z[W_LATE] + over * Z[W_OVER] + price + fair(Z, work + way)
    Z[COST] += total - K[k, PRICE]
    K[k, PRICE] = total
    ok = ok and count <= K[k, VISITS_MAX] and load <= K[k, LOAD_MAX] and work + way <= K[k, WORK_MAX]
    K[k, FITS] = 1 if ok else 0
    return ok


@small
def attempt(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, allowed: Flags, u: int, k: int, at: int, most: int) -> int:
    """What visit u at position `at` of route k adds to the cost; `most` or more when it does not fit or costs that."""
    if allowed[u, k] == 0 or at < K[k, FROZEN]:
        return FAR
    a = R[k, at - 1] if at else -1
    b = R[k, at] if at < K[k, LEN] else -1
    way = ride(T, V, K, k, a, u) + ride(T, V, K, k, u, b)
    if K[k, LEN]:
        way -= ride(T, V, K, k, a, b)
    price = way * Z[W_TRAVEL] + liking(V, Z, allowed, u, k)
    if price >= most:
        return FAR
    if K[k, LEN] + 1 > K[k, VISITS_MAX] or K[k, LOADED] + V[u, LOAD] > K[k, LOAD_MAX]:
        return FAR
    work = K[k, WORK] + V[u, DURATION] + way
    if work > K[k, WORK_MAX]:
        return FAR
    e0, e1 = earliest(T, V, K, k, a, u)
    if e0 > V[u, HI] and e1 > V[u, HI]:
        return FAR
    l0, l1 = latest(T, V, K, k, u, b, True)
    if e0 > l0 and e1 > l1:
        return FAR
    if Z[W_FAIR]:
        price += fair(Z, work) - fair(Z, K[k, WORK])
    f0, f1 = latest(T, V, K, k, u, b, False)
    if (e0 > f0 and e1 > f1) or K[k, LATE] or K[k, OVER]:
        late, over, ok = simulate(T, V, K, R, Z, k, at, u)
        if not ok:
            return FAR
        price += (late - K[k, LATE]) * Z[W_LATE] + (over - K[k, OVER]) * Z[W_OVER]
    return price
