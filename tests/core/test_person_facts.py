"""Dated facts: what is refused, what clashes, what holds on a day (ID-12 … ID-14 in docs/rules/people.md)."""

from datetime import date

import pytest

from yijia.core.people import facts
from yijia.core.people.facts import Fact, Kind

BORN, TODAY = date(1945, 3, 2), date(2025, 6, 16)


def card(since: date, until: date | None = None, level: int | None = 2) -> Fact:
    return Fact(Kind.DISABILITY, "limb", level, since, until)


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (card(date(2020, 1, 1)), None),
        (card(date(1945, 3, 1)), "from_on"),  # before birth
        (card(date(2025, 6, 17)), "from_on"),
        (card(date(2020, 1, 1), level=None), "level"),
        (card(date(2020, 1, 1), level=5), "level"),
        (card(date(2020, 1, 1), date(2020, 1, 1)), "until_on"),
        (Fact(Kind.DISABILITY, "unlucky", 2, date(2020, 1, 1)), "code"),
        (Fact(Kind.HUKOU, "CN-441900", None, BORN), None),
        (Fact(Kind.HUKOU, "Dongguan", None, BORN), "code"),
        (Fact(Kind.INCOME, "minimum_living", 1, date(2020, 1, 1)), "level"),
        (Fact(Kind.CARE_GRADE, "gbt_42195_2022", 3, date(2025, 7, 1)), None),  # a decision may name a later day
        (Fact(Kind.CARE_GRADE, "a b", 3, date(2025, 6, 1)), "code"),
    ],
)
def test_a_statement_is_checked_by_field(fact: Fact, field: str | None) -> None:
    """ID-12."""
    assert set(facts.check(fact, born_on=BORN, today=TODAY)) == ({field} if field else set())


def test_one_of_a_kind_a_day_and_pensions_one_a_code() -> None:
    """ID-13."""
    old = card(date(2020, 1, 1), date(2024, 1, 1))
    assert facts.clash(card(date(2024, 1, 1)), [old]) is None
    assert facts.clash(card(date(2023, 12, 31)), [old]).code == "people.fact_overlap"
    assert facts.clash(Fact(Kind.INCOME, "minimum_living", None, date(2023, 1, 1)), [old]) is None
    pension = Fact(Kind.PENSION, "employee", None, date(2005, 1, 1))
    assert facts.clash(Fact(Kind.PENSION, "resident", None, date(2006, 1, 1)), [pension]) is None
    assert facts.clash(Fact(Kind.PENSION, "employee", None, date(2006, 1, 1)), [pension]) is not None


def test_what_nobody_stated_is_not_known() -> None:
    """ID-14."""
    held = facts.on_day([card(date(2020, 1, 1), date(2024, 1, 1)), card(date(2024, 1, 1), level=1)], date(2024, 1, 1))
    assert [fact.level for fact in held[Kind.DISABILITY]] == [1]
    assert Kind.INCOME not in held


@pytest.mark.parametrize(
    ("day", "months"), [(date(2025, 6, 15), 4), (date(2025, 6, 16), 5), (date(2025, 7, 16), 6), (date(2026, 1, 16), 12)]
)
def test_months_a_statement_has_held(day: date, months: int) -> None:
    assert facts.months_since(Fact(Kind.BEDBOUND, "ill", None, date(2025, 1, 16)), day) == months
