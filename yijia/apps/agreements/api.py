"""The papers' API: the same actions as the web."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from yijia.apps.agreements import actions, queries, schemas
from yijia.base import audit
from yijia.base.api_schemas import ERRORS
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P

router = Router()


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
