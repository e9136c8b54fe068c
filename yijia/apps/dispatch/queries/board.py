"""The dispatcher's board: what looks for a nurse, and who is where when."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Q

from yijia.apps.care.models import Order
from yijia.apps.care.queries import orders_in_sight
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Staff
from yijia.apps.visits.models import Assignment, Offer
from yijia.core.calendar import start_of
from yijia.core.permissions import Actor

MOST = 60


def list_unassigned(actor: Actor) -> list[Order]:
    """Signed orders and those looking for a nurse: dangerous homes first, then the soonest."""
    rows = (
        orders_in_sight(actor)
        .filter(state__in=["signed", "dispatching"])
        .select_related("resident", "household", "organisation", "visit")
    )
    asked = Count("visit__offers", filter=Q(visit__offers__state="offered"), distinct=True)
    taken = Count("visit__assignments", filter=Q(visit__assignments__is_active=True), distinct=True)
    found = rows.annotate(asked=asked, taken=taken).order_by("wanted_from", "id")[:MOST]
    return sorted(found, key=lambda order: (-risk(order), order.wanted_from, order.pk))


def risk(order: Order) -> int:
    """How dangerous a home is known to be, for the order of the list; 0 for nothing known."""
    home, person = order.household, order.resident
    return (
        3 * home.is_violent
        + 2 * bool(person.is_aggressive)
        + (order.staff_needed > 1)
        + home.has_aggressive_dog
        + bool(person.is_infectious)
    )


def list_nurses(actor: Actor) -> list[Staff]:
    """The nurses of the board, by name."""
    return [one for one in registry.list_staff(actor, profession=Staff.Profession.NURSE)[:MOST] if one.is_active]


def list_assignments(actor: Actor, day: date, staff_ids: Sequence[int]) -> list[Assignment]:
    """Their visits of a day, with what the blocks say."""
    begin = start_of(day)
    return list(
        Assignment.objects.filter(
            staff_id__in=staff_ids,
            is_active=True,
            visit__planned_from__gte=begin,
            visit__planned_from__lt=begin + timedelta(days=1),
        )
        .select_related("visit__order__household", "visit__resident")
        .order_by("visit__planned_from")
    )


def list_visit_offers(visit_id: int) -> list[Offer]:
    """Every offer of a visit in sight, newest first."""
    return list(Offer.objects.filter(visit_id=visit_id).select_related("staff").order_by("-offered_at", "rank"))
