"""The day on a map: homes, routes and service areas, and the same as a list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import cos, pi, radians, sin
from typing import Any

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.dispatch import queries
from yijia.apps.dispatch.queries import Filters
from yijia.apps.dispatch.screens.board import Mark, Waiting, is_wanted, mark, waiting_row
from yijia.apps.visits import queries as visits
from yijia.apps.visits.screens import need_words
from yijia.base import audit
from yijia.base.clock import SHANGHAI, business_date
from yijia.base.errors import NotFound
from yijia.core.dispatch.rank import travel_s
from yijia.core.geo import Point, distance_m
from yijia.core.people import masking
from yijia.core.permissions import Actor

CIRCLE = 48
KM_A_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class MapStop:
    """One stop of a route."""

    place: int
    order_id: int
    name: str
    need: str
    township: str
    planned_from: datetime
    mark: Mark
    way_min: int
    way_km: float


@dataclass(frozen=True, slots=True)
class Route:
    """One person's way through the day."""

    staff_id: int
    name: str
    colour: int
    stops: list[MapStop]
    way_min: int
    way_km: float


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map of a day: `drawing` is what the page's script draws, the rest says the same in words."""

    on: date
    today: date
    before: date
    after: date
    house_id: int
    house: str
    radius_km: Any
    townships: list[str]
    routes: list[Route]
    waiting: list[Waiting]
    drawing: dict[str, Any]


COLOURS = 8


def map_page(
    *, actor: Actor, at: datetime, on: date | None = None, house_id: int | None = None, filters: Filters | None = None
) -> MapPage:
    """The routes of a day in sight, as they stand. Raises NotFound."""
    today, filters = business_date(at), filters or Filters()
    on = on or today
    house = next((one for one in queries.houses(actor) if house_id in (None, one.pk)), None)
    if house is None:
        raise NotFound
    params = visits.ranking_params(house.jurisdiction, on)
    people = {one.pk: one for one in queries.list_nurses(actor, house.pk, on) if is_wanted(one, filters)}
    orders = [one for one in queries.list_unassigned(actor, house.pk) if business_date(queries.day_of(one)) == on]
    homes = {order.pk: order.household for order in orders}
    waiting = [waiting_row(order, at) for order in orders]
    taken: dict[int, list[Any]] = {}
    assignments = queries.list_assignments(actor, on, list(people))
    for one in assignments:
        taken.setdefault(one.staff_id, []).append(one)
    seen = {order.resident_id for order in orders} | {one.visit.resident_id for one in assignments}
    audit.read(
        actor, at, "dispatch.map", subject_type="care.order", subject_ids=sorted(homes), resident_ids=sorted(seen)
    )
    routes, lines, points = [], [], []
    for number, (pk, rows) in enumerate(sorted(taken.items(), key=lambda pair: people[pair[0]].name)):
        here, stops, path = Point(people[pk].lat, people[pk].lon), [], [[people[pk].lat, people[pk].lon]]
        for place, one in enumerate(rows, 1):
            order = one.visit.order
            home = Point(order.household.lat, order.household.lon)
            stop = MapStop(
                place, order.pk, masking.name(one.visit.resident.name), need_words(order.need, order.jurisdiction, business_date(order.wanted_from)),
                order.household.township, one.visit.planned_from, mark(order.state, one.visit.planned_from, one.visit.planned_until, at),
                -(-travel_s(here, home, params) // 60), round(distance_m(here, home) / 1000, 1),
            )  # fmt: skip
            stops.append(stop)
            path.append([home.latitude, home.longitude])
            points.append(_point(home, f"{place}", stop.mark.kind, number % COLOURS, _label(people[pk].name, stop)))
            here = home
        routes.append(
            Route(
                pk,
                people[pk].name,
                number % COLOURS,
                stops,
                sum(s.way_min for s in stops),
                round(sum(s.way_km for s in stops), 1),
            )
        )
        lines.append({"path": path, "colour": number % COLOURS, "name": people[pk].name})
    for one in waiting:
        home = homes[one.order_id]
        points.append(
            _point(Point(home.lat, home.lon), "?", "waiting", -1, f"{one.mark.word} · {one.need} · {one.name}")
        )
    area = catalogue.area_for_system(house.pk)
    drawing = {
        "house": {"at": [house.lat, house.lon], "name": house.name},
        "area": _circle(house.lat, house.lon, float(area.radius_km)) if area else [],
        "lines": lines, "points": points,
    }  # fmt: skip
    return MapPage(
        on, today, on - timedelta(days=1), on + timedelta(days=1), house.pk, house.name, area.radius_km if area else None,
        sorted(area.townships) if area else [], routes, waiting, drawing,
    )  # fmt: skip


def _label(nurse: str, stop: MapStop) -> str:
    here = stop.planned_from.astimezone(SHANGHAI)
    return f"{nurse} {stop.place} · {here:%H:%M} · {stop.need} · {stop.name} · {stop.mark.word}"


def _point(home: Point, text: str, kind: str, colour: int, label: str) -> dict[str, Any]:
    return {"at": [home.latitude, home.longitude], "text": text, "kind": kind, "colour": colour, "label": label}


def _circle(lat: float, lon: float, radius_km: float) -> list[list[float]]:
    """The service area's border as points."""
    north, east = radius_km / KM_A_DEGREE, radius_km / (KM_A_DEGREE * cos(radians(lat)))
    return [
        [round(lat + north * sin(2 * pi * n / CIRCLE), 6), round(lon + east * cos(2 * pi * n / CIRCLE), 6)]
        for n in range(CIRCLE)
    ]
