"""How long the way takes, for the engine: the provider named by the settings, and never less than parking and stairs take."""

import math
from collections.abc import Callable, Sequence
from math import cos, radians

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from numpy.typing import NDArray

from yijia.core.dispatch.rank import Params
from yijia.core.dispatch.travel import Places, StraightLine, Ticks, Travel
from yijia.core.geo import EARTH_M, Point

SAFETY = 1.005
"""A plane stands in for the globe: within one county its distances are off by less than this."""


class AtLeast:
    """A provider's times, but never below the ranking's own estimate, which has the last word when a visit is given away."""

    def __init__(self, inner: Travel, estimate: Travel, least: int) -> None:
        self.inner, self.estimate, self.least = inner, estimate, least

    def between(self, origin: int, destination: int) -> int:
        return max(self.least, self.inner.between(origin, destination), self.estimate.between(origin, destination))

    def block(self, origins: Places, destinations: Places) -> Ticks:
        found = np.maximum(self.inner.block(origins, destinations), self.estimate.block(origins, destinations))
        return np.maximum(found, self.least).astype(np.int32)


def plane(points: Sequence[Point]) -> NDArray[np.float64]:
    """float (points, 2), metres east and north of their middle."""
    if not points:
        return np.zeros((0, 2))
    lat = sum(point.latitude for point in points) / len(points)
    lon = sum(point.longitude for point in points) / len(points)
    east, north = EARTH_M * radians(1) * cos(radians(lat)), EARTH_M * radians(1)
    return np.array([[(p.longitude - lon) * east, (p.latitude - lat) * north] for p in points])


def straight(points: Sequence[Point], params: Params) -> Travel:
    """Straight line at the ranking's speed, which has the detour in it, in whole minutes rounded up."""
    return StraightLine(
        plane(points) * SAFETY,
        detour=1.0,
        speeds=((math.inf, float(params.speed_kmh)),),
        start_min=params.buffer_s / 60,
    )


def travel_of(points: Sequence[Point], params: Params) -> Travel:
    """Travel between places by the provider of the settings."""
    provider: Callable[[Sequence[Point], Params], Travel] = import_string(settings.DISPATCH_TRAVEL)
    estimate, least = straight(points, params), math.ceil(params.buffer_s / 60)
    inner = estimate if provider is straight else provider(points, params)
    return AtLeast(inner, estimate, least)
