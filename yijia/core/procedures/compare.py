"""Two independent entries beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yijia.core.assessment import Instrument


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One item on which two assessors differ, with what each chose."""

    item: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What two entries disagree on; with the same level the procedure goes on, whatever items differ."""

    levels: tuple[Any, Any]
    items: tuple[ItemDifference, ...]
    facts: tuple[str, ...]
    count: int

    @property
    def is_same_level(self) -> bool:
        """Whether the outcome is one."""
        return bool(self.levels[0] == self.levels[1])


def compare(instrument: Instrument, first: Mapping[str, Any], second: Mapping[str, Any]) -> Difference:
    """The difference report of two results, each as `Result.as_json` wrote it."""
    items = tuple(
        ItemDifference(item.id, first["answers"][item.id], second["answers"][item.id])
        for item in instrument.items
        if first["answers"][item.id] != second["answers"][item.id]
    )
    facts = tuple(sorted(set(first["facts"]) ^ set(second["facts"])))
    return Difference((first["level"], second["level"]), items, facts, len(instrument.items))
