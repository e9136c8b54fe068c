"""Pricing: the document's examples, every refusal, payers, the booked quote."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.policy_tree import published
from yijia.base.editions import parse
from yijia.core import money
from yijia.core.calendar import Days
from yijia.core.catalogue.lifecycle import FilingState
from yijia.core.policy import Editions, Evidence, Value, freeze
from yijia.core.pricing import filings as filing_rules
from yijia.core.pricing import quote as pricing
from yijia.core.pricing.facts import Band, Breakdown, Filing, Kind, Payer, Reason, Use, Visit
from yijia.core.refusal import Refusal

FILES = (
    "CN/demand.yaml", "CN/fees.yaml", "CN/insurance.yaml", "CN/items/nursing_clinical.yaml", "CN-440000/fees.yaml",
    "CN-440000/composition.yaml", "CN-440000/items/visit_fee.yaml", "CN-350000/fees.yaml", "CN-350000/insurance.yaml",
    "CN-500000/fees.yaml", "CN-500000/insurance.yaml", "CN-500000/items/home_bed.yaml",
)  # fmt: skip
DAY = date(2025, 6, 10)
DOCUMENT = Path(__file__).parents[2] / "docs" / "rules" / "pricing.md"


def editions() -> Editions:
    return published(*FILES)


def examples() -> list[dict[str, Any]]:
    return [parse(block) for block in re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)]


def use(row: dict[str, str]) -> Use:
    return Use(row["code"], Decimal(row.get("quantity", "1")))


def visit_of(row: dict[str, Any]) -> Visit:
    rest = {name: row[name] for name in ("jurisdiction", "on", "service") if name in row}
    return Visit(
        items=tuple(map(use, row["items"])),
        consumables=tuple(map(use, row.get("consumables", ()))),
        distance_km=Decimal(row["distance_km"]) if "distance_km" in row else None,
        paid_by=frozenset(row.get("paid_by", ())),
        **rest,
    )


def filing_of(row: dict[str, Any]) -> Filing:
    bands = filing_rules.read_bands(row.get("bands", ()))
    assert isinstance(bands, tuple)
    return Filing(
        kind=Kind(row["kind"]),
        code=row["code"],
        unit="次",
        state=FilingState(row.get("state", "published")),
        period=Days(row.get("from", date(2024, 9, 1)), row.get("until")),
        amount_fen=row.get("amount_fen"),
        bands=bands,
        number=row["number"],
    )


def reason_codes(breakdown: Breakdown) -> list[str]:
    everything: Iterable[Reason] = (
        *breakdown.reasons,
        *(reason for line in breakdown.lines for reason in line.reasons),
    )
    return list(dict.fromkeys(reason.code for reason in everything))


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["example"])
def test_the_worked_examples(example: dict[str, Any]) -> None:
    """PRICE-04 PRICE-05 PRICE-06 PRICE-07 PRICE-10"""
    outcome = pricing.quote(visit_of(example["visit"]), editions(), [filing_of(row) for row in example["filings"]])
    expected = example["expect"]
    if isinstance(expected, str):
        assert isinstance(outcome, Refusal), outcome
        assert outcome.code == expected
        return
    assert isinstance(outcome, Breakdown), outcome
    assert money.show(outcome.total_fen) == expected["total"]
    if "lines" in expected:
        assert {line.code: money.show(line.amount_fen) for line in outcome.lines} == expected["lines"]
    if "patient" in expected:
        assert money.show(outcome.by_payer[Payer.PATIENT]) == expected["patient"]
    if "reasons" in expected:
        assert reason_codes(outcome) == expected["reasons"]


def test_the_document_has_its_examples() -> None:
    assert len(examples()) >= 10


FEE = Filing(
    kind=Kind.VISIT_FEE,
    code="131000001N",
    unit="次",
    state=FilingState.PUBLISHED,
    period=Days(date(2024, 9, 1), date(2026, 9, 1)),
    amount_fen=13000,
    number="F-1",
    id=7,
)
CARE = replace(FEE, kind=Kind.MEDICAL_PRICE, code="NI-CL-01", amount_fen=800, number="F-2", id=8)
PACK = replace(FEE, kind=Kind.CONSUMABLE, code="PACK", amount_fen=333, number="F-3", id=9)
VISIT = Visit(jurisdiction="CN-441900", on=DAY, items=(Use("NI-CL-01"),))


def priced(
    visit: Visit = VISIT, filings: Iterable[Filing] = (FEE, CARE, PACK), booked: Breakdown | None = None
) -> Breakdown:
    outcome = pricing.quote(visit, editions(), tuple(filings), booked=booked)
    assert isinstance(outcome, Breakdown), outcome
    return outcome


def refused(visit: Visit = VISIT, filings: Iterable[Filing] = (FEE, CARE), source: Editions | None = None) -> Refusal:
    outcome = pricing.quote(visit, source or editions(), tuple(filings))
    assert isinstance(outcome, Refusal), outcome
    return outcome


def test_a_line_keeps_everything_it_stands_on() -> None:
    """PRICE-04"""
    fee, care = priced().lines
    assert (fee.policy_key, fee.jurisdiction, fee.edition) == ("fee:visit_fee", "CN-440000", "fees/2024-09")
    assert (fee.sources, fee.evidence, fee.clause) == (("REPLY-DG-2025",), Evidence.OFFICIAL, "东卫函复〔2025〕135号")
    assert (fee.filing_number, fee.filing_id, fee.filed_unit_fen, fee.unit_fen) == ("F-1", 7, 13000, 13000)
    assert (fee.exact_fen, fee.amount_fen, fee.quantity) == (Fraction(13000), 13000, Decimal(1))
    assert (care.policy_key, care.jurisdiction, care.evidence) == ("fee:medical_price", "CN", Evidence.PRESS)
    assert priced().editions == ("fees/2024-09", "fees/2024-05")


STATES = [
    (FilingState.DRAFT, "price.not_published"), (FilingState.SUBMITTED, "price.not_published"),
    (FilingState.REVIEWED, "price.not_published"), (FilingState.RETURNED, "price.not_published"),
    (FilingState.PUBLISHED, None), (FilingState.SUPERSEDED, None), (FilingState.EXPIRED, None),
]  # fmt: skip


@pytest.mark.parametrize(("state", "code"), STATES)
def test_only_a_published_filing_counts(state: FilingState, code: str | None) -> None:
    """PRICE-05"""
    found = filing_rules.in_force([replace(FEE, state=state)], Kind.VISIT_FEE, FEE.code, DAY)
    assert (found.code if isinstance(found, Refusal) else None) == code


PERIODS = [
    (Days(DAY, None), None), (Days(None, date(2025, 6, 11)), None), (Days(None, DAY), "price.out_of_date"),
    (Days(date(2025, 6, 11), None), "price.out_of_date"),
]  # fmt: skip


@pytest.mark.parametrize(("period", "code"), PERIODS)
def test_a_filing_holds_in_its_period(period: Days, code: str | None) -> None:
    """PRICE-05"""
    found = filing_rules.in_force([replace(FEE, period=period)], Kind.VISIT_FEE, FEE.code, DAY)
    assert (found.code if isinstance(found, Refusal) else None) == code


def test_other_filing_refusals() -> None:
    """PRICE-05"""
    assert refused(filings=(CARE,)).code == "price.unfiled"
    assert refused(filings=(replace(FEE, code="999"), CARE)).code == "price.unfiled"
    assert refused(filings=(FEE, replace(FEE, number="F-9"), CARE)).code == "price.ambiguous"
    assert refused(filings=(FEE,)).facts["code"] == "NI-CL-01"
    assert refused(filings=(replace(FEE, amount_fen=None), CARE)).code == "price.no_amount"
    endless = replace(FEE, state=FilingState.SUPERSEDED, period=Days(date(2024, 9, 1), None))
    assert refused(filings=(endless, CARE)).code == "price.out_of_date"


BANDS = (Band(Decimal(0), Decimal(3), 13000), Band(Decimal(3), Decimal(5), 20000))
DISTANCES = [
    ("0", 13000), ("0.1", 13000), ("3", 13000), ("3.01", 20000), ("5", 20000), ("5.01", "price.distance_not_covered"),
    (None, "price.distance_unknown"), ("-1", "price.distance_not_covered"),
]  # fmt: skip


@pytest.mark.parametrize(("km", "price"), DISTANCES)
def test_distance_bands(km: str | None, price: int | str) -> None:
    """PRICE-07"""
    filing = replace(FEE, amount_fen=None, bands=BANDS)
    found = filing_rules.unit_price(filing, None if km is None else Decimal(km))
    assert (found.code if isinstance(found, Refusal) else found) == price


def test_an_open_last_band() -> None:
    """PRICE-07"""
    bands = filing_rules.read_bands(
        [{"km_gt": 0, "km_le": "2.5", "amount_fen": 1}, {"km_gt": "2.5", "km_le": None, "amount_fen": 2}]
    )
    assert isinstance(bands, tuple)
    assert filing_rules.unit_price(replace(FEE, bands=bands), Decimal(999)) == 2


BAD_BANDS = [
    [{"km_gt": 1, "km_le": 3, "amount_fen": 1}],
    [{"km_gt": 0, "km_le": 0, "amount_fen": 1}],
    [{"km_gt": 0, "km_le": 3, "amount_fen": -1}],
    [{"km_gt": 0, "km_le": 3, "amount_fen": 1.5}],
    [{"km_gt": 0, "km_le": 3, "amount_fen": True}],
    [{"km_gt": 0, "km_le": "３", "amount_fen": 1}],
    [{"km_gt": 0, "km_le": "1e3", "amount_fen": 1}],
    [{"km_gt": 0, "km_le": None, "amount_fen": 1}, {"km_gt": 3, "km_le": 5, "amount_fen": 1}],
    [{"km_gt": 0, "km_le": 3, "amount_fen": 1}, {"km_gt": 4, "km_le": 5, "amount_fen": 1}],
    [{"km_gt": 0, "km_le": 3, "amount_fen": 1}, {"km_gt": 2, "km_le": 5, "amount_fen": 1}],
    [{"km_le": 3, "amount_fen": 1}],
]


@pytest.mark.parametrize("rows", BAD_BANDS)
def test_bad_bands_are_refused(rows: list[dict[str, Any]]) -> None:
    """PRICE-07"""
    outcome = filing_rules.read_bands(rows)
    assert isinstance(outcome, Refusal)
    assert outcome.code == "price.bad_bands"


def with_value(key: str, jurisdiction: str, value: Any, evidence: Evidence = Evidence.OFFICIAL) -> Editions:
    """The published editions with one value of a city replaced or added."""
    original = editions()
    added = Value(
        key=key,
        value=freeze(value),
        jurisdiction=jurisdiction,
        from_on=None,
        until_on=None,
        insured_class=None,
        evidence=evidence,
        sources=("X",),
        clause=None,
        note=None,
        owner={},
        edition="test/2025",
    )
    return Editions([*original.all_values, added], original.sources)


def fee_of(**change: Any) -> dict[str, Any]:
    return {"zh": "费", "en": "fee", "item": "131000001N", "mode": "self_set", **change}


MODES = [
    ({"mode": "ceiling", "ceiling_fen": 13000}, 13000),
    ({"mode": "ceiling", "ceiling_fen": 12999}, "price.above_ceiling"),
    ({"mode": "ceiling"}, "policy.missing"),
    ({"mode": "fixed", "amount_fen": 13000}, 13000),
    ({"mode": "fixed", "amount_fen": 12000}, "price.filed_differs"),
    ({"mode": "fixed", "amount_fen": None}, "price.unknown_mode"),
    ({"mode": "auction"}, "price.unknown_mode"),
    ({"per": "staff"}, 26000),
]


@pytest.mark.parametrize(("change", "expected"), MODES)
def test_modes_of_price(change: dict[str, Any], expected: int | str) -> None:
    """PRICE-06 PRICE-08"""
    source = with_value("fee:visit_fee", "CN-441900", fee_of(**change))
    outcome = pricing.quote(replace(VISIT, staff_count=2), source, (FEE, CARE))
    if isinstance(expected, str):
        assert isinstance(outcome, Refusal)
        assert outcome.code == expected
    else:
        assert isinstance(outcome, Breakdown)
        assert outcome.lines[0].amount_fen == expected


def test_policy_refusals_pass_through() -> None:
    """PRICE-04"""
    weak = with_value("fee:visit_fee", "CN-441900", fee_of(), Evidence.RECALLED)
    assert refused(source=weak).code == "policy.weak"
    missing = with_value("fee:visit_fee", "CN-441900", None, Evidence.MISSING)
    assert refused(source=missing).code == "policy.missing"
    assert refused(replace(VISIT, items=(Use("NOPE"),))).code == "policy.unknown"
    assert refused(replace(VISIT, on=date(2024, 8, 31))).code in ("policy.unknown", "policy.weak")
    assert refused(replace(VISIT, service="teleport")).code == "price.no_composition"
    assert refused(replace(VISIT, service="online", items=())).code == "price.nothing_to_price"


INSURANCE: list[tuple[Any, Evidence, dict[Payer, int], str]] = [
    ({"is_covered": True, "payers": [{"payer": "insurance", "share": Decimal("0.7")}]}, Evidence.OFFICIAL,
     {Payer.INSURANCE: 9100, Payer.PATIENT: 3900}, "price.shared"),
    ({"is_covered": True, "payers": [{"payer": "insurance", "share": Decimal("0.333")}, {"payer": "subsidy", "share": Decimal("0.1")}]},
     Evidence.PRESS, {Payer.INSURANCE: 4329, Payer.SUBSIDY: 1300, Payer.PATIENT: 7371}, "price.shared"),
    ({"is_covered": True}, Evidence.OFFICIAL, {Payer.PATIENT: 13000}, "price.insurance_share_unknown"),
    ({"is_covered": False}, Evidence.OFFICIAL, {Payer.PATIENT: 13000}, "price.not_insured"),
    ({"is_covered": True, "payers": [{"payer": "insurance", "share": 1}]}, Evidence.SECONDARY, {Payer.PATIENT: 13000},
     "price.insurance_unknown"),
    (None, Evidence.MISSING, {Payer.PATIENT: 13000}, "price.insurance_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "evidence", "payers", "reason"), INSURANCE)
def test_payers(value: Any, evidence: Evidence, payers: dict[Payer, int], reason: str) -> None:
    """PRICE-10"""
    source = with_value("insurance:visit_fee", "CN-441900", value, evidence)
    outcome = pricing.quote(VISIT, source, (FEE, CARE))
    assert isinstance(outcome, Breakdown)
    line = outcome.lines[0]
    assert {payer: fen for payer, fen in line.payers.items() if fen} == payers
    assert line.reasons[-1].code == reason


def test_payers_share_at_most_the_whole() -> None:
    """PRICE-10"""
    for payers in ([{"payer": "insurance", "share": 2}], [{"payer": "patient", "share": Decimal("0.1")}]):
        source = with_value("insurance:visit_fee", "CN-441900", {"is_covered": True, "payers": payers})
        with pytest.raises(ValueError):
            pricing.quote(VISIT, source, (FEE, CARE))


def test_a_double_charge_on_weak_ground_is_not_decided() -> None:
    """PRICE-10"""
    source = with_value("fee:no_double_charge", "CN-441900", {"paid_by": ["ltci"]}, Evidence.RECALLED)
    outcome = pricing.quote(replace(VISIT, paid_by=frozenset({"ltci"})), source, (FEE, CARE))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "policy.weak"
    assert priced(replace(VISIT, paid_by=frozenset({"ltci"}))).total_fen == 13800  # Guangdong has no such rule


def test_the_booked_price_is_kept_and_never_exceeded() -> None:
    """PRICE-09"""
    booked = priced()
    dearer, cheaper = replace(FEE, amount_fen=15000), replace(FEE, amount_fen=9000)
    kept = priced(filings=(dearer, CARE), booked=booked).lines[0]
    assert (kept.unit_fen, kept.filed_unit_fen, kept.amount_fen) == (13000, 15000, 13000)
    assert [reason.code for reason in kept.reasons][:2] == ["price.filed", "price.booked_kept"]
    lower = priced(filings=(cheaper, CARE), booked=booked).lines[0]
    assert (lower.unit_fen, lower.filed_unit_fen) == (9000, 9000)
    extra = replace(VISIT, consumables=(Use("PACK", Decimal(3)),))
    assert priced(extra, booked=booked).lines[-1].amount_fen == 999


CHARGED = [
    ({(Kind.VISIT_FEE, "131000001N"): 13000}, None), ({(Kind.VISIT_FEE, "131000001N"): 12000}, None), ({}, None),
    ({(Kind.VISIT_FEE, "131000001N"): 13001}, "price.filed_differs"),
    ({(Kind.MEDICAL_PRICE, "NI-CL-06"): 1}, "price.filed_differs"),
    ({(Kind.VISIT_FEE, "131000001N"): -1}, "price.filed_differs"),
]  # fmt: skip


@pytest.mark.parametrize(("charged", "code"), CHARGED)
def test_what_is_charged_is_what_was_filed(charged: dict[tuple[Kind, str], int], code: str | None) -> None:
    """PRICE-08"""
    refusal = pricing.verify_charged(charged, priced())
    assert (None if refusal is None else refusal.code) == code


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity"])
def test_a_quantity_is_above_zero(quantity: str) -> None:
    with pytest.raises(ValueError):
        Use("x", Decimal(quantity))


@cache
def insured() -> Editions:
    payers = [{"payer": "insurance", "share": Decimal("0.333")}, {"payer": "subsidy", "share": Decimal("0.25")}]
    return with_value("insurance:consumables", "CN-441900", {"is_covered": True, "payers": payers})


@given(
    st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**6),
    st.decimals(Decimal("0.01"), Decimal(500), places=2, allow_nan=False, allow_infinity=False),
)  # fmt: skip
def test_the_sums_agree(fee: int, care: int, pack: int, quantity: Decimal) -> None:
    """PRICE-13"""
    visit = replace(VISIT, consumables=(Use("PACK", quantity),))
    filings = (replace(FEE, amount_fen=fee), replace(CARE, amount_fen=care), replace(PACK, amount_fen=pack))
    outcome = pricing.quote(visit, insured(), filings)
    assert isinstance(outcome, Breakdown)
    assert outcome.total_fen == sum(outcome.by_payer.values()) == sum(line.amount_fen for line in outcome.lines)
    for line in outcome.lines:
        assert sum(line.payers.values()) == line.amount_fen
        assert abs(line.exact_fen - line.amount_fen) <= Fraction(1, 2)
        assert all(fen >= 0 for fen in line.payers.values())
