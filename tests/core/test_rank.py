"""Ranking: every reason against, the tiers, the independence of order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijia.core.calendar import Span
from yijia.core.dispatch.rank import Busy, Candidate, Params, Visit, rank, travel_s
from yijia.core.geo import Point, distance_m
from yijia.core.people.identity import Sex

NINE = datetime(2025, 6, 10, 1, 0, tzinfo=UTC)


def at(hour: float, until: float) -> Span:
    """Hours counted from nine in the morning."""
    return Span(NINE + timedelta(hours=hour), NINE + timedelta(hours=until))


def north(metres: float) -> Point:
    return Point(23.0 + metres / 111_195, 113.75)


HOME = north(0)
VISIT = Visit(span=at(1, 2), place=HOME)
PARAMS = Params(speed_kmh=18, buffer_s=600, most_distance_m=15_000, distance_band_m=2_000, load_band_min=60)
FREE = Candidate(staff_id=1, hours=(at(-1, 8),), base=north(1000))


def test_a_free_nurse_is_ranked_with_reasons() -> None:
    """DISPATCH-03"""
    ranking = rank([FREE], VISIT, PARAMS)
    (first,) = ranking.ranked
    assert (first.place, first.staff_id, ranking.excluded) == (1, 1, ())
    assert [reason.code for reason in first.reasons] == ["dispatch.distance", "dispatch.load"]
    assert first.reasons[0].facts == {"distance_m": 1000}
    assert ranking.why_not(1) == ranking.why_not(99) == ()


AGAINST: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"gate_reds": ("gate:nurse_registration",)}, {}, "dispatch.gate_red"),
    ({"has_declined": True}, {}, "dispatch.has_declined"),
    ({"resident_refuses": True}, {}, "dispatch.resident_refuses"),
    ({"nurse_refuses": True}, {}, "dispatch.nurse_refuses"),
    ({"sex": Sex.MALE}, {"sex": Sex.FEMALE, "sex_is_must": True}, "dispatch.other_sex"),
    ({}, {"sex": Sex.FEMALE, "sex_is_must": True}, "dispatch.other_sex"),
    (
        {"languages": frozenset({"yue"})},
        {"languages": frozenset({"hak"}), "language_is_must": True},
        "dispatch.other_language",
    ),
    ({"hours": ()}, {}, "dispatch.outside_hours"),
    ({"hours": (at(1.5, 8),)}, {}, "dispatch.outside_hours"),
    ({"hours": (at(0, 1.5), at(1.5, 8))}, {}, "dispatch.outside_hours"),
    ({"busy": (Busy(at(1.5, 3)),)}, {}, "dispatch.time_taken"),
    ({"busy": (Busy(at(0, 1), HOME),)}, {}, "dispatch.no_time_to_travel"),
    ({"busy": (Busy(at(2, 3)),)}, {}, "dispatch.no_time_to_travel"),
    ({"busy": (Busy(at(0, 0.5), north(7000)),)}, {}, "dispatch.no_time_to_travel"),
    ({"base": north(20_000)}, {}, "dispatch.too_far"),
    ({"load_min": 421, "most_load_min": 480}, {}, "dispatch.overloaded"),
]


@pytest.mark.parametrize(("nurse", "visit", "code"), AGAINST)
def test_each_reason_against(nurse: dict[str, Any], visit: dict[str, Any], code: str) -> None:
    """DISPATCH-01"""
    ranking = rank([replace(FREE, **nurse)], replace(VISIT, **visit), PARAMS)
    assert ranking.ranked == ()
    assert [reason.code for reason in ranking.why_not(1)] == [code]


MAY: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"busy": (Busy(at(0, 0.5), north(1000)),)}, {}),
    ({"busy": (Busy(at(0, 0.8)), Busy(at(2.2, 3)))}, {}),
    ({"sex": Sex.MALE}, {"sex": Sex.FEMALE}),
    ({"languages": frozenset({"yue", "cmn"})}, {"languages": frozenset({"yue"}), "language_is_must": True}),
    ({"base": None}, {}),
    ({"load_min": 420, "most_load_min": 480}, {}),
]


@pytest.mark.parametrize(("nurse", "visit"), MAY)
def test_the_controls_may_go(nurse: dict[str, Any], visit: dict[str, Any]) -> None:
    """DISPATCH-01"""
    assert rank([replace(FREE, **nurse)], replace(VISIT, **visit), PARAMS).ranked


def test_every_reason_is_listed() -> None:
    """DISPATCH-01"""
    nurse = replace(FREE, has_declined=True, hours=(), busy=(Busy(at(1, 2)), Busy(at(2, 3))), base=north(30_000))
    assert [reason.code for reason in rank([nurse], VISIT, PARAMS).why_not(1)] == [
        "dispatch.has_declined",
        "dispatch.outside_hours",
        "dispatch.time_taken",
        "dispatch.no_time_to_travel",
        "dispatch.too_far",
    ]


# Each pair differs in one tier and the worse one is better in every later tier.
TIERS = [
    ({"sex": Sex.FEMALE}, {"sex": Sex.MALE, "visits_together": 9, "base": north(10)}),
    ({"visits_together": 3}, {"visits_together": 2, "base": north(10)}),
    ({"visits_together": 1, "base": north(9000)}, {"base": north(10)}),
    ({"load_min": 300}, {"base": north(2100), "load_min": 0}),
    ({"load_min": 300}, {"base": None}),
    ({"load_min": 59, "rating": Fraction(1)}, {"load_min": 60, "rating": Fraction(5)}),
    ({"rating": Fraction(4), "base": north(1900)}, {"base": north(10)}),
    ({"base": north(1500)}, {"rating": Fraction(2), "base": north(10)}),
    ({"base": north(500)}, {"base": north(501)}),
    ({}, {}),
]


@pytest.mark.parametrize(("better", "worse"), TIERS)
def test_tiers(better: dict[str, Any], worse: dict[str, Any]) -> None:
    """DISPATCH-02"""
    visit = replace(VISIT, sex=Sex.FEMALE)
    female = replace(FREE, sex=Sex.FEMALE)
    nurses = [replace(female, staff_id=2, **worse), replace(female, staff_id=1, **better)]
    ranking = rank(nurses, visit, PARAMS)
    assert [one.staff_id for one in ranking.ranked] == [1, 2]
    assert [reason.code for reason in ranking.why_not(2)] == ["dispatch.ranked_lower"]


nurses = st.builds(
    Candidate,
    staff_id=st.integers(1, 10**6),
    hours=st.just((at(-1, 8),)),
    base=st.one_of(st.none(), st.floats(0, 20_000).map(north)),
    visits_together=st.integers(0, 5),
    load_min=st.integers(0, 600),
    rating=st.one_of(st.none(), st.fractions(1, 5)),
    has_declined=st.booleans(),
)


@given(
    st.lists(nurses, max_size=12, unique_by=lambda nurse: nurse.staff_id).flatmap(
        lambda n: st.tuples(st.just(n), st.permutations(n))
    )
)
def test_the_order_given_does_not_matter_and_nobody_is_lost(two: tuple[list[Candidate], list[Candidate]]) -> None:
    """DISPATCH-03"""
    one, other = (rank(order, VISIT, PARAMS) for order in two)
    assert one == other
    everybody = [entry.staff_id for entry in (*one.ranked, *one.excluded)]
    assert sorted(everybody) == sorted(nurse.staff_id for nurse in two[0])


def test_travel_and_distance() -> None:
    assert travel_s(None, HOME, PARAMS) == 600
    assert travel_s(north(1000), HOME, PARAMS) == 800
    assert round(distance_m(Point(23.02, 113.75), Point(22.53, 114.05))) == pytest.approx(62_500, rel=0.01)
    for bad in ((91, 0), (0, 181), (float("nan"), 0)):
        with pytest.raises(ValueError):
            Point(*bad)
    with pytest.raises(ValueError):
        replace(PARAMS, speed_kmh=0)
