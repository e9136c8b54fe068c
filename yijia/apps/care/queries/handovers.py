"""Hand-overs: what came with an order, and what a hospital sent away."""

from yijia.apps.care.models import Handover, Order
from yijia.base import scope
from yijia.core.permissions import Actor, Reach, reach


def get_handover(order: Order) -> Handover | None:
    """What the hospital handed over with an order the actor was given; None for any other order."""
    return Handover.objects.select_related("sender", "handed_by").filter(order=order).first()


def list_sent(actor: Actor, most: int = 50) -> list[Handover]:
    """What the actor's own hospital handed over, newest first; the orders themselves belong to who received them."""
    if reach(actor) is not Reach.ORGANISATIONS:
        return []
    with scope.whole_system():  # the row belongs to the receiver; the sender sees that it arrived, no more
        rows = Handover.objects.filter(sender_id__in=actor.organisation_ids).select_related(
            "order__resident", "order__organisation"
        )
        return list(rows.order_by("-handed_at", "-id")[:most])
