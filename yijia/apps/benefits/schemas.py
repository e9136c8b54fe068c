"""Shapes of benefits in JSON; amounts are strings with two decimals."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from yijia.core import money
from yijia.core.benefits.lifecycle import Event, OrderEvent


class Condition(Schema):
    """One condition with its verdict: true, false, or null for not known."""

    text: str
    verdict: bool | None
    has: str


class AnswerOut(Schema):
    """One scheme's answer to a person, with every condition."""

    scheme: str
    name: str
    jurisdiction: str
    verdict: str = Field(description="granted, held, unknown, not")
    because: str
    amount: str | None
    unit: str
    conditions: list[Condition]
    missing: str
    to_confirm: list[str]
    evidence: str
    edition: str
    entitlement_id: int | None
    state: str | None


class EntitlementOut(Schema):
    """A person's standing with one scheme."""

    id: int
    version: int
    resident_id: int
    scheme: str
    name: str
    office: str
    jurisdiction: str
    state: str
    found_by: str
    found_on: date
    since_on: date
    until_on: date | None
    amount: str | None
    unit: str
    doubts: list[str]
    question: str
    reason: str
    notice_until_on: date | None
    edition: str
    evidence: str


class OrderOut(Schema):
    """What one person is paid of one scheme for one month."""

    id: int
    entitlement_id: int
    resident_id: int
    scheme: str
    month: str
    amount: str | None
    state: str
    reason: str
    held_for: list[dict[str, Any]]
    edition: str
    evidence: str
    batch_id: int | None


class StepIn(Schema):
    """An event for an entitlement; clerks say why."""

    event: Event
    note: str = Field("", max_length=300)


class OrderStepIn(Schema):
    """An event for a payment order."""

    event: OrderEvent
    note: str = Field("", max_length=300)


class PickIn(Schema):
    """The same for many."""

    ids: list[int] = Field(max_length=500)
    event: Event
    note: str = Field("", max_length=300)


class IdsIn(Schema):
    """Which orders."""

    ids: list[int] = Field(max_length=5000)


class OutcomeOut(Schema):
    """What became of many."""

    done: int
    refused: list[dict[str, Any]]


class BatchOut(Schema):
    """Orders handed to the bank together."""

    id: int
    number: str
    office: str
    order_count: int
    total: str
    exported_at: datetime
    settled_at: datetime | None


class ConfirmIn(Schema):
    """Which part of which value somebody stands for, by which document."""

    policy_key: str = Field(max_length=80)
    jurisdiction: str = Field(max_length=9)
    part: str = Field(max_length=20)
    edition: str = Field(max_length=40)
    document: str = Field(max_length=120)
    note: str = Field("", max_length=300)


class ConfirmOut(Schema):
    """That somebody stands for it."""

    id: int
    policy_key: str
    part: str
    edition: str
    document: str
    confirmed_at: datetime


def shown(fen: int | None) -> str | None:
    """An amount for JSON; None where nobody has read it."""
    return None if fen is None else money.show(fen)


def entitlement_out(row: Any) -> dict[str, Any]:
    """A row in its shape."""
    same = (
        "version", "resident_id", "scheme", "name", "office", "jurisdiction", "state", "found_by", "found_on", "since_on", "until_on", "unit", "doubts",
        "question", "reason", "notice_until_on", "edition", "evidence",
    )  # fmt: skip
    return {"id": row.pk, "amount": shown(row.amount_fen), **{name: getattr(row, name) for name in same}}


def order_out(row: Any) -> dict[str, Any]:
    """A row in its shape."""
    same = ("entitlement_id", "resident_id", "scheme", "state", "reason", "held_for", "edition", "evidence", "batch_id")
    return {
        "id": row.pk,
        "month": f"{row.month:%Y-%m}",
        "amount": shown(row.amount_fen),
        **{n: getattr(row, n) for n in same},
    }


def batch_out(row: Any) -> dict[str, Any]:
    """A row in its shape."""
    same = ("number", "office", "order_count", "exported_at", "settled_at")
    return {"id": row.pk, "total": money.show(row.total_fen), **{name: getattr(row, name) for name in same}}


def answer_out(card: Any) -> dict[str, Any]:
    """A card in its shape."""
    return {
        "scheme": card.code, "name": card.name, "jurisdiction": card.jurisdiction, "verdict": card.verdict, "because": card.because,
        "amount": shown(card.amount_fen), "unit": card.unit, "missing": card.missing, "to_confirm": list(card.confirm), "evidence": card.evidence,
        "conditions": [{"text": gate["label"], "verdict": gate["verdict"], "has": gate["text"]} for gate in card.gates], "edition": card.edition,
        "entitlement_id": card.standing.id if card.standing else None, "state": card.standing.state if card.standing else None,
    }  # fmt: skip
