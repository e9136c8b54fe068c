"""Where and when an institution visits."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from yijia.apps.catalogue import queries, words
from yijia.apps.catalogue.actions.guards import locked, own_organisation
from yijia.apps.catalogue.models import ServiceArea
from yijia.base.actions import action
from yijia.base.errors import Invalid, Stale
from yijia.core.catalogue import area as rules
from yijia.core.permissions import Actor, Permission


@action("catalogue.set_area")
def set_service_area(
    *, organisation_id: int, radius_km: Decimal, townships: Sequence[str] = (), opens_min: int = 480, closes_min: int = 1080,
    open_on: Sequence[int] = (1, 2, 3, 4, 5, 6, 7), lead_time_min: int = 120, version: int | None = None, by: Actor, at: datetime,
) -> ServiceArea:  # fmt: skip
    """Set the area, hours and lead time of an institution.

    townships   empty: every township within the radius
    version     what the caller read; 0 or None when none was set before

    Raises      Invalid, by field; NotFound; Forbidden; Stale
    """
    organisation = own_organisation(by, organisation_id, Permission.ORGANISATION_EDIT)
    known = queries.find_townships(organisation.jurisdiction) if townships else []
    wrong = rules.faults(
        townships=townships,
        known=known,
        radius_km=radius_km,
        opens_min=opens_min,
        closes_min=closes_min,
        open_on=open_on,
        lead_time_min=lead_time_min,
    )
    if wrong:
        raise Invalid({field: [str(words.FAULTS[fault])] for field, fault in wrong.items()})
    row = ServiceArea.objects.filter(organisation=organisation).first()
    if row is None:
        if version:
            raise Stale
        row = ServiceArea(organisation=organisation, version=0)
    else:
        row = locked(ServiceArea.objects, by, row.pk, version)
    row.townships, row.radius_km, row.opens_min, row.closes_min = (
        sorted(set(townships)),
        radius_km,
        opens_min,
        closes_min,
    )
    row.open_on, row.lead_time_min, row.updated_at, row.updated_by_id = (
        sorted(set(open_on)),
        lead_time_min,
        at,
        by.user_id,
    )
    row.version += 1
    row.save()
    return row
