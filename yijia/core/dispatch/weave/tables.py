"""The columns of the tables, and the tables of one search together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
