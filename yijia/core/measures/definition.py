"""A measure as policy defines it: whom it counts, out of whom, and what authority stated the same figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yijia.core.measures.vocabulary import VOCABULARIES
from yijia.core.policy import Value
from yijia.core.rules import Rule, compile_rule


class Subject(StrEnum):
    """What is counted, one by one."""

    RESIDENT = "resident"
    STAFF = "staff"
    ORGANISATION = "organisation"
    ITEM = "item"
    ORDER = "order"


class Unit(StrEnum):
    """A share has a denominator, a count has none."""

    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator.

    counted     who is in the numerator
    among       who is in the denominator; None for a count
    target      the share or count aimed at, if an authority set one
    reported    name under `reported:` of the figure an authority published for the same thing
    """

    id: str
    zh: str
    en: str
    subject: Subject
    unit: Unit
    counted: Rule
    among: Rule | None
    reported: str | None
    value: Value


def read_measures(values: Iterable[Value]) -> dict[str, Measure]:
    """Measures by id, out of policy values keyed `measure:<id>`, in the order given.

    Raises      ValueError: a share without a denominator or a count with one; RuleError: a rule that may not be loaded
    """
    return {measure.id: measure for measure in map(_read, values)}


def _read(value: Value) -> Measure:
    content: Any = value.value
    subject, unit = Subject(content["subject"]), Unit(content["unit"])
    if (unit is Unit.SHARE) != ("among" in content):
        raise ValueError(f"{value.key}: a share has a denominator, a count has none")
    vocabulary = VOCABULARIES[f"measure_{subject}"]
    return Measure(
        id=value.key.removeprefix("measure:"), zh=content["zh"], en=content["en"], subject=subject, unit=unit,
        counted=compile_rule(content["counted"]["rule"], vocabulary),
        among=compile_rule(content["among"]["rule"], vocabulary) if unit is Unit.SHARE else None,
        reported=content.get("reported"), value=value,
    )  # fmt: skip
