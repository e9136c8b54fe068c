"""Where a visit fits best: the cheapest place, or the cheapest few."""

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.ruin.labels import earliest, latest, liking, ride
from yijia.core.dispatch.ruin.route import attempt
from yijia.core.dispatch.ruin.tables import (
    DROP,
    DURATION,
    FROZEN,
    HI,
    LEN,
    LOAD,
    LOAD_MAX,
    LOADED,
    POS,
    ROUTE,
    VISITS_MAX,
    W_TRAVEL,
    WORK,
    WORK_MAX,
    Bits,
    Flags,
    Ints,
    Times,
)
from yijia.core.dispatch.weave.chance import below


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
