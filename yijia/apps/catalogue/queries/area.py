"""Service areas and hours, and the institutions they belong to."""

from decimal import Decimal

from django.db.models import QuerySet

from yijia.apps.catalogue.models import ServiceArea
from yijia.apps.catalogue.queries.scope import prefix, visible
from yijia.apps.registry.models import Household, Organisation
from yijia.base.errors import NotFound
from yijia.base.rows import GivenMany, Statement
from yijia.core.catalogue.area import Area
from yijia.core.permissions import Actor, Reach, reach


def get_organisation(actor: Actor, organisation_id: int) -> Organisation:
    """An institution whose catalogue the actor may see; people and authorities' prices are public, so people see every active one.

    Raises      NotFound
    """
    rows = Organisation.objects.filter(pk=organisation_id)
    rows = rows.filter(is_active=True) if reach(actor) is Reach.PEOPLE else rows.filter(visible(actor, "pk"))
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def list_offering_organisations(actor: Actor, jurisdiction: str) -> QuerySet[Organisation]:
    """Active institutions of a place, by name, whose catalogue the actor may see."""
    rows = Organisation.objects.filter(is_active=True, jurisdiction__startswith=prefix(jurisdiction)).order_by("name")
    return rows if reach(actor) is Reach.PEOPLE else rows.filter(visible(actor, "pk"))


def get_service_area(actor: Actor, organisation_id: int) -> ServiceArea | None:
    """The area row of an institution in scope; None when it has not set one. Raises NotFound."""
    organisation = get_organisation(actor, organisation_id)
    return ServiceArea.objects.filter(organisation=organisation).first()


def area_for_system(organisation_id: int) -> Area | None:
    """The area of one institution as `core.catalogue.area` reads it."""
    return areas_for_system([organisation_id]).get(organisation_id)


def areas_for_system(organisation_ids: list[int]) -> dict[int, Area]:
    """Institution → area, for those that have set one."""
    return {row.organisation_id: _area(row) for row in _AREAS.ask(organisation_ids=organisation_ids)}


_AREAS = Statement(
    lambda: ServiceArea.objects.select_related("organisation").filter(organisation_id__in=GivenMany("organisation_ids"))
)


def _area(row: ServiceArea) -> Area:
    return Area(
        lon=row.organisation.lon, lat=row.organisation.lat, radius_km=Decimal(row.radius_km), townships=frozenset(row.townships),
        opens_min=row.opens_min, closes_min=row.closes_min, open_on=frozenset(row.open_on), lead_time_min=row.lead_time_min,
    )  # fmt: skip


def find_townships(jurisdiction: str) -> list[str]:
    """The townships of a place that have homes or institutions on record."""
    begins = prefix(jurisdiction)
    homes = Household.objects.filter(jurisdiction__startswith=begins).values_list("township", flat=True)
    houses = Organisation.objects.filter(jurisdiction__startswith=begins).values_list("township", flat=True)
    return sorted(homes.union(houses))
