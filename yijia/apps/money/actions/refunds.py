"""Money back by decision of the institution, and the cash put into a hand."""

from datetime import datetime
from uuid import UUID

from yijia.apps.care.models import Order
from yijia.apps.money import queries, words
from yijia.apps.money.actions import posting, returns
from yijia.apps.money.actions.payments import checked_name
from yijia.apps.money.models import Charge, ChargeLine, Payment, Refund, RefundHandover, Voucher
from yijia.base.actions import action
from yijia.base.errors import Forbidden, Invalid, Refused
from yijia.base.words import say
from yijia.core import money
from yijia.core.permissions import Actor, Permission, may
from yijia.core.pricing import ledger
from yijia.core.pricing.facts import Payer
from yijia.core.refusal import Refusal


@action("money.refund")
def refund(
    *, payment_id: int, client_id: UUID, amount_fen: int, reason_code: str, handed_to: str = "", by: Actor, at: datetime
) -> Refund:
    """Give part or all of a payment back: a red entry, never an edit.

    What was only held is given back as it is. What had paid a bill lowers the bill by a correcting charge first, unless
    the payment itself was the mistake: then the bill stands and is due again.

    handed_to       who took the cash at the desk now; empty leaves it set aside

    Raises      NotFound; Forbidden; Invalid; Refused: money.refund_over_paid, money.client_id_used, money.already_settled
    Source      PRICE-14, PRICE-15 in docs/rules/pricing.md
    """
    payment = queries.get_payment(by, payment_id)
    if not may(by, Permission.PAYMENT_REFUND):
        raise Forbidden(Permission.PAYMENT_REFUND)
    order = posting.locked(payment.order_id)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("voucher").get(pk=payment.pk)
    first = Refund.objects.filter(client_id=client_id).first()
    if first is not None:
        if (first.payment_id, first.amount_fen) != (payment.pk, amount_fen):
            raise Refused(Refusal("money.client_id_used", {"client_id": str(client_id)}))
        return first
    if amount_fen <= 0:
        raise Invalid({"amount": [say("金额要大于零")]})
    if reason_code not in words.REFUND_REASONS:
        raise Invalid({"reason_code": [say("请选退款原因")]})
    receiver = checked_name(handed_to, "handed_to") if handed_to.strip() else ""
    left = returns.left_of(payment)
    if amount_fen > left:
        raise Refused(
            Refusal(
                "money.refund_over_paid",
                {"amount": money.show(amount_fen), "left": money.show(left), "receipt": payment.receipt_no},
            )
        )
    used = max(0, amount_fen - queries.balance_for_system(order.pk).held)
    if used:
        _take_back(order, used, reason_code, client_id, by, at)
    made = returns.book(order, payment, client_id=client_id, amount_fen=amount_fen, reason=reason_code, by=by, at=at)
    if receiver:
        returns.hand(order, made, receiver, by=by, at=at)
    return made


@action("money.hand_over")
def hand_over(*, refund_id: int, receiver_name: str, by: Actor, at: datetime) -> RefundHandover:
    """Put a refund that was set aside into somebody's hand; pressed twice, it is handed over once.

    Raises      NotFound; Forbidden; Invalid
    Source      PRICE-15 in docs/rules/pricing.md
    """
    found = queries.get_refund(by, refund_id)
    if not may(by, Permission.PAYMENT_TAKE):
        raise Forbidden(Permission.PAYMENT_TAKE)
    order = posting.locked(found.payment.order_id)
    done = RefundHandover.objects.filter(refund_id=refund_id).first()
    if done is not None:
        return done
    return returns.hand(order, found, checked_name(receiver_name, "receiver_name"), by=by, at=at)


def _take_back(order: Order, used_fen: int, reason: str, client_id: UUID, by: Actor, at: datetime) -> None:
    """Undo the use of an advance; unless the payment was the mistake, lower bill and settlement by as much."""
    settled = Voucher.objects.filter(key=f"settlement:order:{order.pk}").first()
    parties = {"resident": posting.resident(order), "institution": posting.institution(order)}
    if reason == words.WRONG_PAYMENT:
        if settled is not None:
            raise Refused(Refusal("money.already_settled", {"number": order.number}))
    else:
        _correct(order, used_fen, reason, by, at)
        original = (
            Voucher.objects.filter(key=f"charge:order:{order.pk}").first()
            or Voucher.objects.filter(key=f"kept:order:{order.pk}").first()
        )
        _red(ledger.post_kept(used_fen, **parties), f"correction:{client_id}", order, original, by, at)
        if settled is not None:
            _red(
                ledger.post_settlement(used_fen, institution=parties["institution"]),
                f"unsettle:{client_id}",
                order,
                settled,
                by,
                at,
            )
    _red(ledger.post_apply(used_fen, resident=parties["resident"]), f"unapply:{client_id}", order, None, by, at)


def _red(entry: ledger.Entry | None, key: str, order: Order, reverses: Voucher | None, by: Actor, at: datetime) -> None:
    if entry is not None:
        posting.post(ledger.reverse(entry), key=key, order=order, by=by, at=at, reverses=reverses)


def _correct(order: Order, less_fen: int, reason: str, by: Actor, at: datetime) -> None:
    """A charge below zero that corrects the one before it, and names what the first one stood on."""
    last = Charge.objects.filter(order=order, reversed_by__isnull=True).latest("id")
    first = Charge.objects.get(order=order, reverses__isnull=True)
    stood = ChargeLine.objects.filter(charge=first, payer=Payer.PATIENT).order_by("-amount_fen", "id").first()
    line = ChargeLine(
        kind="correction", code=f"C{last.pk}"[:20], name=str(words.CORRECTION_ZH), unit="单", quantity=1, unit_fen=-less_fen, filed_unit_fen=None,
        exact_fen=str(-less_fen), amount_fen=-less_fen, payer=Payer.PATIENT.value, filing_id=stood.filing_id if stood else None,
        policy_key=stood.policy_key if stood else "", jurisdiction=order.jurisdiction, edition=first.edition, clause="PRICE-14",
        sources=stood.sources if stood else [], evidence=stood.evidence if stood else "derived",
    )  # fmt: skip
    posting.charge(
        order,
        [line],
        reasons=[{"code": f"refund.{reason}", "facts": {}, "lines": []}],
        edition=first.edition,
        reverses=last,
        by=by,
        at=at,
    )
