"""Programme files, admission, what is due, how a follow-up is judged: core alone, no database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.core.policy_tree import published
from yijia.base import editions as reader
from yijia.core.policy import Document, Editions, freeze
from yijia.core.programmes import load as programmes
from yijia.core.programmes.admission import grade_of, judge
from yijia.core.programmes.diagram import HEIGHT, WIDTH, draw, steps
from yijia.core.programmes.duties import Course, Done, due_list, next_due
from yijia.core.programmes.households import by_household
from yijia.core.programmes.lifecycle import ALWAYS, MOVES, TABLE, Event, State, narrowed, reached, widening
from yijia.core.programmes.model import Part, Programme
from yijia.core.programmes.read import read_parts
from yijia.core.programmes.slots import slot_key
from yijia.core.programmes.verdicts import Judged, uncontrolled_in_a_row
from yijia.core.programmes.verdicts import judge as judge_reading
from yijia.core.programmes.vocabulary import PERSON, READING
from yijia.core.refusal import Refusal

ON = date(2025, 6, 16)
START = datetime(2025, 6, 2, 2, 0, tzinfo=UTC)
REGIONS = ("CN-441900", "CN-440704", "CN-440307", "CN-350000", "CN-500000")


def current() -> Editions:
    """The programmes of the real tree and what they refer to, whatever the rest of the tree says."""
    named = (
        "CN/demand.yaml",
        "CN/measures.yaml",
        *(f"{p}/insurance.yaml" for p in ("CN-350000", "CN-440300", "CN-500000")),
    )
    beds = [path.relative_to(reader.ROOT).as_posix() for path in reader.ROOT.glob("*/items/*.yaml")]
    files = [path.relative_to(reader.ROOT).as_posix() for path in reader.ROOT.glob("*/programmes/*.yaml")]
    return published(*named, *sorted(beds), *sorted(files))


def programme(code: str, place: str = "CN-441900") -> Programme:
    found = programmes.load(current(), code, place, ON)
    assert isinstance(found, Programme), found
    return found


def person(**facts: Any) -> dict[str, Any]:
    return PERSON.row(facts)


# --- PROG-12: the lifecycle and its narrowing

EXPECTED: dict[str, dict[str, str]] = {
    "applied": {"assess": "assessing", "turn_down": "closed"},
    "assessing": {"agree": "agreed", "turn_down": "closed"},
    "agreed": {"activate": "active", "turn_down": "closed"},
    "active": {"suspend": "suspended", "review": "renewing", "refer": "referred", "end": "closing"},
    "suspended": {"resume": "active", "refer": "referred", "end": "closing"},
    "renewing": {"suspend": "suspended", "renew": "active", "refer": "referred", "end": "closing"},
    "referred": {"take_back": "active", "end": "closing"},
    "closing": {"close": "closed"},
    "closed": {},
}


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_pair_moves_as_written(state: State, event: Event) -> None:
    move = TABLE.find(state, event)
    facts = dict.fromkeys(move.needs, True) if move else {}
    found = TABLE.step(state, event, facts)
    wanted = EXPECTED[state].get(event)
    assert (found == wanted) if wanted else isinstance(found, Refusal)
    if move and move.needs:
        assert isinstance(TABLE.step(state, event, {}), Refusal)  # a fact not known is no


def test_every_programme_narrows_and_never_widens() -> None:
    assert widening(["assess", "teleport"]) == ("teleport",)
    with pytest.raises(ValueError, match="close"):
        narrowed(set(Event) - {Event.CLOSE})
    with pytest.raises(ValueError, match="resume"):
        narrowed(ALWAYS | {Event.SUSPEND})
    for place in REGIONS:
        for found in programmes.all_of(current(), place, ON):
            assert all(move in MOVES for move in found.moves)
            assert State.CLOSED in found.states
            assert reached(found.moves) == found.states
    assert State.SUSPENDED not in programme("family_doctor").states


def test_a_file_that_widens_or_lacks_a_way_out_is_named_by_field() -> None:
    value = dict(next(v for v in current().layers("programme:family_bed", jurisdiction="CN", on=ON)).value)
    faults = read_parts(freeze({**value, "lifecycle": {"events": ["assess", "fly"]}, "colour": "red"}))[1]
    codes = {(code, field) for code, field, _ in faults}
    assert ("programmes.widens", "value.lifecycle.events") in codes
    assert ("programmes.dead_end", "value.lifecycle.events") in codes
    assert ("programmes.unknown_field", "value.colour") in codes


# --- PROG-01, PROG-02, PROG-03: the files


def test_the_published_programmes_have_no_fault() -> None:
    assert programmes.check(current()) == ()


@cache
def _nation() -> tuple[Document, ...]:
    """The nation's family bed and what it refers to, read once."""
    items = ["CN-440300/items/home_bed.yaml", *(f"CN/items/nursing_{kind}.yaml" for kind in ("clinical", "guidance"))]
    names = ["CN/programmes/family_bed.yaml", "CN/demand.yaml", "CN/items/nursing_chronic.yaml", *items]
    return tuple(Document(n, reader.parse((reader.ROOT / n).read_text(encoding="utf-8"))) for n in names)


def _tree(*values: Mapping[str, Any]) -> Editions:
    """A small tree: the nation's family bed of the real tree, and these values of a county."""
    base = current()
    header = {
        "schema": "yijia/policy/1",
        "jurisdiction": "CN-110101",
        "kind": "programme",
        "edition": "programmes/2025",
    }
    owner = {"zh": "测试", "en": "Test"}
    county = Document("CN-110101/programmes/x.yaml", {**header, "owner": owner, "values": list(values)})
    return Editions.from_documents([*_nation(), county], base.sources)


def _entry(value: Any, evidence: str = "derived") -> dict[str, Any]:
    ends = {"from": None, "until": None}
    return {"key": "programme:family_bed", "value": value, "effective": ends, "evidence": evidence, "note": "x"}


BED = {"zh": "病床", "en": "Bed", "extends": True}


def test_a_county_replaces_one_part_and_keeps_the_rest_with_its_own_grounds() -> None:
    cycle = {"max_days": 60, "months": None, "review_before_days": 5, "renewal": "review"}
    found = programmes.load(_tree(_entry({**BED, "cycle": cycle})), "family_bed", "CN-110101", ON)
    assert isinstance(found, Programme)
    assert found.cycle is not None
    assert found.cycle.max_days == 60
    assert found.grounds[Part.CYCLE].jurisdiction == "CN-110101"
    assert found.grounds[Part.PLAN].jurisdiction == "CN"
    assert len(found.plan) == len(programme("family_bed").plan)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"plan": [{"code": "a", "zh": "甲", "en": "A", "cadence": "every", "every_days": {"odd": 3}}]}, "programmes.unknown_grade", "value.plan.a"),
        ({"plan": [{"code": "a", "zh": "甲", "en": "A", "cadence": "once"}]}, "programmes.field_missing", "value.plan[0].within_hours"),
        ({"plan": [{"code": "a", "zh": "甲", "en": "A", "cadence": "times", "times": 0}]}, "programmes.bad_value", "value.plan[0].times"),
        ({"money": {"fees": [], "insurance": ["insurance:none_such"]}}, "programmes.unknown_reference", "value.money"),
        ({"eligibility": {"all": [{"id": "x", "zh": "x", "en": "x", "rule": "is_rich"}]}}, "programmes.bad_rule", "value.eligibility.all[0].rule"),
        ({"follow_up": {"activity": "none", "needed": [], "verdicts": []}}, "programmes.unknown_activity", "value.follow_up.activity"),
        ({"cycle": {"renewal": "whenever"}}, "programmes.bad_value", "value.cycle.renewal"),
    ],
)  # fmt: skip
def test_each_fault_names_its_file_and_field(change: Mapping[str, Any], code: str, field: str) -> None:
    found = programmes.check(_tree(_entry({**BED, **change})))
    assert (code, field) in {(f.code, f.field) for f in found}
    assert {f.document for f in found} == {"CN-110101/programmes/x.yaml"}


def test_a_place_that_says_unknown_gets_no_coarser_programme() -> None:
    tree = _tree(_entry(None, "missing"))
    found = programmes.load(tree, "family_bed", "CN-110101", ON)
    assert isinstance(found, Refusal)
    assert found.code == "programmes.missing"
    assert "family_bed" not in programmes.codes(tree, "CN-110101", ON)
    assert programmes.load(tree, "nothing", "CN-110101", ON) == Refusal(
        "programmes.unknown", {"programme": "nothing", "jurisdiction": "CN-110101", "on": ON}
    )


@pytest.mark.parametrize(
    ("code", "place", "part", "use", "refusal"),
    [
        ("family_bed", "CN-440307", Part.MONEY, "money", "programmes.weak"),  # secondary only
        ("family_bed", "CN-350000", Part.MONEY, "money", None),  # press
        ("family_bed", "CN-441900", Part.MONEY, "money", "programmes.not_known"),  # nobody says what it costs
        ("elder_health", "CN-441900", Part.MONEY, "show", None),  # free, and says so
        ("home_rounds", "CN-441900", Part.ELIGIBILITY, "official_result", None),
        ("home_rounds", "CN-441900", Part.PLAN, "official_result", "programmes.weak"),
        ("rehab_child", "CN-440307", Part.ELIGIBILITY, "official_result", None),
    ],
)
def test_weak_and_unknown_parts_stop_money_and_results(
    code: str, place: str, part: Part, use: str, refusal: str | None
) -> None:
    found = programmes.demand(programme(code, place), part, use, current(), ON)  # PROG-03
    assert (found.code if found else None) == refusal


# --- PROG-04: admission

BEDDED = {"is_alive": True, "is_diagnosed": True, "is_stable": True, "is_bedbound": True, "is_in_hospital": False}


@pytest.mark.parametrize(
    ("place", "facts", "verdict", "unmet"),
    [
        ("CN-441900", BEDDED, True, ()),
        ("CN-441900", {**BEDDED, "is_stable": False}, False, ("diagnosed",)),
        ("CN-441900", {**BEDDED, "is_stable": None}, None, ("diagnosed",)),
        ("CN-440307", BEDDED, None, ("contract", "thirteen_cases")),
        ("CN-440307", {**BEDDED, "has_family_doctor": True, "has_diabetic_foot": True}, True, ()),
        ("CN-350100", {**BEDDED, "has_family_doctor": True, "is_on_peritoneal_dialysis": True}, True, ()),
        ("CN-441900", {**BEDDED, "is_in_hospital": True}, False, ("not_in_hospital",)),
    ],
)
def test_admission_condition_by_condition(
    place: str, facts: dict[str, Any], verdict: bool | None, unmet: tuple[str, ...]
) -> None:
    found = judge(programme("family_bed", place), person(**facts))
    assert found.verdict is verdict
    assert found.unmet == unmet


def test_thirteen_cases_in_shenzhen_nine_in_fuzhou_and_one_suffices() -> None:
    for place, count in (("CN-440300", 13), ("CN-350100", 9)):
        cases = next(c for c in programme("family_bed", place).eligibility if c.any_of).any_of
        assert len(cases) == count
        for case in cases:
            assert case.rule is not None
            facts = {**BEDDED, "has_family_doctor": True, **dict.fromkeys(case.rule.columns, True)}
            assert judge(programme("family_bed", place), person(**facts)).verdict is True
    nobody = {
        name: False for name in PERSON if name.startswith(("has_", "needs_", "is_")) and PERSON[name].kind == "boolean"
    }
    assert (
        judge(programme("family_bed", "CN-350100"), person(**{**nobody, **BEDDED, "has_family_doctor": True})).verdict
        is False
    )


def test_the_grade_is_the_first_whose_rule_holds() -> None:
    assert grade_of(programme("ltc_home", "CN-500000"), person(ltc_level=4)) == "severe"
    assert grade_of(programme("ltc_home", "CN-500000"), person(ltc_level=2)) == "moderate"
    assert grade_of(programme("ltc_home", "CN-500000"), person(ltc_level=1)) is None


# --- PROG-05 to PROG-08: what is due


def dues(
    code: str, place: str = "CN-441900", *, grade: str = "", done: tuple[Done, ...] = (), on: date = ON, **facts: Any
) -> dict[str, Any]:
    until_on = facts.pop("until_on", None)
    course = Course(START, grade, until_on)
    found = due_list(programme(code, place), course, person(**facts), done, on)
    return {due.activity: due for due in found.dues} | {r.facts["activity"]: r.code for r in found.unknown}


def test_the_first_round_is_due_within_a_day_and_counts_as_a_round() -> None:
    found = dues("family_bed", grade="severe")
    assert found["first_round"].due_at == START + timedelta(hours=24)
    assert found["first_round"].is_late(START + timedelta(hours=25))
    assert found["bed_round"].due_on == date(2025, 6, 9)
    after = dues("family_bed", grade="severe", done=(Done(date(2025, 6, 3), ("first_round", "bed_round")),))
    assert "first_round" not in after
    assert after["bed_round"].due_on == date(2025, 6, 10)


def test_nothing_is_due_behind_the_cycle() -> None:
    assert "health_guidance" not in dues("family_bed", grade="severe", until_on=date(2025, 6, 20))


@pytest.mark.parametrize(
    ("done", "due_on", "opens_on"),
    [
        ((), date(2025, 7, 2), date(2025, 6, 2)),  # second quarter of four; the first is not owed (PROG-07)
        ((date(2025, 6, 10),), date(2025, 10, 1), date(2025, 7, 2)),
        ((date(2025, 6, 10), date(2025, 7, 10), date(2025, 11, 1)), date(2026, 4, 1), date(2026, 1, 1)),
    ],
)
def test_four_a_year_fall_into_quarters(done: tuple[date, ...], due_on: date, opens_on: date) -> None:
    line = programme("family_doctor").activity("bp_follow_up")
    assert line is not None
    found = next_due(line, Course(START, ""), [Done(day, ("bp_follow_up",)) for day in done], ON)
    assert found is not None
    assert not isinstance(found, Refusal)
    assert abs((found.due_on - due_on).days) <= 1
    assert abs((found.opens_on - opens_on).days) <= 1


def test_a_line_concerns_only_whom_it_names_and_one_record_serves_all_programmes() -> None:
    young, old = dues("family_doctor", age_years=40), dues("family_doctor", age_years=70, has_hypertension=True)
    assert "health_check" not in young
    assert {"health_check", "bp_follow_up"} <= set(old)
    check = Done(date(2025, 6, 10), ("health_check", "bp_follow_up", "dm_follow_up"))  # PROG-06
    after = dues("hypertension", done=(check,), age_years=70)
    assert after["bp_follow_up"].due_on == date(2025, 9, 8)
    assert after["health_check"].opens_on.year == 2026


def test_an_unknown_cadence_is_said_and_not_guessed() -> None:
    assert dues("home_rounds")["home_round"] == "programmes.cadence_unknown"
    assert dues("ltc_home", "CN-500000", grade="severe")["ltc_visit"] == "programmes.cadence_unknown"


def test_fujian_owes_two_integrated_services_and_others_do_not_know() -> None:
    on = date(2025, 6, 16)
    assert dues("disabled_elder_health", "CN-350000", on=on)["integrated_service"].due_on == date(2025, 7, 1)
    assert dues("disabled_elder_health", "CN-441900", on=on)["integrated_service"] == "programmes.cadence_unknown"


# --- PROG-09: verdicts; the worked examples of the reference


CALM = {
    "has_danger_sign": False,
    "has_adverse_reaction": False,
    "has_new_complication": False,
    "is_intractable_reaction": False,
}


@pytest.mark.parametrize(
    ("code", "reading", "verdict", "days"),
    [
        ("hypertension", {"age_years": 70, "systolic": 148, "diastolic": 86, "uncontrolled_before": 0}, "controlled", 90),
        ("hypertension", {"age_years": 60, "systolic": 148, "diastolic": 86, "uncontrolled_before": 0}, "first", 14),
        ("hypertension", {"age_years": 60, "systolic": 150, "diastolic": 95, "uncontrolled_before": 1}, "second", 14),
        ("hypertension", {"age_years": 72, "systolic": 182, "diastolic": 96, "uncontrolled_before": 0}, "emergency", 14),
        ("hypertension", {"age_years": 64, "systolic": 140, "diastolic": 80, "uncontrolled_before": 0}, "first", 14),
        ("hypertension", {"age_years": 65, "systolic": 150, "diastolic": 80, "uncontrolled_before": 0}, "first", 14),
        ("hypertension", {"age_years": 70, "systolic": 130, "diastolic": 80, "uncontrolled_before": 0, "has_new_complication": True}, "second", 14),
        ("diabetes", {"age_years": 60, "fasting_glucose": 7, "systolic": 120, "diastolic": 80, "uncontrolled_before": 0}, "first", 14),
        ("diabetes", {"age_years": 60, "fasting_glucose": 6, "systolic": 120, "diastolic": 80, "uncontrolled_before": 3}, "controlled", 90),
        ("diabetes", {"age_years": 60, "fasting_glucose": 8, "systolic": 120, "diastolic": 80, "uncontrolled_before": 1}, "second", 14),
        ("diabetes", {"age_years": 60, "fasting_glucose": 3, "systolic": 120, "diastolic": 80, "uncontrolled_before": 0}, "emergency", 14),
    ],
)  # fmt: skip
def test_the_first_true_verdict_decides(code: str, reading: dict[str, Any], verdict: str, days: int) -> None:
    follow_up = programme(code).follow_up
    assert follow_up is not None
    found = judge_reading(follow_up, READING.row({**CALM, **reading}), ON)
    assert isinstance(found, Judged)
    assert found.verdict.id == verdict
    assert found.next_on == ON + timedelta(days=days)
    assert found.verdict.refers is (verdict in ("second", "emergency"))


def test_a_reading_that_lacks_what_is_needed_is_refused() -> None:
    follow_up = programme("hypertension").follow_up
    assert follow_up is not None
    found = judge_reading(follow_up, READING.row({"age_years": 70, "systolic": 120}), ON)
    assert isinstance(found, Refusal)
    assert found.facts["missing"] == ("diastolic", "has_danger_sign", "has_adverse_reaction", "has_new_complication")
    assert uncontrolled_in_a_row([False, True, False, False]) == 2
    assert uncontrolled_in_a_row([]) == 0


# --- PROG-10, PROG-11, PROG-13


def test_one_trip_finishes_a_home() -> None:
    rows = [(1, 5, "a"), (2, 1, "b"), (1, 3, "c"), (3, 2, "d")]
    assert by_household(rows, lambda r: r[0], lambda r: r[1]) == (
        (2, ((2, 1, "b"),)),
        (3, ((3, 2, "d"),)),
        (1, ((1, 3, "c"), (1, 5, "a"))),
    )


def test_slots_have_stable_keys_of_their_own() -> None:
    assert slot_key("bed") == slot_key("bed") != slot_key("family_doctor")
    assert 0 < slot_key("bed") < 2**63 - 1


def test_renewal_is_a_new_case_where_the_place_says_so() -> None:
    bed, contract = programme("family_bed", "CN-440307").cycle, programme("family_doctor").cycle  # PROG-13
    assert bed is not None
    assert contract is not None
    assert (bed.max_days, bed.renewal) == (90, "new_case")
    assert (contract.months, contract.renewal) == (12, "review")
    unknown = programme("family_bed").cycle
    assert unknown is not None
    assert unknown.max_days is None


def test_every_programme_is_drawn_within_its_frame() -> None:
    for place in REGIONS:
        for found in programmes.all_of(current(), place, ON):
            picture = draw(found)
            assert {box.state for box in picture.boxes} == set(found.states)
            assert {arrow.event for arrow in picture.arrows} == set(found.events)
            assert {step.state for step in steps(found)} | {
                one[1] for step in steps(found) for one in step.asides
            } == set(found.states)
            assert all(0 <= arrow.label_x <= WIDTH and 0 <= arrow.label_y <= HEIGHT for arrow in picture.arrows)


def test_the_document_prints_the_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules" / "programmes.md").read_text(encoding="utf-8")
    assert TABLE.diagram() in text
    assert TABLE.listing() in text
