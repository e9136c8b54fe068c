"""The gate: each red alone, with its control; what is not known is red; what is too weak is red."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.policy_tree import published
from yijia.core.gate import check as gate
from yijia.core.gate import home_risk
from yijia.core.gate.check import BEFORE_STAFF, GateReport, GateRule, Scope
from yijia.core.gate.facts import Facts, Home, Institution, Insurance, InsuranceKind, Item, Order, Staff
from yijia.core.gate.home_risk import HomeRisk
from yijia.core.gate.vocabulary import VISIT_GATE
from yijia.core.permissions import Role
from yijia.core.policy import Editions, Evidence, Value
from yijia.core.refusal import Refusal

DAY = date(2025, 6, 10)
FILES = ("CN/gate.yaml", "CN-440000/gate.yaml", "CN/demand.yaml")


@cache
def rules_of(jurisdiction: str, on: date = DAY) -> tuple[GateRule, ...]:
    return gate.load(published(*FILES), jurisdiction=jurisdiction, on=on)


def insurances(until: date = date(2026, 1, 1)) -> tuple[Insurance, ...]:
    return tuple(Insurance(kind, date(2025, 1, 1), until) for kind in InsuranceKind)


NURSE = Staff(
    is_nurse=True,
    staff_id=1,
    title_rank=2,
    practice_years=5,
    is_in_national_register=True,
    is_registered_here=True,
    registration_until=date(2026, 1, 1),
    is_suspended=False,
    has_pre_service_training=True,
    specialties=frozenset(),
    insurances=insurances(),
)

GREEN = Facts(
    institution=Institution(
        is_licensed=True,
        licence_until=date(2026, 1, 1),
        is_suspended=False,
        does_home_beds=False,
        does_home_rounds=True,
    ),
    items=(
        Item(
            code="NI-CL-01",
            is_in_catalogue=True,
            is_forbidden_at_home=False,
            is_published=True,
            needs_doctor_order=False,
            specialties=frozenset(),
        ),
    ),
    order=Order(
        visit_on=DAY,
        visit_ends_on=DAY,
        assessment_is_passed=True,
        assessment_on=DAY,
        consent_is_signed=True,
        consent_is_revoked=False,
        agreement_is_signed=True,
        is_disabled_elder_action=False,
        resident_is_alive=True,
        resident_is_aggressive=False,
        resident_is_infectious=False,
        resident_is_allergic=False,
    ),
    home=Home(is_violent=False, risk_is_answered=True, risk_blocks=False, risk_needs_two=False),
    staff=(NURSE,),
)


def changed(part: str, **change: Any) -> Facts:
    """The green visit with one part changed."""
    if part in ("staff", "items"):
        return replace(GREEN, **{part: (replace(getattr(GREEN, part)[0], **change),)})
    return replace(GREEN, **{part: replace(getattr(GREEN, part), **change)})


def keys(findings: Iterable[gate.Finding]) -> list[str]:
    return [finding.key.removeprefix("gate:") for finding in findings]


def ask(facts: Facts, jurisdiction: str = "CN-441900", scopes: frozenset[Scope] = gate.ALL) -> GateReport:
    return gate.check(facts, rules_of(jurisdiction), scopes=scopes)


@pytest.mark.parametrize("jurisdiction", ["CN-441900", "CN-440704", "CN-440307", "CN-350000", "CN-500000"])
def test_the_control_is_green_everywhere(jurisdiction: str) -> None:
    report = ask(GREEN, jurisdiction)
    assert report.is_green, keys(report.reds)
    assert report.refusal() is None


YESTERDAY, TOMORROW = date(2025, 6, 9), date(2025, 6, 11)

# part, change, rule that goes red, code
REDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("institution", {"is_licensed": False}, "institution_licence", "gate.failed"),
    ("institution", {"is_licensed": None}, "institution_licence", "gate.not_known"),  # GATE-02
    ("institution", {"licence_until": DAY}, "institution_licence", "gate.failed"),  # GATE-05
    ("institution", {"licence_until": None}, "institution_licence", "gate.not_known"),
    ("institution", {"does_home_rounds": False}, "institution_service_mode", "gate.failed"),
    ("institution", {"is_suspended": True}, "institution_not_suspended", "gate.failed"),
    ("items", {"is_in_catalogue": False}, "item_in_catalogue", "gate.failed"),
    ("items", {"is_forbidden_at_home": True}, "item_in_catalogue", "gate.failed"),
    ("items", {"is_published": False}, "item_published", "gate.failed"),
    ("items", {"needs_doctor_order": True, "has_doctor_order": False}, "doctor_order", "gate.failed"),
    ("items", {"needs_doctor_order": True}, "doctor_order", "gate.not_known"),
    ("items", {"needs_doctor_order": None}, "doctor_order", "gate.not_known"),  # GATE-04
    ("items", {"specialties": frozenset({"picc"})}, "nurse_specialty", "gate.failed"),
    ("items", {"specialties": None}, "nurse_specialty", "gate.not_known"),
    ("order", {"assessment_is_passed": False}, "first_assessment", "gate.failed"),
    ("order", {"assessment_on": TOMORROW}, "first_assessment", "gate.failed"),
    ("order", {"assessment_is_passed": None}, "first_assessment", "gate.not_known"),
    ("order", {"consent_is_signed": False}, "consent", "gate.failed"),
    ("order", {"consent_is_revoked": True}, "consent", "gate.failed"),
    ("order", {"agreement_is_signed": False}, "consent", "gate.failed"),
    ("order", {"agreement_is_signed": None}, "consent", "gate.not_known"),
    ("order", {"resident_is_alive": False}, "resident_alive", "gate.failed"),
    ("order", {"resident_is_alive": None}, "resident_alive", "gate.not_known"),
    ("order", {"resident_is_aggressive": True}, "resident_not_aggressive", "gate.failed"),
    ("order", {"resident_is_infectious": True}, "resident_not_infectious", "gate.failed"),
    ("order", {"resident_is_allergic": True}, "no_allergy", "gate.failed"),
    ("home", {"is_violent": True}, "home_not_violent", "gate.failed"),
    ("home", {"is_violent": None}, "home_not_violent", "gate.not_known"),
    ("home", {"risk_is_answered": False}, "home_risk_answered", "gate.failed"),  # GATE-08
    ("home", {"risk_blocks": True}, "home_risk_allows", "gate.failed"),
    ("home", {"risk_needs_two": True}, "two_persons_home", "gate.failed"),  # GATE-07
    ("home", {"risk_needs_two": None}, "two_persons_home", "gate.failed"),
    ("staff", {"title_rank": 1, "practice_years": 30}, "nurse_qualification", "gate.failed"),
    ("staff", {"practice_years": 4}, "nurse_qualification", "gate.failed"),
    ("staff", {"practice_years": None}, "nurse_qualification", "gate.not_known"),
    ("staff", {"is_in_national_register": False}, "nurse_registration", "gate.failed"),
    ("staff", {"is_registered_here": False}, "nurse_registration", "gate.failed"),
    ("staff", {"registration_until": YESTERDAY}, "nurse_registration", "gate.failed"),
    ("staff", {"registration_until": DAY}, "nurse_registration", "gate.failed"),
    ("staff", {"is_suspended": True}, "nurse_not_suspended", "gate.failed"),
    ("staff", {"has_pre_service_training": False}, "nurse_pre_service_training", "gate.failed"),
]


@pytest.mark.parametrize(("part", "change", "key", "code"), REDS)
def test_one_fault_one_red(part: str, change: dict[str, Any], key: str, code: str) -> None:
    """GATE-02"""
    report = ask(changed(part, **change))
    assert keys(report.reds) == [key]
    (red,) = report.reds
    assert red.code == code
    assert red.failed
    assert all(conjunct.verdict is not True for conjunct in red.failed)
    assert red.rule.who_mends
    assert red.rule.zh
    assert red.rule.sources or red.rule.evidence is Evidence.DERIVED
    refusal = report.refusal()
    assert refusal is not None
    assert refusal.facts["rules"] == (f"gate:{key}",)


def test_the_failed_condition_and_its_facts_are_shown() -> None:
    """GATE-02"""
    (red,) = ask(changed("staff", registration_until=YESTERDAY)).reds
    (conjunct,) = red.failed
    assert conjunct.text == "nurse_registration_until > visit_ends_on"
    assert conjunct.values == {"nurse_registration_until": YESTERDAY, "visit_ends_on": DAY}
    assert (red.subject, red.rule.sources, red.rule.who_mends) == (1, ("N01",), (Role.MANAGER,))


INSURANCE_CASES = [
    (None, "gate.not_known"),
    ((), "gate.failed"),
    (insurances(until=DAY), "gate.failed"),
    (insurances(until=TOMORROW), None),
    (tuple(Insurance(kind, TOMORROW, None) for kind in InsuranceKind), "gate.failed"),
    (tuple(Insurance(kind, None, TOMORROW) for kind in InsuranceKind), "gate.not_known"),
    (tuple(Insurance(kind, YESTERDAY, None) for kind in InsuranceKind), "gate.not_known"),
    ((*insurances(until=YESTERDAY), *insurances()), None),
    ((*insurances(), *(Insurance(kind, TOMORROW, date(2027, 1, 1)) for kind in InsuranceKind)), None),
]


@pytest.mark.parametrize(("policies", "code"), INSURANCE_CASES)
def test_insurances(policies: tuple[Insurance, ...] | None, code: str | None) -> None:
    """GATE-05"""
    reds = ask(changed("staff", insurances=policies)).reds
    expected = [f"insurance_{kind}" for kind in sorted(InsuranceKind)]
    assert sorted(keys(reds)) == ([] if code is None else sorted(expected))
    assert all(red.code == code for red in reds)


def test_a_visit_past_midnight_needs_the_next_day_too() -> None:
    """GATE-05"""
    facts = changed("order", visit_ends_on=TOMORROW)
    facts = replace(facts, staff=(replace(NURSE, registration_until=TOMORROW),))
    assert keys(ask(facts).reds) == ["nurse_registration"]
    assert ask(replace(facts, staff=(replace(NURSE, registration_until=date(2025, 6, 12)),))).is_green


def test_guangdong_asks_for_training_and_chongqing_does_not() -> None:
    """GATE-01"""
    facts = changed("staff", has_pre_service_training=False)
    assert keys(ask(facts, "CN-441900").reds) == ["nurse_pre_service_training"]
    assert ask(facts, "CN-500000").is_green
    by_key = {rule.key: rule for rule in rules_of("CN-441900")}
    assert by_key["gate:insurance_liability"].jurisdiction == "CN-440000"
    assert by_key["gate:insurance_liability"].evidence is Evidence.PRESS
    elsewhere = {rule.key: rule for rule in rules_of("CN-500000")}
    assert elsewhere["gate:insurance_liability"].evidence is Evidence.RECALLED


def test_before_dispatching_nobody_is_needed() -> None:
    """GATE-06"""
    facts = replace(GREEN, staff=())
    assert ask(facts, scopes=BEFORE_STAFF).is_green
    reds = ask(facts).reds
    assert {red.code for red in reds} == {"gate.no_staff"}
    assert {red.rule.scope for red in reds} == {Scope.STAFF, Scope.TEAM}
    assert keys(ask(replace(facts, items=()), scopes=BEFORE_STAFF).reds) == [
        "doctor_order",
        "item_in_catalogue",
        "item_published",
    ]


def test_each_of_two_passes_alone() -> None:
    """GATE-07"""
    second = replace(NURSE, staff_id=2, practice_years=1)
    facts = replace(
        changed("order", is_disabled_elder_action=True, guardian_will_be_present=True), staff=(NURSE, second)
    )
    (red,) = ask(facts).reds
    assert (red.key, red.subject) == ("gate:nurse_qualification", 2)
    assert ask(replace(facts, staff=(NURSE, replace(NURSE, staff_id=2)))).is_green
    assert keys(ask(replace(facts, staff=(NURSE,))).reds) == ["two_persons_action"]


STAFF_NEEDED = [
    ({}, {}, 1),
    ({"is_disabled_elder_action": True}, {}, 2),
    ({"is_disabled_elder_action": None}, {}, 2),
    ({}, {"risk_needs_two": True}, 2),
]


@pytest.mark.parametrize(("order", "home", "count"), STAFF_NEEDED)
def test_how_many_must_go(order: dict[str, Any], home: dict[str, Any], count: int) -> None:
    """GATE-07"""
    facts = replace(GREEN, order=replace(GREEN.order, **order), home=replace(GREEN.home, **home), staff=())
    assert gate.staff_needed(facts, rules_of("CN-441900")) == count


def test_the_guardian_is_asked_for_only_in_the_action() -> None:
    """GATE-04"""
    facts = replace(changed("order", is_disabled_elder_action=True), staff=(NURSE, replace(NURSE, staff_id=2)))
    (red,) = ask(facts).reds
    assert (red.key, red.code) == ("gate:guardian_present", "gate.not_known")
    green = next(finding for finding in ask(GREEN).greens if finding.key == "gate:guardian_present")
    assert green.code == "gate.not_applicable"
    later = rules_of("CN-441900", date(2028, 1, 1))
    assert "gate:guardian_present" not in {rule.key for rule in later}


def test_a_gate_that_asked_nothing_is_shut() -> None:
    """GATE-03"""
    report = gate.check(GREEN, ())
    assert not report.is_green
    assert report.refusal() is not None


def test_a_missing_rule_of_a_place_is_red_there() -> None:
    """GATE-03"""
    original = published(*FILES)
    missing = Value(
        key="gate:consent",
        value=None,
        jurisdiction="CN-441900",
        from_on=None,
        until_on=None,
        insured_class=None,
        evidence=Evidence.MISSING,
        sources=(),
        clause=None,
        note="unknown",
        owner={},
        edition="gate/2025",
    )
    editions = Editions([*original.all_values, missing], original.sources)
    (red,) = gate.check(GREEN, gate.load(editions, jurisdiction="CN-441900", on=DAY)).reds
    assert (red.key, red.code) == ("gate:consent", "policy.missing")
    assert gate.check(GREEN, gate.load(editions, jurisdiction="CN-440704", on=DAY)).is_green


def test_no_rule_opens_on_ignorance() -> None:
    """GATE-02 GATE-04"""
    blank = Facts(
        institution=Institution(),
        items=(Item(code="x"),),
        order=Order(visit_on=DAY, visit_ends_on=DAY),
        home=Home(),
        staff=(Staff(staff_id=1),),
    )
    report = ask(blank)
    assert report.greens == ()
    assert {red.code for red in report.reds} == {"gate.not_known", "gate.failed"}
    assert {red.key for red in report.reds if red.code == "gate.failed"} == {
        "gate:two_persons_action",
        "gate:two_persons_home",
    }


def test_the_vocabulary_speaks_both_languages_and_every_column_is_used() -> None:
    used = {
        name
        for rule in rules_of("CN-441900")
        for part in (rule.rule, rule.applies_when)
        if part is not None
        for name in part.columns
    }
    assert used == set(VISIT_GATE)
    assert all(column.zh and column.en for column in VISIT_GATE.values())


@given(
    st.integers(0, len(REDS) - 1),
    st.integers(0, len(REDS) - 1),
)
def test_a_second_fault_never_heals_the_first(first: int, second: int) -> None:
    facts = GREEN
    expected = set()
    for index in (first, second):
        part, change, key, _ = REDS[index]
        old = getattr(facts, part)
        facts = replace(
            facts, **{part: (replace(old[0], **change),) if isinstance(old, tuple) else replace(old, **change)}
        )
        expected.add(key)
    if REDS[first][0] != REDS[second][0] or not set(REDS[first][1]) & set(REDS[second][1]):
        assert expected <= set(keys(ask(facts).reds))


def questions() -> tuple[home_risk.Question, ...]:
    editions = published("CN/home_risk.yaml")
    return home_risk.load(editions.values("home_risk:", jurisdiction="CN-441900", on=DAY))


SAFE = {
    "violence": "never", "intoxication": "no", "animals": "none", "companion": "present", "access": "safe", "signal": "good",
    "environment": "fit",
}  # fmt: skip

RISKS = [
    ({}, (), (), (), ()),
    ({"violence": "past"}, (), (), ("violence",), ()),
    ({"violence": "recent"}, (), (), (), ("violence",)),
    ({"animals": "tied"}, (), ("animals",), (), ()),
    ({"animals": "loose", "signal": "none"}, (), (), ("signal",), ("animals",)),
    ({"signal": None}, ("signal",), (), (), ()),
]


@pytest.mark.parametrize(("change", "unanswered", "notes", "two", "blocks"), RISKS)
def test_home_risk(
    change: dict[str, str | None], unanswered: tuple[str, ...], notes: Any, two: Any, blocks: Any
) -> None:
    """GATE-08"""
    answers = {code: answer for code, answer in (SAFE | change).items() if answer is not None}
    outcome = home_risk.assess(answers, questions())
    assert outcome == HomeRisk(unanswered, notes, two, blocks)
    assert isinstance(outcome, HomeRisk)
    assert outcome.is_answered is (not unanswered)


def test_home_risk_refuses_what_was_not_asked() -> None:
    """GATE-08"""
    for answers, code in (
        ({"weather": "fine"}, "home_risk.unknown_question"),
        ({"violence": "maybe"}, "home_risk.unknown_answer"),
    ):
        outcome = home_risk.assess(answers, questions())
        assert isinstance(outcome, Refusal)
        assert outcome.code == code


def test_a_doctor_on_a_round_is_asked_for_a_registration_and_not_for_a_nurses_title() -> None:
    """GATE-04"""
    doctor = replace(NURSE, is_nurse=False, title_rank=None, practice_years=None, has_pre_service_training=None)
    assert ask(replace(GREEN, staff=(doctor,))).is_green
    late = replace(doctor, registration_until=YESTERDAY)
    assert keys(ask(replace(GREEN, staff=(late,))).reds) == ["doctor_registration"]
