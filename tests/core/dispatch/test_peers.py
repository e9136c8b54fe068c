"""Peers of `bench city`: what they break is counted by our judge; one that fails is a row with the reason."""

import importlib.util
import json

import pytest

from yijia.bench import citygen, peers
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.solve import Budget, solve

SIZE = (60, 16, 5)


@pytest.fixture(scope="module")
def city() -> Problem:
    return formats.read(json.dumps(citygen.generate(*SIZE)), "citygen")


def test_valid_routes_score_as_our_judge_says(city: Problem) -> None:
    result = solve(city, stop=Budget(200), seed=1)
    linked = {name for link in city.links for name in (link.first, link.second)}
    routes = {who: [s.visit for s in route if s.visit not in linked] for who, route in result.plan.routes.items()}
    found = peers.scored(city, routes)
    assert found["broken"] == {}
    assert found["score_of_kept"] == check(city, peers.timed(city, routes)).cost[0]


def test_broken_pairs_and_breaks_are_counted(city: Problem) -> None:
    link = city.links[0]
    visit = next(v for v in city.visits if v.id == link.first)
    able = next(carer for carer in city.carers if visit.skills <= carer.skills and carer.id not in visit.forbidden)
    found = peers.scored(city, {able.id: [link.first]})
    assert found["broken_pairs"] == 1
    assert found["unserved_of_kept"] == len(city.visits)


@pytest.mark.parametrize("name", sorted(peers.PEERS))
def test_each_peer_answers(name: str, city: Problem) -> None:
    if importlib.util.find_spec(name) is None:
        assert "not installed" in peers.solve(name, SIZE, 0.5)["failed"]
        return
    found = peers.solve(name, SIZE, 0.5)
    assert found["unserved"] < 30
    assert set(found["broken"]) <= {"link.gap", "link.half", "link.apart", "rest.missing", "forbidden"}


def test_a_failing_peer_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(problem: Problem, limit_s: float) -> peers.Routes:
        raise RuntimeError("no memory")

    def absent(problem: Problem, limit_s: float) -> peers.Routes:
        raise ImportError("No module named 'x'")

    monkeypatch.setitem(peers.PEERS, "vroom", fails)
    monkeypatch.setitem(peers.PEERS, "pyvrp", absent)
    assert peers.solve("vroom", SIZE, 1)["failed"] == "RuntimeError: no memory"
    assert peers.solve("pyvrp", SIZE, 1)["failed"] == "not installed: No module named 'x'"
    row = peers.run("ortools", (1, 1, 1), {"travel_min": 1, "score": 1}, limit_s=0.1)
    assert "failed" in row
