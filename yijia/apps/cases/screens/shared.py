"""What several pages share: questions with their options, and words in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yijia.apps.cases import words
from yijia.core.assessment import Instrument
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of an item as it is shown: its id, text, and the key that picks it."""

    id: str
    text: str
    key: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    number: int
    text: str
    choices: list[Choice]
    is_answered: bool
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    questions: list[Question]


def said(pair: Any) -> str:
    """The reader's language of something that has both."""
    return str(pair.en if words.is_english() else pair.zh)


def two(zh: str, en: str) -> str:
    """The reader's language of two texts."""
    return en if words.is_english() else zh


def level_word(instrument: Instrument | Refusal, level: int | None) -> str:
    """A level as people call it."""
    if isinstance(instrument, Refusal) or level is None:
        return "" if level is None else str(level)
    band = next((band for band in instrument.bands_of() if band.level == level), None)
    return str(level) if band is None else f"{level} · {said(band)}"


def groups_of(instrument: Instrument, chosen: Mapping[str, Any], *, is_checked: bool = False) -> list[Group]:
    """The items of an instrument under their groups, with what was chosen so far; handed in with gaps, each gap is marked."""
    groups: dict[str | None, list[Question]] = {}
    for number, item in enumerate(instrument.items, start=1):
        choices = [
            Choice(option.id, said(option), key, chosen.get(item.id) == option.id)
            for key, option in enumerate(item.options, start=1)
        ]
        is_picked = any(choice.is_chosen for choice in choices)
        question = Question(item.id, number, said(item), choices, item.id in chosen, is_checked and not is_picked)
        groups.setdefault(item.group, []).append(question)
    names = {id_: two(*pair) for id_, pair in instrument.groups.items()}
    return [Group(names.get(id_ or "", ""), questions) for id_, questions in groups.items()]
