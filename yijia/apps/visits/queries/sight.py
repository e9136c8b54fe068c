"""Which visits an actor may know of; every read and every action starts here."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from yijia.apps.registry.queries import within
from yijia.apps.visits.models import Assignment, Offer, Visit
from yijia.base.crypto import unseal
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, Role, reach

_WITH = ("order", "order__household", "resident", "organisation")


def visits_in_sight(actor: Actor) -> QuerySet[Visit]:
    """A nurse sees the visits she goes to, went to, or is asked about; the others as far as their scope."""
    rows = Visit.objects.all()
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS if actor.role is Role.NURSE:
            own = Assignment.objects.filter(visit_id=OuterRef("pk"), staff_id=actor.staff_id)
            asked = Offer.objects.filter(visit_id=OuterRef("pk"), staff_id=actor.staff_id, state="offered")
            return rows.filter(Q(Exists(own)) | Q(Exists(asked)), organisation_id__in=actor.organisation_ids)
        case Reach.ORGANISATIONS:
            return rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            return rows.filter(within(actor.jurisdiction, "order__jurisdiction"))
        case _:
            return rows.none()


def get_visit(actor: Actor, visit_id: int) -> Visit:
    """One visit with its order, home, resident and institution.

    Raises      NotFound: absent or out of the actor's sight
    """
    found = visits_in_sight(actor).select_related(*_WITH).filter(pk=visit_id).first()
    if found is None:
        raise NotFound
    return found


def get_visit_of_order(actor: Actor, order_id: int) -> Visit | None:
    """The visit that serves an order in sight, if it was opened."""
    return visits_in_sight(actor).select_related(*_WITH).filter(order_id=order_id).first()


def crew(visit_id: int) -> list[Assignment]:
    """Who goes, the lead first."""
    return list(
        Assignment.objects.select_related("staff").filter(visit_id=visit_id, is_active=True).order_by("-is_lead", "id")
    )


DOOR_CODE = "visits.visit.door_code"


def door_code(visit: Visit) -> str:
    """The six digits the family reads out; for the resident's side, and to compare at the door."""
    return unseal(visit.door_code_enc, DOOR_CODE)
