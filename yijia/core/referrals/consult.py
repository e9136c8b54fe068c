"""A remote consultation: the shared record is open to the asked institution's doctor from acceptance until the end, no longer."""

from datetime import datetime
from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P
from yijia.core.refusal import Refusal


class State(StrEnum):
    """Where a consultation stands."""

    ASKED = "asked"
    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Event(StrEnum):
    """What happens to a consultation."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


MOVES: tuple[Move[State, Event], ...] = (
    Move(Event.ACCEPT, frozenset({State.ASKED}), State.OPEN, P.CONSULT_ANSWER),
    Move(
        Event.REFUSE,
        frozenset({State.ASKED, State.OPEN}),
        State.REFUSED,
        P.CONSULT_ANSWER,
        needs={"reason_given": "consults.no_reason"},
    ),
    Move(
        Event.ANSWER,
        frozenset({State.OPEN}),
        State.ANSWERED,
        P.CONSULT_ANSWER,
        needs={"opinion_written": "consults.no_opinion", "in_time": "consults.time_is_up"},
    ),
    Move(
        Event.WITHDRAW,
        frozenset({State.ASKED, State.OPEN}),
        State.WITHDRAWN,
        P.CONSULT_ASK,
        needs={"reason_given": "consults.no_reason"},
    ),
    Move(
        Event.LAPSE,
        frozenset({State.OPEN}),
        State.LAPSED,
        P.CONSULT_ANSWER,
        needs={"time_is_up": "consults.not_yet"},
    ),
)

TABLE: Table[State, Event] = Table(
    area="consults",
    states=State,
    events=Event,
    initial=State.ASKED,
    terminal=frozenset({State.ANSWERED, State.REFUSED, State.WITHDRAWN, State.LAPSED}),
    moves=MOVES,
    named=((frozenset({State.ASKED}), frozenset({Event.ANSWER}), "consults.not_accepted"),),
)


def may_read(state: State, open_until: datetime | None, now: datetime) -> Refusal | None:
    """None while the shared record is open to the asked doctor, else why it is not.

    Source      REF-12 in docs/rules/referrals.md
    """
    if state is State.ASKED:
        return Refusal("consults.not_accepted", {"status": state.value})
    if state is not State.OPEN or open_until is None:
        return Refusal("consults.access_closed", {"status": state.value})
    if now >= open_until:
        return Refusal("consults.time_is_up", {"status": state.value})
    return None
