"""One table of moves says what may happen to a thing; steps, buttons, diagrams and tests all read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.refusal import Refusal

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S, E]):
    """One row: the event leads from any of the sources to the target, for whoever may.

    permission  the right that opens the move
    also        other rights, each of which opens it too (the three ways in, the desk acting for the nurse)
    roles       the roles that may make it; None for every role that holds the right
    needs       fact → refusal code; each fact must be handed to `step` as True, an absent fact counts as not known
    """

    event: E
    source: frozenset[S]
    target: S
    permission: Permission
    also: frozenset[Permission] = frozenset()
    roles: frozenset[Role] | None = None
    needs: Mapping[str, str] = field(default_factory=dict)

    def open_to(self, actor: Actor) -> bool:
        """Whether the actor's right and role open this move; the platform itself may make each move."""
        if actor.is_system:
            return True
        if self.roles is not None and actor.role not in self.roles:
            return False
        return any(may(actor, permission) for permission in {self.permission, *self.also})

    def unmet(self, facts: Mapping[str, bool | None]) -> tuple[str, ...]:
        """Names of the needed facts that are not known to be true."""
        return tuple(name for name in self.needs if facts.get(name) is not True)


@dataclass(frozen=True)
class Table(Generic[S, E]):
    """All moves of one kind of thing.

    area        prefix of the refusal codes, e.g. `orders`
    named       (states, events, code): a pair outside the moves that deserves its own words; the first hit counts

    Raises      ValueError: a pair moves twice, a state cannot be reached or left, a terminal state can be left,
                an event is never used, or a named refusal contradicts a move
    """

    area: str
    states: type[S]
    events: type[E]
    initial: S
    terminal: frozenset[S]
    moves: tuple[Move[S, E], ...]
    named: tuple[tuple[frozenset[S], frozenset[E], str], ...] = ()
    _pairs: Mapping[tuple[S, E], Move[S, E]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        pairs: dict[tuple[S, E], Move[S, E]] = {}
        for move in self.moves:
            if not move.source:
                raise ValueError(f"{self.area}: {move.event} starts nowhere")
            for state in move.source:
                if (state, move.event) in pairs:
                    raise ValueError(f"{self.area}: {state} × {move.event} moves twice")
                pairs[state, move.event] = move
        object.__setattr__(self, "_pairs", pairs)
        self._check_states(pairs)
        for states, events, code in self.named:
            if any((state, event) in pairs for state in states for event in events):
                raise ValueError(f"{self.area}: {code} names a pair that moves")

    def _check_states(self, pairs: Mapping[tuple[S, E], Move[S, E]]) -> None:
        reached, fresh = {self.initial}, {self.initial}
        while fresh:
            fresh = {move.target for (state, _), move in pairs.items() if state in fresh} - reached
            reached |= fresh
        leaving = {state for state, _ in pairs}
        for found, fault in (
            (set(self.states) - reached, "cannot be reached"),
            (set(self.states) - leaving - self.terminal, "cannot be left and is not terminal"),
            (leaving & self.terminal, "is terminal and can be left"),
            (set(self.events) - {event for _, event in pairs}, "is an event no move uses"),
        ):
            if found:
                raise ValueError(f"{self.area}: {', '.join(sorted(found))} {fault}")

    def find(self, state: S, event: E) -> Move[S, E] | None:
        """The move of a pair, or None."""
        return self._pairs.get((state, event))

    def step(self, state: S, event: E, facts: Mapping[str, bool | None] | None = None) -> S | Refusal:
        """The state after the event.

        facts       what the move needs, by name; see `Move.needs`

        Refuses     the pair's own code if it has one, `<area>.over` in a terminal state, else `<area>.wrong_status`;
                    the code of the first needed fact that is not true
        """
        move = self.find(state, event)
        if move is None:
            return Refusal(self._code(state, event), {"status": state.value, "event": event.value})
        unmet = move.unmet({} if facts is None else facts)
        if unmet:
            return Refusal(move.needs[unmet[0]], {"status": state.value, "event": event.value, "unmet": unmet})
        return move.target

    def attempt(self, state: S, event: E, actor: Actor, facts: Mapping[str, bool | None] | None = None) -> S | Refusal:
        """As `step`, after asking whether the actor may make the move; a missing right is named first."""
        move = self.find(state, event)
        if move is not None and not move.open_to(actor):
            return Refusal("permission.missing", {"permission": move.permission.value, "event": event.value})
        return self.step(state, event, facts)

    def open_moves(
        self, state: S, actor: Actor, facts: Mapping[str, bool | None] | None = None
    ) -> tuple[Move[S, E], ...]:
        """Moves the actor may make now, in the table's order; with facts, only those whose needs are met."""
        return tuple(
            move
            for move in self.moves
            if state in move.source and move.open_to(actor) and (facts is None or not move.unmet(facts))
        )

    def is_over(self, state: S) -> bool:
        """Whether nothing can happen to it any more."""
        return state in self.terminal

    def codes(self) -> frozenset[str]:
        """Every refusal code this table can give."""
        needed = {code for move in self.moves for code in move.needs.values()}
        return frozenset({f"{self.area}.wrong_status", f"{self.area}.over", "permission.missing"}) | frozenset(
            needed | {code for _, _, code in self.named}
        )

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, ready for docs."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.value}"]
        for move in self.moves:
            for state in _in_order(self.states, move.source):
                lines.append(f"    {state.value} --> {move.target.value}: {move.event.value}")
        lines.extend(f"    {state.value} --> [*]" for state in _in_order(self.states, self.terminal))
        return "\n".join(lines)

    def listing(self) -> str:
        """The table as Markdown: event, from, to, right, what must be true."""
        lines = ["| event | from | to | right | needs |", "|---|---|---|---|---|"]
        for move in self.moves:
            rights = " or ".join(f"`{p.value}`" for p in (move.permission, *sorted(move.also)))
            needs = ", ".join(f"{name} (`{code}`)" for name, code in move.needs.items()) or "–"
            source = ", ".join(state.value for state in _in_order(self.states, move.source))
            lines.append(f"| `{move.event.value}` | {source} | {move.target.value} | {rights} | {needs} |")
        return "\n".join(lines)

    def _code(self, state: S, event: E) -> str:
        for states, events, code in self.named:
            if state in states and event in events:
                return code
        return f"{self.area}.over" if state in self.terminal else f"{self.area}.wrong_status"


def _in_order(states: type[S], some: Iterable[S]) -> list[S]:
    chosen = set(some)
    return [state for state in states if state in chosen]
