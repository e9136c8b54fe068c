"""A measure split into half-open steps, each with its own fields."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

Number = int | Decimal


def band(bands: Sequence[Mapping[str, Any]], measure: str, number: Number) -> Mapping[str, Any] | None:
    """The step in which a number lies, or None when no step does; `from` belongs to its step, `until` to the next."""
    return next((step for step in bands if measure in step and _holds(step[measure], number)), None)


def overlapping(bands: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    """Pairs of positions whose steps share a number of the same measure."""
    for (first, one), (second, other) in combinations(enumerate(bands), 2):
        for measure in one.keys() & other.keys():
            if _is_range(one[measure]) and _is_range(other[measure]) and _meet(one[measure], other[measure]):
                yield first, second


def _is_range(field: Any) -> bool:
    return isinstance(field, Mapping) and field.keys() == {"from", "until"}


def _holds(span: Mapping[str, Any], number: Number) -> bool:
    low, high = span["from"], span["until"]
    return (low is None or low <= number) and (high is None or number < high)


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one["from"] is None or other["until"] is None or one["from"] < other["until"]) and (
        other["from"] is None or one["until"] is None or other["from"] < one["until"]
    )
