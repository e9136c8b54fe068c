"""Questions about the home, their answers, and what an answer asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from yijia.core.policy import Value
from yijia.core.refusal import Refusal


class Effect(StrEnum):
    """What an answer does to the visit."""

    NONE = "none"
    NOTE = "note"
    TWO_PERSONS = "two_persons"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer."""

    code: str
    zh: str
    en: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with the policy value it came from."""

    code: str
    zh: str
    en: str
    answers: tuple[Answer, ...]
    place: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HomeRisk:
    """What the answers amount to; each list holds question codes in the order asked."""

    unanswered: tuple[str, ...]
    notes: tuple[str, ...]
    two_persons: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def is_answered(self) -> bool:
        """Whether every question has its answer."""
        return not self.unanswered


def load(values: Iterable[Value]) -> tuple[Question, ...]:
    """The questions in force, in the order to ask them.

    values      policy values keyed `home_risk:<question>`
    """
    questions = []
    for value in values:
        content = value.value
        answers = tuple(Answer(a["code"], a["zh"], a["en"], Effect(a["effect"])) for a in content["answers"])
        code = value.key.partition(":")[2]
        questions.append(Question(code, content["zh"], content["en"], answers, content["place"], value.sources))
    return tuple(sorted(questions, key=lambda question: (question.place, question.code)))


def assess(answers: Mapping[str, str], questions: Iterable[Question]) -> HomeRisk | Refusal:
    """What the answers ask for.

    answers     question code → answer code

    Refuses     home_risk.unknown_question, home_risk.unknown_answer
    Source      GATE-08 in docs/rules/gate.md
    """
    asked = {question.code: question for question in questions}
    for code in answers:
        if code not in asked:
            return Refusal("home_risk.unknown_question", {"question": code})
    found: dict[Effect, list[str]] = {effect: [] for effect in Effect}
    unanswered = []
    for code, question in asked.items():
        if code not in answers:
            unanswered.append(code)
            continue
        effect = next((answer.effect for answer in question.answers if answer.code == answers[code]), None)
        if effect is None:
            return Refusal("home_risk.unknown_answer", {"question": code, "answer": answers[code]})
        found[effect].append(code)
    return HomeRisk(
        tuple(unanswered), tuple(found[Effect.NOTE]), tuple(found[Effect.TWO_PERSONS]), tuple(found[Effect.BLOCK])
    )
