"""The columns of the tables; the package says what the tables are."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]
Times = NDArray[np.int32]
Flags = NDArray[np.uint8]

FAR = 1 << 40

PLACE, DURATION, OPENS, CLOSES, LIMIT, DROP, USUAL, BEFORE, WISHES, LOAD = range(10)
MATE, GAP_MIN, GAP_MAX, APART, STICKY, CHOICE = range(10, 16)
LO, HI, ROUTE, POS, E0, E1, L0, L1, F0, F1, SLOT, RANK = range(16, 28)

BASE, HOME, BEGINS, ENDS, HARD, NEEDS, REST_OPENS, REST_LAST, REST_LENGTH = range(9)
VISITS_MAX, LOAD_MAX, WORK_MAX, FROZEN = range(9, 13)
LEN, LOADED, WORK, WAY, OVER, LATE, PRICE, TOUCHED, OLD_LEN, FITS = range(13, 23)

COST, ABSENT, W_TRAVEL, W_LATE, W_OVER, W_USUAL, W_WISH, W_CHANGE, W_FAIR, FAIR_UNIT, TOUCHES, SERVED = range(12)
