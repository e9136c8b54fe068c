"""Which rows of money an actor may see: those of the orders in sight."""

from django.db.models import Q

from yijia.apps.registry import queries as registry
from yijia.core.permissions import Actor, Reach, reach


def visible(actor: Actor, order: str = "order__") -> Q:
    """A filter of rows that hang on an order.

    order       the way from the row to its order, "" for the order itself
    """
    match reach(actor):
        case Reach.ALL:
            return Q()
        case Reach.PEOPLE:
            return Q(**{f"{order}resident_id__in": actor.resident_ids})
        case Reach.ORGANISATIONS:
            return Q(**{f"{order}organisation_id__in": actor.organisation_ids})
        case Reach.JURISDICTION:
            return registry.within(actor.jurisdiction, f"{order}jurisdiction")
        case _:
            return Q(pk__in=())
