"""Giving money back: refunds of payments, newest first, never more than was paid, each a red entry."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Sum

from yijia.apps.care.models import Order
from yijia.apps.money import words
from yijia.apps.money.actions import posting
from yijia.apps.money.models import Payment, Refund, RefundHandover
from yijia.apps.registry import queries as registry
from yijia.base import messages
from yijia.base.errors import Refused, refuse_if
from yijia.base.outside import payments as outside
from yijia.core import money
from yijia.core.permissions import Actor
from yijia.core.pricing import ledger
from yijia.core.refusal import Refusal


def left_of(payment: Payment) -> int:
    """What of a payment has not gone back yet."""
    return payment.amount_fen - (Refund.objects.filter(payment=payment).aggregate(sum=Sum("amount_fen"))["sum"] or 0)


def give_back(order: Order, amount_fen: int, *, reason: str, by: Actor, at: datetime) -> list[Refund]:
    """Refund an amount over the order's payments; the platform's own, so each has an id that a replay finds again."""
    refunds = []
    for payment in (
        Payment.objects.select_for_update().filter(order=order).order_by("-received_at", "-id") if amount_fen else ()
    ):
        part = min(amount_fen, left_of(payment))
        if part:
            refunds.append(
                book(
                    order,
                    payment,
                    client_id=uuid5(NAMESPACE_URL, f"yijia:{reason}:{payment.client_id}"),
                    amount_fen=part,
                    reason=reason,
                    by=by,
                    at=at,
                )
            )
            amount_fen -= part
    if refunds:
        _tell(order, refunds, at)
    return refunds


def _tell(order: Order, refunds: list[Refund], at: datetime) -> None:
    """A text to the resident: how much waits, and where."""
    contact = registry.contact_for_system(order.resident_id)
    if contact.phone:
        text = messages.in_chinese(words.SMS_REFUND) % {
            "number": order.number, "amount": money.show(sum(refund.amount_fen for refund in refunds)), "receipt": refunds[0].receipt_no,
            "institution": registry.organisations_for_system([order.organisation_id])[order.organisation_id].name,
        }  # fmt: skip
        messages.send_sms(
            phone=contact.phone,
            template="money.refund",
            text=text,
            at=at,
            resident_id=order.resident_id,
            organisation_id=order.organisation_id,
        )


def book(
    order: Order, payment: Payment, *, client_id: UUID, amount_fen: int, reason: str, by: Actor, at: datetime
) -> Refund:
    """One refund of one payment, red in the ledger and, set aside until it is handed over.

    Raises      Refused: money.refund_over_paid, or the provider's own
    Source      PRICE-14, PRICE-15 in docs/rules/pricing.md
    """
    left = left_of(payment)
    if amount_fen > left:
        raise Refused(
            Refusal(
                "money.refund_over_paid",
                {"amount": money.show(amount_fen), "left": money.show(left), "receipt": payment.receipt_no},
            )
        )
    provider = refuse_if(outside.provider(payment.provider))
    refuse_if(provider.refund(client_id=client_id, payment_client_id=payment.client_id, amount_fen=amount_fen))
    entry = ledger.post_refund(amount_fen, desk=posting.set_aside(order), resident=posting.resident(order))
    voucher = posting.post(entry, key=f"refund:{client_id}", order=order, reverses=payment.voucher, by=by, at=at)
    return Refund.objects.create(
        organisation_id=order.organisation_id, payment=payment, client_id=client_id, amount_fen=amount_fen, reason_code=reason,
        receipt_no=posting.next_receipt("TK", at), refunded_at=at, refunded_by_id=by.user_id, voucher=voucher,
    )  # fmt: skip


def hand(order: Order, refund: Refund, receiver_name: str, *, by: Actor, at: datetime) -> RefundHandover:
    """The refund's money is in the receiver's hand."""
    entry = ledger.post_handover(
        refund.amount_fen, waiting=posting.set_aside(order), desk=posting.desk(order, refund.payment.provider)
    )
    voucher = posting.post(entry, key=f"handover:{refund.client_id}", order=order, by=by, at=at)
    return RefundHandover.objects.create(
        organisation_id=order.organisation_id,
        refund=refund,
        receiver_name=receiver_name,
        handed_at=at,
        handed_by_id=by.user_id,
        voucher=voucher,
    )
