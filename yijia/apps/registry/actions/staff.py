"""Staff, their papers and their insurances."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from yijia.apps.registry import queries
from yijia.apps.registry.actions.accounts import account_for
from yijia.apps.registry.actions.faults import Faults
from yijia.apps.registry.actions.pinyin import initials
from yijia.apps.registry.models import Cover, Credential, Department, Staff
from yijia.apps.registry.queries.staff import CREDENTIAL_NUMBER, STAFF_PHONE
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import seal
from yijia.base.errors import Refused, Stale
from yijia.base.models import RoleGrant
from yijia.core.people import masking
from yijia.core.permissions import Actor, Role
from yijia.core.refusal import Refusal

CORRECTABLE = frozenset(
    {
        "name",
        "title",
        "phone",
        "department_id",
        "practising_since",
        "speaks",
        "lon",
        "lat",
        "works_from_min",
        "works_until_min",
        "works_on",
        "is_active",
    }
)
_ROLES = {Staff.Profession.NURSE: Role.NURSE, Staff.Profession.DOCTOR: Role.DOCTOR}


@action("staff.add")
def add_staff(
    *,
    organisation_id: int,
    name: str,
    badge_no: str,
    sex: str,
    profession: str,
    title: str,
    practising_since: date | None = None,
    phone: str | None = None,
    department_id: int | None = None,
    speaks: Sequence[str] = (),
    lon: float | None = None,
    lat: float | None = None,
    works_from_min: int = 480,
    works_until_min: int = 1080,
    works_on: Sequence[int] = (1, 2, 3, 4, 5),
    with_account: bool = False,
    by: Actor,
    at: datetime,
) -> Staff:
    """Enter a member of staff; with an account, nurses and doctors can log in under their telephone.

    lon, lat    where the working day starts; the institution when left out

    Raises      NotFound: the institution is out of sight; Invalid; Refused registry.badge_taken, registry.account_taken
    """
    house = queries.get_organisation(by, organisation_id)
    facts: dict[str, Any] = {
        "name": name, "title": title, "phone": phone, "practising_since": practising_since, "speaks": speaks, "lon": house.lon if lon is None else lon,
        "lat": house.lat if lat is None else lat, "works_from_min": works_from_min, "works_until_min": works_until_min, "works_on": works_on,
        "department_id": department_id,
    }  # fmt: skip
    faults = Faults()
    faults.text("badge_no", badge_no, 20)
    faults.choice("sex", sex, ("1", "2"))
    faults.choice("profession", profession, Staff.Profession.values)
    number = _check(faults, facts, house.pk, business_date(at))
    if with_account and not phone:
        faults.add("phone", Refusal("registry.text_empty"))
    if with_account and profession not in _ROLES:
        faults.add("profession", Refusal("registry.no_portal"))
    faults.settle()
    if Staff.objects.filter(badge_no=badge_no).exists():
        raise Refused(Refusal("registry.badge_taken", {"badge_no": badge_no}))
    staff = Staff(organisation=house, badge_no=badge_no, sex=sex, profession=profession)
    _put(staff, facts, number)
    if with_account and number:
        user = account_for(number, name, organisation_id=house.pk, at=at)
        if Staff.objects.filter(user=user).exists():
            raise Refused(Refusal("registry.account_taken"))
        staff.user = user
    staff.save()
    if staff.user_id:
        RoleGrant.objects.create(
            user_id=staff.user_id, role=_ROLES[Staff.Profession(profession)], jurisdiction=house.jurisdiction, organisation_id=house.pk,
            staff_id=staff.pk, valid_from=business_date(at),
        )  # fmt: skip
    return staff


@action("staff.correct")
def correct_staff(*, staff_id: int, version: int, changes: Mapping[str, Any], by: Actor, at: datetime) -> Staff:
    """Put a member of staff's entry right, or take them off duty (`is_active`); only what `changes` names is touched.

    Raises      NotFound; Stale; Invalid
    """
    seen = queries.get_staff(by, staff_id)
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if staff.version != version:
        raise Stale
    faults = Faults()
    for field in set(changes) - CORRECTABLE:
        faults.add(field, Refusal("registry.not_correctable"))
    whole = {
        "lon": staff.lon,
        "lat": staff.lat,
        "works_from_min": staff.works_from_min,
        "works_until_min": staff.works_until_min,
    } | dict(changes)
    number = _check(faults, whole, staff.organisation_id, business_date(at))
    faults.settle()
    _put(staff, changes, number)
    staff.version += 1
    staff.save()
    if changes.get("is_active") is False:
        outbox.publish("staff.taken_off_duty", {"staff_id": staff.pk}, at=at, organisation_id=staff.organisation_id)
    return staff


@action("staff.add_credential")
def add_credential(
    *,
    staff_id: int,
    kind: str,
    valid_from: date,
    valid_until: date | None = None,
    number: str = "",
    detail: str = "",
    is_checked: bool = False,
    by: Actor,
    at: datetime,
) -> Credential:
    """Add a paper; only a checked one counts at the gate.

    is_checked      whoever enters it compared it with the issuer's register

    Raises      NotFound; Invalid: also a registration without its last day
    """
    staff = queries.get_staff(by, staff_id)
    faults = Faults()
    faults.choice("kind", kind, Credential.Kind.values)
    faults.text("number", number, 40, is_needed=kind == Credential.Kind.REGISTRATION)
    faults.text("detail", detail, 60, is_needed=False)
    faults.period("valid_until", valid_from, valid_until)
    if kind == Credential.Kind.REGISTRATION and valid_until is None:
        faults.add("valid_until", Refusal("registry.registration_ends"))
    faults.settle()
    return Credential.objects.create(
        organisation_id=staff.organisation_id, staff=staff, kind=kind, detail=detail, valid_from=valid_from, valid_until=valid_until,
        number_enc=seal(number, CREDENTIAL_NUMBER) if number else None, number_masked=_masked_number(number),
        checked_at=at if is_checked else None, checked_by_id=by.user_id if is_checked else None,
    )  # fmt: skip


@action("staff.check_credential")
def check_credential(*, credential_id: int, by: Actor, at: datetime) -> Credential:
    """Note that a paper was compared with the issuer's register; the first check stands.

    Raises      NotFound
    """
    seen = queries.get_credential(by, credential_id)
    paper = Credential.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if paper.checked_at is None:
        paper.checked_at, paper.checked_by_id = at, by.user_id
        paper.save(update_fields=["checked_at", "checked_by"])
    return paper


@action("staff.add_cover")
def add_cover(
    *,
    organisation_id: int,
    kind: str,
    policy_no: str,
    valid_from: date,
    valid_until: date,
    staff_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Cover:
    """Add an insurance: of one member of staff, or of everybody in the institution when none is named.

    Raises      NotFound; Invalid
    """
    house = queries.get_organisation(by, organisation_id)
    staff = queries.get_staff(by, staff_id) if staff_id is not None else None
    faults = Faults()
    faults.choice("kind", kind, Cover.Kind.values)
    faults.text("policy_no", policy_no, 40)
    faults.period("valid_until", valid_from, valid_until)
    if staff is not None and staff.organisation_id != house.pk:
        faults.add("staff_id", Refusal("registry.unknown_choice", {"value": staff_id}))
    faults.settle()
    return Cover.objects.create(
        organisation=house, staff=staff, kind=kind, policy_no=policy_no, valid_from=valid_from, valid_until=valid_until
    )


def _check(faults: Faults, facts: Mapping[str, Any], organisation_id: int, today: date) -> str | None:
    """Notes what is wrong; the telephone in its normal form."""
    if "name" in facts:
        faults.name("name", facts["name"])
    if "title" in facts:
        faults.text("title", facts["title"], 20)
    since = facts.get("practising_since")
    if since is not None and since > today:
        faults.add("practising_since", Refusal("registry.in_future", {"today": today}))
    faults.place(facts["lon"], facts["lat"])
    if not 0 <= facts["works_from_min"] < facts["works_until_min"] <= 1440:
        faults.add("works_until_min", Refusal("registry.hours"))
    for day in facts.get("works_on", ()):
        faults.choice("works_on", day, range(1, 8))
    for text in facts.get("speaks", ()):
        faults.text("speaks", text, 60)
    chosen = facts.get("department_id")
    if chosen is not None and not Department.objects.filter(pk=chosen, organisation_id=organisation_id).exists():
        faults.add("department_id", Refusal("registry.unknown_choice", {"value": chosen}))
    return faults.phone("phone", facts.get("phone"))


def _put(staff: Staff, facts: Mapping[str, Any], number: str | None) -> None:
    for field in CORRECTABLE - {"phone", "speaks", "works_on"}:
        if field in facts:
            setattr(staff, field, facts[field])
    for field in ("speaks", "works_on"):
        if field in facts:
            setattr(staff, field, list(facts[field]))
    if "name" in facts:
        staff.pinyin_initials = initials(facts["name"])
    if "phone" in facts:
        staff.phone_enc = seal(number, STAFF_PHONE) if number else None
        staff.phone_masked = masking.phone(number) if number else ""


def _masked_number(number: str) -> str:
    """The last three characters of a number long enough to keep its secret; else stars only."""
    return ("*" * (len(number) - 3) + number[-3:])[-30:] if len(number) > 6 else "*" * len(number)
