"""Travel over a road network: points are snapped to it, times are shortest paths, each direction on its own.

The network is arrays made once from a map extract (`yijia.base.roads`). Where no road leads, the answer is a number no
plan can use and a reason, never an endless one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from yijia.core.dispatch.travel import METRES_PER_DEGREE, Places, Ticks

UNREACHED_MIN = 4 * 24 * 60
"""Minutes reported where no road leads: more than any day holds, small enough to be added up."""
OWN_NETWORK = 0.1
"""Share of the largest piece's nodes from which a piece, all of it reachable from all of it, counts as roads of its own."""
BATCH = 128

Floats = NDArray[np.float64]


class RoadError(ValueError):
    """A network or its rules cannot be used; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How one kind of traveller uses the roads (policy data, `from_value`).

    speeds          highway class -> km/h on average, stops included; a class not named is not used
    is_one_way      whether one-way signs hold
    access          tags that decide who may pass, the most special first
    ferry_kmh       speed of a ferry whose duration is not mapped; None = ferries are not used
    board_s         seconds lost at the jetty
    walk_kmh        speed between a place and the nearest road
    snap_max_m      a place farther from any road is off the network
    start_s         seconds lost at each trip (parking, stairs)
    """

    mode: str
    speeds: Mapping[str, float]
    is_one_way: bool
    access: tuple[str, ...]
    ferry_kmh: float | None
    board_s: float
    walk_kmh: float
    snap_max_m: float
    start_s: float

    @classmethod
    def from_value(cls, mode: str, value: Mapping[str, Any]) -> "Rules":
        """The rules of a mode in the policy value `term:road_travel`. Raises RoadError."""
        modes = value["modes"]
        if mode not in modes:
            raise RoadError(f"no travel mode '{mode}'; there are {', '.join(sorted(modes))}")
        row = modes[mode]
        rules = cls(
            mode,
            {name: float(speed) for name, speed in row["kmh"].items()},
            bool(row["is_one_way"]),
            tuple(row["access"]),
            None if row["ferry_kmh"] is None else float(row["ferry_kmh"]),
            float(row["board_s"]),
            float(value["walk_kmh"]),
            float(value["snap_max_m"]),
            float(row["start_s"]),
        )
        if min([*rules.speeds.values(), rules.walk_kmh, rules.ferry_kmh or 1]) <= 0:
            raise RoadError(f"mode '{mode}': a speed is not above 0")
        return rules


@dataclass(frozen=True, slots=True)
class RoadNet:
    """A directed network for one mode.

    lon, lat    float (nodes,), degrees
    first       int64 (nodes + 1,): arcs of node i are first[i] … first[i + 1]
    heads       int32 (arcs,): where each leads;  seconds: float32 (arcs,), > 0
    anchors     int64 (n,): nodes that places are snapped to
    """

    mode: str
    lon: Floats
    lat: Floats
    first: NDArray[np.int64]
    heads: NDArray[np.int32]
    seconds: NDArray[np.float32]
    anchors: NDArray[np.int64]
    walk_kmh: float
    snap_max_m: float
    start_s: float
    source: str = ""

    @property
    def size(self) -> int:
        return len(self.lon)

    def plane(self, lonlat: Floats) -> Floats:
        """float (n, 2), metres on the plane that touches the network's middle."""
        middle = np.radians(float(self.lat.mean()))
        return (
            np.column_stack(((lonlat[:, 0] - self.lon.mean()) * np.cos(middle), lonlat[:, 1] - self.lat.mean()))
            * METRES_PER_DEGREE
        )

    def graph(self) -> csr_matrix:
        """The arcs as a sparse matrix."""
        return csr_matrix((self.seconds, self.heads, self.first), shape=(self.size, self.size))


def build(
    rules: Rules,
    lon: Sequence[float],
    lat: Sequence[float],
    arcs: Mapping[tuple[int, int], float],
    *,
    source: str,
) -> RoadNet:
    """The network of numbered nodes and arcs (seconds).

    Places are snapped only where one can drive about and come back (`OWN_NETWORK`): yards cut off by mapping slips, and
    one-way streets that leave the extract, would strand them.

    Raises      RoadError: no usable road
    """
    if not arcs:
        raise RoadError(f"the extract holds no road for mode '{rules.mode}'")
    tails, heads = (np.array(side, dtype=np.int64) for side in zip(*arcs, strict=True))
    seconds = np.array(list(arcs.values()), dtype=np.float32)
    size = len(lon)
    graph = csr_matrix((seconds, (tails, heads)), shape=(size, size))
    _, piece = connected_components(graph, directed=True, connection="strong")
    count = np.bincount(piece)
    return RoadNet(
        rules.mode,
        np.asarray(lon, dtype=np.float64),
        np.asarray(lat, dtype=np.float64),
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float32),
        np.flatnonzero(count[piece] >= OWN_NETWORK * count.max()),
        rules.walk_kmh,
        rules.snap_max_m,
        rules.start_s,
        source,
    )


class NoRoad(StrEnum):
    """Why one place cannot be reached from another."""

    OFF_NETWORK = "off_network"  # the place lies too far from any road of the extract
    NO_WAY = "no_way"  # no road leads there
    NO_WAY_BACK = "no_way_back"  # there is a road there, none back


@dataclass(frozen=True, slots=True)
class Unreached:
    """A pair of places without a road, and why; `far_m`: how far the place is from the network, when that is why."""

    origin: int
    destination: int
    why: NoRoad
    far_m: int = 0


@dataclass(slots=True)
class RoadTravel:
    """A provider of travel times (see `travel.Travel`) between points on a network.

    points           float (places, 2): longitude, latitude
    ticks_per_min    resolution of the answers, rounded up
    known            rows found already, place -> seconds to every place; filled as it is asked (`matrix` fills it all)
    """

    net: RoadNet
    lonlat: Floats
    ticks_per_min: int = 1
    known: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    node: NDArray[np.int64] = field(init=False)
    far_m: Floats = field(init=False)
    points_m: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.lonlat = np.ascontiguousarray(self.lonlat, dtype=np.float64).reshape(-1, 2)
        if not np.isfinite(self.lonlat).all():
            raise RoadError("a place has no finite coordinates")
        self.points_m = self.net.plane(self.lonlat)
        anchors = self.net.anchors
        roads = cKDTree(self.net.plane(np.column_stack((self.net.lon[anchors], self.net.lat[anchors]))))
        far, found = roads.query(self.points_m)
        self.far_m, self.node = np.asarray(far, dtype=np.float64), anchors[np.asarray(found, dtype=np.int64)]

    def between(self, origin: int, destination: int) -> int:
        return int(self._ticks(origin, self._row(origin)[[destination]], np.array([destination]))[0])

    def block(self, origins: Places, destinations: Places) -> Ticks:
        self._find([int(origin) for origin in origins])
        found = np.empty((len(origins), len(destinations)), dtype=np.int32)
        for i, origin in enumerate(origins):
            found[i] = self._ticks(int(origin), self.known[int(origin)][destinations], destinations)
        return found

    def explain(self, origin: int, destination: int) -> Unreached | None:
        """Why there is no way between two places; None when there is one."""
        for place in (destination, origin):
            if self.far_m[place] > self.net.snap_max_m:
                return Unreached(origin, destination, NoRoad.OFF_NETWORK, round(float(self.far_m[place])))
        there, back = (np.isfinite(self._row(a)[b]) for a, b in ((origin, destination), (destination, origin)))
        if there and back:
            return None
        return Unreached(origin, destination, NoRoad.NO_WAY_BACK if there else NoRoad.NO_WAY)

    def unreached(self, places: Sequence[int], base: int) -> list[Unreached]:
        """The places that cannot be reached from a base, or not left for it, each with its reason."""
        found = (self.explain(base, place) for place in places if place != base)
        return [one for one in found if one is not None]

    def _row(self, origin: int) -> NDArray[np.float32]:
        if origin not in self.known:
            self._find([origin])
        return self.known[origin]

    def _find(self, origins: Sequence[int]) -> None:
        missing = [origin for origin in dict.fromkeys(origins) if origin not in self.known]
        if not missing:
            return
        graph = self.net.graph()
        walk = self.far_m / self.net.walk_kmh * 3.6
        off = self.far_m > self.net.snap_max_m
        starts, which = np.unique(self.node[missing], return_inverse=True)
        for begin in range(0, len(starts), BATCH):
            reach = dijkstra(graph, directed=True, indices=starts[begin : begin + BATCH])
            for place, row in zip(missing, which.tolist(), strict=True):
                if begin <= row < begin + BATCH:
                    seconds = reach[row - begin][self.node] + walk[place] + walk
                    seconds[off] = np.inf
                    if off[place]:
                        seconds[:] = np.inf
                    self.known[place] = seconds.astype(np.float32)

    def _ticks(self, origin: int, seconds: NDArray[np.float32], destinations: Places) -> Ticks:
        whole = np.full(len(seconds), UNREACHED_MIN * self.ticks_per_min, dtype=np.int32)
        is_there = np.isfinite(seconds)
        trip = (seconds[is_there].astype(np.float64) + self.net.start_s) / 60 * self.ticks_per_min
        whole[is_there] = np.minimum(np.ceil(trip - 1e-6), UNREACHED_MIN * self.ticks_per_min)
        is_same = (self.lonlat[destinations] == self.lonlat[origin]).all(axis=1)
        whole[is_same] = 0
        return whole
