"""The running day makes room: a visit takes another's place, which goes elsewhere or takes a third's; then tidies up.

Nothing here belongs to the search of a whole day. Every trial is taken back by hand, so that what was done before it in
the same answer stands.
"""

from yijia.core.dispatch.jit import jit
from yijia.core.dispatch.rows import Tables
from yijia.core.dispatch.ruin.changes import pull, put
from yijia.core.dispatch.ruin.places import best_in, best_place
from yijia.core.dispatch.ruin.route import refresh
from yijia.core.dispatch.ruin.tables import (
    COST,
    DROP,
    DURATION,
    FROZEN,
    LEN,
    LIMIT,
    MATE,
    OPENS,
    POS,
    STICKY,
    Bits,
    Ints,
)

BOTH = -2


@jit
def leave(t: Tables, x: int) -> bool:
    """Visit x leaves its route; whether what is left is possible."""
    k = pull(t.V, t.K, t.R, t.Z, t.U, t.S, t.A, x)
    return refresh(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.allowed, k)


@jit
def enter(t: Tables, x: int, k: int, at: int) -> bool:
    """Visit x at position `at` of route k; whether it is possible."""
    return put(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.U, t.S, t.A, t.allowed, x, k, at)


@jit
def where_in(t: Tables, rng: Bits, x: int, k: int) -> int:
    """The cheapest position of visit x in route k; -1 when there is none."""
    _, at = best_in(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.allowed, rng, x, k, 0, t.V[x, DROP])
    return at


@jit
def outlook(t: Tables, rng: Bits, x: int) -> tuple[int, bool]:
    """(the total cost once visit x, now out, is put back near where it may go, or left out; whether it is served then)."""
    k, _, price = best_place(
        t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.allowed, t.near, t.hands, rng, x, 0, False
    )  # fmt: skip
    return (t.Z[COST] - t.V[x, DROP] + price, True) if k >= 0 else (t.Z[COST], False)


@jit
def may_leave(t: Tables, x: int) -> bool:
    """Whether a visit is free to leave its place: not pinned, not one of a pair."""
    return t.V[x, STICKY] == 0 and t.V[x, MATE] < 0


@jit
def note(E: Ints, found: int, total: int, k: int, x: int, then: int, y: int, is_whole: int) -> int:
    """Keep a way to make room among the best in E, one a carer, the cheapest first; how many there are now."""
    slot = found
    for i in range(found):
        if E[i, 1] == k:
            if E[i, 0] <= total:
                return found
            slot = i
            break
    if slot == E.shape[0]:
        if E[slot - 1, 0] <= total:
            return found
        slot -= 1
    elif slot == found:
        found += 1
    while slot > 0 and E[slot - 1, 0] > total:
        for column in range(6):
            E[slot, column] = E[slot - 1, column]
        slot -= 1
    E[slot, 0], E[slot, 1], E[slot, 2], E[slot, 3], E[slot, 4], E[slot, 5] = total, k, x, then, y, is_whole
    return found


@jit
def make_room(t: Tables, rng: Bits, E: Ints, F: Ints, u: int, most: int) -> int:
    """Ways to serve visit u, now unserved, in the place of one or two others; into E, the cheapest first; how many.

    Columns of E: cost after, carer of u, visit x that leaves it, then (-1: x goes where it can; a carer: x goes there in
    the place of y; BOTH: x and y leave u's carer and go where they can), y, 1 when nobody is left out.
    F holds the first steps that are worth a second; `most` second steps are tried, and only when no first step alone
    serves everybody. The tables are as they were, but for the list of touched routes.
    """
    V, K, R = t.V, t.K, t.R
    before, found, steps = t.Z[COST], 0, 0
    is_whole = False
    for i in range(t.hands.shape[1]):
        k = t.hands[u, i]
        if k < 0:
            break
        for j in range(K[k, FROZEN], K[k, LEN]):
            x = R[k, j]
            if not may_leave(t, x):
                continue
            leave(t, x)
            at = where_in(t, rng, u, k)
            if at >= 0:
                enter(t, u, k, at)
                total, is_served = outlook(t, rng, x)
                if total < before:
                    found = note(E, found, total, k, x, -1, -1, 1 if is_served else 0)
                    is_whole = is_whole or is_served
                if not is_served and steps < F.shape[0]:
                    F[steps, 0], F[steps, 1] = k, x
                    steps += 1
                leave(t, u)
            enter(t, x, k, j)
    if is_whole:
        return found
    found, most = _both(t, rng, E, u, before, found, most)
    for step in range(steps):
        if most <= 0:
            break
        k, x = F[step, 0], F[step, 1]
        j = V[x, POS]
        leave(t, x)
        enter(t, u, k, where_in(t, rng, u, k))
        found, most = _chain(t, rng, E, u, x, k, before, found, most)
        leave(t, u)
        enter(t, x, k, j)
    return found


@jit
def _both(t: Tables, rng: Bits, E: Ints, u: int, before: int, found: int, most: int) -> tuple[int, int]:
    """Two neighbours of one route leave it for u; (ways found, trials left)."""
    K, R = t.K, t.R
    for i in range(t.hands.shape[1]):
        k = t.hands[u, i]
        if k < 0:
            break
        for j in range(K[k, FROZEN], K[k, LEN] - 1):
            x, y = R[k, j], R[k, j + 1]
            if most <= 0 or not (may_leave(t, x) and may_leave(t, y)):
                continue
            most -= 1
            leave(t, y)
            leave(t, x)
            at = where_in(t, rng, u, k)
            if at >= 0:
                enter(t, u, k, at)
                away, place, _ = best_place(
                    t.T, t.B, t.V, K, R, t.G, t.Z, t.allowed, t.near, t.hands, rng, x, 0, False
                )  # fmt: skip
                if away >= 0:
                    enter(t, x, away, place)
                    total, is_served = outlook(t, rng, y)
                    if total < before:
                        found = note(E, found, total, k, x, BOTH, y, 1 if is_served else 0)
                    leave(t, x)
                leave(t, u)
            enter(t, x, k, j)
            enter(t, y, k, j + 1)
    return found, most


@jit
def _chain(
    t: Tables, rng: Bits, E: Ints, u: int, x: int, k: int, before: int, found: int, most: int
) -> tuple[int, int]:  # fmt: skip
    """Visit x, which left route k to u, takes the place of a third; (ways found, trials left)."""
    V, K, R = t.V, t.K, t.R
    for i in range(t.hands.shape[1]):
        other = t.hands[x, i]
        if other < 0:
            break
        for j in range(K[other, FROZEN], K[other, LEN]):
            y = R[other, j]
            if most <= 0 or y == u or not may_leave(t, y):
                continue
            if V[y, OPENS] > V[x, LIMIT] + V[x, DURATION] or V[x, OPENS] > V[y, LIMIT] + V[y, DURATION]:
                continue  # they never stand in each other's way
            most -= 1
            leave(t, y)
            at = where_in(t, rng, x, other)
            if at >= 0:
                enter(t, x, other, at)
                total, is_served = outlook(t, rng, y)
                if total < before:
                    found = note(E, found, total, k, x, other, y, 1 if is_served else 0)
                leave(t, x)
            enter(t, y, other, j)
    return found, most


@jit
def tidy(t: Tables, rng: Bits, W: Ints, count: int, slack: int, rounds: int) -> int:
    """Short local search: visits of the first `count` routes in W change places among them while each change saves more
    than `slack`; how many moved."""
    V, K, R, Z = t.V, t.K, t.R, t.Z
    moved = 0
    for _ in range(rounds):
        gained = False
        for a in range(count):
            k = W[a]
            j = K[k, FROZEN]
            while j < K[k, LEN]:
                x, old = R[k, j], Z[COST]
                j += 1
                if not may_leave(t, x):
                    continue
                best, route, place = V[x, DROP], -1, -1
                if leave(t, x):
                    for b in range(count):
                        price, at = best_in(
                            t.T, t.B, V, K, R, t.G, Z, t.allowed, rng, x, W[b], 0, best
                        )  # fmt: skip
                        if at >= 0:
                            best, route, place = price, W[b], at
                if route >= 0 and Z[COST] - V[x, DROP] + best + slack < old:
                    if enter(t, x, route, place) and Z[COST] + slack < old:
                        moved += 1
                        gained = True
                        j -= 1 if route != k else 0
                        continue
                    leave(t, x)
                enter(t, x, k, j - 1)
        if not gained:
            break
    return moved
