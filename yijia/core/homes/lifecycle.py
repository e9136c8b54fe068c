"""One table for a person's stay in a care home: in, away for a while, back, left."""

from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class State(StrEnum):
    """Where a placement stands."""

    LIVING = "living"
    AWAY = "away"
    LEFT = "left"


class Event(StrEnum):
    """What happens to a placement."""

    CHANGE_BED = "change_bed"
    GO_AWAY = "go_away"
    COME_BACK = "come_back"
    LEAVE = "leave"


class Away(StrEnum):
    """Why somebody is away for a while."""

    HOSPITAL = "hospital"
    FAMILY = "family"
    OTHER = "other"


class Left(StrEnum):
    """Why a placement ended."""

    FAMILY = "family"
    OTHER_HOME = "other_home"
    HOSPITAL = "hospital"
    DIED = "died"
    OTHER = "other"


OPEN = frozenset({State.LIVING, State.AWAY})
"""States in which the person has a bed in the home."""

MOVES: tuple[Move[State, Event], ...] = (
    Move(
        Event.CHANGE_BED,
        frozenset({State.LIVING}),
        State.LIVING,
        P.HOME_RUN,
        needs={"bed_free": "placements.bed_taken"},
    ),
    Move(
        Event.GO_AWAY,
        frozenset({State.LIVING}),
        State.AWAY,
        P.HOME_RUN,
        needs={"reason_given": "placements.no_reason"},
    ),
    Move(Event.COME_BACK, frozenset({State.AWAY}), State.LIVING, P.HOME_RUN),
    Move(
        Event.LEAVE,
        frozenset({State.LIVING, State.AWAY}),
        State.LEFT,
        P.HOME_RUN,
        needs={"reason_given": "placements.no_reason"},
    ),
)

TABLE: Table[State, Event] = Table(
    area="placements",
    states=State,
    events=Event,
    initial=State.LIVING,
    terminal=frozenset({State.LEFT}),
    moves=MOVES,
    named=(
        (frozenset({State.AWAY}), frozenset({Event.GO_AWAY}), "placements.away_already"),
        (frozenset({State.LIVING}), frozenset({Event.COME_BACK}), "placements.not_away"),
    ),
)
