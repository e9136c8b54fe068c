"""The moves of a referral; those of a consultation and of an emergency call stand in files of their own beside it."""

from collections.abc import Iterable
from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class State(StrEnum):
    """Where a referral stands."""

    REQUESTED = "requested"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    RETURNED = "returned"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What happens to a referral."""

    OFFER = "offer"
    DECLINE = "decline"
    RETRACT = "retract"
    ACCEPT = "accept"
    BREAK_OFF = "break_off"
    REFUSE = "refuse"
    ARRIVE = "arrive"
    RETURN = "return"
    TAKE_OVER = "take_over"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Answer(StrEnum):
    """Where one asked institution stands with a referral."""

    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RELEASED = "released"


OPEN = frozenset({State.REQUESTED, State.OFFERED, State.ACCEPTED, State.ARRIVED, State.RETURNED})
"""States in which somebody still waits for something."""

BEFORE_ARRIVAL = frozenset({State.REQUESTED, State.OFFERED, State.ACCEPTED})
"""States in which the person has not come yet; death or another hospital ends the referral here (REF-08)."""


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


_REASON = {"reason_given": "referrals.no_reason"}

MOVES: tuple[Move[State, Event], ...] = (
    Move(
        Event.OFFER,
        _from(State.REQUESTED, State.OFFERED),
        State.OFFERED,
        P.REFERRAL_ANSWER,
        needs={"place_named": "referrals.no_place_named"},
    ),
    Move(Event.DECLINE, _from(State.REQUESTED), State.REQUESTED, P.REFERRAL_ANSWER, needs=_REASON),
    Move(Event.DECLINE, _from(State.OFFERED), State.OFFERED, P.REFERRAL_ANSWER, needs=_REASON),
    Move(Event.RETRACT, _from(State.OFFERED), State.REQUESTED, P.REFERRAL_ANSWER, needs=_REASON),
    Move(
        Event.ACCEPT,
        _from(State.OFFERED),
        State.ACCEPTED,
        P.REFERRAL_ANSWER,
        needs={"offer_stands": "referrals.no_offer"},
    ),
    Move(Event.BREAK_OFF, _from(State.ACCEPTED), State.REQUESTED, P.REFERRAL_ANSWER, needs=_REASON),
    Move(
        Event.REFUSE,
        _from(State.REQUESTED, State.OFFERED, State.ACCEPTED),
        State.REFUSED,
        P.REFERRAL_ANSWER,
        needs=_REASON,
    ),
    Move(Event.ARRIVE, _from(State.ACCEPTED), State.ARRIVED, P.REFERRAL_ANSWER),
    Move(
        Event.RETURN,
        _from(State.ARRIVED),
        State.RETURNED,
        P.REFERRAL_ANSWER,
        needs={"plan_written": "referrals.no_plan"},
    ),
    Move(
        Event.TAKE_OVER,
        _from(State.RETURNED),
        State.CLOSED,
        P.REFERRAL_ASK,
        needs={"episode_made": "referrals.no_episode"},
    ),
    Move(
        Event.CLOSE,
        _from(State.ARRIVED, State.RETURNED),
        State.CLOSED,
        P.REFERRAL_ANSWER,
        needs=_REASON,
    ),
    Move(Event.WITHDRAW, BEFORE_ARRIVAL, State.WITHDRAWN, P.REFERRAL_ASK, needs=_REASON),
)

TABLE: Table[State, Event] = Table(
    area="referrals",
    states=State,
    events=Event,
    initial=State.REQUESTED,
    terminal=frozenset({State.CLOSED, State.REFUSED, State.WITHDRAWN}),
    moves=MOVES,
    named=(
        (_from(State.ACCEPTED, State.ARRIVED), frozenset({Event.ACCEPT, Event.OFFER}), "referrals.taken"),
        (_from(State.REQUESTED), frozenset({Event.ACCEPT}), "referrals.no_offer"),
        (_from(State.ARRIVED, State.RETURNED), frozenset({Event.WITHDRAW, Event.REFUSE}), "referrals.has_arrived"),
        (_from(State.WITHDRAWN), frozenset(Event), "referrals.withdrawn"),
    ),
)


def no_event(own: Answer, others: Iterable[Answer]) -> Event:
    """Which event one institution's “no” is, by where it stood and where the others stand.

    The last one to say no refuses the referral; one that had taken the person breaks off, and who was released is asked again.

    Source      REF-04, REF-07 in docs/rules/referrals.md
    """
    rest = set(others)
    if own is Answer.ACCEPTED:
        return Event.BREAK_OFF if Answer.RELEASED in rest else Event.REFUSE
    if Answer.OFFERED in rest:
        return Event.DECLINE
    if Answer.ASKED in rest:
        return Event.RETRACT if own is Answer.OFFERED else Event.DECLINE
    return Event.REFUSE
