"""Organisations of the register."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from yijia.apps.registry.models import Department, Organisation
from yijia.apps.registry.queries.places import within
from yijia.base import names, words
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, reach


def list_organisations(
    actor: Actor, *, kind: str = "", text: str = "", licence_before: date | None = None
) -> QuerySet[Organisation]:
    """Organisations in sight: one's own, or those of the place; residents see the active ones they may choose from.

    licence_before      only those whose licence has run out, or does before this day, the first to run out first
    """
    match reach(actor):
        case Reach.ALL:
            found = Organisation.objects.all()
        case Reach.ORGANISATIONS:
            found = Organisation.objects.filter(pk__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            found = Organisation.objects.filter(within(actor.jurisdiction))
        case Reach.PEOPLE:
            found = Organisation.objects.filter(within(actor.jurisdiction), is_active=True)
        case _:
            found = Organisation.objects.none()
    if kind:
        found = found.filter(kind=kind)
    if text:
        text = text.replace("\0", "").strip()
        found = (
            found.filter(pinyin_initials__startswith=text.upper())
            if text.isascii()
            else found.filter(name__contains=text)
        )
    if licence_before is not None:
        soon = found.filter(is_active=True, licence_valid_until__lt=licence_before)
        return soon.order_by("licence_valid_until", "name", "pk")
    return found.order_by("name", "pk")


def list_landmarks(actor: Actor, most: int = 300) -> list[Organisation]:
    """Institutions of the actor's place that a map may name so that one finds one's way; their addresses are public."""
    if actor.jurisdiction is None:
        return []
    near = Organisation.objects.filter(within(actor.jurisdiction), is_active=True)
    return list(near.order_by("township", "name", "pk")[:most])


def get_organisation(actor: Actor, organisation_id: int) -> Organisation:
    """One organisation.

    Raises      NotFound: absent, or out of the actor's sight
    """
    found = list_organisations(actor).filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    return found


def count_expired_licences(actor: Actor, on: date) -> int:
    """How many active organisations in sight work on a licence that has run out."""
    return list_organisations(actor).filter(is_active=True, licence_valid_until__lte=on).count()


def list_departments(actor: Actor, organisation_id: int) -> list[Department]:
    """Departments of an organisation in sight, by name."""
    return list(Department.objects.filter(organisation=get_organisation(actor, organisation_id)).order_by("name"))


def organisations_for_system(organisation_ids: Iterable[int]) -> dict[int, Organisation]:
    """Organisations by id."""
    return Organisation.objects.in_bulk(list(organisation_ids))


@names.finder("organisation")
def names_for_system(organisation_ids: Iterable[int]) -> dict[int, str]:
    """Their names in the reader's language, for pages of the shared app."""
    field = "name_en" if words.is_english() else "name"
    return dict(Organisation.objects.filter(pk__in=organisation_ids).values_list("pk", field))
