"""Numbers out of lines of text, with the line they stood on."""

import math

from yijia.core.dispatch.formats.error import FormatError


def number(word: str, line: int, field: str) -> float:
    """One finite number >= 0. Raises FormatError."""
    try:
        value = float(word)
    except ValueError:
        raise FormatError(line, field, f"'{word[:40]}' is not a number") from None
    if not math.isfinite(value):
        raise FormatError(line, field, f"'{word[:40]}' is not a finite number")
    return value


def whole(word: str, line: int, field: str, *, least: int = 0, most: int = 10**9) -> int:
    """One whole number within limits. Raises FormatError."""
    value = number(word, line, field)
    if value != int(value) or not least <= value <= most:
        raise FormatError(line, field, f"'{word[:40]}' is not a whole number from {least} to {most}")
    return int(value)


FARTHEST = 10**6
"""No coordinate and no way of a file is larger, in its own unit: ways are kept as whole ticks of 32 bits."""


def at_least(value: float, line: int, field: str, least: float = 0.0, most: float = 10**9) -> float:
    """The value, when it lies within the limits. Raises FormatError."""
    if value < least:
        raise FormatError(line, field, f"{value:g} is below {least:g}")
    if value > most:
        raise FormatError(line, field, f"{value:g} is more than {most:g}")
    return value


def ticks(value: float, per_unit: int) -> int:
    """A time on the problem's clock, rounded to the nearest tick."""
    return round(value * per_unit)
