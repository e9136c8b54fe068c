"""The green channel: one press, then every step with its second, measured against what the agreement promises."""

from collections.abc import Mapping
from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class State(StrEnum):
    """Where an emergency call stands."""

    CALLED = "called"
    ANSWERED = "answered"
    SENT = "sent"
    ARRIVED = "arrived"
    HANDED_OVER = "handed_over"
    STOOD_DOWN = "stood_down"


class Event(StrEnum):
    """What happens to an emergency call."""

    ANSWER = "answer"
    SEND = "send"
    ARRIVE = "arrive"
    HAND_OVER = "hand_over"
    STAND_DOWN = "stand_down"


MOVES: tuple[Move[State, Event], ...] = (
    Move(
        Event.ANSWER, frozenset({State.CALLED}), State.ANSWERED, P.EMERGENCY_ANSWER, also=frozenset({P.EMERGENCY_CALL})
    ),
    Move(
        Event.SEND,
        frozenset({State.ANSWERED}),
        State.SENT,
        P.EMERGENCY_ANSWER,
        also=frozenset({P.EMERGENCY_CALL}),
        needs={"help_named": "emergencies.no_help_named"},
    ),
    Move(
        Event.ARRIVE,
        frozenset({State.ANSWERED, State.SENT}),
        State.ARRIVED,
        P.EMERGENCY_ANSWER,
        also=frozenset({P.EMERGENCY_CALL}),
    ),
    Move(
        Event.HAND_OVER,
        frozenset({State.ARRIVED}),
        State.HANDED_OVER,
        P.EMERGENCY_ANSWER,
        also=frozenset({P.EMERGENCY_CALL}),
    ),
    Move(
        Event.STAND_DOWN,
        frozenset({State.CALLED, State.ANSWERED, State.SENT, State.ARRIVED}),
        State.STOOD_DOWN,
        P.EMERGENCY_CALL,
        also=frozenset({P.EMERGENCY_ANSWER}),
        needs={"reason_given": "emergencies.no_reason"},
    ),
)

TABLE: Table[State, Event] = Table(
    area="emergencies",
    states=State,
    events=Event,
    initial=State.CALLED,
    terminal=frozenset({State.HANDED_OVER, State.STOOD_DOWN}),
    moves=MOVES,
    named=((frozenset({State.ANSWERED, State.SENT}), frozenset({Event.ANSWER}), "emergencies.answered_by_other"),),
)

OPEN = frozenset(State) - {State.HANDED_OVER, State.STOOD_DOWN}
"""States in which help is still awaited."""

PROMISED: Mapping[Event, tuple[str, ...]] = {
    Event.ANSWER: ("green_channel_answer", "call_answer"),
    Event.ARRIVE: ("green_channel_reception",),
}
"""Which duty of an agreement is kept by which step: the call answered, the patient received."""

OTHERS_ONLY = frozenset({Event.ANSWER, Event.SEND})
"""Steps the home does not take for the institution it called; without one it writes down what 120 said."""
