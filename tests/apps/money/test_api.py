"""Money through the API: strings with two decimals, one payment a key, strangers find nothing."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import money as factory
from yijia.apps.care.models import Order
from yijia.apps.money.models import Hold, Payment, Refund, Voucher

Enter = Callable[..., Client]


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def cash(amount: str = "175.00", **more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "amount": amount, "payer_name": "测试女儿"} | more


@pytest.fixture
def order(cast: Cast, travel: Any) -> Order:
    made = factory.priced(cast)
    travel(factory.LATER)
    return made


def test_the_bill(order: Order, enter: Enter) -> None:
    bill = enter("relative").get(f"/api/v1/orders/{order.pk}/bill").json()
    assert (bill["total"], bill["due"], bill["by_payer"]["patient"], bill["is_quote"]) == (
        "175.00",
        "175.00",
        "175.00",
        False,
    )
    line = next(line for line in bill["lines"] if line["code"] == "131000001N")
    assert (line["unit_price"], line["filed_unit_price"], line["amount"]) == ("130.00", "130.00", "130.00")
    assert line["sources"]


def test_the_quote_before_the_visit(cast: Cast, enter: Enter) -> None:
    factory.open_shop(cast)
    bill = enter("elder").get(f"/api/v1/orders/{factory.signed(cast).pk}/bill").json()
    assert (bill["is_quote"], bill["total"], bill["due"]) == (True, "175.00", "0.00")


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("stranger_elder", 404),
        ("stranger_manager", 404),
        ("nurse", 403),
        ("auditor", 200),
        ("regulator", 200),
        ("clerk", 200),
    ],
)
def test_who_sees_the_bill(order: Order, enter: Enter, part: str, status: int) -> None:
    assert enter(part).get(f"/api/v1/orders/{order.pk}/bill").status_code == status


def test_a_relative_without_the_right_to_bills(order: Order, enter: Enter, cast: Cast) -> None:
    cast.users["relative"].grants.update(scope=["order"])
    answer = enter("relative").get(f"/api/v1/orders/{order.pk}/bill")
    assert (answer.status_code, answer.json()["code"]) == (409, "money.proxy_scope")


def test_paying_at_the_desk(order: Order, enter: Enter) -> None:
    answer = post(enter("clerk"), f"/orders/{order.pk}/payments", cash())
    assert answer.status_code == 201
    paid = answer.json()
    assert (paid["amount"], paid["state"]) == ("175.00", "settled")
    listed = enter("manager").get(f"/api/v1/payments?order_id={order.pk}").json()
    assert [row["receipt_no"] for row in listed["items"]] == [paid["receipt_no"]]
    assert enter("stranger_manager").get("/api/v1/payments").json()["total"] == 0
    settled = enter("auditor").get("/api/v1/settlements").json()["items"]
    assert [row["amount"] for row in settled] == ["175.00"]


@pytest.mark.parametrize(
    "amount",
    ["-1.00", "1e400", "１２.３", "12.345", "", " 1", "1,000.00", "NaN", "9" * 31, "100000000000.01", "0", "+1"],
)
def test_amounts_that_are_none(order: Order, enter: Enter, amount: str) -> None:
    """H13"""
    answer = post(enter("clerk"), f"/orders/{order.pk}/payments", cash(amount))
    assert answer.status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.parametrize("amount", [175, 175.0, None, True, ["1.00"]])
def test_amounts_are_strings(order: Order, enter: Enter, amount: Any) -> None:
    """H2"""
    assert post(enter("clerk"), f"/orders/{order.pk}/payments", cash() | {"amount": amount}).status_code == 422


def test_no_float_in_any_answer(order: Order, enter: Enter) -> None:
    """H2"""
    post(enter("clerk"), f"/orders/{order.pk}/payments", cash())
    for path in (
        f"/orders/{order.pk}/bill",
        "/payments",
        "/ledger/vouchers",
        f"/ledger/vouchers/{Voucher.objects.first().pk}",
        "/settlements",
    ):  # type: ignore[union-attr]
        json.loads(enter("auditor").get(f"/api/v1{path}").content, parse_float=pytest.fail)


def test_too_much_is_refused(order: Order, enter: Enter) -> None:
    answer = post(enter("clerk"), f"/orders/{order.pk}/payments", cash("175.01"))
    assert (answer.status_code, answer.json()["code"], answer.json()["facts"]["due"]) == (
        409,
        "money.above_due",
        "175.00",
    )


@pytest.mark.parametrize(
    ("part", "status"), [("elder", 403), ("nurse", 403), ("auditor", 403), ("stranger_manager", 404), ("manager", 201)]
)
def test_who_takes_cash(order: Order, enter: Enter, part: str, status: int) -> None:
    assert post(enter(part), f"/orders/{order.pk}/payments", cash()).status_code == status


def test_one_key_one_payment(order: Order, enter: Enter) -> None:
    client, body = enter("clerk"), cash("10.00")
    first = post(client, f"/orders/{order.pk}/payments", body, **{"Idempotency-Key": "k1"})
    again = post(client, f"/orders/{order.pk}/payments", body, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json(), again.headers["Idempotent-Replay"]) == (201, first.json(), "true")
    other = post(client, f"/orders/{order.pk}/payments", cash("11.00"), **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.other_body")
    assert Payment.objects.count() == 1


def test_eight_at_once_with_one_key(town: Cast, together: Any, travel: Any) -> None:
    order = factory.priced(town)
    travel(factory.LATER)
    body = cash("10.00")

    def send(_number: int) -> Any:
        client = Client()
        client.force_login(town.users["clerk"], backend="yijia.base.accounts.Backend")
        return post(client, f"/orders/{order.pk}/payments", body, **{"Idempotency-Key": "k8"})

    answers = together(8, send)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert 201 in {answer.status_code for answer in answers}
    assert Payment.objects.count() == 1


def test_refund_and_hand_over(order: Order, enter: Enter) -> None:
    paid = post(enter("clerk"), f"/orders/{order.pk}/payments", cash()).json()
    body = {"client_id": str(uuid.uuid4()), "amount": "20.00", "reason_code": "overcharged"}
    assert post(enter("clerk"), f"/payments/{paid['id']}/refunds", body).status_code == 403
    assert post(enter("stranger_manager"), f"/payments/{paid['id']}/refunds", body).status_code == 404
    made = post(enter("manager"), f"/payments/{paid['id']}/refunds", body)
    assert (made.status_code, made.json()["amount"], made.json()["is_handed_over"]) == (201, "20.00", False)
    waiting = enter("clerk").get("/api/v1/refunds?is_waiting=true").json()["items"]
    assert [row["id"] for row in waiting] == [made.json()["id"]]
    handed = post(enter("clerk"), f"/refunds/{made.json()['id']}/hand-over", {"receiver_name": "测试女儿"})
    assert handed.json()["is_handed_over"] is True
    assert (
        post(
            enter("manager"),
            f"/payments/{paid['id']}/refunds",
            body | {"client_id": str(uuid.uuid4()), "amount": "175.00"},
        ).json()["code"]
        == "money.refund_over_paid"
    )
    assert (
        post(
            enter("manager"),
            f"/payments/{paid['id']}/refunds",
            body | {"client_id": str(uuid.uuid4()), "reason_code": "x"},
        ).status_code
        == 422
    )
    assert Refund.objects.count() == 1


def test_the_ledger_from_voucher_to_line(order: Order, enter: Enter) -> None:
    listed = enter("auditor").get(f"/api/v1/ledger/vouchers?order_id={order.pk}&kind=charge").json()
    assert listed["total"] == 1
    detail = enter("auditor").get(f"/api/v1/ledger/vouchers/{listed['items'][0]['id']}").json()
    assert detail["amount"] == "175.00"
    assert sum(float(p["debit"]) - float(p["credit"]) for p in detail["postings"]) == 0
    assert len(detail["line_ids"]) == 2
    assert enter("stranger_manager").get(f"/api/v1/ledger/vouchers/{detail['id']}").status_code == 404
    assert enter("clerk").get("/api/v1/ledger/vouchers").status_code == 403
    assert enter("auditor").get("/api/v1/ledger/vouchers?from_on=0001-01-01&until_on=9999-12-31").status_code == 200
    assert enter("auditor").get("/api/v1/payments?from_on=0001-01-01&until_on=9999-12-31").status_code == 200


def test_holds_and_pricing_again(cast: Cast, enter: Enter) -> None:
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    order.visit.record.consumables.create(organisation=cast.harbour, code="GAUZE", name="纱布", quantity=1)
    factory.price_again(order)
    held = enter("manager").get("/api/v1/holds").json()["items"]
    assert [row["code"] for row in held] == ["price.unfiled"]
    again = post(enter("manager"), f"/orders/{order.pk}/price", {}).json()
    assert (again["is_priced"], again["held_by"]) == (False, "price.unfiled")
    assert post(enter("stranger_manager"), f"/orders/{order.pk}/price", {}).status_code == 404
    assert post(enter("clerk"), f"/orders/{order.pk}/price", {}).status_code == 403
    assert Hold.objects.count() == 1
