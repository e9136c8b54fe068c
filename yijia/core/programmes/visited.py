"""What one visit finishes: its record is entered once, and every programme of the person reads it from there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yijia.core.programmes.model import Activity, Programme
from yijia.core.programmes.vocabulary import READING
from yijia.core.rules import Kind

DERIVED = frozenset({"age_years", "uncontrolled_before"})
"""Columns of a reading that the platform knows itself; nobody is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The record of a visit as it was signed.

    persons         staff who were there, the lead first
    names           theirs, as they were that day
    professions     theirs
    done            items that were done
    not_done        items that were not
    vitals          code → {value, unit}, as measured
    answers         columns of `care_reading` that were asked beside
    written_by_id   the user who wrote the record
    """

    visit_id: int
    on: date
    started_at: datetime | None
    finished_at: datetime | None
    persons: tuple[int, ...]
    names: tuple[str, ...]
    professions: frozenset[str]
    done: frozenset[str]
    not_done: frozenset[str] = frozenset()
    vitals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""
    advice: str = ""
    written_by_id: int | None = None

    @property
    def minutes(self) -> int | None:
        """How long the service took; None where nobody said."""
        if self.started_at is None or self.finished_at is None:
            return None
        return int((self.finished_at - self.started_at).total_seconds()) // 60


def finished_by(programme: Programme, told: Told, ordered: str | None = None) -> tuple[Activity, ...]:
    """The lines of a plan that a visit finishes: the one it was ordered for, then those that finish most beside themselves.

    ordered     the line for which the visit was ordered; its items count whoever did them

    Source      PROG-14 in docs/rules/programmes.md
    """
    found = [line for line in programme.plan if _is_finished(line, told, line.code == ordered)]
    return tuple(sorted(found, key=lambda line: (line.code != ordered, -len(line.resolves))))


def _is_finished(line: Activity, told: Told, is_ordered: bool) -> bool:
    if not (told.done & {*line.items, *line.by_items}):
        return False
    return is_ordered or line.fits(told.professions)


def reading_of(told: Told) -> dict[str, Any]:
    """What a visit says in the columns of a follow-up: measured values by the same name, and what was asked beside."""
    found: dict[str, Any] = {}
    for name, column in READING.items():
        given = told.answers.get(name, told.vitals.get(name, {}).get("value"))
        if given is None or name in DERIVED:
            continue
        found[name] = typed(column.kind, given)
    return found


def typed(kind: Kind, given: Any) -> Any:
    """A kept value in the type its column has."""
    if kind is Kind.INTEGER:
        return int(Decimal(str(given)))
    return Decimal(str(given)) if kind is Kind.DECIMAL else given


def to_ask(needed: Collection[str], measured: Collection[str]) -> tuple[str, ...]:
    """Columns that somebody at the home has to be asked for, in the vocabulary's order.

    needed      what the follow-ups that are due need
    measured    vital signs that the record has a field for anyway
    """
    return tuple(name for name in READING if name in needed and name not in DERIVED and name not in measured)
