"""What the gate is told about a visit; None always means: not known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class InsuranceKind(StrEnum):
    """Insurances of a visit."""

    LIABILITY = "liability"
    MEDICAL_ACCIDENT = "medical_accident"
    PERSONAL_ACCIDENT = "personal_accident"


@dataclass(frozen=True, slots=True)
class Insurance:
    """One policy, in force over [from_on, until_on)."""

    kind: InsuranceKind
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """The institution that sends.

    licence_until   the first day on which the licence no longer holds
    """

    is_licensed: bool | None = None
    licence_until: date | None = None
    is_suspended: bool | None = None
    does_home_beds: bool | None = None
    does_home_rounds: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One ordered item.

    specialties     codes of the specialty training it needs; empty when it needs none
    """

    code: str
    is_in_catalogue: bool | None = None
    is_forbidden_at_home: bool | None = None
    is_published: bool | None = None
    needs_doctor_order: bool | None = None
    has_doctor_order: bool | None = None
    specialties: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One nurse who would go, or a doctor on a family-bed round.

    title_rank          1 nurse 护士, 2 护师, 3 主管护师, 4 副主任护师, 5 主任护师
    registration_until  the first day on which the registration no longer holds
    insurances          policies that cover this nurse's visits; None when nobody has looked
    """

    staff_id: int
    is_nurse: bool | None = None
    title_rank: int | None = None
    practice_years: int | None = None
    is_in_national_register: bool | None = None
    is_registered_here: bool | None = None
    registration_until: date | None = None
    is_suspended: bool | None = None
    has_pre_service_training: bool | None = None
    specialties: frozenset[str] | None = None
    insurances: tuple[Insurance, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What has been settled about the order and its resident."""

    visit_on: date
    visit_ends_on: date
    assessment_is_passed: bool | None = None
    assessment_on: date | None = None
    consent_is_signed: bool | None = None
    consent_is_revoked: bool | None = None
    agreement_is_signed: bool | None = None
    is_disabled_elder_action: bool | None = None
    guardian_will_be_present: bool | None = None
    resident_is_alive: bool | None = None
    resident_is_aggressive: bool | None = None
    resident_is_infectious: bool | None = None
    resident_is_allergic: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What is known about the place; the risk fields come from `home_risk.assess`."""

    is_violent: bool | None = None
    risk_is_answered: bool | None = None
    risk_blocks: bool | None = None
    risk_needs_two: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything about one visit; `staff` is empty until somebody is proposed."""

    institution: Institution
    items: tuple[Item, ...]
    order: Order
    home: Home
    staff: tuple[Staff, ...] = ()


def common_row(facts: Facts) -> dict[str, Any]:
    """Columns that are the same for each item and each nurse."""
    institution, order, home = facts.institution, facts.order, facts.home
    needed = [item.specialties for item in facts.items]
    return {
        "visit_on": order.visit_on,
        "visit_ends_on": order.visit_ends_on,
        "institution_is_licensed": institution.is_licensed,
        "institution_licence_until": institution.licence_until,
        "institution_is_suspended": institution.is_suspended,
        "institution_does_home_beds": institution.does_home_beds,
        "institution_does_home_rounds": institution.does_home_rounds,
        "item_needs_specialty": _any(None if codes is None else bool(codes) for codes in needed),
        "assessment_is_passed": order.assessment_is_passed,
        "assessment_on": order.assessment_on,
        "consent_is_signed": order.consent_is_signed,
        "consent_is_revoked": order.consent_is_revoked,
        "agreement_is_signed": order.agreement_is_signed,
        "is_disabled_elder_action": order.is_disabled_elder_action,
        "guardian_will_be_present": order.guardian_will_be_present,
        "resident_is_alive": order.resident_is_alive,
        "resident_is_aggressive": order.resident_is_aggressive,
        "resident_is_infectious": order.resident_is_infectious,
        "resident_is_allergic": order.resident_is_allergic,
        "home_is_violent": home.is_violent,
        "home_risk_is_answered": home.risk_is_answered,
        "home_risk_blocks": home.risk_blocks,
        "home_risk_needs_two": home.risk_needs_two,
        "staff_count": len(facts.staff) or None,
    }


def item_row(item: Item) -> dict[str, Any]:
    """Columns of one item."""
    return {
        "item_is_in_catalogue": item.is_in_catalogue,
        "item_is_forbidden_at_home": item.is_forbidden_at_home,
        "item_is_published": item.is_published,
        "item_needs_doctor_order": item.needs_doctor_order,
        "has_doctor_order": item.has_doctor_order,
        "item_needs_specialty": None if item.specialties is None else bool(item.specialties),
    }


def staff_row(staff: Staff, facts: Facts) -> dict[str, Any]:
    """Columns of one nurse, seen for this visit."""
    row: dict[str, Any] = {
        "staff_is_nurse": staff.is_nurse,
        "nurse_title_rank": staff.title_rank,
        "nurse_practice_years": staff.practice_years,
        "nurse_is_in_national_register": staff.is_in_national_register,
        "nurse_is_registered_here": staff.is_registered_here,
        "nurse_registration_until": staff.registration_until,
        "nurse_is_suspended": staff.is_suspended,
        "nurse_has_pre_service_training": staff.has_pre_service_training,
        "nurse_has_specialty": _has_specialties(staff, facts.items),
    }
    for kind in InsuranceKind:
        row.update(_insurance(kind, staff.insurances, facts.order.visit_on))
    return row


def _insurance(kind: InsuranceKind, insurances: tuple[Insurance, ...] | None, on: date) -> dict[str, Any]:
    """The policy of a kind that runs longest among those begun by the day, else the next to begin."""
    has, from_on, until_on = f"has_{kind}_insurance", f"{kind}_insurance_from", f"{kind}_insurance_until"
    if insurances is None:
        return {has: None, from_on: None, until_on: None}
    ours = [insurance for insurance in insurances if insurance.kind is kind]
    if not ours:
        return {has: False, from_on: None, until_on: None}
    begun = [insurance for insurance in ours if insurance.from_on is not None and insurance.from_on <= on]
    best = max(begun or ours, key=lambda insurance: (insurance.until_on or date.min, insurance.from_on or date.min))
    return {has: True, from_on: best.from_on, until_on: best.until_on}


def _has_specialties(staff: Staff, items: tuple[Item, ...]) -> bool | None:
    needed = [item.specialties for item in items]
    known = frozenset[str]().union(*(codes for codes in needed if codes is not None))
    if staff.specialties is None:
        return None if known or None in needed else True
    if not known <= staff.specialties:
        return False
    return None if None in needed else True


def _any(verdicts: Iterable[bool | None]) -> bool | None:
    seen = set(verdicts)
    return True if True in seen else None if None in seen else False
