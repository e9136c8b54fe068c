"""Money in: taken at the desk, before the visit as an advance or after it for the bill."""

from datetime import datetime
from uuid import UUID

from yijia.apps.care import queries as care
from yijia.apps.money import queries
from yijia.apps.money.actions import posting
from yijia.apps.money.actions.pricing import settle_order
from yijia.apps.money.models import Payment
from yijia.base.actions import action
from yijia.base.errors import Forbidden, Invalid, Refused, refuse_if
from yijia.base.outside import payments as outside
from yijia.base.words import say
from yijia.core import money
from yijia.core.orders.lifecycle import State
from yijia.core.permissions import SYSTEM, Actor, Permission, may
from yijia.core.pricing import ledger
from yijia.core.refusal import Refusal

LONGEST_NAME = 60


@action("money.take_payment")
def take_payment(
    *, order_id: int, client_id: UUID, amount_fen: int, provider: str = "cash", payer_name: str, by: Actor, at: datetime
) -> Payment:
    """Take money for an order and book it; what pays the rest of a bill also settles the order.

    client_id   made by the caller once per payment; sent again, it gives the first payment back

    Raises      NotFound; Forbidden; Invalid; Refused: money.client_id_used, money.nothing_due, money.above_due,
                money.unknown_provider
    Source      PRICE-13 in docs/rules/pricing.md
    """
    care.get_order(by, order_id)
    if not may(by, Permission.PAYMENT_TAKE):
        raise Forbidden(Permission.PAYMENT_TAKE)
    order = posting.locked(order_id)
    first = Payment.objects.filter(client_id=client_id).first()
    if first is not None:
        if (first.order_id, first.amount_fen) != (order_id, amount_fen):
            raise Refused(Refusal("money.client_id_used", {"client_id": str(client_id)}))
        return first
    name = checked_name(payer_name, "payer_name")
    if amount_fen <= 0:
        raise Invalid({"amount": [say("金额要大于零")]})
    balance = queries.balance_for_system(order.pk)
    if balance.payable == 0:
        raise Refused(Refusal("money.nothing_due", {"number": order.number, "status": order.state}))
    if amount_fen > balance.payable:
        raise Refused(
            Refusal("money.above_due", {"amount": money.show(amount_fen), "due": money.show(balance.payable)})
        )
    refuse_if(refuse_if(outside.provider(provider)).charge(client_id=client_id, amount_fen=amount_fen, payer_name=name))
    entry = ledger.post_payment(amount_fen, desk=posting.desk(order, provider), resident=posting.resident(order))
    voucher = posting.post(entry, key=f"payment:{client_id}", order=order, by=by, at=at)
    payment = Payment.objects.create(
        organisation_id=order.organisation_id, order=order, client_id=client_id, provider=provider, amount_fen=amount_fen,
        receipt_no=posting.next_receipt("SK", at), payer_name=name, received_at=at, received_by_id=by.user_id, voucher=voucher,
    )  # fmt: skip
    if balance.charged is not None:
        posting.apply_advance(
            min(amount_fen, balance.due), key=f"apply:payment:{client_id}", order=order, by=SYSTEM, at=at
        )
        if order.state == State.PRICED and amount_fen == balance.due:
            settle_order(order_id=order.pk, by=SYSTEM, at=at)
    return payment


def checked_name(text: str, field: str) -> str:
    """A person's name as written on a receipt.

    Raises      Invalid
    """
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise Invalid({field: [say("请写姓名，不超过 60 字")]})
    return name
