"""Road networks from OpenStreetMap extracts: read, kept on disk, and the provider an installation travels with.

Speeds and who may pass where are policy (`term:road_travel`); the network's file is a setting (YIJIA_ROADS). Data © OpenStreetMap contributors, Open Database Licence 1.0.
"""

import functools
import hashlib
import itertools
import math
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yijia.base import editions
from yijia.core.dispatch.roads import RoadError, RoadNet, RoadTravel, Rules, build
from yijia.core.geo import Point
from yijia.core.refusal import Refusal

FORM = "yijia-roads-1"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
PIECE_M = 60.0
"""Longer stretches get nodes in between, so that a place is snapped beside itself and not to a far crossing."""
_NO = frozenset({"no", "private", "agricultural", "forestry", "military", "use_sidepath"})
_BLOCKS = frozenset({"bollard", "block", "jersey_barrier", "log", "cycle_barrier", "wall", "fence"})
_ROUND = frozenset({"roundabout", "circular"})


def rules_of(mode: str, *, jurisdiction: str, on: date) -> Rules:
    """How a mode uses the roads, by the policy in force. Raises RoadError."""
    return Rules.from_value(mode, _value("term:road_travel", jurisdiction, on))


def _value(key: str, jurisdiction: str, on: date) -> Any:
    found = editions.current().lookup(key, jurisdiction=jurisdiction, on=on)
    if isinstance(found, Refusal):
        raise RoadError(f"policy has no {key} for {jurisdiction} on {on}: {found.code}")
    return found.value


def read_extract(path: Path, rules: Rules) -> RoadNet:
    """The network of a mode in an extract (.osm.pbf, .osm, .osm.gz, .osm.bz2). Raises RoadError."""
    import osmium

    lon: list[float] = []
    lat: list[float] = []
    number: dict[int, int] = {}
    arcs: dict[tuple[int, int], float] = {}
    blocked: set[int] = set()

    def arc(a: int, b: int, seconds: float) -> None:
        if a != b and seconds < arcs.get((a, b), math.inf):
            arcs[a, b] = seconds

    try:
        reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
        for thing in reader:
            tags = thing.tags
            if thing.is_node():
                if tags.get("barrier") in _BLOCKS and not _may(tags, rules, default=rules.mode == "foot"):
                    blocked.add(thing.id)
                continue
            speed, wait, seconds_whole = _speed(tags, rules)
            if speed is None:
                continue
            forth, back = _ways(tags, rules)
            nodes = [node for node in thing.nodes if node.location.valid()]
            whole = sum(_metres(a.lon, a.lat, b.lon, b.lat) for a, b in itertools.pairwise(nodes))
            for a, b in itertools.pairwise(nodes):
                if a.ref in blocked or b.ref in blocked:
                    continue
                for node in (a, b):
                    if node.ref not in number:
                        number[node.ref] = len(lon)
                        lon.append(node.lon)
                        lat.append(node.lat)
                metres = _metres(a.lon, a.lat, b.lon, b.lat)
                seconds = metres / speed * 3.6
                if seconds_whole is not None and whole > 0:
                    seconds = seconds_whole * metres / whole
                seconds = max(seconds, 0.01)
                ends = number[a.ref], number[b.ref]
                steps = 1 if wait or seconds_whole is not None else max(1, math.ceil(metres / PIECE_M))
                chain = [ends[0], *range(len(lon), len(lon) + steps - 1), ends[1]]
                for i in range(1, steps):
                    lon.append(a.lon + (b.lon - a.lon) * i / steps)
                    lat.append(a.lat + (b.lat - a.lat) * i / steps)
                # Boarding is paid where the ferry is entered, once a crossing, at either end.
                first, last = a.ref == nodes[0].ref, b.ref == nodes[-1].ref
                for p, q in itertools.pairwise(chain):
                    if forth:
                        arc(p, q, seconds / steps + (wait if first else 0))
                    if back:
                        arc(q, p, seconds / steps + (wait if last else 0))
    except (RuntimeError, OSError) as error:
        raise RoadError(f"{path.name} cannot be read as an OpenStreetMap extract: {error}") from error
    return build(rules, lon, lat, arcs, source=f"{path.name}; {ATTRIBUTION}")


def _speed(tags: Any, rules: Rules) -> tuple[float | None, float, float | None]:
    """(km/h, seconds of waiting, seconds of the whole crossing when it is mapped); None = not for this mode."""
    if tags.get("route") == "ferry":
        if rules.ferry_kmh is None or not _may(tags, rules, default=rules.mode == "foot"):
            return None, 0.0, None
        return rules.ferry_kmh, rules.board_s, _duration_s(tags.get("duration"))
    kind = tags.get("highway")
    if kind is None or tags.get("area") == "yes":
        return None, 0.0, None
    speed = rules.speeds.get(kind)
    if speed is None or not _may(tags, rules, default=True):
        return None, 0.0, None
    limit = re.match(r"\s*(\d+)\s*(mph)?", tags.get("maxspeed") or "")
    if limit:
        speed = min(speed, max(5.0, float(limit[1]) * (1.609 if limit[2] else 1)))
    return speed, 0.0, None


def _may(tags: Any, rules: Rules, *, default: bool) -> bool:
    """Whether the mode may pass; the most special tag that is there decides."""
    for name in rules.access:
        value = tags.get(name)
        if value is not None:
            return value not in _NO
    return default


def _ways(tags: Any, rules: Rules) -> tuple[bool, bool]:
    """(along the way's direction, against it)."""
    if not rules.is_one_way:
        return True, True
    own = next((tags[f"oneway:{name}"] for name in rules.access if f"oneway:{name}" in tags), None)
    sign = own or tags.get("oneway")
    if sign is None and (tags.get("junction") in _ROUND or tags.get("highway") == "motorway"):
        sign = "yes"
    if sign in ("yes", "true", "1"):
        return True, False
    if sign in ("-1", "reverse"):
        return False, True
    return True, True


def _duration_s(text: str | None) -> float | None:
    """Seconds of a mapped duration: `hh:mm`, `hh:mm:ss`, or minutes."""
    if text is None:
        return None
    words = text.split(":")
    if not all(word.strip().isdigit() for word in words) or len(words) > 3:
        return None
    numbers = [int(word) for word in words]
    if len(numbers) == 1:
        return numbers[0] * 60.0
    return numbers[0] * 3600.0 + numbers[1] * 60.0 + (numbers[2] if len(numbers) == 3 else 0.0)


def _metres(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    dx = math.radians(lon1 - lon0) * math.cos(math.radians((lat0 + lat1) / 2))
    return 6_371_000.0 * math.hypot(dx, math.radians(lat1 - lat0))


# --- on disk

_ARRAYS = ("lon", "lat", "first", "heads", "seconds", "anchors")
_FIGURES = ("walk_kmh", "snap_max_m", "start_s")


def save(net: RoadNet, path: Path) -> None:
    """Write a network; the licence travels with it."""
    words = np.array([FORM, net.mode, net.source])
    figures = np.array([getattr(net, name) for name in _FIGURES])
    arrays = {name: getattr(net, name) for name in _ARRAYS}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, words=words, figures=figures, **arrays)


def load(path: Path) -> RoadNet:
    """A network from disk. Raises RoadError."""
    try:
        with np.load(path, allow_pickle=False) as file:
            words = [str(word) for word in file["words"]]
            if words[0] != FORM:
                raise RoadError(f"{path.name} is not a road network of this version: build it again")
            figures = dict(zip(_FIGURES, file["figures"].tolist(), strict=True))
            return RoadNet(mode=words[1], source=words[2], **{name: file[name] for name in _ARRAYS}, **figures)
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        if isinstance(error, RoadError):
            raise
        raise RoadError(f"{path.name} is not a road network: make it with `yijia dispatch roads build`") from error


@functools.lru_cache(maxsize=2)
def _loaded(path: Path, changed_ns: int) -> RoadNet:
    return load(path)


def network(path: Path) -> RoadNet:
    """A network, read once per process and again when its file changes. Raises RoadError."""
    try:
        return _loaded(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RoadError(f"{path} cannot be read: {error}") from error


def travel_on(
    net: RoadNet,
    lonlat: NDArray[np.float64] | Sequence[tuple[float, float]],
    *,
    ticks_per_min: int = 1,
    cache: Path | None = None,
) -> RoadTravel:
    """Travel between points; rows found are kept in a folder, by network and points."""
    travel = RoadTravel(net, np.array(lonlat, dtype=np.float64), ticks_per_min)
    if cache is None:
        return travel
    print_of = hashlib.sha256(net.seconds.tobytes() + net.lon.tobytes() + travel.lonlat.tobytes()).hexdigest()[:32]
    path = cache / f"roads-{print_of}.npy"
    if path.exists():
        rows = np.load(path, allow_pickle=False)
        travel.known.update(enumerate(rows))
        return travel
    every = np.arange(len(travel.lonlat))
    travel.block(every, every)
    cache.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{hashlib.sha256(str(id(travel)).encode()).hexdigest()[:8]}.part")
    with part.open("wb") as file:
        np.save(file, np.array([travel.known[i] for i in range(len(every))], dtype=np.float32).reshape(len(every), -1))
    part.replace(path)
    return travel


# --- the provider an installation may name (YIJIA_DISPATCH_TRAVEL=yijia.base.roads.by_road)


def by_road(points: Sequence[Point], params: object) -> RoadTravel:
    """Travel between points on the network of YIJIA_ROADS; rows found are kept under YIJIA_HOME.

    params    of the straight line; a road needs none

    Raises    RoadError: no network is set, or it cannot be read
    """
    from django.conf import settings

    if not settings.ROADS:
        raise RoadError("YIJIA_ROADS is not set: build a network with `yijia dispatch roads build` and name its file")
    lonlat = np.array([[point.longitude, point.latitude] for point in points], dtype=np.float64).reshape(-1, 2)
    return travel_on(network(Path(settings.ROADS)), lonlat, cache=Path(settings.HOME) / "roads")
