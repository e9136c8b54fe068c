"""Where a county's invented homes may stand, and which of its published rates they must show."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from yijia.base import editions
from yijia.core.policy import Value

REGIONS = ("CN-441900", "CN-440704", "CN-440307", "CN-350000", "CN-500000")


class NoSuchRegion(ValueError):
    """Policy has no townships for this region, so no county can be made there."""


@dataclass(frozen=True, slots=True)
class Township:
    """A real township with an approximate centre."""

    zh: str
    en: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Place:
    """A region as the county maker needs it."""

    code: str
    zh: str
    en: str
    elder_share: Fraction
    townships: tuple[Township, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """What the authority published, as exact shares; None where it published nothing.

    elders_contracted   65 and over, or the key groups (重点人群) where only those were published
    """

    contracted: Fraction | None
    elders_contracted: Fraction | None
    integrated: Fraction | None
    managed: Fraction | None
    trained: Fraction | None
    institutions: int | None
    items: int | None


def read_place(region: str, on: date) -> Place:
    """The townships of a region.

    Raises      NoSuchRegion
    """
    current = editions.current()
    name = current.lookup("place:name", jurisdiction=region, on=on)
    found = current.lookup("place:townships", jurisdiction=region, on=on)
    if not isinstance(found, Value) or not isinstance(name, Value) or found.jurisdiction != region:
        raise NoSuchRegion(region)
    townships = tuple(Township(t["zh"], t["en"], float(t["lon"]), float(t["lat"])) for t in found.value["townships"])
    return Place(region, name.value["zh"], name.value["en"], Fraction(found.value["elder_share"]), townships)


def read_rates(region: str, on: date) -> Rates:
    """The region's own reported figures."""
    current = editions.current()

    def reported(measure: str) -> Fraction | None:
        value = current.lookup(f"reported:{measure}", jurisdiction=region, on=on)
        known = isinstance(value, Value) and value.jurisdiction == region and value.value.get("value") is not None
        return Fraction(value.value["value"]) if known and isinstance(value, Value) else None

    def whole(measure: str) -> int | None:
        found = reported(measure)
        return None if found is None else int(found)

    return Rates(
        contracted=reported("contract_rate"),
        elders_contracted=reported("elder_contract_rate") or reported("key_group_contract_rate"),
        integrated=reported("elder_integrated_care_rate"),
        managed=reported("health_management_rate"),
        trained=reported("online_training_rate"),
        institutions=whole("internet_nursing_institutions"),
        items=whole("internet_nursing_items"),
    )
