"""Points on the ground and the distance between them."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, all of one datum; mixing WGS 84 with GCJ-02 shifts a point by up to 600 m.

    Raises      ValueError: not a place on earth, NaN included
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError("a latitude lies within 90 degrees, a longitude within 180")


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres."""
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    half = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))
