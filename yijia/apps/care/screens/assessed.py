"""A first assessment as it is shown to those who read the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yijia.apps.care import words
from yijia.apps.care.screens.common import named
from yijia.core.gate.first_assessment import Question
from yijia.core.gate.home_risk import Effect


@dataclass(frozen=True, slots=True)
class Said:
    """One question with the doctor's answer, and what it means where it is not plain."""

    label: str
    answer: str
    tone: str
    effect: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """Who found what, and when."""

    is_passed: bool
    said: list[Said]
    note: str
    at: datetime
    by: str


def said_of(row: Any, questions: Sequence[Question]) -> Assessed | None:
    """The assessment kept of an order; None before there is one.

    row     the assessment as kept, or None
    """
    if row is None:
        return None
    said = [_said(question, row.answers[question.code]) for question in questions if question.code in row.answers]
    by = row.assessed_by.display_name if row.assessed_by else ""
    return Assessed(row.is_passed, said, row.note, row.assessed_at, by)


def _said(question: Question, given: bool | str) -> Said:
    """An answer in words; one that the question no longer offers stands as it was kept."""
    if question.passes is not None:
        effect = Effect.NONE if given is question.passes else question.otherwise
        answer = str(words.YES if given is True else words.NO)
    else:
        chosen = next((choice for choice in question.choices if choice.code == given), None)
        effect = chosen.effect if chosen else Effect.NONE
        answer = named(chosen) if chosen else str(given)
    tone, meaning = words.EFFECTS[effect.value]
    return Said(named(question), answer, tone, "" if effect is Effect.NONE else str(meaning))
