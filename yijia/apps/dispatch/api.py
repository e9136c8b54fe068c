"""Dispatching in the API: the gate, candidates, offers, assignments; If-Match names the visit's version."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from yijia.apps.dispatch import actions, schemas, screens
from yijia.apps.visits import actions as visits
from yijia.base.api_schemas import ERRORS
from yijia.base.clock import SHANGHAI
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


@router.get("/dispatch/board", operation_id="dispatch_board", response={200: schemas.BoardOut, **ERRORS})
@allow(P.DISPATCH_PLAN)
def dispatch_board(request: HttpRequest, on: date | None = None, organisation_id: int | None = None) -> Any:
    """One institution's day: what needs a nurse, and everybody's visits."""
    return screens.board(actor=request.actor, at=request.at, on=on, house_id=organisation_id)


def _plan(request: HttpRequest, plan_id: int) -> Any:
    page = screens.plan_page(actor=request.actor, at=request.at, plan_id=plan_id)
    fields = {name: getattr(page, name) for name in schemas.PlanOut.model_fields if name != "refused"}
    return fields | {"refused": [line.order_id for line, _ in page.outcome]}


@router.post("/dispatch/plans", operation_id="dispatch_plan_ask", response={201: schemas.PlanOut, **ERRORS})
@allow(P.DISPATCH_PLAN)
def dispatch_plan_ask(request: HttpRequest, payload: schemas.PlanIn) -> Any:
    """Have a day planned by the worker; look at the plan until it is a draft."""
    made = actions.ask_plan(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _plan(request, made.pk))


@router.get("/dispatch/plans/{plan_id}", operation_id="dispatch_plan_get", response={200: schemas.PlanOut, **ERRORS})
@allow(P.DISPATCH_PLAN)
def dispatch_plan_get(request: HttpRequest, plan_id: int) -> Any:
    """One plan: how far it is, what it would change, what it gains, what stays unserved and why."""
    return _plan(request, plan_id)


@router.post(
    "/dispatch/plans/{plan_id}/publish", operation_id="dispatch_plan_publish", response={200: schemas.PlanOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_plan_publish(request: HttpRequest, plan_id: int, payload: schemas.PublishIn) -> Any:
    """Put a draft or an answer into force; a long one is published by the worker."""
    page = screens.plan_page(actor=request.actor, at=request.at, plan_id=plan_id)
    act = actions.ask_publish if page.is_long else actions.publish
    act(plan_id=plan_id, is_forced=payload.is_forced, by=request.actor, at=request.at)
    return _plan(request, plan_id)


@router.post(
    "/dispatch/plans/{plan_id}/discard", operation_id="dispatch_plan_discard", response={200: schemas.PlanOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_plan_discard(request: HttpRequest, plan_id: int) -> Any:
    """Throw a draft away."""
    actions.discard_plan(plan_id=plan_id, by=request.actor, at=request.at)
    return _plan(request, plan_id)


@router.post(
    "/dispatch/plans/{plan_id}/undo", operation_id="dispatch_plan_undo", response={200: schemas.PlanOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_plan_undo(request: HttpRequest, plan_id: int) -> Any:
    """Put back what the newest version changed; the answer is the version that does it."""
    made = actions.undo(plan_id=plan_id, by=request.actor, at=request.at)
    return _plan(request, made.pk)


@router.get(
    "/dispatch/orders/{order_id}/move", operation_id="dispatch_verdict", response={200: schemas.VerdictOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_verdict(request: HttpRequest, order_id: int, staff_id: int, begins: datetime | None = None) -> Any:
    """Whether a nurse could take a visit at a time, and what forbids it."""
    clock = f"{begins.astimezone(SHANGHAI):%H:%M}" if begins else ""
    return screens.move_page(actor=request.actor, at=request.at, order_id=order_id, staff=[staff_id], begins=clock)


@router.post(
    "/dispatch/orders/{order_id}/move", operation_id="dispatch_move", response={200: schemas.MovedOut, **ERRORS}
)
@allow(P.DISPATCH_PLAN)
def dispatch_move(request: HttpRequest, order_id: int, payload: schemas.MoveIn) -> Any:
    """Give one visit other nurses or another time; refused when somebody changed it since the verdict."""
    return actions.move(
        order_id=order_id, staff_ids=payload.staff_ids, planned_from=payload.planned_from,
        versions=(payload.order_version, payload.visit_version), by=request.actor, at=request.at,
    )  # fmt: skip


@router.post("/dispatch/answers", operation_id="dispatch_answers", response={200: schemas.AnswersOut, **ERRORS})
@allow(P.DISPATCH_PLAN)
def dispatch_answers(request: HttpRequest, payload: schemas.EventIn) -> Any:
    """Up to three ways to answer what has happened; nothing changes until one is published."""
    made = actions.propose(**payload.dict(), by=request.actor, at=request.at)
    return screens.answers(
        actor=request.actor, at=request.at, plans=made, event=payload.event, on=payload.on, house_id=payload.organisation_id
    )  # fmt: skip


@router.get("/dispatch/promise", operation_id="dispatch_promise", response={200: schemas.PromiseOut, **ERRORS})
@allow(P.DISPATCH_PROMISE)
def dispatch_promise(request: HttpRequest, resident_id: int, need: str, on: date | None = None) -> Any:
    """Windows that can be promised to a family on a day."""
    return screens.promise_page(actor=request.actor, at=request.at, resident_id=resident_id, need=need, on=on)
