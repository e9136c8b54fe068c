"""Shapes of the catalogue in JSON; amounts are yuan as text with two decimals."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from yijia.apps.catalogue import queries, words
from yijia.base.errors import Invalid
from yijia.core import money
from yijia.core.catalogue.area import clock
from yijia.core.pricing.facts import Breakdown
from yijia.core.refusal import Refusal

Id = Field(ge=1, le=2**63 - 1)


class SourceOut(Schema):
    """A document a value was read in."""

    title: str
    clause: str
    url: str
    evidence: str


class ItemOut(Schema):
    """One item of the provincial catalogue, each part with how well it is attested."""

    code: str
    name: str
    name_en: str
    needs: list[str]
    risk_level: str
    staff_role: str
    extra_training: str | None
    duration_min: int
    is_home_allowed: bool
    evidence: str
    weaker: dict[str, str] = Field(description="parts that stand on weaker evidence than the whole")
    edition: str
    sources: list[SourceOut]


class CriterionIn(Schema):
    """The answer to one written criterion."""

    met: bool
    why: str = Field("", max_length=200)


class PickIn(Schema):
    """Choose one item for one's institution."""

    organisation_id: int = Id
    item_code: str = Field(max_length=20)


class SubmitItemIn(Schema):
    """Every written criterion, by code."""

    criteria: dict[str, CriterionIn]


class ReviewItemIn(Schema):
    """Publish, or return with a note."""

    is_published: bool
    note: str = Field("", max_length=200)


class OfferedItemOut(Schema):
    """What an institution chose."""

    id: int
    organisation_id: int
    item_code: str
    state: str
    criteria: dict[str, CriterionIn]
    review_note: str
    version: int


class BandSchema(Schema):
    """A fee for distances above `km_gt` up to `km_le` kilometres (null: any further)."""

    km_gt: str = Field(max_length=8)
    km_le: str | None = Field(None, max_length=8)
    amount: str = Field(max_length=32)


class FilingIn(Schema):
    """A price or cancellation terms to file."""

    organisation_id: int = Id
    kind: str = Field(description="visit_fee, medical_price, consumable, cancellation")
    code: str = Field(
        "", max_length=20, description="item or consumable code; the visit fee and cancellation terms have their own"
    )
    name: str = Field("", max_length=60)
    name_en: str = Field("", max_length=80, description="of a consumable; required there")
    unit: str = Field("", max_length=20)
    amount: str | None = Field(None, max_length=40, examples=["130.00"])
    bands: list[BandSchema] = Field(default_factory=list, max_length=20)
    terms: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="moment → part → share that goes back, e.g. {departed: {visit_fee: '0'}}"
    )
    basis: str = Field(max_length=4000)
    document_no: str = Field("", max_length=60)
    effective_from: date
    effective_until: date | None = None


class ReviewFilingIn(Schema):
    """In order, or back with a note."""

    is_approved: bool
    note: str = Field("", max_length=200)


class FilingOut(Schema):
    """One filing."""

    id: int
    organisation_id: int
    number: str
    kind: str
    code: str
    name: str
    name_en: str
    unit: str
    amount: str | None
    bands: list[BandSchema]
    terms: dict[str, dict[str, str]]
    basis: str
    document_no: str
    effective_from: date
    effective_until: date | None
    state: str
    review_note: str
    supersedes_id: int | None
    published_at: datetime | None
    version: int


class AreaIn(Schema):
    """Where and when an institution visits."""

    radius_km: str = Field(max_length=8, examples=["10.0"])
    townships: list[str] = Field(default_factory=list, max_length=200)
    opens: str = Field("08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    closes: str = Field("18:00", pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")
    open_on: list[int] = Field(default_factory=lambda: [1, 2, 3, 4, 5, 6, 7], max_length=7, description="ISO weekdays")
    lead_time_min: int = Field(120, ge=0, le=20160)


class AreaOut(AreaIn):
    """An area as set."""

    organisation_id: int
    version: int


class LineOut(Schema):
    """One line of a quote with what it stands on."""

    kind: str
    code: str
    quantity: str
    unit: str
    unit_price: str
    filed_price: str | None
    amount: str
    payers: dict[str, str]
    filing_number: str | None
    policy_key: str
    edition: str
    evidence: str
    sources: list[str]


class QuoteOut(Schema):
    """What the items would cost, and who pays."""

    organisation_id: int
    on: date
    total: str
    payers: dict[str, str]
    lines: list[LineOut]


def item_out(item: queries.Item) -> dict[str, Any]:
    return {
        "code": item.code, "name": item.zh, "name_en": item.en, "needs": list(item.needs), "risk_level": item.risk_level, "staff_role": item.staff_role,
        "extra_training": item.extra_training, "duration_min": item.duration_min, "is_home_allowed": item.is_home_allowed, "evidence": item.evidence,
        "weaker": {field: level.value for field, level in item.value.weaker.items()}, "edition": item.value.edition,
        "sources": queries.sources_of(item.value),
    }  # fmt: skip


def offered_out(row: Any) -> dict[str, Any]:
    fields = ("id", "organisation_id", "item_code", "state", "criteria", "review_note", "version")
    return {field: getattr(row, field) for field in fields}


def filing_out(row: Any) -> dict[str, Any]:
    fields = (
        "id", "organisation_id", "number", "kind", "code", "name", "name_en", "unit", "terms", "basis", "document_no", "effective_from", "effective_until", "state",
        "review_note", "supersedes_id", "published_at", "version",
    )  # fmt: skip
    bands = [
        {
            "km_gt": str(b["km_gt"]),
            "km_le": None if b["km_le"] is None else str(b["km_le"]),
            "amount": money.show(b["amount_fen"]),
        }
        for b in row.bands
    ]
    return {field: getattr(row, field) for field in fields} | {"amount": _shown(row.amount_fen), "bands": bands}


def filing_in(payload: FilingIn) -> dict[str, Any]:
    """What the action takes. Raises Invalid: an amount that is not one."""
    data = payload.dict()
    amount = data.pop("amount")
    bands = [
        {"km_gt": b["km_gt"], "km_le": b["km_le"], "amount_fen": fen(b["amount"], f"bands.{n}.amount")}
        for n, b in enumerate(data.pop("bands"))
    ]
    return data | {"amount_fen": None if amount is None else fen(amount, "amount"), "bands": bands}


def fen(text: str, field: str) -> int:
    """Fen out of yuan as text. Raises Invalid, naming the field and the rule."""
    found = money.parse(text)
    if isinstance(found, Refusal):
        raise Invalid({field: [str(words.FAULTS[found.code.removeprefix("money.")])]})
    return found


def area_out(row: Any) -> dict[str, Any]:
    return {
        "organisation_id": row.organisation_id, "radius_km": str(row.radius_km), "townships": row.townships, "opens": clock(row.opens_min),
        "closes": clock(row.closes_min), "open_on": row.open_on, "lead_time_min": row.lead_time_min, "version": row.version,
    }  # fmt: skip


def area_in(payload: AreaIn) -> dict[str, Any]:
    """What the action takes. Raises Invalid: the radius is not a number."""
    if not re.fullmatch(r"\d{1,3}(\.\d)?", payload.radius_km, re.ASCII):
        raise Invalid({"radius_km": [str(words.FAULTS["number"])]})
    return {
        "radius_km": Decimal(payload.radius_km), "townships": payload.townships, "opens_min": _minutes(payload.opens),
        "closes_min": _minutes(payload.closes), "open_on": payload.open_on, "lead_time_min": payload.lead_time_min,
    }  # fmt: skip


def quote_out(organisation_id: int, on: date, bill: Breakdown) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id, "on": on, "total": money.show(bill.total_fen), "payers": _paid(bill.by_payer),
        "lines": [
            {
                "kind": line.kind.value, "code": line.code, "quantity": str(line.quantity), "unit": line.unit, "unit_price": money.show(line.unit_fen),
                "filed_price": _shown(line.filed_unit_fen), "amount": money.show(line.amount_fen), "payers": _paid(line.payers),
                "filing_number": line.filing_number, "policy_key": line.policy_key, "edition": line.edition, "evidence": line.evidence.value,
                "sources": list(line.sources),
            }
            for line in bill.lines
        ],
    }  # fmt: skip


def quantities(codes: Sequence[str]) -> dict[str, int]:
    """Code → quantity out of "NI-CL-06" or "NI-CL-06:2". Raises Invalid."""
    found: dict[str, int] = {}
    for text in codes:
        code, _, count = text.partition(":")
        if (
            not code
            or len(code) > 20
            or (count and not (count.isascii() and count.isdigit() and 0 < int(count[:4]) <= 99 and len(count) < 3))
        ):
            raise Invalid({"items": [str(words.FAULTS["quantity"])]})
        found[code] = int(count or 1)
    return found


def _paid(payers: Mapping[Any, int]) -> dict[str, str]:
    return {payer.value: money.show(amount) for payer, amount in payers.items()}


def _shown(amount: int | None) -> str | None:
    return None if amount is None else money.show(amount)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
