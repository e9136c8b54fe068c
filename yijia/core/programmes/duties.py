"""What is due: pure functions of the programme, the person, and what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yijia.core.calendar import business_date, start_of
from yijia.core.programmes.model import Activity, Cadence, Programme
from yijia.core.refusal import Refusal

_DAY = timedelta(days=1)


def is_soon(due_at: datetime | None, now: datetime) -> bool:
    """Whether something that is not late falls due within a day; what has a whole day's time counts by that day.

    Source      PROG-31 in docs/rules/programmes.md
    """
    if due_at is None or due_at < now:
        return False
    begins = due_at - _DAY if due_at == start_of(business_date(due_at)) else due_at
    return begins < now + _DAY


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done for a person.

    kinds       what it serves: its own kind and those it resolves
    next_on     the day its verdict asks for the next one; None where no verdict was given
    """

    on: date
    kinds: tuple[str, ...]
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Where one episode stands.

    started_at      when it became active for the first time
    until_on        the first day after the running cycle; None when that is not known or there is none
    ended_at        when it ended; from then on only what comes after the end is due
    package         the package the person signed for
    weekdays        days of the agreed week, Monday is 1
    """

    started_at: datetime
    grade: str
    until_on: date | None = None
    ended_at: datetime | None = None
    package: str = ""
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do: the window opens on a day, and it is late after an instant.

    resolved_by     kinds of record that finish it
    """

    activity: str
    opens_on: date
    due_on: date
    due_at: datetime
    resolved_by: tuple[str, ...]

    def is_open(self, on: date) -> bool:
        """Whether it may be done now."""
        return self.opens_on <= on

    def is_late(self, at: datetime) -> bool:
        """Whether its time has passed."""
        return at > self.due_at


@dataclass(frozen=True, slots=True)
class DueList:
    """What is due for one episode, soonest first, and the lines whose cadence nobody knows."""

    dues: tuple[Due, ...]
    unknown: tuple[Refusal, ...]


def due_list(
    programme: Programme, course: Course, person: Mapping[str, Any], done: Iterable[Done], on: date
) -> DueList:
    """The next due of each line of the plan.

    person      a full row of `care_person`
    done        what was done for the person, by whichever programme; any order

    Source      PROG-05 to PROG-08 in docs/rules/programmes.md
    """
    past = sorted(done, key=lambda one: one.on)
    dues: list[Due] = []
    unknown: list[Refusal] = []
    for line in programme.plan:
        if line.for_whom is not None and line.for_whom.verdict(person) is not True:
            continue
        if line.package and line.package != course.package:
            continue
        if (line.cadence is Cadence.AFTER) != (course.ended_at is not None):
            continue
        found = next_due(line, course, [one for one in past if line.code in one.kinds], on)
        if isinstance(found, Refusal):
            unknown.append(found)
        elif found is not None and (
            course.until_on is None or course.ended_at is not None or found.opens_on < course.until_on
        ):
            dues.append(found)
    dues.sort(key=lambda due: (due.due_at, due.activity))
    return DueList(tuple(dues), tuple(unknown))


def next_due(line: Activity, course: Course, done: list[Done], on: date) -> Due | Refusal | None:
    """The next time one line is due, None when it never is again.

    done        its own records, oldest first

    Refuses     programmes.cadence_unknown: the file does not know how often
    Source      PROG-05 in docs/rules/programmes.md
    """
    started_on = business_date(course.started_at)
    since = [one for one in done if one.on >= started_on]
    match line.cadence:
        case Cadence.ONCE:
            return _once(line, course, since)
        case Cadence.EVERY:
            days = _of_grade(line.every_days, course.grade)
            if days is None:
                return _unknown(line, course)
            base = since[-1].on if since else started_on
            return _by_day(line, base + timedelta(days=days))
        case Cadence.WEEKLY:
            if not course.weekdays:
                return _unknown(line, course)
            first = max(started_on, since[-1].on + _DAY) if since else started_on
            return _by_day(line, next_weekday(course.weekdays, first))
        case Cadence.TIMES:
            times = _of_grade(line.times, course.grade)
            return _unknown(line, course) if times is None else _in_year(line, times, started_on, since, on)
        case Cadence.AFTER:
            return _after(line, course, done)
        case Cadence.VERDICT:
            if since and since[-1].next_on is not None:
                return _by_day(line, since[-1].next_on)
            days = _of_grade(line.every_days, course.grade)
            if days is None:
                return _unknown(line, course)
            return _by_day(line, (since[-1].on if since else started_on) + timedelta(days=days))


def next_weekday(weekdays: frozenset[int], first: date) -> date:
    """The first day from a day on that is one of these weekdays."""
    return next(day for day in (first + n * _DAY for n in range(7)) if day.isoweekday() in weekdays)


def _of_grade(numbers: Mapping[str, int | None], grade: str) -> int | None:
    return numbers[grade] if grade in numbers else numbers.get("")


def _unknown(line: Activity, course: Course) -> Refusal:
    facts = {"activity": line.code, "activity_zh": line.words.zh, "activity_en": line.words.en, "grade": course.grade}
    return Refusal("programmes.cadence_unknown", facts)


def _once(line: Activity, course: Course, since: list[Done]) -> Due | Refusal | None:
    if since:
        return None
    if line.within_hours is None:
        return _unknown(line, course)
    due_at = course.started_at + timedelta(hours=line.within_hours)
    return Due(line.code, business_date(course.started_at), business_date(due_at), due_at, (line.code,))


def _after(line: Activity, course: Course, done: list[Done]) -> Due | Refusal | None:
    """Once after the end: what was done of it since finishes it."""
    if course.ended_at is None:
        return None
    ended_on = business_date(course.ended_at)
    if any(one.on >= ended_on for one in done):
        return None
    if line.within_hours is None:
        return _unknown(line, course)
    due_at = course.ended_at + timedelta(hours=line.within_hours)
    return Due(line.code, ended_on, business_date(due_at), due_at, (line.code,))


def _by_day(line: Activity, due_on: date) -> Due:
    opens_on = due_on - timedelta(days=line.notice_days)
    return Due(line.code, opens_on, due_on, start_of(due_on + _DAY), (line.code,))


def _in_year(line: Activity, times: int, started_on: date, since: list[Done], on: date) -> Due:
    """The year falls into equal slices, one service each; slices that ended before the start are not owed."""
    year = on.year
    first = _slice_of(started_on, times) if started_on.year == year else 0
    served = sum(one.on.year == year for one in since)
    number = first + served
    if number >= times:
        year, number = year + 1, 0
    opens_on, ends_on = _slice(year, times, number)
    return Due(line.code, max(opens_on, started_on), ends_on - _DAY, start_of(ends_on), (line.code,))


def _slice(year: int, times: int, number: int) -> tuple[date, date]:
    begins, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return begins + timedelta(days=days * number // times), begins + timedelta(days=days * (number + 1) // times)


def _slice_of(on: date, times: int) -> int:
    return next(number for number in range(times) if on < _slice(on.year, times, number)[1])
