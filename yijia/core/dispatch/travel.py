"""How long it takes from place to place: a matrix, a straight line with a detour, or (`roads.py`) a road network.

Nothing in the engine assumes that the way back takes as long as the way there.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""

Ticks = NDArray[np.int32]
Places = NDArray[np.int64]


class Travel(Protocol):
    """A provider of travel times between numbered places."""

    def between(self, origin: int, destination: int) -> int:
        """Ticks from one place to another; what the checker asks, one pair at a time."""
        ...

    def block(self, origins: Places, destinations: Places) -> Ticks:
        """int32 (origins, destinations), ticks; what the solver asks, in bulk."""
        ...


class Matrix:
    """Given travel times.

    ticks    int (places, places), row = from, column = to, >= 0
    """

    def __init__(self, ticks: Sequence[Sequence[int]] | NDArray[np.int32]) -> None:
        self.ticks = np.ascontiguousarray(ticks, dtype=np.int32)
        if self.ticks.ndim != 2 or self.ticks.shape[0] != self.ticks.shape[1] or (self.ticks < 0).any():
            raise ValueError("a travel matrix is square and has no negative time")

    def between(self, origin: int, destination: int) -> int:
        return int(self.ticks[origin, destination])

    def block(self, origins: Places, destinations: Places) -> Ticks:
        return np.ascontiguousarray(self.ticks[np.ix_(origins, destinations)])


class StraightLine:
    """Straight line times a detour factor, at a speed that grows with the distance.

    points_m     float (places, 2), metres on a plane
    speeds       (up to km, km/h) in rising order; beyond the last the last speed holds
    start_min    minutes lost at each trip (parking, stairs); none between equal points
    Minutes are rounded up to whole ticks.
    """

    def __init__(
        self,
        points_m: Sequence[Sequence[float]] | NDArray[np.float64],
        *,
        detour: float = 1.3,
        speeds: tuple[tuple[float, float], ...] = ((5.0, 28.0), (15.0, 42.0), (math.inf, 60.0)),
        start_min: float = 2.0,
        ticks_per_min: int = 1,
    ) -> None:
        self.points_m = np.ascontiguousarray(points_m, dtype=np.float64).reshape(-1, 2)
        if not np.isfinite(self.points_m).all():
            raise ValueError("a place has no finite coordinates")
        self.detour, self.speeds, self.start_min, self.ticks_per_min = detour, speeds, start_min, ticks_per_min

    def between(self, origin: int, destination: int) -> int:
        (x0, y0), (x1, y1) = self.points_m[origin].tolist(), self.points_m[destination].tolist()
        km = math.sqrt((x0 - x1) * (x0 - x1) + (y0 - y1) * (y0 - y1)) / 1000.0
        if km == 0:
            return 0
        speed = next(speed for limit, speed in self.speeds if km < limit)
        return math.ceil((self.detour * km / speed * 60.0 + self.start_min) * self.ticks_per_min - 1e-9)

    def block(self, origins: Places, destinations: Places) -> Ticks:
        if len(origins) > 512:  # in slices: the work needs many times the memory of the answer
            return np.concatenate([self.block(origins[i : i + 512], destinations) for i in range(0, len(origins), 512)])
        delta = self.points_m[origins][:, None, :] - self.points_m[destinations][None, :, :]
        km = np.sqrt(delta[..., 0] * delta[..., 0] + delta[..., 1] * delta[..., 1]) / 1000.0
        speed = np.full(km.shape, self.speeds[-1][1])
        for limit, value in reversed(self.speeds):
            speed[km < limit] = value
        ticks = np.ceil((self.detour * km / speed * 60.0 + self.start_min) * self.ticks_per_min - 1e-9)
        ticks[km == 0] = 0
        return np.ascontiguousarray(ticks, dtype=np.int32)

    def within(self, places: Places) -> "StraightLine":
        """The same travel between some of the places."""
        return StraightLine(
            self.points_m[places],
            detour=self.detour,
            speeds=self.speeds,
            start_min=self.start_min,
            ticks_per_min=self.ticks_per_min,
        )


class Planar:
    """Euclidean distance in the unit of the coordinates (the vehicle routing families).

    per_unit      ticks of one unit
    is_rounded    to the nearest tick; else cut off
    """

    def __init__(
        self, points: Sequence[Sequence[float]] | NDArray[np.float64], per_unit: int, *, is_rounded: bool = False
    ) -> None:
        self.points = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 2)
        if not np.isfinite(self.points).all():
            raise ValueError("a place has no finite coordinates")
        self.per_unit, self.lift = per_unit, 0.5 if is_rounded else 1e-9

    def between(self, origin: int, destination: int) -> int:
        (x0, y0), (x1, y1) = self.points[origin].tolist(), self.points[destination].tolist()
        away = math.sqrt((x0 - x1) * (x0 - x1) + (y0 - y1) * (y0 - y1))
        return math.floor(away * self.per_unit + self.lift)

    def block(self, origins: Places, destinations: Places) -> Ticks:
        delta = self.points[origins][:, None, :] - self.points[destinations][None, :, :]
        away = np.sqrt(delta[..., 0] * delta[..., 0] + delta[..., 1] * delta[..., 1])
        return np.ascontiguousarray(np.floor(away * self.per_unit + self.lift), dtype=np.int32)


def narrowed(travel: Travel, places: Places) -> Travel:
    """The travel between some places alone, numbered anew in the order given: what a shard carries with it."""
    if isinstance(travel, StraightLine):
        return travel.within(places)
    return Matrix(travel.block(places, places))


def on_plane(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """float (n, 2): metres on the plane that touches the globe in the middle of points given by longitude and latitude."""
    if not len(lonlat):
        return np.zeros((0, 2))
    middle = lonlat.mean(axis=0)
    scale = METRES_PER_DEGREE * np.array([math.cos(math.radians(float(middle[1]))), 1.0])
    return np.asarray((lonlat - middle) * scale, dtype=np.float64)


def points_of(travel: Travel) -> NDArray[np.float64] | None:
    """float (places, 2): where the places lie, when the provider, or the one inside it (`inner`), knows."""
    for name in ("points_m", "points"):
        points = getattr(travel, name, None)
        if points is not None:
            return np.asarray(points, dtype=np.float64)
    inner: Travel | None = getattr(travel, "inner", None)
    return None if inner is None else points_of(inner)
