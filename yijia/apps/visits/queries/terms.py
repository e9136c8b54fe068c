"""Policy values the visit works by."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from yijia.base import editions
from yijia.base.errors import refuse_if
from yijia.core.dispatch.rank import Params
from yijia.core.policy import Editions, Value
from yijia.core.visits import deadman, evidence, plausible


def term(name: str, jurisdiction: str, on: date) -> Mapping[str, Any]:
    """The content of `term:<name>` in force. Raises Refused when policy is silent."""
    return refuse_if(editions.current().lookup(f"term:{name}", jurisdiction=jurisdiction, on=on)).value


def ladder(name: str, jurisdiction: str, on: date) -> deadman.Ladder:
    """The ladder `term:<name>_ladder` in force."""
    value: Value = refuse_if(editions.current().lookup(f"term:{name}_ladder", jurisdiction=jurisdiction, on=on))
    return deadman.read(value)


def weights(jurisdiction: str, on: date) -> evidence.Weights:
    """How a visit's evidence is scored."""
    return evidence.read(refuse_if(editions.current().lookup(evidence.KEY, jurisdiction=jurisdiction, on=on)))


def vitals(jurisdiction: str, on: date) -> dict[str, plausible.Vital]:
    """The vital signs that can be recorded, by code."""
    return _vitals(editions.current(), jurisdiction, on)


@lru_cache(maxsize=64)
def _vitals(current: Editions, jurisdiction: str, on: date) -> dict[str, plausible.Vital]:
    return plausible.load(current.values(plausible.PREFIX, jurisdiction=jurisdiction, on=on))


def ranking_params(jurisdiction: str, on: date) -> Params:
    """The measures of the ranking; travel is reckoned along the detour, so the straight-line speed is lower."""
    travel = term("travel", jurisdiction, on)
    return Params(
        speed_kmh=max(1, int(travel["speed_kmh"] / travel["detour"])),
        buffer_s=travel["buffer_s"],
        most_distance_m=travel["most_distance_m"],
        distance_band_m=travel["distance_band_m"],
        load_band_min=travel["load_band_min"],
    )


def minutes(name: str, field: str, jurisdiction: str, on: date) -> timedelta:
    """A number of minutes out of a term."""
    return timedelta(minutes=int(term(name, jurisdiction, on)[field]))
