"""What a party owes under a cooperation, measured from events: one shape of duty, four senses, breaches with evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from yijia.core.calendar import add_months


class Sense(StrEnum):
    """How a duty binds.

    AT_LEAST    in each period at least the quantity is done
    WITHIN      each event is answered within the response time
    UP_TO       nobody is turned away while fewer than the quantity were taken in the period
    AT_MOST     in each period no more than the quantity
    """

    AT_LEAST = "at_least"
    WITHIN = "within"
    UP_TO = "up_to"
    AT_MOST = "at_most"


class Period(StrEnum):
    """Over what a quantity counts; a response time counts by the event."""

    EVENT = "event"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TERM = "term"


MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


class Fault(StrEnum):
    """What a breach is."""

    SHORT = "short"
    LATE = "late"
    UNANSWERED = "unanswered"
    TURNED_AWAY = "turned_away"
    EXCEEDED = "exceeded"


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing a party owes.

    owed_by     first or second
    quantity    how many in a period; None for a response time
    response_s  seconds from the call; None for a quantity
    """

    code: str
    owed_by: str
    sense: Sense
    period: Period
    quantity: int | None = None
    response_s: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """One event that counts towards a duty.

    quantity    how many were done; 0 where someone was turned away
    seconds     how long the answer took; None where nobody answered
    """

    id: int
    duty: str
    on: date
    quantity: int
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open days [from_on, until_on)."""

    from_on: date
    until_on: date

    def holds(self, on: date) -> bool:
        return self.from_on <= on < self.until_on

    def meets(self, other: "Span") -> bool:
        return self.from_on < other.until_on and other.from_on < self.until_on


@dataclass(frozen=True, slots=True)
class Window:
    """One period of a duty: what was owed, what was done, and by which events.

    verdict     True kept, False breached, None not judged (still running, cut short, or suspended)
    """

    duty: Duty
    span: Span
    done: int
    events: tuple[int, ...]
    verdict: bool | None
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A breach as the pure function finds it; `key` names it once and for all.

    events      the events it rests on; none where nothing at all was done
    """

    key: str
    duty: Duty
    fault: Fault
    span: Span
    owed: int
    done: int
    events: tuple[int, ...]


def read(raw: Iterable[dict[str, Any]]) -> tuple[Duty, ...]:
    """The duties as they stand in a frozen paper."""
    return tuple(
        Duty(d["code"], d["owed_by"], Sense(d["sense"]), Period(d["period"]), d.get("quantity"), d.get("response_s"))
        for d in raw
    )


def windows(duty: Duty, term: Span, until: date) -> tuple[Span, ...]:
    """The periods of a duty that began before `until`, counted from the day the cooperation took force.

    Source  AGREEMENT-14 in docs/rules/agreements.md
    """
    if duty.period is Period.TERM:
        return (term,) if term.from_on < until else ()
    step, found, number = MONTHS.get(duty.period, 1), [], 0
    while (start := add_months(term.from_on, number * step)) < min(until, term.until_on):
        number += 1
        found.append(Span(start, min(add_months(term.from_on, number * step), term.until_on)))
    return tuple(found)


def measure(
    duty: Duty, term: Span, events: Sequence[Done], today: date, suspended: Sequence[Span] = ()
) -> tuple[Window, ...]:
    """Each period of one duty with what was done in it, the oldest first.

    A period that is still running is judged only where it can no longer come right; one that the term's end cut short, or in
    which the cooperation was suspended, is not judged for what is missing. A response is judged whenever it happened.

    Source  AGREEMENT-14, AGREEMENT-15 in docs/rules/agreements.md
    """
    mine = sorted((e for e in events if e.duty == duty.code and term.holds(e.on)), key=lambda e: (e.on, e.id))
    out = []
    for span in windows(duty, term, _next_day(today)):
        inside = [event for event in mine if span.holds(event.on)]
        is_suspended = any(span.meets(pause) for pause in suspended)
        is_cut = duty.period in MONTHS and span.until_on != add_months(span.from_on, MONTHS[duty.period])
        out.append(
            Window(
                duty, span, sum(event.quantity for event in inside), tuple(event.id for event in inside),
                _verdict(duty, inside, is_over=span.until_on <= today, is_excused=is_suspended or is_cut), is_suspended,
            )
        )  # fmt: skip
    return tuple(out)


def _verdict(duty: Duty, inside: list[Done], *, is_over: bool, is_excused: bool) -> bool | None:
    done, owed = sum(event.quantity for event in inside), duty.quantity or 0
    match duty.sense:
        case Sense.AT_LEAST:
            return True if done >= owed else (False if is_over and not is_excused else None)
        case Sense.AT_MOST:
            return False if done > owed else (True if is_over else None)
        case Sense.WITHIN:
            return False if any(_is_late(duty, event) for event in inside) else (True if inside else None)
        case Sense.UP_TO:
            return False if _turned_away(duty, inside) else (True if inside else None)


def _is_late(duty: Duty, event: Done) -> bool:
    return event.seconds is None or (duty.response_s is not None and event.seconds > duty.response_s)


def _turned_away(duty: Duty, inside: list[Done]) -> list[Done]:
    taken, refused = 0, []
    for event in inside:
        if event.quantity == 0 and taken < (duty.quantity or 0):
            refused.append(event)
        taken += event.quantity
    return refused


def breaches(
    duties: Sequence[Duty], term: Span, events: Sequence[Done], today: date, suspended: Sequence[Span] = ()
) -> tuple[Found, ...]:
    """Every breach that can be known today, each with the events it rests on; the same input gives the same keys.

    Source  AGREEMENT-15, AGREEMENT-16 in docs/rules/agreements.md
    """
    by_id = {event.id: event for event in events}
    found: list[Found] = []
    for duty in duties:
        for window in measure(duty, term, events, today, suspended):
            if window.verdict is False:
                found += _of(duty, window, [by_id[number] for number in window.events])
    return tuple(found)


def _of(duty: Duty, window: Window, inside: list[Done]) -> list[Found]:
    start = f"{duty.code}:{window.span.from_on.isoformat()}"
    match duty.sense:
        case Sense.WITHIN:
            return [
                Found(
                    f"{duty.code}:#{event.id}", duty, Fault.UNANSWERED if event.seconds is None else Fault.LATE,
                    Span(event.on, _next_day(event.on)), duty.response_s or 0, event.seconds or 0, (event.id,),
                )
                for event in inside
                if _is_late(duty, event)
            ]  # fmt: skip
        case Sense.UP_TO:
            return [
                Found(
                    f"{duty.code}:#{event.id}", duty, Fault.TURNED_AWAY, window.span, duty.quantity or 0,
                    sum(e.quantity for e in inside if (e.on, e.id) < (event.on, event.id)), (event.id,),
                )
                for event in _turned_away(duty, inside)
            ]  # fmt: skip
        case Sense.AT_LEAST:
            return [Found(start, duty, Fault.SHORT, window.span, duty.quantity or 0, window.done, window.events)]
        case Sense.AT_MOST:
            return [Found(start, duty, Fault.EXCEEDED, window.span, duty.quantity or 0, window.done, window.events)]


def _next_day(on: date) -> date:
    return date.fromordinal(on.toordinal() + 1)
