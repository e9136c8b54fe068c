"""The catalogue's API: the same actions as the web."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status

from yijia.apps.catalogue import actions, queries, schemas
from yijia.apps.registry import queries as registry
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.base.errors import NotFound, Stale, refuse_if
from yijia.core.permissions import Permission as P

router = Router()


def _version(if_match: str) -> int:
    """The version out of an entity tag; anything else is a version nobody has."""
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale
    return int(text)


def _tagged(response: HttpResponse, row: Any, out: dict[str, Any]) -> dict[str, Any]:
    response["ETag"] = f'"{row.version}"'
    return out


@router.get("/items", operation_id="items_list", response={200: Page[schemas.ItemOut], **ERRORS})
@allow(P.CATALOGUE_VIEW)
def items_list(request: HttpRequest, paging: Query[Paging], need: str = "") -> Any:
    """Items of the place's catalogue today, by code; `need` narrows to those that answer one need."""
    found = queries.items(business_date(request.at)).values()
    chosen = sorted((item for item in found if not need or need in item.needs), key=lambda item: item.code)
    return paginate(chosen, paging.page, paging.page_size, schemas.item_out)


@router.get("/offered-items", operation_id="offered_items_list", response={200: Page[schemas.OfferedItemOut], **ERRORS})
@allow(P.CATALOGUE_VIEW)
def offered_items_list(
    request: HttpRequest, paging: Query[Paging], organisation_id: int | None = None, state: str = ""
) -> Any:
    """Chosen items in sight; residents and families see what is published."""
    rows = queries.list_offered_items(request.actor, organisation_id=organisation_id, state=state or None)
    return paginate(rows, paging.page, paging.page_size, schemas.offered_out)


@router.post("/offered-items", operation_id="offered_items_pick", response={201: schemas.OfferedItemOut, **ERRORS})
@allow(P.CATALOGUE_PICK)
def offered_items_pick(request: HttpRequest, payload: schemas.PickIn, response: HttpResponse) -> Any:
    """Choose an item of the catalogue for one's institution."""
    row = actions.pick_item(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _tagged(response, row, schemas.offered_out(row)))


@router.post(
    "/offered-items/{offered_item_id}/submit",
    operation_id="offered_items_submit",
    response={200: schemas.OfferedItemOut, **ERRORS},
)
@allow(P.CATALOGUE_PICK)
def offered_items_submit(
    request: HttpRequest,
    offered_item_id: int,
    payload: schemas.SubmitItemIn,
    response: HttpResponse,
    if_match: Header[str],
) -> Any:
    """Answer every written criterion and hand the choice to the authority; `If-Match` carries the ETag last read."""
    given = payload.dict()["criteria"]
    row = actions.submit_item(
        offered_item_id=offered_item_id, criteria=given, version=_version(if_match), by=request.actor, at=request.at
    )
    return _tagged(response, row, schemas.offered_out(row))


@router.post(
    "/offered-items/{offered_item_id}/review",
    operation_id="offered_items_review",
    response={200: schemas.OfferedItemOut, **ERRORS},
)
@allow(P.CATALOGUE_REVIEW)
def offered_items_review(
    request: HttpRequest,
    offered_item_id: int,
    payload: schemas.ReviewItemIn,
    response: HttpResponse,
    if_match: Header[str],
) -> Any:
    """Publish a choice, or return it with a note; 412 when another reviewer was faster."""
    row = actions.review_item(
        offered_item_id=offered_item_id, **payload.dict(), version=_version(if_match), by=request.actor, at=request.at
    )
    return _tagged(response, row, schemas.offered_out(row))


@router.get("/filings", operation_id="filings_list", response={200: Page[schemas.FilingOut], **ERRORS})
@allow(P.PRICE_VIEW)
def filings_list(
    request: HttpRequest, paging: Query[Paging], organisation_id: int | None = None, state: str = "", kind: str = ""
) -> Any:
    """Filings in sight, the newest first. With `organisation_id`, residents and families read that institution's published prices."""
    rows = queries.list_readable_filings(
        request.actor,
        business_date(request.at),
        organisation_id=organisation_id,
        state=state or None,
        kind=kind or None,
    )
    return paginate(rows, paging.page, paging.page_size, schemas.filing_out)


@router.post("/filings", operation_id="filings_draft", response={201: schemas.FilingOut, **ERRORS})
@allow(P.PRICE_FILE)
def filings_draft(request: HttpRequest, payload: schemas.FilingIn, response: HttpResponse) -> Any:
    """Draft a price or cancellation terms."""
    row = actions.draft_filing(**schemas.filing_in(payload), by=request.actor, at=request.at)
    return Status(201, _tagged(response, row, schemas.filing_out(row)))


@router.post("/filings/{filing_id}/submit", operation_id="filings_submit", response={200: schemas.FilingOut, **ERRORS})
@allow(P.PRICE_FILE)
def filings_submit(request: HttpRequest, filing_id: int, response: HttpResponse, if_match: Header[str]) -> Any:
    """Hand a draft to the authority; `If-Match` carries the ETag last read."""
    row = actions.submit_filing(filing_id=filing_id, version=_version(if_match), by=request.actor, at=request.at)
    return _tagged(response, row, schemas.filing_out(row))


@router.post("/filings/{filing_id}/review", operation_id="filings_review", response={200: schemas.FilingOut, **ERRORS})
@allow(P.PRICE_REVIEW)
def filings_review(
    request: HttpRequest, filing_id: int, payload: schemas.ReviewFilingIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Find a filing in order, or return it with a note; 412 when another reviewer was faster."""
    act = actions.review_filing if payload.is_approved else actions.return_filing
    row = act(filing_id=filing_id, note=payload.note, version=_version(if_match), by=request.actor, at=request.at)
    return _tagged(response, row, schemas.filing_out(row))


@router.post(
    "/filings/{filing_id}/publish", operation_id="filings_publish", response={200: schemas.FilingOut, **ERRORS}
)
@allow(P.PRICE_FILE, P.PRICE_REVIEW)
def filings_publish(request: HttpRequest, filing_id: int, response: HttpResponse, if_match: Header[str]) -> Any:
    """Publish a reviewed filing; the former price of its code ends where this one begins."""
    row = actions.publish_filing(filing_id=filing_id, version=_version(if_match), by=request.actor, at=request.at)
    return _tagged(response, row, schemas.filing_out(row))


@router.get(
    "/organisations/{organisation_id}/service-area",
    operation_id="service_area_get",
    response={200: schemas.AreaOut, **ERRORS},
)
@allow(P.CATALOGUE_VIEW)
def service_area_get(request: HttpRequest, organisation_id: int, response: HttpResponse) -> Any:
    """Where and when an institution visits; 404 when it has not said."""
    row = queries.get_service_area(request.actor, organisation_id)
    if row is None:
        raise NotFound
    return _tagged(response, row, schemas.area_out(row))


@router.put(
    "/organisations/{organisation_id}/service-area",
    operation_id="service_area_put",
    response={200: schemas.AreaOut, **ERRORS},
)
@allow(P.ORGANISATION_EDIT)
def service_area_put(
    request: HttpRequest,
    organisation_id: int,
    payload: schemas.AreaIn,
    response: HttpResponse,
    if_match: Header[str] = '"0"',
) -> Any:
    """Set the area and hours; `If-Match` carries the ETag last read, none is needed the first time."""
    given = schemas.area_in(payload)
    row = actions.set_service_area(
        organisation_id=organisation_id, **given, version=_version(if_match), by=request.actor, at=request.at
    )
    return _tagged(response, row, schemas.area_out(row))


@router.get("/quotes", operation_id="quotes_get", response={200: schemas.QuoteOut, **ERRORS})
@allow(P.PRICE_VIEW)
def quotes_get(
    request: HttpRequest, organisation_id: int, resident_id: int, items: Query[list[str]], on: date | None = None
) -> Any:
    """What items (`NI-CL-06` or `NI-CL-06:2`, repeated) would cost a resident in sight; 409 says why there is no price."""
    person, day = registry.get_resident(request.actor, resident_id), on or business_date(request.at)
    asked = schemas.quantities(items)
    bill = refuse_if(queries.quote(organisation_id, asked, person.household, day, person.insured_class))
    return schemas.quote_out(organisation_id, day, bill)
