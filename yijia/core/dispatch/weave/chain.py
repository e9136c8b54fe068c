"""Routes as chains: a visit leaves one and enters another, and who has to be looked at again is marked."""

import numpy as np

from yijia.core.dispatch.jit import small
from yijia.core.dispatch.weave.tables import (
    BASE,
    BLOCK,
    CARER,
    FIRST,
    HOME,
    KEY,
    LAST,
    NEXT,
    PLACE,
    PREV,
    TRAVEL,
    Bits,
    Ints,
    Times,
)


@small
def mark(D: Bits, key: int) -> None:
    D[key >> 6] |= np.uint64(1) << np.uint64(key & 63)


@small
def leave(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, v: int) -> None:
    """Take a visit out of its route; its successor is marked."""
    k, p, n = V[v, CARER], V[v, PREV], V[v, NEXT]
    here = V[v, PLACE]
    before = K[k, BASE] if p < 0 else V[p, PLACE]
    after = K[k, HOME] if n < 0 else V[n, PLACE]
    Z[TRAVEL] -= T[before, here] + T[here, after]
    if p >= 0 or n >= 0:
        Z[TRAVEL] += T[before, after]
    if p < 0:
        K[k, FIRST] = n
    else:
        V[p, NEXT] = n
    if n < 0:
        K[k, LAST] = p
    else:
        V[n, PREV] = p
        mark(D, B[V[n, BLOCK], KEY])


@small
def enter(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, v: int, k: int, p: int) -> None:
    """Put a visit into the route of carer k after visit p (-1: first); its successor is marked."""
    n = K[k, FIRST] if p < 0 else V[p, NEXT]
    here = V[v, PLACE]
    before = K[k, BASE] if p < 0 else V[p, PLACE]
    after = K[k, HOME] if n < 0 else V[n, PLACE]
    Z[TRAVEL] += T[before, here] + T[here, after]
    if p >= 0 or n >= 0:
        Z[TRAVEL] -= T[before, after]
    V[v, CARER], V[v, PREV], V[v, NEXT] = k, p, n
    if p < 0:
        K[k, FIRST] = v
    else:
        V[p, NEXT] = v
    if n < 0:
        K[k, LAST] = v
    else:
        V[n, PREV] = v
        mark(D, B[V[n, BLOCK], KEY])


@small
def pred_at(V: Ints, B: Ints, K: Ints, k: int, key: int) -> int:
    """The last visit of carer k whose block stands before the key."""
    p = K[k, LAST]
    while p >= 0 and B[V[p, BLOCK], KEY] > key:
        p = V[p, PREV]
    return p


@small
def leg(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, k: int, p: int, n: int) -> int:
    """Travel of carer k from visit p (or the base) to visit n (or home); 0 for an empty route."""
    if p < 0 and n < 0:
        return 0
    before = K[k, BASE] if p < 0 else V[p, PLACE]
    after = K[k, HOME] if n < 0 else V[n, PLACE]
    return np.int64(T[before, after])
