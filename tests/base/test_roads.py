"""A real map extract becomes a network: one-ways, modes, the file kept on disk, broken files, the provider's setting."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from yijia.base import roads
from yijia.bench import citygen
from yijia.cli.dispatch import command
from yijia.core.dispatch.roads import RoadError, RoadNet, RoadTravel
from yijia.core.geo import Point

EXTRACT = Path(__file__).parents[1] / "data" / "roads" / "helsinki-centre.osm.pbf"
ON = date(2025, 6, 1)


def rules(mode: str) -> roads.Rules:
    return roads.rules_of(mode, jurisdiction="CN", on=ON)


@pytest.fixture(scope="module")
def car() -> RoadNet:
    return roads.read_extract(EXTRACT, rules("car"))


def points() -> np.ndarray:
    dice = np.random.default_rng(1)
    return np.column_stack((dice.uniform(24.937, 24.952, 40), dice.uniform(60.165, 60.178, 40)))


def test_real_streets(car: RoadNet) -> None:
    travel = RoadTravel(car, points())
    every = np.arange(40)
    minutes = travel.block(every, every)
    assert not travel.unreached(range(40), 0)
    assert (minutes != minutes.T).mean() > 0.3  # one-way streets
    straight = np.hypot(*(travel.points_m[:, None] - travel.points_m[None]).transpose(2, 0, 1)) / 1000
    far = straight > 0.8
    assert (minutes[far] >= straight[far] / 80 * 60).all()
    assert minutes.max() < 30


def test_walkers_ignore_one_way_signs() -> None:
    net = roads.read_extract(EXTRACT, rules("foot"))
    travel = RoadTravel(net, points())
    every = np.arange(40)
    minutes = travel.block(every, every)
    assert (minutes == minutes.T).all()


def test_modes_use_different_roads(car: RoadNet) -> None:
    foot = roads.read_extract(EXTRACT, rules("foot"))
    assert foot.size > 2 * car.size


def test_kept_on_disk(car: RoadNet, tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    roads.save(car, path)
    again = roads.network(path)
    assert "OpenStreetMap contributors" in again.source
    assert (again.seconds == car.seconds).all()
    first = roads.travel_on(again, points(), cache=tmp_path / "cache")
    kept = roads.travel_on(again, points(), cache=tmp_path / "cache")
    assert len(kept.known) == 40
    every = np.arange(40)
    assert (first.block(every, every) == kept.block(every, every)).all()


def test_broken_files_say_so(tmp_path: Path) -> None:
    broken = tmp_path / "x.osm.pbf"
    broken.write_bytes(b"nothing of the sort")
    with pytest.raises(RoadError, match=r"x\.osm\.pbf cannot be read"):
        roads.read_extract(broken, rules("car"))
    with pytest.raises(RoadError, match="yijia dispatch roads build"):
        roads.load(broken)
    with pytest.raises(RoadError, match="cannot be read"):
        roads.network(tmp_path / "absent.npz")


def test_the_setting_names_the_network(car: RoadNet, tmp_path: Path, settings: Any) -> None:
    points = [Point(60.170, 24.940), Point(60.175, 24.950)]
    settings.HOME, settings.ROADS = tmp_path, ""
    with pytest.raises(RoadError, match="YIJIA_ROADS"):
        roads.by_road(points, None)
    settings.ROADS = str(tmp_path / "net.npz")
    roads.save(car, tmp_path / "net.npz")
    assert 0 < roads.by_road(points, None).between(0, 1) < 30


@pytest.mark.parametrize(
    ("text", "seconds"), [("00:15", 900), ("1:02:03", 3723), ("20", 1200), ("soon", None), (None, None)]
)
def test_ferry_durations(text: str | None, seconds: float | None) -> None:
    assert roads._duration_s(text) == seconds


def test_ferries_and_signs() -> None:
    car_rules = rules("car")
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:30"}
    assert roads._speed(ferry, car_rules) == (15, 600, 1800)
    assert roads._speed({"route": "ferry"}, car_rules)[0] is None  # nobody says that cars may come
    assert roads._speed({"route": "ferry"}, rules("foot"))[0] == 15
    assert roads._speed({"highway": "footway"}, car_rules)[0] is None
    assert roads._speed({"highway": "primary", "maxspeed": "30"}, car_rules)[0] == 30
    assert roads._speed({"highway": "residential", "access": "private"}, car_rules)[0] is None
    assert roads._speed({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, car_rules)[0] == 20
    assert roads._ways({"oneway": "-1"}, car_rules) == (False, True)
    assert roads._ways({"junction": "roundabout"}, car_rules) == (True, False)
    assert roads._ways({"oneway": "yes", "oneway:bicycle": "no"}, rules("ebike")) == (True, True)
    assert roads._ways({"oneway": "yes"}, rules("foot")) == (True, True)


def test_the_command_line(tmp_path: Path) -> None:
    """Build a network, ask it for times, plan a day on it; what no road reaches is named."""
    net, points, day, plan = (str(tmp_path / name) for name in ("net.npz", "points.csv", "day.json", "plan.json"))
    run = CliRunner()
    built = run.invoke(command, ["roads", "build", str(EXTRACT), "--out", net, "--mode", "car"])
    assert built.exit_code == 0, built.output
    assert "OpenStreetMap contributors" in built.output
    Path(points).write_text("a,24.94,60.17\nb,24.95,60.175\nfar,25.9,60.2\n")
    asked = run.invoke(command, ["roads", "times", net, points])
    assert asked.stdout.splitlines()[3] == "far,,,0"
    assert "a -> far: off_network" in asked.stderr
    world = citygen.generate(60, 16, 5)
    for row, key in [(v, "xy") for v in world["visits"]] + [(c, "home") for c in world["caregivers"]]:
        row[key] = [24.938 + row[key][0] / 60_000 * 0.014, 60.166 + row[key][1] / 60_000 * 0.011]
    world["visits"][3]["xy"] = [24.99, 60.3]
    Path(day).write_text(json.dumps(world | {"coordinates": "lonlat"}))
    solved = run.invoke(command, ["solve", day, "--roads", net, "--iterations", "100", "--out", plan])
    assert solved.exit_code == 0, solved.output
    assert "visit V00003: off_network" in solved.stderr
    assert "V00003" in json.loads(Path(plan).read_text())["unserved"]
    assert run.invoke(command, ["check", day, plan, "--roads", net]).exit_code == 0
    Path(day).write_text(json.dumps(world))
    on_a_plane = run.invoke(command, ["solve", day, "--roads", net, "--iterations", "1"])
    assert on_a_plane.exit_code == 2
    assert "lonlat" in on_a_plane.output
    assert run.invoke(command, ["roads", "build", str(EXTRACT), "--out", net, "--mode", "ship"]).exit_code == 2
    Path(points).write_text("a,here,60.17\n")
    assert run.invoke(command, ["roads", "times", net, points]).exit_code == 2
