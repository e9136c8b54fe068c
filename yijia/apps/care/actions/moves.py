"""The one place that moves an order: the table is asked under the row's lock, the step is written down, the news goes out."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from yijia.apps.care import queries
from yijia.apps.care.models import Order, OrderEvent
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.errors import Forbidden, Stale, refuse_if
from yijia.core.orders import lifecycle
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal


def locked(by: Actor, order_id: int, version: int | None = None) -> Order:
    """The order, locked until the transaction ends.

    version     what the caller last read; None when it does not matter

    Raises      NotFound: absent or out of the actor's scope; Stale: it moved since
    """
    order = _LOCKED.get(by, order_id)
    if version is not None and order.version != version:
        raise Stale()
    return order


_LOCKED = queries.OneInSight(lambda rows: rows.select_for_update(of=("self",)))


@action("orders.step", asks_first=True)
def step(
    *,
    order_id: int,
    event: Event | str,
    met: Collection[str] | Mapping[str, bool | None] = (),
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    version: int | None = None,
    held: Order | None = None,
    by: Actor,
    at: datetime,
) -> Order:
    """Move an order by one event; every context above moves it through here.

    held        the order, where this transaction has found it in the actor's sight and locked it already

    met         what the move needs, as names known to be true or as name → verdict; see `core.orders.lifecycle`
    facts       plain values kept with the event and sent with the news; never a person's identifier
    reason      why, in the words of whoever did it; kept with the event

    Raises      Forbidden, Refused, NotFound, Stale
    Source      ORDER-01, ORDER-13 in docs/rules/orders.md
    """
    order = held if held is not None and held.pk == order_id else locked(by, order_id, version)
    return apply(order, event, met=met, facts=facts, reason=reason, by=by, at=at)


def apply(
    order: Order,
    event: Event | str,
    *,
    met: Collection[str] | Mapping[str, bool | None] = (),
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Order:
    """`step` on an order this transaction has locked already; saves whatever else the caller set on the row."""
    event = Event(event)
    verdicts = dict(met) if isinstance(met, Mapping) else dict.fromkeys(met, True)
    before = State(order.state)
    outcome = lifecycle.attempt(before, event, by, verdicts)
    if isinstance(outcome, Refusal) and outcome.code == "permission.missing":
        raise Forbidden(str(outcome.facts["permission"]))
    order.state = refuse_if(outcome)
    order.state_at = at
    order.version += 1
    order.save()
    kept = dict(facts or {}) | ({"reason": reason} if reason else {})
    OrderEvent.objects.create(
        organisation_id=order.organisation_id, order=order, event=event, from_state=before, to_state=order.state,
        at=at, by_id=by.user_id, role=by.role.value if by.role else "system", facts=kept,
    )  # fmt: skip
    news = dict(facts or {}) | {
        "order_id": order.pk, "number": order.number, "organisation_id": order.organisation_id, "resident_id": order.resident_id,
        "from_state": before.value, "to_state": str(order.state), "event": event.value,
    }  # fmt: skip
    outbox.publish(f"orders.{event}", news, at=at, organisation_id=order.organisation_id)
    return order
