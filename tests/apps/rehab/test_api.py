"""What the pages can, the API can: a month taken back, an expert stood down, records, figures and a designation read."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import rehab as make
from yijia.apps.rehab.models import Placement

API = "/api/v1/rehab"


@pytest.fixture
def ask(enter: Callable[[str], Client]) -> Callable[..., Any]:
    def call(part: str, path: str, body: Any = None) -> Any:
        client = enter(part)
        return client.get(API + path) if body is None else _post(client, API + path, body)

    return call


def _post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_settled_month_is_taken_back(cast: Cast, ask: Callable[..., Any], enter: Any) -> None:
    """REHAB-14"""
    placement = make.running(cast)
    make.signed(cast, make.evaluated(cast, placement))
    make.stated(cast, at=NOW, yearly_yuan=9000)
    record = f"/records/{placement.pk}"
    settled = ask("federation", record + "/settle", {"month": "2025-05-01"}).json()
    month = next(one for one in settled["months"] if one["month"] == "2025-05")
    back = f"/settlements/{month['settlement_id']}/take-back"
    assert ask("manager", back, {"why": "重复"}).status_code == 403
    assert ask("doctor", back, {"why": "重复"}).status_code == 403
    assert ask("federation", back, {"why": " "}).status_code == 422
    assert ask("federation", "/settlements/999999/take-back", {"why": "重复"}).status_code == 404
    federation = enter("federation")
    done = _post(federation, API + back, {"why": "重复"}, **{"Idempotency-Key": "one"})
    assert done.status_code == 200
    month = next(one for one in done.json()["months"] if one["month"] == "2025-05")
    assert (month["settled_fen"], month["settlement_id"]) == (None, None)
    assert _post(federation, API + back, {"why": "重复"}, **{"Idempotency-Key": "one"}).json() == done.json()
    again = _post(federation, API + back, {"why": "重复"})
    assert (again.status_code, again.json()["code"]) == (409, "rehab.taken_back")
    assert again.headers["Content-Type"] == "application/problem+json"


def test_an_expert_stands_down(cast: Cast, ask: Callable[..., Any]) -> None:
    """REHAB-03"""
    case = make.voting(cast, at=NOW)
    experts = f"/cases/{case.pk}/experts"
    first, second = ask("federation", experts).json()
    assert (first["expert_id"], second["expert_id"]) == (cast.users["expert"].pk, cast.users["second_expert"].pk)
    leave = f"{experts}/{first['id']}/stand-down"
    assert ask("manager", experts).status_code == ask("expert", leave, {"why": "出差"}).status_code == 403
    assert ask("federation", "/cases/999999/experts").status_code == 404
    assert ask("federation", leave, {"why": ""}).status_code == 422
    assert ask("federation", leave, {"why": "出差"}).status_code == 200
    assert ask("federation", leave, {"why": "出差"}).status_code == 404
    assert [one["id"] for one in ask("federation", experts).json()] == [second["id"]]
    assert ask("expert", f"/cases/{case.pk}").status_code == 404
    voted = ask("second_expert", f"/cases/{case.pk}/votes", {"is_for": True, "reason": "看过"})
    assert voted.status_code == 200
    stays = ask("federation", f"{experts}/{second['id']}/stand-down", {"why": "出差"})
    assert (stays.status_code, stays.json()["code"]) == (409, "rehab.has_voted")


def test_records_figures_and_a_designation_are_read(cast: Cast, ask: Callable[..., Any]) -> None:
    row = make.listed(cast)
    placement = make.running(cast, row)
    listed = ask("federation", "/records").json()
    assert (listed["total"], listed["items"][0]["id"]) == (1, placement.pk)
    assert listed["items"][0]["name"] != cast.residents["child"].name
    assert ask("child_guardian", f"/records?resident_id={placement.resident_id}").json()["total"] == 1
    assert ask("relative", "/records").json()["total"] == ask("stranger_manager", "/records").json()["total"] == 0
    assert ask("nurse", "/records").status_code == 403
    assert ask("federation", "/records?resident_id=0").status_code == 422
    assert ask("doctor", f"/designations/{row.pk}").json()["free"] == 1
    assert ask("stranger_manager", f"/designations/{row.pk}").status_code == 404
    assert ask("nurse", f"/designations/{row.pk}").status_code == 403
    stated = {one["key"]: one for one in ask("federation", "/figures").json()}
    assert stated["rehab:criteria.floor_area"]["figure"] == "200"
    assert (stated["rehab:ceiling.yearly_yuan"]["figure"], stated["rehab:ceiling.yearly_yuan"]["stated_at"]) == (
        "",
        None,
    )
    assert ask("manager", "/figures").status_code == 403


def test_running_records_come_before_those_that_ended(cast: Cast, ask: Callable[..., Any], see_all: Any) -> None:
    row = make.listed(cast)
    make.child(cast)
    ended = make.chosen(cast, row)
    make.running(cast, row, "second", 72)
    see_all()
    Placement.objects.filter(pk=ended.pk).update(released_at=NOW, released_why="episode_over")
    assert [one["released_why"] for one in ask("federation", "/records").json()["items"]] == ["", "episode_over"]
