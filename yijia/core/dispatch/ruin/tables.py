"""The columns of the tables; the package says what the tables are. Columns read together share a cache line of eight."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]
Times = NDArray[np.int32]
Flags = NDArray[np.uint8]

FAR = 1 << 58
CEILING = (1 << 31) - 1
NEVER = 1 << 50

PLACE, D0, D1, L0, L1, ROUTE, POS, LEG = range(8)
DURATION, LO, HI, CLOSES, DROP, USUAL, BEFORE, WISHES = range(8, 16)
LOAD, MATE, F0, F1, SLOT, STICKY, OPENS, LIMIT = range(16, 24)
GAP_MIN, GAP_MAX, APART, CHOICE, RANK = range(24, 29)

BASE, HOME, BEGINS, ENDS, HARD, NEEDS, REST_OPENS, REST_LAST = range(8)
REST_LENGTH, WORK_MAX, SPAN_MAX, HOME_LEG, WORK, LATE, OVER, PRICE = range(8, 16)
LEN, LOADED, VISITS_MAX, LOAD_MAX, FROZEN, MARK, TOUCHED, OLD_LEN = range(16, 24)
WAY, FITS = 24, 25

FROM, TO, STRETCH, FREE, BY = range(5)

COST, ABSENT, W_TRAVEL, W_LATE, W_OVER, W_USUAL, W_WISH, W_CHANGE, W_FAIR, FAIR_UNIT, TOUCHES, SERVED = range(12)
MARKS, BLINK = 12, 13
