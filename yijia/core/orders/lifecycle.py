"""The moves of a home-nursing order, from draft to closed."""

from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class State(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    SIGNED = "signed"
    DISPATCHING = "dispatching"
    ASSIGNED = "assigned"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    IN_SERVICE = "in_service"
    ABORTED = "aborted"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    UNDER_REVIEW = "under_review"
    PRICED = "priced"
    SETTLED = "settled"
    RATED = "rated"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What happens to an order."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    REJECT = "reject"
    SIGN = "sign"
    DISPATCH = "dispatch"
    ASSIGN = "assign"
    RELEASE = "release"
    DEPART = "depart"
    ARRIVE = "arrive"
    PASS_REASSESSMENT = "pass_reassessment"
    ABORT = "abort"
    NO_SHOW = "no_show"
    COMPLETE = "complete"
    CONFIRM = "confirm"
    HOLD = "hold"
    CLEAR = "clear"
    DISMISS = "dismiss"
    PRICE = "price"
    SETTLE = "settle"
    RATE = "rate"
    CLOSE = "close"
    CANCEL = "cancel"


BEFORE_ARRIVAL = frozenset(
    {
        State.DRAFT,
        State.SUBMITTED,
        State.ACCEPTED,
        State.SIGNED,
        State.DISPATCHING,
        State.ASSIGNED,
        State.DEPARTED,
    }
)
"""States from which an order can still be cancelled (ORDER-07)."""

HOLDS_NURSE = frozenset({State.ASSIGNED, State.DEPARTED, State.ARRIVED, State.IN_SERVICE})
"""States in which the order occupies a nurse's time (ORDER-05)."""

FULL_REFUND = frozenset({State.REJECTED})
"""Ends after which whatever was paid goes back in full, whatever the terms say (ORDER-02)."""

_AT_THE_DOOR = frozenset({State.ARRIVED, State.IN_SERVICE})
SERVICE_ENDED = frozenset(
    {State.COMPLETED, State.CONFIRMED, State.UNDER_REVIEW, State.PRICED, State.SETTLED, State.RATED, State.ABORTED}
)
"""Nobody is at the home any more, and the order is not over."""

_UNASSESSED = frozenset({State.DRAFT, State.SUBMITTED})
_MONEY = frozenset({Event.PRICE, Event.SETTLE})


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


MOVES: tuple[Move[State, Event], ...] = (
    Move(
        Event.SUBMIT,
        _from(State.DRAFT),
        State.SUBMITTED,
        P.ORDER_CREATE,
        also=frozenset({P.ORDER_CREATE_ON_BEHALF, P.ORDER_HANDOVER}),
        needs={"quoted": "orders.not_quoted"},
    ),
    Move(
        Event.ACCEPT,
        _from(State.SUBMITTED),
        State.ACCEPTED,
        P.ORDER_ASSESS,
        needs={"assessment_passed": "orders.assessment_not_passed"},
    ),
    Move(Event.REJECT, _from(State.SUBMITTED), State.REJECTED, P.ORDER_ASSESS),
    Move(
        Event.SIGN,
        _from(State.ACCEPTED),
        State.SIGNED,
        P.ORDER_SIGN,
        needs={"consent_signed": "orders.no_consent", "agreement_signed": "orders.no_agreement"},
    ),
    Move(
        Event.DISPATCH,
        _from(State.SIGNED),
        State.DISPATCHING,
        P.DISPATCH_PLAN,
        needs={"gate_green": "orders.gate_red"},
    ),
    Move(
        Event.ASSIGN,
        _from(State.DISPATCHING),
        State.ASSIGNED,
        P.VISIT_ANSWER_OFFER,
        also=frozenset({P.DISPATCH_PLAN}),
        needs={"gate_green": "orders.gate_red"},
    ),
    Move(
        Event.RELEASE,
        _from(State.ASSIGNED, State.DEPARTED),
        State.DISPATCHING,
        P.VISIT_ANSWER_OFFER,
        also=frozenset({P.DISPATCH_PLAN}),
    ),
    Move(
        Event.DEPART,
        _from(State.ASSIGNED),
        State.DEPARTED,
        P.VISIT_RUN,
        needs={"gate_green": "orders.gate_red"},
    ),
    Move(Event.ARRIVE, _from(State.DEPARTED), State.ARRIVED, P.VISIT_RUN),
    Move(
        Event.PASS_REASSESSMENT,
        _from(State.ARRIVED),
        State.IN_SERVICE,
        P.VISIT_RUN,
        needs={"identity_checked": "orders.identity_not_checked", "reassessment_passed": "orders.reassessment_failed"},
    ),
    Move(
        Event.ABORT,
        _from(State.ARRIVED, State.IN_SERVICE),
        State.ABORTED,
        P.VISIT_RUN,
        also=frozenset({P.DISPATCH_PLAN}),
        needs={"reason_given": "orders.no_reason"},
    ),
    Move(Event.NO_SHOW, _from(State.ARRIVED), State.ABORTED, P.VISIT_RUN),
    Move(
        Event.COMPLETE,
        _from(State.IN_SERVICE),
        State.COMPLETED,
        P.VISIT_RUN,
        needs={"record_written": "orders.no_record", "both_signed": "orders.signature_missing"},
    ),
    Move(Event.CONFIRM, _from(State.COMPLETED), State.CONFIRMED, P.VISIT_CONFIRM),
    Move(Event.HOLD, _from(State.COMPLETED, State.CONFIRMED), State.UNDER_REVIEW, P.EVIDENCE_REVIEW),
    Move(Event.CLEAR, _from(State.UNDER_REVIEW), State.CONFIRMED, P.EVIDENCE_REVIEW),
    Move(
        Event.DISMISS,
        _from(State.UNDER_REVIEW),
        State.ABORTED,
        P.EVIDENCE_REVIEW,
        needs={"reason_given": "orders.no_reason"},
    ),
    Move(
        Event.PRICE,
        _from(State.CONFIRMED),
        State.PRICED,
        P.ORDER_PRICE,
        needs={"evidence_accepted": "orders.evidence_weak"},
    ),
    Move(Event.SETTLE, _from(State.PRICED), State.SETTLED, P.ORDER_SETTLE, needs={"paid": "orders.unpaid"}),
    Move(Event.RATE, _from(State.SETTLED), State.RATED, P.VISIT_RATE),
    Move(Event.CLOSE, _from(State.SETTLED, State.RATED, State.ABORTED), State.CLOSED, P.ORDER_CLOSE),
    Move(Event.CANCEL, BEFORE_ARRIVAL, State.CANCELLED, P.ORDER_CANCEL),
)

TABLE: Table[State, Event] = Table(
    area="orders",
    states=State,
    events=Event,
    initial=State.DRAFT,
    terminal=frozenset({State.REJECTED, State.CANCELLED, State.CLOSED}),
    moves=MOVES,
    named=(
        (_AT_THE_DOOR, frozenset({Event.CANCEL}), "orders.nurse_has_arrived"),
        (SERVICE_ENDED, frozenset({Event.CANCEL}), "orders.service_has_ended"),
        (_UNASSESSED, frozenset({Event.SIGN, Event.DISPATCH, Event.ASSIGN, Event.DEPART}), "orders.not_assessed"),
        (frozenset({State.ACCEPTED}), frozenset({Event.DISPATCH, Event.ASSIGN, Event.DEPART}), "orders.not_signed"),
        (frozenset({State.ARRIVED}), frozenset({Event.COMPLETE}), "orders.not_reassessed"),
        (frozenset({State.UNDER_REVIEW}), _MONEY, "orders.under_review"),
        (frozenset({State.COMPLETED}), _MONEY, "orders.not_confirmed"),
        (frozenset({State.ABORTED}), _MONEY | {Event.CONFIRM}, "orders.aborted"),
        (frozenset({State.IN_SERVICE}), frozenset({Event.NO_SHOW}), "orders.service_has_begun"),
        (frozenset({State.RATED}), frozenset({Event.RATE}), "orders.already_rated"),
    ),
)

step = TABLE.step
attempt = TABLE.attempt
open_moves = TABLE.open_moves
