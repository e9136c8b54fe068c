"""The API of programmes: apply, assess, agree, serve, renew, end; what is due, and the ward."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Status

from yijia.apps.care import actions, queries, words
from yijia.apps.care.api.orders import version
from yijia.apps.care.api.router import router
from yijia.apps.care.schemas import episodes as schemas
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging
from yijia.base.doors import allow
from yijia.base.errors import Invalid
from yijia.core.calendar import business_date
from yijia.core.permissions import Permission as P
from yijia.core.programmes.duties import is_soon
from yijia.core.programmes.lifecycle import Event
from yijia.core.programmes.week import Slot


def _recorded(request: HttpRequest, name: str, rows: list[Any], what: str = "care.episode") -> None:
    audit.read(
        request.actor, request.at, name, subject_type=what, subject_ids=[row.pk for row in rows], resident_ids=[row.resident_id for row in rows]
    )  # fmt: skip


def _episode(request: HttpRequest, response: HttpResponse, episode_id: int) -> dict[str, Any]:
    """The episode as the caller may see it, with its ETag; the reading is on record."""
    row = queries.get_episode(request.actor, episode_id)
    _recorded(request, "care.episode", [row])
    response["ETag"] = f'"{row.version}"'
    duties, records = queries.open_duties_of(request.actor, row), queries.records_of(request.actor, row)
    return schemas.episode_out(row, duties, records, request.at)


@router.get(
    "/programmes", operation_id="programmes_list", response={200: list[schemas.ProgrammeOut], **ERRORS}, summary="List programmes"
)  # fmt: skip
@allow(P.EPISODE_VIEW)
def programmes_list(request: HttpRequest) -> Any:
    """The programmes of the caller's place today."""
    place = request.actor.jurisdiction or "CN"
    found = queries.programmes_of(place, business_date(request.at))
    return [schemas.programme_out(one, request.at) for one in found]


@router.post(
    "/episodes", operation_id="episodes_apply", response={201: schemas.EpisodeOut, **ERRORS}, summary="Apply for a programme"
)  # fmt: skip
@allow(P.EPISODE_APPLY)
def episodes_apply(request: HttpRequest, payload: schemas.ApplyIn, response: HttpResponse) -> Any:
    """Ask an institution for a programme; asked again while one is open, it is the same episode."""
    made = actions.apply_for_programme(**payload.dict(), by=request.actor, at=request.at)
    return Status(201, _episode(request, response, made.pk))


@router.get(
    "/episodes", operation_id="episodes_list", response={200: Page[schemas.EpisodeRow], **ERRORS}, summary="List episodes"
)  # fmt: skip
@allow(P.EPISODE_VIEW)
def episodes_list(request: HttpRequest, paging: Query[Paging], given: Query[schemas.EpisodesQuery]) -> Any:
    """Episodes in sight, what is due soonest first."""
    states = (given.state,) if given.state else ()
    wanted = queries.EpisodeFilters(given.q, given.programme, states, given.organisation_id)
    page = queries.list_episodes(request.actor, wanted, page=paging.page, size=paging.page_size)
    found = list(page) if page.number == paging.page else []
    _recorded(request, "care.episodes", found)
    rows = [schemas.episode_row(row) for row in found]
    return {"items": rows, "page": paging.page, "page_size": paging.page_size, "total": page.paginator.count}


@router.get(
    "/episodes/{episode_id}", operation_id="episodes_get", response={200: schemas.EpisodeOut, **ERRORS}, summary="Read one episode"
)  # fmt: skip
@allow(P.EPISODE_VIEW)
def episodes_get(request: HttpRequest, episode_id: int, response: HttpResponse) -> Any:
    """One episode in sight; its ETag goes back as `If-Match` with a step."""
    return _episode(request, response, episode_id)


@router.post(
    "/episodes/{episode_id}/steps", operation_id="episodes_step", response={200: schemas.EpisodeOut, **ERRORS}, summary="Take one step"
)  # fmt: skip
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def episodes_step(
    request: HttpRequest, episode_id: int, payload: schemas.MoveIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """One event of the lifecycle (assess, agree, activate, suspend, renew, end, close …); 409 says what it lacks."""
    event, facts = Event(payload.event), payload.facts()
    wrong = (facts.keys() - schemas.ASKED.get(event, frozenset())) | (
        schemas.NEEDED.get(event, frozenset()) - facts.keys()
    )
    if wrong:
        raise Invalid({name: [str(words.FAULTS["not_of_step"])] for name in sorted(wrong)})
    given = {"episode_id": episode_id, "version": version(if_match), "by": request.actor, "at": request.at}
    actions.MOVES[event](**given, **facts)
    return _episode(request, response, episode_id)


@router.post(
    "/episodes/{episode_id}/qualifications", operation_id="episodes_qualify", response={201: schemas.RecordOut, **ERRORS}, summary="Record a qualification"
)  # fmt: skip
@allow(P.EPISODE_ASSESS)
def episodes_qualify(request: HttpRequest, episode_id: int, payload: schemas.QualifyIn) -> Any:
    """A qualification visit, or the look at a renewal: who was there, what is the case, whether it passes."""
    made = actions.qualify(episode_id=episode_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.record_out(made))


@router.post(
    "/episodes/{episode_id}/papers", operation_id="episodes_papers", response={200: schemas.EpisodeOut, **ERRORS}, summary="Prepare the papers"
)  # fmt: skip
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def episodes_papers(request: HttpRequest, episode_id: int, response: HttpResponse) -> Any:
    """Make the programme's papers ready for signing (`agreements_sign`); those that stand are kept."""
    actions.prepare_enrolment(episode_id=episode_id, by=request.actor, at=request.at)
    return _episode(request, response, episode_id)


@router.put(
    "/episodes/{episode_id}/package", operation_id="episodes_package", response={200: schemas.EpisodeOut, **ERRORS}, summary="Choose a package"
)  # fmt: skip
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def episodes_package(request: HttpRequest, episode_id: int, payload: schemas.PackageIn, response: HttpResponse) -> Any:
    """What the person signs for, before the papers are made; 409 where its price is not known in this place."""
    actions.choose_package(episode_id=episode_id, package=payload.package, by=request.actor, at=request.at)
    return _episode(request, response, episode_id)


@router.post(
    "/episodes/{episode_id}/hand-on", operation_id="episodes_hand_on", response={200: schemas.EpisodeOut, **ERRORS}, summary="Ask an ally to take over"
)  # fmt: skip
@allow(P.EPISODE_RUN)
def episodes_hand_on(request: HttpRequest, episode_id: int, payload: schemas.HandOnIn, response: HttpResponse) -> Any:
    """Inside an alliance: the episode waits, referred, until the other institution takes it over."""
    actions.offer_transfer(episode_id=episode_id, **payload.dict(), by=request.actor, at=request.at)
    return _episode(request, response, episode_id)


@router.post(
    "/episodes/{episode_id}/take-over", operation_id="episodes_take_over", response={200: schemas.EpisodeOut, **ERRORS}, summary="Take a person over"
)  # fmt: skip
@allow(P.EPISODE_RUN)
def episodes_take_over(
    request: HttpRequest, episode_id: int, payload: schemas.TakeOverIn, response: HttpResponse
) -> Any:
    """The asked institution goes on with the same episode; 404 when it is not asked."""
    actions.take_over_episode(episode_id=episode_id, **payload.dict(), by=request.actor, at=request.at)
    return _episode(request, response, episode_id)


@router.put(
    "/episodes/{episode_id}/week", operation_id="episodes_week", response={200: schemas.EpisodeOut, **ERRORS}, summary="Agree on a week"
)  # fmt: skip
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def episodes_week(request: HttpRequest, episode_id: int, payload: schemas.WeekIn, response: HttpResponse) -> Any:
    """Mode and days of care at home; 409 with the figure and its source where it is more than the place allows."""
    slots = [Slot(one.weekday, one.starts, one.minutes) for one in payload.slots]
    actions.plan_week(episode_id=episode_id, mode=payload.mode, slots=slots, by=request.actor, at=request.at)
    return _episode(request, response, episode_id)


@router.put(
    "/episodes/{episode_id}/people", operation_id="episodes_people", response={200: schemas.EpisodeOut, **ERRORS}, summary="Name who is responsible"
)  # fmt: skip
@allow(P.EPISODE_RUN)
def episodes_people(
    request: HttpRequest, episode_id: int, payload: schemas.PeopleIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Change the people or the team of one episode, with the reason."""
    given = {"episode_id": episode_id, "version": version(if_match), "by": request.actor, "at": request.at}
    actions.name_responsible(**given, **payload.dict())
    return _episode(request, response, episode_id)


@router.post(
    "/episodes/{episode_id}/records", operation_id="episodes_record", response={201: schemas.RecordOut, **ERRORS}, summary="Record a service"
)  # fmt: skip
@allow(P.EPISODE_RECORD)
def episodes_record(request: HttpRequest, episode_id: int, payload: schemas.RecordIn) -> Any:
    """One service; it finishes what is due of its kind in every programme of the person."""
    made = actions.record_service(episode_id=episode_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.record_out(made))


@router.post(
    "/episodes/{episode_id}/records/{record_id}/correction", operation_id="episodes_correct", response={201: schemas.RecordOut, **ERRORS}, summary="Put a record right"
)  # fmt: skip
@allow(P.EPISODE_RECORD)
def episodes_correct(request: HttpRequest, episode_id: int, record_id: int, payload: schemas.CorrectIn) -> Any:
    """A new record beside the old one; what came from one visit is put right in every programme that took it."""
    queries.get_record(request.actor, queries.get_episode(request.actor, episode_id), record_id)
    made = actions.correct_record(record_id=record_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.record_out(made))


@router.post(
    "/episodes/{episode_id}/settlement", operation_id="episodes_settle", response={201: schemas.RecordOut, **ERRORS}, summary="Make the account"
)  # fmt: skip
@allow(P.EPISODE_RUN)
def episodes_settle(request: HttpRequest, episode_id: int) -> Any:
    """The account of the running cycle: ordered visits with their vouchers, and the fees no order carries."""
    made = actions.settle_episode(episode_id=episode_id, by=request.actor, at=request.at)
    return Status(201, schemas.record_out(made))


@router.post(
    "/episodes/{episode_id}/closing", operation_id="episodes_closing", response={201: schemas.RecordOut, **ERRORS}, summary="Write the closing record"
)  # fmt: skip
@allow(P.EPISODE_RUN, P.EPISODE_RECORD)
def episodes_closing(request: HttpRequest, episode_id: int, payload: schemas.ClosingIn) -> Any:
    """What the programme asks for at the end."""
    made = actions.write_closing(episode_id=episode_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.record_out(made))


@router.post(
    "/residents/{resident_id}/admission", operation_id="stays_admit", response={201: schemas.StayOut, **ERRORS}, summary="Report a hospital admission"
)  # fmt: skip
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def stays_admit(request: HttpRequest, resident_id: int, payload: schemas.AdmissionIn) -> Any:
    """A stay reported today or later: the bed at home ends where it began, its account made first."""
    made = actions.report_admission(resident_id=resident_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, _stay(made))


@router.post(
    "/residents/{resident_id}/discharge", operation_id="stays_discharge", response={200: schemas.StayOut, **ERRORS}, summary="Report a hospital discharge"
)  # fmt: skip
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def stays_discharge(request: HttpRequest, resident_id: int, payload: schemas.DischargeIn) -> Any:
    """The stay is over; what was suspended may be resumed."""
    return _stay(actions.report_discharge(resident_id=resident_id, **payload.dict(), by=request.actor, at=request.at))


def _stay(row: Any) -> dict[str, Any]:
    lower, upper = (
        (row.during[0], row.during[1]) if isinstance(row.during, tuple) else (row.during.lower, row.during.upper)
    )
    return {"id": row.pk, "place": row.place, "from_at": lower, "until": upper}


@router.post(
    "/episode-transfers", operation_id="episodes_transfer", response={200: schemas.TransferOut, **ERRORS}, summary="Hand everything over"
)  # fmt: skip
@allow(P.EPISODE_RUN)
def episodes_transfer(request: HttpRequest, payload: schemas.TransferIn) -> Any:
    """Every open episode of one member of staff goes to another, all or none."""
    return {"count": len(actions.transfer_episodes(**payload.dict(), by=request.actor, at=request.at))}


@router.get(
    "/duties", operation_id="duties_list", response={200: list[schemas.DutyOut], **ERRORS}, summary="List what is due"
)
@allow(P.EPISODE_DUE)
def duties_list(request: HttpRequest, given: Query[schemas.DueQuery]) -> Any:
    """The most pressing duties in sight that fall due in so many days, of a team, a programme or an institution."""
    until = request.at + timedelta(days=given.days)
    found = queries.due_duties(
        request.actor,
        until=until,
        team_id=given.team_id,
        programme=given.programme,
        organisation_id=given.organisation_id,
    )
    _recorded(request, "care.due", found, "care.duty")
    return [schemas.duty_out(duty, request.at) for duty in found]


@router.post(
    "/duties/{duty_id}/order", operation_id="duties_order", response={200: schemas.DutyOut, **ERRORS}, summary="Order a visit of the plan"
)  # fmt: skip
@allow(P.EPISODE_RUN)
def duties_order(request: HttpRequest, duty_id: int) -> Any:
    """The order for something due, on the ordinary way; `order_id` stays null where the price rules stop it."""
    return schemas.duty_out(actions.order_duty(duty_id=duty_id, by=request.actor, at=request.at), request.at)


@router.get(
    "/ward",
    operation_id="ward_get",
    response={200: schemas.WardOut, **ERRORS},
    summary="See the beds of an institution",
)
@allow(P.EPISODE_DUE)
def ward_get(request: HttpRequest, organisation_id: int, programme: str = "") -> Any:
    """All beds at home of one institution in sight: who is due, late, worsening."""
    place, on = request.actor.jurisdiction or "CN", business_date(request.at)
    beds = [one.code for one in queries.programmes_of(place, on) if "bed" in one.slots or one.code == programme]
    found = queries.beds_of(request.actor, organisation_id, [programme] if programme else beds)
    _recorded(request, "care.ward", found)
    running = [row for row in found if row.state in queries.RUNNING]
    return {
        "occupied": len(running), "due_today": sum(is_soon(row.next_due_at, request.at) for row in running),
        "late": sum(row.next_due_at is not None and row.next_due_at < request.at for row in running), "worsening": sum(row.is_worsening for row in running),
        "beds": [schemas.episode_row(row) for row in found],
    }  # fmt: skip
