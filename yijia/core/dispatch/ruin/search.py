"""The rounds: strings of visits out, visits back in, and the best plan kept."""

import numpy as np

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.ruin.changes import put, rewind, settle, take_out
from yijia.core.dispatch.ruin.pairs import put_pair
from yijia.core.dispatch.ruin.places import best_place
from yijia.core.dispatch.ruin.route import refresh
from yijia.core.dispatch.ruin.tables import (
    ABSENT,
    CHOICE,
    COST,
    DROP,
    DURATION,
    FAR,
    FITS,
    GAP_MIN,
    LEN,
    LIMIT,
    LO,
    LOAD,
    MATE,
    OLD_LEN,
    OPENS,
    POS,
    RANK,
    ROUTE,
    SERVED,
    SLOT,
    TOUCHED,
    TOUCHES,
    Bits,
    Flags,
    Ints,
    Times,
)
from yijia.core.dispatch.weave.chance import below, draw, share


@jit
def ruin(
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
    near: Ints,
    rng: Bits,
    most: int,
) -> int:
    """Take strings of visits out of a few routes around one visit; returns it."""
    seed = below(rng, V.shape[0])
    if Z[ABSENT] and below(rng, 4) == 0:
        seed = U[below(rng, Z[ABSENT])]
    placed = V.shape[0] - Z[ABSENT]
    used = max(1, Z[SERVED])
    longest = max(1, min(most, placed // used + 1))
    strings = 1 + below(rng, max(1, 4 * most // (1 + longest)))
    done = 0
    for i in range(-1, near.shape[1]):
        c = seed if i < 0 else near[seed, i]
        k = V[c, ROUTE]
        if k < 0 or (K[k, TOUCHED] and S[k, K[k, OLD_LEN]] == -7):
            continue
        size = 1 + below(rng, min(K[k, LEN], longest))
        first = max(0, V[c, POS] - below(rng, size))
        first = min(first, K[k, LEN] - size)
        keep = -1
        if size > 1 and below(rng, 2):
            keep = first + below(rng, size)
        at = first + size - 1
        while at >= first:
            if at != keep and at < K[k, LEN]:
                take_out(V, K, R, Z, U, S, A, R[k, at])
            at -= 1
        if K[k, TOUCHED]:
            S[k, K[k, OLD_LEN]] = -7  # this route had its string
        done += 1
        if done >= strings:
            break
    for j in range(Z[TOUCHES]):
        refresh(T, B, V, K, R, G, Z, allowed, S[S.shape[0] - 1, j])
    return seed


@jit
def recreate(
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
    fresh: int,
    skip: int,
) -> None:
    """Put unserved visits back, in one of several orders: those taken out now, and a few that were out before."""
    count = 0
    for i in range(fresh, Z[ABSENT]):
        P[count] = U[i]
        count += 1
    for _ in range(min(fresh, 8)):
        P[count] = U[below(rng, fresh)]
        count += 1
    kind = below(rng, 8)
    for i in range(count):
        v = P[i]
        if kind < 2:
            V[v, RANK] = draw(rng) >> 30
        elif kind < 4:
            V[v, RANK] = V[v, LIMIT] - V[v, OPENS]
        elif kind < 5:
            V[v, RANK] = V[v, OPENS]
        elif kind < 6:
            V[v, RANK] = V[v, CHOICE]
        elif kind < 7:
            V[v, RANK] = -V[v, DROP]
        else:
            V[v, RANK] = -V[v, DURATION] - V[v, LOAD]
        if V[v, MATE] >= 0 and kind != 4:
            V[v, RANK] -= FAR if kind & 1 else 0
    for i in range(1, count):
        v = P[i]
        j = i - 1
        while j >= 0 and V[P[j], RANK] > V[v, RANK]:
            P[j + 1] = P[j]
            j -= 1
        P[j + 1] = v
    for i in range(count):
        v = P[i]
        if V[v, SLOT] < 0:
            continue
        if V[v, MATE] >= 0:
            u = v if V[v, GAP_MIN] >= 0 else V[v, MATE]
            put_pair(T, B, V, K, R, G, Z, U, S, A, C, allowed, near, hands, rng, u, -1, -1, below(rng, 64) == 0)
            continue
        k, at, _ = best_place(T, B, V, K, R, G, Z, allowed, near, hands, rng, v, skip, False)
        if k < 0 and below(rng, 32) == 0:
            k, at, _ = best_place(T, B, V, K, R, G, Z, allowed, near, hands, rng, v, 0, True)
        if k >= 0:
            put(T, B, V, K, R, G, Z, U, S, A, allowed, v, k, at)


@jit
def keep(V: Ints, K: Ints, R: Ints, Z: Ints, best: Ints) -> None:
    """Write the plan into `best`."""
    best[0] = Z[COST]
    at = 1
    for k in range(K.shape[0]):
        best[at] = K[k, LEN]
        at += 1
        for i in range(K[k, LEN]):
            v = R[k, i]
            best[at], best[at + 1] = v, V[v, LO] if V[v, MATE] >= 0 else -1
            at += 2


@jit
def fill(
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
    order: Ints,
) -> None:
    """Serve what can be served, in the order given."""
    for i in range(order.shape[0]):
        v = order[i]
        if V[v, SLOT] < 0:
            continue
        if V[v, MATE] >= 0:
            u = v if V[v, GAP_MIN] >= 0 else V[v, MATE]
            put_pair(T, B, V, K, R, G, Z, U, S, A, C, allowed, near, hands, rng, u, -1, -1, True)
            continue
        k, at, _ = best_place(T, B, V, K, R, G, Z, allowed, near, hands, rng, v, 0, False)
        if k < 0:
            k, at, _ = best_place(T, B, V, K, R, G, Z, allowed, near, hands, rng, v, 0, True)
        if k >= 0:
            put(T, B, V, K, R, G, Z, U, S, A, allowed, v, k, at)
    settle(K, Z, S)


@jit
def rounds(
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
    best: Ints,
    temperature: float,
    most: int,
    steps: int,
) -> int:
    """`steps` rounds of ruin and recreate at a temperature (in cost); returns how many stood.

    best    int64: cost; then, per carer, length and (visit, start or -1) of each stop: the best plan so far
    most    about how many visits a round takes out
    """
    made = 0
    for _ in range(steps):
        old = Z[COST]
        fresh = Z[ABSENT]
        ruin(T, B, V, K, R, G, Z, U, S, A, allowed, near, rng, most)
        recreate(T, B, V, K, R, G, Z, U, S, A, C, P, allowed, near, hands, rng, fresh, 100)
        # Where a direct way takes longer than a detour, taking a visit out can spoil a route.
        fits = True
        for j in range(Z[TOUCHES]):
            fits = fits and K[S[S.shape[0] - 1, j], FITS] == 1
        if fits and Z[COST] < old - temperature * np.log(share(rng)):
            made += 1
            if Z[COST] < best[0]:
                keep(V, K, R, Z, best)
        else:
            rewind(T, B, V, K, R, G, Z, U, S, A, allowed)
        settle(K, Z, S)
    return made
