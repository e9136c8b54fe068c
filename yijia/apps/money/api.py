"""Money in the API: the same actions as at the desk."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from yijia.apps.money import actions, queries, schemas
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.doors import allow
from yijia.base.errors import Invalid, NotFound
from yijia.base.words import sentence
from yijia.core import money
from yijia.core.calendar import sane
from yijia.core.permissions import Permission as P
from yijia.core.refusal import Refusal

router = Router()


def _fen(text: str) -> int:
    """An amount read strictly; anything else is a fault of the field."""
    fen = money.parse(text)
    if isinstance(fen, Refusal):
        raise Invalid({"amount": [sentence(fen)]}, {"amount": [fen.code]})
    return fen


def _read(request: HttpRequest, name: str, page: dict[str, Any], subject: str) -> dict[str, Any]:
    """Note which rows a list showed."""
    people = [resident for row in page["items"] if (resident := row.pop("_resident_id", None))]
    audit.read(
        request.actor,
        request.at,
        name,
        subject_type=subject,
        subject_ids=[row["id"] for row in page["items"]],
        resident_ids=people,
    )
    return page


@router.get("/orders/{order_id}/bill", operation_id="bills_get", response={200: schemas.BillOut, **ERRORS})
@allow(P.BILL_VIEW, P.LEDGER_VIEW)
def bills_get(request: HttpRequest, order_id: int) -> Any:
    """An order's bill, or before the visit its quote; 404 while there is neither."""
    bill = queries.get_bill(request.actor, order_id, request.at)
    if bill is None:
        raise NotFound
    audit.read(
        request.actor,
        request.at,
        "money.bill",
        subject_type="care.order",
        subject_ids=[order_id],
        resident_ids=[bill.order.resident_id],
    )
    return schemas.bill_out(bill)


@router.post("/orders/{order_id}/price", operation_id="bills_price", response={200: schemas.PricedOut, **ERRORS})
@allow(P.ORDER_PRICE)
def bills_price(request: HttpRequest, order_id: int) -> Any:
    """Price a confirmed order again after a hold was mended; says what still stands in the way if anything does."""
    return schemas.priced_out(order_id, actions.price_order(order_id=order_id, by=request.actor, at=request.at))


@router.post("/orders/{order_id}/payments", operation_id="payments_take", response={201: schemas.PaymentOut, **ERRORS})
@allow(P.PAYMENT_TAKE)
def payments_take(request: HttpRequest, order_id: int, payload: schemas.PaymentIn) -> Any:
    """Take cash for an order. The same `client_id` gives the first payment back."""
    given = payload.dict() | {"amount_fen": _fen(payload.amount)}
    given.pop("amount")
    made = actions.take_payment(order_id=order_id, **given, by=request.actor, at=request.at)
    return Status(201, schemas.payment_out(queries.get_payment(request.actor, made.pk)))


@router.get("/payments", operation_id="payments_list", response={200: Page[schemas.PaymentOut], **ERRORS})
@allow(P.BILL_VIEW, P.LEDGER_VIEW, P.PAYMENT_TAKE)
def payments_list(
    request: HttpRequest,
    paging: Query[Paging],
    order_id: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Any:
    """Payments in sight of [from_on, until_on], the newest first."""
    rows = queries.list_payments(request.actor, order_id=order_id, from_on=from_on, until_on=_after(until_on))
    page = paginate(
        rows,
        paging.page,
        paging.page_size,
        lambda row: schemas.payment_out(row) | {"_resident_id": row.order.resident_id},
    )
    return _read(request, "money.payments", page, "money.payment")


@router.post(
    "/payments/{payment_id}/refunds", operation_id="refunds_create", response={201: schemas.RefundOut, **ERRORS}
)
@allow(P.PAYMENT_REFUND)
def refunds_create(request: HttpRequest, payment_id: int, payload: schemas.RefundIn) -> Any:
    """Give part or all of a payment back, as a red entry."""
    given = payload.dict() | {"amount_fen": _fen(payload.amount)}
    given.pop("amount")
    made = actions.refund(payment_id=payment_id, **given, by=request.actor, at=request.at)
    return Status(201, schemas.refund_out(queries.get_refund(request.actor, made.pk)))


@router.get("/refunds", operation_id="refunds_list", response={200: Page[schemas.RefundOut], **ERRORS})
@allow(P.BILL_VIEW, P.LEDGER_VIEW, P.PAYMENT_TAKE)
def refunds_list(
    request: HttpRequest, paging: Query[Paging], order_id: int | None = None, is_waiting: bool | None = None
) -> Any:
    """Refunds in sight, the newest first; `is_waiting=true` for those nobody has collected."""
    rows = queries.list_refunds(request.actor, order_id=order_id, is_waiting=is_waiting)
    page = paginate(
        rows,
        paging.page,
        paging.page_size,
        lambda row: schemas.refund_out(row) | {"_resident_id": row.payment.order.resident_id},
    )
    return _read(request, "money.refunds", page, "money.refund")


@router.post(
    "/refunds/{refund_id}/hand-over", operation_id="refunds_hand_over", response={200: schemas.RefundOut, **ERRORS}
)
@allow(P.PAYMENT_TAKE)
def refunds_hand_over(request: HttpRequest, refund_id: int, payload: schemas.HandOverIn) -> Any:
    """The refund's cash is in the receiver's hand."""
    actions.hand_over(refund_id=refund_id, receiver_name=payload.receiver_name, by=request.actor, at=request.at)
    return schemas.refund_out(queries.get_refund(request.actor, refund_id))


@router.get("/holds", operation_id="holds_list", response={200: Page[schemas.HoldOut], **ERRORS})
@allow(P.ORDER_PRICE, P.LEDGER_VIEW)
def holds_list(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Orders whose money may not move, the longest held first."""
    return paginate(queries.list_holds(request.actor), paging.page, paging.page_size, schemas.hold_out)


@router.get("/ledger/vouchers", operation_id="ledger_vouchers", response={200: Page[schemas.VoucherOut], **ERRORS})
@allow(P.LEDGER_VIEW)
def ledger_vouchers(
    request: HttpRequest, paging: Query[Paging], from_on: date | None = None, until_on: date | None = None, kind: str = "", account: str = "",
    order_id: int | None = None,
) -> Any:  # fmt: skip
    """Vouchers in sight booked in [from_on, until_on], the newest first."""
    rows = queries.list_vouchers(
        request.actor, from_on=from_on, until_on=_after(until_on), kind=kind, account=account, order_id=order_id
    )
    return _read(
        request, "money.ledger", paginate(rows, paging.page, paging.page_size, schemas.voucher_out), "money.voucher"
    )


@router.get(
    "/ledger/vouchers/{voucher_id}", operation_id="ledger_voucher_get", response={200: schemas.VoucherDetail, **ERRORS}
)
@allow(P.LEDGER_VIEW)
def ledger_voucher_get(request: HttpRequest, voucher_id: int) -> Any:
    """One voucher with its postings and the bill lines behind it."""
    row = queries.get_voucher(request.actor, voucher_id)
    people = [row.order.resident_id] if row.order else []
    audit.read(
        request.actor,
        request.at,
        "money.voucher",
        subject_type="money.voucher",
        subject_ids=[row.pk],
        resident_ids=people,
    )
    return schemas.voucher_detail(row)


@router.get("/settlements", operation_id="settlements_list", response={200: Page[schemas.SettlementOut], **ERRORS})
@allow(P.LEDGER_VIEW)
def settlements_list(
    request: HttpRequest, paging: Query[Paging], from_on: date | None = None, until_on: date | None = None
) -> Any:
    """Settled orders of [from_on, until_on], the newest first."""
    rows = queries.list_settlements(request.actor, from_on=from_on, until_on=_after(until_on))
    return paginate(rows, paging.page, paging.page_size, schemas.settlement_out)


def _after(last: date | None) -> date | None:
    """The day after the last one asked for."""
    return None if last is None else sane(last) + timedelta(days=1)
