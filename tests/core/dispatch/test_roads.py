"""Travel providers: each direction on its own, bulk and single answers alike, no endless time, a reason for no way.

Clauses DISPATCH-23, DISPATCH-24; DISPATCH-25 on real tags in tests/base/test_roads.py.
"""

import math

import numpy as np
import pytest

from yijia.core.dispatch.roads import UNREACHED_MIN, NoRoad, RoadError, RoadNet, RoadTravel, Rules, build
from yijia.core.dispatch.travel import Matrix, Planar, StraightLine, Travel, narrowed

RULES = Rules("car", {"road": 36.0}, True, ("access",), None, 0, walk_kmh=3.6, snap_max_m=500, start_s=30)


def ring(size: int, lon: float = 114.0) -> tuple[list[float], list[float], dict[tuple[int, int], float]]:
    """A one-way ring of `size` nodes, a minute from each to the next, 0.01 degrees apart."""
    lons = [lon + 0.01 * math.cos(2 * math.pi * i / size) for i in range(size)]
    lats = [23.0 + 0.01 * math.sin(2 * math.pi * i / size) for i in range(size)]
    return lons, lats, {(i, (i + 1) % size): 60.0 for i in range(size)}


def two_rings() -> RoadNet:
    """Two rings of six, with a one-way road from the first to the second."""
    lons, lats, arcs = ring(6)
    far_lons, far_lats, far = ring(6, lon=114.2)
    arcs |= {(a + 6, b + 6): seconds for (a, b), seconds in far.items()}
    return build(RULES, lons + far_lons, lats + far_lats, {**arcs, (0, 9): 600.0}, source="test")


def test_one_way_roads_make_each_direction_its_own() -> None:
    net = two_rings()
    travel = RoadTravel(net, np.column_stack((net.lon, net.lat)), ticks_per_min=1)
    assert travel.between(0, 1) == 2  # a minute of driving and half a minute of start, rounded up
    assert travel.between(1, 0) == 6
    assert travel.between(0, 0) == 0
    assert travel.between(0, 9) == 11


def test_no_way_is_a_number_and_a_reason() -> None:
    net = two_rings()
    off = np.array([[114.5, 23.5]])
    travel = RoadTravel(net, np.vstack((np.column_stack((net.lon, net.lat)), off)))
    assert travel.between(9, 0) == UNREACHED_MIN
    assert travel.between(0, 12) == UNREACHED_MIN
    there, back, far = travel.explain(0, 9), travel.explain(9, 0), travel.explain(0, 12)
    assert there is not None
    assert there.why is NoRoad.NO_WAY_BACK
    assert back is not None
    assert back.why is NoRoad.NO_WAY
    assert far is not None
    assert far.why is NoRoad.OFF_NETWORK
    assert far.far_m > 30_000
    assert travel.explain(0, 3) is None
    assert [one.destination for one in travel.unreached(range(13), 0)] == [6, 7, 8, 9, 10, 11, 12]


def test_dead_end_that_leaves_the_map_strands_nobody() -> None:
    lons, lats, arcs = ring(30)
    net = build(RULES, [*lons, 114.011], [*lats, 23.0], {**arcs, (0, 30): 60.0}, source="test")
    travel = RoadTravel(net, np.array([[114.011, 23.0], [lons[5], lats[5]]]))
    assert travel.explain(0, 1) is None
    assert travel.between(0, 1) < UNREACHED_MIN


def test_bulk_and_single_answers_are_alike() -> None:
    net = two_rings()
    dice = np.random.default_rng(1)
    spots = dice.uniform(0, 30_000, (9, 2))
    providers: list[tuple[Travel, int]] = [
        (RoadTravel(net, np.column_stack((net.lon, net.lat)), ticks_per_min=10), 12),
        (StraightLine(spots), 9),
        (Planar(spots, 10), 9),
        (Matrix(dice.integers(0, 50, (9, 9))), 9),
    ]
    for travel, size in providers:
        every = np.arange(size)
        assert travel.block(every, every).tolist() == [[travel.between(a, b) for b in range(size)] for a in range(size)]
        some = np.array([4, 1, 7])
        part = narrowed(travel, some)
        assert part.block(np.arange(3), np.arange(3)).tolist() == travel.block(some, some).tolist()


def test_unusable_networks_are_refused() -> None:
    with pytest.raises(RoadError, match="no road"):
        build(RULES, [], [], {}, source="x")
    with pytest.raises(RoadError, match="no travel mode 'ship'"):
        Rules.from_value("ship", {"modes": {"car": {}}})
    with pytest.raises(RoadError, match="finite"):
        RoadTravel(two_rings(), np.array([[math.nan, 1.0]]))
