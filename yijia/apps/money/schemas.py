"""Shapes of money in the API: amounts are strings with two decimals, never numbers."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from yijia.apps.money import queries
from yijia.core import money

Amount = str
_EXAMPLE = ["130.00"]


class LineOut(Schema):
    id: int | None
    kind: str
    code: str
    name: str
    unit: str
    quantity: str
    unit_price: str = Field(examples=_EXAMPLE)
    filed_unit_price: str | None
    exact_fen: str
    amount: str = Field(examples=_EXAMPLE)
    payers: dict[str, str]
    filing_id: int | None
    filing_number: str | None
    policy_key: str
    jurisdiction: str
    edition: str
    clause: str
    sources: list[str]
    evidence: str


class BillOut(Schema):
    order_id: int
    number: str
    state: str
    is_quote: bool
    total: str = Field(examples=_EXAMPLE)
    by_payer: dict[str, str]
    paid: str
    refunded: str
    due: str
    held: str
    refund_waiting: str
    reasons: list[str]
    lines: list[LineOut]


class PaymentIn(Schema):
    client_id: UUID
    amount: Amount = Field(examples=_EXAMPLE, max_length=32)
    provider: Literal["cash"] = "cash"
    payer_name: str = Field(max_length=60)


class PaymentOut(Schema):
    id: int
    order_id: int
    number: str
    client_id: UUID
    provider: str
    amount: str = Field(examples=_EXAMPLE)
    refunded: str
    receipt_no: str
    received_at: datetime
    state: str


class RefundIn(Schema):
    client_id: UUID
    amount: Amount = Field(examples=_EXAMPLE, max_length=32)
    reason_code: str = Field(max_length=60)
    handed_to: str = Field("", max_length=60)


class RefundOut(Schema):
    id: int
    payment_id: int
    client_id: UUID
    amount: str = Field(examples=_EXAMPLE)
    reason_code: str
    receipt_no: str
    refunded_at: datetime
    is_handed_over: bool


class HandOverIn(Schema):
    receiver_name: str = Field(max_length=60)


class PostingOut(Schema):
    account: str
    party: str
    debit: str
    credit: str


class VoucherOut(Schema):
    id: int
    key: str
    kind: str
    order_id: int | None
    organisation_id: int
    business_on: date
    posted_at: datetime
    reverses: int | None
    amount: str | None = None


class VoucherDetail(VoucherOut):
    postings: list[PostingOut]
    line_ids: list[int]


class SettlementOut(Schema):
    id: int
    order_id: int
    number: str
    organisation_id: int
    amount: str = Field(examples=_EXAMPLE)
    settled_at: datetime


class HoldOut(Schema):
    id: int
    order_id: int
    number: str
    code: str
    facts: dict[str, Any]
    held_at: datetime


class PricedOut(Schema):
    """Either a bill, or the hold that stands in its way."""

    order_id: int
    is_priced: bool
    total: str | None
    held_by: str | None
    facts: dict[str, Any]


def _shares(by_payer: dict[str, int]) -> dict[str, str]:
    return {payer: money.show(fen) for payer, fen in by_payer.items()}


def bill_out(bill: queries.Bill) -> dict[str, Any]:
    balance = bill.balance
    return {
        "order_id": bill.order.pk, "number": bill.order.number, "state": bill.order.state, "is_quote": bill.is_quote, "total": money.show(bill.total_fen),
        "by_payer": _shares(bill.by_payer), "paid": money.show(balance.paid), "refunded": money.show(balance.refunded), "due": money.show(max(0, balance.due)),
        "held": money.show(balance.held), "refund_waiting": money.show(balance.waiting), "reasons": sorted({reason["code"] for reason in bill.reasons}),
        "lines": [_line(line) for line in bill.lines],
    }  # fmt: skip


def _line(line: queries.BillLine) -> dict[str, Any]:
    return {
        "id": line.id, "kind": line.kind, "code": line.code, "name": line.name, "unit": line.unit, "quantity": line.quantity,
        "unit_price": money.show(line.unit_fen), "filed_unit_price": None if line.filed_unit_fen is None else money.show(line.filed_unit_fen),
        "exact_fen": line.exact_fen, "amount": money.show(line.amount_fen), "payers": _shares(line.payers), "filing_id": line.filing_id,
        "filing_number": line.filing_number, "policy_key": line.policy_key, "jurisdiction": line.jurisdiction, "edition": line.edition,
        "clause": line.clause, "sources": list(line.sources), "evidence": line.evidence,
    }  # fmt: skip


def payment_out(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "order_id": row.order_id, "number": row.order.number, "client_id": row.client_id, "provider": row.provider,
        "amount": money.show(row.amount_fen), "refunded": money.show(getattr(row, "refunded_fen", 0) or 0), "receipt_no": row.receipt_no,
        "received_at": row.received_at, "state": row.order.state,
    }  # fmt: skip


def refund_out(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "payment_id": row.payment_id, "client_id": row.client_id, "amount": money.show(row.amount_fen), "reason_code": row.reason_code,
        "receipt_no": row.receipt_no, "refunded_at": row.refunded_at, "is_handed_over": hasattr(row, "handover"),
    }  # fmt: skip


def voucher_out(row: Any) -> dict[str, Any]:
    amount = getattr(row, "amount_fen", None)
    return {
        "id": row.pk, "key": row.key, "kind": row.kind, "order_id": row.order_id, "organisation_id": row.organisation_id, "business_on": row.business_on,
        "posted_at": row.posted_at, "reverses": row.reverses_id, "amount": None if amount is None else money.show(amount),
    }  # fmt: skip


def voucher_detail(row: Any) -> dict[str, Any]:
    sides = [
        {"account": p.account, "party": p.party, "debit": money.show(p.debit_fen), "credit": money.show(p.credit_fen)}
        for p in row.postings.all()
    ]
    amount = money.show(sum(p.debit_fen for p in row.postings.all()))
    return voucher_out(row) | {
        "amount": amount,
        "postings": sides,
        "line_ids": [line.pk for line in queries.lines_behind(row)],
    }


def settlement_out(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "order_id": row.order_id, "number": row.order.number, "organisation_id": row.organisation_id, "amount": money.show(row.amount_fen),
        "settled_at": row.settled_at,
    }  # fmt: skip


def hold_out(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "order_id": row.order_id,
        "number": row.order.number,
        "code": row.code,
        "facts": row.facts,
        "held_at": row.held_at,
    }


def priced_out(order_id: int, outcome: Any) -> dict[str, Any]:
    is_held = hasattr(outcome, "held_at")
    return {
        "order_id": order_id, "is_priced": not is_held, "total": None if is_held else money.show(outcome.total_fen),
        "held_by": outcome.code if is_held else None, "facts": outcome.facts if is_held else {},
    }  # fmt: skip
