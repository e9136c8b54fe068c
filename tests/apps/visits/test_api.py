"""The API walks one visit from offer to rating, by the same actions as the pages; and says no as the pages do."""

import base64
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import visits as factory
from yijia.apps.care.models import Order
from yijia.apps.visits.models import Alarm

JSON = "application/json"
Enter = Callable[..., Client]


def api(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return (
        getattr(client, method)(f"/api/v1{path}", body, content_type=JSON, headers=headers)
        if method != "get"
        else client.get(f"/api/v1{path}", headers=headers)
    )


def test_the_whole_way_of_a_visit(cast: Cast, enter: Enter, travel: Any, see_all: Any) -> None:
    order = factory.signed(cast)
    desk, nurse, family = enter("dispatcher"), enter("nurse"), enter("relative")
    assert api(desk, "get", f"/orders/{order.pk}/gate").json()["is_green"] is True
    visit = api(desk, "post", f"/dispatch/orders/{order.pk}/visit", {}).json()["visit_id"]
    ranked = api(desk, "get", f"/dispatch/orders/{order.pk}/candidates")
    assert {one["staff_id"] for one in ranked.json()["ranked"]} == {
        cast.staff["nurse"].pk,
        cast.staff["second_nurse"].pk,
    }
    made = api(
        desk,
        "post",
        f"/dispatch/visits/{visit}/offers",
        {"staff_ids": [cast.staff["nurse"].pk]},
        **{"If-Match": ranked.headers["ETag"]},
    )
    assert made.status_code == 201
    assert (
        api(
            desk,
            "post",
            f"/dispatch/visits/{visit}/assign",
            {"staff_ids": [cast.staff["nurse"].pk]},
            **{"If-Match": ranked.headers["ETag"]},
        ).status_code
        == 412
    )
    [held] = api(nurse, "get", "/offers").json()
    assert api(nurse, "post", f"/offers/{held['offer_id']}/answer", {"is_accepted": True}).json()["state"] == "accepted"
    assert [stop["visit_id"] for stop in api(nurse, "get", "/visits").json()] == [visit]
    code = api(family, "get", f"/visits/{visit}").json()["code"]
    assert len(code) == 6
    mine = api(nurse, "get", f"/visits/{visit}").json()
    assert mine["code"] == ""
    place = {"longitude": mine["lon"], "latitude": mine["lat"], "accuracy_m": 10}
    travel(factory.WHEN - timedelta(minutes=20))
    assert api(nurse, "post", f"/visits/{visit}/depart", place).json()["state"] == "departed"
    travel(factory.WHEN)
    wrong = api(nurse, "post", f"/visits/{visit}/arrive", place | {"code": "000000" if code != "000000" else "111111"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "visits.wrong_door_code")
    assert api(nurse, "post", f"/visits/{visit}/arrive", place | {"code": code}).json()["state"] == "arrived"
    travel(factory.WHEN + timedelta(minutes=2))
    assert (
        api(
            nurse, "post", f"/visits/{visit}/reassess", {"is_identified": True, "is_well": True, "is_safe": True}
        ).json()["state"]
        == "in_service"
    )
    assert (
        api(nurse, "post", f"/visits/{visit}/photos", {"content": base64.b64encode(factory.PNG).decode()}).status_code
        == 201
    )
    sheet = {
        "vitals": {"pulse": {"amount": "72", "unit": "/min"}},
        "items": {"NI-CL-01": {"is_done": True}},
        "waste_returned": True,
    }
    assert api(nurse, "put", f"/visits/{visit}/record", sheet).json()["version"] == 1
    assert api(nurse, "put", f"/visits/{visit}/record", sheet, **{"If-Match": '"9"'}).status_code == 412
    mixed = api(
        nurse, "put", f"/visits/{visit}/record", sheet | {"vitals": {"glucose": {"amount": "126", "unit": "mmol/L"}}}
    )
    assert (mixed.status_code, list(mixed.json()["errors"])) == (422, ["vitals.glucose"])
    for kind, signer in (("nurse_signature", ""), ("family_signature", "测试relative")):
        signed = api(
            nurse, "post", f"/visits/{visit}/signatures", {"kind": kind, "signer": signer, "image": factory.DATA_URL}
        )
        assert signed.status_code == 201
    travel(factory.WHEN + timedelta(minutes=24))
    assert api(nurse, "post", f"/visits/{visit}/complete", place).json()["state"] == "completed"
    family = enter("relative")  # the first session has been idle for two hours
    assert api(family, "post", f"/visits/{visit}/confirm", {"is_done": True}).json()["state"] == "confirmed"
    assert api(family, "post", f"/visits/{visit}/rating", {"stars": 5}).json()["code"] == "orders.wrong_status"
    see_all()
    Order.objects.filter(pk=order.pk).update(state="settled")
    assert api(family, "post", f"/visits/{visit}/rating", {"stars": 5, "tags": ["gentle"]}).status_code == 201
    assert api(family, "post", f"/visits/{visit}/rating", {"stars": 1}).json()["code"] == "orders.already_rated"


def test_a_call_for_help_and_its_answer(cast: Cast, enter: Enter, travel: Any, see_all: Any) -> None:
    visit = factory.in_service(cast)
    travel(visit.planned_from + timedelta(minutes=10))
    nurse, desk, press = (
        enter("nurse"),
        enter("dispatcher"),
        {"visit_id": visit.pk, "client_id": str(uuid.uuid4()), "error": "refused"},
    )
    answers = [api(nurse, "post", "/sos", press) for _ in range(10)]
    assert [a.status_code for a in answers] == [201] * 10
    assert len({a.json()["id"] for a in answers}) == 1
    alarm = answers[0].json()["id"]
    assert api(nurse, "post", f"/alarms/{alarm}/acknowledge").status_code == 403
    assert api(enter("stranger_dispatcher"), "post", f"/alarms/{alarm}/acknowledge").status_code == 404
    assert [a["id"] for a in api(desk, "get", "/alarms").json()["items"]] == [alarm]
    assert api(desk, "post", f"/alarms/{alarm}/acknowledge").json()["state"] == "acknowledged"
    assert api(desk, "post", f"/alarms/{alarm}/acknowledge").status_code == 409
    assert api(desk, "post", f"/alarms/{alarm}/respond", {"note": "同事已去"}).json()["state"] == "responding"
    assert api(desk, "post", f"/alarms/{alarm}/close", {"outcome": "平安"}).json()["state"] == "closed"
    see_all()
    assert Alarm.objects.count() == 1


def test_strangers_and_the_wrong_hat(cast: Cast, enter: Enter) -> None:
    visit = factory.assigned(cast)
    for part, method, path, body, status in (
        ("stranger_nurse", "get", f"/visits/{visit.pk}", None, 404), ("second_nurse", "post", f"/visits/{visit.pk}/depart", {}, 404),
        ("stranger_elder", "post", f"/visits/{visit.pk}/confirm", {"is_done": True}, 404), ("manager", "post", f"/visits/{visit.pk}/depart", {}, 403),
        ("auditor", "get", f"/visits/{visit.pk}", None, 403), ("stranger_dispatcher", "get", f"/dispatch/orders/{visit.order_id}/candidates", None, 404),
        ("nurse", "post", f"/dispatch/visits/{visit.pk}/assign", {"staff_ids": [1]}, 403), ("stranger_dispatcher", "post", f"/dispatch/visits/{visit.pk}/release", {"reason": "x"}, 404),
    ):  # fmt: skip
        assert api(enter(part), method, path, body).status_code == status, (part, path)


def test_the_same_key_departs_once(cast: Cast, enter: Enter, travel: Any) -> None:
    visit = factory.assigned(cast)
    travel(NOW)
    nurse, key = enter("nurse"), {"Idempotency-Key": str(uuid.uuid4())}
    first, again = (api(nurse, "post", f"/visits/{visit.pk}/depart", {}, **key) for _ in range(2))
    assert (first.status_code, again.status_code, first.content) == (200, 200, again.content)
    assert api(nurse, "post", f"/visits/{visit.pk}/depart", {}).status_code == 409
