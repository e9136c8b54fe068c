"""For callers outside the search: the live day asks, places, removes and undoes through these."""

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.ruin.changes import pull, put, rewind, settle
from yijia.core.dispatch.ruin.labels import earliest, latest, ride
from yijia.core.dispatch.ruin.pairs import put_pair
from yijia.core.dispatch.ruin.places import best_place
from yijia.core.dispatch.ruin.route import attempt, refresh
from yijia.core.dispatch.ruin.search import keep
from yijia.core.dispatch.ruin.tables import (
    COST,
    DROP,
    DURATION,
    FAR,
    FROZEN,
    GAP_MIN,
    HI,
    LEN,
    LOAD,
    LOAD_MAX,
    LOADED,
    MATE,
    STICKY,
    VISITS_MAX,
    WORK,
    WORK_MAX,
    Bits,
    Flags,
    Ints,
    Times,
)


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
