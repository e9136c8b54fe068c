"""Rehabilitation by designated institutions in the API: the same actions as the pages, and the same refusals."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from yijia.apps.care.schemas import Id
from yijia.apps.cases import actions as cases
from yijia.apps.cases import queries as case_queries
from yijia.apps.registry import queries as registry
from yijia.apps.rehab import actions, queries, schemas, screens
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P

router = Router()


def _case(request: HttpRequest, case_id: int) -> dict[str, Any]:
    return schemas.case_out(case_queries.get_house_case(request.actor, case_id), business_date(request.at))


def _record(request: HttpRequest, placement_id: int) -> dict[str, Any]:
    row = queries.get_placement(request.actor, placement_id)
    audit.read(
        request.actor, request.at, "rehab.record", subject_type="rehab.placement", subject_ids=[row.pk], resident_ids=[row.resident_id]
    )  # fmt: skip
    return schemas.record_out(row, business_date(request.at))


@router.get("/rehab/cases", operation_id="rehab_cases", response={200: Page[schemas.CaseOut], **ERRORS})
@allow(P.REHAB_VIEW)
def rehab_cases(request: HttpRequest, paging: Query[Paging], is_open: bool | None = None) -> Any:
    """Evaluations of institutions in sight, what is owed first."""
    on = business_date(request.at)
    rows = case_queries.list_house_cases(request.actor, is_open=is_open)
    return paginate(rows, paging.page, paging.page_size, lambda row: schemas.case_out(row, on))


@router.post("/rehab/cases", operation_id="rehab_apply", response={201: schemas.CaseOut, **ERRORS})
@allow(P.REHAB_APPLY)
def rehab_apply(request: HttpRequest, payload: schemas.ApplyIn) -> Any:
    """Apply for a category of a list."""
    made = actions.apply_for_list(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _case(request, made.pk))


@router.get("/rehab/cases/{case_id}", operation_id="rehab_case", response={200: schemas.CaseOut, **ERRORS})
@allow(P.REHAB_VIEW)
def rehab_case(request: HttpRequest, case_id: int) -> Any:
    """One evaluation."""
    return _case(request, case_id)


@router.post("/rehab/cases/{case_id}/move", operation_id="rehab_move", response={200: schemas.CaseOut, **ERRORS})
@allow(P.REHAB_HANDLE, P.REHAB_APPLY)
def rehab_move(request: HttpRequest, case_id: int, payload: schemas.MoveIn) -> Any:
    """One step of an evaluation."""
    actions.move_case(case_id=case_id, **payload.dict(), by=request.actor, at=request.at)
    return _case(request, case_id)


@router.post("/rehab/cases/{case_id}/sheet", operation_id="rehab_sheet", response={200: schemas.CaseOut, **ERRORS})
@allow(P.REHAB_HANDLE)
def rehab_sheet(request: HttpRequest, case_id: int, payload: schemas.SheetIn) -> Any:
    """Hand in the criteria sheet, whole and for good."""
    cases.hand_in_sheet(case_id=case_id, **payload.dict(), by=request.actor, at=request.at)
    return _case(request, case_id)


@router.post(
    "/rehab/cases/{case_id}/experts", operation_id="rehab_name_expert", response={200: schemas.CaseOut, **ERRORS}
)
@allow(P.REHAB_HANDLE)
def rehab_name_expert(request: HttpRequest, case_id: int, payload: schemas.ExpertIn) -> Any:
    """Name an expert for an evaluation; only those who are named see it and vote."""
    actions.name_expert(case_id=case_id, expert_id=payload.expert_id, by=request.actor, at=request.at)
    return _case(request, case_id)


@router.get(
    "/rehab/cases/{case_id}/experts", operation_id="rehab_experts", response={200: list[schemas.SeatOut], **ERRORS}
)
@allow(P.REHAB_HANDLE)
def rehab_experts(request: HttpRequest, case_id: int) -> Any:
    """The experts named for an evaluation, those who stood down left out."""
    return [schemas.seat_out(row) for row in queries.seats_of(case_queries.get_house_case(request.actor, case_id))]


@router.post(
    "/rehab/cases/{case_id}/experts/{seat_id}/stand-down",
    operation_id="rehab_stand_down",
    response={200: schemas.CaseOut, **ERRORS},
)
@allow(P.REHAB_HANDLE)
def rehab_stand_down(request: HttpRequest, case_id: int, seat_id: int, payload: schemas.WhyIn) -> Any:
    """Let an expert stand down, with the reason; who has voted in this round stays."""
    actions.stand_down(case_id=case_id, seat_id=seat_id, why=payload.why, by=request.actor, at=request.at)
    return _case(request, case_id)


@router.post("/rehab/cases/{case_id}/votes", operation_id="rehab_vote", response={200: schemas.CaseOut, **ERRORS})
@allow(P.CASE_VOTE)
def rehab_vote(request: HttpRequest, case_id: int, payload: schemas.VoteIn) -> Any:
    """An expert's vote, once."""
    cases.vote_house(case_id=case_id, **payload.dict(), by=request.actor, at=request.at)
    return _case(request, case_id)


@router.get("/rehab/figures", operation_id="rehab_figures", response={200: list[schemas.FigureRow], **ERRORS})
@allow(P.REHAB_HANDLE)
def rehab_figures(request: HttpRequest) -> Any:
    """The figures nobody read, each with what was stated for it."""
    return [schemas.figure_row(row) for row in screens.figures_page(request)]


@router.post("/rehab/figures", operation_id="rehab_state_figure", response={201: schemas.FigureOut, **ERRORS})
@allow(P.REHAB_HANDLE)
def rehab_state_figure(request: HttpRequest, payload: schemas.FigureIn) -> Any:
    """State a figure nobody read, with its document."""
    return Status(201, cases.state_figure(**payload.dict(), by=request.actor, at=request.at))


@router.get("/rehab/designations", operation_id="rehab_list", response={200: Page[schemas.DesignationOut], **ERRORS})
@allow(P.REHAB_VIEW)
def rehab_list(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Designations in sight, each with whether it is on the live list today."""
    on = business_date(request.at)
    page = paginate(queries.designations_of(request.actor), paging.page, paging.page_size)
    places = queries.places_of(page["items"], on)
    return {**page, "items": [schemas.designation_out(row, places[row.pk], on) for row in page["items"]]}


@router.get(
    "/rehab/designations/{designation_id}",
    operation_id="rehab_designation",
    response={200: schemas.DesignationOut, **ERRORS},
)
@allow(P.REHAB_VIEW)
def rehab_designation(request: HttpRequest, designation_id: int) -> Any:
    """One designation, with whether it is on the live list today."""
    row, on = queries.get_designation(request.actor, designation_id), business_date(request.at)
    return schemas.designation_out(row, queries.place_of(row, on), on)


@router.post(
    "/rehab/designations/{designation_id}/end",
    operation_id="rehab_end",
    response={200: schemas.DesignationOut, **ERRORS},
)
@allow(P.REHAB_HANDLE)
def rehab_end(request: HttpRequest, designation_id: int, payload: schemas.EndIn) -> Any:
    """Take an institution off the list on a listed ground."""
    row = actions.end_designation(designation_id=designation_id, **payload.dict(), by=request.actor, at=request.at)
    on = business_date(request.at)
    return schemas.designation_out(row, queries.place_of(row, on), on)


@router.get("/rehab/bans", operation_id="rehab_bans", response={200: list[schemas.BanOut], **ERRORS})
@allow(P.REHAB_VIEW)
def rehab_bans(request: HttpRequest) -> Any:
    """Bans in sight, the latest first."""
    return [schemas.ban_out(row) for row in queries.list_bans(request.actor)]


@router.post("/rehab/bans/{ban_id}/lift", operation_id="rehab_lift", response={200: schemas.BanOut, **ERRORS})
@allow(P.REHAB_HANDLE)
def rehab_lift(request: HttpRequest, ban_id: int, payload: schemas.WhyIn) -> Any:
    """Lift a ban in writing."""
    return schemas.ban_out(actions.lift_ban(ban_id=ban_id, **payload.dict(), by=request.actor, at=request.at))


@router.get(
    "/rehab/people/{resident_id}/offers", operation_id="rehab_offers", response={200: list[schemas.OfferOut], **ERRORS}
)
@allow(P.REHAB_CHOOSE)
def rehab_offers(request: HttpRequest, resident_id: int) -> Any:
    """The live list of a person's category, the nearest first."""
    on, resident = business_date(request.at), registry.get_resident(request.actor, resident_id)
    audit.read(request.actor, request.at, "rehab.offers", subject_type="registry.resident", resident_ids=[resident_id])
    return [schemas.offer_out(one) for one in queries.live_list(resident, queries.list_for(resident, on), on)]


@router.get("/rehab/records", operation_id="rehab_records", response={200: Page[schemas.RecordRow], **ERRORS})
@allow(P.REHAB_VIEW)
def rehab_records(request: HttpRequest, paging: Query[Paging], resident_id: Id | None = None) -> Any:
    """Records in sight, running ones first; `resident_id` for those of one person."""
    rows = queries.records_in_order(request.actor, resident_id=resident_id)
    page = paginate(rows, paging.page, paging.page_size)
    ids, people = [row.pk for row in page["items"]], [row.resident_id for row in page["items"]]
    audit.read(
        request.actor, request.at, "rehab.records", subject_type="rehab.placement", subject_ids=ids, resident_ids=people
    )
    return {**page, "items": [schemas.record_row(row) for row in page["items"]]}


@router.post("/rehab/records", operation_id="rehab_choose", response={201: schemas.RecordOut, **ERRORS})
@allow(P.REHAB_CHOOSE)
def rehab_choose(request: HttpRequest, payload: schemas.ChooseIn) -> Any:
    """Choose an institution for a person, or another one instead; the choice makes the episode."""
    made = actions.choose_institution(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _record(request, made.pk))


@router.get("/rehab/records/{placement_id}", operation_id="rehab_record", response={200: schemas.RecordOut, **ERRORS})
@allow(P.REHAB_VIEW)
def rehab_record(request: HttpRequest, placement_id: int) -> Any:
    """One record with its months."""
    return _record(request, placement_id)


@router.post(
    "/rehab/records/{placement_id}/evaluations",
    operation_id="rehab_evaluate",
    response={201: schemas.RecordOut, **ERRORS},
)
@allow(P.REHAB_RECORD)
def rehab_evaluate(request: HttpRequest, placement_id: int, payload: schemas.EvaluateIn) -> Any:
    """Write a month's evaluation; written again it needs a new signature."""
    actions.evaluate_month(placement_id=placement_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, _record(request, placement_id))


@router.post(
    "/rehab/evaluations/{evaluation_id}/sign", operation_id="rehab_sign", response={200: schemas.RecordOut, **ERRORS}
)
@allow(P.REHAB_CHOOSE)
def rehab_sign(request: HttpRequest, evaluation_id: int, payload: schemas.SignIn) -> Any:
    """The guardian signs the latest evaluation of a month."""
    actions.sign_month(evaluation_id=evaluation_id, **payload.dict(), by=request.actor, at=request.at)
    return _record(request, queries.get_evaluation(request.actor, evaluation_id).placement_id)


@router.post(
    "/rehab/records/{placement_id}/trainings", operation_id="rehab_train", response={201: schemas.RecordOut, **ERRORS}
)
@allow(P.REHAB_RECORD)
def rehab_train(request: HttpRequest, placement_id: int, payload: schemas.TrainIn) -> Any:
    """Write a training of parents down."""
    actions.train_parents(placement_id=placement_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, _record(request, placement_id))


@router.post(
    "/rehab/records/{placement_id}/settle", operation_id="rehab_settle", response={200: schemas.RecordOut, **ERRORS}
)
@allow(P.REHAB_HANDLE)
def rehab_settle(request: HttpRequest, placement_id: int, payload: schemas.MonthIn) -> Any:
    """Settle a month within every ceiling."""
    actions.settle_month(placement_id=placement_id, **payload.dict(), by=request.actor, at=request.at)
    return _record(request, placement_id)


@router.post(
    "/rehab/settlements/{settlement_id}/take-back",
    operation_id="rehab_take_back",
    response={200: schemas.RecordOut, **ERRORS},
)
@allow(P.REHAB_HANDLE)
def rehab_take_back(request: HttpRequest, settlement_id: int, payload: schemas.WhyIn) -> Any:
    """Take a settled month back with the reason; it is written, signed and settled anew, and booked in red."""
    made = actions.take_back_month(settlement_id=settlement_id, why=payload.why, by=request.actor, at=request.at)
    return _record(request, made.settlement.placement_id)
