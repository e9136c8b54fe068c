"""The one way every agreement between institutions goes: drafted, offered, signed, in force, and its end."""

from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class State(StrEnum):
    """Where a cooperation stands."""

    DRAFTED = "drafted"
    OFFERED = "offered"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happens to a cooperation."""

    OFFER = "offer"
    DECLINE = "decline"
    SIGN = "sign"
    TAKE_FORCE = "take_force"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    EXPIRE = "expire"


BINDING = frozenset({State.SIGNED, State.IN_FORCE, State.SUSPENDED})
"""States in which both parties are bound: no second one of the kind may overlap."""

COUNTS = frozenset({State.IN_FORCE, State.SUSPENDED, State.ENDED, State.EXPIRED})
"""States in which what was done while it ran may still be recorded."""

_LIVE = frozenset({State.DRAFTED, State.OFFERED, State.SIGNED, State.IN_FORCE, State.SUSPENDED})
_WHY = {"reason_given": "cooperations.no_reason"}
_EITHER = frozenset({P.COOPERATION_SUPERVISE})

MOVES: tuple[Move[State, Event], ...] = (
    Move(
        Event.OFFER,
        frozenset({State.DRAFTED}),
        State.OFFERED,
        P.COOPERATION_MANAGE,
        also=_EITHER,
        needs={
            "licences_stand": "cooperations.licence_expired",
            "alone": "cooperations.overlap",
            "words_current": "cooperations.template_changed",
        },
    ),
    Move(
        Event.DECLINE,
        frozenset({State.OFFERED}),
        State.DRAFTED,
        P.COOPERATION_MANAGE,
        also=_EITHER,
        needs=_WHY,
    ),
    Move(
        Event.SIGN,
        frozenset({State.OFFERED}),
        State.SIGNED,
        P.COOPERATION_MANAGE,
        also=_EITHER,
        needs={
            "both_signed": "cooperations.other_side_missing",
            "licences_stand": "cooperations.licence_expired",
            "alone": "cooperations.overlap",
        },
    ),
    Move(
        Event.TAKE_FORCE,
        frozenset({State.SIGNED}),
        State.IN_FORCE,
        P.COOPERATION_MANAGE,
        also=_EITHER,
        needs={"begun": "cooperations.not_begun"},
    ),
    Move(
        Event.SUSPEND,
        frozenset({State.IN_FORCE}),
        State.SUSPENDED,
        P.COOPERATION_MANAGE,
        also=_EITHER,
        needs=_WHY,
    ),
    Move(
        Event.RESUME,
        frozenset({State.SUSPENDED}),
        State.IN_FORCE,
        P.COOPERATION_MANAGE,
        also=_EITHER,
        needs={"suspended_by_us": "cooperations.not_yours_to_resume", "licences_stand": "cooperations.licence_expired"},
    ),
    Move(Event.END, _LIVE, State.ENDED, P.COOPERATION_MANAGE, also=_EITHER, needs=_WHY),
    Move(
        Event.EXPIRE,
        frozenset({State.OFFERED, State.SIGNED, State.IN_FORCE, State.SUSPENDED}),
        State.EXPIRED,
        P.COOPERATION_SUPERVISE,
        needs={"run_out": "cooperations.not_run_out"},
    ),
)

TABLE: Table[State, Event] = Table(
    area="cooperations",
    states=State,
    events=Event,
    initial=State.DRAFTED,
    terminal=frozenset({State.ENDED, State.EXPIRED}),
    moves=MOVES,
)


class BreachState(StrEnum):
    """Where a breach stands."""

    OPEN = "open"
    ANSWERED = "answered"
    UPHELD = "upheld"
    EXCUSED = "excused"
    CLEARED = "cleared"


class BreachEvent(StrEnum):
    """What happens to a breach."""

    ANSWER = "answer"
    UPHOLD = "uphold"
    EXCUSE = "excuse"
    CLEAR = "clear"


_WAITING = frozenset({BreachState.OPEN, BreachState.ANSWERED})
_SAID = {"words_given": "breaches.no_words"}

BREACHES: Table[BreachState, BreachEvent] = Table(
    area="breaches",
    states=BreachState,
    events=BreachEvent,
    initial=BreachState.OPEN,
    terminal=frozenset({BreachState.UPHELD, BreachState.EXCUSED, BreachState.CLEARED}),
    moves=(
        Move(
            BreachEvent.ANSWER,
            frozenset({BreachState.OPEN}),
            BreachState.ANSWERED,
            P.COOPERATION_MANAGE,
            needs={"own_fault": "breaches.not_yours_to_answer", **_SAID},
        ),
        Move(
            BreachEvent.UPHOLD,
            _WAITING,
            BreachState.UPHELD,
            P.COOPERATION_MANAGE,
            also=_EITHER,
            needs={"other_side": "breaches.own_judge", **_SAID},
        ),
        Move(
            BreachEvent.EXCUSE,
            frozenset({BreachState.ANSWERED}),
            BreachState.EXCUSED,
            P.COOPERATION_MANAGE,
            also=_EITHER,
            needs={"other_side": "breaches.own_judge", **_SAID},
        ),
        Move(
            BreachEvent.CLEAR,
            _WAITING,
            BreachState.CLEARED,
            P.COOPERATION_SUPERVISE,
            needs={"made_whole": "breaches.still_stands"},
        ),
    ),
    named=((frozenset({BreachState.OPEN}), frozenset({BreachEvent.EXCUSE}), "breaches.not_answered"),),
)
