"""The categories of rehabilitation, and which of them a person's disability leads to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Category:
    """One category; `serves` names the kinds of disability in the register that it takes."""

    id: str
    zh: str
    en: str
    serves: frozenset[str]


def read_categories(content: Mapping[str, Any]) -> tuple[Category, ...]:
    """The categories `rehab:categories` lists, in its order."""
    return tuple(Category(one["id"], one["zh"], one["en"], frozenset(one["serves"])) for one in content["categories"])


def categories_of(kind: str, categories: Iterable[Category]) -> tuple[Category, ...]:
    """The categories a kind of disability leads to: one, or every one for a person of several kinds.

    Source      REHAB-01 in docs/rules/rehab.md
    """
    return tuple(one for one in categories if kind in one.serves)
