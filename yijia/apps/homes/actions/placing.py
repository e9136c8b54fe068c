"""Somebody moves in, changes beds, goes away for a while, comes back, leaves. Two at one bed: the database settles it."""

import uuid
from datetime import date, datetime

from django.db import IntegrityError, transaction

from yijia.apps.care.actions.faults import Faults
from yijia.apps.homes import queries
from yijia.apps.homes.actions.common import apply_event, home_of, locked, need, note_event
from yijia.apps.homes.models import Bed, BedStay, Placement
from yijia.apps.registry import queries as registry
from yijia.apps.registry.actions.links import linked
from yijia.apps.registry.models import Household, Organisation, Resident, ResidentLink
from yijia.apps.registry.queries.residents import ADDRESS
from yijia.base import outbox, scope
from yijia.base.actions import action
from yijia.base.crypto import seal
from yijia.base.errors import NotFound, Refused
from yijia.core.calendar import business_date
from yijia.core.homes.lifecycle import Away, Event, Left
from yijia.core.people import identity as identities
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission
from yijia.core.refusal import Refusal

P = Permission
LINK = ResidentLink.Kind.HOME


@action("placements.admit")
def admit_resident(
    *, client_id: uuid.UUID, bed_id: int, care_level: str, identity: str = "", resident_id: int | None = None, from_on: date | None = None,
    by: Actor, at: datetime,
) -> Placement:  # fmt: skip
    """Somebody moves into a free bed; sent again with the same `client_id` it is the same placement.

    identity        the whole identity number of somebody registered anywhere; or
    resident_id     somebody the home sees already

    The home sees the person from now on, and orders for the person go to the home's address.

    Raises      Forbidden; NotFound; Invalid; Refused: placements.bed_taken, .bed_closed, .lives_here, .lives_elsewhere, .not_registered,
                .person_died, .licence_expired
    Source      HOME-01, HOME-02, HOME-03, HOME-06 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    home, today = home_of(by), business_date(at)
    begins = from_on or today
    faults = Faults()
    if care_level not in queries.level_codes(home.jurisdiction, today):
        faults.add("care_level", "required")
    if not identity.strip() and resident_id is None:
        faults.add("identity", "required")
    if "\0" in identity:
        faults.add("identity", "unreadable")
    if begins > today:
        faults.add("from_on", "in_the_future")
    faults.settle()
    with scope.whole_system():
        same = Placement.objects.filter(client_id=client_id, organisation=home).first()
        if same is not None:
            return same
        if home.licence_valid_until is not None and home.licence_valid_until <= today:
            raise Refused(Refusal("placements.licence_expired", {"until": home.licence_valid_until}))
        resident = _person(identity, resident_id, by, today)
        if resident.died_on is not None:
            raise Refused(Refusal("placements.person_died"))
        if begins < resident.born_on:
            faults.add("from_on", "in_the_past")
            faults.settle()
        _lives_nowhere(resident, home, begins)
        bed = _free_bed(home, bed_id, begins)
        address = _address(home)
        placement = Placement(
            organisation=home, client_id=client_id, resident=resident, state_at=at, care_level=care_level, from_on=begins, household=address,
            household_before=resident.household, created_at=at, created_by_id=by.user_id,
        )  # fmt: skip
        try:
            with transaction.atomic():
                placement.save()
                BedStay.objects.create(organisation=home, placement=placement, bed=bed, from_on=begins)
        except IntegrityError as error:
            return _settled(error, client_id, resident, home, bed, begins)
        linked(resident.pk, home.pk, LINK, at)
        _move(resident, address, at)
        note_event(placement, "admit", "", {"bed": str(bed), "care_level": care_level}, by, at)
        return placement


def _person(identity: str, resident_id: int | None, by: Actor, today: date) -> Resident:
    """The person, locked, so that two homes take one person one after the other.

    Without the household joined: whoever waited for the lock would find no row once the household had changed.
    """
    if resident_id is not None:
        with_sight = registry.get_resident(by, resident_id)
        return Resident.objects.select_for_update().get(pk=with_sight.pk)
    parsed = identities.parse(identity, today=today)
    known = None if isinstance(parsed, Refusal) else registry.resident_by_identity_for_system(parsed.number)
    if known is None:
        raise Refused(Refusal("placements.not_registered"))
    return Resident.objects.select_for_update().get(pk=known.pk)


def _lives_nowhere(resident: Resident, home: Organisation, begins: date) -> None:
    """Raises      Refused: placements.lives_here, placements.lives_elsewhere"""
    other = queries.overlapping_for_system(resident.pk, begins)
    if other is None:
        return
    if other.organisation_id == home.pk:
        raise Refused(Refusal("placements.lives_here", {"since": other.from_on}))
    names = {"home": other.organisation.name, "home_en": other.organisation.name_en or other.organisation.name}
    raise Refused(Refusal("placements.lives_elsewhere", {**names, "since": other.from_on}))


def _free_bed(home: Organisation, bed_id: int, begins: date) -> Bed:
    """The bed, locked. Raises NotFound; Refused: placements.bed_closed, .bed_taken"""
    bed = Bed.objects.select_for_update().filter(pk=bed_id, organisation=home).first()
    if bed is None:
        raise NotFound
    if not bed.is_active:
        raise Refused(Refusal("placements.bed_closed", {"bed": str(bed)}))
    if queries.is_taken(bed, begins):
        raise Refused(Refusal("placements.bed_taken", {"bed": str(bed)}))
    return bed


def _settled(
    error: IntegrityError, client_id: uuid.UUID, resident: Resident, home: Organisation, bed: Bed, begins: date
) -> Placement:
    """What the database said no to: the same request, a bed, or a person."""
    text = str(error)
    if "client_id" in text:
        same = Placement.objects.filter(client_id=client_id, organisation=home).first()
        if same is None:
            raise NotFound from error
        return same
    if "bed_one_person" in text:
        raise Refused(Refusal("placements.bed_taken", {"bed": str(bed)})) from error
    if "placement_one_home" in text:
        _lives_nowhere(resident, home, begins)
    raise error


@action("placements.change_bed")
def change_bed(*, placement_id: int, bed_id: int, version: int | None = None, by: Actor, at: datetime) -> Placement:
    """Move to another free bed of the home, from today.

    Raises      Forbidden; NotFound; Stale; Refused: placements.bed_taken, .bed_closed, .wrong_status, .over
    Source      HOME-02, HOME-04 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    placement, today = locked(by, placement_id, version), business_date(at)
    stay = _stay(placement)
    if stay is not None and stay.bed_id == bed_id:
        return placement
    bed = _free_bed(placement.organisation, bed_id, today)
    facts = {"from": str(stay.bed) if stay else "", "bed": str(bed)}
    apply_event(placement, Event.CHANGE_BED, met={"bed_free": True}, facts=facts, by=by, at=at)
    _end_stays(placement, today)
    BedStay.objects.create(organisation=placement.organisation, placement=placement, bed=bed, from_on=today)
    return placement


@action("placements.go_away")
def go_away(
    *, placement_id: int, reason: str, to: str = "", back_on: date | None = None, version: int | None = None, by: Actor, at: datetime
) -> Placement:  # fmt: skip
    """Away for a while; the bed is kept.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: placements.no_reason, .away_already, .over
    Source      HOME-04 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    placement = locked(by, placement_id, version)
    faults = Faults()
    faults.text("to", to, 80)
    if reason and reason not in set(Away):
        faults.add("reason", "required")
    if back_on is not None and back_on < business_date(at):
        faults.add("back_on", "in_the_past")
    faults.settle()
    placement.away_reason, placement.away_to, placement.back_on = reason, to.strip(), back_on
    facts = {"reason": reason, "to": to.strip(), "back_on": back_on.isoformat() if back_on else ""}
    return apply_event(placement, Event.GO_AWAY, met={"reason_given": bool(reason)}, facts=facts, by=by, at=at)


@action("placements.come_back")
def come_back(*, placement_id: int, version: int | None = None, by: Actor, at: datetime) -> Placement:
    """The person is back in the kept bed.

    Raises      Forbidden; NotFound; Stale; Refused: placements.not_away, .over
    Source      HOME-04 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    placement = locked(by, placement_id, version)
    facts = {"reason": placement.away_reason}
    placement.away_reason, placement.away_to, placement.back_on = "", "", None
    return apply_event(placement, Event.COME_BACK, facts=facts, by=by, at=at)


@action("placements.leave")
def leave_home(
    *, placement_id: int, reason: str, on: date | None = None, note: str = "", version: int | None = None, by: Actor, at: datetime
) -> Placement:  # fmt: skip
    """The placement ends; the bed is free from that day on, the home no longer sees the person, who has the former address again.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: placements.no_reason, .over
    Source      HOME-04, HOME-05, HOME-06 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    placement, today = locked(by, placement_id, version), business_date(at)
    ends = on or today
    faults = Faults()
    faults.text("note", note, 200)
    if reason and reason not in set(Left):
        faults.add("reason", "required")
    if ends > today:
        faults.add("on", "in_the_future")
    stay = _stay(placement)
    if ends < max(placement.from_on, stay.from_on if stay else placement.from_on):
        faults.add("on", "ends_before_start")
    faults.settle()
    return end_placement(placement, reason, ends, note.strip(), by, at)


def end_placement(placement: Placement, reason: str, ends: date, note: str, by: Actor, at: datetime) -> Placement:
    """End a placement this transaction has locked."""
    with scope.whole_system():
        placement.end_reason, placement.until_on = reason, ends
        placement.away_reason, placement.away_to, placement.back_on = "", "", None
        facts = {"reason": reason, "on": ends.isoformat(), "note": note}
        apply_event(placement, Event.LEAVE, met={"reason_given": bool(reason)}, facts=facts, by=by, at=at)
        _end_stays(placement, ends)
        links = ResidentLink.objects.filter(
            resident_id=placement.resident_id, organisation_id=placement.organisation_id
        )
        links.filter(kind=LINK, until_on__isnull=True).update(until_on=business_date(at))
        if reason != Left.DIED:
            resident = Resident.objects.select_for_update(of=("self",)).get(pk=placement.resident_id)
            if resident.household_id == placement.household_id:
                _move(resident, placement.household_before, at)
        return placement


def _stay(placement: Placement) -> BedStay | None:
    return BedStay.objects.filter(placement=placement, until_on__isnull=True).select_related("bed").first()


def _end_stays(placement: Placement, on: date) -> None:
    for stay in BedStay.objects.select_for_update().filter(placement=placement, until_on__isnull=True):
        stay.until_on = max(on, stay.from_on)
        stay.save(update_fields=["until_on"])


def _address(home: Organisation) -> Household:
    """The home's own address, one for everybody who lives there, so that one trip serves them all."""
    known = Placement.objects.filter(organisation=home, household__lon=home.lon, household__lat=home.lat)
    found = known.select_related("household").order_by("-pk").first()
    if found is not None:
        return found.household
    return Household.objects.create(
        jurisdiction=home.jurisdiction, township=home.township, address_enc=seal(home.name, ADDRESS), address_masked=masking.address(home.name),
        lon=home.lon, lat=home.lat,
    )  # fmt: skip


def _move(resident: Resident, home: Household, at: datetime) -> None:
    """Where the person is to be found from now on; whatever runs for the person hears it."""
    if resident.household_id == home.pk:
        return
    resident.household = home
    resident.version += 1
    resident.save(update_fields=["household", "version"])
    outbox.publish("residents.moved", {"resident_id": resident.pk, "household_id": home.pk}, at=at)
