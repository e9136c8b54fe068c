"""Complaints and reviews in the API: the same actions as the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status

from yijia.apps.supervision import actions, queries, schemas, words
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.base.errors import Stale
from yijia.core.permissions import Permission as P

router = Router()


def _version(if_match: str) -> int:
    """The version out of an entity tag; anything else is a version nobody has."""
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale
    return int(text)


def _complaint(request: HttpRequest, response: HttpResponse, complaint_id: int) -> dict[str, Any]:
    row = queries.get_complaint(request.actor, complaint_id)
    response["ETag"] = f'"{row.version}"'
    audit.read(
        request.actor,
        request.at,
        "complaints.get",
        subject_type="supervision.complaint",
        subject_ids=[row.pk],
        resident_ids=[row.resident_id],
    )
    return schemas.complaint_detail(row, queries.list_events(request.actor, row), business_date(request.at))


@router.get("/complaints", operation_id="complaints_list", response={200: Page[schemas.ComplaintOut], **ERRORS})
@allow(P.COMPLAINT_VIEW)
def complaints_list(
    request: HttpRequest,
    paging: Query[Paging],
    state: str = "",
    kind: str = "",
    is_late: bool = False,
    is_mine: bool = False,
    order_id: int | None = None,
) -> Any:
    """Complaints in sight, what is owed first; `state=open` for those not closed."""
    today = business_date(request.at)
    rows = queries.list_complaints(
        request.actor,
        state=state.replace("\0", ""),
        kind=kind.replace("\0", ""),
        is_late_on=today if is_late else None,
        is_mine=is_mine,
        order_id=order_id,
    )
    page = paginate(rows, paging.page, paging.page_size, lambda row: schemas.complaint_out(row, today))
    people = [row["resident_id"] for row in page["items"]]
    ids = [row["id"] for row in page["items"]]
    audit.read(
        request.actor,
        request.at,
        "complaints.list",
        subject_type="supervision.complaint",
        subject_ids=ids,
        resident_ids=people,
    )
    return page


@router.post("/complaints", operation_id="complaints_file", response={201: schemas.ComplaintDetail, **ERRORS})
@allow(P.COMPLAINT_FILE)
def complaints_file(request: HttpRequest, payload: schemas.ComplaintIn, response: HttpResponse) -> Any:
    """File a complaint about an order, or about an institution; the same `client_id` gives the first one back."""
    made = actions.file_complaint(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _complaint(request, response, made.pk))


@router.get(
    "/complaints/{complaint_id}", operation_id="complaints_get", response={200: schemas.ComplaintDetail, **ERRORS}
)
@allow(P.COMPLAINT_VIEW)
def complaints_get(request: HttpRequest, complaint_id: int, response: HttpResponse) -> Any:
    """One complaint with its steps."""
    return _complaint(request, response, complaint_id)


@router.post(
    "/complaints/{complaint_id}/assign",
    operation_id="complaints_assign",
    response={200: schemas.ComplaintDetail, **ERRORS},
)
@allow(P.COMPLAINT_ANSWER)
def complaints_assign(
    request: HttpRequest, complaint_id: int, payload: schemas.AssignIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Name who is responsible; `If-Match` carries the ETag last read."""
    actions.assign_complaint(
        complaint_id=complaint_id,
        owner_id=payload.owner_id,
        version=_version(if_match),
        by=request.actor,
        at=request.at,
    )
    return _complaint(request, response, complaint_id)


@router.post(
    "/complaints/{complaint_id}/answer",
    operation_id="complaints_answer",
    response={200: schemas.ComplaintDetail, **ERRORS},
)
@allow(P.COMPLAINT_ANSWER)
def complaints_answer(
    request: HttpRequest, complaint_id: int, payload: schemas.AnswerIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """The owner's answer."""
    actions.answer_complaint(
        complaint_id=complaint_id, answer=payload.answer, version=_version(if_match), by=request.actor, at=request.at
    )
    return _complaint(request, response, complaint_id)


@router.post(
    "/complaints/{complaint_id}/close",
    operation_id="complaints_close",
    response={200: schemas.ComplaintDetail, **ERRORS},
)
@allow(P.COMPLAINT_FILE, P.COMPLAINT_ANSWER)
def complaints_close(
    request: HttpRequest, complaint_id: int, payload: schemas.NoteIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Satisfied; or closed by the institution, with its reason."""
    actions.close_complaint(
        complaint_id=complaint_id, note=payload.note, version=_version(if_match), by=request.actor, at=request.at
    )
    return _complaint(request, response, complaint_id)


@router.post(
    "/complaints/{complaint_id}/reopen",
    operation_id="complaints_reopen",
    response={200: schemas.ComplaintDetail, **ERRORS},
)
@allow(P.COMPLAINT_FILE)
def complaints_reopen(
    request: HttpRequest, complaint_id: int, payload: schemas.NoteIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Not satisfied: owed again, with a new deadline."""
    actions.reopen_complaint(
        complaint_id=complaint_id, note=payload.note, version=_version(if_match), by=request.actor, at=request.at
    )
    return _complaint(request, response, complaint_id)


@router.get("/reviews", operation_id="reviews_list", response={200: Page[schemas.ReviewOut], **ERRORS})
@allow(P.EVIDENCE_REVIEW)
def reviews_list(request: HttpRequest, paging: Query[Paging], state: str = "open", is_late: bool = False) -> Any:
    """Visits whose evidence waits for a person, the nearest deadline first."""
    today = business_date(request.at)
    rows = queries.list_reviews(request.actor, state=state.replace("\0", ""), is_late_on=today if is_late else None)
    people: list[int] = []

    def each(row: Any) -> dict[str, Any]:
        people.append(row.visit.resident_id)
        return schemas.review_out(row, today)

    page = paginate(rows, paging.page, paging.page_size, each)
    ids = [row["id"] for row in page["items"]]
    audit.read(
        request.actor,
        request.at,
        "reviews.list",
        subject_type="supervision.evidencereview",
        subject_ids=ids,
        resident_ids=people,
    )
    return page


def _review(request: HttpRequest, response: HttpResponse, review_id: int) -> dict[str, Any]:
    row = queries.get_review(request.actor, review_id)
    response["ETag"] = f'"{row.version}"'
    audit.read(
        request.actor,
        request.at,
        "reviews.get",
        subject_type="supervision.evidencereview",
        subject_ids=[row.pk],
        resident_ids=[row.visit.resident_id],
    )
    return schemas.review_detail(row, queries.facts_of(row, english=words.is_english()), business_date(request.at))


@router.get("/reviews/{review_id}", operation_id="reviews_get", response={200: schemas.ReviewDetail, **ERRORS})
@allow(P.EVIDENCE_REVIEW)
def reviews_get(request: HttpRequest, review_id: int, response: HttpResponse) -> Any:
    """One visit under review with its findings."""
    return _review(request, response, review_id)


@router.post(
    "/reviews/{review_id}/decide", operation_id="reviews_decide", response={200: schemas.ReviewDetail, **ERRORS}
)
@allow(P.EVIDENCE_REVIEW)
def reviews_decide(
    request: HttpRequest, review_id: int, payload: schemas.DecisionIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Say whether the evidence stands, with a reason; `If-Match` carries the ETag last read."""
    actions.decide_review(
        review_id=review_id, **payload.dict(), version=_version(if_match), by=request.actor, at=request.at
    )
    return _review(request, response, review_id)
