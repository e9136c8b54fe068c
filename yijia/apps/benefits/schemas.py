"""Shapes of benefits in JSON; amounts are strings with two decimals."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import StrictInt

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


class AskIn(Schema):
    """What to try, on whom: numbers by their key, or a draft of the editions, or both."""

    population: str = Field(max_length=80)
    region: str = Field(max_length=9)
    month: str = Field(max_length=7, pattern=r"^\d{4}-\d{2}$", examples=["2026-06"])
    changes: dict[str, StrictInt | str] = Field({}, max_length=20, examples=[{"OLD_AGE.min_age": 75}])
    against: str = Field("", max_length=80, description="a draft laid over the editions in force")


class PeopleIn(AskIn):
    """Whose names are asked for behind a number."""

    outcome: Literal["gain", "lose"]
    cut: Literal["", "district", "sex", "age_band", "grade"] = ""
    value: str = Field("", max_length=40)
    first: int = Field(1, ge=1, le=100_000_000, description="which of them the page of fifty begins with")


class ProposeIn(AskIn):
    """A dry-run to keep."""

    title: str = Field(max_length=80)
    note: str = Field("", max_length=500)


class ChangedOut(Schema):
    """One number that differs; amounts are in fen here, as the edition has them."""

    key: str
    jurisdiction: str
    before: Any
    after: Any


class SumsOut(Schema):
    """Who gains, who loses, and a year's cost; `granted` is the part that may be paid now."""

    people: int
    gain: int
    lose: int
    before_year: str
    after_year: str
    difference_year: str
    before_granted_year: str
    after_granted_year: str
    difference_granted_year: str
    before_unpriced: int
    after_unpriced: int


class CutOut(SumsOut):
    """The same for one value of a cut; null: not known."""

    value: str | int | None


class DryRunOut(SumsOut):
    """What a change would do to everybody."""

    region: str
    month: str
    schemes: list[str]
    changes: list[ChangedOut]
    by_district: list[CutOut]
    by_sex: list[CutOut]
    by_age_band: list[CutOut]
    by_grade: list[CutOut]


class BehindOut(Schema):
    """One person behind a number; the number of the person is masked."""

    person_id: str
    district: str | None
    sex: str | None
    age_band: str | None
    grade: int | None
    before_year: str
    after_year: str


class PopulationsOut(Schema):
    """What can be tried on, and compared with."""

    populations: list[str]
    drafts: list[str]


class SnapshotOut(Schema):
    """A population made of the register."""

    name: str
    people: int


class ProposalOut(Schema):
    """A dry-run somebody keeps."""

    id: int
    title: str
    note: str
    region: str
    changes: dict[str, Any]
    population: str
    month: str
    gain: int
    lose: int
    difference_year: str
    proposed_at: datetime
    withdrawn_at: datetime | None


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


_SUMS = (
    "before_year", "after_year", "difference_year", "before_granted_year", "after_granted_year", "difference_granted_year",
)  # fmt: skip
_COUNTS = ("people", "gain", "lose", "before_unpriced", "after_unpriced")


def sums_out(row: Any) -> dict[str, Any]:
    """Counts and sums of a dry-run, the money as strings."""
    return {name: row[name] for name in _COUNTS} | {name: money.show(row[f"{name}_fen"]) for name in _SUMS}


def dry_run_out(found: Any) -> dict[str, Any]:
    """The answer of a dry-run in its shape."""
    cuts = {
        f"by_{cut}": [sums_out(row) | {"value": row[cut]} for row in found[f"by_{cut}"]]
        for cut in ("district", "sex", "age_band", "grade")
    }
    return sums_out(found) | {name: found[name] for name in ("region", "month", "schemes", "changes")} | cuts


def behind_out(row: Any) -> dict[str, Any]:
    """A masked person in their shape."""
    same = ("person_id", "district", "sex", "grade")
    return {name: row[name] for name in same} | {
        "age_band": None if row["age_band"] is None else str(row["age_band"]),
        "before_year": money.show(row["before_year_fen"]), "after_year": money.show(row["after_year_fen"]),
    }  # fmt: skip


def proposal_out(row: Any) -> dict[str, Any]:
    """A proposal in its shape."""
    same = ("title", "note", "region", "changes", "population", "proposed_at", "withdrawn_at")
    result = row.result
    return {name: getattr(row, name) for name in same} | {
        "id": row.pk, "month": f"{row.on:%Y-%m}", "gain": result["gain"], "lose": result["lose"],
        "difference_year": money.show(result["difference_year_fen"]),
    }  # fmt: skip
