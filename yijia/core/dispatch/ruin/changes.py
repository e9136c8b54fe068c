"""Visits come and go; routes touched in a round are remembered and can be put back."""

from yijia.core.dispatch.jit import jit, small
from yijia.core.dispatch.ruin.route import refresh
from yijia.core.dispatch.ruin.tables import (
    ABSENT,
    COST,
    DROP,
    FROZEN,
    HI,
    LEN,
    LIMIT,
    LO,
    MATE,
    OLD_LEN,
    OPENS,
    POS,
    ROUTE,
    SERVED,
    SLOT,
    STICKY,
    TOUCHED,
    TOUCHES,
    Flags,
    Ints,
    Times,
)


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
    """Visit u goes to position `at` of route k; False when the route is then not possible."""
    touch(V, K, R, Z, S, A, k)
    for i in range(K[k, LEN], at, -1):
        R[k, i] = R[k, i - 1]
    R[k, at] = u
    K[k, LEN] += 1
    Z[SERVED] += 1 if K[k, LEN] == 1 else 0
    serve(V, Z, U, u)
    return refresh(T, B, V, K, R, G, Z, allowed, k)


@jit
def pull(V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, u: int) -> int:
    """Visit u leaves its route, which must then be refreshed; returns the route."""
    k, at = V[u, ROUTE], V[u, POS]
    touch(V, K, R, Z, S, A, k)
    K[k, LEN] -= 1
    Z[SERVED] -= 1 if K[k, LEN] == 0 else 0
    for i in range(at, K[k, LEN]):
        R[k, i] = R[k, i + 1]
        V[R[k, i], POS] = i
    miss(V, Z, U, u)
    return k


@jit
def rewind(
    T: Times, B: Times, V: Ints, K: Ints, R: Ints, G: Times, Z: Ints, U: Ints, S: Ints, A: Ints, allowed: Flags
) -> None:
    """All touched routes as they were remembered."""
    names = S.shape[0] - 1
    for j in range(Z[TOUCHES]):
        k = S[names, j]
        for i in range(K[k, LEN]):
            if V[R[k, i], SLOT] < 0:
                miss(V, Z, U, R[k, i])
        Z[SERVED] -= 1 if K[k, LEN] else 0
        K[k, LEN] = 0
    for j in range(Z[TOUCHES]):
        k = S[names, j]
        K[k, LEN] = K[k, OLD_LEN]
        Z[SERVED] += 1 if K[k, LEN] else 0
        for i in range(K[k, LEN]):
            v = S[k, i]
            R[k, i] = v
            serve(V, Z, U, v)
            if V[v, MATE] >= 0:
                V[v, LO] = V[v, HI] = A[k, i]
        refresh(T, B, V, K, R, G, Z, allowed, k)


@small
def settle(K: Ints, Z: Ints, S: Ints) -> None:
    """A round is over: nothing is remembered."""
    names = S.shape[0] - 1
    for j in range(Z[TOUCHES]):
        K[S[names, j], TOUCHED] = 0
    Z[TOUCHES] = 0


@small
def take_out(V: Ints, K: Ints, R: Ints, Z: Ints, U: Ints, S: Ints, A: Ints, u: int) -> None:
    """Visit u, and its linked visit, leave their routes, which must then be refreshed; not when one may not be moved."""
    m = V[u, MATE]
    if V[u, STICKY] or V[u, POS] < K[V[u, ROUTE], FROZEN]:
        return
    if m >= 0:
        if V[m, STICKY] or V[m, POS] < K[V[m, ROUTE], FROZEN]:
            return
        pull(V, K, R, Z, U, S, A, m)
    pull(V, K, R, Z, U, S, A, u)
