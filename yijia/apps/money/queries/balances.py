"""What an order has cost, what was paid for it, what is still due: always added up from the rows, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from yijia.apps.care.models import Order
from yijia.apps.care.seams import Bill
from yijia.apps.money.models import Charge, Payment, Posting, Refund, Settlement
from yijia.base.errors import NotFound
from yijia.base.rows import Given, Statement
from yijia.core.orders.lifecycle import State
from yijia.core.pricing.ledger import Account

PREPAYABLE = (
    State.SUBMITTED, State.ACCEPTED, State.SIGNED, State.DISPATCHING, State.ASSIGNED, State.DEPARTED, State.ARRIVED, State.IN_SERVICE,
    State.COMPLETED, State.CONFIRMED, State.UNDER_REVIEW,
)  # fmt: skip
"""States in which money may be taken before there is a bill."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One order's money in fen.

    quoted      what the resident was told they would pay; None for an order without a price
    charged     the resident's part of the bill, corrections included; None before there is a bill
    applied     how much of what was paid meets the bill; the rest is an advance we owe back
    waiting     refunds booked and not yet collected
    """

    state: str
    quoted: int | None
    total: int
    charged: int | None
    paid: int
    refunded: int
    applied: int
    waiting: int = 0

    @property
    def held(self) -> int:
        """Paid, not given back, not used: the resident's own money in our hands."""
        return self.paid - self.refunded - self.applied

    @property
    def due(self) -> int:
        """What the resident still owes on the bill."""
        return 0 if self.charged is None else self.charged - self.applied

    @property
    def payable(self) -> int:
        """The most that may be taken now: the bill's rest, or before the visit the rest of the quote."""
        if self.charged is not None:
            return max(0, self.due)
        if self.state in PREPAYABLE and self.quoted is not None:
            return max(0, self.quoted - (self.paid - self.refunded))
        return 0


def with_money(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with their sums beside them, in the same query; read them by `balance`."""
    patient = Cast(KeyTextTransform("patient", "by_payer"), BigIntegerField())
    advance = Posting.objects.filter(account=Account.ADVANCE, voucher__order_id=OuterRef("pk"))
    return orders.annotate(
        total_sum=_sum(Charge.objects.filter(order_id=OuterRef("pk")), "order_id", F("total_fen")),
        charged_sum=_sum(Charge.objects.filter(order_id=OuterRef("pk")), "order_id", patient, empty=None),
        paid_sum=_sum(Payment.objects.filter(order_id=OuterRef("pk")), "order_id", F("amount_fen")),
        refunded_sum=_sum(
            Refund.objects.filter(payment__order_id=OuterRef("pk")), "payment__order_id", F("amount_fen")
        ),
        applied_sum=_sum(advance, "voucher__order_id", F("debit_fen")),
        waiting_sum=_sum(
            Refund.objects.filter(payment__order_id=OuterRef("pk"), handover__isnull=True),
            "payment__order_id",
            F("amount_fen"),
        ),
        quoted_patient=Cast(KeyTextTransform("patient", KeyTextTransform("by_payer", "quote")), IntegerField()),
    )


def _sum(rows: QuerySet[Any], group: str, what: Any, *, empty: int | None = 0) -> Any:
    found = Subquery(
        rows.order_by().values(group).annotate(found=Sum(what)).values("found"), output_field=BigIntegerField()
    )
    return found if empty is None else Coalesce(found, Value(empty, output_field=BigIntegerField()))


def balance(order: Any) -> Balance:
    """The balance of an order read through `with_money`."""
    return Balance(
        state=order.state, quoted=order.quoted_patient if order.quote else None, total=order.total_sum, charged=order.charged_sum, paid=order.paid_sum,
        refunded=order.refunded_sum, applied=order.applied_sum, waiting=order.waiting_sum,
    )  # fmt: skip


def bills_for_system(order_ids: Sequence[int]) -> dict[int, Bill]:
    """What was charged for each order, corrections included, and the voucher of its settlement; needs the whole system's sight."""
    charged = dict(
        Charge.objects.filter(order_id__in=order_ids)
        .order_by()
        .values_list("order_id")
        .annotate(found=Sum("total_fen"))
    )
    vouchers = dict(
        Settlement.objects.filter(order_id__in=order_ids, voucher__isnull=False).values_list("order_id", "voucher__key")
    )
    return {pk: Bill(total, vouchers.get(pk, "")) for pk, total in charged.items()}


_TOLD = Statement(lambda: with_money(Order.objects.only("state", "quote").filter(pk=Given("order_id"))))


def balance_for_system(order_id: int) -> Balance:
    """One order's balance as this transaction sees it.

    Raises      NotFound
    """
    order = _TOLD.one(order_id=order_id)
    if order is None:
        raise NotFound
    return balance(order)
