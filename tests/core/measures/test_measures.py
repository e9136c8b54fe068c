"""Indicators: one definition, an exact figure, and no cell so small that it names somebody."""

from datetime import date
from fractions import Fraction

import pytest

from yijia.base import editions
from yijia.core.measures import Figure, Unit, hide_small, read_measures
from yijia.core.measures.sql import condition
from yijia.core.measures.vocabulary import RESIDENT
from yijia.core.rules import compile_rule

ON = date(2025, 6, 16)


def test_every_figure_of_the_mission_has_a_definition_and_a_published_twin() -> None:
    """MEAS-01: Dongguan's three rates come out of one definition each, beside what the reply states."""
    current = editions.current()
    measures = read_measures(current.values("measure:", jurisdiction="CN-441900", on=ON))
    stated = {"contract_rate": "0.5839", "elder_integrated_care_rate": "0.4389", "online_training_rate": "0.9784"}
    for name, share in stated.items():
        assert measures[name].unit is Unit.SHARE
        said = current.demand(
            f"reported:{measures[name].reported}", use="official_result", jurisdiction="CN-441900", on=ON
        )
        assert str(said.value["value"]) == share


def test_a_share_of_nobody_is_not_a_number() -> None:
    """MEAS-02"""
    assert Figure("contract_rate", 0, 0, ON).share is None
    assert Figure("contract_rate", 11678, 20000, ON).share == Fraction(5839, 10000)


def test_sql_is_the_rule_itself() -> None:
    """MEAS-03: what the page counts by is what the definition says, with the driver's per cent signs doubled."""
    assert condition(compile_rule("is_alive AND age >= 65", RESIDENT)) == "is_alive AND age >= 65"
    assert "%%" in condition(compile_rule("sex LIKE '1%'", RESIDENT))


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (600, 600)])
def test_small_cells_are_hidden(count: int, shown: int | None) -> None:
    """MEAS-04"""
    assert hide_small(count) == shown
