"""Cases and instruments in the API: the same actions as the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from yijia.apps.cases import actions, queries, schemas, screens
from yijia.base import audit, instruments
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.base.errors import Invalid, refuse_if
from yijia.base.words import is_english
from yijia.core.assessment import BadAnswers
from yijia.core.permissions import Permission as P

router = Router()


def _case(request: HttpRequest, case_id: int) -> dict[str, Any]:
    case = queries.get_case(request.actor, case_id)
    audit.read(
        request.actor, request.at, "cases.get", subject_type="cases.case", subject_ids=[case.pk],
        resident_ids=[case.resident_id],
    )  # fmt: skip
    return schemas.case_detail(case, request.actor, business_date(request.at))


@router.get("/cases", operation_id="cases_list", response={200: Page[schemas.CaseOut], **ERRORS})
@allow(P.CASE_VIEW)
def cases_list(
    request: HttpRequest, paging: Query[Paging], state: str = "", is_open: bool = False, is_late: bool = False
) -> Any:
    """Cases in sight, what is owed first."""
    today = business_date(request.at)
    rows = queries.list_cases(
        request.actor, state=state.replace("\0", ""), is_open=is_open, is_late_on=today if is_late else None
    )
    off = queries.holidays(request.actor.jurisdiction or "CN", today)
    page = paginate(rows, paging.page, paging.page_size, lambda case: schemas.case_out(case, today, off))
    audit.read(
        request.actor, request.at, "cases.list", subject_type="cases.case", subject_ids=[row["id"] for row in page["items"]],
        resident_ids=[row["resident_id"] for row in page["items"]],
    )  # fmt: skip
    return page


@router.post("/cases", operation_id="cases_apply", response={201: schemas.CaseDetail, **ERRORS})
@allow(P.CASE_APPLY)
def cases_apply(request: HttpRequest, payload: schemas.ApplyIn) -> Any:
    """Begin an application as a draft; the same `client_id` gives the first one back. `move` with `submit` hands it in."""
    made = actions.apply(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _case(request, made.pk))


@router.get("/cases/{case_id}", operation_id="cases_get", response={200: schemas.CaseDetail, **ERRORS})
@allow(P.CASE_VIEW)
def cases_get(request: HttpRequest, case_id: int) -> Any:
    """One case: what may be seen of its entries depends on who asks."""
    return _case(request, case_id)


@router.post("/cases/{case_id}/form", operation_id="cases_fill", response={200: schemas.CaseDetail, **ERRORS})
@allow(P.CASE_APPLY)
def cases_fill(request: HttpRequest, case_id: int, payload: schemas.FillIn) -> Any:
    """Go on filling in a draft."""
    actions.fill(case_id=case_id, **payload.dict(), by=request.actor, at=request.at)
    return _case(request, case_id)


@router.post("/cases/{case_id}/move", operation_id="cases_move", response={200: schemas.CaseDetail, **ERRORS})
@allow(P.CASE_APPLY, P.CASE_HANDLE)
def cases_move(request: HttpRequest, case_id: int, payload: schemas.MoveIn) -> Any:
    """One step: submit, accept, refuse, publish, return, decide, object, reassess, dismiss, withdraw."""
    actions.move(case_id=case_id, **payload.dict(), by=request.actor, at=request.at)
    return _case(request, case_id)


@router.post("/cases/{case_id}/assign", operation_id="cases_assign", response={200: schemas.CaseDetail, **ERRORS})
@allow(P.CASE_HANDLE)
def cases_assign(request: HttpRequest, case_id: int, payload: schemas.AssignIn) -> Any:
    """Give a seat of the round to an assessor."""
    actions.assign(case_id=case_id, **payload.dict(), by=request.actor, at=request.at)
    return _case(request, case_id)


@router.get("/cases/{case_id}/entry", operation_id="cases_entry_get", response={200: schemas.EntryOut, **ERRORS})
@allow(P.CASE_ASSESS)
def cases_entry_get(request: HttpRequest, case_id: int) -> Any:
    """The caller's own entry of the round."""
    return schemas.entry_out(queries.my_entry(request.actor, case_id))


@router.put("/cases/{case_id}/entry", operation_id="cases_entry_save", response={200: schemas.EntryOut, **ERRORS})
@allow(P.CASE_ASSESS)
def cases_entry_save(request: HttpRequest, case_id: int, payload: schemas.EntryIn) -> Any:
    """Keep what the assessor has so far."""
    return schemas.entry_out(actions.save_entry(case_id=case_id, **payload.dict(), by=request.actor, at=request.at))


@router.post("/cases/{case_id}/entry", operation_id="cases_entry_submit", response={200: schemas.EntryOut, **ERRORS})
@allow(P.CASE_ASSESS)
def cases_entry_submit(request: HttpRequest, case_id: int, payload: schemas.EntryIn) -> Any:
    """Hand in for good; missing answers are named, all of them."""
    return schemas.entry_out(actions.submit_entry(case_id=case_id, **payload.dict(), by=request.actor, at=request.at))


@router.post("/cases/{case_id}/votes", operation_id="cases_vote", response={200: schemas.CaseDetail, **ERRORS})
@allow(P.CASE_VOTE)
def cases_vote(request: HttpRequest, case_id: int, payload: schemas.VoteIn) -> Any:
    """An expert's vote, once."""
    actions.vote(case_id=case_id, **payload.dict(), by=request.actor, at=request.at)
    return _case(request, case_id)


@router.post("/cases/{case_id}/reissue", operation_id="cases_reissue", response={200: schemas.CaseDetail, **ERRORS})
@allow(P.CASE_HANDLE)
def cases_reissue(request: HttpRequest, case_id: int) -> Any:
    """The letter anew, after the instrument was confirmed."""
    actions.reissue(case_id=case_id, by=request.actor, at=request.at)
    return _case(request, case_id)


@router.get("/instruments", operation_id="instruments_list", response={200: list[schemas.InstrumentOut], **ERRORS})
@allow(P.POLICY_VIEW)
def instruments_list(request: HttpRequest) -> Any:
    """The instruments in force in the caller's place."""
    found = instruments.in_force(jurisdiction=request.actor.jurisdiction or "CN", on=business_date(request.at))
    return [schemas.instrument_out(screens.instrument_row(one), one.fingerprint) for one in found]


@router.post(
    "/instruments/{instrument}/assess", operation_id="instruments_assess", response={200: dict[str, Any], **ERRORS}
)
@allow(P.POLICY_VIEW)
def instruments_assess(request: HttpRequest, instrument: str, payload: schemas.AssessIn, response: HttpResponse) -> Any:
    """Score answers without keeping them: level, steps, edition; a draft says why."""
    today = business_date(request.at)
    found = refuse_if(instruments.find(instrument, jurisdiction=request.actor.jurisdiction or "CN", on=today))
    ready = instruments.compiled(found, queries.confirmation_for_system(found.id) if found.is_draft else None)
    result = ready.assess(payload.answers, payload.facts)
    if isinstance(result, BadAnswers):
        raise Invalid({w.field: [instruments.sentence(w)[is_english()]] for w in result.wrong})
    return result.as_json()


@router.post(
    "/instruments/{instrument}/confirm",
    operation_id="instruments_confirm",
    response={201: schemas.InstrumentOut, **ERRORS},
)
@allow(P.INSTRUMENT_CONFIRM)
def instruments_confirm(request: HttpRequest, instrument: str, payload: schemas.ConfirmIn) -> Any:
    """Sign that an instrument agrees with its original; an audited change of edition."""
    actions.confirm_instrument(instrument=instrument, **payload.dict(), by=request.actor, at=request.at)
    today = business_date(request.at)
    found = refuse_if(instruments.find(instrument, jurisdiction=request.actor.jurisdiction or "CN", on=today))
    return Status(201, schemas.instrument_out(screens.instrument_row(found), found.fingerprint))
