"""Shapes of the register in JSON; the rules are the actions'."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

Whole = Field(None, ge=-5, le=150)


class ResidentOut(Schema):
    """A resident: identifiers masked; unmasking is an operation of its own."""

    id: int
    version: int
    name: str
    sex: str = Field(description="GB/T 2261.1: 1 male, 2 female")
    born_on: date
    died_on: date | None
    identity_masked: str
    phone_masked: str
    insured_class: str
    jurisdiction: str
    township: str
    address_masked: str
    is_disabled_elder: bool
    disability_kind: str
    disability_grade: int | None
    is_infectious: bool | None
    is_aggressive: bool | None
    allergies: list[str]
    preferred_sex: str
    speaks: list[str]


class ResidentFound(Schema):
    """A resident in a list: the name masked as well."""

    id: int
    name_masked: str
    sex: str
    born_year: int
    identity_masked: str
    phone_masked: str
    township: str
    is_dead: bool


class ResidentIn(Schema):
    """A registration. Sex and birth date are read from the number; when stated they must agree with it."""

    name: str
    identity_number: str
    phone: str | None = None
    sex: str = ""
    born_on: date | None = None
    insured_class: str = "none"
    jurisdiction: str | None = None
    address: str = ""
    township: str = ""
    lon: float | None = None
    lat: float | None = None
    lives_with: int | None = Field(
        None, description="a resident in sight with whom the home is shared; then no address is asked"
    )
    floor: int | None = Whole
    has_lift: bool | None = None
    is_infectious: bool | None = None
    is_aggressive: bool | None = None
    is_disabled_elder: bool = False
    disability_kind: str = ""
    disability_grade: int | None = None
    allergies: list[str] = Field([], max_length=50)
    preferred_sex: str = ""
    speaks: list[str] = Field([], max_length=20)


class ResidentChange(Schema):
    """What to put right; what is left out stays as it is."""

    name: str = ""
    identity: str = ""
    phone: str | None = None
    insured_class: str = ""
    is_infectious: bool | None = None
    is_aggressive: bool | None = None
    disability_kind: str = ""
    disability_grade: int | None = None
    is_disabled_elder: bool = False
    allergies: list[str] = Field([], max_length=50)
    preferred_sex: str = ""
    speaks: list[str] = Field([], max_length=20)
    died_on: date | None = None
    address: str = ""
    township: str = ""
    lon: float | None = None
    lat: float | None = None
    floor: int | None = Whole
    has_lift: bool | None = None


class DeathIn(Schema):
    died_on: date


class UnmaskIn(Schema):
    field: str = Field(description="identity, phone or address")
    purpose: str = Field(
        description="call_back, verify_identity, home_visit, complaint, emergency, credential_check or other"
    )
    note: str = ""


class UnmaskOut(Schema):
    field: str
    value: str


class ProxyIn(Schema):
    name: str
    phone: str
    relation: str
    kind: str = Field("proxy", description="proxy or guardian")
    matters: list[str] = Field(max_length=10, description="some of order, sign, bill, confirm, record")
    valid_from: date | None = None
    valid_until: date | None = Field(None, description="the first day on which it no longer holds")


class ProxyOut(Schema):
    id: int
    resident_id: int
    name: str
    relation: str
    kind: str
    phone_masked: str
    matters: list[str]
    valid_from: date
    valid_until: date | None
    is_revoked: bool


class GateFinding(Schema):
    """One rule of the safe-to-go gate asked of one nurse today."""

    rule: str
    verdict: str = Field(
        description="gate.passed, gate.not_applicable, gate.failed, gate.not_known or a policy refusal"
    )
    is_red: bool
    zh: str
    en: str
    sources: list[str]
    who_mends: list[str]


class CredentialOut(Schema):
    id: int
    kind: str
    detail: str
    number_masked: str
    valid_from: date
    valid_until: date | None
    is_checked: bool


class CoverOut(Schema):
    id: int
    kind: str
    is_for_everybody: bool
    policy_no: str
    valid_from: date
    valid_until: date


class StaffOut(Schema):
    id: int
    version: int
    organisation_id: int
    name: str
    badge_no: str
    sex: str
    profession: str
    title: str
    practising_since: date | None
    phone_masked: str
    is_active: bool
    reds: list[str] = Field(description="gate rules red today; empty when none, or when not a nurse")


class StaffDetail(StaffOut):
    credentials: list[CredentialOut]
    covers: list[CoverOut]
    gate: list[GateFinding]


class StaffIn(Schema):
    organisation_id: int
    name: str
    badge_no: str
    sex: str
    profession: str
    title: str
    practising_since: date | None = None
    phone: str | None = None
    department_id: int | None = None
    speaks: list[str] = Field([], max_length=20)
    lon: float | None = None
    lat: float | None = None
    works_from_min: int = Field(480, ge=0, le=1440)
    works_until_min: int = Field(1080, ge=0, le=1440)
    works_on: list[int] = Field([1, 2, 3, 4, 5], max_length=7)
    with_account: bool = False


class StaffChange(Schema):
    """What to put right; what is left out stays as it is."""

    name: str = ""
    title: str = ""
    phone: str | None = None
    department_id: int | None = None
    practising_since: date | None = None
    speaks: list[str] = Field([], max_length=20)
    lon: float = 0.0
    lat: float = 0.0
    works_from_min: int = Field(480, ge=0, le=1440)
    works_until_min: int = Field(1080, ge=0, le=1440)
    works_on: list[int] = Field([], max_length=7)
    is_active: bool = True


class CredentialIn(Schema):
    kind: str
    valid_from: date
    valid_until: date | None = None
    number: str = ""
    detail: str = ""
    is_checked: bool = Field(
        False, description="compared with the issuer's register; only a checked paper counts at the gate"
    )


class CoverIn(Schema):
    kind: str
    policy_no: str
    valid_from: date
    valid_until: date
    staff_id: int | None = Field(None, description="left out: everybody in the institution")


class OrganisationOut(Schema):
    id: int
    code: str
    name: str
    name_en: str
    kind: str
    level: int | None
    jurisdiction: str
    township: str
    is_public: bool
    is_nonprofit: bool
    licence_no: str
    licence_valid_until: date | None
    service_modes: list[str]
    lon: float
    lat: float
    phone: str
    is_active: bool


class OrganisationChange(Schema):
    """What to put right; what is left out stays as it is."""

    licence_no: str = ""
    licence_valid_until: date | None = None
    service_modes: list[str] = Field([], max_length=10)
    phone: str = ""


def resident_out(person: Any) -> dict[str, Any]:
    """A resident as JSON."""
    plain = (
        "version", "name", "sex", "born_on", "died_on", "identity_masked", "phone_masked", "insured_class", "jurisdiction", "is_disabled_elder",
        "disability_kind", "disability_grade", "is_infectious", "is_aggressive", "allergies", "preferred_sex", "speaks",
    )  # fmt: skip
    home = person.household
    return {"id": person.pk, "township": home.township, "address_masked": home.address_masked} | {
        name: getattr(person, name) for name in plain
    }


def proxy_out(proxy: Any) -> dict[str, Any]:
    """A proxy as JSON."""
    plain = ("resident_id", "name", "relation", "kind", "phone_masked", "valid_from", "valid_until")
    return {"id": proxy.pk, "matters": proxy.scope, "is_revoked": proxy.revoked_at is not None} | {
        name: getattr(proxy, name) for name in plain
    }


def staff_out(staff: Any, report: Any) -> dict[str, Any]:
    """A member of staff as JSON."""
    plain = (
        "version",
        "organisation_id",
        "name",
        "badge_no",
        "sex",
        "profession",
        "title",
        "practising_since",
        "phone_masked",
        "is_active",
    )
    reds = list(dict.fromkeys(red.key for red in report.reds)) if report else []
    return {"id": staff.pk, "reds": reds} | {name: getattr(staff, name) for name in plain}


def credential_out(paper: Any) -> dict[str, Any]:
    """A paper as JSON."""
    plain = ("kind", "detail", "number_masked", "valid_from", "valid_until")
    return {"id": paper.pk, "is_checked": paper.checked_at is not None} | {name: getattr(paper, name) for name in plain}


def cover_out(cover: Any) -> dict[str, Any]:
    """An insurance as JSON."""
    plain = ("kind", "policy_no", "valid_from", "valid_until")
    return {"id": cover.pk, "is_for_everybody": cover.staff_id is None} | {name: getattr(cover, name) for name in plain}


def finding_out(finding: Any) -> dict[str, Any]:
    """A gate finding as JSON."""
    rule = finding.rule
    return {
        "rule": rule.key, "verdict": finding.code, "is_red": finding.is_red, "zh": rule.zh, "en": rule.en, "sources": list(rule.sources),
        "who_mends": [role.value for role in rule.who_mends],
    }  # fmt: skip


def organisation_out(house: Any) -> dict[str, Any]:
    """An organisation as JSON."""
    return {name: getattr(house, name) for name in OrganisationOut.model_fields}


class FactOut(Schema):
    """A dated statement about a resident; a correction is a later statement that replaces it."""

    id: int
    resident_id: int
    kind: str
    code: str
    level: int | None
    from_on: date
    until_on: date | None
    source: str
    confirmed_at: datetime
    replaces_id: int | None
    is_void: bool


class FactIn(Schema):
    """What a paper or another register says since a day; `source` names it and never holds an identifier."""

    kind: str = Field(description="disability, income, hukou, residence, living, care_grade, bedbound, insurance, …")
    code: str
    level: int | None = Field(None, ge=0, le=9)
    from_on: date
    until_on: date | None = None
    source: str


class FactEnd(Schema):
    """Until when a statement holds; without a day it was never true."""

    until_on: date | None = None
    source: str
