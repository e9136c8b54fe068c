"""A figure: numerator, denominator, date; shown exactly, or not at all when a cell is too small to be nobody's."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

SMALL = 5
"""A cell of fewer people could name one (MEAS-04); zero names nobody."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator on one day.

    numerator       int >= 0
    denominator     int >= 0 of a share; None for a count
    """

    measure: str
    numerator: int
    denominator: int | None
    on: date

    @property
    def share(self) -> Fraction | None:
        """The exact share in [0, 1]; None for a count, and when there is nobody to count among."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def hide_small(count: int) -> int | None:
    """The count, or None where 1 to 4 people would be told apart (MEAS-04)."""
    return None if 0 < count < SMALL else count
