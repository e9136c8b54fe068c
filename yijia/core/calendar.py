"""Instants are aware, business dates are Shanghai's, periods are half-open, working days follow a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

SHANGHAI: tzinfo = ZoneInfo("Asia/Shanghai")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
_DAY = timedelta(days=1)


def aware(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises      ValueError: the instant has no time zone, so nobody can know when it was
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant carries its time zone")
    return instant.astimezone(UTC)


def local(instant: datetime) -> datetime:
    """The instant as a clock on a Shanghai wall shows it."""
    return aware(instant).astimezone(SHANGHAI)


def business_date(instant: datetime) -> date:
    """The Shanghai date on which an instant falls."""
    return local(instant).date()


def sane(day: date) -> date:
    """The day, or the nearest between 1900 and 2200: whoever asks from year 1 to 9999 asks for everything, and no sum leaves the calendar."""
    return min(max(day, EARLIEST), LATEST)


def start_of(day: date) -> datetime:
    """The UTC instant at which a Shanghai date begins."""
    return at_local(day, time(0, 0))


def at_local(day: date, clock: time) -> datetime:
    """The UTC instant of a wall-clock time on a Shanghai date."""
    return datetime.combine(day, clock, tzinfo=SHANGHAI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Days:
    """Half-open dates [from_on, until_on); None leaves an end open.

    Raises      ValueError: until_on is not after from_on
    """

    from_on: date | None = None
    until_on: date | None = None

    def __post_init__(self) -> None:
        if self.from_on is not None and self.until_on is not None and self.until_on <= self.from_on:
            raise ValueError("a period ends after it begins")

    def __contains__(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day < self.until_on)

    def overlaps(self, other: "Days") -> bool:
        """Whether one date lies in both."""
        return (self.from_on is None or other.until_on is None or self.from_on < other.until_on) and (
            other.from_on is None or self.until_on is None or other.from_on < self.until_on
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open instants [from_at, until_at), kept in UTC.

    Raises      ValueError: an end has no time zone, or until_at is not after from_at
    """

    from_at: datetime
    until_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "from_at", aware(self.from_at))
        object.__setattr__(self, "until_at", aware(self.until_at))
        if self.until_at <= self.from_at:
            raise ValueError("a span ends after it begins")

    def __contains__(self, instant: datetime) -> bool:
        return self.from_at <= aware(instant) < self.until_at

    def overlaps(self, other: "Span") -> bool:
        """Whether one instant lies in both; touching spans do not overlap."""
        return self.from_at < other.until_at and other.from_at < self.until_at

    def padded(self, before_s: int, after_s: int) -> "Span":
        """The span with whole seconds added at both ends, e.g. for the way there."""
        return Span(self.from_at - timedelta(seconds=before_s), self.until_at + timedelta(seconds=after_s))

    @property
    def length_s(self) -> int:
        """Whole seconds from beginning to end."""
        return int((self.until_at - self.from_at).total_seconds())


def is_working_day(day: date, exceptions: Mapping[date, bool]) -> bool:
    """Whether offices work that day: the table's word if it has one, else Monday to Friday.

    exceptions  date → True (a weekend day worked, 调休) or False (a weekday off); the State Council's yearly notice
    """
    stated = exceptions.get(day)
    return day.weekday() < 5 if stated is None else stated


def add_working_days(day: date, count: int, exceptions: Mapping[date, bool]) -> date:
    """The date `count` working days after `day`, which itself is not counted; zero gives `day` back.

    Raises      ValueError: count is negative
    """
    if count < 0:
        raise ValueError("a deadline lies ahead")
    while count:
        day += _DAY
        if is_working_day(day, exceptions):
            count -= 1
    return day


def working_days_between(from_on: date, until_on: date, exceptions: Mapping[date, bool]) -> int:
    """Working days in [from_on, until_on); zero when the period is empty."""
    return sum(is_working_day(day, exceptions) for day in each_day(from_on, until_on))


def each_day(from_on: date, until_on: date) -> Iterator[date]:
    """Every date in [from_on, until_on)."""
    while from_on < until_on:
        yield from_on
        from_on += _DAY


def add_months(day: date, count: int) -> date:
    """The same day of a later or earlier month, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - _DAY).day))


def turns_on(born_on: date, years: int) -> date:
    """The first day on which so many full years are lived; of a 29 February, 1 March of a common year."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def age_on(born_on: date, on: date) -> int:
    """Full years lived; someone born on 29 February turns a year older on 1 March of a common year.

    Raises      ValueError: not yet born
    """
    if on < born_on:
        raise ValueError("not yet born")
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
