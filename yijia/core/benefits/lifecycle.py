"""How an entitlement lives, and how each month's payment order does: two tables, every step reads one of them."""

from enum import StrEnum

from yijia.core.lifecycle import Move, Table
from yijia.core.permissions import Permission


class State(StrEnum):
    """Where an entitlement of one person to one scheme stands."""

    FOUND = "found"
    CHECKING = "checking"
    TOLD = "told"
    AGREED = "agreed"
    DECLINED = "declined"
    NOTICED = "noticed"
    APPROVED = "approved"
    STOPPED = "stopped"
    DROPPED = "dropped"


class Event(StrEnum):
    """What may happen to an entitlement."""

    TELL = "tell"
    DOUBT = "doubt"
    AGREE = "agree"
    QUERY = "query"
    ANSWER = "answer"
    DECLINE = "decline"
    REOPEN = "reopen"
    PUBLISH = "publish"
    APPROVE = "approve"
    STOP = "stop"
    DROP = "drop"


class OrderState(StrEnum):
    """Where the payment of one month stands."""

    HELD = "held"
    READY = "ready"
    EXPORTED = "exported"
    PAID = "paid"
    STOPPED = "stopped"
    RECOVERING = "recovering"
    RECOVERED = "recovered"


class OrderEvent(StrEnum):
    """What may happen to a payment order."""

    RELEASE = "release"
    HOLD = "hold"
    EXPORT = "export"
    SETTLE = "settle"
    BOUNCE = "bounce"
    STOP = "stop"
    REINSTATE = "reinstate"
    CLAW_BACK = "claw_back"
    RECOVER = "recover"


OPEN = frozenset({State.FOUND, State.CHECKING, State.TOLD, State.AGREED, State.DECLINED, State.NOTICED, State.APPROVED})
"""States of which a person has at most one entitlement a scheme; a declined one stays, so that nobody is asked twice."""

WAITING = frozenset({State.FOUND, State.CHECKING, State.TOLD, State.AGREED, State.NOTICED})
"""On the way to a decision."""

MONEY_IS_OUT = frozenset({OrderState.EXPORTED, OrderState.PAID})
"""The bank has the order: a stop comes too late, what was paid wrongly is asked back."""

_CONSENT = {"consent_settled": "benefits.consent_missing"}
_MAY_START = {
    "is_eligible": "benefits.not_eligible",
    "sources_agree": "benefits.sources_disagree",
    **_CONSENT,
    "notice_over": "benefits.notice_running",
}

TABLE = Table(
    area="benefits",
    states=State,
    events=Event,
    initial=State.FOUND,
    terminal=frozenset({State.STOPPED, State.DROPPED}),
    moves=(
        Move(
            Event.TELL, frozenset({State.FOUND}), State.TOLD, Permission.BENEFIT_HANDLE,
            needs={"sources_agree": "benefits.sources_disagree"},
        ),
        Move(
            Event.DOUBT, frozenset({State.FOUND, State.TOLD, State.AGREED, State.NOTICED}), State.CHECKING,
            Permission.BENEFIT_HANDLE,
        ),
        Move(Event.AGREE, frozenset({State.TOLD}), State.AGREED, Permission.BENEFIT_ANSWER, also=frozenset({Permission.BENEFIT_HANDLE})),
        Move(
            Event.QUERY, frozenset({State.TOLD, State.AGREED, State.NOTICED}), State.CHECKING, Permission.BENEFIT_ANSWER,
            also=frozenset({Permission.BENEFIT_HANDLE}),
        ),
        Move(
            Event.ANSWER, frozenset({State.CHECKING}), State.TOLD, Permission.BENEFIT_HANDLE,
            needs={"sources_agree": "benefits.sources_disagree"},
        ),
        Move(
            Event.DECLINE, frozenset({State.FOUND, State.CHECKING, State.TOLD, State.AGREED, State.NOTICED, State.APPROVED}),
            State.DECLINED, Permission.BENEFIT_ANSWER, also=frozenset({Permission.BENEFIT_HANDLE}),
        ),
        Move(
            Event.REOPEN, frozenset({State.DECLINED}), State.TOLD, Permission.BENEFIT_ANSWER,
            also=frozenset({Permission.BENEFIT_HANDLE}),
        ),
        Move(Event.PUBLISH, frozenset({State.TOLD, State.AGREED}), State.NOTICED, Permission.BENEFIT_HANDLE, needs=_CONSENT),
        Move(
            Event.APPROVE, frozenset({State.TOLD, State.AGREED, State.NOTICED}), State.APPROVED, Permission.BENEFIT_APPROVE,
            needs=_MAY_START,
        ),
        Move(Event.STOP, frozenset({State.APPROVED}), State.STOPPED, Permission.BENEFIT_HANDLE),
        Move(
            Event.DROP, frozenset({State.FOUND, State.CHECKING, State.TOLD, State.AGREED, State.NOTICED, State.DECLINED}),
            State.DROPPED, Permission.BENEFIT_HANDLE,
        ),
    ),
    named=(
        (frozenset({State.CHECKING}), frozenset({Event.APPROVE, Event.PUBLISH}), "benefits.in_question"),
        (frozenset({State.DECLINED}), frozenset({Event.APPROVE, Event.PUBLISH, Event.TELL}), "benefits.declined"),
        (frozenset({State.STOPPED}), frozenset({Event.APPROVE}), "benefits.stopped_meanwhile"),
    ),
)  # fmt: skip

ORDERS = Table(
    area="payment_orders",
    states=OrderState,
    events=OrderEvent,
    initial=OrderState.HELD,
    terminal=frozenset({OrderState.RECOVERED}),
    moves=(
        Move(
            OrderEvent.RELEASE, frozenset({OrderState.HELD}), OrderState.READY, Permission.BENEFIT_APPROVE,
            needs={"is_confirmed": "payment_orders.not_confirmed", "is_entitled": "payment_orders.not_entitled"},
        ),
        Move(OrderEvent.HOLD, frozenset({OrderState.READY}), OrderState.HELD, Permission.BENEFIT_HANDLE),
        Move(OrderEvent.EXPORT, frozenset({OrderState.READY}), OrderState.EXPORTED, Permission.BENEFIT_PAY),
        Move(OrderEvent.SETTLE, frozenset({OrderState.EXPORTED}), OrderState.PAID, Permission.BENEFIT_PAY),
        Move(OrderEvent.BOUNCE, frozenset({OrderState.EXPORTED}), OrderState.READY, Permission.BENEFIT_PAY),
        Move(OrderEvent.STOP, frozenset({OrderState.HELD, OrderState.READY}), OrderState.STOPPED, Permission.BENEFIT_HANDLE),
        Move(
            OrderEvent.REINSTATE, frozenset({OrderState.STOPPED}), OrderState.READY, Permission.BENEFIT_APPROVE,
            needs={"is_confirmed": "payment_orders.not_confirmed", "is_entitled": "payment_orders.not_entitled"},
        ),
        Move(
            OrderEvent.CLAW_BACK, frozenset({OrderState.EXPORTED, OrderState.PAID}), OrderState.RECOVERING,
            Permission.BENEFIT_HANDLE,
        ),
        Move(OrderEvent.RECOVER, frozenset({OrderState.RECOVERING}), OrderState.RECOVERED, Permission.BENEFIT_PAY),
    ),
    named=(
        (frozenset({OrderState.EXPORTED, OrderState.PAID}), frozenset({OrderEvent.STOP, OrderEvent.HOLD}), "payment_orders.money_is_out"),
    ),
)  # fmt: skip


def stop_of(state: OrderState) -> OrderEvent | None:
    """What ends an order whose person should not have it: stopped before the money is out, asked back after; None when over.

    Source  “How an entitlement lives” in docs/rules/benefits.md
    """
    if ORDERS.find(state, OrderEvent.STOP):
        return OrderEvent.STOP
    return OrderEvent.CLAW_BACK if ORDERS.find(state, OrderEvent.CLAW_BACK) else None
