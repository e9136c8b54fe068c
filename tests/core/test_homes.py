"""A care home without a database: every pair of the table, and which doses of a day are due, late or written."""

from dataclasses import replace
from datetime import date, datetime, time
from itertools import product
from pathlib import Path

import pytest

from yijia.core.calendar import at_local
from yijia.core.homes.lifecycle import TABLE, Event, State
from yijia.core.homes.medicines import Line, Outcome, Standing, may_write, read_times, slots
from yijia.core.refusal import Refusal

ON = date(2025, 6, 16)
LINE = Line(1, ("08:00", "18:00"), date(2025, 6, 1), date(2025, 7, 1))
EXPECTED = {
    "living": {"change_bed": "living", "go_away": "away", "leave": "left"},
    "away": {"come_back": "living", "leave": "left"},
    "left": {},
}
NAMED = {("away", "go_away"): "placements.away_already", ("living", "come_back"): "placements.not_away"}


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_pair_moves_as_written(state: State, event: Event) -> None:
    """HOME-04"""
    move = TABLE.find(state, event)
    found = TABLE.step(state, event, dict.fromkeys(move.needs, True) if move else {})
    wanted = EXPECTED[state].get(event)
    if wanted:
        assert found == wanted
        assert not move.needs or isinstance(TABLE.step(state, event, {}), Refusal)
    else:
        code = NAMED.get((state, event), "placements.over" if state is State.LEFT else "placements.wrong_status")
        assert isinstance(found, Refusal)
        assert found.code == code


def test_the_document_shows_this_table() -> None:
    text = (Path(__file__).parents[2] / "docs/rules/homes.md").read_text(encoding="utf-8")
    assert TABLE.diagram() in text
    assert TABLE.listing() in text


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["18:00", "08:00", "08:00", " "], ("08:00", "18:00")),
        (["24:00"], None),
        (["8:00"], None),
        (["08:60"], None),
        (["08:00x"], None),
        ([], ()),
    ],
)
def test_times_are_clock_times(texts: list[str], found: tuple[str, ...] | None) -> None:
    """HOME-09"""
    assert read_times(texts) == found


@pytest.mark.parametrize(
    ("now", "standings"),
    [
        (time(7, 59), ["later", "later"]),
        (time(8, 0), ["due", "later"]),
        (time(9, 0), ["due", "later"]),
        (time(9, 1), ["late", "later"]),
        (time(19, 1), ["late", "late"]),
    ],
)
def test_a_dose_is_later_due_or_late(now: time, standings: list[str]) -> None:
    """HOME-10"""
    assert [slot.standing for slot in slots([LINE], {}, ON, ON, now, 60)] == standings


@pytest.mark.parametrize(
    ("begins", "ends", "standings"),
    [
        (at_local(ON, time(7)), None, ["away", "away"]),  # in hospital since the morning
        (at_local(ON, time(8, 30)), None, ["late", "away"]),  # the first fell due before they went
        (at_local(ON, time(7)), at_local(ON, time(17)), ["away", "late"]),
        (at_local(ON, time(9)), at_local(ON, time(17)), ["late", "late"]),
    ],
)
def test_who_is_away_waits_for_no_dose(begins: datetime, ends: datetime | None, standings: list[str]) -> None:
    """HOME-10"""
    line = replace(LINE, away=((begins, ends),))
    assert [slot.standing for slot in slots([line], {}, ON, ON, time(20), 60)] == standings
    said = slots([line], {(1, "08:00"): Outcome.HELD}, ON, ON, time(20), 60)
    assert said[0].standing == Standing.WRITTEN
    assert {slot.standing for slot in slots([line], {}, date(2025, 6, 17), ON, time(20), 60)} == {Standing.LATER}


def test_what_is_written_stands_and_what_does_not_hold_is_not_asked() -> None:
    """HOME-09 HOME-10"""
    over = Line(2, ("06:00",), date(2025, 6, 1), ON)
    found = slots([LINE, over], {(1, "08:00"): Outcome.REFUSED}, ON, ON, time(12, 0), 60)
    assert [(slot.time, slot.standing, slot.outcome) for slot in found] == [
        ("08:00", Standing.WRITTEN, Outcome.REFUSED), ("18:00", Standing.LATER, None),
    ]  # fmt: skip
    yesterday = slots([LINE], {}, date(2025, 6, 15), ON, time(0, 1), 60)
    assert {slot.standing for slot in yesterday} == {Standing.LATE}
    assert {slot.standing for slot in slots([LINE], {}, date(2025, 6, 17), ON, time(23, 59), 60)} == {Standing.LATER}


@pytest.mark.parametrize(
    ("on", "slot", "is_here", "outcome", "code"),
    [
        (ON, "08:00", True, Outcome.GIVEN, None),
        (date(2025, 6, 15), "08:00", True, Outcome.GIVEN, None),
        (date(2025, 6, 14), "08:00", True, Outcome.GIVEN, "medicines.too_late"),
        (date(2025, 6, 17), "08:00", True, Outcome.GIVEN, "medicines.not_yet"),
        (ON, "09:00", True, Outcome.GIVEN, "medicines.not_listed"),
        (date(2025, 7, 1), "08:00", True, Outcome.GIVEN, "medicines.not_listed"),
        (ON, "08:00", False, Outcome.GIVEN, "medicines.person_away"),
        (ON, "08:00", False, Outcome.HELD, None),
    ],
)
def test_what_may_be_written(on: date, slot: str, is_here: bool, outcome: Outcome, code: str | None) -> None:
    """HOME-10 HOME-11"""
    found = may_write(LINE, on, slot, today=ON, back_days=1, is_here=is_here, outcome=outcome)
    assert (found and found.code) == code
