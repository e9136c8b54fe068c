"""Procedures as data, and the rules around them.

PROC-01, PROC-02, PROC-03, PROC-04, PROC-05, PROC-06, PROC-07, PROC-08, PROC-09, PROC-10, PROC-11 of docs/rules/procedures.md.
"""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from tests.core.policy_tree import published
from yijia.core import assessment, procedures
from yijia.core.assessment import InstrumentError
from yijia.core.permissions import SYSTEM, Actor, Permission, Role
from yijia.core.policy import freeze, plain
from yijia.core.procedures import Application, Otherwise, Start
from yijia.core.refusal import Refusal

DAY = date(2025, 6, 16)
TREE = (
    "CN/procedures/ltc_grading.yaml", "CN-500000/procedures/ltc_grading.yaml", "CN/terms_ltc.yaml", "CN-500000/terms_ltc.yaml",
)  # fmt: skip


@cache
def _value():
    return published(*TREE).lookup("procedure:ltc_grading", jurisdiction="CN-441900", on=DAY)


@cache
def _procedure():
    return procedures.read(_value())


def _changed(**changes):
    return replace(_value(), value=freeze(plain(_value().value) | changes))


def test_proc_01_every_pair_of_state_and_event_is_decided():
    procedure = _procedure()
    moves = {(source, move["event"]): move["to"] for move in plain(_value().value)["moves"] for source in move["from"]}
    for state in procedure.states:
        for event in procedure.events:
            facts = dict.fromkeys(procedure.needs(state, event), True)
            outcome = procedure.step(state, event, SYSTEM, facts)
            if (state, event) in moves:
                assert outcome == moves[state, event]
                for need in facts:
                    assert isinstance(procedure.step(state, event, SYSTEM, facts | {need: None}), Refusal)
            else:
                assert isinstance(outcome, Refusal)
    assert procedure.step("draft", "fly", SYSTEM, {}).code == "cases.unknown_event"


def test_proc_01_a_right_is_asked_before_anything_else():
    nobody = Actor(user_id=1, role=Role.NURSE)
    assert _procedure().step("submitted", "accept", nobody, {}).code == "permission.missing"
    clerk = Actor(user_id=1, role=Role.AGENCY_CLERK, permissions=frozenset({Permission.CASE_HANDLE}))
    assert set(_procedure().open_events("submitted", clerk)) == {"accept", "refuse", "withdraw"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"initial": "nowhere"}, "assessment.unknown_reference"),
        ({"vote": {"seats": 4, "majority": 2}}, "procedures.bad_vote"),
        ({"moves": []}, "procedures.bad_table"),
        ({"terms": {}}, "assessment.unknown_reference"),
        ({"third": {"otherwise": "vote"}}, "procedures.bad_third"),
        ({"third": {"otherwise": "dice"}}, "assessment.unknown_reference"),
    ],
)
def test_proc_01_a_faulty_procedure_is_refused(change, code):
    with pytest.raises(InstrumentError) as caught:
        procedures.read(_changed(**change))
    assert code in {fault.code for fault in caught.value.faults}


FINE = Application(date(1940, 1, 1), None, True, 8, True, "F", True, None)


@pytest.mark.parametrize(
    ("application", "code"),
    [
        (FINE, None),
        (replace(FINE, born_on=None), "cases.no_birth_date"),
        (replace(FINE, born_on=date(2030, 1, 1)), "cases.no_birth_date"),
        (replace(FINE, died_on=DAY), "cases.died"),
        (replace(FINE, is_insured=False), "cases.not_insured"),
        (replace(FINE, is_complete=False), "cases.incomplete"),
        (replace(FINE, months_disabled=None), "cases.incomplete"),
        (replace(FINE, months_disabled=5), "cases.too_short"),
        (replace(FINE, months_disabled=6), None),
        (replace(FINE, may_apply=False, grade="D"), "cases.gate_not_met"),
        (replace(FINE, last_decided_on=date(2024, 12, 17)), "cases.too_soon"),
        (replace(FINE, last_decided_on=date(2024, 12, 16)), None),
    ],
)
def test_proc_02_who_is_taken_in(application, code):
    found = procedures.admit(application, on=DAY, least_months=6, gap_months=6)
    assert (found and found.code) == code


def test_proc_03_the_grounds_of_refusal_are_listed():
    assert set(_procedure().reasons) == {"not_insured", "not_eligible", "out_of_scope", "incomplete", "other"}
    assert _procedure().step("submitted", "refuse", SYSTEM, {"reason_listed": False}).code == "cases.no_reason"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({}, None), ({"is_same_person": True}, "cases.assessor_relative"), ({"is_proxy": True}, "cases.assessor_relative"),
        ({"is_same_home": True}, "cases.assessor_same_home"), ({"has_entered": True}, "cases.assessor_twice"),
    ],
)  # fmt: skip
def test_proc_04_who_may_not_assess(who, code):
    none = dict.fromkeys(("is_same_person", "is_proxy", "is_same_home", "has_entered"), False)
    found = procedures.conflict(**(none | who))
    assert (found and found.code) == code


def test_proc_05_the_difference_report_lists_levels_items_and_conditions():
    names = ("CN/instruments/gbt_42195_2022.yaml",)
    instrument = assessment.read(published(*names).lookup("instrument:gbt_42195_2022", jurisdiction="CN", on=DAY))
    answers = {item.id: item.options[1].id for item in instrument.items}
    first = assessment.assess(instrument, answers, {"dementia": True}).as_json()
    second = assessment.assess(instrument, answers | {"B1.1": "0"}, {}).as_json()
    found = procedures.compare(instrument, first, second)
    assert [(one.item, one.chosen) for one in found.items] == [("B1.1", ("3", "0"))]
    assert (found.facts, found.count, found.levels) == (("dementia",), 26, (first["level"], second["level"]))
    assert procedures.compare(instrument, first, first).is_same_level
    assert procedures.compare(instrument, first, first, second).items[0].chosen == ("3", "3", "0")


@pytest.mark.parametrize(
    ("votes", "level", "is_split"),
    [
        ([], None, False), ([3], None, False), ([3, 3], 3, False), ([3, 4], None, False), ([3, 4, 4], 4, False),
        ([3, 4, 5], None, True), ([0, 0], 0, False),
    ],
)  # fmt: skip
def test_proc_06_two_of_three_settle(votes, level, is_split):
    found = procedures.tally(votes, seats=3, majority=2)
    assert (found.level, found.is_split, found.cast) == (level, is_split, len(votes))
    with pytest.raises(ValueError, match="more votes"):
        procedures.tally([1, 2, 3, 4], seats=3, majority=2)


@pytest.mark.parametrize(
    ("levels", "otherwise", "level"),
    [
        ([3, 4, 3], "vote", 3), ([3, 4, 4], "vote", 4), ([3, 4, 5], "vote", None), ([5, 3, 4], "heaviest", 5),
        ([5, 3, 4], "middle", 4), ([5, 3, 4], "lightest", 3), ([4, 4, 4], "lightest", 4), ([0, 1, 0], "heaviest", 0),
    ],
)  # fmt: skip
def test_proc_11_two_of_three_decide_else_what_the_procedure_says(levels, otherwise, level):
    assert procedures.third_opinion(levels, Otherwise(otherwise)) == level
    with pytest.raises(ValueError, match="three levels"):
        procedures.third_opinion(levels[:2], Otherwise(otherwise))


def test_proc_11_a_place_asks_a_third_assessor_before_the_experts():
    here = published(*TREE).lookup("procedure:ltc_grading", jurisdiction="CN-500103", on=DAY)
    procedure = procedures.read(here)
    assert (procedure.otherwise, _procedure().otherwise) == (Otherwise.VOTE, None)
    met = {"both_entered": True, "has_majority": True, "is_split": True}
    ways = [("assessing", "differ"), ("third", "concur"), ("third", "scatter")]
    assert [procedure.step(state, event, SYSTEM, met) for state, event in ways] == ["third", "review", "voting"]
    assert [list(procedure.open_seats(state)) for state in ("assessing", "third", "voting")] == [[1, 2], [3], []]
    assert _procedure().step("assessing", "differ", SYSTEM, met) == "voting"
    assert not _procedure().open_seats("third")
    content = plain(here.value)
    broken = freeze(content | {"moves": [move for move in content["moves"] if move["event"] != "scatter"]})
    with pytest.raises(InstrumentError) as caught:
        procedures.read(replace(here, value=broken))
    assert "procedures.bad_third" in {fault.code for fault in caught.value.faults}


def test_proc_07_terms_count_working_days_or_months():
    off = {date(2025, 10, day): False for day in (1, 2, 3, 6, 7, 8)} | {date(2025, 10, 11): True}
    assert procedures.ends_on(date(2025, 9, 30), {"working_days": 5}, off) == date(2025, 10, 14)
    assert procedures.ends_on(date(2025, 8, 31), {"months": 6}, {}) == date(2026, 2, 28)
    with pytest.raises(ValueError, match="working days or months"):
        procedures.ends_on(DAY, {"days": 3}, {})


def test_proc_07_every_term_of_the_procedure_has_a_value_or_says_it_is_unknown():
    tree = published(*TREE)
    for key in _procedure().terms.values():
        found = tree.lookup(key, jurisdiction="CN-441900", on=DAY)
        assert not isinstance(found, Refusal) or (found.code, key) == ("policy.missing", "term:ltc_start")


def test_proc_08_nothing_is_decided_on_an_old_assessment_or_before_the_notice_ends():
    step = _procedure().step
    assert step("notice", "decide", SYSTEM, {"notice_over": False, "still_fresh": True}).code == "cases.notice_running"
    assert (
        step("notice", "decide", SYSTEM, {"notice_over": True, "still_fresh": False}).code == "cases.assessment_expired"
    )
    assert step("expired", "decide", SYSTEM, {}).code == "cases.over"


def test_proc_09_an_objection_has_words_and_a_term():
    step = _procedure().step
    late = {"reason_given": True, "not_expired": True, "in_time": False}
    assert step("decided", "object", SYSTEM, late).code == "cases.objection_late"
    assert step("decided", "object", SYSTEM, late | {"in_time": True}) == "appealed"
    assert step("notice", "object", SYSTEM, late | {"in_time": True}) == "objected"
    assert step("appealed", "reassess", SYSTEM, {}) == "assessing"


def test_proc_10_the_benefit_begins_by_the_place_s_rule():
    assert procedures.starts_on(Start.NEXT_MONTH, date(2025, 12, 31)) == date(2026, 1, 1)
    assert procedures.starts_on(Start.DECISION_DAY, DAY) == DAY
    tree = published(*TREE)
    assert tree.lookup("term:ltc_start", jurisdiction="CN-500000", on=DAY).value["begins"] == "next_month"
    assert tree.lookup("term:ltc_start", jurisdiction="CN-441900", on=DAY).code == "policy.missing"
