"""Which doses of a day are still to come, due, late or written; what may be written down. No dose is ever decided here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from yijia.core.calendar import at_local
from yijia.core.refusal import Refusal

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")


class Outcome(StrEnum):
    """What became of one dose."""

    GIVEN = "given"
    REFUSED = "refused"
    HELD = "held"


class Standing(StrEnum):
    """How a slot of the day stands."""

    LATER = "later"
    DUE = "due"
    LATE = "late"
    AWAY = "away"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine of a person's list.

    times       when on each day, HH:MM
    until_on    first day on which it is no longer given; None while nobody said
    away        when the person was not in the home: from, until; until is None while they are not back
    """

    id: int
    times: tuple[str, ...]
    from_on: date
    until_on: date | None = None
    away: tuple[tuple[datetime, datetime | None], ...] = ()

    def holds(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on < self.until_on)

    def is_away(self, on: date, clock: str) -> bool:
        """Whether the person was elsewhere when a dose fell due."""
        moment = at_local(on, time.fromisoformat(clock))
        return any(begins <= moment and (ends is None or moment < ends) for begins, ends in self.away)


@dataclass(frozen=True, slots=True)
class Slot:
    """One dose of one day."""

    line_id: int
    time: str
    standing: Standing
    outcome: Outcome | None = None


def read_times(texts: Iterable[str]) -> tuple[str, ...] | None:
    """Times of a day in order, once each; None when one is no time.

    Source      HOME-09 in docs/rules/homes.md
    """
    found = {text.strip() for text in texts if text.strip()}
    return tuple(sorted(found)) if all(_CLOCK.match(text) for text in found) else None


def slots(
    lines: Iterable[Line], written: Mapping[tuple[int, str], Outcome], on: date, today: date, now: time, late_min: int
) -> tuple[Slot, ...]:
    """The doses of a day in the order of their times.

    written     (medicine, time) → what became of it
    now         the clock of today, in the home's own time
    late_min    minutes after its time at which an unwritten dose is late

    Source      HOME-09, HOME-10 in docs/rules/homes.md
    """
    found = []
    for line in lines:
        for text in line.times if line.holds(on) else ():
            outcome = written.get((line.id, text))
            standing = Standing.WRITTEN if outcome else _standing(text, on, today, now, late_min)
            if standing in (Standing.DUE, Standing.LATE) and line.is_away(on, text):
                standing = Standing.AWAY
            found.append(Slot(line.id, text, standing, outcome))
    return tuple(sorted(found, key=lambda slot: (slot.time, slot.line_id)))


def _standing(text: str, on: date, today: date, now: time, late_min: int) -> Standing:
    if on != today:
        return Standing.LATE if on < today else Standing.LATER
    waited = now.hour * 60 + now.minute - int(text[:2]) * 60 - int(text[3:])
    if waited < 0:
        return Standing.LATER
    return Standing.LATE if waited > late_min else Standing.DUE


def may_write(
    line: Line, on: date, slot: str, *, today: date, back_days: int, is_here: bool, outcome: Outcome
) -> Refusal | None:
    """Whether a dose of a day may be written down now.

    back_days   how many days later it may still be written
    is_here     whether the person is in the home; who is away is given nothing here

    Refuses     medicines.not_listed, .not_yet, .too_late, .person_away
    Source      HOME-10, HOME-11 in docs/rules/homes.md
    """
    if not line.holds(on) or slot not in line.times:
        return Refusal("medicines.not_listed", {"slot": slot, "on": on})
    if on > today:
        return Refusal("medicines.not_yet", {"on": on})
    if on < today - timedelta(days=back_days):
        return Refusal("medicines.too_late", {"on": on, "days": back_days})
    if outcome is Outcome.GIVEN and not is_here:
        return Refusal("medicines.person_away")
    return None
