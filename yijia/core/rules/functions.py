"""Operators and functions of rules on Python values, in SQL's three-valued logic: None is unknown."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yijia.core.calendar import age_on

Row = Mapping[str, Any]
Step = Callable[[Row], Any]


def conjunction(parts: Sequence[Step]) -> Step:
    """AND: one no is no; else one unknown is unknown."""

    def verdict(row: Row) -> bool | None:
        known = True
        for part in parts:
            answer = part(row)
            if answer is False:
                return False
            known = known and answer is not None
        return True if known else None

    return verdict


def disjunction(parts: Sequence[Step]) -> Step:
    """OR: one yes is yes; else one unknown is unknown."""

    def verdict(row: Row) -> bool | None:
        known = True
        for part in parts:
            answer = part(row)
            if answer is True:
                return True
            known = known and answer is not None
        return False if known else None

    return verdict


def negation(part: Step) -> Step:
    """NOT: unknown stays unknown."""

    def verdict(row: Row) -> bool | None:
        answer = part(row)
        return None if answer is None else not answer

    return verdict


def strict(function: Callable[..., Any], parts: Sequence[Step]) -> Step:
    """A function that is unknown as soon as one argument is."""
    if len(parts) == 1:
        (only,) = parts

        def unary(row: Row) -> Any:
            content = only(row)
            return None if content is None else function(content)

        return unary
    if len(parts) == 2:
        left, right = parts

        def binary(row: Row) -> Any:
            one = left(row)
            if one is None:
                return None
            other = right(row)
            return None if other is None else function(one, other)

        return binary
    raise ValueError("rules know functions of one or two arguments")


def membership(part: Step, members: Sequence[Step]) -> Step:
    """IN: found is yes; not found among unknown members is unknown."""

    def verdict(row: Row) -> bool | None:
        content = part(row)
        if content is None:
            return None
        known = True
        for member in members:
            other = member(row)
            if other is None:
                known = False
            elif other == content:
                return True
        return False if known else None

    return verdict


def constant_membership(part: Step, members: frozenset[Any]) -> Step:
    """IN over literals."""

    def verdict(row: Row) -> bool | None:
        content = part(row)
        return None if content is None else content in members

    return verdict


def first_known(parts: Sequence[Step]) -> Step:
    """COALESCE."""

    def content(row: Row) -> Any:
        for part in parts:
            found = part(row)
            if found is not None:
                return found
        return None

    return content


def identity(part: Step, wanted: bool | None) -> Step:
    """IS NULL, IS TRUE, IS FALSE: always yes or no."""
    return lambda row: part(row) is wanted


def like(pattern: str) -> Callable[[str], bool]:
    """LIKE: `%` is any text, `_` any one character; the case matters."""
    parts = {"%": ".*", "_": "."}
    matches = re.compile("".join(parts.get(sign, re.escape(sign)) for sign in pattern), re.DOTALL).fullmatch
    return lambda text: matches(text) is not None


_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_UPPER = {low: high for high, low in _LOWER.items()}


def lower(text: str) -> str:
    """A–Z in small; other alphabets stay, because engines disagree about them."""
    return text.translate(_LOWER)


def upper(text: str) -> str:
    """a–z in capitals, and nothing else."""
    return text.translate(_UPPER)


def full_years(from_on: Any, until_on: Any) -> int:
    """Birthdays between two dates: the age on the second of someone born on the first; negative when reversed."""
    return age_on(from_on, until_on) if from_on <= until_on else -age_on(until_on, from_on)


def days_between(from_on: Any, until_on: Any) -> int:
    """Midnights between two dates; negative when reversed."""
    return int((until_on - from_on).days)
