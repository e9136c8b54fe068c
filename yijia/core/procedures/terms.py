"""From a day and a term to the day something ends or begins."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from yijia.core.calendar import add_months, add_working_days


class Start(StrEnum):
    """When a benefit begins once a grade is decided."""

    DECISION_DAY = "decision_day"
    NEXT_MONTH = "next_month"


def ends_on(day: date, term: Mapping[str, object], exceptions: Mapping[date, bool]) -> date:
    """The last day of a term that begins after `day`: `working_days`, or `months`.

    Raises      ValueError: the term names neither
    """
    if isinstance(term.get("working_days"), int):
        return add_working_days(day, int(str(term["working_days"])), exceptions)
    if isinstance(term.get("months"), int):
        return add_months(day, int(str(term["months"])))
    raise ValueError("a term counts working days or months")


def starts_on(rule: Start, decided_on: date) -> date:
    """The first day of the benefit."""
    return decided_on if rule is Start.DECISION_DAY else add_months(decided_on.replace(day=1), 1)
