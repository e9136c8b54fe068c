"""The week of a programme: visits agreed for weekdays, weighed against what the place allows for the grade."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from yijia.core.programmes.model import Part, Programme, WeekCeiling
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Slot:
    """One visit of the agreed week; Monday is 1."""

    weekday: int
    starts: time
    minutes: int


@dataclass(frozen=True, slots=True)
class Used:
    """What a week holds: visits and their minutes."""

    visits: int
    minutes: int


def used_by(minutes: Iterable[int]) -> Used:
    """The sum of some visits."""
    each = list(minutes)
    return Used(len(each), sum(each))


def monday_of(on: date) -> date:
    """The first day of a day's week."""
    return on - timedelta(days=on.isoweekday() - 1)


def ceiling(programme: Programme, grade: str) -> WeekCeiling | Refusal:
    """What the place allows in a week.

    Refuses     programmes.week_unknown: neither hours nor visits are written for the grade
    Source      PROG-25 in docs/rules/programmes.md
    """
    found = programme.week.get(grade, programme.week.get(""))
    if found is None or (found.minutes is None and found.visits is None):
        return Refusal("programmes.week_unknown", _named(programme, grade))
    return found


def weigh(programme: Programme, grade: str, used: Used) -> Refusal | None:
    """Why a week cannot hold this much, or None; the refusal names the figure and where it stands.

    Refuses     programmes.week_unknown; programmes.week_over
    Source      PROG-25 in docs/rules/programmes.md
    """
    most = ceiling(programme, grade)
    if isinstance(most, Refusal):
        return most
    for what, limit, found in (("visits", most.visits, used.visits), ("minutes", most.minutes, used.minutes)):
        if limit is not None and found > limit:
            grounds = programme.grounds[Part.WEEK]
            facts = {
                "what": what,
                "limit": limit,
                "found": found,
                "sources": grounds.sources,
                "at": grounds.jurisdiction,
            }
            return Refusal("programmes.week_over", {**facts, **_named(programme, grade)})
    return None


def _named(programme: Programme, grade: str) -> dict[str, Any]:
    names = {one.code: one.words for one in programme.grading.grades} if programme.grading else {}
    words = names.get(grade)
    return {
        "programme_zh": programme.words.zh, "programme_en": programme.words.en, "grade": grade, "jurisdiction": programme.jurisdiction,
        "grade_zh": words.zh if words else grade, "grade_en": words.en if words else grade,
    }  # fmt: skip
