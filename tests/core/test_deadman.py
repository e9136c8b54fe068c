"""Timers: when silence becomes an alarm, and who is called next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.policy_tree import published
from yijia.core.policy import Value
from yijia.core.visits import deadman
from yijia.core.visits.deadman import Clock, Ladder, Party

NOON = datetime(2025, 6, 10, 4, 0, tzinfo=UTC)


def value(name: str) -> Value:
    found = published("CN/alarms.yaml").lookup(name, jurisdiction="CN-441900", on=date(2025, 6, 10))
    assert isinstance(found, Value)
    return found


def ladder(name: str) -> Ladder:
    return deadman.read(value(f"term:{name}_ladder"))


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


SOS = [
    (-1, None, None), (0, None, Party.DESK), (59.9, None, Party.DESK), (60, None, Party.SECOND_DESK),  # EVID-12
    (179, None, Party.SECOND_DESK), (180, None, Party.DUTY_LEAD), (9999, None, Party.DUTY_LEAD),
    (9999, 30, Party.DESK), (9999, 60, Party.SECOND_DESK), (20, 30, Party.DESK),
]  # fmt: skip


@pytest.mark.parametrize(("now", "acknowledged", "party"), SOS)
def test_sos(now: float, acknowledged: float | None, party: Party | None) -> None:
    """EVID-12"""
    acknowledged_at = None if acknowledged is None else after(acknowledged)
    step = deadman.due(ladder("sos"), NOON, after(now), acknowledged_at=acknowledged_at)
    assert (None if step is None else step.party) == party


def test_the_next_step_is_known_ahead() -> None:
    """EVID-12"""
    assert deadman.next_at(ladder("sos"), NOON, NOON) == after(60)
    assert deadman.next_at(ladder("sos"), NOON, after(60)) == after(180)
    assert deadman.next_at(ladder("sos"), NOON, after(180)) is None


SILENT = [
    (0, None, None), (899, None, None), (900, None, Party.NURSE), (959, None, Party.NURSE), (960, None, Party.DESK),
    (1080, None, Party.DUTY_LEAD), (5000, 600, None), (5000, 5000, None), (950, 5000, Party.NURSE),
]  # fmt: skip


@pytest.mark.parametrize(("now", "ended", "party"), SILENT)
def test_a_silent_visit(now: float, ended: float | None, party: Party | None) -> None:
    """EVID-11"""
    ended_at = None if ended is None else after(ended)
    step = deadman.watch(ladder("deadman"), NOON, after(now), ended_at=ended_at)
    assert (None if step is None else step.party) == party


def test_a_prolonged_visit_starts_anew() -> None:
    """EVID-11"""
    assert deadman.watch(ladder("deadman"), after(1800), after(1000)) is None
    step = deadman.watch(ladder("deadman"), NOON, after(5000), acknowledged_at=after(930))
    assert step is not None
    assert step.party is Party.NURSE


CLOCKS = [
    (0, Clock.FRESH), (-299, Clock.FRESH), (-301, Clock.WRONG), (3600, Clock.FRESH), (21_600, Clock.FRESH),  # EVID-13
    (21_601, Clock.LATE), (86_400, Clock.LATE), (604_801, Clock.WRONG), (-259_200, Clock.WRONG),
]  # fmt: skip


@pytest.mark.parametrize(("age", "clock"), CLOCKS)
def test_the_clock_of_an_alarm(age: float, clock: Clock) -> None:
    """EVID-13"""
    assert deadman.clock_of(ladder("sos"), NOON, after(age)) is clock


def test_1970_still_rings() -> None:
    """EVID-13"""
    assert deadman.clock_of(ladder("sos"), datetime(1970, 1, 1, tzinfo=UTC), NOON) is Clock.WRONG


@pytest.mark.parametrize("steps", [[], [60, 0], [0, 0], [-1]])
def test_a_ladder_rises(steps: list[int]) -> None:
    wrong = {"steps": tuple({"after_s": after_s, "party": "desk"} for after_s in steps)}
    with pytest.raises(ValueError):
        deadman.read(replace(value("term:sos_ladder"), value=wrong))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_time_only_climbs(first: int, second: int) -> None:
    earlier, later = sorted((first, second))
    low, high = (deadman.due(ladder("sos"), NOON, after(seconds)) for seconds in (earlier, later))
    assert low is not None
    assert high is not None
    assert low.level <= high.level


def test_answered_in_time() -> None:
    assert deadman.answered_in_time([5, 60, 61], 60) == (2, 3)
