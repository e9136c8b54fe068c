"""N of M: a level is settled when enough of the seats voted for it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


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
