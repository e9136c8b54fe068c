"""Who leads the duty of an institution, and when nobody does."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from yijia.apps.registry.models import Organisation, Staff
from yijia.apps.registry.queries import within
from yijia.apps.visits.models import DutyLead
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, reach


def duty_in_sight(actor: Actor) -> QuerySet[DutyLead]:
    """The standing shifts of one's institutions, or of those of the place."""
    rows = DutyLead.objects.filter(is_active=True).select_related("staff", "organisation")
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.ORGANISATIONS:
            return rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            return rows.filter(within(actor.jurisdiction, "organisation__jurisdiction"))
        case _:
            return rows.none()


def list_duty(actor: Actor, at: datetime) -> QuerySet[DutyLead]:
    """Shifts that go on or are to come, soonest first."""
    return duty_in_sight(actor).filter(during__endswith__gt=at).order_by("during", "id")


def get_duty(actor: Actor, duty_id: int) -> DutyLead:
    """One standing shift. Raises NotFound."""
    found = duty_in_sight(actor).filter(pk=duty_id).first()
    if found is None:
        raise NotFound
    return found


def duty_lead_for_system(organisation_id: int, at: datetime) -> Staff | None:
    """Who leads the duty at that instant; None when nobody is on the roster."""
    shift = DutyLead.objects.filter(organisation_id=organisation_id, is_active=True, during__contains=at)
    found = shift.select_related("staff").first()
    return found.staff if found else None


def without_lead(actor: Actor, at: datetime) -> list[Organisation]:
    """The actor's own institutions that have nobody on the roster now."""
    now = DutyLead.objects.filter(organisation_id=OuterRef("pk"), is_active=True, during__contains=at)
    own = Organisation.objects.filter(pk__in=actor.organisation_ids, is_active=True)
    return list(own.filter(~Exists(now)).order_by("pk"))


def first_gap(shifts: list[tuple[datetime, datetime]], at: datetime, days: int) -> datetime | None:
    """When the roster first has nobody within the days to come; None when it is full.

    shifts      begin and end of the standing shifts, by their beginning
    """
    covered = at
    for begin, end in shifts:
        if begin > covered:
            break
        covered = max(covered, end)
    return covered if covered < at + timedelta(days=days) else None
