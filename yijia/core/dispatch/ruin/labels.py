"""Earliest and latest starts of a visit beside its neighbours, breaks included, and what a carer is liked for."""

import numpy as np

from yijia.core.dispatch.jit import small
from yijia.core.dispatch.ruin.tables import (
    BASE,
    BEFORE,
    BEGINS,
    CLOSES,
    D0,
    D1,
    DURATION,
    ENDS,
    F0,
    F1,
    FAIR_UNIT,
    FAR,
    HARD,
    HI,
    HOME,
    HOME_LEG,
    L0,
    L1,
    LEG,
    LO,
    NEEDS,
    PLACE,
    REST_LAST,
    REST_LENGTH,
    REST_OPENS,
    USUAL,
    W_CHANGE,
    W_FAIR,
    W_USUAL,
    W_WISH,
    WISHES,
    Flags,
    Ints,
    Times,
)


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
def way_to(B: Times, V: Ints, K: Ints, k: int, a: int, u: int) -> int:
    """Travel of carer k from visit a (-1: base) to visit u."""
    return np.int64(B[V[u, PLACE], K[k, BASE] if a < 0 else V[a, PLACE]])


@small
def way_on(T: Times, V: Ints, K: Ints, k: int, u: int, b: int) -> int:
    """Travel of carer k from visit u to visit b (-1: home)."""
    return np.int64(T[V[u, PLACE], K[k, HOME] if b < 0 else V[b, PLACE]])


@small
def leg_before(V: Ints, K: Ints, k: int, b: int) -> int:
    """Travel to visit b (-1: home) from the stop before it, as the route stands."""
    return K[k, HOME_LEG] if b < 0 else V[b, LEG]


@small
def free_after(V: Ints, K: Ints, k: int, a: int) -> tuple[int, int]:
    """When carer k is free after visit a (-1: at the base), with the break still owed and with the break behind."""
    if a >= 0:
        return V[a, D0], V[a, D1]
    return (K[k, BEGINS], FAR) if K[k, NEEDS] else (FAR, K[k, BEGINS])


@small
def earliest(V: Ints, K: Ints, k: int, a: int, u: int, way: int) -> tuple[int, int]:
    """Earliest start of u after a with the break owed, and with it behind; > its latest start when impossible."""
    free0, free1 = free_after(V, K, k, a)
    if free0 < FAR:
        free1 = min(free1, rest_end(K, k, free0))
    return max(free0 + way, V[u, LO]), max(free1 + way, V[u, LO])


@small
def leave_by(V: Ints, K: Ints, k: int, b: int, hard: bool) -> tuple[int, int]:
    """Latest arrival at visit b (-1: home) with the break owed then, and with it behind; soft: nothing later is late."""
    if b < 0:
        return -FAR, K[k, HARD] if hard else K[k, ENDS]
    return (V[b, L0], V[b, L1]) if hard else (V[b, F0], V[b, F1])


@small
def latest(V: Ints, K: Ints, k: int, u: int, x0: int, x1: int, way: int, hard: bool) -> tuple[int, int]:
    """Latest start of u with the break owed after it, and behind, when the next stop, `way` on, must begin by x0, x1."""
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
