"""For callers outside the search: the live day asks, places, removes and undoes through these."""

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.ruin.changes import pull, put, rewind, settle
from yijia.core.dispatch.ruin.labels import earliest, latest, leave_by, leg_before, way_on, way_to
from yijia.core.dispatch.ruin.pairs import put_pair
from yijia.core.dispatch.ruin.places import best_in, best_place
from yijia.core.dispatch.ruin.route import refresh, span_fits
from yijia.core.dispatch.ruin.search import keep
from yijia.core.dispatch.ruin.tables import (
    DROP,
    DURATION,
    FAR,
    GAP_MIN,
    HI,
    LEN,
    LOAD,
    LOAD_MAX,
    LOADED,
    MATE,
    SPAN_MAX,
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
    allowed: Flags,
    u: int,
    k: int,
    at: int,
) -> bool:
    """`put`, for callers outside the search."""
    return put(T, B, V, K, R, G, Z, U, S, A, allowed, u, k, at)


@jit
def remove(
    T: Times, B: Times, V: Ints, K: Ints, R: Ints, G: Times, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags, u: int
) -> bool:
    """`pull`, for callers outside the search; whether the route left behind is possible."""
    return refresh(T, B, V, K, R, G, Z, allowed, pull(V, K, R, Z, U, S, A, u))


@jit
def forget(K: Ints, Z: Ints, S: Ints) -> None:
    """`settle`, for callers outside the search."""
    settle(K, Z, S)


@jit
def note(V: Ints, K: Ints, R: Ints, Z: Ints, best: Ints) -> None:
    """`keep`, for callers outside the search."""
    keep(V, K, R, Z, best)


@jit
def obstacle(T: Times, B: Times, V: Ints, K: Ints, R: Ints, u: int, k: int, at: int) -> int:
    """What keeps visit u from a place in route k: 0 nothing, 1 number of visits, load or hours of work, 2 time."""
    a = R[k, at - 1] if at else -1
    b = R[k, at] if at < K[k, LEN] else -1
    to, on = way_to(B, V, K, k, a, u), way_on(T, V, K, k, u, b)
    if K[k, LEN] + 1 > K[k, VISITS_MAX] or K[k, LOADED] + V[u, LOAD] > K[k, LOAD_MAX]:
        return 1
    if K[k, WORK] + V[u, DURATION] + to + on - leg_before(V, K, k, b) > K[k, WORK_MAX]:
        return 1
    e0, e1 = earliest(V, K, k, a, u, to)
    x0, x1 = leave_by(V, K, k, b, True)
    l0, l1 = latest(V, K, k, u, x0, x1, on, True)
    if e0 > min(l0, V[u, HI]) and e1 > min(l1, V[u, HI]):
        return 2
    return 0 if K[k, SPAN_MAX] >= FAR or span_fits(T, B, V, K, R, k, at, u) else 1


@jit
def relabel(T: Times, B: Times, V: Ints, K: Ints, R: Ints, G: Times, Z: Ints, allowed: Flags, k: int) -> bool:
    """`refresh`, for callers outside the search."""
    return refresh(T, B, V, K, R, G, Z, allowed, k)


@jit
def seat(
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
            B,
            V,
            K,
            R,
            G,
            Z,
            U,
            S,
            A,
            C,
            allowed,
            near,
            hands,
            rng,
            first,
            only if first == u else -1,
            only if first != u else -1,
            True,
        )
    if only < 0:
        k, at, _ = best_place(T, B, V, K, R, G, Z, allowed, near, hands, rng, u, 0, True)
        return k >= 0 and put(T, B, V, K, R, G, Z, U, S, A, allowed, u, k, at)
    _, at = best_in(T, B, V, K, R, G, Z, allowed, rng, u, only, 0, V[u, DROP])
    return at >= 0 and put(T, B, V, K, R, G, Z, U, S, A, allowed, u, only, at)


@jit
def undo(
    T: Times, B: Times, V: Ints, K: Ints, R: Ints, G: Times, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags
) -> None:
    """`rewind` to the last `forget`, for callers outside the search."""
    rewind(T, B, V, K, R, G, Z, U, S, A, allowed)
    settle(K, Z, S)
