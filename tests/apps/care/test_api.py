"""The API of orders, door by door: works, wrong method, stranger, no right, repeated, refused."""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import care as factory
from tests.factories import catalogue
from yijia.apps.care.models import Order
from yijia.base.models import OutboxEvent

Enter = Callable[..., Client]


def plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def send(
    client: Client, method: str, path: str, body: Any = None, *, tag: int | None = None, key: str | None = None
) -> Any:
    headers = ({"If-Match": f'"{tag}"'} if tag is not None else {}) | ({"Idempotency-Key": key} if key else {})
    return client.generic(
        method, f"/api/v1{path}", json.dumps(body, default=plain), content_type="application/json", headers=headers
    )


FIT = {"is_accepted": True, "answers": factory.FIT}


def test_submit_and_read(shop: Cast, enter: Enter) -> None:
    client = enter("elder")
    made = send(client, "POST", "/orders", factory.body(shop))
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["state"], body["quote_total"], body["patient_pays"]) == ("submitted", "175.00", "175.00")
    assert {line["kind"]: line["filed_unit"] for line in body["quote"]} == {
        "visit_fee": "130.00",
        "medical_price": "45.00",
    }
    assert body["resident_name_masked"] != shop.residents["elder"].name
    again = client.get(f"/api/v1/orders/{body['id']}")
    assert again.headers["ETag"] == f'"{body["version"]}"' == made.headers["ETag"]
    assert again.json() == body
    assert [step["event"] for step in client.get(f"/api/v1/orders/{body['id']}/timeline").json()] == ["submit"]
    found = client.get("/api/v1/orders", {"q": body["number"], "page_size": 5}).json()
    assert (found["total"], found["items"][0]["id"]) == (1, body["id"])
    assert client.get("/api/v1/orders", {"page": 7}).json()["items"] == []


def test_the_same_key_is_the_same_answer(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    client, wish = enter("elder"), factory.body(shop)
    first = send(client, "POST", "/orders", wish, key="a")
    second = send(client, "POST", "/orders", wish, key="a")
    assert second.headers["Idempotent-Replay"] == "true"
    assert second.content == first.content
    assert send(client, "POST", "/orders", wish | {"need": "blood_test"}, key="a").status_code == 422
    see_all()
    assert (Order.objects.count(), OutboxEvent.objects.filter(name="orders.submit").count()) == (1, 1)


def test_without_a_key_a_double_is_the_same_order(shop: Cast, enter: Enter) -> None:
    client = enter("elder")
    first = send(client, "POST", "/orders", factory.body(shop)).json()
    assert send(client, "POST", "/orders", factory.body(shop)).json()["id"] == first["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": {}}, "items"),
        ({"client_id": "x"}, "client_id"),
        ({"wanted_from": "2025-06-17T10:00:00"}, "wanted_from"),
        ({"wanted_from": "0001-01-01T00:00:00+08:00"}, "wanted_from"),
        ({"wanted_until": NOW}, "wanted_until"),
        ({"resident_id": -1}, "resident_id"),
        ({"home_risk": {"violence": "perhaps"}}, "home_risk"),
        ({"quoted_total": "175"}, "quoted_total"),
    ],
)
def test_bad_input_names_the_field(shop: Cast, enter: Enter, change: dict[str, Any], field: str) -> None:
    answer = send(enter("elder"), "POST", "/orders", factory.body(shop) | change)
    assert answer.status_code == 422
    assert field in answer.json()["errors"], answer.json()


def test_another_price_than_the_one_shown_is_asked_back(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    client, wish = enter("elder"), factory.body(shop, quoted_total="160.00")
    answer = send(client, "POST", "/orders", wish, key="a")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "orders.price_changed")
    assert (problem["facts"]["quoted"], problem["facts"]["total"]) == ("160.00", "175.00")
    assert "160.00" in problem["detail_en"]
    see_all()
    assert not Order.objects.exists()
    assert send(client, "POST", "/orders", wish | {"quoted_total": "175.00"}, key="b").status_code == 201


def test_a_refusal_speaks_both_languages(shop: Cast, enter: Enter) -> None:
    answer = send(enter("elder"), "POST", "/orders", factory.body(shop, items={catalogue.CATHETER: 1}))
    assert answer.status_code == 409
    body = answer.json()
    assert body["code"] == "catalogue.item_not_published"
    assert body["detail"] != body["detail_en"]


def test_assess_sign_cancel(shop: Cast, enter: Enter) -> None:
    order = factory.submitted(shop)
    doctor, elder = enter("doctor"), enter("elder")
    path = f"/orders/{order.pk}"
    assert send(doctor, "POST", f"{path}/assessment", FIT).status_code == 422  # If-Match is missing
    assert send(doctor, "POST", f"{path}/assessment", FIT, tag=1).status_code == 412
    assert send(doctor, "POST", f"{path}/assessment", {"is_accepted": True}, tag=order.version).status_code == 422
    accepted = send(doctor, "POST", f"{path}/assessment", FIT, tag=order.version)
    assert accepted.json()["state"] == "accepted"
    assert send(doctor, "POST", f"{path}/assessment", FIT, tag=accepted.json()["version"]).status_code == 409
    sign = {"signer": "resident", "name": shop.residents["elder"].name, "method": "glass", "image": factory.DRAWING}
    assert (
        send(
            elder,
            "POST",
            f"{path}/signature",
            sign | {"image": "data:image/png;base64,@"},
            tag=accepted.json()["version"],
        ).status_code
        == 422
    )
    signed = send(elder, "POST", f"{path}/signature", sign, tag=accepted.json()["version"])
    assert signed.json()["state"] == "signed", signed.content
    assert elder.get(f"/api/v1{path}/cancellation").json()["refund"] == "175.00"
    assert send(elder, "POST", f"{path}/cancellation", {}, tag=order.version).status_code == 412
    done = send(elder, "POST", f"{path}/cancellation", {"reason": "住院"}, tag=signed.json()["version"])
    assert (done.json()["state"], done.json()["cancel_reason"]) == ("cancelled", "住院")
    assert elder.get(f"/api/v1{path}/cancellation").status_code == 409


def test_reject(shop: Cast, enter: Enter) -> None:
    order = factory.submitted(shop)
    client, path = enter("doctor"), f"/orders/{order.pk}/assessment"
    assert send(client, "POST", path, {"is_accepted": False}, tag=order.version).json()["errors"].keys() == {"reason"}
    assert (
        send(client, "POST", path, {"is_accepted": False, "reason": "不稳"}, tag=order.version).json()["state"]
        == "rejected"
    )


def test_home_risk(shop: Cast, enter: Enter) -> None:
    order = factory.submitted(shop, home_risk=None)
    client, path = enter("clerk"), f"/orders/{order.pk}/home-risk"
    assert send(client, "PUT", path, {"answers": {"wings": "yes"}}, tag=order.version).status_code == 422
    assert send(client, "PUT", path, {"answers": factory.HOME}, tag=order.version).json()["home_risk"] == factory.HOME
    assert send(client, "PUT", path, {"answers": factory.HOME}, tag=order.version).status_code == 412


def test_hand_over(cast: Cast, enter: Enter) -> None:
    catalogue.open_shop(cast, cast.hill)
    wish = factory.wish(cast, organisation_id=cast.hill.pk) | {
        "diagnosis": "术后",
        "summary": "好",
        "discharged_on": NOW.date(),
        "tubes": ["drain"],
    }
    made = send(enter("doctor"), "POST", "/handovers", wish)
    assert made.status_code == 201, made.content
    assert made.json()["channel"] == "discharge"
    assert enter("doctor").get(f"/api/v1/orders/{made.json()['id']}").status_code == 404
    assert (
        send(enter("doctor"), "POST", "/handovers", wish | {"client_id": uuid.uuid4(), "tubes": ["hose"]}).status_code
        == 422
    )
    assert send(enter("clerk"), "POST", "/handovers", wish).status_code == 403


DOORS = [
    ("GET", "", "stranger_manager", "auditor"), ("GET", "/timeline", "stranger_elder", "auditor"), ("POST", "/assessment", None, "dispatcher"),
    ("PUT", "/home-risk", "stranger_elder", "dispatcher"), ("POST", "/signature", "stranger_elder", "nurse"),
    ("GET", "/cancellation", "stranger_elder", "nurse"), ("POST", "/cancellation", "stranger_elder", "nurse"),
]  # fmt: skip
BODIES = {
    "/assessment": FIT,
    "/home-risk": {"answers": {}},
    "/signature": {"signer": "resident", "name": "x", "method": "glass"},
    "/cancellation": {},
}


@pytest.mark.parametrize(("method", "tail", "stranger", "without"), DOORS)
def test_who_may_and_who_may_not(
    shop: Cast, enter: Enter, method: str, tail: str, stranger: str | None, without: str
) -> None:
    order = factory.submitted(shop)
    path = f"/orders/{order.pk}{tail}"
    refused = send(enter(without), method, path, BODIES.get(tail), tag=2)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission.missing")
    assert refused.json()["permission"]
    if stranger:
        assert send(enter(stranger), method, path, BODIES.get(tail), tag=2).status_code == 404
    assert send(Client(), method, path, BODIES.get(tail), tag=2).status_code == 401
    assert send(enter("elder"), "DELETE", path).status_code == 405
