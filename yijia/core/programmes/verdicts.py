"""How a follow-up of a chronic disease is judged: the first rule in the written order decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yijia.core.programmes.model import FollowUp, Verdict
from yijia.core.refusal import Refusal
from yijia.core.rules import Conjunct


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one follow-up, the day of the next, and why."""

    verdict: Verdict
    next_on: date | None
    why: tuple[Conjunct, ...]


def judge(follow_up: FollowUp, row: Mapping[str, Any], on: date) -> Judged | Refusal:
    """The first verdict whose rule is true.

    row         a full row of `care_reading`

    Refuses     programmes.reading_incomplete: a value the programme needs is absent; programmes.no_verdict: no rule is true
    Source      PROG-09 in docs/rules/programmes.md
    """
    absent = tuple(name for name in follow_up.needed if row.get(name) is None)
    if absent:
        return Refusal("programmes.reading_incomplete", {"missing": absent})
    for verdict in follow_up.verdicts:
        if verdict.rule.verdict(row) is True:
            next_on = None if verdict.next_days is None else on + timedelta(days=verdict.next_days)
            return Judged(verdict, next_on, verdict.rule.explain(row))
    return Refusal("programmes.no_verdict", {"activity": follow_up.activity})


def uncontrolled_in_a_row(controlled: Iterable[bool]) -> int:
    """How many of the latest follow-ups in a row were not satisfactory.

    controlled      of each follow-up, oldest first
    """
    count = 0
    for is_controlled in controlled:
        count = 0 if is_controlled else count + 1
    return count
