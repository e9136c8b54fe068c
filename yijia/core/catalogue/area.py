"""Where and when an institution visits: distance, townships, hours, lead time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from yijia.core.calendar import local
from yijia.core.refusal import Refusal

EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Area:
    """An institution's service area and hours; times are minutes after Shanghai midnight.

    townships   empty: every township within the radius
    open_on     ISO weekdays
    """

    lon: float
    lat: float
    radius_km: Decimal
    townships: frozenset[str]
    opens_min: int
    closes_min: int
    open_on: frozenset[int]
    lead_time_min: int


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> Decimal:
    """Great-circle distance, to one hundredth of a kilometre; the road is longer, and no fee is set by the road."""
    half = sin(radians(other_lat - lat) / 2) ** 2
    half += cos(radians(lat)) * cos(radians(other_lat)) * sin(radians(other_lon - lon) / 2) ** 2
    return Decimal(2 * EARTH_KM * asin(sqrt(min(1.0, half)))).quantize(Decimal("0.01"))


def serves(area: Area | None, *, township: str, lon: float, lat: float) -> Refusal | None:
    """Whether a home lies in the area.

    Refuses     catalogue.no_area (none was set), catalogue.other_township, catalogue.too_far
    Source      CATALOGUE-04, CATALOGUE-05 in docs/rules/catalogue.md
    """
    if area is None:
        return Refusal("catalogue.no_area")
    if area.townships and township not in area.townships:
        return Refusal("catalogue.other_township", {"township": township})
    away = distance_km(area.lon, area.lat, lon, lat)
    if away > area.radius_km:
        return Refusal("catalogue.too_far", {"distance_km": away, "radius_km": area.radius_km})
    return None


def open_at(area: Area, *, start: datetime, end: datetime, asked_at: datetime) -> Refusal | None:
    """Whether the wanted window lies in the opening hours and is not asked too late.

    Refuses     catalogue.closed_day, catalogue.closed_hours, catalogue.too_soon
    Source      CATALOGUE-06 in docs/rules/catalogue.md
    """
    first, last = local(start), local(end)
    if first.isoweekday() not in area.open_on:
        return Refusal("catalogue.closed_day", {"weekday": first.isoweekday(), "open_on": tuple(sorted(area.open_on))})
    minutes = first.hour * 60 + first.minute
    until = last.hour * 60 + last.minute + (0 if last.date() == first.date() else 1440)
    if minutes < area.opens_min or until > area.closes_min:
        return Refusal("catalogue.closed_hours", {"opens": clock(area.opens_min), "closes": clock(area.closes_min)})
    earliest = asked_at + timedelta(minutes=area.lead_time_min)
    if start < earliest:
        return Refusal(
            "catalogue.too_soon",
            {"lead_time_min": area.lead_time_min, "earliest_at": local(earliest).strftime("%Y-%m-%d %H:%M")},
        )
    return None


def faults(
    *,
    townships: Sequence[str],
    known: Sequence[str],
    radius_km: Decimal,
    opens_min: int,
    closes_min: int,
    open_on: Sequence[int],
    lead_time_min: int,
) -> dict[str, str]:
    """What is wrong with an area as entered, field → code; `known` are the townships of the place, empty when not listed."""
    found: dict[str, str] = {}
    if known and set(townships) - set(known):
        found["townships"] = "unknown_township"
    if not Decimal("0.1") <= radius_km <= 100:
        found["radius_km"] = "radius_range"
    if not (0 <= opens_min < closes_min <= 1440):
        found["closes"] = "hours_order"
    if not open_on or set(open_on) - set(range(1, 8)):
        found["open_on"] = "weekdays"
    if not 0 <= lead_time_min <= 14 * 1440:
        found["lead_time_min"] = "lead_time_range"
    return found


def clock(minutes: int) -> str:
    """Minutes after midnight as a clock shows them; 1440 is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
