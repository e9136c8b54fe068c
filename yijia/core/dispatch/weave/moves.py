"""The moves: one block elsewhere, two blocks exchanged, two carers' later days exchanged."""

from yijia.core.dispatch.jit import small
from yijia.core.dispatch.weave.chain import enter, leave, leg, mark, pred_at
from yijia.core.dispatch.weave.starts import clear, settle, spread, undo_starts
from yijia.core.dispatch.weave.tables import (
    AT,
    BLOCK,
    CARER,
    COST,
    FIRST,
    HOME,
    KEY,
    LAST,
    LATE,
    NEXT,
    ORDER,
    PLACE,
    PREV,
    TRAVEL,
    WEIGHT,
    WORST,
    Bits,
    Flags,
    Ints,
    Times,
)


@small
def rerank(B: Ints, Z: Ints, rank: int, gap: int) -> None:
    """Make the move of the block at a rank to a gap (an even key) part of the order."""
    b = B[rank, ORDER]
    to = gap >> 1
    if to > rank:
        to -= 1
        for i in range(rank, to):
            c = B[i + 1, ORDER]
            B[i, ORDER], B[c, KEY], Z[AT + 2 * i + 1] = c, 2 * i + 1, c
    else:
        for i in range(rank, to, -1):
            c = B[i - 1, ORDER]
            B[i, ORDER], B[c, KEY], Z[AT + 2 * i + 1] = c, 2 * i + 1, c
    B[to, ORDER], B[b, KEY], Z[AT + 2 * to + 1] = b, 2 * to + 1, b


@small
def relocate(
    T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, b: int, gap: int, k0: int, k1: int, limit: float
) -> bool:
    """Move a block to a gap of the order and to carers k0, k1; undone when the cost passes the limit."""
    v0, v1 = B[b, 0], B[b, 1]
    old_key = B[b, KEY]
    c0, p0 = V[v0, CARER], V[v0, PREV]
    c1, p1 = -1, -1
    t0, t1, t2, t3 = Z[TRAVEL], Z[LATE], Z[WORST], Z[COST]
    leave(T, V, B, K, Z, D, v0)
    if v1 >= 0:
        c1, p1 = V[v1, CARER], V[v1, PREV]
        leave(T, V, B, K, Z, D, v1)
    B[b, KEY] = gap
    Z[AT + gap] = b
    enter(T, V, B, K, Z, D, v0, k0, pred_at(V, B, K, k0, gap))
    if v1 >= 0:
        enter(T, V, B, K, Z, D, v1, k1, pred_at(V, B, K, k1, gap))
    mark(D, gap)
    logged = -1
    if Z[TRAVEL] * Z[WEIGHT] <= limit:
        logged = spread(T, V, B, K, Z, D)
        settle(T, V, B, K, Z, D, logged)
        if Z[COST] <= limit:
            rerank(B, Z, (old_key - 1) >> 1, gap)
            return True
        undo_starts(V, logged)
    if v1 >= 0:
        leave(T, V, B, K, Z, D, v1)
    leave(T, V, B, K, Z, D, v0)
    B[b, KEY] = old_key
    enter(T, V, B, K, Z, D, v0, c0, p0)
    if v1 >= 0:
        enter(T, V, B, K, Z, D, v1, c1, p1)
    clear(D)
    Z[TRAVEL], Z[LATE], Z[WORST], Z[COST] = t0, t1, t2, t3
    return False


@small
def exchange(
    T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, a: int, b: int, va: int, vb: int, limit: float
) -> bool:
    """Two blocks change places in the order, and visits va of a and vb of b change carers."""
    ka, kb = B[a, KEY], B[b, KEY]
    ca, cb = V[va, CARER], V[vb, CARER]
    t0, t1, t2, t3 = Z[TRAVEL], Z[LATE], Z[WORST], Z[COST]
    na, nb = (2 if B[a, 1] >= 0 else 1), (2 if B[b, 1] >= 0 else 1)
    for turn in range(2):
        for i in range(na):
            leave(T, V, B, K, Z, D, B[a, i])
        for i in range(nb):
            leave(T, V, B, K, Z, D, B[b, i])
        if turn == 0:
            B[a, KEY], B[b, KEY], Z[AT + ka], Z[AT + kb] = kb, ka, b, a
            V[va, CARER], V[vb, CARER] = cb, ca
        else:
            B[a, KEY], B[b, KEY], Z[AT + ka], Z[AT + kb] = ka, kb, a, b
            V[va, CARER], V[vb, CARER] = ca, cb
        for i in range(na):
            v = B[a, i]
            enter(T, V, B, K, Z, D, v, V[v, CARER], pred_at(V, B, K, V[v, CARER], B[a, KEY]))
        for i in range(nb):
            v = B[b, i]
            enter(T, V, B, K, Z, D, v, V[v, CARER], pred_at(V, B, K, V[v, CARER], B[b, KEY]))
        if turn == 0:
            mark(D, ka)
            mark(D, kb)
            if Z[TRAVEL] * Z[WEIGHT] <= limit:
                logged = spread(T, V, B, K, Z, D)
                settle(T, V, B, K, Z, D, logged)
                if Z[COST] <= limit:
                    B[(ka - 1) >> 1, ORDER], B[(kb - 1) >> 1, ORDER] = b, a
                    return True
                undo_starts(V, logged)
    clear(D)
    Z[TRAVEL], Z[LATE], Z[WORST], Z[COST] = t0, t1, t2, t3
    return False


@small
def swap_tails(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, x: int, y: int, k: int, m: int) -> None:
    """The visits of carer k after x and those of m after y change hands (x, y may be -1: the whole route)."""
    a = K[k, FIRST] if x < 0 else V[x, NEXT]
    b = K[m, FIRST] if y < 0 else V[y, NEXT]
    end_a, end_b = K[k, LAST], K[m, LAST]
    for side in range(2):
        v, to = (a, m) if side == 0 else (b, k)
        while v >= 0:
            V[v, CARER] = to
            v = V[v, NEXT]
    if x < 0:
        K[k, FIRST] = b
    else:
        V[x, NEXT] = b
    if y < 0:
        K[m, FIRST] = a
    else:
        V[y, NEXT] = a
    if b >= 0:
        V[b, PREV] = x
        mark(D, B[V[b, BLOCK], KEY])
        K[k, LAST] = end_b
    else:
        K[k, LAST] = x
    if a >= 0:
        V[a, PREV] = y
        mark(D, B[V[a, BLOCK], KEY])
        K[m, LAST] = end_a
    else:
        K[m, LAST] = y


@small
def cross(
    T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, able: Flags, k: int, m: int, key: int, limit: float
) -> bool:
    """Carers k and m change all their visits after a key; undone when somebody lacks a skill or the cost is too high."""
    x, y = pred_at(V, B, K, k, key), pred_at(V, B, K, m, key)
    a = K[k, FIRST] if x < 0 else V[x, NEXT]
    b = K[m, FIRST] if y < 0 else V[y, NEXT]
    if a < 0 and b < 0:
        return False
    v = a
    while v >= 0:
        if able[v, m] == 0:
            return False
        v = V[v, NEXT]
    v = b
    while v >= 0:
        if able[v, k] == 0:
            return False
        v = V[v, NEXT]
    t0, t1, t2, t3 = Z[TRAVEL], Z[LATE], Z[WORST], Z[COST]
    end_a, end_b = K[k, LAST] if a >= 0 else -1, K[m, LAST] if b >= 0 else -1
    old = leg(T, V, B, K, Z, D, k, x, a) + leg(T, V, B, K, Z, D, m, y, b)
    new = leg(T, V, B, K, Z, D, k, x, b) + leg(T, V, B, K, Z, D, m, y, a)
    if a >= 0:
        old += T[V[end_a, PLACE], K[k, HOME]]
        new += T[V[end_a, PLACE], K[m, HOME]]
    if b >= 0:
        old += T[V[end_b, PLACE], K[m, HOME]]
        new += T[V[end_b, PLACE], K[k, HOME]]
    if (t0 + new - old) * Z[WEIGHT] > limit:
        return False
    # A pair shares its key: both its visits change hands, or none, so they stay with different carers.
    Z[TRAVEL] += new - old
    swap_tails(T, V, B, K, Z, D, x, y, k, m)
    logged = spread(T, V, B, K, Z, D)
    settle(T, V, B, K, Z, D, logged)
    if Z[COST] <= limit:
        return True
    undo_starts(V, logged)
    swap_tails(T, V, B, K, Z, D, x, y, k, m)
    clear(D)
    Z[TRAVEL], Z[LATE], Z[WORST], Z[COST] = t0, t1, t2, t3
    return False
