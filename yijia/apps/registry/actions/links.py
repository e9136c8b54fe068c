"""Why an organisation may see a resident, whom a resident prefers, and what endangers a visit at home."""

from datetime import datetime

from yijia.apps.registry import queries
from yijia.apps.registry.actions.faults import Faults
from yijia.apps.registry.models import Household, Preference, Resident, ResidentLink, Staff
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import NotFound, Refused
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.refusal import Refusal


@action("residents.link")
def link_resident(*, resident_id: int, organisation_id: int, kind: str, by: Actor, at: datetime) -> ResidentLink:
    """Let an organisation see a resident for one reason; a standing link is given back.

    Raises      NotFound: the resident is out of the actor's sight, or there is no such organisation
    """
    resident = queries.get_resident(by, resident_id)
    if organisation_id not in queries.organisations_for_system([organisation_id]):
        raise NotFound
    return linked(resident.pk, organisation_id, ResidentLink.Kind(kind), at)


@action("residents.end_link")
def end_link(*, resident_id: int, organisation_id: int, kind: str, by: Actor, at: datetime) -> Resident:
    """Take an organisation's reason to see a resident away; nothing happens when there is none."""
    resident = queries.get_resident(by, resident_id)
    with scope.whole_system():
        ResidentLink.objects.filter(
            resident=resident, organisation_id=organisation_id, kind=kind, until_on__isnull=True
        ).update(until_on=business_date(at))
    return resident


@action("residents.set_preference")
def set_preference(
    *, resident_id: int, staff_id: int, kind: str, reason: str = "", by: Actor, at: datetime
) -> Preference:
    """Note that a resident prefers or refuses a member of staff, or that staff refuse a home; the last word stands.

    Raises      NotFound: resident or staff out of sight; Invalid; Refused registry.not_yours: only staff themselves
                or their institution's manager may refuse a home
    """
    resident = queries.get_resident(by, resident_id)
    staff = Staff.objects.filter(pk=staff_id, is_active=True).first()  # row-level scope hides other tenants' staff
    if staff is None or (reach(by) is Reach.ORGANISATIONS and staff.organisation_id not in by.organisation_ids):
        raise NotFound
    faults = Faults()
    faults.choice("kind", kind, Preference.Kind.values)
    faults.text("reason", reason, 200, is_needed=False)
    faults.settle()
    if kind == Preference.Kind.REFUSED_BY_STAFF and reach(by) is Reach.PEOPLE:
        raise Refused(Refusal("registry.not_yours"))
    facts = {
        "kind": kind,
        "reason": reason,
        "organisation_id": staff.organisation_id,
        "noted_at": at,
        "noted_by_id": by.user_id,
    }
    return Preference.objects.update_or_create(resident=resident, staff=staff, defaults=facts)[0]


@action("residents.mark_home_risk")
def mark_home_risk(
    *, resident_id: int, is_violent: bool | None = None, has_aggressive_dog: bool | None = None, by: Actor, at: datetime
) -> Resident:
    """Note or lift what endangers a visit at a resident's home; None leaves a mark as it is."""
    resident = queries.get_resident(by, resident_id)
    home = Household.objects.select_for_update().get(pk=resident.household_id)
    home.is_violent = home.is_violent if is_violent is None else is_violent
    home.has_aggressive_dog = home.has_aggressive_dog if has_aggressive_dog is None else has_aggressive_dog
    home.save(update_fields=["is_violent", "has_aggressive_dog"])
    resident.household = home
    return resident


def linked(resident_id: int, organisation_id: int, kind: str, at: datetime) -> ResidentLink:
    """The standing link of this kind, made if there is none."""
    with scope.whole_system():
        link, _ = ResidentLink.objects.get_or_create(
            resident_id=resident_id,
            organisation_id=organisation_id,
            kind=kind,
            until_on=None,
            defaults={"since_on": business_date(at)},
        )
    return link
