"""The API of orders: the same actions as the web, and the same refusals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Status

from yijia.apps.care import actions, queries
from yijia.apps.care.api.router import router
from yijia.apps.care.schemas import orders as schemas
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging
from yijia.base.doors import allow
from yijia.base.errors import Stale, refuse_if
from yijia.core.permissions import Permission as P


def version(if_match: str) -> int:
    """The version out of an entity tag; anything else is a version nobody has."""
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale
    return int(text)


def _changed(request: HttpRequest, response: HttpResponse, order_id: int) -> dict[str, Any]:
    """An order after the caller's own action on it."""
    return _shown(request, response, queries.whole_order_for_system(order_id))


def _shown(request: HttpRequest, response: HttpResponse, order: queries.Order) -> dict[str, Any]:
    """The order with its ETag; the reading is on record."""
    audit.read(
        request.actor,
        request.at,
        "care.order",
        subject_type="care.order",
        subject_ids=[order.pk],
        resident_ids=[order.resident_id],
    )
    response["ETag"] = f'"{order.version}"'
    return schemas.order_out(order)


@router.post(
    "/orders", operation_id="orders_submit", response={201: schemas.OrderOut, **ERRORS}, summary="Submit an order"
)
@allow(P.ORDER_CREATE, P.ORDER_CREATE_ON_BEHALF)
def orders_submit(request: HttpRequest, payload: schemas.OrderIn, response: HttpResponse) -> Any:
    """Ask an institution to come; a `client_id` sent before, or the same wish, gives the first order back.

    A price other than `quoted_total` answers 409 `orders.price_changed` with both amounts; nothing is ordered.
    """
    order = actions.submit_order(**payload.facts(), by=request.actor, at=request.at)
    return Status(201, _changed(request, response, order.pk))


@router.get(
    "/orders", operation_id="orders_list", response={200: Page[schemas.OrderRow], **ERRORS}, summary="List orders"
)
@allow(P.ORDER_VIEW)
def orders_list(request: HttpRequest, paging: Query[Paging], given: Query[schemas.OrdersQuery]) -> Any:
    """Orders in sight, newest wish first, narrowed by number, name, mobile number, state, need, way in, institution and day."""
    wanted = queries.Filters(
        text=given.q, states=(given.state,) if given.state else (), need=given.need, channel=given.channel, organisation_id=given.organisation_id,
        resident_id=given.resident_id, from_on=given.from_on, until_on=given.until_on,
    )  # fmt: skip
    rows = queries.list_orders(request.actor, wanted, page=paging.page, size=paging.page_size)
    found = list(rows) if rows.number == paging.page else []
    audit.read(
        request.actor,
        request.at,
        "care.orders",
        subject_type="care.order",
        subject_ids=[o.pk for o in found],
        resident_ids=[o.resident_id for o in found],
    )
    return {
        "items": [schemas.order_row(order) for order in found],
        "page": paging.page,
        "page_size": paging.page_size,
        "total": rows.paginator.count,
    }


@router.get(
    "/orders/{order_id}",
    operation_id="orders_get",
    response={200: schemas.OrderOut, **ERRORS},
    summary="Read one order",
)
@allow(P.ORDER_VIEW)
def orders_get(request: HttpRequest, order_id: int, response: HttpResponse) -> Any:
    """One order in sight; its ETag goes back as `If-Match` with a change."""
    return _shown(request, response, queries.get_whole_order(request.actor, order_id))


@router.get(
    "/orders/{order_id}/timeline",
    operation_id="orders_timeline",
    response={200: list[schemas.EventOut], **ERRORS},
    summary="Read an order's timeline",
)
@allow(P.ORDER_VIEW)
def orders_timeline(request: HttpRequest, order_id: int) -> Any:
    """Every step of an order, oldest first, in words."""
    order = queries.get_order(request.actor, order_id)
    audit.read(
        request.actor,
        request.at,
        "care.timeline",
        subject_type="care.order",
        subject_ids=[order.pk],
        resident_ids=[order.resident_id],
    )
    return [schemas.event_out(event) for event in queries.timeline(request.actor, order)]


@router.post(
    "/orders/{order_id}/assessment",
    operation_id="orders_assess",
    response={200: schemas.OrderOut, **ERRORS},
    summary="Assess an order first",
)
@allow(P.ORDER_ASSESS)
def orders_assess(
    request: HttpRequest, order_id: int, payload: schemas.AssessIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """A doctor's first assessment: accept, or reject with a reason; `If-Match` carries the ETag last read."""
    given = {
        "order_id": order_id,
        "answers": payload.answers,
        "version": version(if_match),
        "by": request.actor,
        "at": request.at,
    }
    if payload.is_accepted:
        actions.accept_order(note=payload.note, **given)
    else:
        actions.reject_order(reason=payload.reason, **given)
    return _changed(request, response, order_id)


@router.put(
    "/orders/{order_id}/home-risk",
    operation_id="orders_home_risk",
    response={200: schemas.OrderOut, **ERRORS},
    summary="Answer the home-risk questions",
)
@allow(P.ORDER_CREATE, P.ORDER_CREATE_ON_BEHALF, P.ORDER_HANDOVER, P.ORDER_ASSESS)
def orders_home_risk(
    request: HttpRequest, order_id: int, payload: schemas.HomeRiskIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Give the answers about the home, or put them right; `If-Match` carries the ETag last read."""
    actions.answer_home_risk(
        order_id=order_id, answers=payload.answers, version=version(if_match), by=request.actor, at=request.at
    )
    return _changed(request, response, order_id)


@router.post(
    "/orders/{order_id}/signature",
    operation_id="orders_sign",
    response={200: schemas.OrderOut, **ERRORS},
    summary="Sign an order's papers",
)
@allow(P.ORDER_SIGN)
def orders_sign(
    request: HttpRequest, order_id: int, payload: schemas.SignIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """One signature under the service agreement and the informed consent; `If-Match` carries the ETag last read."""
    actions.sign_order(order_id=order_id, **payload.dict(), version=version(if_match), by=request.actor, at=request.at)
    return _changed(request, response, order_id)


@router.get(
    "/orders/{order_id}/cancellation",
    operation_id="orders_cancel_quote",
    response={200: schemas.RefundOut, **ERRORS},
    summary="Ask what cancelling gives back",
)
@allow(P.ORDER_CANCEL)
def orders_cancel_quote(request: HttpRequest, order_id: int) -> Any:
    """What would go back if the order were cancelled now, taking the shown price as paid."""
    order = queries.get_order(request.actor, order_id)
    return schemas.refund_out(
        refuse_if(queries.cancellation(order, request.at, is_by_institution=bool(request.actor.organisation_ids)))
    )


@router.post(
    "/orders/{order_id}/cancellation",
    operation_id="orders_cancel",
    response={200: schemas.OrderOut, **ERRORS},
    summary="Cancel an order",
)
@allow(P.ORDER_CANCEL)
def orders_cancel(
    request: HttpRequest, order_id: int, payload: schemas.CancelIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """End an order before the nurse has arrived; `If-Match` carries the ETag last read."""
    actions.cancel_order(
        order_id=order_id, reason=payload.reason, version=version(if_match), by=request.actor, at=request.at
    )
    return _changed(request, response, order_id)


@router.post(
    "/handovers",
    operation_id="handovers_create",
    response={201: schemas.OrderRow, **ERRORS},
    summary="Hand a discharged patient over",
)
@allow(P.ORDER_HANDOVER)
def handovers_create(request: HttpRequest, payload: schemas.HandoverIn) -> Any:
    """The same order, made at the institution that receives the patient; the answer is all the sender may see of it."""
    order = actions.hand_over(**payload.facts(), by=request.actor, at=request.at)
    return Status(201, schemas.order_row(order))
