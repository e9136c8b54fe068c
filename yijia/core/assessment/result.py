"""What an assessment gives: a level with every step that led to it, or all that is wrong with the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault of what was handed in.

    field   `answers.<item>` or `facts.<fact>`
    code    assessment.missing, .unknown_item, .unknown_option, .not_an_answer, .unknown_fact, .bad_fact, .not_a_mapping
    """

    field: str
    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadAnswers:
    """Everything that is wrong, in the order of the items; nothing was scored."""

    wrong: tuple[Wrong, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields at fault."""
        return tuple(fault.field for fault in self.wrong)


@dataclass(frozen=True, slots=True)
class Result:
    """One scored assessment; with `answers` and `facts` it can be computed again.

    level           a number where the instrument has levels, else the band's or grade's id; for an instrument with
                    several outcomes, one for each
    band            the id of the outcome's band; None where there are several outcomes
    score           the number the level was read from, where there is one
    initial_level   before conditions moved it; the same as `level` where none did
    answers         item → option id
    facts           the facts that hold
    steps           each computation in order: id, operator, what went in, what came out
    may_apply       of a gate: whether the outcome lets the person go on; None for other instruments
    why_draft       Chinese and English; None for a result that is none
    """

    instrument: str
    version: str
    edition: str
    level: Any
    band: str | None
    zh: str
    en: str
    score: int | None
    initial_level: Any
    sums: Mapping[str, int]
    bands: Mapping[str, str]
    counts: Mapping[str, int]
    may_apply: bool | None
    answers: Mapping[str, str]
    facts: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]
    ignored_facts: tuple[str, ...]
    is_draft: bool
    why_draft: Mapping[str, str] | None

    def as_json(self) -> dict[str, Any]:
        """Plain content for JSON: the outcome first, then how it came about."""
        said: dict[str, Any] = {
            "instrument": self.instrument, "version": self.version, "edition": self.edition,
            "level": self.level, "band": self.band, "zh": self.zh, "en": self.en, "score": self.score,
            "initial_level": self.initial_level, "final_level": self.level,
        }  # fmt: skip
        for name, part in (("sums", self.sums), ("group_bands", self.bands), ("counts", self.counts)):
            if part:
                said[name] = dict(part)
        if isinstance(self.level, Mapping):
            said["results"] = dict(self.level)
        if self.may_apply is not None:
            said["may_apply"] = self.may_apply
        said |= {
            "is_draft": self.is_draft, "why_draft": None if self.why_draft is None else dict(self.why_draft),
            "facts": list(self.facts), "answers": dict(self.answers), "steps": [dict(step) for step in self.steps],
        }  # fmt: skip
        if self.ignored_facts:
            said["ignored_facts"] = list(self.ignored_facts)
        return said
