"""What upper contexts ask about people and institutions, without an actor: they settle scope at their own doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from yijia.apps.registry.models import Cover, Credential, Organisation, Resident, Staff
from yijia.apps.registry.queries.residents import ADDRESS, PHONE
from yijia.base.crypto import unseal
from yijia.base.errors import NotFound
from yijia.base.rows import Given, GivenMany, Statement
from yijia.core.calendar import age_on
from yijia.core.gate import facts as gate
from yijia.core.people.titles import nurse_rank


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentFacts:
    """A resident and the home as decisions need them; None always means: not known.

    name        in full: for papers, never for a list
    """

    resident_id: int
    name: str
    sex: str
    born_on: date
    jurisdiction: str
    insured_class: str
    is_alive: bool
    is_infectious: bool | None
    is_aggressive: bool | None
    is_disabled_elder: bool
    disability_grade: int | None
    allergies: tuple[str, ...]
    preferred_sex: str
    speaks: tuple[str, ...]
    household_id: int
    township: str
    lon: float
    lat: float
    floor: int | None
    has_lift: bool | None
    home_is_violent: bool
    has_aggressive_dog: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and how to reach a resident, in clear: for the nurse of an assigned visit and for messages."""

    name: str
    phone: str
    address: str

    def __repr__(self) -> str:
        return "Contact(hidden)"


def resident_facts_for_system(resident_id: int) -> ResidentFacts:
    """The facts of one resident, in one query.

    Raises      NotFound: nobody has this id
    """
    person = Resident.objects.select_related("household").filter(pk=resident_id).first()
    if person is None:
        raise NotFound
    return resident_facts_of(person)


def resident_facts_of(person: Resident) -> ResidentFacts:
    """The facts of a resident already read, with the household."""
    home = person.household
    return ResidentFacts(
        resident_id=person.pk, name=person.name, sex=person.sex, born_on=person.born_on, jurisdiction=person.jurisdiction,
        insured_class=person.insured_class, is_alive=person.died_on is None, is_infectious=person.is_infectious,
        is_aggressive=person.is_aggressive, is_disabled_elder=person.is_disabled_elder, disability_grade=person.disability_grade,
        allergies=tuple(person.allergies), preferred_sex=person.preferred_sex, speaks=tuple(person.speaks),
        household_id=home.pk, township=home.township, lon=home.lon, lat=home.lat, floor=home.floor, has_lift=home.has_lift,
        home_is_violent=home.is_violent, has_aggressive_dog=home.has_aggressive_dog,
    )  # fmt: skip


_AT_HOME = Statement(lambda: Resident.objects.select_related("household").filter(pk=Given("resident_id")))


def contact_for_system(resident_id: int) -> Contact:
    """Name, telephone and address in clear; the caller settles who may have them and writes the audit entry.

    Raises      NotFound: nobody has this id
    """
    person = _AT_HOME.one(resident_id=resident_id)
    if person is None:
        raise NotFound
    number = unseal(person.phone_enc, PHONE) if person.phone_enc else ""
    return Contact(person.name, number, unseal(person.household.address_enc, ADDRESS))


def institution_facts_for_system(organisation_id: int) -> gate.Institution:
    """The institution as the gate asks about it.

    Raises      NotFound: no organisation has this id
    """
    house = Organisation.objects.filter(pk=organisation_id).first()
    if house is None:
        raise NotFound
    return institution_facts_of(house)


def institution_facts_of(house: Organisation) -> gate.Institution:
    """An institution already read, as the gate asks about it."""
    return gate.Institution(
        is_licensed=bool(house.licence_no),
        licence_until=house.licence_valid_until,
        is_suspended=not house.is_active,
        does_home_beds="home_bed" in house.service_modes,
        does_home_rounds="home_round" in house.service_modes,
    )


def staff_facts_for_system(
    *, on: date, organisation_ids: Iterable[int] | None = None, staff_ids: Iterable[int] | None = None
) -> dict[int, gate.Staff]:
    """The gate's facts about many staff by id, in two queries.

    A paper nobody has checked is not known, neither held nor missing. Suspended is who was taken off duty.

    Raises      ValueError: neither organisations nor staff are named
    """
    chosen = Staff.objects.all()
    if staff_ids is not None:
        chosen = chosen.filter(pk__in=list(staff_ids))
    elif organisation_ids is not None:
        chosen = chosen.filter(organisation_id__in=list(organisation_ids))
    else:
        raise ValueError("name the organisations or the staff")
    return staff_facts_of(list(chosen), on)


_PAPER = ("organisation_id", "kind", "detail", "valid_from", "valid_until", "checked_at")
_COVER = ("kind", "valid_from", "valid_until")


def staff_facts_of(staff: list[Staff], on: date) -> dict[int, gate.Staff]:
    """The gate's facts about staff already read; their papers are read in one query unless they came along."""
    bare = [person.pk for person in staff if not hasattr(person, "paper_rows")]
    found = {one.pk: one for one in _WITH_PAPERS.ask(staff_ids=bare)} if bare else {}
    return {person.pk: _facts_of(person, found.get(person.pk, person), on) for person in staff}


def _facts_of(person: Staff, read: Any, on: date) -> gate.Staff:
    papers = [Credential(staff_id=person.pk, **_unpacked(row)) for row in read.paper_rows]
    insurances = tuple(
        gate.Insurance(gate.InsuranceKind(row["kind"]), row["valid_from"], row["valid_until"])
        for row in map(_unpacked, read.cover_rows)
    )
    return _facts(person, papers, insurances, on)


def with_papers(rows: QuerySet[Staff]) -> QuerySet[Staff]:
    """Staff with all their papers and covers beside them, as `staff_facts_of` wants them."""
    own = Credential.objects.filter(staff_id=OuterRef("pk"))
    covers = Cover.objects.filter(
        Q(staff_id=OuterRef("pk")) | Q(staff_id__isnull=True), organisation_id=OuterRef("organisation_id")
    ).order_by(F("staff_id").asc(nulls_last=True), "pk")
    return rows.annotate(
        paper_rows=ArraySubquery(own.values(row=_packed(*_PAPER))),
        cover_rows=ArraySubquery(covers.values(row=_packed(*_COVER))),
    )


_WITH_PAPERS = Statement(lambda: with_papers(Staff.objects.filter(pk__in=GivenMany("staff_ids")).only("pk")))


def _packed(*columns: str) -> JSONObject:
    return JSONObject(**{column: column for column in columns})


def _unpacked(row: dict[str, Any]) -> dict[str, Any]:
    """A packed row with its dates as dates."""
    kinds = {"valid_from": date.fromisoformat, "valid_until": date.fromisoformat, "checked_at": datetime.fromisoformat}
    return {column: kinds[column](value) if value and column in kinds else value for column, value in row.items()}


def _facts(person: Staff, papers: list[Credential], insurances: tuple[gate.Insurance, ...], on: date) -> gate.Staff:
    registrations = [p for p in papers if p.kind == Credential.Kind.REGISTRATION and p.valid_from <= on]
    here = [p for p in registrations if p.organisation_id == person.organisation_id]
    training = [p for p in papers if p.kind == Credential.Kind.TRAINING and _holds(p, on)]
    return gate.Staff(
        staff_id=person.pk,
        is_nurse=person.profession == Staff.Profession.NURSE,
        title_rank=nurse_rank(person.title) if person.profession == Staff.Profession.NURSE else None,
        practice_years=_years(person.practising_since, on),
        is_in_national_register=_checked(registrations),
        is_registered_here=bool(here),
        registration_until=max((p.valid_until for p in here if p.valid_until), default=None),
        is_suspended=not person.is_active,
        has_pre_service_training=_checked(training),
        specialties=_specialties(papers, on),
        insurances=insurances,
    )


def _holds(paper: Credential, on: date) -> bool:
    return paper.valid_from <= on and (paper.valid_until is None or on < paper.valid_until)


def _checked(papers: list[Credential]) -> bool | None:
    """True when somebody checked one of the papers, None when there is only unchecked paper, False without any."""
    if not papers:
        return False
    return True if any(p.checked_at for p in papers) else None


def _specialties(papers: list[Credential], on: date) -> frozenset[str]:
    """Kinds (specialty, maternal, tcm) and named specialties (PICC, 造口) whose checked paper is in force."""
    special = {Credential.Kind.SPECIALTY, Credential.Kind.MATERNAL, Credential.Kind.TCM}
    held = [p for p in papers if p.kind in special and p.checked_at and _holds(p, on)]
    return frozenset({p.kind for p in held} | {p.detail for p in held if p.detail})


def _years(since: date | None, on: date) -> int | None:
    return None if since is None or since > on else age_on(since, on)
