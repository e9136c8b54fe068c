"""A care home in the API: the same actions as the pages, and the same refusals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from yijia.apps.homes import actions, queries, schemas, screens
from yijia.apps.homes.screens.shared import bed_word, recorded
from yijia.base.api_schemas import ERRORS, Page, Paging
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P

router = Router()


def _placement(request: HttpRequest, response: HttpResponse, placement_id: int) -> dict[str, Any]:
    """The placement as the caller may see it; the reading is on record."""
    row = queries.get_placement(request.actor, placement_id)
    recorded(request, "homes.placement", [row.resident_id])
    response["ETag"] = f'"{row.version}"'
    return schemas.placement_out(row, bed_word(row), queries.events_of(row))


@router.get(
    "/home-beds", operation_id="homes_beds", response={200: list[schemas.BedOut], **ERRORS}, summary="List the beds"
)
@allow(P.HOME_VIEW)
def homes_beds(request: HttpRequest) -> Any:
    """Every bed of the caller's home in use, with who has it."""
    return [schemas.bed_out(row) for row in queries.beds_of(request.actor)]


@router.post(
    "/home-beds",
    operation_id="homes_add_beds",
    response={201: list[schemas.BedOut], **ERRORS},
    summary="Put up the beds of a room",
)
@allow(P.HOME_RUN)
def homes_add_beds(request: HttpRequest, payload: schemas.BedsIn) -> Any:
    """A bed that is there already stays; one out of use comes back."""
    made = actions.add_beds(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, [schemas.bed_out(row) for row in made])


@router.post(
    "/home-beds/{bed_id}/close",
    operation_id="homes_close_bed",
    response={200: schemas.BedOut, **ERRORS},
    summary="Take an empty bed out of use",
)
@allow(P.HOME_RUN)
def homes_close_bed(request: HttpRequest, bed_id: int) -> Any:
    """Somebody in it is 409; put up again it comes back."""
    return schemas.bed_out(actions.close_bed(bed_id=bed_id, by=request.actor, at=request.at))


@router.get(
    "/placements",
    operation_id="placements_list",
    response={200: Page[schemas.PlacementRow], **ERRORS},
    summary="List who lives in the home",
)
@allow(P.HOME_VIEW)
def placements_list(request: HttpRequest, paging: Query[Paging], state: str = "", q: str = "") -> Any:
    """By name; without `state` those who live there, `left` those who left; `q` is a name, pinyin initials or a room."""
    page = queries.list_placements(
        request.actor, text=q[:60], state=state[:10].replace("\0", ""), page=paging.page, size=paging.page_size
    )
    found = list(page) if page.number == paging.page else []
    recorded(request, "homes.placements", [row.resident_id for row in found])
    items = [schemas.placement_row(row, bed_word(row)) for row in found]
    return {"items": items, "page": paging.page, "page_size": paging.page_size, "total": page.paginator.count}


@router.post(
    "/placements",
    operation_id="placements_admit",
    response={201: schemas.PlacementOut, **ERRORS},
    summary="Move somebody in",
)
@allow(P.HOME_RUN)
def placements_admit(request: HttpRequest, payload: schemas.AdmitIn, response: HttpResponse) -> Any:
    """Into a free bed; a bed that is taken, or a person who lives in another home, is 409 with the reason."""
    row = actions.admit_resident(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _placement(request, response, row.pk))


@router.get(
    "/placements/{placement_id}",
    operation_id="placements_get",
    response={200: schemas.PlacementOut, **ERRORS},
    summary="Read one placement",
)
@allow(P.HOME_VIEW, P.HOME_FOLLOW)
def placements_get(request: HttpRequest, placement_id: int, response: HttpResponse) -> Any:
    """One placement with its steps; families read their own elder's."""
    return _placement(request, response, placement_id)


@router.post(
    "/placements/{placement_id}/bed",
    operation_id="placements_change_bed",
    response={200: schemas.PlacementOut, **ERRORS},
    summary="Change beds",
)
@allow(P.HOME_RUN)
def placements_change_bed(
    request: HttpRequest, placement_id: int, payload: schemas.BedIn, response: HttpResponse
) -> Any:
    """To another free bed of the home, from today."""
    actions.change_bed(placement_id=placement_id, **payload.dict(), by=request.actor, at=request.at)
    return _placement(request, response, placement_id)


@router.post(
    "/placements/{placement_id}/away",
    operation_id="placements_go_away",
    response={200: schemas.PlacementOut, **ERRORS},
    summary="Away for a while",
)
@allow(P.HOME_RUN)
def placements_go_away(request: HttpRequest, placement_id: int, payload: schemas.AwayIn, response: HttpResponse) -> Any:
    """The bed is kept."""
    actions.go_away(placement_id=placement_id, **payload.dict(), by=request.actor, at=request.at)
    return _placement(request, response, placement_id)


@router.post(
    "/placements/{placement_id}/return",
    operation_id="placements_come_back",
    response={200: schemas.PlacementOut, **ERRORS},
    summary="Back again",
)
@allow(P.HOME_RUN)
def placements_come_back(
    request: HttpRequest, placement_id: int, payload: schemas.VersionIn, response: HttpResponse
) -> Any:
    """In the kept bed."""
    actions.come_back(placement_id=placement_id, version=payload.version, by=request.actor, at=request.at)
    return _placement(request, response, placement_id)


@router.post(
    "/placements/{placement_id}/leave",
    operation_id="placements_leave",
    response={200: schemas.PlacementOut, **ERRORS},
    summary="Leave the home",
)
@allow(P.HOME_RUN)
def placements_leave(request: HttpRequest, placement_id: int, payload: schemas.LeaveIn, response: HttpResponse) -> Any:
    """The bed is free from that day on."""
    actions.leave_home(placement_id=placement_id, **payload.dict(), by=request.actor, at=request.at)
    return _placement(request, response, placement_id)


@router.get(
    "/home-doses",
    operation_id="homes_doses",
    response={200: list[schemas.SlotOut], **ERRORS},
    summary="The medicines of a day",
)
@allow(P.HOME_VIEW)
def homes_doses(request: HttpRequest, on: str = "") -> Any:
    """Each dose of a day of the caller's home, today unless `on` names an earlier one: written, due or late."""
    found = screens.day_of_medicines(request)
    return [
        {
            "medicine_id": line.medicine_id, "resident_id": line.resident_id, "on": line.on, "slot": line.time, "name": line.name, "dose": line.dose,
            "state": line.state, "dose_id": line.dose_id, "at": line.told_at,
        }
        for slot in found.slots
        for line in slot.lines
    ]  # fmt: skip


@router.get(
    "/placements/{placement_id}/medicines",
    operation_id="medicines_list",
    response={200: list[schemas.MedicineOut], **ERRORS},
    summary="A person's medicine list",
)
@allow(P.HOME_VIEW)
def medicines_list(request: HttpRequest, placement_id: int) -> Any:
    """What holds first, then what was stopped."""
    row = queries.get_placement(request.actor, placement_id)
    recorded(request, "homes.medicines", [row.resident_id])
    return [schemas.medicine_out(one) for one in queries.list_medicines(row, business_date(request.at))]


@router.post(
    "/placements/{placement_id}/medicines",
    operation_id="medicines_add",
    response={201: schemas.MedicineOut, **ERRORS},
    summary="Add a line to a medicine list",
)
@allow(P.HOME_GIVE)
def medicines_add(request: HttpRequest, placement_id: int, payload: schemas.MedicineIn) -> Any:
    """Copied from a paper; nothing about the dose is judged here."""
    row = actions.add_medicine(placement_id=placement_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.medicine_out(row))


@router.post(
    "/home-medicines/{medicine_id}/stop",
    operation_id="medicines_stop",
    response={200: schemas.MedicineOut, **ERRORS},
    summary="Stop a line",
)
@allow(P.HOME_GIVE)
def medicines_stop(request: HttpRequest, medicine_id: int, payload: schemas.ReasonIn) -> Any:
    """From today on; what was given stays."""
    return schemas.medicine_out(
        actions.stop_medicine(medicine_id=medicine_id, reason=payload.reason, by=request.actor, at=request.at)
    )


@router.post(
    "/home-medicines/{medicine_id}/doses",
    operation_id="medicines_write_dose",
    response={201: schemas.DoseOut, **ERRORS},
    summary="Write down a dose",
)
@allow(P.HOME_GIVE)
def medicines_write_dose(request: HttpRequest, medicine_id: int, payload: schemas.DoseIn) -> Any:
    """Given, refused or held; a second word for one slot is 409 `medicines.written`."""
    row = actions.write_dose(medicine_id=medicine_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.dose_out(row))


@router.post(
    "/home-doses/{dose_id}/correct",
    operation_id="medicines_correct_dose",
    response={201: schemas.DoseOut, **ERRORS},
    summary="Put a written dose right",
)
@allow(P.HOME_GIVE)
def medicines_correct_dose(request: HttpRequest, dose_id: int, payload: schemas.CorrectIn) -> Any:
    """A new row with its reason; the old one stays to be read."""
    row = actions.correct_dose(dose_id=dose_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.dose_out(row))


@router.get(
    "/home-visitors",
    operation_id="visitors_list",
    response={200: list[schemas.VisitorOut], **ERRORS},
    summary="The log at the door",
)
@allow(P.HOME_VIEW)
def visitors_list(request: HttpRequest) -> Any:
    """Who came in today, and whoever is still in the house."""
    return [schemas.visitor_out(row) for row in queries.gate_of_day(request.actor, business_date(request.at))]


@router.post(
    "/home-visitors",
    operation_id="visitors_sign_in",
    response={201: schemas.VisitorOut, **ERRORS},
    summary="Sign somebody in at the door",
)
@allow(P.HOME_RUN)
def visitors_sign_in(request: HttpRequest, payload: schemas.VisitorIn) -> Any:
    """For a planned visit, or as told at the door."""
    row = actions.sign_in_visitor(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.visitor_out(row))


@router.post(
    "/home-visitors/{entry_id}/out",
    operation_id="visitors_sign_out",
    response={200: schemas.VisitorOut, **ERRORS},
    summary="Sign somebody out",
)
@allow(P.HOME_RUN)
def visitors_sign_out(request: HttpRequest, entry_id: int) -> Any:
    """Told twice, the first time counts."""
    return schemas.visitor_out(actions.sign_out_visitor(entry_id=entry_id, by=request.actor, at=request.at))


@router.get(
    "/home-rounds",
    operation_id="homes_rounds",
    response={200: list[schemas.RoundsOut], **ERRORS},
    summary="Rounds the partners owe",
)
@allow(P.HOME_VIEW)
def homes_rounds(request: HttpRequest) -> Any:
    """Per running agreement that owes rounds: its periods, the oldest first, with what was made of what was promised."""
    return [schemas.rounds_out(one) for one in queries.accounts_of(request.actor, business_date(request.at))]
