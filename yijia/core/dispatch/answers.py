"""What the running day answers: proposals, their changes, windows that can be promised."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yijia.core.dispatch.plan import Stop


@dataclass(frozen=True, slots=True)
class Change:
    """One visit before and after; carer None = not served."""

    visit: str
    carer_before: str | None
    start_before: int | None
    carer: str | None
    start: int | None


class Because(StrEnum):
    """Why a proposal changes a visit."""

    ASKED = "asked"  # it is the one that was asked for
    ROOM = "room"  # it makes room for another visit
    CARER = "carer"  # its carer cannot come, or is behind
    GONE = "gone"  # it is not wanted any more, or nobody was at home
    GAP = "gap"  # it waited, and there is room now
    SHORTER = "shorter"  # the day as a whole is better so
    SHIFTED = "shifted"  # its carer's day has moved


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one visit changes; `by`: the visit or the carer that is the cause, where there is one."""

    because: Because
    by: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way to answer.

    routes, rests   the touched carers' new day
    changes         visit by visit
    price           what it adds to the search's single number (less is better)
    travel, late, overtime   what it adds, ticks
    reasons         why each visit of `changes` changes
    lengths         how long visits that have begun turn out to take, where that is news, ticks
    """

    version: int
    routes: Mapping[str, tuple[Stop, ...]]
    rests: Mapping[str, int | None]
    changes: tuple[Change, ...]
    price: int
    travel: int
    late: int
    overtime: int
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """A window that can be promised: starts from `opens` to `closes` (ticks) with one carer; what it costs."""

    opens: int
    closes: int
    carer: str
    price: int
    travel: int
