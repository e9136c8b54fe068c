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


def visible_vouchers(actor: Actor, voucher: str = "") -> Q:
    """A filter of vouchers, or of rows that hang on one: those of the orders in sight, an institution's without an order (fees of
    a cycle), and an authority's own.

    voucher     the way from the row to its voucher, "" for the voucher itself
    """
    orders = visible(actor, f"{voucher}order__")
    if reach(actor) is Reach.JURISDICTION and actor.jurisdiction != "CN":
        own = registry.within(actor.jurisdiction, f"{voucher}organisation__jurisdiction")
        fees = own & Q(**{f"{voucher}order__isnull": True})
        return orders | fees | registry.within(actor.jurisdiction, f"{voucher}jurisdiction")
    if reach(actor) is Reach.ORGANISATIONS:
        own = Q(**{f"{voucher}organisation_id__in": actor.organisation_ids})
        return orders | (own & Q(**{f"{voucher}order__isnull": True}))
    return orders
