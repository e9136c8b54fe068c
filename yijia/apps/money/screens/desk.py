"""The cash desk: find an order, take what is due, print the receipt, hand over refunds."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from yijia.apps.money import queries, words
from yijia.apps.money.screens.bills import BillPage, Movement, bill_of, movements, need_name
from yijia.base import audit
from yijia.core import money
from yijia.core.permissions import Permission, Reach, may, reach

PAGE = 20


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One order at the desk."""

    order_id: int
    number: str
    need: str
    who: str
    institution: str
    wanted_from: datetime
    state: str
    due_fen: int
    payable_fen: int
    paid_fen: int
    waiting_fen: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A refund nobody has collected yet."""

    refund_id: int
    order_id: int
    number: str
    who: str
    amount_fen: int
    receipt_no: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    text: str
    rows: list[DeskRow]
    page: Page
    waiting: list[Waiting]
    waiting_more: int


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of which something can still go back."""

    payment_id: int
    receipt_no: str
    left_fen: int


@dataclass(frozen=True, slots=True)
class Take:
    """One order at the desk, ready for cash."""

    page: BillPage
    due_fen: int
    is_prepayment: bool
    client_id: str
    amount: str
    waiting: list[Waiting]
    refundable: list[Paid]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as printed; `red` for money given back."""

    number: str
    is_refund: bool
    institution: str
    order_number: str
    order_id: int
    person: str
    amount_fen: int
    capitals: str
    what: str
    provider: str
    at: datetime
    by: str
    note: str
    payment_receipt: str
    is_synthetic: bool
    is_episode: bool = False


@dataclass(frozen=True, slots=True)
class RefundPage:
    """What may be given back of a payment."""

    payment_id: int
    receipt_no: str
    order_id: int
    number: str
    who: str
    amount_fen: int
    left_fen: int
    state: str
    client_id: str
    movements: list[Movement]


def desk(request: HttpRequest) -> Desk:
    """Orders with something to pay, or those a search finds; and refunds that wait."""
    actor, text = request.actor, request.GET.get("q", "")[:60]
    found = queries.money_of_orders(actor, text)
    if not text.strip():
        found = found.filter(state="priced")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [_row(order) for order in page.object_list]
    waiting = queries.list_refunds(actor, is_waiting=True)
    shown = [_waiting(refund) for refund in waiting[:PAGE]]
    people = [order.resident_id for order in page.object_list]
    audit.read(
        actor,
        request.at,
        "money.desk",
        subject_type="care.order",
        subject_ids=[row.order_id for row in rows],
        resident_ids=people,
    )
    more = waiting.count() - len(shown) if len(shown) == PAGE else 0
    return Desk(text.strip(), rows, page, shown, more)


def _row(order: Any) -> DeskRow:
    balance = queries.balance(order)
    house = order.organisation
    return DeskRow(
        order.pk, order.number, need_name(order), order.resident.name, house.name_en if words.is_english() else house.name, order.wanted_from, order.state,
        max(0, balance.due), balance.payable, balance.paid - balance.refunded, balance.waiting,
    )  # fmt: skip


def _waiting(refund: Any) -> Waiting:
    order = refund.payment.order
    return Waiting(
        refund.pk,
        order.pk,
        order.number,
        order.resident.name,
        refund.amount_fen,
        refund.receipt_no,
        words.refund_reason(refund.reason_code),
        refund.refunded_at,
    )


def take(request: HttpRequest, order_id: int) -> Take:
    """The bill with a form for cash beside it; each showing of the form is one payment.

    Raises      NotFound
    """
    order = queries.money_of_order(request.actor, order_id)
    page = bill_of(request, order)
    balance = queries.balance(order)
    waiting = [_waiting(refund) for refund in queries.list_refunds(request.actor, order_id=order_id, is_waiting=True)]
    payments = (
        queries.list_payments(request.actor, order_id=order_id) if may(request.actor, Permission.PAYMENT_REFUND) else ()
    )
    left = [Paid(row.pk, row.receipt_no, row.amount_fen - (row.refunded_fen or 0)) for row in payments]
    return Take(
        page=page, due_fen=balance.payable, is_prepayment=balance.charged is None, client_id=str(uuid.uuid4()), amount=money.show(balance.payable),
        waiting=waiting, refundable=[paid for paid in left if paid.left_fen],
    )  # fmt: skip


def receipt(request: HttpRequest, payment_id: int) -> Receipt:
    """A payment's receipt. Raises NotFound."""
    row = queries.get_payment(request.actor, payment_id)
    audit.read(
        request.actor,
        request.at,
        "money.receipt",
        subject_type="money.payment",
        subject_ids=[row.pk],
        resident_ids=[row.order.resident_id],
    )
    return _receipt(
        request, row, row.payer_name, row.amount_fen, row.received_at, row.received_by, row.order, row.provider
    )


def refund_receipt(request: HttpRequest, refund_id: int) -> Receipt:
    """A refund's receipt, red. Raises NotFound."""
    row = queries.get_refund(request.actor, refund_id)
    order, taken = row.payment.order, getattr(row, "handover", None)
    audit.read(
        request.actor,
        request.at,
        "money.refund_receipt",
        subject_type="money.refund",
        subject_ids=[row.pk],
        resident_ids=[order.resident_id],
    )
    return _receipt(
        request, row, taken.receiver_name if taken else row.payment.payer_name, row.amount_fen, taken.handed_at if taken else row.refunded_at, row.refunded_by,
        order, row.payment.provider, is_refund=True, note=words.refund_reason(row.reason_code), of=row.payment.receipt_no,
    )  # fmt: skip


def _receipt(
    request: HttpRequest, row: Any, person: str, amount_fen: int, at: datetime, by: Any, order: Any, provider: str, *, is_refund: bool = False, note: str = "",
    of: str = "",
) -> Receipt:  # fmt: skip
    is_own = reach(request.actor) is Reach.PEOPLE
    house = row.organisation
    return Receipt(
        number=row.receipt_no, is_refund=is_refund, institution=house.name_en if words.is_english() else house.name, order_number=order.number,
        order_id=order.pk, person=person, amount_fen=amount_fen, capitals=words.capitals(amount_fen), what=need_name(order),
        provider=str(words.PROVIDERS.get(provider, provider)), at=at, by="" if by is None or is_own else by.display_name, note=note, payment_receipt=of,
        is_synthetic=house.is_synthetic,
    )  # fmt: skip


def refund(request: HttpRequest, payment_id: int) -> RefundPage:
    """A payment with what is left of it. Raises NotFound."""
    row = queries.get_payment(request.actor, payment_id)
    order = queries.money_of_order(request.actor, row.order_id)
    audit.read(
        request.actor,
        request.at,
        "money.refund",
        subject_type="money.payment",
        subject_ids=[row.pk],
        resident_ids=[order.resident_id],
    )
    return RefundPage(
        payment_id=row.pk, receipt_no=row.receipt_no, order_id=order.pk, number=order.number, who=order.resident.name, amount_fen=row.amount_fen,
        left_fen=row.amount_fen - (row.refunded_fen or 0), state=order.state, client_id=str(uuid.uuid4()), movements=movements(request.actor, order.pk),
    )  # fmt: skip
