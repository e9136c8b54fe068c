"""Annealing on one common order of all visits: the search for days with soft windows and many linked pairs.

A state is (order of blocks, carer of each visit). A block is a visit, or the two visits of a link, which share their
place in the order. Each carer serves their visits in that order, so that pairs and gaps can never wait for each other
in a ring. A move changes one or two blocks; starts are then recomputed only where something changed, in rising order.

Few wide tables instead of many arrays: numba counts a reference for every array a function is given.

T   int32 (places, places)   travel, ticks, row = from
V   int64 (visits, 16)       a row per visit, columns PLACE … LOG_START; -1 = none
B   int64 (blocks, 8)        a row per block, columns FIRST_NODE … KEY; column ORDER is the block at that rank
K   int64 (carers, 8)        a row per carer, columns BASE … LAST
Z   int64                    travel, lateness, worst lateness, cost; their three weights; from AT on the block at each key
D   uint64                   one bit per key: blocks whose start is to be recomputed
able uint8 (visits, carers); near int64 (visits, n), the nearest first; hands int64 (visits, carers), the able ones first

Keys: the block at rank r has key 2r + 1; even keys are the gaps a moved block goes to.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch.jit import jit, small

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]
Times = NDArray[np.int32]
Flags = NDArray[np.uint8]

PLACE, DURATION, OPENS, CLOSES, BLOCK, MATE, HANDS = 0, 1, 2, 3, 4, 5, 6
PREV, NEXT, CARER, START, LOG_VISIT, LOG_START = 7, 8, 9, 10, 11, 12
FIRST_NODE, SECOND_NODE, GAP_MIN, GAP_MAX, KEY, ORDER = 0, 1, 2, 3, 4, 5
BASE, HOME, BEGINS, FIRST, LAST = 0, 1, 2, 3, 4
TRAVEL, LATE, WORST, COST, WEIGHT, AT = 0, 1, 2, 3, 4, 8


class World(NamedTuple):
    """The tables of one search; V, B, K, Z and D change."""

    T: Times
    V: Ints
    B: Ints
    K: Ints
    Z: Ints
    D: Bits
    able: Flags
    near: Ints
    hands: Ints


_DEBRUIJN = np.uint64(0x03F79D71B4CB0A89)
_INDEX = np.zeros(64, dtype=np.int64)
for _i in range(64):
    _INDEX[((0x03F79D71B4CB0A89 << _i) & 0xFFFFFFFFFFFFFFFF) >> 58] = _i


@small
def draw(rng: Bits) -> int:
    """The next 63 random bits (xorshift64*)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return np.int64((x * np.uint64(2685821657736338717)) >> np.uint64(1))


@small
def below(rng: Bits, n: int) -> int:
    """A whole number in [0, n)."""
    return (draw(rng) >> 20) % n


@small
def share(rng: Bits) -> float:
    """A number in (0, 1]."""
    return ((draw(rng) >> 10) + 1) / 9007199254740992.0


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
def leg(T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, k: int, p: int, n: int) -> int:
    """Travel of carer k from visit p (or the base) to visit n (or home); 0 for an empty route."""
    if p < 0 and n < 0:
        return 0
    before = K[k, BASE] if p < 0 else V[p, PLACE]
    after = K[k, HOME] if n < 0 else V[n, PLACE]
    return np.int64(T[before, after])


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


@small
def step(
    T: Times, V: Ints, B: Ints, K: Ints, Z: Ints, D: Bits, able: Flags, near: Ints, hands: Ints, rng: Bits, limit: float
) -> bool:
    """Propose one move; True when it was made."""
    dice = below(rng, 100)
    v = below(rng, V.shape[0])
    b = V[v, BLOCK]
    mate = V[v, MATE]
    if dice >= 72:
        u = near[v, below(rng, near.shape[1])]
        c = V[u, BLOCK]
        k, m = V[v, CARER], V[u, CARER]
        if c == b:
            return False
        if dice >= 88:  # two carers change the rest of their day, cut at the visit
            return k != m and cross(T, V, B, K, Z, D, able, k, m, B[b, KEY] + (1 if draw(rng) & 64 else -1), limit)
        if able[v, m] == 0 or able[u, k] == 0:  # change places with a near visit
            return False
        other = V[u, MATE]
        if (mate >= 0 and V[mate, CARER] == m) or (other >= 0 and V[other, CARER] == k):
            return False
        return exchange(T, V, B, K, Z, D, b, c, v, u, limit)
    k = V[v, CARER]
    k2 = V[mate, CARER] if mate >= 0 else -1
    if dice < 45:  # beside a near visit, in its route
        u = near[v, below(rng, near.shape[1])]
        c = V[u, BLOCK]
        m = V[u, CARER]
        gap = B[c, KEY] + (1 if draw(rng) & 64 else -1)
        if c == b or able[v, m] == 0 or m == k2 or (m == k and (gap == B[b, KEY] + 1 or gap == B[b, KEY] - 1)):
            return False
        k = m
    elif dice < 60:  # another carer, the same place in the order
        m = hands[v, below(rng, V[v, HANDS])]
        if m == k:
            return False
        gap = B[b, KEY] + 1
        if m == k2:
            if able[mate, k] == 0:
                return False
            k2 = k
        k = m
    else:  # earlier or later in the order, past its neighbour in the route
        later = draw(rng) & 64 != 0
        n = V[v, NEXT] if later else V[v, PREV]
        if n < 0:
            return False
        gap = B[V[n, BLOCK], KEY] + (1 if later else -1)
    if B[b, 0] != v:
        k, k2 = k2, k
    return relocate(T, V, B, K, Z, D, b, gap, k, k2, limit)


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


@jit
def anneal(
    T: Times,
    V: Ints,
    B: Ints,
    K: Ints,
    Z: Ints,
    D: Bits,
    able: Flags,
    near: Ints,
    hands: Ints,
    best: Ints,
    rng: Bits,
    temperature: float,
    steps: int,
) -> int:
    """`steps` proposals at a temperature in ticks; returns moves made.

    A move stands when its cost is at most the present cost plus an exponential draw of the temperature's mean.
    """
    made = 0
    for _ in range(steps):
        limit = Z[COST] - temperature * np.log(share(rng))
        if step(T, V, B, K, Z, D, able, near, hands, rng, limit):
            made += 1
            if Z[COST] < best[0]:
                keep(V, B, Z, best)
    return made
