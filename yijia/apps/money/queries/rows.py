"""Payments, refunds, holds and settlements in sight."""

from datetime import date

from django.db.models import Q, QuerySet, Sum

from yijia.apps.care import queries as care
from yijia.apps.care.models import Order
from yijia.apps.money.models import Hold, Payment, Refund, Settlement
from yijia.apps.money.queries.balances import with_money
from yijia.apps.money.queries.sight import visible
from yijia.apps.registry.queries import find_residents
from yijia.base.errors import NotFound
from yijia.core.calendar import sane, start_of
from yijia.core.permissions import Actor


def during(field: str, from_on: date | None, until_on: date | None) -> Q:
    """Instants within Shanghai days [from_on, until_on); an open end is no end."""
    found = Q()
    if from_on:
        found &= Q(**{f"{field}__gte": start_of(sane(from_on))})
    if until_on:
        found &= Q(**{f"{field}__lt": start_of(sane(until_on))})
    return found


def list_payments(
    actor: Actor, *, order_id: int | None = None, from_on: date | None = None, until_on: date | None = None
) -> QuerySet[Payment]:
    """Payments in sight, the newest first, with what went back of each."""
    rows = Payment.objects.filter(visible(actor), during("received_at", from_on, until_on)).select_related(
        "order", "organisation", "received_by"
    )
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    return rows.annotate(refunded_fen=Sum("refunds__amount_fen")).order_by("-received_at", "-id")


def get_payment(actor: Actor, payment_id: int) -> Payment:
    """One payment. Raises NotFound."""
    found = list_payments(actor).filter(pk=payment_id).first()
    if found is None:
        raise NotFound
    return found


def list_refunds(actor: Actor, *, order_id: int | None = None, is_waiting: bool | None = None) -> QuerySet[Refund]:
    """Refunds in sight, the newest first.

    is_waiting      True: booked and not yet handed over; None: all
    """
    rows = Refund.objects.filter(visible(actor, "payment__order__")).select_related(
        "payment", "payment__order", "payment__order__resident", "organisation", "refunded_by", "handover"
    )
    if order_id is not None:
        rows = rows.filter(payment__order_id=order_id)
    if is_waiting is not None:
        rows = rows.filter(handover__isnull=is_waiting)
    return rows.order_by("-refunded_at", "-id")


def get_refund(actor: Actor, refund_id: int) -> Refund:
    """One refund. Raises NotFound."""
    found = list_refunds(actor).filter(pk=refund_id).first()
    if found is None:
        raise NotFound
    return found


def list_settlements(
    actor: Actor, *, from_on: date | None = None, until_on: date | None = None
) -> QuerySet[Settlement]:
    """Settled orders in sight, the newest first."""
    rows = Settlement.objects.filter(visible(actor), during("settled_at", from_on, until_on))
    return rows.select_related("order", "organisation").order_by("-settled_at", "-id")


def list_holds(actor: Actor) -> QuerySet[Hold]:
    """Orders whose money may not move yet, the longest held first."""
    rows = Hold.objects.filter(visible(actor), lifted_at__isnull=True)
    return rows.select_related("order", "order__resident", "organisation").order_by("held_at", "id")


def get_hold(actor: Actor, hold_id: int) -> Hold:
    """One open hold. Raises NotFound."""
    found = list_holds(actor).filter(pk=hold_id).first()
    if found is None:
        raise NotFound
    return found


def money_of_orders(actor: Actor, text: str = "") -> QuerySet[Order]:
    """Orders in sight with their sums, found by number, name, pinyin initials or telephone; without a text, all.

    text    an order's number or its end, a name, initials, an identity number or telephone
    """
    rows = (
        with_money(care.orders_in_sight(actor))
        .select_related("resident", "organisation")
        .order_by("-wanted_from", "-id")
    )
    wanted = text.replace("\0", "").strip()
    if not wanted:
        return rows
    people = [person.pk for person in find_residents(actor, wanted)]
    return rows.filter(Q(number__iendswith=wanted) | Q(number__istartswith=wanted) | Q(resident_id__in=people))


def money_of_order(actor: Actor, order_id: int) -> Order:
    """One order in sight with its sums. Raises NotFound."""
    found = money_of_orders(actor).filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return found
