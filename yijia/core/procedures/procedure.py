"""One version of a procedure: its table of moves with the words, terms and votes that go with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal

ASSESSING = "assessing"
THIRD = "third"


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state as people see it.

    tone    idle, wait, go, road, done or bad
    term    the key of the deadline that runs in this state; None where none does
    is_open a case in this state bars a second one
    """

    id: str
    zh: str
    en: str
    tone: str
    term: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A ground on which an application may be refused; there are no others."""

    id: str
    zh: str
    en: str


class Otherwise(StrEnum):
    """What decides when three assessors come to three levels."""

    VOTE = "vote"
    HEAVIEST = "heaviest"
    MIDDLE = "middle"
    LIGHTEST = "lightest"


@dataclass(frozen=True, slots=True, eq=False)
class Procedure:
    """Everything a case needs from its edition.

    instrument      id of the instrument the assessors use; `gate` of the self-assessment before it; both empty about an institution
    criteria        key of the list of criteria an institution is judged by; empty about a person
    assessors       how many enter independently
    otherwise       what decides when a third assessor comes to a third level; None: no third is asked, the experts are
    seats, majority votes that may be cast, and votes of one level that decide
    content         the edition's own content, kept with the case so that it stays on its version
    """

    id: str
    zh: str
    en: str
    edition: str
    scheme: str
    instrument: str
    gate: str
    criteria: str
    assessors: int
    otherwise: Otherwise | None
    seats: int
    majority: int
    reasons: Mapping[str, Reason]
    states: Mapping[str, StateWords]
    events: Mapping[str, tuple[str, str]]
    terms: Mapping[str, str]
    table: Table[Any, Any]
    fingerprint: str
    content: Any

    def step(self, state: str, event: str, actor: Actor, facts: Mapping[str, bool | None]) -> str | Refusal:
        """The state after the event, by this version's table.

        Refuses     cases.unknown_event; what the table refuses
        """
        if event not in self.events:
            return Refusal("cases.unknown_event", {"event": event})
        outcome = self.table.attempt(self.table.states(state), self.table.events(event), actor, facts)
        return outcome if isinstance(outcome, Refusal) else str(outcome.value)

    def needs(self, state: str, event: str) -> tuple[str, ...]:
        """The facts a move asks for."""
        move = self.find(state, event)
        return () if move is None else tuple(move.needs)

    def find(self, state: str, event: str) -> Move[Any, Any] | None:
        """The move of a pair, or None."""
        if event not in self.events or state not in self.states:
            return None
        return self.table.find(self.table.states(state), self.table.events(event))

    def open_events(self, state: str, actor: Actor) -> tuple[str, ...]:
        """What the actor may do now, in the edition's order."""
        return tuple(str(move.event.value) for move in self.table.open_moves(self.table.states(state), actor))

    def open_seats(self, state: str) -> range:
        """The assessors' seats that are given out in a state: all of them at first, then the one of a third opinion."""
        if state == ASSESSING:
            return range(1, self.assessors + 1)
        return range(self.assessors + 1, self.assessors + (2 if state == THIRD and self.otherwise else 1))

    def open_states(self) -> frozenset[str]:
        """States that bar a second case."""
        return frozenset(id_ for id_, words in self.states.items() if words.is_open)


def enum_of(name: str, values: tuple[str, ...]) -> Any:
    """An enumeration made from an edition's words."""
    return StrEnum(name, {value.upper(): value for value in values})
