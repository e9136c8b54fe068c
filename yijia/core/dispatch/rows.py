"""The tables of the route search, as its kernels read them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Times = NDArray[np.int32]


class Tables(NamedTuple):
    """What the kernels of `ruin` work on; see there."""

    T: Times
    B: Times
    V: Ints
    K: Ints
    R: Ints
    G: Times
    Z: Ints
    U: Ints
    S: Ints
    A: Ints
    C: Ints
    P: Ints
    allowed: NDArray[np.uint8]
    near: Ints
    hands: Ints
