"""One trip finishes a home: due work grouped by household, homes in order of their most pressing work."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def by_household(
    rows: Iterable[T], household: Callable[[T], int], pressing: Callable[[T], object]
) -> tuple[tuple[int, tuple[T, ...]], ...]:
    """Homes with their work.

    pressing        sorts work, the most pressing first; a home stands where its most pressing work would

    Source      PROG-10 in docs/rules/programmes.md
    """
    homes: dict[int, list[T]] = {}
    for row in sorted(rows, key=pressing):  # type: ignore[arg-type]  # any order the caller likes
        homes.setdefault(household(row), []).append(row)
    return tuple((home, tuple(found)) for home, found in homes.items())
