"""A list of criteria an institution is judged by; a figure nobody knows makes no verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Sense(StrEnum):
    """How a criterion is met."""

    MET = "met"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion.

    figure      what an answer is measured by: a number, or the text of a list; None while nobody knows it
    unit        (zh, en) of a number
    """

    id: str
    zh: str
    en: str
    sense: Sense
    figure: int | str | None
    unit: tuple[str, str]
    source: str
    evidence: str

    @property
    def is_measured(self) -> bool:
        """Whether the answer is a number."""
        return self.sense in (Sense.AT_LEAST, Sense.AT_MOST)

    @property
    def is_unknown(self) -> bool:
        """Whether the figure it is measured by is not known."""
        return self.sense is not Sense.MET and self.figure is None


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with its answer; `is_met` is None where the figure is not known or nobody answered."""

    criterion: Criterion
    answer: bool | int | None
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet: what was not answered, what is measured by a figure nobody knows, what failed."""

    rows: tuple[Judged, ...]

    @property
    def unanswered(self) -> tuple[Criterion, ...]:
        """Criteria without an answer."""
        return tuple(row.criterion for row in self.rows if row.answer is None)

    @property
    def unknown(self) -> tuple[Criterion, ...]:
        """Criteria whose figure is not known: they stop the official result."""
        return tuple(row.criterion for row in self.rows if row.criterion.is_unknown)

    @property
    def failed(self) -> tuple[Criterion, ...]:
        """Criteria that are not met."""
        return tuple(row.criterion for row in self.rows if row.is_met is False)

    @property
    def is_passed(self) -> bool | None:
        """False when one failed; None while one is open; else True."""
        if self.failed:
            return False
        return None if any(row.is_met is None for row in self.rows) else True


def read_criteria(content: Mapping[str, Any], stated: Mapping[str, int | str]) -> tuple[Criterion, ...]:
    """The criteria a policy value lists, each figure that is null filled by what the authority stated.

    stated      criterion → the figure the place's authority stated with its document

    Raises      KeyError, ValueError: not the shape of `rehab:criteria`
    """
    return tuple(
        Criterion(
            one["id"], one["zh"], one["en"], Sense(one["sense"]), stated.get(one["id"], one.get("figure")),
            (one["unit"]["zh"], one["unit"]["en"]) if one.get("unit") else ("", ""), one.get("source", ""), one.get("evidence", ""),
        )
        for one in content["criteria"]
    )  # fmt: skip


def judge_criteria(criteria: Sequence[Criterion], answers: Mapping[str, bool | int]) -> Sheet:
    """The sheet of one site visit.

    answers     criterion → yes or no; a number for one that is measured

    Source      REHAB-02 in docs/rules/rehab.md
    """
    return Sheet(tuple(Judged(one, answers.get(one.id), _is_met(one, answers.get(one.id))) for one in criteria))


def _is_met(one: Criterion, answer: bool | int | None) -> bool | None:
    if answer is None:
        return None
    if not one.is_measured:
        return False if answer is False else None if one.is_unknown else bool(answer)
    if not isinstance(one.figure, int):
        return None
    return answer >= one.figure if one.sense is Sense.AT_LEAST else answer <= one.figure
