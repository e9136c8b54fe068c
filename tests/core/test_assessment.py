"""Instruments load strictly, score exactly, and say when they are drafts.

ASSESS-01, ASSESS-02, ASSESS-03, ASSESS-04, ASSESS-05, ASSESS-06, ASSESS-07, ASSESS-08 of docs/rules/assessment.md.
"""

import copy
import random
import time
from datetime import date

import pytest

from yijia.base import editions, instruments
from yijia.core import assessment
from yijia.core.assessment import BadAnswers, Confirmation, InstrumentError, Result, reach
from yijia.core.policy import Evidence, Value, freeze, plain

DAY = date(2025, 6, 2)
ALL = (
    "barthel_adl", "braden_pressure", "gbt_42195_2022", "morse_fall", "nhsa_ltc_2021", "nhsa_ltc_self_2021",
    "nrs2002_nutrition", "nrs_pain", "ph_elder_selfcare", "tcm_constitution_elder",
)  # fmt: skip


def _value(id_):
    return editions.current().lookup(f"instrument:{id_}", jurisdiction="CN", on=DAY)


def _compiled(id_):
    return assessment.compile(instruments.find(id_, jurisdiction="CN", on=DAY))


def _example(id_, name):
    return next(plain(one) for one in _value(id_).value["worked_examples"] if one["id"] == name)


def _random_answers(instrument, rnd, lean):
    return {
        item.id: item.options[min(int(len(item.options) * rnd.random() ** lean), len(item.options) - 1)].id
        for item in instrument.items
    }


@pytest.mark.parametrize("id_", ALL)
def test_assess_01_each_of_the_ten_loads_and_its_examples_come_out(id_):
    instrument = instruments.find(id_, jurisdiction="CN-500000", on=DAY)
    for example in instrument.raw["worked_examples"]:
        result = _compiled(id_).assess(plain(example["answers"]), plain(example.get("facts")))
        assert isinstance(result, Result)
        assert result.level == plain(example["level"])


def _small(**changes):
    content = {
        "zh": "小表", "en": "Small", "version": "1",
        "status": {"readiness": "ready", "usable_for_official_result": True},
        "items": [
            {"id": id_, "zh": id_, "en": id_, "options": [{"score": s, "zh": "x", "en": "x"} for s in (0, 5, 10)]}
            for id_ in ("a", "b")
        ],
        "facts": [{"id": "ill", "zh": "病", "en": "Ill", "threshold": 2, "icd10": "F00-F03"}],
        "steps": [
            {"id": "total", "do": "sum", "zh": "总", "en": "Total", "bands": [
                {"id": "low", "zh": "低", "en": "Low", "min": 0, "max": 9, "level": 0},
                {"id": "high", "zh": "高", "en": "High", "min": 10, "max": 20, "level": 1},
            ]},
            {"id": "up", "do": "level_delta", "zh": "升", "en": "Up", "any_of": ["ill"], "delta": 1, "cap": 1},
        ],
        "result": "total",
        "worked_examples": [{"id": "E1", "answers": {"a": 5, "b": 0}, "level": 0}],
    }  # fmt: skip
    content = copy.deepcopy(content) | changes
    return Value(
        key="instrument:small", value=freeze(content), jurisdiction="CN", from_on=None, until_on=None, insured_class=None,
        evidence=Evidence.DERIVED, sources=(), clause=None, note=None, owner={}, edition="instruments/2025",
        document="CN/instruments/small.yaml",
    )  # fmt: skip


def _steps(**changes):
    steps = plain(_small().value["steps"])
    steps[0] |= changes
    return steps


def _bands(*ranges):
    return [
        {"id": f"b{n}", "zh": "段", "en": "Band", "min": a, "max": b, "level": n} for n, (a, b) in enumerate(ranges)
    ]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"steps": _steps(bands=_bands((0, 10), (10, 20)))}, "band_overlap", "value.steps[0].bands[1]"),
        ({"steps": _steps(bands=_bands((0, 9), (11, 20)))}, "score_without_band", "value.steps[0].bands"),
        ({"steps": _steps(bands=_bands((1, 9), (10, 20)))}, "score_without_band", "value.steps[0].bands"),
        ({"steps": _steps(max=25)}, "wrong_range", "value.steps[0].max"),
        ({"steps": _steps(items=["a", "c"])}, "unknown_reference", "value.steps[0].items"),
        ({"steps": _steps(do="guess")}, "unknown_operator", "value.steps[0].do"),
        ({"result": "nothing"}, "unknown_reference", "value.result"),
        ({"worked_examples": [{"id": "E", "answers": {"a": 5, "b": 5}, "level": 0}]}, "example_failed", "value.worked_examples[0].level"),
        ({"worked_examples": [{"id": "E", "answers": {"a": 5}, "level": 0}]}, "example_failed", "value.worked_examples[0].answers"),
        ({"status": {"readiness": "fine", "usable_for_official_result": True}}, "bad_status", "value.status.readiness"),
        ({"status": {"readiness": "blocked", "usable_for_official_result": False}}, "no_reason", "value.status.reason_zh"),
    ],
)  # fmt: skip
def test_assess_02_a_faulty_instrument_is_refused_with_file_and_field(changes, code, field):
    with pytest.raises(InstrumentError) as caught:
        assessment.read(_small(**changes))
    assert caught.value.document == "CN/instruments/small.yaml"
    assert (f"assessment.{code}", field) in {(fault.code, fault.field) for fault in caught.value.faults}


def test_assess_02_a_score_nobody_can_reach_needs_no_band():
    # Steps of five: 1 to 4 cannot come out, so a gap there is no gap.
    instrument = assessment.read(
        _small(
            steps=_steps(bands=_bands((0, 0), (5, 5), (10, 20))),
            worked_examples=[{"id": "E1", "answers": {"a": 5, "b": 0}, "level": 1}],
        )
    )
    assert sorted(reach.reachable(instrument)["total"]) == [0, 5, 10, 15, 20]


def test_assess_02_the_check_names_the_line(tmp_path):
    folder = tmp_path / "CN" / "instruments"
    folder.mkdir(parents=True)
    (tmp_path / "sources.yaml").write_text((editions.ROOT / "sources.yaml").read_text("utf-8"), "utf-8")
    text = (editions.ROOT / "CN/instruments/nrs_pain.yaml").read_text("utf-8")
    (folder / "nrs_pain.yaml").write_text(text.replace("min: 4, max: 6", "min: 3, max: 6"), "utf-8")
    (finding,) = editions.check_tree(tmp_path).errors
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "min: 4, max: 6" in row)
    assert (finding.code, finding.field, finding.facts["line"]) == (
        "assessment.band_overlap", "value.steps[0].bands[2]", line,
    )  # fmt: skip


def test_assess_03_every_bad_answer_is_named_at_once():
    small = assessment.compile(assessment.read(_small()))
    assert isinstance(small.assess({"a": "5", "b": 5.0}), Result)
    for answers, fields in (
        ({}, ["answers.a", "answers.b"]),
        ({"a": True, "b": None, "c": 1}, ["answers.a", "answers.b", "answers.c"]),
        ({"a": 7, "b": [5]}, ["answers.a", "answers.b"]),
        ({"a": "05", "b": 5.5}, ["answers.a", "answers.b"]),
        ([5, 5], ["answers"]),
        (None, ["answers"]),
    ):
        bad = small.assess(answers)
        assert isinstance(bad, BadAnswers)
        assert list(bad.fields) == fields


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (None, 0), ({}, 0), ({"ill": True}, 1), ({"ill": False}, 0), ({"ill": None}, 0), ({"ill": 1}, 0), ({"ill": 2}, 1), ({"ill": 2.0}, 1),
        ({"ill": {"fall": 1, "choke": 1}}, 1), ({"conditions": ["ill"]}, 1), ({"conditions": []}, 0),
        ({"diagnoses": ["F01.2"]}, 1), ({"diagnoses": ["F04"]}, 0), ({"diagnoses": ["I10"]}, 0),
    ],
)  # fmt: skip
def test_assess_04_a_fact_holds_as_yes_as_count_as_condition_or_by_diagnosis(facts, level):
    result = assessment.compile(assessment.read(_small())).assess({"a": 0, "b": 5}, facts)
    assert isinstance(result, Result)
    assert result.level == level


@pytest.mark.parametrize(
    "facts",
    [
        {"ll": True},
        {"ill": "yes"},
        {"ill": -1},
        {"conditions": ["il"]},
        {"conditions": "ill"},
        {"diagnoses": ["?"]},
        [1],
    ],
)
def test_assess_04_a_fact_that_cannot_be_used_is_refused(facts):
    assert isinstance(assessment.compile(assessment.read(_small())).assess({"a": 0, "b": 5}, facts), BadAnswers)


def test_assess_05_conditions_move_the_national_grade_once_and_never_past_the_worst():
    ready = _compiled("gbt_42195_2022")
    example = _example("gbt_42195_2022", "E2")["answers"]
    worst = _example("gbt_42195_2022", "E7")["answers"]
    table = [
        (example, [], 1), (example, ["dementia"], 2), (example, ["dementia", "risk_events", "mental_disorder"], 2),
        (example, ["coma"], 4), (example, ["coma", "dementia"], 4), (worst, ["dementia"], 4),
    ]  # fmt: skip
    for answers, conditions, level in table:
        result = ready.assess(answers, {"conditions": conditions})
        assert (result.level, result.initial_level) == (level, 1 if answers is example else 4)


@pytest.mark.parametrize(
    ("score", "level"), [(90, 0), (89, 1), (66, 1), (65, 2), (46, 2), (45, 3), (30, 3), (29, 4), (0, 4)]
)
def test_assess_05_the_national_bands_at_their_edges(score, level):
    ready = _compiled("gbt_42195_2022")
    answers, left = {}, score
    for item in ready.instrument.items:
        most = max(option.score for option in item.options if option.score <= left)
        answers[item.id] = most
        left -= most
    assert ready.assess(answers).level == level


def test_assess_06_the_same_answers_give_the_same_result_and_the_steps_add_up():
    rnd = random.Random(11)
    for id_ in ALL:
        ready = _compiled(id_)
        for lean in (0.3, 1, 3):
            answers = _random_answers(ready.instrument, rnd, lean)
            result = ready.assess(answers)
            again = ready.assess(result.answers, {})
            assert result.as_json() == again.as_json()
            assert [step["id"] for step in result.steps] == [step.id for step in ready.instrument.steps]
            assert all(sum(s["parts"].values()) == s["value"] for s in result.steps if s["do"] == "sum")


def test_assess_06_a_thousand_are_scored_in_a_fifth_of_a_second():
    ready = _compiled("gbt_42195_2022")
    rnd = random.Random(3)
    cases = [_random_answers(ready.instrument, rnd, 1) for _ in range(1000)]
    started = time.process_time()
    for answers in cases:
        ready.assess(answers, {"dementia": False})
    assert time.process_time() - started < 0.2


def test_assess_07_what_was_not_compared_with_the_original_is_a_draft_until_confirmed():
    instrument = instruments.find("nhsa_ltc_2021", jurisdiction="CN", on=DAY)
    answers = _example("nhsa_ltc_2021", "E4")["answers"]
    draft = assessment.assess(instrument, answers)
    assert (draft.is_draft, draft.why_draft["readiness"], draft.edition) == (True, "blocked", "instruments/2021-08")
    signed = Confirmation("nhsa_ltc_2021", instrument.edition, 1, instrument.fingerprint, DAY)
    final = assessment.assess(instrument, answers, confirmation=signed)
    assert (final.is_draft, final.why_draft, final.edition) == (False, None, "instruments/2021-08+confirmed.1")
    other = Confirmation("nhsa_ltc_2021", instrument.edition, 1, "0" * 64, DAY)
    assert assessment.assess(instrument, answers, confirmation=other).is_draft
    assert {id_ for id_ in ALL if not _compiled(id_).is_draft} == {
        "gbt_42195_2022", "barthel_adl", "nrs_pain", "ph_elder_selfcare",
    }  # fmt: skip


def test_assess_08_another_cut_only_when_asked():
    instrument = instruments.find("morse_fall", jurisdiction="CN", on=DAY)
    answers = _example("morse_fall", "E3")["answers"]
    assert assessment.assess(instrument, answers).level == "medium"
    assert assessment.compile(instrument, alternative="ge45_high").assess(answers).level == "high"
    assert assessment.assess(instrument, answers, {"bands": "ge45_high"}).level == "high"
    assert isinstance(assessment.assess(instrument, answers, {"bands": "mine"}), BadAnswers)
