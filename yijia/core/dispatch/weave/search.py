"""The annealing itself: propose a move, keep it when its cost is within the limit."""

import numpy as np

from yijia.core.dispatch.jit import jit, small
from yijia.core.dispatch.weave.chance import below, draw, share
from yijia.core.dispatch.weave.moves import cross, exchange, relocate
from yijia.core.dispatch.weave.tables import BLOCK, CARER, COST, HANDS, KEY, MATE, NEXT, PREV, Bits, Flags, Ints, Times
from yijia.core.dispatch.weave.whole import keep


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
