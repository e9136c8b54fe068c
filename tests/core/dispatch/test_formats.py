"""Files: what is read, what a published solution is worth, and how a broken file is named."""

import gzip
import json
from pathlib import Path

import pytest

from yijia.bench import citygen
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.formats import FormatError
from yijia.core.dispatch.plan import Plan, Stop

DATA = Path(__file__).parents[2] / "data" / "dispatch"


def text(name: str) -> str:
    return gzip.decompress(next(DATA.glob(f"{name}*.gz")).read_bytes()).decode()


def test_published_solution_has_its_published_value() -> None:
    problem = formats.read(text("InstanzCPLEX_HCSRP_10_3"), "mankowska")
    solution = json.loads(text("sol-10_3"))
    visits = {(visit.label, skill): visit.id for visit in problem.visits for skill in visit.skills}
    routes = {
        route["caregiver_id"]: tuple(
            Stop(visits[stop["patient"], stop["service"]], round(stop["arrival_time"] * 1000))
            for stop in route.get("locations", ())
        )
        for route in solution["routes"]
    }
    verdict = check(problem, Plan(routes))
    assert verdict.is_valid
    assert verdict.cost[0] / 3000 == pytest.approx(305.858, abs=0.005)


@pytest.mark.parametrize(
    ("name", "form", "visits", "carers"),
    [
        ("InstanzCPLEX_HCSRP_25_10", "mankowska", 32, 5),
        ("instance_003-rome", "hhcrsp-json", 64, 8),
        ("C102", "solomon", 100, 25),
    ],
)
def test_shapes(name: str, form: str, visits: int, carers: int) -> None:
    problem = formats.read(text(name), form)
    assert formats.guess(text(name)) == form
    assert len(problem.carers) == carers
    assert abs(len(problem.visits) - visits) <= 4


def test_city_world_is_read() -> None:
    world = citygen.generate(60, 12, 1)
    problem = formats.read(json.dumps(world), "citygen")
    assert len(problem.visits) == 60
    assert len(problem.links) == len(world["links"])


@pytest.mark.parametrize(
    ("form", "old", "new", "line", "field"),
    [
        ("mankowska", "nbVehi\n3", "nbVehi\nthree", 4, "nbVehi"),
        ("mankowska", "maxd", "maxx", None, "maxd"),
        ("mankowska", "\na\n", "\na\n1 1\n", None, "a"),
        ("hhcrsp-json", '"time_window"', '"window"', None, "patients[0]"),
        ("hhcrsp-json", '"s1"', '"s9"', None, "caregivers"),
        ("solomon", "25         200", "25         x", 5, "VEHICLE"),
    ],
)
def test_broken_files_name_line_and_field(form: str, old: str, new: str, line: int | None, field: str) -> None:
    name = {"mankowska": "InstanzCPLEX_HCSRP_10_3", "hhcrsp-json": "instance_003-rome", "solomon": "C102"}[form]
    with pytest.raises(FormatError) as caught:
        formats.read(text(name).replace(old, new, 1), form)
    assert field in str(caught.value)
    if line is not None:
        assert caught.value.line == line


def test_contradiction_is_named() -> None:
    world = citygen.generate(20, 8, 1)
    world["visits"][3]["tw"] = [600, 500]
    with pytest.raises(FormatError, match=r"visits\[3\]\.tw"):
        formats.read(json.dumps(world, indent=1), "citygen")
