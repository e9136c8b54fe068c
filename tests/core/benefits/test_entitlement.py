"""One person's answers: facts → verdict, reason, amount, what is missing, what must be confirmed."""

from datetime import date

import pytest

from yijia.base import editions
from yijia.core.benefits import (
    Because,
    Changes,
    Entitlement,
    Offer,
    UnknownKey,
    Verdict,
    age,
    changeable,
    entitlements,
    offer_for,
    parse_changes,
    row_on,
    scheme,
)

ON = date(2026, 6, 1)
BORN_80, BORN_60 = date(1944, 3, 1), date(1960, 1, 1)


def offer(hukou: str, residence: str | None = None, on: date = ON) -> Offer:
    return offer_for(editions.current(), hukou=hukou, residence=residence or hukou, on=on)


def answers(on: date = ON, **facts) -> dict[str, Entitlement]:
    found = offer(facts["hukou"], facts.get("residence"), on)
    return {e.code: e for e in entitlements(facts, found.schemes, found.overlaps, on)}


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1944, 2, 29), date(2026, 2, 28), 81),
        (date(1944, 2, 29), date(2026, 3, 1), 82),
        (date(1946, 6, 30), date(2026, 6, 30), 80),
        (date(1946, 7, 1), date(2026, 6, 30), 79),
        (date(2026, 6, 2), date(2026, 6, 1), -1),
    ],
)
def test_age(born, on, years):
    """BENEFIT-01. Bug it catches: an elder of 29 February paid a day early, or an unborn child taken for an elder."""
    assert age(born, on) == years


def test_a_grade_that_has_run_out_is_not_known():
    """BENEFIT-01. Bug it catches: a voucher paid for years on a grade of the year before last."""
    facts = {"elder_grade": 3, "elder_grade_until_on": ON}
    assert row_on(facts, ON)["elder_grade"] is None
    assert row_on(facts, date(2026, 5, 31))["elder_grade"] == 3
    assert row_on({}, ON)["age"] is None
    with pytest.raises(ValueError, match="shoe_size"):
        row_on({"shoe_size": 40}, ON)


@pytest.mark.parametrize(
    ("hukou", "decides", "verdict", "amount"),
    [
        ("CN-500155", "CN-500155", Verdict.GRANTED, 4000),  # Liangping has read amounts
        ("CN-500153", "CN-500153", Verdict.GRANTED, 2500),  # Rongchang: a quarter
        ("CN-500107", "CN-500107", Verdict.HELD, 30000),  # Jiulongpo: only a listing was read
        ("CN-500235", "CN-500000", Verdict.HELD, None),  # Yunyang: the city's frame, no amount
        ("CN-440307", "CN-440300", Verdict.GRANTED, 30000),
        ("CN-441900", "CN-440000", Verdict.HELD, None),
        ("CN-440704", "CN-440000", Verdict.HELD, None),
        ("CN-350103", "CN-350000", Verdict.NOT, None),
    ],
)
def test_each_place_answers_for_itself(hukou, decides, verdict, amount):
    """BENEFIT-02. Bug it catches: Shenzhen's amount in Dongguan, Liangping's in Yunyang."""
    found = answers(hukou=hukou, birth_on=BORN_80, income_class="ordinary")["OLD_AGE"]
    assert (found.scheme.jurisdiction, found.verdict, found.amount_fen) == (decides, verdict, amount)


def test_registration_or_residence_decides():
    """BENEFIT-02. Bug it catches: somebody who lives in Shenzhen paid Shenzhen's allowance on another registration."""
    found = answers(hukou="CN-500155", residence="CN-440307", birth_on=BORN_80, elder_grade=2)
    assert found["OLD_AGE"].scheme.jurisdiction == "CN-500155"
    assert found["LTCI"].scheme.jurisdiction == "CN-440300"
    assert found["ELDER_VOUCHER"].verdict is Verdict.GRANTED


def test_a_place_that_says_it_does_not_know_still_names_the_scheme():
    """BENEFIT-02, BENEFIT-05. Bug it catches: a scheme that vanishes from the page because its rule was not read."""
    found = answers(on=date(2025, 6, 1), hukou="CN-500235", birth_on=BORN_80)["OLD_AGE"]
    assert (found.verdict, found.because, found.scheme.zh) == (Verdict.HELD, Because.RULE_NOT_READ, "高龄津贴")
    assert {(c.part, c.evidence.value) for c in found.needs_confirmation} == {
        ("rule", "missing"),
        ("amounts", "missing"),
    }


def test_the_four_verdicts():
    """BENEFIT-03, BENEFIT-04. Bug it catches: a missing fact shown as a refusal, or a refusal without its condition."""
    poor = {"hukou": "CN-500103", "birth_on": BORN_60, "income_class": "destitute"}
    granted = answers(**poor, bedridden_months=6)["POOR_ELDER"]
    unknown = answers(**poor, has_disability_card=False)["POOR_ELDER"]
    refused = answers(**poor, has_disability_card=False, bedridden_months=0)["POOR_ELDER"]
    held = answers(**poor, has_disability_card=True, disability_grade=2, bedridden_months=0)["DISABILITY_CARE"]
    assert [a.verdict.value for a in (granted, unknown, refused, held)] == ["granted", "unknown", "not", "held"]
    assert unknown.missing == ("bedridden_months",)
    failed = [conjunct for conjunct in refused.conjuncts if conjunct.verdict is False]
    assert len(failed) == 1
    assert failed[0].values["bedridden_months"] == 0
    assert failed[0].parameters["min_bedridden_months"] == 6
    assert refused.missing == ()


def test_what_must_be_confirmed_is_named():
    """BENEFIT-05. Bug it catches: a held payment nobody can release because nobody is told what is wrong with it."""
    found = answers(hukou="CN-441900", birth_on=BORN_60, has_disability_card=True, disability_grade=1)[
        "DISABILITY_CARE"
    ]
    assert (found.verdict, found.because, found.amount_fen) == (Verdict.HELD, Because.EVIDENCE_WEAK, 29000)
    (wanted,) = found.needs_confirmation
    assert (wanted.key, wanted.jurisdiction, wanted.part) == ("benefit:disability_care", "CN-440000", "rule")
    assert (wanted.evidence.value, wanted.demanded.value, wanted.sources) == ("secondary", "press", ("B21", "B40"))


@pytest.mark.parametrize(
    ("years", "amount"), [(80, 4000), (89, 4000), (90, 20000), (99, 20000), (100, 60000), (105, 60000)]
)
def test_steps_of_an_amount(years, amount):
    """BENEFIT-06. Bug it catches: a birthday of ninety paid at the band of eighty."""
    found = answers(hukou="CN-500155", birth_on=date(2026 - years, 6, 1))["OLD_AGE"]
    assert (found.amount_fen, found.unit) == (amount, "month")


def test_a_lower_age_is_paid_by_the_lowest_step():
    """BENEFIT-06. Bug it catches: a dry run of 75 whose new people are owed nothing."""
    found = offer_for(
        editions.current(), hukou="CN-500155", residence="CN-500155", on=ON, changes=Changes({"OLD_AGE.min_age": 75})
    )
    facts = {"hukou": "CN-500155", "birth_on": date(1950, 1, 1)}
    by_code = {e.code: e for e in entitlements(facts, found.schemes, found.overlaps, ON)}
    assert (by_code["OLD_AGE"].verdict, by_code["OLD_AGE"].amount_fen) == (Verdict.GRANTED, 4000)


SEVERE = {"hukou": "CN-500103", "birth_on": BORN_80, "has_disability_card": True, "disability_grade": 1, "disability_category": "limb", "bedridden_months": 0}  # fmt: skip


def test_the_higher_one_only():
    """BENEFIT-07. Bug it catches: the elder subsidy and the care subsidy paid together (worked example: 200 and 80 → 200)."""
    found = answers(**SEVERE, income_class="minimum_living")
    assert (found["POOR_ELDER"].verdict, found["POOR_ELDER"].amount_fen) == (Verdict.GRANTED, 20000)
    assert (found["DISABILITY_CARE"].verdict, found["DISABILITY_CARE"].because) == (Verdict.NOT, Because.LOWER)
    assert [(b.overlap.id, b.effect, b.others) for b in found["DISABILITY_CARE"].overlaps] == [
        ("overlap_elder_care", "gives_way", ("POOR_ELDER",))
    ]
    assert answers(**SEVERE, income_class="ordinary")["DISABILITY_CARE"].verdict is Verdict.HELD


def test_schemes_that_add():
    """BENEFIT-07. Bug it catches: Guangdong's two subsidies (217 and 290 yuan) treated as one."""
    facts = {"hukou": "CN-441900", "birth_on": BORN_60, "has_disability_card": True, "disability_grade": 1}
    found = answers(**facts, income_class="minimum_living")
    assert found["DISABILITY_LIVING"].amount_fen + found["DISABILITY_CARE"].amount_fen == 50700
    assert {b.effect for b in found["DISABILITY_CARE"].overlaps} == {"adds"}


def test_an_unread_amount_waits_beside_a_known_one():
    """BENEFIT-07. Bug it catches: a scheme refused as the lower one although nobody knows how much it pays."""
    changed = Changes({"DISABILITY_CARE.grade_1.amount_fen": None})
    found = offer_for(editions.current(), hukou="CN-500103", residence="CN-500103", on=ON, changes=changed)
    facts = {**SEVERE, "income_class": "minimum_living"}
    by_code = {e.code: e for e in entitlements(facts, found.schemes, found.overlaps, ON)}
    assert by_code["POOR_ELDER"].verdict is Verdict.GRANTED
    assert (by_code["DISABILITY_CARE"].verdict, by_code["DISABILITY_CARE"].because) == (
        Verdict.HELD,
        Because.OVERLAP_OPEN,
    )


def test_the_first_of_a_kind():
    """BENEFIT-07. Bug it catches: one training course subsidised by two programmes."""
    found = answers(hukou="CN-350103", birth_on=date(1990, 1, 1), has_passed_carer_exam=True, carer_class_hours=150)
    assert (found["CARER_TRAINING"].verdict, found["CARER_TRAINING"].amount_fen) == (Verdict.GRANTED, 200000)
    assert (found["CARER_COURSE"].verdict, found["CARER_COURSE"].because) == (Verdict.NOT, Because.SAME_KIND)


def test_a_service_in_kind_owes_no_money():
    """BENEFIT-08. Bug it catches: a check-up held back for want of an amount."""
    found = answers(hukou="CN-500103", birth_on=BORN_80, is_permanent_resident=True)["HEALTH_CHECK"]
    assert (found.verdict, found.amount_fen, found.needs_confirmation) == (Verdict.GRANTED, None, ())


@pytest.mark.parametrize("place", ["CN-441900", "CN-440704", "CN-440307", "CN-350103", "CN-500103"])
def test_somebody_of_whom_nothing_is_known(place):
    """Bug it catches: a person without a birth date who crashes the page or is refused everything."""
    found = answers(hukou=place)
    assert found
    assert all(e.verdict in (Verdict.UNKNOWN, Verdict.HELD) for e in found.values())
    assert all(e.missing for e in found.values() if e.verdict is Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("text", "problem", "known"),
    [
        ("OLD_AGE.min_agee=75", "unknown", "OLD_AGE.min_age"),
        ("OLD_AGE.min_age", "bad_value", "whole_number"),
        ("OLD_AGE.min_age=-1", "bad_value", "whole_number"),
        ("OLD_AGE.age_80.amount_fen=12.5", "bad_value", "whole_number"),
        ("CN-440307/OLD_AGE.min_age=75", "no_such_place", "CN-500155/OLD_AGE.min_age"),
    ],
)
def test_a_change_that_cannot_be_made_is_named(text, problem, known):
    """Bug it catches: a misspelt key that changes nothing and shows a dry run without gains."""
    with pytest.raises(UnknownKey) as refused:
        parse_changes([text], offer("CN-500155").schemes)
    assert refused.value.problem == problem
    assert known in refused.value.known


def test_every_number_of_a_scheme_can_be_tried():
    """Bug it catches: a threshold written into a rule, where no dry run can reach it."""
    keys = changeable(offer("CN-500155").schemes)
    assert keys["OLD_AGE.min_age"] == 80
    assert keys["OLD_AGE.age_90.amount_fen"] == 20000
    assert {key.partition(".")[0] for key in keys} >= {"OLD_AGE", "POOR_ELDER", "ELDER_VOUCHER", "LTCI", "HEALTH_CHECK"}


def test_an_explanation_compiles_nothing_anew(monkeypatch):
    """Bug it catches: rules compiled anew for every page (its time is measured by `yijia bench rules`)."""
    facts = {**SEVERE, "income_class": "minimum_living"}
    first = answers(**facts)

    def refuse(*_asked: object) -> None:
        raise AssertionError("compiled a second time")

    monkeypatch.setattr(scheme, "compile_rule", refuse)
    assert answers(**facts) == first
