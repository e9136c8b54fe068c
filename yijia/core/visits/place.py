"""Where a phone says it is, or why it will not say."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from yijia.core.refusal import Refusal

ERRORS = ("refused", "unavailable", "timeout", "unsupported", "not_given")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A location in WGS 84 degrees, or the reason why there is none.

    accuracy_m      radius within which the phone believes itself; None when it did not say
    device_at       the phone's own clock, kept beside ours
    error           one of `ERRORS`; ignored when there is a location
    """

    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    is_mocked: bool = False
    device_at: datetime | None = None
    error: str = "not_given"

    @property
    def is_known(self) -> bool:
        """Whether there is a location."""
        return self.lon is not None and self.lat is not None

    def fault(self) -> Refusal | None:
        """None when it can be kept.

        Refuses     visits.bad_place: half a location, or one that is not on earth
        """
        if (self.lon is None) != (self.lat is None):
            return Refusal("visits.bad_place")
        for number, most in ((self.lon, 180.0), (self.lat, 90.0), (self.accuracy_m, 1e7)):
            if number is not None and not (isfinite(number) and abs(number) <= most):
                return Refusal("visits.bad_place")
        if self.accuracy_m is not None and self.accuracy_m < 0:
            return Refusal("visits.bad_place")
        return None


NOWHERE = Place()
"""Nothing was sent."""
