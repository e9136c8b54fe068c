"""Starts and lateness: recomputed from the marked blocks on, with a log to undo them."""

import numpy as np

from yijia.core.dispatch.jit import small
from yijia.core.dispatch.weave.chain import mark
from yijia.core.dispatch.weave.tables import (
    AT,
    BASE,
    BEGINS,
    BLOCK,
    CARER,
    CLOSES,
    COST,
    DURATION,
    GAP_MAX,
    GAP_MIN,
    KEY,
    LATE,
    LOG_START,
    LOG_VISIT,
    NEXT,
    OPENS,
    PLACE,
    PREV,
    START,
    TRAVEL,
    WEIGHT,
    WORST,
    Bits,
    Ints,
    Times,
)

_DEBRUIJN = np.uint64(0x03F79D71B4CB0A89)
_INDEX = np.zeros(64, dtype=np.int64)
for _i in range(64):
    _INDEX[((0x03F79D71B4CB0A89 << _i) & 0xFFFFFFFFFFFFFFFF) >> 58] = _i


@small
def ready(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, v: int) -> int:
    """The earliest start of a visit as its carer's route and its own window allow."""
    p = V[v, PREV]
    if p < 0:
        k = V[v, CARER]
        at = K[k, BEGINS] + T[K[k, BASE], V[v, PLACE]]
    else:
        at = V[p, START] + V[p, DURATION] + T[V[p, PLACE], V[v, PLACE]]
    return max(at, V[v, OPENS])


@small
def spread(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits) -> int:
    """Recompute starts from the marked blocks on; returns the number of changes in the log."""
    logged = 0
    word, words = 0, D.shape[0]
    while word < words:
        bits = D[word]
        if bits == np.uint64(0):
            word += 1
            continue
        low = bits & (~bits + np.uint64(1))
        D[word] = bits ^ low
        b = Z[AT + word * 64 + _INDEX[(low * _DEBRUIJN) >> np.uint64(58)]]
        v0, v1 = B[b, 0], B[b, 1]
        s0, s1 = ready(T, V, B, K, Z, D, v0), 0
        if v1 >= 0:
            s1 = max(ready(T, V, B, K, Z, D, v1), s0 + B[b, GAP_MIN])
            s0 = max(s0, s1 - B[b, GAP_MAX])
            if s1 != V[v1, START]:
                logged = change(T, V, B, K, Z, D, v1, s1, logged)
        if s0 != V[v0, START]:
            logged = change(T, V, B, K, Z, D, v0, s0, logged)
    return logged


@small
def change(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, v: int, start: int, logged: int) -> int:
    old = V[v, START]
    V[logged, LOG_VISIT], V[logged, LOG_START] = v, old
    V[v, START] = start
    Z[LATE] += max(0, start - V[v, CLOSES]) - max(0, old - V[v, CLOSES])
    if V[v, NEXT] >= 0:
        mark(D, B[V[V[v, NEXT], BLOCK], KEY])
    return logged + 1


@small
def settle(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, logged: int) -> None:
    """Bring the worst lateness and the cost up to date after `logged` changes of start."""
    worst, fell = Z[WORST], False
    rise = 0
    for i in range(logged):
        v = V[i, LOG_VISIT]
        if V[i, LOG_START] - V[v, CLOSES] == worst:
            fell = True
        rise = max(rise, V[v, START] - V[v, CLOSES])
    if rise >= worst:
        worst = rise
    elif fell and worst > 0:
        worst = 0
        for v in range(V.shape[0]):
            worst = max(worst, V[v, START] - V[v, CLOSES])
    Z[WORST] = worst
    Z[COST] = Z[TRAVEL] * Z[WEIGHT] + Z[LATE] * Z[WEIGHT + 1] + worst * Z[WEIGHT + 2]


@small
def clear(D: Bits) -> None:
    for i in range(D.shape[0]):
        D[i] = np.uint64(0)


@small
def undo_starts(V: Ints, logged: int) -> None:
    for i in range(logged - 1, -1, -1):
        V[V[i, LOG_VISIT], START] = V[i, LOG_START]
