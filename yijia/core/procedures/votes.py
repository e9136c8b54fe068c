"""N of M: a level is settled when enough of the seats voted for it, or when two of three assessors came to it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yijia.core.procedures.procedure import Otherwise


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a vote stands.

    level       the level that has its majority; None while none has
    is_split    no level can reach it any more
    """

    level: int | None
    cast: int
    is_split: bool


def tally(levels: Iterable[int], *, seats: int, majority: int) -> Tally:
    """Count the votes cast so far, one a seat.

    Raises      ValueError: more votes than seats

    Source      PROC-06 in docs/rules/procedures.md
    """
    counted = Counter(levels)
    cast = counted.total()
    if cast > seats:
        raise ValueError("more votes than seats")
    best, most = counted.most_common(1)[0] if counted else (None, 0)
    if most >= majority:
        return Tally(best, cast, is_split=False)
    return Tally(None, cast, is_split=most + seats - cast < majority)


def third_opinion(levels: Sequence[int], otherwise: Otherwise) -> int | None:
    """The level after a third assessor entered: that of two of the three, else what the procedure says; None: the experts vote.

    levels      of the three entries, one each

    Raises      ValueError: not three levels

    Source      PROC-11 in docs/rules/procedures.md
    """
    if len(levels) != 3:
        raise ValueError("a third opinion has three levels")
    best, most = Counter(levels).most_common(1)[0]
    if most > 1:
        return best
    lightest, middle, heaviest = sorted(levels)
    return {Otherwise.LIGHTEST: lightest, Otherwise.MIDDLE: middle, Otherwise.HEAVIEST: heaviest}.get(otherwise)
