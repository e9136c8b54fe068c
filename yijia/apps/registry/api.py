"""The register's API: the same actions as the web."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status

from yijia.apps.registry import actions, queries, schemas
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.base.errors import Stale
from yijia.core.people import masking
from yijia.core.permissions import Permission

router = Router()

MOST_FOUND = 100


def _version(if_match: str) -> int:
    """The version out of an entity tag; anything else is a version nobody has."""
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale
    return int(text)


def _resident(response: HttpResponse, person: Any) -> dict[str, Any]:
    response["ETag"] = f'"{person.version}"'
    return schemas.resident_out(person)


@router.get("/residents", operation_id="residents_find", response={200: Page[schemas.ResidentFound], **ERRORS})
@allow(Permission.RESIDENT_VIEW)
def residents_find(request: HttpRequest, paging: Query[Paging], q: str) -> Any:
    """Find residents in sight by identity number, telephone, the beginning of the name, or pinyin initials."""
    found = queries.find_residents(request.actor, q, MOST_FOUND)
    answer = paginate(found, paging.page, paging.page_size)
    ids = [person.pk for person in answer["items"]]
    if ids:
        audit.read(
            request.actor,
            request.at,
            "registry.find",
            subject_type="registry.resident",
            subject_ids=ids,
            resident_ids=ids,
        )
    answer["items"] = [
        {
            "id": p.pk, "name_masked": masking.name(p.name), "sex": p.sex, "born_year": p.born_on.year, "identity_masked": p.identity_masked,
            "phone_masked": p.phone_masked, "township": p.household.township, "is_dead": p.died_on is not None,
        }
        for p in answer["items"]
    ]  # fmt: skip
    return answer


@router.post(
    "/residents",
    operation_id="residents_register",
    response={200: schemas.ResidentOut, 201: schemas.ResidentOut, **ERRORS},
)
@allow(Permission.RESIDENT_EDIT)
def residents_register(request: HttpRequest, payload: schemas.ResidentIn, response: HttpResponse) -> Any:
    """Register a resident: 201 for a new person, 200 with the record that stood already."""
    person, is_new = actions.register_resident(**payload.dict(), by=request.actor, at=request.at)
    return Status(201 if is_new else 200, _resident(response, person))


@router.get("/residents/{resident_id}", operation_id="residents_get", response={200: schemas.ResidentOut, **ERRORS})
@allow(Permission.RESIDENT_VIEW)
def residents_get(request: HttpRequest, resident_id: int, response: HttpResponse) -> Any:
    """One resident in sight, identifiers masked."""
    person = queries.get_resident(request.actor, resident_id)
    audit.read(
        request.actor,
        request.at,
        "registry.resident",
        subject_type="registry.resident",
        subject_ids=[person.pk],
        resident_ids=[person.pk],
    )
    return _resident(response, person)


@router.patch(
    "/residents/{resident_id}", operation_id="residents_correct", response={200: schemas.ResidentOut, **ERRORS}
)
@allow(Permission.RESIDENT_EDIT)
def residents_correct(
    request: HttpRequest,
    resident_id: int,
    payload: schemas.ResidentChange,
    response: HttpResponse,
    if_match: Header[str],
) -> Any:
    """Put a record right; `If-Match` carries the ETag last read, 412 when somebody was faster."""
    changes = payload.dict(exclude_unset=True)
    person = actions.correct_resident(
        resident_id=resident_id, version=_version(if_match), changes=changes, by=request.actor, at=request.at
    )
    return _resident(response, person)


@router.post(
    "/residents/{resident_id}/death",
    operation_id="residents_record_death",
    response={200: schemas.ResidentOut, **ERRORS},
)
@allow(Permission.RESIDENT_EDIT)
def residents_record_death(
    request: HttpRequest, resident_id: int, payload: schemas.DeathIn, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Record the day a resident died; `If-Match` carries the ETag last read."""
    person = actions.record_death(
        resident_id=resident_id, died_on=payload.died_on, version=_version(if_match), by=request.actor, at=request.at
    )
    return _resident(response, person)


@router.post(
    "/residents/{resident_id}/unmask", operation_id="residents_unmask", response={200: schemas.UnmaskOut, **ERRORS}
)
@allow(Permission.RESIDENT_UNMASK)
def residents_unmask(request: HttpRequest, resident_id: int, payload: schemas.UnmaskIn, response: HttpResponse) -> Any:
    """One identifier in clear, for a purpose that is recorded; the answer is never kept for a repeated key."""
    value = actions.unmask(
        subject="resident", subject_id=resident_id, **payload.dict(), by=request.actor, at=request.at
    )
    response.holds_secrets = True
    return {"field": payload.field, "value": value}


@router.get(
    "/residents/{resident_id}/proxies", operation_id="proxies_list", response={200: Page[schemas.ProxyOut], **ERRORS}
)
@allow(Permission.RESIDENT_VIEW)
def proxies_list(request: HttpRequest, resident_id: int, paging: Query[Paging]) -> Any:
    """Guardians and proxies of a resident, standing ones first."""
    return paginate(queries.list_proxies(request.actor, resident_id), paging.page, paging.page_size, schemas.proxy_out)


@router.post(
    "/residents/{resident_id}/proxies", operation_id="proxies_grant", response={201: schemas.ProxyOut, **ERRORS}
)
@allow(Permission.PROXY_GRANT)
def proxies_grant(request: HttpRequest, resident_id: int, payload: schemas.ProxyIn) -> Any:
    """Let somebody act for a resident in named matters; a new account's first password goes to that telephone."""
    proxy = actions.grant_proxy(resident_id=resident_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, schemas.proxy_out(proxy))


@router.post("/proxies/{proxy_id}/revoke", operation_id="proxies_revoke", response={200: schemas.ProxyOut, **ERRORS})
@allow(Permission.PROXY_GRANT)
def proxies_revoke(request: HttpRequest, proxy_id: int) -> Any:
    """Take a proxy back at once; twice changes nothing."""
    return schemas.proxy_out(actions.revoke_proxy(proxy_id=proxy_id, by=request.actor, at=request.at))


@router.get("/staff", operation_id="staff_list", response={200: Page[schemas.StaffOut], **ERRORS})
@allow(Permission.STAFF_VIEW)
def staff_list(
    request: HttpRequest, paging: Query[Paging], organisation_id: int | None = None, q: str = "", profession: str = ""
) -> Any:
    """Staff in sight with the gate rules red for each today."""
    rows = queries.list_staff(request.actor, organisation_id, text=q, profession=profession)
    answer = paginate(rows, paging.page, paging.page_size)
    gates = queries.staff_gates_for_system(answer["items"], business_date(request.at))
    answer["items"] = [schemas.staff_out(staff, gates.get(staff.pk)) for staff in answer["items"]]
    return answer


@router.post("/staff", operation_id="staff_add", response={201: schemas.StaffOut, **ERRORS})
@allow(Permission.STAFF_EDIT)
def staff_add(request: HttpRequest, payload: schemas.StaffIn, response: HttpResponse) -> Any:
    """Enter a member of staff."""
    staff = actions.add_staff(**payload.dict(), by=request.actor, at=request.at)
    response["ETag"] = f'"{staff.version}"'
    return Status(
        201, schemas.staff_out(staff, queries.staff_gates_for_system([staff], business_date(request.at)).get(staff.pk))
    )


@router.get("/staff/{staff_id}", operation_id="staff_get", response={200: schemas.StaffDetail, **ERRORS})
@allow(Permission.STAFF_VIEW)
def staff_get(request: HttpRequest, staff_id: int, response: HttpResponse) -> Any:
    """One member of staff with papers, insurances, and what the safe-to-go gate would say today."""
    staff = queries.get_staff(request.actor, staff_id)
    report = queries.staff_gates_for_system([staff], business_date(request.at)).get(staff.pk)
    response["ETag"] = f'"{staff.version}"'
    return schemas.staff_out(staff, report) | {
        "credentials": [schemas.credential_out(paper) for paper in queries.list_credentials(staff)],
        "covers": [schemas.cover_out(cover) for cover in queries.list_covers(staff)],
        "gate": [schemas.finding_out(finding) for finding in report.findings] if report else [],
    }


@router.patch("/staff/{staff_id}", operation_id="staff_correct", response={200: schemas.StaffOut, **ERRORS})
@allow(Permission.STAFF_EDIT)
def staff_correct(
    request: HttpRequest, staff_id: int, payload: schemas.StaffChange, response: HttpResponse, if_match: Header[str]
) -> Any:
    """Put an entry right or take somebody off duty; `If-Match` carries the ETag last read."""
    changes = payload.dict(exclude_unset=True)
    staff = actions.correct_staff(
        staff_id=staff_id, version=_version(if_match), changes=changes, by=request.actor, at=request.at
    )
    response["ETag"] = f'"{staff.version}"'
    return schemas.staff_out(staff, queries.staff_gates_for_system([staff], business_date(request.at)).get(staff.pk))


@router.post(
    "/staff/{staff_id}/credentials", operation_id="credentials_add", response={201: schemas.CredentialOut, **ERRORS}
)
@allow(Permission.STAFF_EDIT)
def credentials_add(request: HttpRequest, staff_id: int, payload: schemas.CredentialIn) -> Any:
    """Add a paper; only a checked one counts at the gate."""
    return Status(
        201,
        schemas.credential_out(
            actions.add_credential(staff_id=staff_id, **payload.dict(), by=request.actor, at=request.at)
        ),
    )


@router.post(
    "/credentials/{credential_id}/check",
    operation_id="credentials_check",
    response={200: schemas.CredentialOut, **ERRORS},
)
@allow(Permission.STAFF_EDIT)
def credentials_check(request: HttpRequest, credential_id: int) -> Any:
    """Note that a paper was compared with the issuer's register; the first check stands."""
    return schemas.credential_out(
        actions.check_credential(credential_id=credential_id, by=request.actor, at=request.at)
    )


@router.post(
    "/organisations/{organisation_id}/covers", operation_id="covers_add", response={201: schemas.CoverOut, **ERRORS}
)
@allow(Permission.STAFF_EDIT)
def covers_add(request: HttpRequest, organisation_id: int, payload: schemas.CoverIn) -> Any:
    """Add an insurance of one member of staff, or of everybody in the institution."""
    return Status(
        201,
        schemas.cover_out(
            actions.add_cover(organisation_id=organisation_id, **payload.dict(), by=request.actor, at=request.at)
        ),
    )


@router.get(
    "/organisations", operation_id="organisations_list", response={200: Page[schemas.OrganisationOut], **ERRORS}
)
@allow(Permission.ORGANISATION_VIEW)
def organisations_list(request: HttpRequest, paging: Query[Paging], q: str = "", kind: str = "") -> Any:
    """Organisations in sight by name."""
    return paginate(
        queries.list_organisations(request.actor, kind=kind, text=q),
        paging.page,
        paging.page_size,
        schemas.organisation_out,
    )


@router.get(
    "/organisations/{organisation_id}",
    operation_id="organisations_get",
    response={200: schemas.OrganisationOut, **ERRORS},
)
@allow(Permission.ORGANISATION_VIEW)
def organisations_get(request: HttpRequest, organisation_id: int) -> Any:
    """One organisation in sight."""
    return schemas.organisation_out(queries.get_organisation(request.actor, organisation_id))


@router.patch(
    "/organisations/{organisation_id}",
    operation_id="organisations_correct",
    response={200: schemas.OrganisationOut, **ERRORS},
)
@allow(Permission.ORGANISATION_EDIT)
def organisations_correct(request: HttpRequest, organisation_id: int, payload: schemas.OrganisationChange) -> Any:
    """Put licence, registered modes or telephone right."""
    changes = payload.dict(exclude_unset=True)
    return schemas.organisation_out(
        actions.correct_organisation(organisation_id=organisation_id, changes=changes, by=request.actor, at=request.at)
    )


@router.get(
    "/residents/{resident_id}/facts", operation_id="facts_list", response={200: list[schemas.FactOut], **ERRORS}
)
@allow(Permission.FACT_VIEW)
def facts_list(request: HttpRequest, resident_id: int) -> Any:
    """Every dated statement about a resident in sight, corrections included, the newest first."""
    found = queries.list_facts(request.actor, resident_id)
    ids = [resident_id]
    audit.read(
        request.actor, request.at, "registry.facts", subject_type="registry.resident", subject_ids=ids, resident_ids=ids
    )
    return found


@router.post("/residents/{resident_id}/facts", operation_id="facts_record", response={201: schemas.FactOut, **ERRORS})
@allow(Permission.FACT_RECORD)
def facts_record(request: HttpRequest, resident_id: int, payload: schemas.FactIn) -> Any:
    """Record a statement; an open-ended one of the same kind ends on its first day."""
    row = actions.record_fact(resident_id=resident_id, **payload.dict(), by=request.actor, at=request.at)
    return Status(201, row)


@router.post("/facts/{fact_id}/end", operation_id="facts_end", response={200: schemas.FactOut, **ERRORS})
@allow(Permission.FACT_RECORD)
def facts_end(request: HttpRequest, fact_id: int, payload: schemas.FactEnd) -> Any:
    """End a statement on a day, or, without a day, say that it was never true."""
    asked = {"fact_id": fact_id, "source": payload.source, "by": request.actor, "at": request.at}
    if payload.until_on is None:
        return actions.void_fact(**asked)
    return actions.end_fact(until_on=payload.until_on, **asked)
