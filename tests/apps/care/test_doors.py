"""Every page of an order: works, wrong method, stranger, colleague without the right, repeated, refused."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.factories import care as factory
from tests.factories import catalogue
from yijia.apps.care.models import Handover, Order
from yijia.base.models import AuditEntry, Message

Enter = Callable[..., Client]


def once() -> dict[str, str]:
    return {"_once": str(uuid.uuid4())}


def walk(client: Client, cast: Cast, **check: str) -> Any:
    """The three steps, as a browser sends them."""
    day = (NOW + timedelta(days=1)).date().isoformat()
    first = client.post(
        reverse("care:request"),
        {"resident": cast.residents["elder"].pk, "need": "dressing", "description": "左腿", **once()},
    )
    assert first.headers["Location"] == reverse("care:when"), first.content.decode()
    page = client.get(reverse("care:when"), {"day": day}).content.decode()
    slots = re.findall(r'name="slot" value="([^"]+)"', page)
    assert slots, page
    second = client.post(reverse("care:when"), {"item": catalogue.DRESSING, "day": day, "slot": slots[0], **once()})
    assert second.headers["Location"] == reverse("care:check"), second.content.decode()
    answers = {f"risk_{code}": answer for code, answer in factory.HOME.items()}
    shown = {"quoted_fen": agreed(client.get(reverse("care:check")).content.decode())}
    return client.post(reverse("care:check"), {**answers, **shown, "prescription": "", **check, **once()})


def agreed(page: str) -> str:
    """The total that the page shows and its form carries."""
    found = re.search(r'name="quoted_fen" value="(\d+)"', page)
    return found[1] if found else ""


@pytest.mark.parametrize("part", ["elder", "relative"])
def test_three_steps_in_the_browser(shop: Cast, enter: Enter, see_all: Callable[[], None], part: str) -> None:
    client = enter(part)
    done = walk(client, shop)
    see_all()
    order = Order.objects.get()
    assert done.headers["Location"] == reverse("care:my_order", args=[order.pk])
    assert (order.description, order.guardian_present, order.state) == ("左腿", True, "submitted")
    page = client.get(done.headers["Location"]).content.decode()
    assert order.number in page
    assert "你付 175.00 元" in page
    assert AuditEntry.objects.filter(verb="read", name="care.order", subject_ids=[order.pk]).exists()


def test_the_desk_orders_on_behalf(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    client = enter("clerk")
    elder = shop.residents["elder"]
    found = client.get(reverse("care:call_backs"), {"q": "测试elder"}).content.decode()
    assert reverse("care:caller", args=[elder.pk]) in found
    assert elder.name not in found.replace('value="测试elder"', "")
    assert client.get(reverse("care:caller", args=[elder.pk])).status_code == 200
    assert client.post(reverse("care:caller", args=[elder.pk]), once()).headers["Location"] == reverse("care:request")
    done = walk(client, shop, requester_name="李四", requester_relation="邻居")
    see_all()
    order = Order.objects.get()
    assert done.headers["Location"] == reverse("care:order", args=[order.pk])
    assert (order.channel, order.requester_name, order.requester_relation) == ("desk", "李四", "邻居")
    assert order.number in Message.objects.get().text


def test_a_hospital_hands_over_in_the_browser(cast: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    catalogue.open_shop(cast, cast.hill)
    client = enter("doctor")
    elder = cast.residents["elder"]
    url = reverse("care:hand_over", args=[elder.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"diagnosis": "", **once()}).status_code == 422
    facts = {
        "diagnosis": "髋关节置换术后",
        "summary": "伤口愈合良好",
        "discharged_on": NOW.date().isoformat(),
        "tubes": ["drain"],
    }
    assert client.post(url, facts | once()).headers["Location"] == reverse("care:request")
    done = walk(client, cast)
    see_all()
    assert done.headers["Location"] == reverse("care:handover")
    handover = Handover.objects.get()
    assert (handover.order.organisation_id, handover.diagnosis, handover.tubes) == (
        cast.hill.pk,
        "髋关节置换术后",
        ["drain"],
    )
    assert handover.order.number in client.get(reverse("care:handover")).content.decode()


def test_not_sure_call_me(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    client = enter("elder")
    done = client.post(
        reverse("care:request"), {"resident": shop.residents["elder"].pk, "need": "unsure", "description": "", **once()}
    )
    see_all()
    order = Order.objects.get()
    assert done.headers["Location"] == reverse("care:my_order", args=[order.pk])
    assert order.number in client.get(reverse("care:my_order", args=[order.pk])).content.decode()
    assert order.number in enter("clerk").get(reverse("care:call_backs")).content.decode()


def test_nothing_typed_is_lost(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    client = enter("elder")
    assert (
        client.post(
            reverse("care:request"), {"resident": shop.residents["elder"].pk, "description": "左腿", **once()}
        ).status_code
        == 422
    )
    done = walk(client, shop, risk_violence="", prescription="六月十日门诊")
    assert done.status_code == 422
    page = client.get(reverse("care:check")).content.decode()
    assert "六月十日门诊" in page
    assert "左腿" in client.get(reverse("care:request")).content.decode()
    see_all()
    assert not Order.objects.exists()


def test_a_price_that_ends_meanwhile_is_told(
    shop: Cast, enter: Enter, see_all: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter("elder")
    see_all()
    shop.residents["elder"].is_infectious = True
    shop.residents["elder"].save()
    done = walk(client, shop)
    assert done.status_code == 409
    assert "传染期" in done.content.decode()


def test_a_price_that_changed_meanwhile_is_asked_back(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    client = enter("elder")
    asked = walk(client, shop, quoted_fen="16000", prescription="六月十日门诊")
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "价格从 160.00 元变成了 175.00 元" in page
    assert "六月十日门诊" in page
    see_all()
    assert not Order.objects.exists()
    answers = {f"risk_{code}": answer for code, answer in factory.HOME.items()}
    done = client.post(
        reverse("care:check"), {**answers, "quoted_fen": agreed(page), "prescription": "六月十日门诊", **once()}
    )
    see_all()
    assert done.headers["Location"] == reverse("care:my_order", args=[Order.objects.get().pk])


def test_an_order_without_a_price_that_was_read_is_not_sent(shop: Cast, enter: Enter) -> None:
    assert walk(enter("elder"), shop, quoted_fen="").status_code == 422


@pytest.mark.parametrize("step", ["care:when", "care:check"])
def test_steps_are_taken_in_order(shop: Cast, enter: Enter, step: str) -> None:
    assert enter("elder").get(reverse(step)).headers["Location"] == reverse("care:request")


def test_the_slot_must_be_one_of_ours(shop: Cast, enter: Enter) -> None:
    client = enter("elder")
    client.post(reverse("care:request"), {"resident": shop.residents["elder"].pk, "need": "dressing", **once()})
    answer = client.post(
        reverse("care:when"), {"item": catalogue.DRESSING, "day": "2025-06-17", "slot": "9@later", **once()}
    )
    assert answer.status_code == 422


LISTS = [
    ("care:orders", "manager"),
    ("care:orders", "regulator"),
    ("care:my_orders", "elder"),
    ("care:assessments", "doctor"),
    ("care:call_backs", "clerk"),
    ("care:handover", "doctor"),
    ("care:request", "elder"),
]


@pytest.mark.parametrize(("name", "part"), LISTS)
def test_lists_open_and_count_their_queries(shop: Cast, enter: Enter, name: str, part: str) -> None:
    factory.submitted(shop)
    client = enter(part)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(reverse(name))
    assert answer.status_code == 200
    asked = [
        q["sql"]
        for q in seen.captured_queries
        if q["sql"].lstrip().upper().startswith("SELECT") and "audit" not in q["sql"] and "set_config" not in q["sql"]
    ]
    assert len(asked) <= 12, "\n".join(asked)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("care:orders", "auditor"),
        ("care:assessments", "dispatcher"),
        ("care:call_backs", "elder"),
        ("care:handover", "clerk"),
        ("care:request", "nurse"),
    ],
)
def test_lists_need_their_right(shop: Cast, enter: Enter, name: str, part: str) -> None:
    assert enter(part).get(reverse(name)).status_code == 403


@pytest.mark.parametrize(
    "name", ["care:orders", "care:my_orders", "care:call_backs", "care:handover", "care:assessments"]
)
def test_lists_are_read_only(shop: Cast, enter: Enter, name: str) -> None:
    assert enter("manager").post(reverse(name)).status_code == 405


def test_the_list_narrows_and_pages(shop: Cast, enter: Enter) -> None:
    order = factory.submitted(shop)
    client = enter("manager")
    for given, is_there in [
        ({"q": order.number}, True), ({"q": "测试elder"}, True), ({"q": "nobody"}, False), ({"state": "accepted"}, False), ({"state": "open"}, True),
        ({"need": "dressing"}, True), ({"channel": "desk"}, False), ({"from_on": "2025-06-17", "until_on": "2025-06-17"}, True), ({"from_on": "2025-06-18"}, False),
        ({"page": "99"}, True), ({"page": "x"}, True),
    ]:  # fmt: skip
        found = reverse("care:order", args=[order.pk]) in client.get(reverse("care:orders"), given).content.decode()
        assert found == is_there, given


ONE = [
    ("care:order", "manager", "auditor"),
    ("care:my_order", "elder", "auditor"),
    ("care:assess", "doctor", "dispatcher"),
    ("care:home_risk", "clerk", "dispatcher"),
    ("care:cancel", "elder", "nurse"),
]


@pytest.mark.parametrize(("name", "part", "without"), ONE)
def test_one_order(shop: Cast, enter: Enter, see_all: Callable[[], None], name: str, part: str, without: str) -> None:
    order = factory.submitted(shop)
    url = reverse(name, args=[order.pk])
    client = enter(part)
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    asked = [
        q["sql"]
        for q in seen.captured_queries
        if q["sql"].lstrip().upper().startswith("SELECT") and "audit" not in q["sql"] and "set_config" not in q["sql"]
    ]
    assert len(asked) <= 16, "\n".join(asked)
    assert enter(without).get(url).status_code == 403
    assert enter("stranger_elder").get(url).status_code in (403, 404)
    assert enter("stranger_elder").get(reverse("care:my_order", args=[order.pk])).status_code == 404
    assert enter("stranger_manager").get(reverse("care:order", args=[order.pk])).status_code == 404


def test_a_doctor_assesses_in_the_browser(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    order = factory.submitted(shop)
    client = enter("doctor")
    url = reverse("care:assess", args=[order.pk])
    said = {True: "yes", False: "no"}
    given = {code: said.get(answer, answer) for code, answer in factory.FIT.items()} | {
        "note": "轻一点",
        "version": order.version,
    }
    assert client.post(url, {"decision": "accept", "version": order.version, **once()}).status_code == 422
    assert client.post(url, given | {"allergic": "yes", "decision": "accept", **once()}).status_code == 409
    assert client.post(url, given | {"version": 1, "decision": "accept", **once()}).status_code == 412
    key = once()
    assert client.post(url, given | {"decision": "accept", **key}).status_code == 302
    assert (
        client.post(url, given | {"decision": "accept", **key}).status_code == 302
    )  # the same sending: the first answer
    assert (
        client.post(
            url, given | {"version": order.version + 1, "decision": "reject", "reason": "x", **once()}
        ).status_code
        == 409
    )
    see_all()
    order.refresh_from_db()
    assert order.state == "accepted"


def test_rejecting_needs_a_reason(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    order = factory.submitted(shop)
    client = enter("doctor")
    url = reverse("care:assess", args=[order.pk])
    assert client.post(url, {"decision": "reject", "version": order.version, **once()}).status_code == 422
    assert (
        client.post(url, {"decision": "reject", "reason": "病情不稳", "version": order.version, **once()}).status_code
        == 302
    )
    see_all()
    order.refresh_from_db()
    assert order.state == "rejected"
    assert "病情不稳" in enter("elder").get(reverse("care:my_order", args=[order.pk])).content.decode()


def test_signing_in_the_browser(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    order = factory.accepted(shop)
    client = enter("elder")
    url = reverse("care:sign", args=[order.pk])
    assert "准备文件" in client.get(url).content.decode()
    assert client.post(reverse("care:papers", args=[order.pk]), once()).headers["Location"] == url
    assert "朗读" in client.get(url).content.decode()
    given = {"signer": "resident", "name": shop.residents["elder"].name, "method": "glass", "version": order.version}
    assert client.post(url, given | once()).status_code == 409  # nothing drawn
    assert client.post(url, given | {"image": factory.DRAWING, **once()}).status_code == 302
    see_all()
    order.refresh_from_db()
    assert order.state == "signed"
    assert client.get(url).status_code == 409


def test_the_desk_records_a_paper_signature(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    order = factory.accepted(shop)
    client = enter("clerk")
    client.post(reverse("care:papers", args=[order.pk]), once())
    given = {"signer": "resident", "name": shop.residents["elder"].name, "method": "spoken", "version": order.version}
    assert client.post(reverse("care:sign", args=[order.pk]), given | once()).status_code == 302


def test_cancelling_in_the_browser(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    order = factory.submitted(shop)
    client = enter("elder")
    url = reverse("care:cancel", args=[order.pk])
    page = client.get(url).content.decode()
    assert "取消并退款 175.00 元" in page
    assert client.post(url, {"refund_fen": 1, "version": order.version, **once()}).status_code == 412
    assert client.post(url, {"refund_fen": 17500, "version": order.version, "reason": "", **once()}).status_code == 302
    assert client.get(url).status_code == 409
    see_all()
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_home_risk_in_the_browser(shop: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    order = factory.submitted(shop, home_risk=None)
    client = enter("clerk")
    url = reverse("care:home_risk", args=[order.pk])
    answers = {f"risk_{code}": answer for code, answer in factory.HOME.items()} | {"version": order.version}
    assert client.post(url, {"version": order.version, **once()}).status_code == 422
    assert client.post(url, answers | once()).status_code == 302
    assert client.post(url, answers | once()).status_code == 412


def test_english_pages_hold_no_chinese(shop: Cast, enter: Enter) -> None:
    order = factory.accepted(shop)
    pages = [
        ("elder", "care:request", ()),
        ("elder", "care:my_orders", ()),
        ("elder", "care:my_order", (order.pk,)),
        ("elder", "care:cancel", (order.pk,)),
        ("clerk", "care:home_risk", (order.pk,)),
        ("manager", "care:orders", ()),
        ("manager", "care:order", (order.pk,)),
        ("doctor", "care:assess", (order.pk,)),
        ("clerk", "care:call_backs", ()),
        ("doctor", "care:handover", ()),
    ]
    for part, name, args in pages:
        client = enter(part)
        client.cookies["yijia_language"] = "en"
        page = client.get(reverse(name, args=args)).content.decode()
        body = re.sub(
            r'<ul class="sources">.*?</ul>', "", page[page.index("<main") : page.index("</main>")], flags=re.DOTALL
        )  # documents keep their own titles
        main = (
            re.sub(r"<[^>]+>", " ", body)
            .replace(shop.residents["elder"].name, "")
            .replace("测试", "")
            .replace("测", "")
        )
        assert re.findall(r"[一-鿿]+", main) == [], (name, re.findall(r"[一-鿿]+", main))
