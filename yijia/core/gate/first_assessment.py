"""What a doctor answers before anybody is sent: the place's questions, and what the answers amount to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from yijia.core.gate.home_risk import Effect
from yijia.core.policy import Evidence, Value

ALLERGIC, INFECTIOUS, AGGRESSIVE, DOCTOR_ORDER = "allergic", "infectious", "aggressive", "doctor_order"
"""Questions whose answers the gate reads again before each step; a place may word them otherwise, or not ask them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer of a question that has more than yes and no.

    not_for     items for which it is not offered
    """

    code: str
    zh: str
    en: str
    effect: Effect
    not_for: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with the policy value it came from.

    items       asked where one of these is ordered; empty: asked of everybody
    passes      the answer that lets the visit go on, of a question answered by yes or no; None for one with choices
    otherwise   what the other answer does
    """

    code: str
    zh: str
    en: str
    place: int
    items: frozenset[str]
    passes: bool | None
    otherwise: Effect
    choices: tuple[Choice, ...]
    sources: tuple[str, ...]
    evidence: Evidence

    def choices_for(self, items: Collection[str]) -> tuple[Choice, ...]:
        """The answers that may be given where these items are ordered."""
        return tuple(choice for choice in self.choices if choice.not_for.isdisjoint(items))


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the answers amount to; each list holds question codes in the order asked."""

    unanswered: tuple[str, ...]
    unfit: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]
    blocks: tuple[str, ...]


def load(values: Iterable[Value]) -> tuple[Question, ...]:
    """The questions in force, in the order to ask them.

    values      policy values keyed `first_assessment:<question>`
    """
    found = (_question(value) for value in values)
    return tuple(sorted(found, key=lambda question: (question.place, question.code)))


def _question(value: Value) -> Question:
    content = value.value
    choices = tuple(
        Choice(a["code"], a["zh"], a["en"], Effect(a["effect"]), frozenset(a.get("not_for", ())))
        for a in content.get("answers", ())
    )
    return Question(
        code=value.key.partition(":")[2],
        zh=content["zh"],
        en=content["en"],
        place=content["place"],
        items=frozenset(content.get("items", ())),
        passes=None if choices else content["passes"],
        otherwise=Effect.NONE if choices else Effect(content["otherwise"]),
        choices=choices,
        sources=value.sources,
        evidence=value.evidence,
    )


def asked(questions: Iterable[Question], items: Collection[str]) -> tuple[Question, ...]:
    """The questions to ask where these items are ordered."""
    return tuple(question for question in questions if not question.items or not question.items.isdisjoint(items))


def assess(answers: Mapping[str, bool | str], questions: Iterable[Question], items: Collection[str]) -> Assessed:
    """What the answers ask for.

    answers     question code → yes or no, or the code of a choice
    questions   every question of the place; one that these items do not call for may be answered all the same

    Source      GATE-09 in docs/rules/gate.md
    """
    of_place = tuple(questions)
    unanswered, unfit = [], []
    found: dict[Effect, list[str]] = {effect: [] for effect in Effect}
    for question in asked(of_place, items):
        said = answers.get(question.code)
        if said is None:
            unanswered.append(question.code)
        elif question.passes is not None:
            if isinstance(said, bool):
                found[Effect.NONE if said is question.passes else question.otherwise].append(question.code)
            else:
                unfit.append(question.code)
        else:
            chosen = next((choice for choice in question.choices_for(items) if choice.code == said), None)
            if chosen is None:
                unfit.append(question.code)
            else:
                found[chosen.effect].append(question.code)
    known = {question.code for question in of_place}
    return Assessed(
        unanswered=tuple(unanswered),
        unfit=tuple(unfit),
        unknown=tuple(code for code in answers if code not in known),
        notes=tuple(found[Effect.NOTE]),
        blocks=tuple(found[Effect.BLOCK]),
    )


def passing(questions: Iterable[Question], items: Collection[str]) -> dict[str, bool | str]:
    """The answers under which nothing stands in the way of these items: what a fit patient's assessment looks like."""
    fit: dict[str, bool | str] = {}
    for question in asked(questions, items):
        if question.passes is not None:
            fit[question.code] = question.passes
        else:
            free = (choice for choice in question.choices_for(items) if choice.effect is not Effect.BLOCK)
            fit[question.code] = next(free).code
    return fit
