"""Calendar: Shanghai dates, aware instants, half-open periods, working days by table."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijia.core import calendar
from yijia.core.calendar import Days, Span

DATES = [
    (datetime(2025, 6, 1, 15, 59, 59, tzinfo=UTC), date(2025, 6, 1)),
    (datetime(2025, 6, 1, 16, 0, tzinfo=UTC), date(2025, 6, 2)),
    (datetime(2024, 2, 28, 16, 0, tzinfo=UTC), date(2024, 2, 29)),
    (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
    (datetime(2025, 6, 1, 23, 0, tzinfo=timezone(timedelta(hours=-5))), date(2025, 6, 2)),
]


@pytest.mark.parametrize(("instant", "day"), DATES)
def test_business_date(instant: datetime, day: date) -> None:
    assert calendar.business_date(instant) == day


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2025, 6, 1)  # noqa: DTZ001 - what is under test
    for reader in (calendar.aware, calendar.local, calendar.business_date):
        with pytest.raises(ValueError):
            reader(naive)
    with pytest.raises(ValueError):
        Span(naive, naive)


def test_the_day_starts_in_shanghai() -> None:
    assert calendar.start_of(date(2025, 6, 2)) == datetime(2025, 6, 1, 16, 0, tzinfo=UTC)
    assert calendar.at_local(date(2025, 6, 2), time(8, 30)) == datetime(2025, 6, 2, 0, 30, tzinfo=UTC)


def test_periods_are_half_open() -> None:
    days = Days(date(2024, 9, 1), date(2026, 3, 30))
    assert date(2024, 8, 31) not in days
    assert date(2024, 9, 1) in days
    assert date(2026, 3, 29) in days
    assert date(2026, 3, 30) not in days
    assert date(1900, 1, 1) in Days()
    assert not days.overlaps(Days(date(2026, 3, 30)))
    assert days.overlaps(Days(None, date(2024, 9, 2)))
    with pytest.raises(ValueError):
        Days(date(2025, 1, 1), date(2025, 1, 1))


def test_touching_spans_do_not_overlap() -> None:
    nine, ten, eleven = (datetime(2025, 6, 1, hour, tzinfo=UTC) for hour in (9, 10, 11))
    first, second = Span(nine, ten), Span(ten, eleven)
    assert not first.overlaps(second)
    assert first.padded(0, 1).overlaps(second)
    assert nine in first
    assert ten not in first
    assert first.length_s == 3600
    with pytest.raises(ValueError):
        Span(ten, ten)


NATIONAL_2025 = {date(2025, 10, 1) + timedelta(days=i): False for i in range(8)} | {
    date(2025, 9, 28): True,
    date(2025, 10, 11): True,
}

WORKING = [
    (date(2025, 9, 26), True), (date(2025, 9, 27), False), (date(2025, 9, 28), True), (date(2025, 10, 1), False),
    (date(2025, 10, 9), True), (date(2025, 10, 11), True), (date(2025, 10, 12), False),
]  # fmt: skip


@pytest.mark.parametrize(("day", "works"), WORKING)
def test_working_days(day: date, works: bool) -> None:
    assert calendar.is_working_day(day, NATIONAL_2025) is works


def test_deadlines_skip_the_holiday() -> None:
    assert calendar.add_working_days(date(2025, 9, 29), 0, NATIONAL_2025) == date(2025, 9, 29)
    assert calendar.add_working_days(date(2025, 9, 29), 2, NATIONAL_2025) == date(2025, 10, 9)
    assert calendar.working_days_between(date(2025, 9, 29), date(2025, 10, 10), NATIONAL_2025) == 3
    with pytest.raises(ValueError):
        calendar.add_working_days(date(2025, 9, 29), -1, {})


MONTHS = [
    (date(2025, 1, 31), 1, date(2025, 2, 28)), (date(2024, 1, 31), 1, date(2024, 2, 29)),
    (date(2025, 12, 15), 1, date(2026, 1, 15)), (date(2025, 1, 15), -1, date(2024, 12, 15)),
    (date(2024, 2, 29), 24, date(2026, 2, 28)), (date(2024, 9, 1), 24, date(2026, 9, 1)),
    (date(2025, 11, 30), 1, date(2025, 12, 30)), (date(2025, 11, 30), 3, date(2026, 2, 28)),
]  # fmt: skip


@pytest.mark.parametrize(("day", "count", "then"), MONTHS)
def test_months(day: date, count: int, then: date) -> None:
    assert calendar.add_months(day, count) == then


AGES = [
    (date(1960, 6, 1), date(2025, 5, 31), 64), (date(1960, 6, 1), date(2025, 6, 1), 65),
    (date(1960, 2, 29), date(2025, 2, 28), 64), (date(1960, 2, 29), date(2025, 3, 1), 65),
]  # fmt: skip


@pytest.mark.parametrize(("born", "on", "age"), AGES)
def test_age(born: date, on: date, age: int) -> None:
    assert calendar.age_on(born, on) == age


def test_the_unborn_have_no_age() -> None:
    with pytest.raises(ValueError):
        calendar.age_on(date(2025, 1, 2), date(2025, 1, 1))


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_a_deadline_counts_its_working_days(day: date, count: int) -> None:
    deadline = calendar.add_working_days(day, count, {})
    assert calendar.working_days_between(day + timedelta(days=1), deadline + timedelta(days=1), {}) == count


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        (date(2007, 6, 20), 18, date(2025, 6, 20)),
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
        (date(2008, 2, 29), 4, date(2012, 2, 29)),
    ],
)
def test_the_day_somebody_turns_an_age(born: date, years: int, day: date) -> None:
    assert calendar.turns_on(born, years) == day
    assert (calendar.age_on(born, day), calendar.age_on(born, day - timedelta(days=1))) == (years, years - 1)
