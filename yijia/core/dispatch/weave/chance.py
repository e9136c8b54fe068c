"""Random numbers of the kernels, from one 64-bit state."""

import numpy as np

from yijia.core.dispatch.jit import small
from yijia.core.dispatch.weave.tables import Bits


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
