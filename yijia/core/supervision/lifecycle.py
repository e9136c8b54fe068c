"""The moves of a complaint and of an evidence review."""

from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission as P


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    FILED = "filed"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"


class ComplaintEvent(StrEnum):
    """What happens to a complaint."""

    ASSIGN = "assign"
    ANSWER = "answer"
    REOPEN = "reopen"
    CLOSE = "close"


COMPLAINTS: Table[ComplaintState, ComplaintEvent] = Table(
    area="complaints",
    states=ComplaintState,
    events=ComplaintEvent,
    initial=ComplaintState.FILED,
    terminal=frozenset({ComplaintState.CLOSED}),
    moves=(
        Move(
            ComplaintEvent.ASSIGN,
            frozenset(
                {ComplaintState.FILED, ComplaintState.ASSIGNED, ComplaintState.REOPENED}
            ),  # another owner may take over
            ComplaintState.ASSIGNED,
            P.COMPLAINT_ANSWER,
            needs={"owner_named": "complaints.no_owner"},
        ),
        Move(ComplaintEvent.ANSWER, frozenset({ComplaintState.ASSIGNED}), ComplaintState.ANSWERED, P.COMPLAINT_ANSWER),
        Move(ComplaintEvent.REOPEN, frozenset({ComplaintState.ANSWERED}), ComplaintState.REOPENED, P.COMPLAINT_FILE),
        Move(
            ComplaintEvent.CLOSE,
            frozenset({ComplaintState.ANSWERED}),
            ComplaintState.CLOSED,
            P.COMPLAINT_FILE,
            also=frozenset({P.COMPLAINT_ANSWER}),
        ),
    ),
    named=(
        (
            frozenset({ComplaintState.FILED, ComplaintState.ASSIGNED, ComplaintState.REOPENED}),
            frozenset({ComplaintEvent.CLOSE}),
            "complaints.not_answered",
        ),
    ),
)


class ReviewState(StrEnum):
    """Where the review of one visit's evidence stands."""

    OPEN = "open"
    CLEARED = "cleared"
    REJECTED = "rejected"


class ReviewEvent(StrEnum):
    """How a review ends."""

    CLEAR = "clear"
    REJECT = "reject"


_NEEDS = {"reason_given": "reviews.no_reason", "other_person": "reviews.own_visit"}

REVIEWS: Table[ReviewState, ReviewEvent] = Table(
    area="reviews",
    states=ReviewState,
    events=ReviewEvent,
    initial=ReviewState.OPEN,
    terminal=frozenset({ReviewState.CLEARED, ReviewState.REJECTED}),
    moves=(
        Move(
            ReviewEvent.CLEAR,
            frozenset({ReviewState.OPEN}),
            ReviewState.CLEARED,
            P.EVIDENCE_REVIEW,
            needs=_NEEDS,
        ),
        Move(
            ReviewEvent.REJECT,
            frozenset({ReviewState.OPEN}),
            ReviewState.REJECTED,
            P.EVIDENCE_REVIEW,
            needs=_NEEDS,
        ),
    ),
)
