"""Independent entries beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yijia.core.assessment import Instrument


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One item on which assessors differ, with what each chose, in the order of their seats."""

    item: str
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What entries disagree on; with the same level the procedure goes on, whatever items differ."""

    levels: tuple[Any, ...]
    items: tuple[ItemDifference, ...]
    facts: tuple[str, ...]
    count: int

    @property
    def is_same_level(self) -> bool:
        """Whether the outcome is one."""
        return all(level == self.levels[0] for level in self.levels)


def compare(instrument: Instrument, *results: Mapping[str, Any]) -> Difference:
    """The difference report of two or three results, each as `Result.as_json` wrote it."""
    chosen = {item.id: tuple(result["answers"][item.id] for result in results) for item in instrument.items}
    items = tuple(ItemDifference(id_, picks) for id_, picks in chosen.items() if len(set(picks)) > 1)
    stated = [set(result["facts"]) for result in results]
    facts = tuple(sorted(set.union(*stated) - set.intersection(*stated)))
    return Difference(tuple(result["level"] for result in results), items, facts, len(instrument.items))
