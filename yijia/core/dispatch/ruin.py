"""Ruin and recreate on routes: the search for days with hard windows, shifts, breaks, limits and optional visits.

Strings of visits near one place are taken out of a few routes and put back one by one where they cost least (after
Christiaens and Vanden Berghe 2020). Every route keeps two labels per visit, earliest and latest start *before* and
*after* the break, so that an insertion is checked in constant time, breaks included. A linked pair is taken out and put
in as one; while it stands, each of its visits holds an appointment (one fixed start), which keeps routes independent.

T        int32 (places, places)   travel, ticks
V        int64 (visits, 32)       columns PLACE … ; -1 = none
K        int64 (carers, 32)       columns BASE …
R        int64 (carers, width)    visits of each route in order
Z        int64                    cost, number of unserved visits, then weights from W_TRAVEL on
U        int64 (visits,)          unserved visits, the first Z[ABSENT] of it
allowed  uint8 (visits, carers)   0 no, 1 yes, 2 yes and wished for
near     int64 (visits, n)        other visits, the nearest first;  hands int64 (visits, m): able carers, nearest first
"""

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch.jit import jit, small
from yijia.core.dispatch.weave import below, draw, share

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]
Times = NDArray[np.int32]
Flags = NDArray[np.uint8]

FAR = 1 << 40

PLACE, DURATION, OPENS, CLOSES, LIMIT, DROP, USUAL, BEFORE, WISHES, LOAD = range(10)
MATE, GAP_MIN, GAP_MAX, APART, STICKY, CHOICE = range(10, 16)
LO, HI, ROUTE, POS, E0, E1, L0, L1, F0, F1, SLOT, RANK = range(16, 28)

BASE, HOME, BEGINS, ENDS, HARD, NEEDS, REST_OPENS, REST_LAST, REST_LENGTH = range(9)
VISITS_MAX, LOAD_MAX, WORK_MAX, FROZEN = range(9, 13)
LEN, LOADED, WORK, WAY, OVER, LATE, PRICE, TOUCHED, OLD_LEN, FITS = range(13, 23)

COST, ABSENT, W_TRAVEL, W_LATE, W_OVER, W_USUAL, W_WISH, W_CHANGE, W_FAIR, FAIR_UNIT, TOUCHES, SERVED = range(12)


@small
def rest_end(K: Ints, k: int, free: int) -> int:
    """When the break is over that begins once the carer is free; FAR when it is too late for it."""
    begin = max(free, K[k, REST_OPENS])
    return begin + K[k, REST_LENGTH] if begin <= K[k, REST_LAST] else FAR


@small
def rest_before(K: Ints, k: int, leave: int) -> int:
    """The latest moment to be free so that the break is over by `leave`; -FAR when there is none."""
    begin = leave - K[k, REST_LENGTH]
    return min(begin, K[k, REST_LAST]) if begin >= K[k, REST_OPENS] else -FAR


@small
def ride(T: Times, V: Ints, K: Ints, k: int, a: int, b: int) -> int:
    """Travel of carer k from visit a (-1: base) to visit b (-1: home)."""
    origin = K[k, BASE] if a < 0 else V[a, PLACE]
    return np.int64(T[origin, K[k, HOME] if b < 0 else V[b, PLACE]])


@small
def free_after(V: Ints, K: Ints, k: int, a: int) -> tuple[int, int]:
    """When carer k is free after visit a (-1: at the base), with the break still owed and with the break behind."""
    if a < 0:
        return (K[k, BEGINS], FAR) if K[k, NEEDS] else (FAR, K[k, BEGINS])
    return V[a, E0] + V[a, DURATION], V[a, E1] + V[a, DURATION]


@small
def earliest(T: Times, V: Ints, K: Ints, k: int, a: int, u: int) -> tuple[int, int]:
    """Earliest start of u after a with the break owed, and with it behind; > its latest start when impossible."""
    free0, free1 = free_after(V, K, k, a)
    way = ride(T, V, K, k, a, u)
    if free0 < FAR:
        free1 = min(free1, rest_end(K, k, free0))
    return max(free0 + way, V[u, LO]), max(free1 + way, V[u, LO])


@small
def latest(T: Times, V: Ints, K: Ints, k: int, u: int, b: int, hard: bool) -> tuple[int, int]:
    """Latest start of u before b with the break owed after it, and with it behind; soft: nothing later is late."""
    way = ride(T, V, K, k, u, b)
    if b < 0:
        x0, x1 = -FAR, K[k, HARD] if hard else K[k, ENDS]
    elif hard:
        x0, x1 = V[b, L0], V[b, L1]
    else:
        x0, x1 = V[b, F0], V[b, F1]
    limit = V[u, HI] if hard else min(V[u, HI], V[u, CLOSES])
    owed = max(x0 - way, rest_before(K, k, x1 - way)) if K[k, NEEDS] else -FAR
    l0, l1 = min(limit, owed - V[u, DURATION]), min(limit, x1 - way - V[u, DURATION])
    return l0 if l0 >= V[u, LO] else -FAR, l1 if l1 >= V[u, LO] else -FAR


@small
def liking(V: Ints, Z: Ints, allowed: Flags, u: int, k: int) -> int:
    """Price of visit u with carer k beside time and travel: continuity, wishes, change of the plan before."""
    price = 0
    if V[u, USUAL] >= 0 and V[u, USUAL] != k:
        price += Z[W_USUAL]
    if V[u, BEFORE] >= 0 and V[u, BEFORE] != k:
        price += Z[W_CHANGE]
    if V[u, WISHES] and allowed[u, k] < 2:
        price += Z[W_WISH]
    return price


@small
def fair(Z: Ints, work: int) -> int:
    return Z[W_FAIR] * (work // Z[FAIR_UNIT]) ** 2


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


@small
def touch(V: Ints, K: Ints, R: Ints, Z: Ints, S: Ints, A: Ints, k: int) -> None:
    """Remember route k as it is, once in a round: S its visits, A their appointments; touched routes are listed in S."""
    if K[k, TOUCHED]:
        return
    K[k, TOUCHED], K[k, OLD_LEN] = 1, K[k, LEN]
    for i in range(K[k, LEN]):
        S[k, i] = R[k, i]
        A[k, i] = V[R[k, i], LO]
    S[k, K[k, LEN]] = 0
    S[S.shape[0] - 1, Z[TOUCHES]] = k
    Z[TOUCHES] += 1


@small
def miss(V: Ints, Z: Ints, U: Ints, u: int) -> None:
    """Visit u is unserved now."""
    V[u, ROUTE] = -1
    if V[u, MATE] >= 0:
        V[u, LO], V[u, HI] = V[u, OPENS], V[u, LIMIT]
    V[u, SLOT] = Z[ABSENT]
    U[Z[ABSENT]] = u
    Z[ABSENT] += 1
    Z[COST] += V[u, DROP]


@small
def serve(V: Ints, Z: Ints, U: Ints, u: int) -> None:
    """Visit u is served now."""
    last = U[Z[ABSENT] - 1]
    U[V[u, SLOT]], V[last, SLOT] = last, V[u, SLOT]
    Z[ABSENT] -= 1
    V[u, SLOT] = -1
    Z[COST] -= V[u, DROP]


@jit
def put(
    T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags, u: int, k: int, at: int
) -> bool:
    """Visit u goes to position `at` of route k; False when the route is then not possible."""
    touch(V, K, R, Z, S, A, k)
    for i in range(K[k, LEN], at, -1):
        R[k, i] = R[k, i - 1]
    R[k, at] = u
    K[k, LEN] += 1
    serve(V, Z, U, u)
    return refresh(T, V, K, R, Z, allowed, k)


@jit
def pull(V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, u: int) -> int:
    """Visit u leaves its route, which must then be refreshed; returns the route."""
    k, at = V[u, ROUTE], V[u, POS]
    touch(V, K, R, Z, S, A, k)
    K[k, LEN] -= 1
    for i in range(at, K[k, LEN]):
        R[k, i] = R[k, i + 1]
        V[R[k, i], POS] = i
    miss(V, Z, U, u)
    return k


@jit
def rewind(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags) -> None:
    """All touched routes as they were remembered."""
    names = S.shape[0] - 1
    for j in range(Z[TOUCHES]):
        k = S[names, j]
        for i in range(K[k, LEN]):
            if V[R[k, i], SLOT] < 0:
                miss(V, Z, U, R[k, i])
        K[k, LEN] = 0
    for j in range(Z[TOUCHES]):
        k = S[names, j]
        K[k, LEN] = K[k, OLD_LEN]
        for i in range(K[k, LEN]):
            v = S[k, i]
            R[k, i] = v
            serve(V, Z, U, v)
            if V[v, MATE] >= 0:
                V[v, LO] = V[v, HI] = A[k, i]
        refresh(T, V, K, R, Z, allowed, k)


@small
def settle(K: Ints, Z: Ints, S: Ints) -> None:
    """A round is over: nothing is remembered."""
    names = S.shape[0] - 1
    for j in range(Z[TOUCHES]):
        K[S[names, j], TOUCHED] = 0
    Z[TOUCHES] = 0


@jit
def best_place(
    T: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    rng: Bits,
    u: int,
    skip: int,
    is_wide: bool,
) -> tuple[int, int, int]:
    """(route, position, price) where visit u costs least; route -1 when nowhere below its price of leaving out.

    skip       places passed over at random, per 1,024
    is_wide    every route is looked at, not only those near
    """
    best, route, at = V[u, DROP], -1, -1
    if not is_wide:
        for i in range(near.shape[1]):
            x = near[u, i]
            k = V[x, ROUTE]
            if k < 0 or allowed[u, k] == 0:
                continue
            for side in range(2):
                if skip and below(rng, 1024) < skip:
                    continue
                price = attempt(T, V, K, R, Z, allowed, u, k, V[x, POS] + side, best)
                if price < best:
                    best, route, at = price, k, V[x, POS] + side
        for i in range(hands.shape[1]):
            k = hands[u, i]
            if k < 0:
                break
            for side in range(2):
                if skip and below(rng, 1024) < skip:
                    continue
                place = K[k, LEN] if side else K[k, FROZEN]
                price = attempt(T, V, K, R, Z, allowed, u, k, place, best)
                if price < best:
                    best, route, at = price, k, place
    else:
        for k in range(K.shape[0]):
            if allowed[u, k]:
                for place in range(K[k, FROZEN], K[k, LEN] + 1):
                    price = attempt(T, V, K, R, Z, allowed, u, k, place, best)
                    if price < best:
                        best, route, at = price, k, place
    return route, at, best


@jit
def collect(
    T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, allowed: Flags, hands: Ints, C: Ints, u: int, row: int, only: int
) -> int:
    """The cheapest places of visit u by travel and liking, into C[row:]; returns how many.

    Columns of C: price, route, position, earliest and latest start. `only`: this route alone; -1: all of them.
    """
    found = 0
    width = C.shape[0] // 2
    worst = 0
    for k in range(K.shape[0]):
        if allowed[u, k] == 0 or (only >= 0 and k != only):
            continue
        if K[k, LEN] + 1 > K[k, VISITS_MAX] or K[k, LOADED] + V[u, LOAD] > K[k, LOAD_MAX]:
            continue
        like = liking(V, Z, allowed, u, k)
        for at in range(K[k, FROZEN], K[k, LEN] + 1):
            a = R[k, at - 1] if at else -1
            b = R[k, at] if at < K[k, LEN] else -1
            way = ride(T, V, K, k, a, u) + ride(T, V, K, k, u, b)
            if K[k, LEN]:
                way -= ride(T, V, K, k, a, b)
            price = way * Z[W_TRAVEL] + like
            if (found == width and price >= C[row + worst, 0]) or K[k, WORK] + V[u, DURATION] + way > K[k, WORK_MAX]:
                continue
            e0, e1 = earliest(T, V, K, k, a, u)
            if e1 > V[u, HI] and e0 > V[u, HI]:
                continue
            l0, l1 = latest(T, V, K, k, u, b, True)
            for label in range(2):
                e, last = (e0, l0) if label == 0 else (e1, l1)
                if e > last or (found == width and price >= C[row + worst, 0]):
                    continue
                slot = found if found < width else worst
                C[row + slot, 0], C[row + slot, 1], C[row + slot, 2] = price, k, at
                C[row + slot, 3], C[row + slot, 4] = e, last
                if found < width:
                    found += 1
                worst = 0
                for i in range(1, found):
                    if C[row + i, 0] > C[row + worst, 0]:
                        worst = i
    return found


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


@jit
def take_out(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags, u: int) -> bool:
    """Visit u, and its linked visit, leave their routes; False when one of them may not be moved."""
    m = V[u, MATE]
    if V[u, STICKY] or V[u, POS] < K[V[u, ROUTE], FROZEN]:
        return False
    if m >= 0:
        if V[m, STICKY] or V[m, POS] < K[V[m, ROUTE], FROZEN]:
            return False
        k = pull(V, K, R, Z, U, S, A, m)
        refresh(T, V, K, R, Z, allowed, k)
    k = pull(V, K, R, Z, U, S, A, u)
    refresh(T, V, K, R, Z, allowed, k)
    return True


@jit
def ruin(
    T: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    allowed: Flags,
    near: Ints,
    rng: Bits,
    most: int,
) -> int:
    """Take strings of visits out of a few routes around one visit; returns it."""
    seed = below(rng, V.shape[0])
    if Z[ABSENT] and below(rng, 4) == 0:
        seed = U[below(rng, Z[ABSENT])]
    placed = V.shape[0] - Z[ABSENT]
    used = max(1, Z[SERVED])
    longest = max(1, min(most, placed // used + 1))
    strings = 1 + below(rng, max(1, 4 * most // (1 + longest)))
    done = 0
    for i in range(-1, near.shape[1]):
        c = seed if i < 0 else near[seed, i]
        k = V[c, ROUTE]
        if k < 0 or (K[k, TOUCHED] and S[k, K[k, OLD_LEN]] == -7):
            continue
        size = 1 + below(rng, min(K[k, LEN], longest))
        first = max(0, V[c, POS] - below(rng, size))
        first = min(first, K[k, LEN] - size)
        keep = -1
        if size > 1 and below(rng, 2):
            keep = first + below(rng, size)
        at = first + size - 1
        while at >= first:
            if at != keep and at < K[k, LEN]:
                take_out(T, V, K, R, Z, U, S, A, allowed, R[k, at])
            at -= 1
        if K[k, TOUCHED]:
            S[k, K[k, OLD_LEN]] = -7  # this route had its string
        done += 1
        if done >= strings:
            break
    return seed


@jit
def recreate(
    T: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    C: Ints,
    P: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    rng: Bits,
    fresh: int,
    skip: int,
) -> None:
    """Put unserved visits back, in one of several orders: those taken out now, and a few that were out before."""
    count = 0
    for i in range(fresh, Z[ABSENT]):
        P[count] = U[i]
        count += 1
    for _ in range(min(fresh, 8)):
        P[count] = U[below(rng, fresh)]
        count += 1
    kind = below(rng, 8)
    for i in range(count):
        v = P[i]
        if kind < 2:
            V[v, RANK] = draw(rng) >> 30
        elif kind < 4:
            V[v, RANK] = V[v, LIMIT] - V[v, OPENS]
        elif kind < 5:
            V[v, RANK] = V[v, OPENS]
        elif kind < 6:
            V[v, RANK] = V[v, CHOICE]
        elif kind < 7:
            V[v, RANK] = -V[v, DROP]
        else:
            V[v, RANK] = -V[v, DURATION] - V[v, LOAD]
        if V[v, MATE] >= 0 and kind != 4:
            V[v, RANK] -= FAR if kind & 1 else 0
    for i in range(1, count):
        v = P[i]
        j = i - 1
        while j >= 0 and V[P[j], RANK] > V[v, RANK]:
            P[j + 1] = P[j]
            j -= 1
        P[j + 1] = v
    for i in range(count):
        v = P[i]
        if V[v, SLOT] < 0:
            continue
        if V[v, MATE] >= 0:
            u = v if V[v, GAP_MIN] >= 0 else V[v, MATE]
            put_pair(T, V, K, R, Z, U, S, A, C, allowed, hands, rng, u, -1, -1)
            continue
        k, at, _ = best_place(T, V, K, R, Z, allowed, near, hands, rng, v, skip, False)
        if k < 0 and below(rng, 8) == 0:
            k, at, _ = best_place(T, V, K, R, Z, allowed, near, hands, rng, v, 0, True)
        if k >= 0:
            put(T, V, K, R, Z, U, S, A, allowed, v, k, at)


@jit
def keep(V: Ints, K: Ints, R: Ints, Z: Ints, best: Ints) -> None:
    """Write the plan into `best`."""
    best[0] = Z[COST]
    at = 1
    for k in range(K.shape[0]):
        best[at] = K[k, LEN]
        at += 1
        for i in range(K[k, LEN]):
            v = R[k, i]
            best[at], best[at + 1] = v, V[v, LO] if V[v, MATE] >= 0 else -1
            at += 2


@jit
def fill(
    T: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    C: Ints,
    P: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    rng: Bits,
    order: Ints,
) -> None:
    """Serve what can be served, in the order given."""
    for i in range(order.shape[0]):
        v = order[i]
        if V[v, SLOT] < 0:
            continue
        if V[v, MATE] >= 0:
            u = v if V[v, GAP_MIN] >= 0 else V[v, MATE]
            put_pair(T, V, K, R, Z, U, S, A, C, allowed, hands, rng, u, -1, -1)
            continue
        k, at, _ = best_place(T, V, K, R, Z, allowed, near, hands, rng, v, 0, False)
        if k < 0:
            k, at, _ = best_place(T, V, K, R, Z, allowed, near, hands, rng, v, 0, True)
        if k >= 0:
            put(T, V, K, R, Z, U, S, A, allowed, v, k, at)
    settle(K, Z, S)


@jit
def rounds(
    T: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    C: Ints,
    P: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    rng: Bits,
    best: Ints,
    temperature: float,
    most: int,
    steps: int,
) -> int:
    """`steps` rounds of ruin and recreate at a temperature (in cost); returns how many stood.

    best    int64: cost; then, per carer, length and (visit, start or -1) of each stop: the best plan so far
    most    about how many visits a round takes out
    """
    made = 0
    for _ in range(steps):
        used = 0
        for k in range(K.shape[0]):
            used += 1 if K[k, LEN] else 0
        Z[SERVED] = used
        old = Z[COST]
        fresh = Z[ABSENT]
        ruin(T, V, K, R, Z, U, S, A, allowed, near, rng, most)
        recreate(T, V, K, R, Z, U, S, A, C, P, allowed, near, hands, rng, fresh, 10)
        # Where a direct way takes longer than a detour, taking a visit out can spoil a route.
        fits = True
        for j in range(Z[TOUCHES]):
            fits = fits and K[S[S.shape[0] - 1, j], FITS] == 1
        if fits and Z[COST] < old - temperature * np.log(share(rng)):
            made += 1
            if Z[COST] < best[0]:
                keep(V, K, R, Z, best)
        else:
            rewind(T, V, K, R, Z, U, S, A, allowed)
        settle(K, Z, S)
    return made


@jit
def place(
    T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags, u: int, k: int, at: int
) -> bool:
    """`put`, for callers outside the search."""
    return put(T, V, K, R, Z, U, S, A, allowed, u, k, at)


@jit
def remove(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags, u: int) -> bool:
    """`pull`, for callers outside the search; whether the route left behind is possible."""
    return refresh(T, V, K, R, Z, allowed, pull(V, K, R, Z, U, S, A, u))


@jit
def forget(K: Ints, Z: Ints, S: Ints) -> None:
    """`settle`, for callers outside the search."""
    settle(K, Z, S)


@jit
def note(V: Ints, K: Ints, R: Ints, Z: Ints, best: Ints) -> None:
    """`keep`, for callers outside the search."""
    keep(V, K, R, Z, best)


@jit
def obstacle(T: Times, V: Ints, K: Ints, R: Ints, u: int, k: int, at: int) -> int:
    """What keeps visit u from a place in route k: 0 nothing, 1 number of visits, load or hours of work, 2 time."""
    a = R[k, at - 1] if at else -1
    b = R[k, at] if at < K[k, LEN] else -1
    way = ride(T, V, K, k, a, u) + ride(T, V, K, k, u, b)
    if K[k, LEN]:
        way -= ride(T, V, K, k, a, b)
    if K[k, LEN] + 1 > K[k, VISITS_MAX] or K[k, LOADED] + V[u, LOAD] > K[k, LOAD_MAX]:
        return 1
    if K[k, WORK] + V[u, DURATION] + way > K[k, WORK_MAX]:
        return 1
    e0, e1 = earliest(T, V, K, k, a, u)
    l0, l1 = latest(T, V, K, k, u, b, True)
    return 2 if (e0 > min(l0, V[u, HI]) and e1 > min(l1, V[u, HI])) else 0


@jit
def relabel(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, allowed: Flags, k: int) -> bool:
    """`refresh`, for callers outside the search."""
    return refresh(T, V, K, R, Z, allowed, k)


@jit
def price_at(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, allowed: Flags, u: int, k: int, at: int) -> int:
    """`attempt` without a limit, for callers outside the search; FAR when it does not fit."""
    return attempt(T, V, K, R, Z, allowed, u, k, at, FAR)


@jit
def eject(
    T: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    C: Ints,
    P: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    rng: Bits,
    u: int,
) -> tuple[int, int, int]:
    """(cost after, carer, visit to take out) of the best way to serve u in the place of one visit that may move or wait.

    The visit taken out is put elsewhere when that pays; the tables are left as they were. Visit -1: there is no way.
    """
    best, route, out = Z[COST], -1, -1
    for i in range(hands.shape[1]):
        k = hands[u, i]
        if k < 0:
            break
        for j in range(K[k, FROZEN], K[k, LEN]):
            x = R[k, j]
            if V[x, STICKY] or V[x, MATE] >= 0 or V[x, DROP] > V[u, DROP]:
                continue
            pull(V, K, R, Z, U, S, A, x)
            refresh(T, V, K, R, Z, allowed, k)
            price, place_at = V[u, DROP], -1
            for at in range(K[k, FROZEN], K[k, LEN] + 1):
                value = attempt(T, V, K, R, Z, allowed, u, k, at, price)
                if value < price:
                    price, place_at = value, at
            if place_at >= 0:
                put(T, V, K, R, Z, U, S, A, allowed, u, k, place_at)
                m, _, again = best_place(T, V, K, R, Z, allowed, near, hands, rng, x, 0, False)
                total = Z[COST] - V[x, DROP] + again if m >= 0 else Z[COST]
                if total < best:
                    best, route, out = total, k, x
            rewind(T, V, K, R, Z, U, S, A, allowed)
            settle(K, Z, S)
    return best, route, out


@jit
def seat(
    T: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    Z: Ints,
    U: Ints,
    S: Ints,
    A: Ints,
    C: Ints,
    P: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    rng: Bits,
    u: int,
    only: int,
) -> bool:
    """Serve visit u (and its linked visit) where it costs least, with carer `only` or, at -1, anybody."""
    if V[u, MATE] >= 0:
        first = u if V[u, GAP_MIN] >= 0 else V[u, MATE]
        return put_pair(
            T,
            V,
            K,
            R,
            Z,
            U,
            S,
            A,
            C,
            allowed,
            hands,
            rng,
            first,
            only if first == u else -1,
            only if first != u else -1,
        )
    if only < 0:
        k, at, _ = best_place(T, V, K, R, Z, allowed, near, hands, rng, u, 0, True)
        return k >= 0 and put(T, V, K, R, Z, U, S, A, allowed, u, k, at)
    price, found = V[u, DROP], -1
    for at in range(K[only, FROZEN], K[only, LEN] + 1):
        value = attempt(T, V, K, R, Z, allowed, u, only, at, price)
        if value < price:
            price, found = value, at
    return found >= 0 and put(T, V, K, R, Z, U, S, A, allowed, u, only, found)


@jit
def undo(T: Times, V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags) -> None:
    """`rewind` to the last `forget`, for callers outside the search."""
    rewind(T, V, K, R, Z, U, S, A, allowed)
    settle(K, Z, S)
