"""The moves of an offer to a nurse and of an alarm."""

from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class OfferState(StrEnum):
    """Where an offer of one visit to one nurse stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OfferEvent(StrEnum):
    """What happens to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


_OPEN = frozenset({OfferState.OFFERED})

OFFERS: Table[OfferState, OfferEvent] = Table(
    area="offers",
    states=OfferState,
    events=OfferEvent,
    initial=OfferState.OFFERED,
    terminal=frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN}),
    moves=(
        Move(
            OfferEvent.ACCEPT,
            _OPEN,
            OfferState.ACCEPTED,
            P.VISIT_ANSWER_OFFER,
            needs={"still_open": "offers.too_late", "time_free": "offers.time_taken"},
        ),
        Move(OfferEvent.DECLINE, _OPEN, OfferState.DECLINED, P.VISIT_ANSWER_OFFER),
        Move(OfferEvent.EXPIRE, _OPEN, OfferState.EXPIRED, P.VISIT_OFFER),
        Move(OfferEvent.WITHDRAW, _OPEN, OfferState.WITHDRAWN, P.VISIT_OFFER),
    ),
    named=(
        (frozenset({OfferState.EXPIRED}), frozenset({OfferEvent.ACCEPT, OfferEvent.DECLINE}), "offers.too_late"),
        (frozenset({OfferState.WITHDRAWN}), frozenset({OfferEvent.ACCEPT, OfferEvent.DECLINE}), "offers.withdrawn"),
    ),
)


class AlarmState(StrEnum):
    """Where an alarm stands; how far it has been escalated is a fact beside the state."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESPONDING = "responding"
    CLOSED = "closed"


class AlarmEvent(StrEnum):
    """What happens to an alarm."""

    ACKNOWLEDGE = "acknowledge"
    RESPOND = "respond"
    CLOSE = "close"


ALARMS: Table[AlarmState, AlarmEvent] = Table(
    area="sos",
    states=AlarmState,
    events=AlarmEvent,
    initial=AlarmState.RAISED,
    terminal=frozenset({AlarmState.CLOSED}),
    moves=(
        Move(AlarmEvent.ACKNOWLEDGE, frozenset({AlarmState.RAISED}), AlarmState.ACKNOWLEDGED, P.SOS_ANSWER),
        Move(AlarmEvent.RESPOND, frozenset({AlarmState.ACKNOWLEDGED}), AlarmState.RESPONDING, P.SOS_ANSWER),
        Move(
            AlarmEvent.CLOSE,
            frozenset({AlarmState.ACKNOWLEDGED, AlarmState.RESPONDING}),
            AlarmState.CLOSED,
            P.SOS_ANSWER,
            needs={"outcome_written": "sos.no_outcome"},
        ),
    ),
    named=((frozenset({AlarmState.RAISED}), frozenset({AlarmEvent.CLOSE}), "sos.not_acknowledged"),),
)
