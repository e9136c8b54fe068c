"""Referrals in the API: the same actions as the pages, and the same refusals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from yijia.apps.care.schemas import Id
from yijia.apps.referrals import actions, queries, schemas
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P

router = Router()


def _shown(request: HttpRequest, response: HttpResponse, referral_id: int) -> dict[str, Any]:
    """The referral as the caller may see it; the reading is on record."""
    row = queries.get_referral(request.actor, referral_id)
    audit.read(
        request.actor, request.at, "referrals.referral", subject_type="referrals.referral", subject_ids=[row.pk], resident_ids=[row.resident_id]
    )  # fmt: skip
    answers = queries.answers_of(row)
    kept = queries.latest_document(row) if queries.has_document_sight(request.actor, row, answers) else None
    response["ETag"] = f'"{row.version}"'
    return schemas.referral_out(row, answers, queries.events_of(row), kept.pk if kept else None, request.at)


@router.post(
    "/referrals",
    operation_id="referrals_request",
    response={201: schemas.ReferralOut, **ERRORS},
    summary="Ask for a bed or slot",
)
@allow(P.REFERRAL_ASK)
def referrals_request(request: HttpRequest, payload: schemas.ReferralIn, response: HttpResponse) -> Any:
    """Ask one or several institutions to take a person; a `client_id` sent before, or the same open matter, gives the first one."""
    row = actions.request_referral(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _shown(request, response, row.pk))


@router.get(
    "/referrals",
    operation_id="referrals_list",
    response={200: Page[schemas.ReferralRow], **ERRORS},
    summary="List referrals",
)
@allow(P.REFERRAL_VIEW)
def referrals_list(request: HttpRequest, paging: Query[Paging], tab: str = "all", q: str = "") -> Any:
    """Referrals in sight, late ones first; `tab` is ours, theirs, over or all."""
    page = queries.list_referrals(
        request.actor, queries.Filters(tab=tab, text=q[:60]), request.at, page=paging.page, size=paging.page_size
    )
    found = list(page) if page.number == paging.page else []
    audit.read(
        request.actor, request.at, "referrals.referrals", subject_type="referrals.referral", subject_ids=[row.pk for row in found],
        resident_ids=[row.resident_id for row in found],
    )  # fmt: skip
    return {
        "items": [schemas.referral_row(row, request.at) for row in found], "page": paging.page, "page_size": paging.page_size,
        "total": page.paginator.count,
    }  # fmt: skip


@router.get(
    "/referrals/{referral_id}",
    operation_id="referrals_get",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="Read one referral",
)
@allow(P.REFERRAL_VIEW)
def referrals_get(request: HttpRequest, referral_id: int, response: HttpResponse) -> Any:
    """One referral with its answers and the clock of every step."""
    return _shown(request, response, referral_id)


@router.get(
    "/referrals/{referral_id}/documents/{document_id}",
    operation_id="referrals_document",
    response={200: dict[str, Any], **ERRORS},
    summary="Read the summary as FHIR",
)
@allow(P.REFERRAL_VIEW)
def referrals_document(request: HttpRequest, referral_id: int, document_id: int) -> Any:
    """The FHIR R4 document Bundle as it was sent; 404 once the referral is no longer yours to read."""
    row, kept = queries.get_document(request.actor, referral_id, document_id)
    audit.read(
        request.actor, request.at, "referrals.document", subject_type="referrals.document", subject_ids=[kept.pk], resident_ids=[row.resident_id]
    )  # fmt: skip
    return kept.bundle


@router.post(
    "/referrals/{referral_id}/offer",
    operation_id="referrals_offer",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="Keep a bed or slot",
)
@allow(P.REFERRAL_ANSWER)
def referrals_offer(request: HttpRequest, referral_id: int, payload: schemas.OfferIn, response: HttpResponse) -> Any:
    """Name the bed or slot that is kept for the person, and from when."""
    actions.offer_place(referral_id=referral_id, **payload.dict(), by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


@router.post(
    "/referrals/{referral_id}/accept",
    operation_id="referrals_accept",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="Take the person",
)
@allow(P.REFERRAL_ANSWER)
def referrals_accept(request: HttpRequest, referral_id: int, response: HttpResponse) -> Any:
    """The first to accept takes the person; the others are released, the slower one hears 409 `referrals.taken`."""
    actions.accept_referral(referral_id=referral_id, by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


@router.post(
    "/referrals/{referral_id}/decline",
    operation_id="referrals_decline",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="Say no",
)
@allow(P.REFERRAL_ANSWER)
def referrals_decline(request: HttpRequest, referral_id: int, payload: schemas.ReasonIn, response: HttpResponse) -> Any:
    """Say no with the reason, before or after accepting."""
    actions.decline_referral(referral_id=referral_id, reason=payload.reason, by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


@router.post(
    "/referrals/{referral_id}/arrive",
    operation_id="referrals_arrive",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="The person has come",
)
@allow(P.REFERRAL_ANSWER)
def referrals_arrive(request: HttpRequest, referral_id: int, response: HttpResponse) -> Any:
    """The person is there; a bed at home ends, a hospital stay begins."""
    actions.arrive_referral(referral_id=referral_id, by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


@router.post(
    "/referrals/{referral_id}/return",
    operation_id="referrals_return",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="Give the person back",
)
@allow(P.REFERRAL_ANSWER)
def referrals_return(request: HttpRequest, referral_id: int, payload: schemas.ReturnIn, response: HttpResponse) -> Any:
    """Back to the community with a plan, under a programme the institution there can give."""
    actions.return_referral(referral_id=referral_id, **payload.dict(), by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


@router.post(
    "/referrals/{referral_id}/take-over",
    operation_id="referrals_take_over",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="Go on in the community",
)
@allow(P.REFERRAL_ASK)
def referrals_take_over(request: HttpRequest, referral_id: int, response: HttpResponse) -> Any:
    """The plan becomes an episode: the one that was left is taken back, or a new one begins."""
    actions.take_over_referral(referral_id=referral_id, by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


@router.post(
    "/referrals/{referral_id}/close",
    operation_id="referrals_close",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="End a referral",
)
@allow(P.REFERRAL_ANSWER)
def referrals_close(request: HttpRequest, referral_id: int, payload: schemas.ReasonIn, response: HttpResponse) -> Any:
    """End it where nobody has to go on."""
    actions.close_referral(referral_id=referral_id, reason=payload.reason, by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


@router.post(
    "/referrals/{referral_id}/withdraw",
    operation_id="referrals_withdraw",
    response={200: schemas.ReferralOut, **ERRORS},
    summary="Take the request back",
)
@allow(P.REFERRAL_ASK)
def referrals_withdraw(
    request: HttpRequest, referral_id: int, payload: schemas.ReasonIn, response: HttpResponse
) -> Any:
    """Before the person has come."""
    actions.withdraw_referral(referral_id=referral_id, reason=payload.reason, by=request.actor, at=request.at)
    return _shown(request, response, referral_id)


# --- remote consultation


def _consult(request: HttpRequest, consult_id: int) -> dict[str, Any]:
    row = queries.get_consult(request.actor, consult_id)
    audit.read(
        request.actor, request.at, "referrals.consult", subject_type="referrals.consult", subject_ids=[row.pk], resident_ids=[row.resident_id]
    )  # fmt: skip
    return schemas.consult_out(row)


@router.post(
    "/consults",
    operation_id="consults_request",
    response={201: schemas.ConsultOut, **ERRORS},
    summary="Ask another institution's doctor",
)
@allow(P.CONSULT_ASK)
def consults_request(request: HttpRequest, payload: schemas.ConsultIn) -> Any:
    """Ask about one person; a `client_id` sent before, or the same open question, gives the first one."""
    row = actions.request_consult(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _consult(request, row.pk))


@router.get(
    "/consults",
    operation_id="consults_list",
    response={200: Page[schemas.ConsultOut], **ERRORS},
    summary="List consultations",
)
@allow(P.REFERRAL_VIEW)
def consults_list(request: HttpRequest, paging: Query[Paging], resident_id: Id | None = None) -> Any:
    """Consultations in sight, open ones first; `resident_id` for those about one person."""
    page = paginate(queries.list_consults(request.actor, resident_id=resident_id), paging.page, paging.page_size)
    _listed(request, "referrals.consults", page["items"])
    return {**page, "items": [schemas.consult_out(row) for row in page["items"]]}


def _listed(request: HttpRequest, what: str, rows: list[Any]) -> None:
    ids, people = [row.pk for row in rows], [row.resident_id for row in rows]
    audit.read(request.actor, request.at, what, subject_type=what, subject_ids=ids, resident_ids=people)


@router.get(
    "/consults/{consult_id}",
    operation_id="consults_get",
    response={200: schemas.ConsultOut, **ERRORS},
    summary="Read one consultation",
)
@allow(P.REFERRAL_VIEW)
def consults_get(request: HttpRequest, consult_id: int) -> Any:
    """The question, the opinion, and until when the record is open."""
    return _consult(request, consult_id)


@router.post(
    "/consults/{consult_id}/accept",
    operation_id="consults_accept",
    response={200: schemas.ConsultOut, **ERRORS},
    summary="Accept a consultation",
)
@allow(P.CONSULT_ANSWER)
def consults_accept(request: HttpRequest, consult_id: int) -> Any:
    """The shared record is open from now until the opinion or `open_until`."""
    actions.accept_consult(consult_id=consult_id, by=request.actor, at=request.at)
    return _consult(request, consult_id)


@router.get(
    "/consults/{consult_id}/record",
    operation_id="consults_record",
    response={200: schemas.RecordOut, **ERRORS},
    summary="Read the shared record",
)
@allow(P.CONSULT_ANSWER)
def consults_record(request: HttpRequest, consult_id: int) -> Any:
    """The asker's record of the person; 403 with the reason before acceptance and after the end. Every reading is written down."""
    row = actions.read_shared_record(consult_id=consult_id, by=request.actor, at=request.at)
    return schemas.record_out(queries.shared_record_of_open(row, request.at))


@router.post(
    "/consults/{consult_id}/answer",
    operation_id="consults_answer",
    response={200: schemas.ConsultOut, **ERRORS},
    summary="Write the opinion",
)
@allow(P.CONSULT_ANSWER)
def consults_answer(request: HttpRequest, consult_id: int, payload: schemas.OpinionIn) -> Any:
    """The written opinion; the shared record closes with it."""
    actions.answer_consult(consult_id=consult_id, opinion=payload.opinion, by=request.actor, at=request.at)
    return _consult(request, consult_id)


@router.post(
    "/consults/{consult_id}/refuse",
    operation_id="consults_refuse",
    response={200: schemas.ConsultOut, **ERRORS},
    summary="Decline a consultation",
)
@allow(P.CONSULT_ANSWER)
def consults_refuse(request: HttpRequest, consult_id: int, payload: schemas.ReasonIn) -> Any:
    """Say no with the reason; an open record closes."""
    actions.refuse_consult(consult_id=consult_id, reason=payload.reason, by=request.actor, at=request.at)
    return _consult(request, consult_id)


@router.post(
    "/consults/{consult_id}/withdraw",
    operation_id="consults_withdraw",
    response={200: schemas.ConsultOut, **ERRORS},
    summary="Take the question back",
)
@allow(P.CONSULT_ASK)
def consults_withdraw(request: HttpRequest, consult_id: int, payload: schemas.ReasonIn) -> Any:
    """Take the question back; an open record closes."""
    actions.withdraw_consult(consult_id=consult_id, reason=payload.reason, by=request.actor, at=request.at)
    return _consult(request, consult_id)


# --- the green channel

_STEPS = {
    "answer": (actions.answer_emergency, "note"),
    "send": (actions.send_help, "help"),
    "arrive": (actions.arrive_emergency, "note"),
    "hand_over": (actions.hand_over_emergency, "note"),
    "stand_down": (actions.stand_down_emergency, "reason"),
}


def _call(request: HttpRequest, call_id: int) -> dict[str, Any]:
    row = queries.get_call(request.actor, call_id)
    audit.read(
        request.actor, request.at, "referrals.call", subject_type="referrals.emergencycall", subject_ids=[row.pk], resident_ids=[row.resident_id]
    )  # fmt: skip
    return schemas.call_out(row, queries.events_of_call(row))


@router.post(
    "/emergency-calls",
    operation_id="emergencies_call",
    response={201: schemas.CallOut, **ERRORS},
    summary="Press the green channel",
)
@allow(P.EMERGENCY_CALL)
def emergencies_call(request: HttpRequest, payload: schemas.CallIn) -> Any:
    """One press; pressed again while one runs it is the same call."""
    row = actions.call_emergency(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _call(request, row.pk))


@router.get(
    "/emergency-calls",
    operation_id="emergencies_list",
    response={200: Page[schemas.CallRow], **ERRORS},
    summary="List calls of the green channel",
)
@allow(P.REFERRAL_VIEW)
def emergencies_list(request: HttpRequest, paging: Query[Paging], resident_id: Id | None = None) -> Any:
    """Running calls first, the longest waiting on top; then those that ended, the newest first."""
    page = paginate(queries.list_calls(request.actor, resident_id=resident_id), paging.page, paging.page_size)
    _listed(request, "referrals.calls", page["items"])
    return {**page, "items": [schemas.call_row(row) for row in page["items"]]}


@router.get(
    "/emergency-calls/{call_id}",
    operation_id="emergencies_get",
    response={200: schemas.CallOut, **ERRORS},
    summary="Read one call",
)
@allow(P.REFERRAL_VIEW)
def emergencies_get(request: HttpRequest, call_id: int) -> Any:
    """Every step with its second, what was promised, and whether that is broken."""
    return _call(request, call_id)


@router.post(
    "/emergency-calls/{call_id}/steps",
    operation_id="emergencies_step",
    response={200: schemas.CallOut, **ERRORS},
    summary="Write one step down",
)
@allow(P.EMERGENCY_ANSWER, P.EMERGENCY_CALL)
def emergencies_step(request: HttpRequest, call_id: int, payload: schemas.CallStepIn) -> Any:
    """Answered, sent, arrived, handed over, stood down: at the second it reaches the platform."""
    act, field = _STEPS[payload.step]
    act(call_id=call_id, **{field: payload.text}, by=request.actor, at=request.at)
    return _call(request, call_id)
