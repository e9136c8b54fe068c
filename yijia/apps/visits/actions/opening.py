"""A signed order becomes a visit that looks for its nurse."""

import secrets
from datetime import datetime

from yijia.apps.care.actions import step
from yijia.apps.care.queries import orders_in_sight
from yijia.apps.visits.actions.common import ask, hide
from yijia.apps.visits.models import Visit
from yijia.apps.visits.queries import GateQuestion, gate_question_for_system, planned_span
from yijia.base.actions import action
from yijia.base.errors import NotFound, Refused, Stale
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal


@action("visits.open")
def open_visit(
    *,
    order_id: int,
    planned_from: datetime | None = None,
    version: int | None = None,
    question: GateQuestion | None = None,
    by: Actor,
    at: datetime,
) -> Visit:
    """Ask the gate about institution, items, order and home; when green, make the visit and begin dispatching.

    planned_from    when the nurse is due, inside the window the family wished; by default its beginning
    version         the order's version the caller last read
    question        the order's side of the gate, where this transaction has read it already

    Raises      NotFound, Stale, Forbidden, Refused: orders.gate_red, visits.outside_window, and those of `care.step`
    """
    order = orders_in_sight(by).select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    if version is not None and order.version != version:
        raise Stale
    question = question or gate_question_for_system(order_id)
    span = planned_span(planned_from, question.items) if planned_from else question.span
    if not order.wanted_from <= span.from_at < order.wanted_until:
        raise Refused(Refusal("visits.outside_window"))
    if order.state == "signed":
        ask(question.before_staff())
    order.staff_needed = question.staff_needed
    step(order_id=order_id, event=Event.DISPATCH, met={"gate_green"}, held=order, by=by, at=at)
    return Visit.objects.create(
        organisation_id=order.organisation_id, order=order, resident_id=order.resident_id, planned_from=span.from_at,
        planned_until=span.until_at, door_code_enc=hide(f"{secrets.randbelow(1_000_000):06d}"),
    )  # fmt: skip
