"""Whole numbers that come out at a given rate, as exactly as whole numbers can."""

from collections.abc import Sequence
from fractions import Fraction


def counted(among: int, share: Fraction) -> int:
    """How many of `among` make the share, to the nearest."""
    return round(among * share)


def best_size(wanted: int, shares: Sequence[Fraction], spread: int) -> int:
    """The size near `wanted` for which the shares come out most exactly; the nearest of equals.

    spread      how far from `wanted` it may lie
    """

    def error(size: int) -> tuple[Fraction, int]:
        return max((abs(Fraction(counted(size, s), size) - s) for s in shares), default=Fraction(0)), abs(size - wanted)

    return min(range(max(1, wanted - spread), wanted + spread + 1), key=error)


def spread_evenly(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Parts of a total by weight, largest remainder first, summing exactly."""
    whole = sum(weights, Fraction(0))
    exact = [Fraction(total) * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    for i in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[: total - sum(parts)]:
        parts[i] += 1
    return parts
