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

from yijia.core.dispatch.weave.chain import enter, leave, leg, mark, pred_at
from yijia.core.dispatch.weave.chance import below, draw, share
from yijia.core.dispatch.weave.moves import cross, exchange, relocate, rerank, swap_tails
from yijia.core.dispatch.weave.search import anneal, step
from yijia.core.dispatch.weave.starts import change, clear, ready, settle, spread, undo_starts
from yijia.core.dispatch.weave.tables import (
    AT,
    BASE,
    BEGINS,
    BLOCK,
    CARER,
    CLOSES,
    COST,
    DURATION,
    FIRST,
    FIRST_NODE,
    GAP_MAX,
    GAP_MIN,
    HANDS,
    HOME,
    KEY,
    LAST,
    LATE,
    LOG_START,
    LOG_VISIT,
    MATE,
    NEXT,
    OPENS,
    ORDER,
    PLACE,
    PREV,
    SECOND_NODE,
    START,
    TRAVEL,
    WEIGHT,
    WORST,
    Bits,
    Flags,
    Ints,
    Times,
    World,
)
from yijia.core.dispatch.weave.whole import build, keep, recount, restore

__all__ = [
    "AT",
    "BASE",
    "BEGINS",
    "BLOCK",
    "CARER",
    "CLOSES",
    "COST",
    "DURATION",
    "FIRST",
    "FIRST_NODE",
    "GAP_MAX",
    "GAP_MIN",
    "HANDS",
    "HOME",
    "KEY",
    "LAST",
    "LATE",
    "LOG_START",
    "LOG_VISIT",
    "MATE",
    "NEXT",
    "OPENS",
    "ORDER",
    "PLACE",
    "PREV",
    "SECOND_NODE",
    "START",
    "TRAVEL",
    "WEIGHT",
    "WORST",
    "Bits",
    "Flags",
    "Ints",
    "Times",
    "World",
    "anneal",
    "below",
    "build",
    "change",
    "clear",
    "cross",
    "draw",
    "enter",
    "exchange",
    "keep",
    "leave",
    "leg",
    "mark",
    "pred_at",
    "ready",
    "recount",
    "relocate",
    "rerank",
    "restore",
    "settle",
    "share",
    "spread",
    "step",
    "swap_tails",
    "undo_starts",
]
