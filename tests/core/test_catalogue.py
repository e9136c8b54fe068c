"""Choice of items, filings, service area: tables of facts and decisions. Clauses are in docs/rules/catalogue.md."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from yijia.core.catalogue import area, choice, filing
from yijia.core.catalogue.area import Area
from yijia.core.catalogue.choice import Answer
from yijia.core.catalogue.filing import Kind
from yijia.core.policy import Evidence, Value, freeze
from yijia.core.refusal import Refusal

DAY = date(2025, 6, 16)


def value(key: str, content: dict[str, Any], evidence: Evidence = Evidence.OFFICIAL) -> Value:
    return Value(
        key=key, value=freeze(content), jurisdiction="CN-441900", from_on=None, until_on=None, insured_class=None, evidence=evidence,
        sources=("N01",), clause="HMS-R17", note=None, owner={}, edition="x/2025",
    )  # fmt: skip


UNKNOWN = Refusal("policy.unknown", {"key": "item:X", "jurisdiction": "CN-441900", "on": DAY})
RULE = value("gate:item_in_catalogue", {"zh": "目录内", "en": "in the catalogue"})
ITEM = {"zh": "换药", "en": "Dressing", "home_allowed": True}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (UNKNOWN, "catalogue.unknown_item"),  # CATALOGUE-01
        (value("item:131000001N", {"zh": "上门服务费", "en": "Visit fee"}), "catalogue.not_visited"),  # CATALOGUE-01
        (value("item:X", ITEM | {"home_allowed": False}), "catalogue.forbidden_at_home"),  # CATALOGUE-02
        (
            value("item:X", ITEM | {"home_allowed": None}),
            "catalogue.forbidden_at_home",
        ),  # CATALOGUE-02: not known is no
        (value("item:X", ITEM), None),
    ],
)
def test_what_may_be_offered(item: Value | Refusal, code: str | None) -> None:
    refusal = choice.may_offer("X", item, RULE)
    assert (refusal.code if refusal else None) == code


def test_the_refusal_names_rule_clause_and_source() -> None:
    """CATALOGUE-02"""
    refusal = choice.may_offer("X", value("item:X", ITEM | {"home_allowed": False}), RULE)
    assert refusal is not None
    assert (refusal.facts["rule"], refusal.facts["clause"], refusal.facts["sources"]) == (
        "gate:item_in_catalogue",
        "HMS-R17",
        "N01",
    )
    unknown = choice.may_offer(
        "X",
        value("item:X", ITEM | {"home_allowed": False}),
        Refusal("policy.unknown", {"key": "gate:item_in_catalogue"}),
    )
    assert unknown is not None
    assert unknown.facts["evidence"] == "missing"


@pytest.mark.parametrize(
    ("answers", "left"),
    [  # CATALOGUE-03
        ({}, ("a", "b")),
        ({"a": Answer(True, "x"), "b": Answer(False, "x")}, ("b",)),
        ({"a": Answer(True, " "), "b": Answer(True, "x")}, ("a",)),
        ({"a": Answer(True, "x"), "b": Answer(True, "y")}, ()),
    ],
)
def test_unmet_criteria(answers: dict[str, Answer], left: tuple[str, ...]) -> None:
    assert choice.unmet(("a", "b"), answers) == left


HOUSE = Area(113.75, 23.04, Decimal(5), frozenset({"莞城"}), 480, 1080, frozenset({1, 2, 3}), 120)


@pytest.mark.parametrize(
    ("where", "township", "lon", "code"),
    [
        (None, "莞城", 113.75, "catalogue.no_area"),  # CATALOGUE-04
        (HOUSE, "南城", 113.75, "catalogue.other_township"),  # CATALOGUE-05
        (HOUSE, "莞城", 113.85, "catalogue.too_far"),  # CATALOGUE-05
        (HOUSE, "莞城", 113.75, None),
    ],
)
def test_who_is_served(where: Area | None, township: str, lon: float, code: str | None) -> None:
    refusal = area.serves(where, township=township, lon=lon, lat=23.04)
    assert (refusal.code if refusal else None) == code


def at(hour: int, minute: int = 0, day: int = 16) -> datetime:
    """A Shanghai wall-clock time in June 2025; the 16th is a Monday."""
    return datetime(2025, 6, day, hour, minute, tzinfo=UTC).replace(hour=(hour - 8) % 24)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [  # CATALOGUE-06
        (at(10), at(11), None),
        (at(8), at(18), None),
        (at(17), at(18, 1), "catalogue.closed_hours"),
        (at(10, day=19), at(11, day=19), "catalogue.closed_day"),
        (at(9, 59), at(11), "catalogue.too_soon"),
    ],
)
def test_opening_hours(start: datetime, end: datetime, code: str | None) -> None:
    asked = at(8) if code == "catalogue.too_soon" else datetime(2025, 6, 15, tzinfo=UTC)
    refusal = area.open_at(HOUSE, start=start, end=end, asked_at=asked)
    assert (refusal.code if refusal else None) == code


def test_distance() -> None:
    assert area.distance_km(113.75, 23.04, 113.75, 23.04) == 0
    assert Decimal("102.0") < area.distance_km(113.0, 23.0, 114.0, 23.0) < Decimal("102.5")


def test_faults_of_an_area() -> None:
    good = {
        "townships": ("莞城",),
        "known": ("莞城",),
        "radius_km": Decimal(5),
        "opens_min": 480,
        "closes_min": 1080,
        "open_on": (1,),
        "lead_time_min": 0,
    }
    assert area.faults(**good) == {}
    for wrong, field in (
        ({"townships": ("火星",)}, "townships"), ({"radius_km": Decimal(0)}, "radius_km"), ({"closes_min": 480}, "closes"), ({"open_on": ()}, "open_on"),
        ({"open_on": (8,)}, "open_on"), ({"lead_time_min": -1}, "lead_time_min"),
    ):  # fmt: skip
        assert list(area.faults(**(good | wrong))) == [field]
    assert area.clock(1440) == "24:00"


def band(low: object, high: object, fen: object = 100) -> dict[str, object]:
    return {"km_gt": low, "km_le": high, "amount_fen": fen}


@pytest.mark.parametrize(
    ("kind", "amount", "bands", "fault"),
    [  # CATALOGUE-07
        (Kind.VISIT_FEE, 100, [], {}),
        (Kind.VISIT_FEE, 0, [], {}),
        (Kind.VISIT_FEE, None, [], {"amount": "required"}),
        (Kind.VISIT_FEE, -1, [], {"amount": "negative"}),
        (Kind.VISIT_FEE, 1.5, [], {"amount": "not_whole_fen"}),
        (Kind.VISIT_FEE, 10**14, [], {"amount": "too_large"}),
        (Kind.VISIT_FEE, None, [band("0", "3"), band("3", None)], {}),
        (Kind.VISIT_FEE, 1, [band("0", None)], {"amount": "amount_or_bands"}),
        (Kind.VISIT_FEE, None, [band("0", "3"), band("4", None)], {"bands": "bands_gap"}),
        (Kind.VISIT_FEE, None, [band("0", None), band("3", None)], {"bands": "bands_gap"}),
        (Kind.VISIT_FEE, None, [band("1", None)], {"bands": "bands_gap"}),
        (Kind.VISIT_FEE, None, [band("0", "300"), band("300", None)], {"bands": "bands_far"}),
        (Kind.VISIT_FEE, None, [band("0", None, None)], {"bands": "bands_shape"}),
        (Kind.VISIT_FEE, None, [{"km": 3}], {"bands": "bands_shape"}),
        (Kind.VISIT_FEE, None, [band("0", "1")] * 9, {"bands": "bands_too_many"}),
        (Kind.MEDICAL_PRICE, None, [band("0", None)], {"bands": "bands_only_visit_fee"}),
        (Kind.CANCELLATION, 100, [], {"amount": "no_amount"}),
        (Kind.CANCELLATION, None, [], {}),
    ],
)
def test_faults_of_a_filing(kind: Kind, amount: object, bands: list[Any], fault: dict[str, str]) -> None:
    assert filing.faults(kind, amount_fen=amount, bands=bands, effective_from=DAY, effective_until=None) == fault


def test_a_period_is_not_empty() -> None:
    """CATALOGUE-07"""
    found = filing.faults(Kind.VISIT_FEE, amount_fen=1, bands=(), effective_from=DAY, effective_until=DAY)
    assert found == {"effective_until": "period_empty"}


FEE = value("fee:visit_fee", {"zh": "费", "en": "fee", "setter": "institution", "mode": "self_set", "amount_fen": None})


@pytest.mark.parametrize(
    ("fee", "item", "named", "is_outside"),
    [  # CATALOGUE-08
        (FEE, None, (100,), False),
        (value("fee:visit_fee", {"zh": "费", "en": "fee", "ceiling_fen": 99}), None, (100,), True),
        (value("fee:visit_fee", {"zh": "费", "en": "fee", "min_fen": 101}), None, (100,), True),
        (UNKNOWN, None, (100,), False),
    ],
)
def test_the_frame_of_a_visit_fee(
    fee: Value | Refusal, item: Value | None, named: tuple[int, ...], is_outside: bool
) -> None:
    assert (filing.within_frame(Kind.VISIT_FEE, named, fee, item) is not None) is is_outside


def test_a_fixed_price_is_filed_as_fixed() -> None:
    """CATALOGUE-08"""
    item = value("item:HB-ROUND", ITEM | {"price": {"mode": "fixed", "amount_fen": 500}})
    assert filing.within_frame(Kind.MEDICAL_PRICE, (500,), FEE, item) is None
    refusal = filing.within_frame(Kind.MEDICAL_PRICE, (600,), FEE, item)
    assert refusal == Refusal(
        "filings.outside_frame", {"key": "item:HB-ROUND", "amount_fen": 600, "min_fen": 500, "max_fen": 500}
    )
    assert filing.amounts(5, []) == (5,)
    assert filing.amounts(None, [band("0", None, 7)]) == (7,)
    assert filing.amounts(None, []) == ()


LEAST = {
    moment: {"visit_fee": 1, "medical_price": 1, "consumable": 1}
    for moment in ("before_departure", "departed", "no_show", "in_service")
}
LEAST["departed"]["visit_fee"] = 0
FRAME = value("cancel:frame", {"zh": "框", "en": "frame", "least_refund": LEAST})


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [  # CATALOGUE-08
        ({}, "terms_required"),
        ({"departed": {}}, "terms_required"),
        ({"departed": "0"}, "terms_required"),
        ({"later": {"visit_fee": "0"}}, "terms_share"),
        ({"departed": {"visit_fee": "1.5"}}, "terms_share"),
        ({"departed": {"visit_fee": "0.3"}}, None),
    ],
)
def test_terms(terms: dict[str, Any], wanted: str | None) -> None:
    assert filing.term_fault(terms, FRAME) == wanted


def test_terms_outside_the_frame() -> None:
    """CATALOGUE-08"""
    outside = filing.term_fault({"no_show": {"visit_fee": "0"}}, FRAME)
    assert isinstance(outside, Refusal)
    assert outside.code == "filings.outside_frame"
    frameless = filing.term_fault({"no_show": {"visit_fee": "0"}}, UNKNOWN)
    assert isinstance(frameless, Refusal)
    assert frameless.facts["cause"] == "policy.unknown"


@pytest.mark.parametrize(
    ("fee", "days", "starts", "code"),
    [  # CATALOGUE-09, CATALOGUE-10
        (FEE, None, DAY, None),
        (None, None, DAY, None),
        (FEE, None, date(2025, 6, 15), "filings.backdated"),
        (FEE, 7, date(2025, 6, 22), "filings.too_early"),
        (FEE, 7, date(2025, 6, 23), None),
        (UNKNOWN, None, DAY, "filings.no_basis"),
        (
            value("fee:visit_fee", {"zh": "费", "en": "fee", "setter": "prefecture"}),
            None,
            DAY,
            "filings.not_set_by_institution",
        ),
    ],
)
def test_publication(fee: Value | Refusal | None, days: int | None, starts: date, code: str | None) -> None:
    publication = value("fee:publication", {"zh": "公示", "en": "publication", "days_before": days})
    refusal = filing.may_publish(Kind.VISIT_FEE, fee=fee, publication=publication, effective_from=starts, on=DAY)
    assert (refusal.code if refusal else None) == code


def test_who_sets_a_medical_price() -> None:
    """CATALOGUE-09; CATALOGUE-11 is the database's, see tests/apps/catalogue/test_filing.py"""
    own = value("fee:medical_price", {"zh": "价", "en": "price", "basis": "institution_current_price"})
    assert filing.set_by_institution(Kind.MEDICAL_PRICE, own) is None
    assert filing.set_by_institution(Kind.CONSUMABLE, FEE) is not None
