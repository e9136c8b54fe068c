"""The columns a rule may name, with their types and words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The type of a column or of a part of a rule; integers and decimals mix freely."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"


def kind_of(content: Any) -> Kind | None:
    """The type of a plain value, or None when rules know none for it."""
    plain = _PLAIN.get(type(content))
    if plain is not None:
        return plain
    return next((kind for kind, accepts in _ACCEPTS.items() if accepts(content)), None)


_PLAIN = {bool: Kind.BOOLEAN, int: Kind.INTEGER, Decimal: Kind.DECIMAL, str: Kind.TEXT, date: Kind.DATE}
_ACCEPTS: dict[Kind, Callable[[Any], bool]] = {
    Kind.BOOLEAN: lambda content: isinstance(content, bool),
    Kind.INTEGER: lambda content: isinstance(content, int) and not isinstance(content, bool),
    Kind.DECIMAL: lambda content: isinstance(content, Decimal),
    Kind.TEXT: lambda content: isinstance(content, str),
    Kind.DATE: lambda content: isinstance(content, date) and not isinstance(content, datetime),
}


class RuleError(Exception):
    """A rule that may not be loaded.

    code        `rules.reason`; the words live in `yijia/base/policy_words.py`
    position    line and column of the offending part, both from 1
    """

    def __init__(self, code: str, position: tuple[int, int], facts: Mapping[str, Any]) -> None:
        self.code = code
        self.position = position
        self.facts = dict(facts)
        super().__init__(f"{code} at {position[0]}:{position[1]} {self.facts}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, its name in Chinese and English, its unit.

    choices     all texts the column can hold; a rule that compares it with another text is refused
    """

    kind: Kind
    zh: str
    en: str
    unit: str | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))

    def accepts(self, content: Any) -> bool:
        """Whether a row may hold this; None (unknown) always."""
        if content is None:
            return True
        found = kind_of(content)
        if self.kind is Kind.DECIMAL:
            return found in (Kind.INTEGER, Kind.DECIMAL)
        return found is self.kind and (not self.choices or content in self.choices)


class Vocabulary(Mapping[str, Column]):
    """Published columns by name; what a rule may ask about, and nothing else."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = dict(columns)

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def row(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """A full row of these facts; what is not said is unknown.

        Raises      ValueError: a fact has no column, or not the column's type
        """
        for name, content in facts.items():
            if name not in self._columns:
                raise ValueError(f"{name}: no such column")
            if not self._columns[name].accepts(content):
                raise ValueError(f"{name}: {content!r} is not {self._columns[name].kind}")
        return {name: facts.get(name) for name in self._columns}
