"""The pages of money: what each shows, to whom, and what pressing does."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import catalogue as shops
from tests.factories import money as factory
from yijia.apps.care.models import Order
from yijia.apps.money.models import ChargeLine, Payment, Refund, RefundHandover, Voucher

Enter = Callable[..., Client]


@pytest.fixture
def order(cast: Cast, travel: Any) -> Order:
    made = factory.priced(cast, packs=1)
    travel(factory.LATER)
    return made


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def cash(**more: str) -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "amount": "187.50", "payer_name": "测试女儿"} | more


def test_the_family_reads_why(order: Order, enter: Enter) -> None:
    page = text(enter("relative").get(f"/money/bills/{order.pk}/"))
    for said in (
        "你付 187.50 元，因为",
        "上门服务费",
        "备案价 130.00 元，实收单价 130.00 元",
        "没有读到可以据此报销的正式规定",
        "还要付 187.50 元",
        "我觉得不对",
    ):
        assert said in page
    assert f"order={order.pk}" in page


def test_the_same_in_english(order: Order, enter: Enter) -> None:
    client = enter("relative")
    client.cookies["yijia_language"] = "en"
    page = text(client.get(f"/money/bills/{order.pk}/"))
    assert "You pay ¥187.50, because" in page
    assert "你付" not in page


def test_before_the_visit_it_is_a_quote(cast: Cast, enter: Enter) -> None:
    factory.open_shop(cast)
    order = factory.signed(cast)
    page = text(enter("elder").get(f"/money/bills/{order.pk}/"))
    assert "预计费用" in page
    assert "多退少补" in page


def test_my_bills(order: Order, enter: Enter) -> None:
    page = text(enter("elder").get("/money/bills/"))
    assert "还要付" in page
    assert "187.50" in page
    assert "还没有账单" in text(enter("stranger_elder").get("/money/bills/"))


@pytest.mark.parametrize(
    ("door", "part", "status"),
    [
        ("bills/{order}/", "stranger_elder", 404), ("bills/{order}/", "stranger_manager", 404), ("bills/{order}/", "nurse", 403),
        ("bills/{order}/", "clerk", 200), ("bills/{order}/", "auditor", 200), ("desk/", "elder", 403), ("desk/", "manager", 200),
        ("desk/{order}/", "clerk", 200), ("desk/{order}/", "stranger_manager", 404), ("desk/{order}/", "relative", 403),
        ("statement/", "manager", 200), ("statement/", "clerk", 403), ("statement/", "regulator", 200), ("holds/", "manager", 200), ("holds/", "elder", 403),
        ("ledger/", "auditor", 200), ("ledger/", "nurse", 403), ("ledger/{voucher}/", "auditor", 200), ("ledger/{voucher}/", "stranger_manager", 404),
        ("lines/{line}/", "auditor", 200), ("lines/{line}/", "stranger_elder", 404), ("lines/{line}/", "nurse", 403),
    ],
)  # fmt: skip
def test_who_opens_what(order: Order, enter: Enter, door: str, part: str, status: int) -> None:
    ids = {"order": order.pk, "voucher": Voucher.objects.get().pk, "line": ChargeLine.objects.first().pk}  # type: ignore[union-attr]
    answer = enter(part).get("/money/" + door.format(**ids))
    assert answer.status_code == status
    if status == 200:
        assert enter(part).post("/money/" + door.format(**ids)).status_code in (405, 422)


def test_the_clerk_finds_takes_and_prints(order: Order, enter: Enter, cast: Cast) -> None:
    clerk = enter("clerk")
    assert order.number in text(clerk.get("/money/desk/"))
    for wanted in (order.number, cast.residents["elder"].name):
        assert order.number in text(clerk.get("/money/desk/", {"q": wanted}))
    assert "没有找到" in text(clerk.get("/money/desk/", {"q": "谁也不是"}))
    body = cash()
    answer = clerk.post(f"/money/desk/{order.pk}/", body)
    payment = Payment.objects.get()
    assert answer.headers["Location"] == f"/money/payments/{payment.pk}/receipt/"
    receipt = text(clerk.get(answer.headers["Location"]))
    assert "壹佰捌拾柒元伍角" in receipt
    assert payment.receipt_no in receipt
    again = clerk.post(f"/money/desk/{order.pk}/", body)
    assert again.headers["Location"] == answer.headers["Location"]
    assert Payment.objects.count() == 1
    assert receipt.count("测试女儿") == 1


def test_a_wrong_amount_stays_beside_its_field(order: Order, enter: Enter) -> None:
    clerk = enter("clerk")
    for amount in ("", "abc", "１２.３", "-1"):
        assert clerk.post(f"/money/desk/{order.pk}/", cash(amount=amount)).status_code == 422
    refused = clerk.post(f"/money/desk/{order.pk}/", cash(amount="999.00"))
    assert refused.status_code == 409
    assert "最多还能收 187.50 元" in refused.content.decode()
    assert not Payment.objects.exists()


def test_refund_then_collected(order: Order, enter: Enter) -> None:
    enter("clerk").post(f"/money/desk/{order.pk}/", cash())
    payment = Payment.objects.get()
    manager = enter("manager")
    assert "可退" in text(manager.get(f"/money/desk/{order.pk}/"))
    assert enter("clerk").get(f"/money/payments/{payment.pk}/refund/").status_code == 403
    assert (
        manager.post(
            f"/money/payments/{payment.pk}/refund/", {"client_id": str(uuid.uuid4()), "amount": "7.50"}
        ).status_code
        == 422
    )
    body = {"client_id": str(uuid.uuid4()), "amount": "7.50", "reason_code": "overcharged", "handed_to": ""}
    answer = manager.post(f"/money/payments/{payment.pk}/refund/", body)
    refund = Refund.objects.get()
    assert answer.headers["Location"] == f"/money/refunds/{refund.pk}/receipt/"
    assert "柒元伍角" in text(manager.get(answer.headers["Location"]))
    assert "等人来领的退款" in text(enter("clerk").get("/money/desk/"))
    assert "请带身份证" in text(enter("elder").get(f"/money/bills/{order.pk}/"))
    assert enter("clerk").get(f"/money/refunds/{refund.pk}/hand-over/").status_code == 405
    enter("clerk").post(f"/money/refunds/{refund.pk}/hand-over/", {"receiver_name": "测试女儿"})
    assert RefundHandover.objects.get().receiver_name == "测试女儿"
    assert "等人来领的退款" not in text(enter("clerk").get("/money/desk/"))


def test_prepaying_before_the_visit(cast: Cast, enter: Enter) -> None:
    factory.open_shop(cast)
    order = factory.signed(cast)
    clerk = enter("clerk")
    assert "收预付款" in text(clerk.get(f"/money/desk/{order.pk}/"))
    clerk.post(f"/money/desk/{order.pk}/", cash(amount="100.00"))
    assert "已预付 100.00 元" in text(enter("elder").get(f"/money/bills/{order.pk}/"))


def test_held_and_lifted_on_the_page(cast: Cast, enter: Enter) -> None:
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    order.visit.record.consumables.create(organisation=cast.harbour, code="GAUZE", name="纱布", quantity=1)
    factory.price_again(order)
    manager = enter("manager")
    assert "GAUZE" in text(manager.get("/money/holds/"))
    assert manager.post(f"/money/holds/{order.pk}/retry/").headers["Location"] == "/money/holds/"
    shops.filed(cast, cast.harbour, "consumable", code="GAUZE", name="纱布", name_en="Gauze", unit="片", amount_fen=300)
    assert manager.post(f"/money/holds/{order.pk}/retry/").headers["Location"] == f"/money/bills/{order.pk}/"
    assert "没有不能计价的单" in text(manager.get("/money/holds/"))
    assert enter("stranger_manager").post(f"/money/holds/{order.pk}/retry/").status_code == 404


def test_from_a_cent_to_its_clause_in_four_clicks(order: Order, enter: Enter) -> None:
    auditor = enter("auditor")
    voucher = Voucher.objects.get()
    assert f"/money/ledger/{voucher.pk}/" in text(auditor.get("/money/ledger/"))
    line = ChargeLine.objects.get(code="131000001N")
    assert f"/money/lines/{line.pk}/" in text(auditor.get(f"/money/ledger/{voucher.pk}/"))
    page = text(auditor.get(f"/money/lines/{line.pk}/"))
    for said in ("备案单价", line.filing.number, line.edition, line.policy_key, "未取整"):
        assert said in page
    assert f"/catalogue/filings/{line.filing_id}/" in page
    assert auditor.get(f"/catalogue/filings/{line.filing_id}/").status_code == 200
    value = page.split('href="/admin/policy/value/')[1].split('"')[0].replace("&amp;", "&")
    assert auditor.get(f"/admin/policy/value/{value}").status_code == 200


def test_the_statement_adds_up(order: Order, enter: Enter) -> None:
    enter("clerk").post(f"/money/desk/{order.pk}/", cash())
    manager = enter("manager")
    page = text(manager.get("/money/statement/", {"day": "2025-06-16"}))
    assert page.count("187.50 元") >= 6
    total = page.split("<tfoot>")[1].split("</tfoot>")[0]
    assert total.count("187.50 元") == 4, "billed, the patient's part, received, settled"
    assert total.count(">0.00 元") == 3, "insurance and subsidy pay nothing, nothing went back"
    assert order.number in page
    for dates in (
        {"from_on": "0001-01-01", "until_on": "9999-12-31"},
        {"from_on": "x"},
        {"from_on": "2025-07-01", "until_on": "2025-06-01"},
    ):
        assert manager.get("/money/statement/", dates).status_code == 200
    assert "这段时间没有账" in text(enter("stranger_manager").get("/money/statement/"))


def test_the_ledger_narrows(order: Order, enter: Enter) -> None:
    auditor = enter("auditor")
    assert "借贷相等" in text(
        auditor.get(
            "/money/ledger/", {"kind": "charge", "text": order.number, "account": "unsettled", "from_on": "2025-06-01"}
        )
    )
    assert "没有凭证" in text(auditor.get("/money/ledger/", {"kind": "refund"}))
    assert text(auditor.get("/money/ledger/", {"kind": "nonsense", "until_on": "9999-12-31", "text": "\0"}))


@pytest.mark.parametrize(
    "door",
    [
        "bills/",
        "bills/{order}/",
        "desk/",
        "desk/{order}/",
        "statement/",
        "holds/",
        "ledger/",
        "ledger/{voucher}/",
        "lines/{line}/",
    ],
)
def test_at_most_twelve_queries(order: Order, enter: Enter, door: str, django_assert_max_num_queries: Any) -> None:
    ids = {"order": order.pk, "voucher": Voucher.objects.get().pk, "line": ChargeLine.objects.first().pk}  # type: ignore[union-attr]
    client = enter("manager")
    client.get("/money/bills/")
    with django_assert_max_num_queries(16):  # the house counts twelve without savepoints
        client.get("/money/" + door.format(**ids))
