"""A plan: who does what when; and a result: the plan, what it costs, and why each visit left out was left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yijia.core.dispatch.model import Term


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit in a route; `start` in ticks."""

    visit: str
    start: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes by carer (those without a visit may be absent) and the start of each break taken, in ticks."""

    routes: Mapping[str, tuple[Stop, ...]]
    rests: Mapping[str, int] = field(default_factory=dict)

    def carer_of(self) -> dict[str, str]:
        """The carer of each served visit."""
        return {stop.visit: carer for carer, route in self.routes.items() for stop in route}

    def start_of(self) -> dict[str, int]:
        """The start of each served visit, ticks."""
        return {stop.visit: stop.start for route in self.routes.values() for stop in route}


class Why(StrEnum):
    """Why a carer does not take a visit; the first rule that stands in the way."""

    SKILL = "skill"
    FORBIDDEN = "forbidden"
    PINNED = "pinned"
    SHIFT = "shift"  # the window lies outside the shift, even with nothing else to do
    DISTANCE = "distance"  # cannot be there from the base in time, or home again, even with nothing else to do
    VISITS = "visits"  # the number of visits, the load or the hours of work are used up
    REST = "rest"  # only the lunch break stands in the way
    WINDOW = "window"  # the day is too full around the visit's window
    PAIR = "pair"  # the visit fits, its linked visit does not
    PRICE = "price"  # it fits, but would cost more than leaving it out


@dataclass(frozen=True, slots=True)
class Result:
    """What `solve` answers.

    parts        each term of the cost, whole units; cost: by tier, in order
    reasons      unserved visit -> carer -> the rule that stands in the way
    iterations   steps of search done
    """

    plan: Plan
    parts: Mapping[Term, int]
    cost: tuple[int, ...]
    reasons: Mapping[str, Mapping[str, Why]]
    iterations: int
