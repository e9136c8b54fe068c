"""How an order ends: cancelled before arrival, or closed when everything is done."""

from datetime import datetime

from yijia.apps.care import queries
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.actions.moves import apply, locked
from yijia.apps.care.actions.submit import demand_proxy
from yijia.apps.care.models import Contact, Order
from yijia.base.actions import action
from yijia.base.errors import Forbidden, Refused, Stale, refuse_if
from yijia.core.calendar import business_date
from yijia.core.orders.lifecycle import TABLE, Event, State
from yijia.core.permissions import Actor, Permission, Reach, may, reach
from yijia.core.refusal import Refusal

DIED = "died"
"""The platform's own reason when a resident has died; `words.REASONS` says it."""

HOME_VISIT = "home_visit"
"""Kind of contact that the indicators count."""


@action("orders.cancel")
def cancel_order(
    *,
    order_id: int,
    reason: str = "",
    refund_fen: int | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Order:
    """End an order before the nurse has arrived; what goes back is told with the news.

    refund_fen      what the button promised; when the order has moved on and less would go back, the promise is stale

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: orders.nurse_has_arrived, orders.service_has_ended, orders.over,
                orders.proxy_scope, cancel.*
    Source      ORDER-07 in docs/rules/orders.md
    """
    order = locked(by, order_id, version)
    if not may(by, Permission.ORDER_CANCEL) and not by.is_system:
        raise Forbidden(Permission.ORDER_CANCEL)
    demand_proxy(by, order.resident_id, "order", at)
    is_by_institution = reach(by) is Reach.ORGANISATIONS
    faults = Faults()
    faults.text("reason", reason, 200, is_needed=is_by_institution)
    faults.settle()
    if TABLE.find(State(order.state), Event.CANCEL) is None:
        refuse_if(TABLE.step(State(order.state), Event.CANCEL))
    decision = refuse_if(queries.cancellation(order, at, is_by_institution=is_by_institution))
    if refund_fen is not None and refund_fen != decision.refund_fen:
        raise Stale()
    order.cancel_reason = reason.strip()
    facts = {
        "cause": "institution" if is_by_institution else "resident", "quoted_refund_fen": decision.refund_fen, "quoted_kept_fen": decision.kept_fen,
        "why": decision.reason, "terms": decision.filing_number,
    }  # fmt: skip
    return apply(order, Event.CANCEL, facts=facts, reason=reason.strip(), by=by, at=at)


@action("orders.close")
def close_order(*, order_id: int, by: Actor, at: datetime) -> Order:
    """Nothing is left to do: settled (rated or not) or aborted.

    Raises      Forbidden; NotFound; Refused orders.wrong_status
    Source      ORDER-12 in docs/rules/orders.md
    """
    return apply(locked(by, order_id), Event.CLOSE, by=by, at=at)


@action("orders.count_contact")
def count_contact(*, order_id: int, by: Actor, at: datetime) -> Order:
    """Write down once that a resident was cared for at home, on the day of the visit, for the indicators.

    Raises      NotFound; Refused orders.wrong_status: nothing was confirmed
    """
    order = locked(by, order_id)
    if State(order.state) not in (State.CONFIRMED, State.PRICED, State.SETTLED, State.RATED, State.CLOSED):
        raise Refused(Refusal("orders.wrong_status", {"status": order.state, "event": "count_contact"}))
    Contact.objects.get_or_create(
        order=order,
        kind=HOME_VISIT,
        defaults={
            "organisation_id": order.organisation_id,
            "resident_id": order.resident_id,
            "on": business_date(order.wanted_from),
        },
    )
    return order
