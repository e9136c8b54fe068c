"""Registering, correcting and linking residents."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from yijia.apps.registry import queries
from yijia.apps.registry.actions.faults import Faults
from yijia.apps.registry.actions.links import linked
from yijia.apps.registry.actions.pinyin import initials, pinyin
from yijia.apps.registry.actions.proxies import follow_birthday
from yijia.apps.registry.models import Household, Resident, ResidentLink
from yijia.apps.registry.queries.residents import ADDRESS, IDENTITY, PHONE
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import seal, search_hash, unseal
from yijia.base.errors import Refused, Stale
from yijia.core.people import identity, masking, synthetic
from yijia.core.permissions import Actor, Reach, in_scope, reach
from yijia.core.refusal import Refusal

CORRECTABLE = frozenset({
    "name", "identity", "phone", "insured_class", "is_infectious", "is_aggressive", "disability_kind", "disability_grade",
    "is_disabled_elder", "allergies", "preferred_sex", "speaks", "died_on",
    "address", "township", "lon", "lat", "floor", "has_lift",
})  # fmt: skip
_PLAIN = (
    "insured_class",
    "is_infectious",
    "is_aggressive",
    "disability_kind",
    "disability_grade",
    "is_disabled_elder",
    "preferred_sex",
)
_MOVED = frozenset({"address", "township", "lon", "lat"})
_HOME = frozenset({"township", "lon", "lat", "floor", "has_lift"})


@action("residents.register")
def register_resident(
    *,
    name: str,
    identity_number: str,
    address: str = "",
    township: str = "",
    lon: float | None = None,
    lat: float | None = None,
    phone: str | None = None,
    sex: str = "",
    born_on: date | None = None,
    insured_class: str = "none",
    jurisdiction: str | None = None,
    lives_with: int | None = None,
    floor: int | None = None,
    has_lift: bool | None = None,
    is_infectious: bool | None = None,
    is_aggressive: bool | None = None,
    is_disabled_elder: bool = False,
    disability_kind: str = "",
    disability_grade: int | None = None,
    allergies: Sequence[str] = (),
    preferred_sex: str = "",
    speaks: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> tuple[Resident, bool]:
    """Register a person, or find the one with this identity number; True when the person is new.

    The second registration changes nothing about the person; an organisation that registers gains its link. Sex and
    birth date come from the number; when stated they must agree with it.

    identity_number     18 or 15 characters, spaces and lower-case x forgiven
    lives_with          a resident in sight whose home this person shares; then no address is asked

    Raises      Invalid (field and rule); Refused registry.identity_taken: the number belongs to another name,
                registry.registered_elsewhere: the person is registered out of the actor's jurisdiction
    Source      ID-01 … ID-08, ID-11 in docs/rules/people.md
    """
    faults = Faults()
    faults.name("name", name)
    person = _identity(faults, identity_number, sex, born_on, business_date(at))
    number = faults.phone("phone", phone)
    place = jurisdiction or by.jurisdiction or ""
    _traits(
        faults,
        {
            "insured_class": insured_class,
            "disability_kind": disability_kind,
            "disability_grade": disability_grade,
            "preferred_sex": preferred_sex,
            "allergies": allergies,
            "speaks": speaks,
        },
    )
    home = queries.get_resident(by, lives_with).household if lives_with else None
    if home is None:
        _home(faults, {"address": address, "township": township, "lon": lon, "lat": lat})
        faults.jurisdiction("jurisdiction", by.jurisdiction, place)
    faults.settle()
    assert person is not None
    known = queries.resident_by_identity_for_system(person.number)
    if known is None:
        try:
            with transaction.atomic():
                if home is None:
                    home = _new_home(place, township, address, lon, lat, floor, has_lift)
                known = Resident.objects.create(
                    name=name, pinyin=pinyin(name), pinyin_initials=initials(name), sex=person.sex.code, born_on=person.born_on,
                    **_sealed_identity(person.number), **_sealed_phone(number), jurisdiction=home.jurisdiction, household=home,
                    insured_class=insured_class, is_infectious=is_infectious, is_aggressive=is_aggressive,
                    is_disabled_elder=is_disabled_elder, disability_kind=disability_kind, disability_grade=disability_grade,
                    allergies=list(allergies), preferred_sex=preferred_sex, speaks=list(speaks), created_at=at, created_by_id=by.user_id,
                )  # fmt: skip
            _keep_record(known, by, at)
            outbox.publish("residents.registered", {"resident_id": known.pk}, at=at)
            return known, True
        except IntegrityError:  # somebody registered the same person a moment ago
            known = queries.resident_by_identity_for_system(person.number)
            if known is None:
                raise
    _same_person(known, name, by)
    _keep_record(known, by, at)
    return known, False


@action("residents.correct")
def correct_resident(
    *, resident_id: int, version: int, changes: Mapping[str, Any], by: Actor, at: datetime
) -> Resident:
    """Put a record right; only what `changes` names is touched (CORRECTABLE).

    A new address is a new home: what was noted about the old one stays with the old one, and so do the housemates.

    Raises      NotFound; Stale: somebody changed it since that version; Invalid; Refused registry.identity_taken
    """
    resident = _locked(by, resident_id, version)
    faults = Faults()
    for field in set(changes) - CORRECTABLE:
        faults.add(field, Refusal("registry.not_correctable"))
    _traits(faults, changes)
    if "name" in changes:
        faults.name("name", changes["name"])
    person = _identity(faults, changes["identity"], "", None, business_date(at)) if "identity" in changes else None
    number = faults.phone("phone", changes.get("phone"))
    if "died_on" in changes:
        _death(faults, resident, changes["died_on"], business_date(at))
    moved = _MOVED & set(changes)
    home = {
        "address": unseal(resident.household.address_enc, ADDRESS),
        "township": resident.household.township,
        "lon": resident.household.lon,
        "lat": resident.household.lat,
    }
    home |= {field: changes[field] for field in moved}
    if moved:
        _home(faults, home)
    faults.settle()
    if resident.died_on is None and changes.get("died_on"):
        _tell_death(resident, changes["died_on"], at)
    before, born_on = _place(resident.household), resident.born_on
    _put(resident, changes, person, number)
    _put_home(resident, changes, home)
    resident.version += 1
    resident.save()
    if resident.born_on != born_on:
        follow_birthday(resident, born_on, at)
    if _place(resident.household) != before:
        outbox.publish("residents.moved", {"resident_id": resident.pk, "household_id": resident.household_id}, at=at)
    return resident


@action("residents.record_death")
def record_death(*, resident_id: int, died_on: date, version: int, by: Actor, at: datetime) -> Resident:
    """Record the day a resident died; upper contexts hear `residents.died`.

    Raises      NotFound; Stale; Invalid: in the future or before birth; Refused registry.already_dead: another day stands
    """
    resident = _locked(by, resident_id, version)
    if resident.died_on == died_on:
        return resident
    if resident.died_on is not None:
        raise Refused(Refusal("registry.already_dead", {"died_on": resident.died_on}))
    faults = Faults()
    _death(faults, resident, died_on, business_date(at))
    faults.settle()
    resident.died_on = died_on
    resident.version += 1
    resident.save(update_fields=["died_on", "version"])
    _tell_death(resident, died_on, at)
    return resident


def _identity(faults: Faults, text: str, sex: str, born_on: date | None, today: date) -> identity.ResidentId | None:
    person = faults.take("identity", identity.parse(text, today=today))
    if person is not None and born_on is not None and (wrong := identity.mismatch(person, born_on=born_on)):
        faults.add("born_on", wrong)
    if sex:
        faults.choice("sex", sex, ("1", "2"))
    if (
        person is not None
        and sex in ("1", "2")
        and (wrong := identity.mismatch(person, sex=identity.Sex.MALE if sex == "1" else identity.Sex.FEMALE))
    ):
        faults.add("sex", wrong)
    return person


def _traits(faults: Faults, facts: Mapping[str, Any]) -> None:
    if "insured_class" in facts:
        faults.choice("insured_class", facts["insured_class"], Resident.InsuredClass.values)
    if facts.get("preferred_sex"):
        faults.choice("preferred_sex", facts["preferred_sex"], ("1", "2"))
    if facts.get("disability_grade") is not None:
        faults.choice("disability_grade", facts["disability_grade"], (1, 2, 3, 4))
    if facts.get("disability_kind"):
        faults.text("disability_kind", facts["disability_kind"], 20)
    for field in ("allergies", "speaks"):
        for text in facts.get(field, ()):
            faults.text(field, text, 60)


def _home(faults: Faults, home: Mapping[str, Any]) -> None:
    faults.text("address", home["address"], 120)
    faults.text("township", home["township"], 40)
    if home["lon"] is None or home["lat"] is None:
        faults.add("lon", Refusal("registry.place_missing"))
    else:
        faults.place(home["lon"], home["lat"])


def _death(faults: Faults, resident: Resident, died_on: date | None, today: date) -> None:
    if died_on is not None and not resident.born_on <= died_on <= today:
        faults.add("died_on", Refusal("registry.death_date", {"born_on": resident.born_on, "today": today}))


def _tell_death(resident: Resident, died_on: date, at: datetime) -> None:
    outbox.publish("residents.died", {"resident_id": resident.pk, "died_on": died_on.isoformat()}, at=at)


def _locked(by: Actor, resident_id: int, version: int) -> Resident:
    seen = queries.get_resident(by, resident_id)
    resident = Resident.objects.select_for_update().get(pk=seen.pk)  # no join: a moved one would be lost in the wait
    if resident.version != version:
        raise Stale
    return resident


def _put(
    resident: Resident, changes: Mapping[str, Any], person: identity.ResidentId | None, number: str | None
) -> None:
    if person is not None:
        other = queries.resident_by_identity_for_system(person.number)
        if other is not None and other.pk != resident.pk:
            raise Refused(Refusal("registry.identity_taken"))
        facts = {**_sealed_identity(person.number), "sex": person.sex.code, "born_on": person.born_on}
        for field, value in facts.items():
            setattr(resident, field, value)
    if "name" in changes:
        resident.name, resident.pinyin, resident.pinyin_initials = (
            changes["name"],
            pinyin(changes["name"]),
            initials(changes["name"]),
        )
    if "phone" in changes:
        for field, value in _sealed_phone(number).items():
            setattr(resident, field, value)
    for field in (*_PLAIN, "died_on"):
        if field in changes:
            setattr(resident, field, changes[field])
    for field in ("allergies", "speaks"):
        if field in changes:
            setattr(resident, field, list(changes[field]))


def _put_home(resident: Resident, changes: Mapping[str, Any], home: Mapping[str, Any]) -> None:
    """A new address is a new home, for this person alone; anything else puts the shared home right."""
    old = resident.household
    stairs = {"floor": changes.get("floor", old.floor), "has_lift": changes.get("has_lift", old.has_lift)}
    if "address" in changes:
        resident.household = _new_home(
            old.jurisdiction, home["township"], home["address"], home["lon"], home["lat"], **stairs
        )
    elif _HOME & set(changes):
        Household.objects.filter(pk=old.pk).update(
            township=home["township"], lon=home["lon"], lat=home["lat"], **stairs
        )
        resident.household = Household.objects.get(pk=old.pk)


def _place(home: Household) -> tuple[Any, ...]:
    """Where a home is; two that differ are a move."""
    return home.pk, home.township, home.lon, home.lat


def _new_home(
    place: str,
    township: str,
    address: str,
    lon: float | None,
    lat: float | None,
    floor: int | None,
    has_lift: bool | None,
) -> Household:
    return Household.objects.create(
        jurisdiction=place, township=township, address_enc=seal(address, ADDRESS), address_masked=masking.address(address),
        lon=lon, lat=lat, floor=floor, has_lift=has_lift,
    )  # fmt: skip


def _sealed_identity(number: str) -> dict[str, Any]:
    return {
        "identity_enc": seal(number, IDENTITY), "identity_hash": search_hash(number, IDENTITY),
        "identity_masked": masking.resident_id(number), "is_synthetic": synthetic.is_synthetic(number),
    }  # fmt: skip


def _sealed_phone(number: str | None) -> dict[str, Any]:
    if number is None:
        return {"phone_enc": None, "phone_hash": None, "phone_masked": ""}
    return {
        "phone_enc": seal(number, PHONE),
        "phone_hash": search_hash(number, PHONE),
        "phone_masked": masking.phone(number),
    }


def _same_person(known: Resident, name: str, by: Actor) -> None:
    """The number alone opens nobody's record: the name must agree, and the place be the actor's."""
    if known.name != name:
        raise Refused(Refusal("registry.identity_taken"))
    if reach(by) is Reach.JURISDICTION and not in_scope(by, jurisdiction=known.jurisdiction):
        raise Refused(Refusal("registry.registered_elsewhere"))


def _keep_record(resident: Resident, by: Actor, at: datetime) -> None:
    for organisation_id in sorted(by.organisation_ids):
        linked(resident.pk, organisation_id, ResidentLink.Kind.RECORD_KEEPER, at)
