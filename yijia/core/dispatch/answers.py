"""What the running day answers: proposals, their changes, windows that can be promised."""

from collections.abc import Mapping
from dataclasses import dataclass

from yijia.core.dispatch.plan import Stop


@dataclass(frozen=True, slots=True)
class Change:
    """One visit before and after; carer None = not served."""

    visit: str
    carer_before: str | None
    start_before: int | None
    carer: str | None
    start: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way to answer.

    routes, rests   the touched carers' new day
    changes         visit by visit
    price           what it adds to the search's single number (less is better)
    travel, late, overtime   what it adds, ticks
    """

    version: int
    routes: Mapping[str, tuple[Stop, ...]]
    rests: Mapping[str, int | None]
    changes: tuple[Change, ...]
    price: int
    travel: int
    late: int
    overtime: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A window that can be promised: starts from `opens` to `closes` (ticks) with one carer; what it costs."""

    opens: int
    closes: int
    carer: str
    price: int
    travel: int
