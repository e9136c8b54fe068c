"""Rehabilitation by designated institutions: criteria, the list, the choice, the month, the ban, each as a table."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from yijia.base.editions import current
from yijia.core import procedures, rehab
from yijia.core.policy import Value
from yijia.core.refusal import Refusal

ON = date(2025, 6, 16)


def _value(key: str) -> Value:
    found = current().lookup(key, jurisdiction="CN-441900", on=ON)
    assert isinstance(found, Value)
    return found


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("limb", ["limb"]), ("mental", ["autism"]), ("autism", ["autism"]), ("", []), ("multiple", ["vision", "hearing", "speech", "limb", "intellectual", "autism"])],
)  # fmt: skip
def test_a_disability_leads_to_its_categories(kind: str, wanted: list[str]) -> None:
    """REHAB-01."""
    categories = rehab.read_categories(_value("rehab:categories").value)
    assert len(categories) == 6
    assert [one.id for one in rehab.categories_of(kind, categories)] == wanted


# --- REHAB-02: the criteria sheet

GOOD = {
    "legal": True, "agreement": True, "standards": True, "capacity": True, "credentials": True, "cameras": True,
    "children_a_therapist": 6, "floor_area": 300, "equipment": True,
}  # fmt: skip
FIGURES: dict[str, Any] = {"children_a_therapist": 8, "floor_area": 200, "equipment": "平衡杠、言语训练仪"}


@pytest.mark.parametrize(
    ("answers", "stated", "passed", "failed", "unknown"),
    [
        (GOOD, FIGURES, True, [], []),
        (GOOD, {}, None, [], ["children_a_therapist", "floor_area", "equipment"]),
        (GOOD | {"legal": False}, {}, False, ["legal"], ["children_a_therapist", "floor_area", "equipment"]),
        (GOOD | {"floor_area": 199}, FIGURES, False, ["floor_area"], []),
        (GOOD | {"children_a_therapist": 9}, FIGURES, False, ["children_a_therapist"], []),
        (GOOD | {"equipment": False}, {}, False, ["equipment"], ["children_a_therapist", "floor_area", "equipment"]),
        ({}, FIGURES, None, [], []),
    ],
)
def test_a_criterion_nobody_knows_makes_no_verdict(
    answers: dict[str, Any], stated: dict[str, Any], passed: bool | None, failed: list[str], unknown: list[str]
) -> None:
    """REHAB-02."""
    criteria = procedures.read_criteria(_value("rehab:criteria").value, stated)
    sheet = procedures.judge_criteria(criteria, answers)
    assert sheet.is_passed is passed
    assert [one.id for one in sheet.failed] == failed
    assert [one.id for one in sheet.unknown] == unknown
    assert len(sheet.unanswered) == (0 if answers else 9)


def test_the_published_procedure_holds_together() -> None:
    """REHAB-03, REHAB-04: one institution, one table; the vote is a majority."""
    read = procedures.read(_value("procedure:rehab_designation"))
    assert read.criteria == "rehab:criteria"
    assert not read.instrument
    assert read.seats < 2 * read.majority
    assert set(read.terms.values()) <= {value.key for value in current().all_values}
    for state in read.states:
        assert read.table.is_over(read.table.states(state)) is not bool(
            [m for m in read.table.moves if state in m.source]
        )


# --- REHAB-05, REHAB-07, REHAB-08: list and choice

PLACE = rehab.Place("港湾医院", "limb", date(2025, 1, 1), date(2026, 1, 1), None, False, True, 2, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"is_banned": True}, "rehab.banned"),
        ({"ended_on": ON}, "rehab.ended"),
        ({"ended_on": date(2025, 6, 17)}, None),
        ({"valid_until": ON}, "rehab.expired"),
        ({"valid_from": date(2025, 6, 17)}, "rehab.not_yet"),
        ({"has_agreement": False}, "rehab.no_agreement"),
    ],
)
def test_who_is_on_the_live_list(change: dict[str, Any], code: str | None) -> None:
    """REHAB-05, REHAB-06."""
    found = rehab.may_list(replace(PLACE, **change), ON)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        ({}, {}, None),
        ({"category": "vision"}, {}, "rehab.other_category"),
        ({"is_banned": True}, {}, "rehab.banned"),
        ({"taken": 2}, {}, "rehab.full"),
        ({"taken": 3}, {}, "rehab.full"),
        ({}, {"changes": 1, "is_change": True}, "rehab.changed_enough"),
        ({}, {"changes": 1, "is_change": False}, None),
        ({}, {"changes": 0, "is_change": True}, None),
        ({}, {"changes": 5, "is_change": True, "allowed": None}, None),
    ],
)
def test_what_a_guardian_may_choose(change: dict[str, Any], more: dict[str, Any], code: str | None) -> None:
    """REHAB-07, REHAB-08, REHAB-09."""
    asked = {"changes": 0, "allowed": 1, "is_change": False} | more
    found = rehab.may_choose(replace(PLACE, **change), {"limb"}, ON, **asked)
    assert (found.code if found else None) == code


# --- REHAB-06: exit and ban


def test_a_ban_lasts_as_long_as_the_place_says_or_until_it_is_lifted() -> None:
    """REHAB-06: Fuyang's 24 months from 2026-03-01 end on 2028-03-01; unknown months have no end."""
    fuyang = rehab.ExitReason("evaluation_failed", "考核不合格", "Failed the evaluation", True, 24)
    until = rehab.ban_until(fuyang, date(2026, 3, 1))
    assert until == date(2028, 3, 1)
    bans = [rehab.Ban(date(2026, 3, 1), until)]
    assert rehab.standing_ban(bans, date(2027, 12, 1)) is not None
    assert rehab.standing_ban(bans, date(2028, 3, 1)) is None
    grounds = rehab.read_exits(_value("rehab:exit").value)
    assert rehab.ban_until(grounds["fraud"], ON) is None
    endless = rehab.Ban(ON, None)
    assert rehab.standing_ban([endless, *bans], date(2040, 1, 1)) == endless
    assert rehab.standing_ban([replace(endless, is_lifted=True)], ON) is None


# --- REHAB-10, REHAB-11: the month

MAY = rehab.Month(date(2025, 5, 1), True, True, 12, 200_000, minutes=720)
KNOWN = rehab.Money(rehab.Ceiling("person", 1_000_000, "示例文件"), 0)


@pytest.mark.parametrize(
    ("change", "money", "code"),
    [
        ({}, KNOWN, None),
        ({"is_settled": True}, KNOWN, "rehab.settled"),
        ({"first": date(2025, 6, 1)}, KNOWN, "rehab.month_running"),
        ({"is_evaluated": False}, KNOWN, "rehab.not_evaluated"),
        ({"is_signed": False}, KNOWN, "rehab.not_signed"),
        ({"sessions": 0}, KNOWN, "rehab.no_session"),
        ({"claimed_fen": None}, KNOWN, "rehab.nothing_claimed"),
        ({}, replace(KNOWN, ceiling=rehab.Ceiling("person", None, "")), "rehab.ceiling_unknown"),
        ({}, replace(KNOWN, settled_fen=800_000), None),
        ({}, replace(KNOWN, settled_fen=800_001), "rehab.over_ceiling"),
        ({}, rehab.Money(rehab.Ceiling("person", 1_000_000, "x", 1200), 0, 480), None),
        ({}, rehab.Money(rehab.Ceiling("person", 1_000_000, "x", 1200), 0, 481), "rehab.over_hours"),
    ],
)
def test_what_a_month_needs_before_it_is_settled(change: dict[str, Any], money: rehab.Money, code: str | None) -> None:
    """REHAB-10, REHAB-11, REHAB-12: a month that was signed before an exit is settled like any other."""
    found = rehab.settle(replace(MAY, **change), (money,), ON)
    assert (found.code if found else None) == code


def test_the_refusal_names_the_ceiling_that_was_reached() -> None:
    """REHAB-11: both ceilings are asked; the one that is reached is named with figure and source."""
    agreed = rehab.Money(rehab.Ceiling("agreement", 250_000, "HZ25061600001"), 100_000)
    found = rehab.settle(MAY, (KNOWN, agreed), ON)
    assert isinstance(found, Refusal)
    assert (found.facts["of"], found.facts["ceiling_fen"], found.facts["source"]) == (
        "agreement",
        250_000,
        "HZ25061600001",
    )


def test_months_and_quarters() -> None:
    """REHAB-13: a training counts in the quarter of its day."""
    assert rehab.month_of(date(2025, 6, 30)) == date(2025, 6, 1)
    assert [rehab.quarter_of(date(2025, m, 5)).month for m in (1, 3, 4, 12)] == [1, 1, 4, 10]
