"""The whole state: counted anew, first built, kept and restored."""

import numpy as np

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.weave.chain import leg
from yijia.core.dispatch.weave.starts import ready
from yijia.core.dispatch.weave.tables import (
    AT,
    BASE,
    BEGINS,
    CARER,
    CLOSES,
    COST,
    DURATION,
    FIRST,
    GAP_MAX,
    GAP_MIN,
    HANDS,
    HOME,
    KEY,
    LAST,
    LATE,
    NEXT,
    OPENS,
    ORDER,
    PLACE,
    PREV,
    SECOND_NODE,
    START,
    TRAVEL,
    WEIGHT,
    WORST,
    Bits,
    Flags,
    Ints,
    Times,
)


@jit
def recount(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits) -> None:
    """All starts and totals anew from the order and the carers (routes are relinked)."""
    K[:, FIRST] = -1
    K[:, LAST] = -1
    Z[:WEIGHT] = 0
    for rank in range(B.shape[0]):
        b = B[rank, ORDER]
        B[b, KEY], Z[AT + 2 * rank + 1] = 2 * rank + 1, b
        for i in range(2):
            v = B[b, i]
            if v >= 0:
                k = V[v, CARER]
                p = K[k, LAST]
                V[v, PREV], V[v, NEXT] = p, -1
                if p < 0:
                    K[k, FIRST] = v
                else:
                    V[p, NEXT] = v
                K[k, LAST] = v
                Z[TRAVEL] += leg(T, V, B, K, Z, D, k, p, v)
        v0, v1 = B[b, 0], B[b, 1]
        V[v0, START] = ready(T, V, B, K, Z, D, v0)
        if v1 >= 0:
            V[v1, START] = max(ready(T, V, B, K, Z, D, v1), V[v0, START] + B[b, GAP_MIN])
            V[v0, START] = max(V[v0, START], V[v1, START] - B[b, GAP_MAX])
    for k in range(K.shape[0]):
        if K[k, LAST] >= 0:
            Z[TRAVEL] += T[V[K[k, LAST], PLACE], K[k, HOME]]
    for v in range(V.shape[0]):
        late = max(0, V[v, START] - V[v, CLOSES])
        Z[LATE] += late
        Z[WORST] = max(Z[WORST], late)
    Z[COST] = Z[TRAVEL] * Z[WEIGHT] + Z[LATE] * Z[WEIGHT + 1] + Z[WORST] * Z[WEIGHT + 2]


@jit
def build(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, able: Flags) -> None:
    """Carers for the given order, one block after the other, each where travel and lateness grow least."""
    carers = K.shape[0]
    K[:, LAST] = -1
    for rank in range(B.shape[0]):
        b = B[rank, ORDER]
        mate = B[b, SECOND_NODE]
        taken = -1
        for i in range(2):
            v = B[b, i]
            if v < 0:
                continue
            best, who = np.int64(1) << 60, -1
            for k in range(carers):
                if able[v, k] == 0 or k == taken:
                    continue
                if i == 0 and mate >= 0 and V[mate, HANDS] == 1 and able[mate, k]:
                    continue  # the only one who can serve the other visit of the pair
                p = K[k, LAST]
                if p < 0:
                    far = T[K[k, BASE], V[v, PLACE]]
                    at = K[k, BEGINS] + far
                else:
                    far = T[V[p, PLACE], V[v, PLACE]]
                    at = V[p, START] + V[p, DURATION] + far
                cost = far + max(0, at - V[v, CLOSES]) * 3 + max(0, at - V[v, OPENS]) // 4
                if cost < best:
                    best, who = cost, k
            p = K[who, LAST]
            if p < 0:
                at = K[who, BEGINS] + T[K[who, BASE], V[v, PLACE]]
            else:
                at = V[p, START] + V[p, DURATION] + T[V[p, PLACE], V[v, PLACE]]
            V[v, CARER], V[v, START], K[who, LAST] = who, max(at, V[v, OPENS]), v
            taken = who
    recount(T, V, B, K, Z, D)


@jit
def keep(V: Ints, B: Ints, Z: Ints, best: Ints) -> None:
    """Write what makes the state (cost, order, carers) into `best`, 1 + blocks + visits long."""
    blocks = B.shape[0]
    best[0] = Z[COST]
    for i in range(blocks):
        best[1 + i] = B[i, ORDER]
    for i in range(V.shape[0]):
        best[1 + blocks + i] = V[i, CARER]


@jit
def restore(V: Ints, B: Ints, best: Ints) -> None:
    """Read order and carers back; `recount` does the rest."""
    blocks = B.shape[0]
    for i in range(blocks):
        B[i, ORDER] = best[1 + i]
    for i in range(V.shape[0]):
        V[i, CARER] = best[1 + blocks + i]
