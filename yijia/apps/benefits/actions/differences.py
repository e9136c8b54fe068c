"""A paid month whose edition was corrected later: one order over the difference, paid besides or asked back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yijia.apps.benefits import words
from yijia.apps.benefits.actions import months, moving, orders, telling
from yijia.apps.benefits.actions.steps import Outcome
from yijia.apps.benefits.models import PaymentOrder
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.core import money
from yijia.core.benefits import Due
from yijia.core.benefits.lifecycle import OrderState
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal


@action("benefits.settle_difference")
def settle_difference(*, order_id: int, by: Actor, at: datetime) -> PaymentOrder:
    """Make the order over what a paid month owes by now and was not paid, or was paid and is not owed.

    Returns     the difference order: ready to be paid, or to be asked back; it names the month's order and the edition

    Raises      NotFound; Forbidden; Refused: payment_orders.not_paid, .month_not_owed, .not_confirmed, .no_difference
    Source      BENEFIT-17 in docs/rules/benefits.md
    """
    order = moving.locked_order(order_id, by)
    if not may(by, Permission.BENEFIT_APPROVE):
        raise Forbidden(Permission.BENEFIT_APPROVE)
    if order.serial or order.state != OrderState.PAID:
        raise Refused(Refusal("payment_orders.not_paid"))
    due = orders.due_of(order, at)
    if due is None or not due.entitlement.qualifies:
        raise Refused(Refusal("payment_orders.month_not_owed"))
    if due.due_fen is None or months.open_confirmations(due):
        raise Refused(Refusal("payment_orders.not_confirmed"))
    beside = list(PaymentOrder.objects.select_for_update(of=("self",)).filter(corrects=order))
    gap = due.due_fen - months.net_fen(order, beside)
    if gap == 0:
        raise Refused(Refusal("payment_orders.no_difference"))
    made = _make(order, due, gap, len(beside) + 1, by, at)
    order.reason = ""
    order.save(update_fields=["reason"])
    said = words.PAID_BESIDES if gap > 0 else words.ASKED_BACK
    telling.send(order.entitlement, said, at=at, month=f"{order.month:%Y-%m}", amount=money.show(abs(gap)))
    return made


@action("benefits.settle_differences")
def settle_differences(*, order_ids: Sequence[int], by: Actor, at: datetime) -> tuple[PaymentOrder | None, Outcome]:
    """The same for many, one by one; what is refused stays as it was and is counted with its code."""
    done: list[PaymentOrder] = []
    refused: list[tuple[int, str]] = []
    for order_id in dict.fromkeys(order_ids):
        try:
            with transaction.atomic():
                done.append(settle_difference(order_id=order_id, by=by, at=at))
        except Refused as no:
            refused.append((order_id, no.refusal.code))
        except NotFound:
            refused.append((order_id, "not_found"))
    return (done[0] if done else None), Outcome(len(done), tuple(refused))


def _make(order: PaymentOrder, due: Due, gap: int, serial: int, by: Actor, at: datetime) -> PaymentOrder:
    """Held first, because the entry names the order, then booked: both in this transaction."""
    priced = {**months.priced(due), "amount_fen": abs(gap)}
    made = PaymentOrder(
        entitlement=order.entitlement, resident_id=order.resident_id, scheme=order.scheme, office=order.office,
        jurisdiction=order.jurisdiction, month=order.month, serial=serial, corrects=order, difference_fen=gap,
        state=OrderState.HELD, state_at=at, policy_key=order.policy_key, **priced,
    )  # fmt: skip
    made.save()
    if gap > 0:
        moving.book_approval(made, by, at)
    else:
        moving.book_asked_back(made, by, at)
    made.state = (OrderState.READY if gap > 0 else OrderState.RECOVERING).value
    made.save()
    noted = {"because": "benefit.edition_changed", "corrects": order.pk, "edition": made.edition}
    moving.note_order(made, "difference", "", by, at, noted)
    return made
