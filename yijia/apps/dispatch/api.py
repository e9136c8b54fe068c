"""Dispatching in the API: the gate, candidates, offers, assignments; If-Match names the visit's version."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from yijia.apps.dispatch import schemas, screens
from yijia.apps.visits import actions as visits
from yijia.base.api_schemas import ERRORS
from yijia.base.doors import allow
from yijia.base.errors import Stale
from yijia.core.permissions import Permission as P

router = Router()


def _version(request: HttpRequest) -> int | None:
    given = request.headers.get("If-Match", "").strip().strip('"')
    if given and not given.isdecimal():
        raise Stale
    return int(given) if given else None


@router.get("/orders/{order_id}/gate", operation_id="gate_get", response={200: schemas.GateOut, **ERRORS})
@allow(P.GATE_VIEW)
def gate_get(request: HttpRequest, order_id: int) -> Any:
    """Every rule of the safe-to-go gate for an order, reds first; with its nurses once there are some."""
    screen = screens.order_page(actor=request.actor, at=request.at, order_id=order_id)
    return {"is_green": screen.is_green, "reds": screen.reds, "lines": screen.gate}


@router.get(
    "/dispatch/orders/{order_id}/candidates",
    operation_id="dispatch_candidates",
    response={200: schemas.CandidatesOut, **ERRORS},
)
@allow(P.DISPATCH_PLAN)
def dispatch_candidates(request: HttpRequest, order_id: int, response: HttpResponse) -> Any:
    """Who could go, best first with reasons, and why not each other nurse; the ETag is the visit's version."""
    screen = screens.order_page(actor=request.actor, at=request.at, order_id=order_id)
    if screen.version is not None:
        response["ETag"] = f'"{screen.version}"'
    return screen


@router.post(
    "/dispatch/orders/{order_id}/visit", operation_id="dispatch_open", response={201: schemas.OpenOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_open(request: HttpRequest, order_id: int, payload: schemas.OpenIn) -> Any:
    """Ask the gate about a signed order and begin dispatching; If-Match names the order's version."""
    return Status(
        201,
        visits.open_visit(
            order_id=order_id,
            planned_from=payload.planned_from,
            version=_version(request),
            by=request.actor,
            at=request.at,
        ),
    )


@router.post(
    "/dispatch/visits/{visit_id}/offers",
    operation_id="dispatch_offer",
    response={201: list[schemas.OfferOut], **ERRORS},
)
@allow(P.VISIT_OFFER)
def dispatch_offer(request: HttpRequest, visit_id: int, payload: schemas.OfferIn) -> Any:
    """Hold a visit out to one or several nurses."""
    return Status(
        201,
        visits.offer(
            visit_id=visit_id,
            staff_ids=payload.staff_ids,
            answer_until=payload.answer_until,
            version=_version(request),
            by=request.actor,
            at=request.at,
        ),
    )


@router.post(
    "/dispatch/visits/{visit_id}/assign", operation_id="dispatch_assign", response={200: schemas.OpenOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_assign(request: HttpRequest, visit_id: int, payload: schemas.AssignIn) -> Any:
    """Send these nurses directly."""
    return visits.assign(
        visit_id=visit_id, staff_ids=payload.staff_ids, version=_version(request), by=request.actor, at=request.at
    )


@router.post(
    "/dispatch/visits/{visit_id}/release", operation_id="dispatch_release", response={200: schemas.OpenOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_release(request: HttpRequest, visit_id: int, payload: schemas.ReleaseIn) -> Any:
    """Take a nurse off, or everybody; the order looks for a nurse again."""
    return visits.release(
        visit_id=visit_id, reason=payload.reason, staff_id=payload.staff_id, is_offered_again=payload.is_offered_again, version=_version(request),
        by=request.actor, at=request.at,
    )  # fmt: skip
