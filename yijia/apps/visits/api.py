"""Visits, offers and alarms in the API: the same actions as the pages."""

import base64
import binascii
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from yijia.apps.visits import actions, queries, schemas, screens
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.doors import allow
from yijia.base.errors import Invalid, Stale
from yijia.base.words import say
from yijia.core.permissions import Permission as P

router = Router()


def _version(request: HttpRequest) -> int | None:
    """The version in If-Match, if one was sent."""
    given = request.headers.get("If-Match", "").strip().strip('"')
    if given and not given.isdecimal():
        raise Stale
    return int(given) if given else None


def _visit(request: HttpRequest, visit_id: int, response: HttpResponse | None = None) -> screens.Card:
    visit = queries.get_visit(request.actor, visit_id)
    if response is not None:
        response["ETag"] = f'"{visit.version}"'
    return screens.get_card(actor=request.actor, at=request.at, visit=visit)


@router.get("/visits", operation_id="visits_day", response={200: list[schemas.StopOut], **ERRORS})
@allow(P.VISIT_RUN)
def visits_day(request: HttpRequest, on: date | None = None) -> Any:
    """The nurse's own stops of a day, in order."""
    return screens.day(actor=request.actor, at=request.at, on=on).stops


@router.get("/visits/{visit_id}", operation_id="visits_get", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_VIEW)
def visits_get(request: HttpRequest, visit_id: int, response: HttpResponse) -> Any:
    """One visit in sight; the ETag is its version."""
    return _visit(request, visit_id, response)


@router.post("/visits/{visit_id}/depart", operation_id="visits_depart", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_depart(request: HttpRequest, visit_id: int, payload: schemas.PlaceIn) -> Any:
    """Set out; the gate is asked again."""
    actions.depart(visit_id=visit_id, place=payload.place(), by=request.actor, at=request.at)
    return _visit(request, visit_id)


@router.post("/visits/{visit_id}/arrive", operation_id="visits_arrive", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_arrive(request: HttpRequest, visit_id: int, payload: schemas.ArriveIn) -> Any:
    """Check in with place and door code."""
    actions.arrive(
        visit_id=visit_id,
        code=payload.code,
        has_no_code=payload.has_no_code,
        place=payload.place(),
        by=request.actor,
        at=request.at,
    )
    return _visit(request, visit_id)


@router.post("/visits/{visit_id}/reassess", operation_id="visits_reassess", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_reassess(request: HttpRequest, visit_id: int, payload: schemas.ReassessIn) -> Any:
    """The look on site; passing it begins the service."""
    actions.pass_reassessment(visit_id=visit_id, **payload.dict(), by=request.actor, at=request.at)
    return _visit(request, visit_id)


@router.post("/visits/{visit_id}/abort", operation_id="visits_abort", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_abort(request: HttpRequest, visit_id: int, payload: schemas.AbortIn) -> Any:
    """Stop for a reason of the list."""
    actions.abort(
        visit_id=visit_id,
        reason=payload.reason,
        note=payload.note,
        place=payload.place(),
        by=request.actor,
        at=request.at,
    )
    return _visit(request, visit_id)


@router.post("/visits/{visit_id}/no-show", operation_id="visits_no_show", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_no_show(request: HttpRequest, visit_id: int, payload: schemas.NoShowIn) -> Any:
    """Nobody opened."""
    actions.no_show(visit_id=visit_id, note=payload.note, place=payload.place(), by=request.actor, at=request.at)
    return _visit(request, visit_id)


@router.post("/visits/{visit_id}/release", operation_id="visits_release", response={204: None, **ERRORS})
@allow(P.VISIT_ANSWER_OFFER)
def visits_release(request: HttpRequest, visit_id: int, payload: schemas.ReasonIn) -> Any:
    """The nurse gives her own visit back, before arrival."""
    actions.release(visit_id=visit_id, reason=payload.reason, by=request.actor, at=request.at)
    return Status(204, None)


@router.post("/visits/{visit_id}/track", operation_id="visits_track", response={204: None, **ERRORS})
@allow(P.VISIT_RUN)
def visits_track(request: HttpRequest, visit_id: int, payload: schemas.PlaceIn) -> Any:
    """Where the nurse is while on duty; outside duty it is refused and not kept."""
    actions.track(visit_id=visit_id, place=payload.place(), by=request.actor, at=request.at)
    return Status(204, None)


@router.put("/visits/{visit_id}/record", operation_id="visits_record", response={200: schemas.RecordOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_record(request: HttpRequest, visit_id: int, payload: schemas.RecordIn) -> Any:
    """Write or correct the record until it is signed; If-Match names the record's version."""
    sheet = actions.Sheet(
        vitals={code: (vital.amount, vital.unit) for code, vital in payload.vitals.items()},
        items={code: (item.is_done, item.note) for code, item in payload.items.items()},
        consumables=payload.consumables, answers=payload.answers, notes=payload.notes, advice=payload.advice, waste_returned=payload.waste_returned,
    )  # fmt: skip
    return actions.write_record(
        visit_id=visit_id, sheet=sheet, version=_version(request), by=request.actor, at=request.at
    )


@router.post("/visits/{visit_id}/photos", operation_id="visits_photo", response={201: schemas.FileOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_photo(request: HttpRequest, visit_id: int, payload: schemas.PhotoIn) -> Any:
    """Keep a photo."""
    try:
        content = base64.b64decode(payload.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid({"content": [say("照片不完整，请重传")]}) from error
    return Status(201, actions.add_photo(visit_id=visit_id, content=content, by=request.actor, at=request.at))


@router.post("/visits/{visit_id}/signatures", operation_id="visits_sign", response={201: schemas.FileOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_sign(request: HttpRequest, visit_id: int, payload: schemas.SignIn) -> Any:
    """Sign under the record: each side once."""
    return Status(201, actions.sign_record(visit_id=visit_id, **payload.dict(), by=request.actor, at=request.at))


@router.post("/visits/{visit_id}/complete", operation_id="visits_complete", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_RUN)
def visits_complete(request: HttpRequest, visit_id: int, payload: schemas.PlaceIn) -> Any:
    """Check out."""
    actions.complete(visit_id=visit_id, place=payload.place(), by=request.actor, at=request.at)
    return _visit(request, visit_id)


@router.post("/visits/{visit_id}/confirm", operation_id="visits_confirm", response={200: schemas.VisitOut, **ERRORS})
@allow(P.VISIT_CONFIRM)
def visits_confirm(request: HttpRequest, visit_id: int, payload: schemas.ConfirmIn) -> Any:
    """The family's word: done, or something is wrong."""
    actions.confirm(visit_id=visit_id, is_done=payload.is_done, words=payload.words, by=request.actor, at=request.at)
    return _visit(request, visit_id)


@router.post("/visits/{visit_id}/rating", operation_id="visits_rate", response={201: schemas.RatingOut, **ERRORS})
@allow(P.VISIT_RATE)
def visits_rate(request: HttpRequest, visit_id: int, payload: schemas.RateIn) -> Any:
    """Rate a settled visit, once."""
    return Status(201, actions.rate(visit_id=visit_id, **payload.dict(), by=request.actor, at=request.at))


@router.get("/offers", operation_id="offers_list", response={200: list[schemas.OfferOut], **ERRORS})
@allow(P.VISIT_ANSWER_OFFER)
def offers_list(request: HttpRequest) -> Any:
    """Offers the nurse can still answer."""
    return screens.offers(actor=request.actor, at=request.at)


@router.post("/offers/{offer_id}/answer", operation_id="offers_answer", response={200: schemas.OfferStateOut, **ERRORS})
@allow(P.VISIT_ANSWER_OFFER)
def offers_answer(request: HttpRequest, offer_id: int, payload: schemas.AnswerIn) -> Any:
    """Say yes or no."""
    return actions.answer_offer(
        offer_id=offer_id, is_accepted=payload.is_accepted, reason=payload.reason, by=request.actor, at=request.at
    )


@router.post("/sos", operation_id="sos_press", response={201: schemas.AlarmOut, **ERRORS})
@allow(P.SOS_PRESS)
def sos_press(request: HttpRequest, payload: schemas.SosIn) -> Any:
    """Call for help; the same press sent again is the same alarm."""
    return Status(
        201,
        actions.press_sos(
            visit_id=payload.visit_id,
            client_id=payload.client_id,
            place=payload.place(),
            by=request.actor,
            at=request.at,
        ),
    )


@router.get("/alarms", operation_id="alarms_list", response={200: Page[schemas.AlarmOut], **ERRORS})
@allow(P.SOS_VIEW)
def alarms_list(request: HttpRequest, paging: Query[Paging], is_open: bool = True) -> Any:
    """Open alarms by age, or closed ones, newest first."""
    return paginate(queries.list_alarms(request.actor, is_open=is_open), paging.page, paging.page_size)


@router.post(
    "/alarms/{alarm_id}/acknowledge", operation_id="alarms_acknowledge", response={200: schemas.AlarmOut, **ERRORS}
)
@allow(P.SOS_ANSWER)
def alarms_acknowledge(request: HttpRequest, alarm_id: int) -> Any:
    """Take an alarm on."""
    return actions.acknowledge_alarm(alarm_id=alarm_id, by=request.actor, at=request.at)


@router.post("/alarms/{alarm_id}/respond", operation_id="alarms_respond", response={200: schemas.AlarmOut, **ERRORS})
@allow(P.SOS_ANSWER)
def alarms_respond(request: HttpRequest, alarm_id: int, payload: schemas.RespondIn) -> Any:
    """Help was sent."""
    return actions.respond_alarm(alarm_id=alarm_id, note=payload.note, by=request.actor, at=request.at)


@router.post("/alarms/{alarm_id}/close", operation_id="alarms_close", response={200: schemas.AlarmOut, **ERRORS})
@allow(P.SOS_ANSWER)
def alarms_close(request: HttpRequest, alarm_id: int, payload: schemas.CloseIn) -> Any:
    """It is over, and how it ended."""
    return actions.close_alarm(alarm_id=alarm_id, outcome=payload.outcome, by=request.actor, at=request.at)


@router.get("/duty-leads", operation_id="duty_leads_list", response={200: Page[schemas.DutyOut], **ERRORS})
@allow(P.STAFF_EDIT, P.SOS_ANSWER)
def duty_leads_list(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Shifts of duty leads that go on or are to come, soonest first."""
    return paginate(queries.list_duty(request.actor, request.at), paging.page, paging.page_size)


@router.post("/duty-leads", operation_id="duty_leads_set", response={201: schemas.DutyOut, **ERRORS})
@allow(P.STAFF_EDIT)
def duty_leads_set(request: HttpRequest, payload: schemas.DutyIn) -> Any:
    """Put somebody on the roster; the database refuses two at a time."""
    return Status(201, actions.set_duty_lead(**payload.dict(), by=request.actor, at=request.at))


@router.post("/duty-leads/{duty_id}/end", operation_id="duty_leads_end", response={200: schemas.DutyOut, **ERRORS})
@allow(P.STAFF_EDIT)
def duty_leads_end(request: HttpRequest, duty_id: int) -> Any:
    """Take a shift off the roster."""
    return actions.end_duty(duty_id=duty_id, by=request.actor, at=request.at)
