"""Evidence score: each finding, its weight, the verdict; the planted troubles are weak alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.policy_tree import published
from yijia.core.geo import Point
from yijia.core.policy import Value
from yijia.core.visits import evidence
from yijia.core.visits.evidence import Code, Confirmation, Fix, Verdict, VisitFacts, Weights

START = datetime(2025, 6, 10, 1, 0, tzinfo=UTC)
END = START + timedelta(minutes=40)
HOME = Point(23.02, 113.75)


def value() -> Value:
    found = published("CN/visit_evidence.yaml").lookup(evidence.KEY, jurisdiction="CN-441900", on=date(2025, 6, 10))
    assert isinstance(found, Value)
    return found


@cache
def weights() -> Weights:
    return evidence.read(value())


def fix(metres: float = 0, minutes: float = 0, accuracy_m: float = 10, is_mocked: bool = False) -> Fix:
    return Fix(
        START + timedelta(minutes=minutes),
        Point(HOME.latitude + metres / 111_195, HOME.longitude),
        accuracy_m,
        is_mocked,
    )


GOOD = VisitFacts(
    started_at=START,
    ended_at=END,
    home=HOME,
    check_in=fix(),
    check_out=fix(minutes=40),
    previous=fix(5000, minutes=-30),
    norm_min=40,
    is_code_right=True,
    confirmation=Confirmation.CONFIRMED,
    resident_signed=True,
    nurse_signed=True,
)


def test_a_good_visit_has_full_marks() -> None:
    """EVID-01"""
    score = evidence.score(GOOD, weights())
    assert (score.score, score.verdict, score.findings) == (100, Verdict.STRONG, ())


# change, findings, verdict
CASES: list[tuple[dict[str, Any], set[Code], Verdict]] = [
    ({"check_in": None}, {Code.LOCATION_MISSING}, Verdict.WEAK),  # EVID-02 EVID-08
    ({"check_out": None}, {Code.CHECK_OUT_MISSING}, Verdict.STRONG),
    ({"check_in": None, "check_out": None, "previous": None}, {Code.LOCATION_MISSING}, Verdict.WEAK),
    ({"check_in": fix(is_mocked=True)}, {Code.LOCATION_MOCKED}, Verdict.WEAK),
    ({"check_out": fix(minutes=40, is_mocked=True)}, {Code.LOCATION_MOCKED}, Verdict.WEAK),
    ({"check_in": fix(accuracy_m=201)}, {Code.LOCATION_INACCURATE}, Verdict.STRONG),
    ({"check_in": fix(accuracy_m=200)}, set(), Verdict.STRONG),
    ({"check_in": fix(5000), "previous": None}, {Code.LOCATION_FAR}, Verdict.WEAK),  # EVID-03
    ({"check_in": fix(311)}, {Code.LOCATION_FAR}, Verdict.WEAK),
    ({"check_in": fix(309)}, set(), Verdict.STRONG),
    ({"check_in": fix(499, accuracy_m=200)}, set(), Verdict.STRONG),
    ({"check_in": fix(600, accuracy_m=5000)}, {Code.LOCATION_FAR, Code.LOCATION_INACCURATE}, Verdict.WEAK),
    ({"check_out": fix(1000, minutes=40)}, {Code.CHECK_OUT_FAR}, Verdict.STRONG),
    ({"home": None}, {Code.HOME_UNLOCATED}, Verdict.STRONG),
    ({"home": None, "check_in": fix(5000)}, {Code.HOME_UNLOCATED}, Verdict.STRONG),
    ({"previous": fix(60_000, minutes=-20)}, {Code.TRAVEL_IMPOSSIBLE}, Verdict.WEAK),  # EVID-04
    ({"previous": fix(20_000, minutes=-10)}, set(), Verdict.STRONG),
    ({"previous": fix(20_100, minutes=-10)}, {Code.TRAVEL_IMPOSSIBLE}, Verdict.WEAK),
    ({"previous": fix(5000, minutes=0)}, {Code.TRAVEL_IMPOSSIBLE}, Verdict.WEAK),
    ({"previous": fix(5000, minutes=10)}, {Code.TRAVEL_IMPOSSIBLE}, Verdict.WEAK),
    ({"previous": fix(510, minutes=0)}, set(), Verdict.STRONG),
    ({"ended_at": START + timedelta(minutes=19, seconds=59)}, {Code.TOO_SHORT}, Verdict.WEAK),  # EVID-05
    ({"ended_at": START + timedelta(minutes=20)}, set(), Verdict.STRONG),
    ({"ended_at": START + timedelta(minutes=120)}, set(), Verdict.STRONG),
    ({"ended_at": START + timedelta(minutes=121)}, {Code.TOO_LONG}, Verdict.STRONG),
    ({"ended_at": START + timedelta(minutes=1), "norm_min": None}, set(), Verdict.STRONG),
    ({"ended_at": START - timedelta(minutes=1)}, {Code.TOO_SHORT}, Verdict.WEAK),
    ({"is_code_right": None}, {Code.DOOR_CODE_MISSING}, Verdict.STRONG),  # EVID-06
    ({"is_code_right": False}, {Code.DOOR_CODE_WRONG}, Verdict.WEAK),
    ({"confirmation": Confirmation.SILENT}, {Code.FAMILY_SILENT}, Verdict.STRONG),
    ({"confirmation": Confirmation.DISPUTED}, {Code.FAMILY_DISPUTES}, Verdict.WEAK),
    ({"resident_signed": False}, {Code.RESIDENT_SIGNATURE_MISSING}, Verdict.STRONG),
    ({"nurse_signed": False}, {Code.NURSE_SIGNATURE_MISSING}, Verdict.STRONG),
    ({"resident_signed": False, "nurse_signed": False}, {Code.RESIDENT_SIGNATURE_MISSING, Code.NURSE_SIGNATURE_MISSING}, Verdict.WEAK),
    ({"overlaps": 1}, {Code.OVERLAP}, Verdict.WEAK),  # EVID-07
    ({"is_code_right": None, "confirmation": Confirmation.SILENT}, {Code.DOOR_CODE_MISSING, Code.FAMILY_SILENT}, Verdict.STRONG),
]  # fmt: skip


@pytest.mark.parametrize(("change", "codes", "verdict"), CASES)
def test_findings(change: dict[str, Any], codes: set[Code], verdict: Verdict) -> None:
    """EVID-01 EVID-08"""
    score = evidence.score(replace(GOOD, **change), weights())
    assert {finding.code for finding in score.findings} == codes
    assert score.verdict is verdict
    assert score.score == 100 - sum(finding.points for finding in score.findings)


def test_every_code_has_a_case() -> None:
    assert set(Code) == set().union(*(codes for _, codes, _ in CASES))


def test_the_score_has_a_floor() -> None:
    """EVID-01"""
    facts = replace(GOOD, check_in=fix(9000, is_mocked=True), overlaps=2, confirmation=Confirmation.DISPUTED)
    score = evidence.score(facts, weights())
    assert score.score == 0
    assert [finding.points for finding in score.findings] == sorted((f.points for f in score.findings), reverse=True)


def test_the_facts_are_shown() -> None:
    (finding,) = evidence.score(replace(GOOD, previous=fix(60_000, minutes=-20)), weights()).findings
    assert finding.facts["took_s"] == 1200
    assert 59_900 < finding.facts["distance_m"] < 60_100


def test_weights_and_codes_must_agree() -> None:
    content = dict(value().value)
    content["findings"] = {code: entry for code, entry in content["findings"].items() if code != "overlap"}
    with pytest.raises(ValueError, match="overlap"):
        evidence.read(replace(value(), value=content))


@given(st.sets(st.sampled_from(range(len(CASES)))), st.integers(0, len(CASES) - 1))
def test_more_findings_never_raise_the_score(some: set[int], extra: int) -> None:
    facts = GOOD
    for index in sorted(some):
        facts = replace(facts, **CASES[index][0])
    before = evidence.score(facts, weights())
    change = {name: new for name, new in CASES[extra][0].items() if getattr(facts, name) == getattr(GOOD, name)}
    after = evidence.score(replace(facts, **change), weights())
    if {finding.code for finding in before.findings} <= {finding.code for finding in after.findings}:
        assert after.score <= before.score
    assert (after.verdict is Verdict.STRONG) == (after.score >= 60)
    assert Decimal(after.score) <= 100
