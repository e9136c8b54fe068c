"""A care home in the API: scope, rights, keys, refusals in both languages."""

import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client

from tests.cast import TODAY, Cast
from tests.factories import cooperations
from tests.factories import homes as make
from yijia.apps.homes.models import Placement

Enter = Callable[[str], Client]
API = "/api/v1"


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{API}{path}", body, content_type="application/json", headers=headers)


def test_living_through_the_api(cast: Cast, enter: Enter, see_all: Any) -> None:
    """HOME-01 HOME-03 HOME-04"""
    make.home(cast)
    make.other_home(cast)
    keeper, other = enter(make.HOME), enter(make.OTHER)
    beds = post(keeper, "/home-beds", {"building": "A 栋", "room": "203", "numbers": ["1", "2"]})
    assert beds.status_code == 201
    given = {
        "client_id": str(uuid.uuid4()), "bed_id": beds.json()[0]["id"], "care_level": "self", "identity": make.identity(cast.residents["elder"]),
    }  # fmt: skip
    made = post(keeper, "/placements", given, **{"Idempotency-Key": "one"})
    assert made.status_code == 201
    assert post(keeper, "/placements", given, **{"Idempotency-Key": "one"}).json() == made.json()
    assert post(keeper, "/placements", given).json()["id"] == made.json()["id"]
    see_all()
    assert Placement.objects.count() == 1
    taken = post(keeper, "/placements", given | {"client_id": str(uuid.uuid4())})
    assert (taken.status_code, taken.json()["code"]) == (409, "placements.lives_here")
    elsewhere = {"building": "B", "room": "1", "numbers": ["1"]}
    bed = post(other, "/home-beds", elsewhere).json()[0]["id"]
    twice = post(other, "/placements", given | {"client_id": str(uuid.uuid4()), "bed_id": bed}).json()
    assert twice["code"] == "placements.lives_elsewhere"
    assert "Clearwater Care Home" in twice["detail_en"]
    assert "晴川养老院" in twice["detail"]
    assert keeper.get(f"{API}/home-beds").json()[0]["placement_id"] == made.json()["id"]
    at = f"/placements/{made.json()['id']}"
    assert other.get(f"{API}{at}").status_code == 404
    assert enter("manager").get(f"{API}{at}").status_code == 403
    assert enter("elder").get(f"{API}{at}").json()["bed"] == "A 栋 203-1"
    assert enter("stranger_elder").get(f"{API}{at}").status_code == 404
    assert post(keeper, f"{at}/away", {"reason": "moon"}).status_code == 422
    assert post(keeper, f"{at}/away", {"reason": "family", "version": 9}).status_code == 412
    assert post(keeper, f"{at}/away", {"reason": "family", "back_on": TODAY.isoformat()}).json()["state"] == "away"
    assert post(keeper, f"{at}/return", {}).json()["state"] == "living"
    assert post(other, f"{at}/return", {}).status_code == 404
    assert post(enter("elder"), f"{at}/return", {}).status_code == 403
    assert post(keeper, f"{at}/bed", {"bed_id": beds.json()[1]["id"]}).json()["bed"] == "A 栋 203-2"
    left = post(keeper, f"{at}/leave", {"reason": "family"}).json()
    assert [step["event"] for step in left["steps"]] == ["admit", "go_away", "come_back", "change_bed", "leave"]
    assert post(keeper, f"{at}/leave", {"reason": "family"}).json()["code"] == "placements.over"
    assert keeper.get(f"{API}/placements").json()["total"] == 0
    close = f"/home-beds/{beds.json()[1]['id']}/close"
    assert post(other, close, {}).status_code == 404
    assert post(enter("manager"), close, {}).status_code == 403
    assert post(keeper, close, {}).json()["id"] == beds.json()[1]["id"]
    assert [one["id"] for one in keeper.get(f"{API}/home-beds").json()] == [beds.json()[0]["id"]]
    back = post(keeper, "/home-beds", {"building": "A 栋", "room": "203", "numbers": ["2"]}).json()
    assert back[0]["id"] == beds.json()[1]["id"]
    taken = post(keeper, "/placements", given | {"client_id": str(uuid.uuid4()), "bed_id": back[0]["id"]})
    assert taken.status_code == 201
    assert post(keeper, close, {}).json()["code"] == "placements.bed_taken"
    assert keeper.get(f"{API}/placements?state=left&q=测").json()["items"][0]["resident"].startswith("测*")


def test_medicines_and_the_door_through_the_api(cast: Cast, enter: Enter) -> None:
    """HOME-11 HOME-12"""
    placement = make.admitted(cast)
    make.other_home(cast)
    keeper, other = enter(make.HOME), enter(make.OTHER)
    line = {
        "name": "氨氯地平",
        "dose": "5 mg",
        "route": "口服",
        "times": ["08:00"],
        "prescriber": "李医生",
        "source": "门诊处方",
    }
    path = f"/placements/{placement.pk}/medicines"
    assert post(keeper, path, line | {"times": ["noon"]}).status_code == 422
    assert post(other, path, line).status_code == 404
    made = post(keeper, path, line).json()
    assert post(keeper, path, line).json()["id"] == made["id"]
    dose = {"on": TODAY.isoformat(), "slot": "08:00", "outcome": "given"}
    write = f"/home-medicines/{made['id']}/doses"
    assert [one["state"] for one in keeper.get(f"{API}/home-doses").json()] == ["due"]
    first = post(keeper, write, dose, **{"Idempotency-Key": "a"})
    assert first.status_code == 201
    assert post(keeper, write, dose, **{"Idempotency-Key": "a"}).json() == first.json()
    again = post(keeper, write, dose).json()
    assert again["code"] == "medicines.written"
    assert "takes no second word" in again["detail_en"]
    assert post(other, write, dose).status_code == 404
    assert post(enter("doctor"), write, dose).status_code == 403
    right = {"outcome": "held", "note": "血压低"}
    assert post(keeper, f"/home-doses/{first.json()['id']}/correct", right).json()["corrects_id"] == first.json()["id"]
    assert [one["state"] for one in keeper.get(f"{API}/home-doses").json()] == ["held"]
    assert post(keeper, f"/home-medicines/{made['id']}/stop", {"reason": "停药"}).json()["stop_reason"] == "停药"
    assert [one["stop_reason"] for one in keeper.get(f"{API}{path}").json()] == ["停药"]
    assert other.get(f"{API}{path}").status_code == 404
    assert enter("manager").get(f"{API}{path}").status_code == 403
    entry = post(keeper, "/home-visitors", {"visitor": "送药员"})
    assert [one["visitor"] for one in keeper.get(f"{API}/home-visitors").json()] == ["送药员"]
    assert other.get(f"{API}/home-visitors").json() == []
    assert enter("manager").get(f"{API}/home-visitors").status_code == 403
    assert entry.status_code == 201
    out = f"/home-visitors/{entry.json()['id']}/out"
    assert post(keeper, out, {}).json()["signed_out_at"] == post(keeper, out, {}).json()["signed_out_at"]
    assert post(other, out, {}).status_code == 404
    assert post(enter("manager"), "/home-visitors", {"visitor": "x"}).status_code == 403


def test_rounds_owed_through_the_api(cast: Cast, enter: Enter) -> None:
    """HOME-07"""
    make.home(cast)
    make.other_home(cast)
    row = cooperations.in_force(cast)
    found = enter(make.HOME).get(f"{API}/home-rounds").json()
    assert [(one["number"], one["partner_id"]) for one in found] == [(row.number, cast.harbour.pk)]
    period = found[0]["periods"][-1]
    assert (period["done"], period["owed"], period["is_kept"]) == (0, 2, None)
    assert enter(make.OTHER).get(f"{API}/home-rounds").json() == []
    assert enter("manager").get(f"{API}/home-rounds").status_code == 403
