"""One lifecycle of an episode serves every programme; a programme may leave moves out, never add any."""

from collections.abc import Iterable
from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class State(StrEnum):
    """Where an episode stands."""

    APPLIED = "applied"
    ASSESSING = "assessing"
    AGREED = "agreed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RENEWING = "renewing"
    REFERRED = "referred"
    CLOSING = "closing"
    CLOSED = "closed"


class Event(StrEnum):
    """What happens to an episode."""

    ASSESS = "assess"
    AGREE = "agree"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVIEW = "review"
    RENEW = "renew"
    REFER = "refer"
    TAKE_BACK = "take_back"
    END = "end"
    CLOSE = "close"
    TURN_DOWN = "turn_down"


OPEN = frozenset(State) - {State.CLOSED}
"""States in which the episode still asks for something."""

HOLDS = frozenset({State.ACTIVE, State.RENEWING})
"""States in which the episode holds its slot: a bed, a contract."""

ALWAYS = frozenset({Event.ASSESS, Event.AGREE, Event.ACTIVATE, Event.END, Event.CLOSE, Event.TURN_DOWN})
"""Events no programme may leave out: a beginning, and an end for whoever dies, moves away or is refused."""

_RUNS = frozenset({P.EPISODE_RUN})


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


MOVES: tuple[Move[State, Event], ...] = (
    Move(
        Event.ASSESS,
        _from(State.APPLIED),
        State.ASSESSING,
        P.EPISODE_ASSESS,
        also=_RUNS,
        needs={"provider_fit": "episodes.provider_unfit"},
    ),
    Move(
        Event.AGREE,
        _from(State.ASSESSING),
        State.AGREED,
        P.EPISODE_ASSESS,
        also=_RUNS,
        needs={
            "eligible": "episodes.not_eligible",
            "qualified": "episodes.not_qualified",
            "papers_signed": "episodes.no_papers",
        },
    ),
    Move(
        Event.ACTIVATE,
        _from(State.AGREED),
        State.ACTIVE,
        P.EPISODE_RUN,
        needs={
            "provider_fit": "episodes.provider_unfit",
            "team_named": "episodes.no_team",
            "registered": "episodes.not_registered",
            "within_limits": "episodes.limit_reached",
            "slot_free": "episodes.slot_taken",
        },
    ),
    Move(
        Event.SUSPEND,
        _from(State.ACTIVE, State.RENEWING),
        State.SUSPENDED,
        P.EPISODE_RUN,
        needs={"reason_given": "episodes.no_reason"},
    ),
    Move(
        Event.RESUME,
        _from(State.SUSPENDED),
        State.ACTIVE,
        P.EPISODE_RUN,
        needs={"provider_fit": "episodes.provider_unfit", "slot_free": "episodes.slot_taken"},
    ),
    Move(Event.REVIEW, _from(State.ACTIVE), State.RENEWING, P.EPISODE_RUN, also=frozenset({P.EPISODE_ASSESS})),
    Move(
        Event.RENEW,
        _from(State.RENEWING),
        State.ACTIVE,
        P.EPISODE_RUN,
        needs={
            "provider_fit": "episodes.provider_unfit",
            "eligible": "episodes.not_eligible",
            "qualified": "episodes.not_qualified",
            "papers_signed": "episodes.no_papers",
            "within_limits": "episodes.limit_reached",
        },
    ),
    Move(
        Event.REFER,
        _from(State.ACTIVE, State.SUSPENDED, State.RENEWING),
        State.REFERRED,
        P.EPISODE_ASSESS,
        also=_RUNS,
        needs={"reason_given": "episodes.no_reason"},
    ),
    Move(
        Event.TAKE_BACK,
        _from(State.REFERRED),
        State.ACTIVE,
        P.EPISODE_RUN,
        needs={"provider_fit": "episodes.provider_unfit", "slot_free": "episodes.slot_taken"},
    ),
    Move(
        Event.END,
        _from(State.ACTIVE, State.SUSPENDED, State.RENEWING, State.REFERRED),
        State.CLOSING,
        P.EPISODE_RUN,
        needs={"reason_given": "episodes.no_reason"},
    ),
    Move(
        Event.CLOSE,
        _from(State.CLOSING),
        State.CLOSED,
        P.EPISODE_RUN,
        needs={"closing_written": "episodes.no_closing_record", "settled": "episodes.not_settled"},
    ),
    Move(
        Event.TURN_DOWN,
        _from(State.APPLIED, State.ASSESSING, State.AGREED),
        State.CLOSED,
        P.EPISODE_ASSESS,
        also=_RUNS,
        needs={"reason_given": "episodes.no_reason"},
    ),
)

TABLE: Table[State, Event] = Table(
    area="episodes", states=State, events=Event, initial=State.APPLIED, terminal=frozenset({State.CLOSED}), moves=MOVES
)


def widening(kept: Iterable[str]) -> tuple[str, ...]:
    """Names among a programme's events that the lifecycle does not have; each would widen it."""
    return tuple(name for name in kept if name not in set(Event))


def dead_ends(kept: Iterable[Event]) -> tuple[str, ...]:
    """What a choice of events leaves broken: an event every programme needs, or a way in without a way out."""
    chosen = set(kept)
    lacking = [event.value for event in Event if event in ALWAYS and event not in chosen]
    pairs = {Event.SUSPEND: Event.RESUME, Event.REVIEW: Event.RENEW, Event.REFER: Event.TAKE_BACK}
    for way_in, way_out in pairs.items():
        if (way_in in chosen) != (way_out in chosen):
            lacking.append((way_out if way_in in chosen else way_in).value)
    return tuple(lacking)


def narrowed(kept: Iterable[Event]) -> tuple[Move[State, Event], ...]:
    """The moves a programme keeps, in the table's order, from the states it can reach.

    Raises      ValueError: an event every programme needs is left out, or a way in without its way out
    """
    chosen = frozenset(kept)
    lacking = dead_ends(chosen)
    if lacking:
        raise ValueError(f"a programme cannot do without {', '.join(lacking)}")
    return tuple(move for move in MOVES if move.event in chosen)


def reached(moves: Iterable[Move[State, Event]]) -> tuple[State, ...]:
    """The states a programme's moves lead to, in order."""
    found = {State.APPLIED} | {move.target for move in moves}
    return tuple(state for state in State if state in found)
