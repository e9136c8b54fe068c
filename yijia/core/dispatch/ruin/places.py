"""Where a visit fits best: the cheapest place, or the cheapest few."""

from yijia.core.dispatch.jit import jit, small
from yijia.core.dispatch.ruin.labels import earliest, latest, leave_by, leg_before, liking, way_on, way_to
from yijia.core.dispatch.ruin.route import attempt, has_room, price_in
from yijia.core.dispatch.ruin.tables import (
    BLINK,
    DROP,
    DURATION,
    FAR,
    FREE,
    FROZEN,
    HI,
    LEN,
    LIMIT,
    MARK,
    MARKS,
    NEVER,
    OPENS,
    PLACE,
    RANK,
    ROUTE,
    WORK,
    WORK_MAX,
    Bits,
    Flags,
    Ints,
    Times,
)
from yijia.core.dispatch.weave.chance import below


@small
def candidate(V: Ints, K: Ints, Z: Ints, near: Ints, hands: Ints, u: int, i: int, is_wide: bool) -> int:
    """The i-th route to look at for visit u: of its neighbours first, then of its carers; -1 when seen already."""
    if is_wide:
        return i
    k = V[near[u, i], ROUTE] if i < near.shape[1] else hands[u, i - near.shape[1]]
    if k < 0 or K[k, MARK] == Z[MARKS]:
        return -1
    K[k, MARK] = Z[MARKS]
    return k


@small
def best_in(
    T: Times,
    B: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    G: Times,
    Z: Ints,
    allowed: Flags,
    rng: Bits,
    u: int,
    k: int,
    skip: int,
    most: int,
) -> tuple[int, int]:
    """(price, position) where visit u costs least in route k; position -1 when nowhere below `most`."""
    best, where = most, -1
    if has_room(V, K, allowed, u, k):
        like = liking(V, Z, allowed, u, k)
        for at in range(K[k, FROZEN], K[k, LEN] + 1):
            if G[k, at, FREE] > V[u, HI]:
                break
            if price_in(T, B, V, K, G, Z, u, k, at, like) >= best:
                continue
            if skip:
                Z[BLINK] -= 1
                if Z[BLINK] < 0:
                    Z[BLINK] = below(rng, 2 * skip)
                    continue
            price = attempt(T, B, V, K, R, G, Z, u, k, at, like, best)
            if price < best:
                best, where = price, at
    return best, where


@jit
def best_place(
    T: Times,
    B: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    G: Times,
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

    skip       one place in about so many is passed over; 0 = none
    is_wide    every route is looked at, not only those near
    """
    best, route, where = V[u, DROP], -1, -1
    Z[MARKS] += 1
    for i in range(K.shape[0] if is_wide else hands.shape[1] + near.shape[1]):
        k = candidate(V, K, Z, near, hands, u, i, is_wide)
        if k >= 0:
            price, at = best_in(T, B, V, K, R, G, Z, allowed, rng, u, k, skip, best)
            if at >= 0:
                best, route, where = price, k, at
    return route, where, best


@jit
def collect(
    T: Times,
    B: Times,
    V: Ints,
    K: Ints,
    R: Ints,
    G: Times,
    Z: Ints,
    allowed: Flags,
    near: Ints,
    hands: Ints,
    C: Ints,
    u: int,
    row: int,
    only: int,
    is_wide: bool,
) -> int:
    """The cheapest places of visit u by travel and liking, into C[row:], the cheapest first; returns how many.

    Columns of C: price, route, position, earliest and latest start. `only`: this route alone; -1: all of them.
    """
    found = 0
    width = C.shape[0] // 2
    Z[MARKS] += 1
    for i in range(K.shape[0] if is_wide or only >= 0 else hands.shape[1] + near.shape[1]):
        k = candidate(V, K, Z, near, hands, u, i, is_wide or only >= 0)
        if k < 0 or (only >= 0 and k != only) or not has_room(V, K, allowed, u, k):
            continue
        like = liking(V, Z, allowed, u, k)
        for at in range(K[k, FROZEN], K[k, LEN] + 1):
            if G[k, at, FREE] > V[u, HI]:
                break
            price = price_in(T, B, V, K, G, Z, u, k, at, like)
            if price >= FAR:
                continue
            a = R[k, at - 1] if at else -1
            b = R[k, at] if at < K[k, LEN] else -1
            to, on = way_to(B, V, K, k, a, u), way_on(T, V, K, k, u, b)
            way = to + on - leg_before(V, K, k, b)
            if (found == width and price >= C[row + found - 1, 0]) or K[k, WORK] + V[u, DURATION] + way > K[
                k, WORK_MAX
            ]:
                continue
            e0, e1 = earliest(V, K, k, a, u, to)
            if e1 > V[u, HI] and e0 > V[u, HI]:
                continue
            x0, x1 = leave_by(V, K, k, b, True)
            l0, l1 = latest(V, K, k, u, x0, x1, on, True)
            for label in range(2):
                e, last = (e0, l0) if label == 0 else (e1, l1)
                if e > last or (found == width and price >= C[row + found - 1, 0]):
                    continue
                if found < width:
                    found += 1
                slot = row + found - 1
                while slot > row and C[slot - 1, 0] > price:
                    for column in range(5):
                        C[slot, column] = C[slot - 1, column]
                    slot -= 1
                C[slot, 0], C[slot, 1], C[slot, 2], C[slot, 3], C[slot, 4] = price, k, at, e, last
    return found


@jit
def neighbours(T: Times, V: Ints, near: Ints) -> None:
    """For each visit the others that could stand just before or after it, by travel and a fifth of the waiting."""
    count, width = near.shape
    for u in range(count):
        found = 0
        worst = FAR
        for x in range(count):
            if x == u:
                continue
            score = FAR
            for side in range(2):
                a, b = (u, x) if side == 0 else (x, u)
                way = int(T[V[a, PLACE], V[b, PLACE]])
                one: int = 5 * way + max(0, V[b, OPENS] - V[a, LIMIT] - V[a, DURATION] - way)
                if V[a, OPENS] + V[a, DURATION] + way > V[b, LIMIT]:
                    one += NEVER
                score = min(score, one)
            if found == width and score >= worst:
                continue
            if found < width:
                found += 1
            slot = found - 1
            while slot > 0 and V[near[u, slot - 1], RANK] > score:
                near[u, slot] = near[u, slot - 1]
                slot -= 1
            near[u, slot] = x
            V[x, RANK] = score
            worst = V[near[u, found - 1], RANK]
