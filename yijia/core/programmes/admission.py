"""Who may have a programme, condition by condition, and which grade the facts give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yijia.core.programmes.model import Condition, Programme
from yijia.core.rules import Conjunct


@dataclass(frozen=True, slots=True)
class Answer:
    """One condition and what the facts say to it.

    verdict     True, False, or None: not known
    cases       of a condition with several cases, those that hold
    conjuncts   how its own rule came out, part by part
    """

    condition: Condition
    verdict: bool | None
    cases: tuple[Condition, ...]
    conjuncts: tuple[Conjunct, ...]


@dataclass(frozen=True, slots=True)
class Admission:
    """The whole answer; `unmet` are the conditions that are not known to hold."""

    verdict: bool | None
    answers: tuple[Answer, ...]

    @property
    def unmet(self) -> tuple[str, ...]:
        """Ids of the conditions that fail or are not known."""
        return tuple(answer.condition.id for answer in self.answers if answer.verdict is not True)


def judge(programme: Programme, row: Mapping[str, Any]) -> Admission:
    """Whether a person may have it.

    row         a full row of `care_person`

    Source      PROG-04 in docs/rules/programmes.md
    """
    answers = tuple(_answer(condition, row) for condition in programme.eligibility)
    return Admission(_all([answer.verdict for answer in answers]), answers)


def grade_of(programme: Programme, row: Mapping[str, Any]) -> str | None:
    """The first grade whose rule the facts satisfy; None when no rule says so."""
    if programme.grading is None:
        return None
    for grade in programme.grading.grades:
        if grade.rule is not None and grade.rule.verdict(row) is True:
            return grade.code
    return None


def _answer(condition: Condition, row: Mapping[str, Any]) -> Answer:
    if condition.any_of:
        verdicts = [(case, case.rule.verdict(row) if case.rule else None) for case in condition.any_of]
        held = tuple(case for case, verdict in verdicts if verdict is True)
        unknown = any(verdict is None for _, verdict in verdicts)
        return Answer(condition, True if held else None if unknown else False, held, ())
    if condition.rule is None:
        return Answer(condition, None, (), ())
    return Answer(condition, condition.rule.verdict(row), (), condition.rule.explain(row))


def _all(verdicts: list[bool | None]) -> bool | None:
    if False in verdicts:
        return False
    return None if None in verdicts else True
