"""Staff, their papers and insurances, and what runs out when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from yijia.apps.registry.models import Cover, Credential, Staff
from yijia.apps.registry.queries.organisations import get_organisation
from yijia.apps.registry.queries.places import within
from yijia.base import names
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, reach

STAFF_PHONE = "registry.staff.phone"
CREDENTIAL_NUMBER = "registry.credential.number"


def list_staff(
    actor: Actor, organisation_id: int | None = None, *, text: str = "", profession: str = ""
) -> QuerySet[Staff]:
    """Staff in sight by name: of one's own organisations, or of those of the place; residents see none here."""
    everyone = Staff.objects.select_related("organisation", "department")
    match reach(actor):
        case Reach.ALL:
            found = everyone
        case Reach.ORGANISATIONS:
            found = everyone.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            found = everyone.filter(within(actor.jurisdiction, "organisation__jurisdiction"))
        case _:
            found = everyone.none()
    if organisation_id is not None:
        found = found.filter(organisation_id=organisation_id)
    if profession:
        found = found.filter(profession=profession)
    if text := text.replace("\0", "").strip():
        found = found.filter(
            Q(name__startswith=text) | Q(pinyin_initials__startswith=text.upper()) | Q(badge_no__iexact=text)
        )
    return found.order_by("-is_active", "name", "pk")


def get_staff(actor: Actor, staff_id: int) -> Staff:
    """One member of staff.

    Raises      NotFound: absent, or out of the actor's sight
    """
    found = list_staff(actor).filter(pk=staff_id).first()
    if found is None:
        raise NotFound
    return found


def staff_for_system(staff_ids: Iterable[int]) -> dict[int, Staff]:
    """Staff by id, with their organisation."""
    return Staff.objects.select_related("organisation").in_bulk(list(staff_ids))


def list_credentials(staff: Staff) -> list[Credential]:
    """Papers of a member of staff already in sight, the longest-lived of each kind first."""
    return list(staff.credentials.order_by("kind", F("valid_until").desc(nulls_first=True), "pk"))


def get_credential(actor: Actor, credential_id: int) -> Credential:
    """One paper of a member of staff in sight.

    Raises      NotFound: absent, or out of sight
    """
    found = Credential.objects.select_related("staff").filter(pk=credential_id, staff__in=list_staff(actor)).first()
    if found is None:
        raise NotFound
    return found


def list_covers(staff: Staff) -> list[Cover]:
    """Insurances that cover a member of staff: their own and the organisation's."""
    mine = Q(staff=staff) | Q(staff__isnull=True, organisation_id=staff.organisation_id)
    return list(Cover.objects.filter(mine).order_by("kind", "-valid_until", "pk"))


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something that has run out or soon will.

    kind        licence, credential or cover
    what        the code of its kind of paper, e.g. registration; empty for a licence
    staff_id    None for what belongs to the organisation
    """

    kind: str
    what: str
    organisation_id: int
    staff_id: int | None
    name: str
    until_on: date


def list_expiries(actor: Actor, on: date, *, organisation_id: int, within_days: int = 90) -> list[Expiry]:
    """What of an organisation in sight has run out or does within so many days, soonest first.

    A paper that a later one of its kind replaces is left out.
    """
    limit = on + timedelta(days=within_days)
    if reach(actor) is Reach.PEOPLE:
        raise NotFound
    house = get_organisation(actor, organisation_id)
    found = []
    if house.licence_valid_until and house.licence_valid_until <= limit:
        found.append(Expiry("licence", "", house.pk, None, house.name, house.licence_valid_until))
    later = Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until"))
    papers = Credential.objects.filter(organisation_id=house.pk, staff__is_active=True, valid_until__lte=limit)
    renewed = Credential.objects.filter(
        later, staff_id=OuterRef("staff_id"), kind=OuterRef("kind"), detail=OuterRef("detail")
    )
    for paper in papers.filter(~Exists(renewed)).select_related("staff"):
        found.append(Expiry("credential", paper.kind, house.pk, paper.staff_id, paper.staff.name, paper.valid_until))
    covers = Cover.objects.filter(
        Q(staff__isnull=True) | Q(staff__is_active=True), organisation_id=house.pk, valid_until__lte=limit
    )
    longer = Cover.objects.filter(
        Q(staff_id=OuterRef("staff_id")) | Q(staff_id__isnull=True),
        organisation_id=house.pk,
        kind=OuterRef("kind"),
        valid_until__gt=OuterRef("valid_until"),
    )
    for cover in covers.filter(~Exists(longer)).select_related("staff"):
        name = cover.staff.name if cover.staff else house.name
        found.append(Expiry("cover", cover.kind, house.pk, cover.staff_id, name, cover.valid_until))
    return sorted(found, key=lambda e: (e.until_on, e.kind, e.name, e.what))


@names.finder("staff")
def names_of_staff_for_system(staff_ids: Iterable[int]) -> dict[int, str]:
    """Their names, for pages of the shared app."""
    return dict(Staff.objects.filter(pk__in=staff_ids).values_list("pk", "name"))
