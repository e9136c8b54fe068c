"""The papers' API, and that of agreements between institutions: the same actions as the web."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from yijia.apps.agreements import actions, queries, schemas
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P

router = Router()


@router.get("/agreements", operation_id="agreements_list", response={200: Page[schemas.AgreementRow], **ERRORS})
@allow(P.ORDER_VIEW)
def agreements_list(
    request: HttpRequest,
    paging: Query[Paging],
    resident_id: schemas.Id | None = None,
    kind: str = "",
    unsigned: bool = False,
) -> Any:
    """Papers in sight, the newest first; `unsigned` for those that wait for a signature."""
    rows = queries.list_agreements(
        request.actor, resident_id=resident_id, kind=kind.replace("\0", ""), unsigned=unsigned
    )
    page = paginate(rows, paging.page, paging.page_size)
    ids, people = [row.pk for row in page["items"]], [row.resident_id for row in page["items"]]
    audit.read(
        request.actor, request.at, "agreements.papers", subject_type="agreements.agreement", subject_ids=ids, resident_ids=people
    )  # fmt: skip
    return {**page, "items": [schemas.agreement_row(row) for row in page["items"]]}


@router.get("/agreements/{agreement_id}", operation_id="agreements_get", response={200: schemas.AgreementOut, **ERRORS})
@allow(P.ORDER_VIEW)
def agreements_get(request: HttpRequest, agreement_id: int) -> Any:
    """One paper in sight, with its words in both languages and its signatures."""
    row = queries.get_agreement(request.actor, agreement_id)
    audit.read(
        request.actor,
        request.at,
        "agreements.paper",
        subject_type="agreements.agreement",
        subject_ids=[row.pk],
        resident_ids=[row.resident_id],
    )
    return schemas.agreement_out(row)


@router.post(
    "/agreements/{agreement_id}/sign", operation_id="agreements_sign", response={200: schemas.AgreementOut, **ERRORS}
)
@allow(P.ORDER_SIGN)
def agreements_sign(request: HttpRequest, agreement_id: int, payload: schemas.SignIn) -> Any:
    """Put one signature under a paper; 409 says why it cannot stand."""
    actions.sign(agreement_id=agreement_id, **payload.dict(), by=request.actor, at=request.at)
    return schemas.agreement_out(queries.get_agreement(request.actor, agreement_id))


@router.post(
    "/agreements/{agreement_id}/code", operation_id="agreements_give_code", response={201: schemas.CodeOut, **ERRORS}
)
@allow(P.ORDER_SIGN)
def agreements_give_code(request: HttpRequest, agreement_id: int) -> Any:
    """Staff: a one-time code to sign with; the one given before no longer counts."""
    made = actions.give_code(agreement_id=agreement_id, by=request.actor, at=request.at)
    out = {"code": queries.code_of(made), "valid_until": made.valid_until, "most_tries": made.most_tries}
    return Status(201, out)


@router.post(
    "/agreements/{agreement_id}/sign-by-code",
    operation_id="agreements_sign_by_code",
    response={200: schemas.AgreementOut, **ERRORS},
)
@allow(P.ORDER_SIGN)
def agreements_sign_by_code(request: HttpRequest, agreement_id: int, payload: schemas.CodeIn) -> Any:
    """The resident or a relative: sign with the code; both sides have signed then."""
    actions.sign_by_code(agreement_id=agreement_id, **payload.dict(), by=request.actor, at=request.at)
    return schemas.agreement_out(queries.get_agreement(request.actor, agreement_id))


@router.post(
    "/agreements/{agreement_id}/sign-at-door",
    operation_id="agreements_sign_at_door",
    response={200: schemas.AgreementOut, **ERRORS},
)
@allow(P.ORDER_SIGN)
def agreements_sign_at_door(request: HttpRequest, agreement_id: int, payload: schemas.DoorIn) -> Any:
    """Staff: both hands at one sitting, all or none."""
    actions.sign_at_door(agreement_id=agreement_id, **payload.dict(), by=request.actor, at=request.at)
    return schemas.agreement_out(queries.get_agreement(request.actor, agreement_id))


@router.post(
    "/agreements/{agreement_id}/countersign",
    operation_id="agreements_countersign",
    response={200: schemas.AgreementOut, **ERRORS},
)
@allow(P.ORDER_SIGN)
def agreements_countersign(request: HttpRequest, agreement_id: int, payload: schemas.HouseIn) -> Any:
    """Staff: the institution's signature, where the resident has signed already."""
    actions.countersign(agreement_id=agreement_id, **payload.dict(), by=request.actor, at=request.at)
    return schemas.agreement_out(queries.get_agreement(request.actor, agreement_id))


@router.post(
    "/agreements/{agreement_id}/revoke",
    operation_id="agreements_revoke",
    response={200: schemas.AgreementOut, **ERRORS},
)
@allow(P.ORDER_SIGN)
def agreements_revoke(request: HttpRequest, agreement_id: int, payload: schemas.RevokeIn) -> Any:
    """Take a paper back; orders that stand on it can no longer be dispatched."""
    return schemas.agreement_out(
        actions.revoke(agreement_id=agreement_id, reason=payload.reason, by=request.actor, at=request.at)
    )


def _detail(request: HttpRequest, cooperation_id: int) -> dict[str, Any]:
    row = queries.get_cooperation(request.actor, cooperation_id)
    return schemas.cooperation_detail(row, business_date(request.at))


@router.get("/cooperations", operation_id="cooperations_list", response={200: Page[schemas.CooperationOut], **ERRORS})
@allow(P.COOPERATION_VIEW)
def cooperations_list(
    request: HttpRequest, paging: Query[Paging], kind: str = "", state: str = "", breached: bool = False
) -> Any:
    """Agreements between institutions in sight, those with something missed first."""
    rows = queries.list_cooperations(
        request.actor, kind=kind.replace("\0", ""), state=state.replace("\0", ""), breached=breached
    )
    return paginate(rows, paging.page, paging.page_size, schemas.cooperation_out)


@router.post("/cooperations", operation_id="cooperations_draft", response={201: schemas.CooperationDetail, **ERRORS})
@allow(P.COOPERATION_MANAGE, P.COOPERATION_SUPERVISE)
def cooperations_draft(request: HttpRequest, payload: schemas.CooperationIn) -> Any:
    """Draft an agreement in the place's text; 409 names the law that refuses its terms."""
    row = actions.draft_cooperation(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _detail(request, row.pk))


@router.get(
    "/cooperations/{cooperation_id}",
    operation_id="cooperations_get",
    response={200: schemas.CooperationDetail, **ERRORS},
)
@allow(P.COOPERATION_VIEW)
def cooperations_get(request: HttpRequest, cooperation_id: int) -> Any:
    """One agreement with its words, duties, measures and signatures."""
    return _detail(request, cooperation_id)


@router.post(
    "/cooperations/{cooperation_id}/words",
    operation_id="cooperations_redraft",
    response={200: schemas.CooperationDetail, **ERRORS},
)
@allow(P.COOPERATION_MANAGE, P.COOPERATION_SUPERVISE)
def cooperations_redraft(request: HttpRequest, cooperation_id: int, payload: schemas.CooperationWords) -> Any:
    """Word a draft anew; 412 when somebody else did so meanwhile."""
    actions.redraft_cooperation(cooperation_id=cooperation_id, **payload.dict(), by=request.actor, at=request.at)
    return _detail(request, cooperation_id)


@router.post(
    "/cooperations/{cooperation_id}/move",
    operation_id="cooperations_move",
    response={200: schemas.CooperationDetail, **ERRORS},
)
@allow(P.COOPERATION_MANAGE, P.COOPERATION_SUPERVISE)
def cooperations_move(request: HttpRequest, cooperation_id: int, payload: schemas.CooperationMove) -> Any:
    """One step: offer, decline, suspend, resume, end; 409 says why not."""
    actions.move_cooperation(cooperation_id=cooperation_id, **payload.dict(), by=request.actor, at=request.at)
    return _detail(request, cooperation_id)


@router.post(
    "/cooperations/{cooperation_id}/sign",
    operation_id="cooperations_sign",
    response={200: schemas.CooperationDetail, **ERRORS},
)
@allow(P.COOPERATION_MANAGE, P.COOPERATION_SUPERVISE)
def cooperations_sign(request: HttpRequest, cooperation_id: int, payload: schemas.CooperationSign) -> Any:
    """Sign for one's own side; the second signature makes the agreement binding."""
    actions.sign_cooperation(cooperation_id=cooperation_id, **payload.dict(), by=request.actor, at=request.at)
    return _detail(request, cooperation_id)


@router.post(
    "/cooperations/{cooperation_id}/renew",
    operation_id="cooperations_renew",
    response={201: schemas.CooperationDetail, **ERRORS},
)
@allow(P.COOPERATION_MANAGE, P.COOPERATION_SUPERVISE)
def cooperations_renew(request: HttpRequest, cooperation_id: int, payload: schemas.CooperationRenew) -> Any:
    """Draft what follows an agreement: a paper of its own."""
    row = actions.renew_cooperation(cooperation_id=cooperation_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, _detail(request, row.pk))


@router.get(
    "/cooperations/{cooperation_id}/performance",
    operation_id="cooperations_performance",
    response={200: Page[schemas.PerformanceOut], **ERRORS},
)
@allow(P.COOPERATION_VIEW)
def cooperations_performance(request: HttpRequest, cooperation_id: int, paging: Query[Paging], duty: str = "") -> Any:
    """The events counted under an agreement, the newest first."""
    row = queries.get_cooperation(request.actor, cooperation_id)
    rows = queries.list_performances(row, duty.replace("\0", ""))
    return paginate(rows, paging.page, paging.page_size, schemas.performance_out)


@router.post(
    "/cooperations/{cooperation_id}/performance",
    operation_id="cooperations_perform",
    response={201: schemas.PerformanceOut, **ERRORS},
)
@allow(P.COOPERATION_MANAGE)
def cooperations_perform(request: HttpRequest, cooperation_id: int, payload: schemas.PerformanceIn) -> Any:
    """Count one event towards a duty; told again by the same source it is the same row."""
    row = actions.record_performance(agreement_id=cooperation_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.performance_out(row))


@router.get(
    "/cooperation-breaches", operation_id="cooperations_breaches", response={200: Page[schemas.BreachOut], **ERRORS}
)
@allow(P.COOPERATION_VIEW)
def cooperations_breaches(
    request: HttpRequest, paging: Query[Paging], cooperation_id: int | None = None, is_open: bool = False
) -> Any:
    """What was missed, with the events behind it; those nobody settled first."""
    rows = queries.list_breaches(request.actor, cooperation_id=cooperation_id, is_open=is_open)
    return paginate(rows, paging.page, paging.page_size, schemas.breach_out)


@router.get(
    "/cooperation-breaches/{breach_id}",
    operation_id="cooperations_breach",
    response={200: schemas.BreachOut, **ERRORS},
)
@allow(P.COOPERATION_VIEW)
def cooperations_breach(request: HttpRequest, breach_id: int) -> Any:
    """One breach with the events behind it, what was said to it and what was decided."""
    return schemas.breach_out(queries.get_breach(request.actor, breach_id))


@router.post(
    "/cooperation-breaches/{breach_id}/answer",
    operation_id="cooperations_answer_breach",
    response={200: schemas.BreachOut, **ERRORS},
)
@allow(P.COOPERATION_MANAGE)
def cooperations_answer_breach(request: HttpRequest, breach_id: int, payload: schemas.BreachSay) -> Any:
    """The party at fault says what happened."""
    row = actions.answer_breach(breach_id=breach_id, text=payload.text, by=request.actor, at=request.at)
    return schemas.breach_out(row)


@router.post(
    "/cooperation-breaches/{breach_id}/decide",
    operation_id="cooperations_decide_breach",
    response={200: schemas.BreachOut, **ERRORS},
)
@allow(P.COOPERATION_MANAGE, P.COOPERATION_SUPERVISE)
def cooperations_decide_breach(request: HttpRequest, breach_id: int, payload: schemas.BreachDecide) -> Any:
    """The other party or the authority upholds a breach, or excuses it."""
    row = actions.decide_breach(breach_id=breach_id, **payload.dict(), by=request.actor, at=request.at)
    return schemas.breach_out(row)
