"""The doors of benefits: who may open them, what they show, what they do, and what they refuse."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import benefits as factory
from tests.factories.benefits import NOW
from yijia.apps.benefits import actions
from yijia.apps.benefits.models import Batch, Entitlement, EvidenceConfirmation, PaymentOrder
from yijia.apps.registry.models import Household, Resident
from yijia.base import outbox
from yijia.base.models import AuditEntry, RoleGrant
from yijia.core.benefits.lifecycle import Event
from yijia.core.permissions import SYSTEM


@pytest.fixture
def granny(town: Cast) -> Resident:
    """The cast's own elder, moved to Liangping and eighty this month; her entitlement is told."""
    elder = town.residents["elder"]
    Household.objects.filter(pk=elder.household_id).update(jurisdiction=factory.LIANGPING)
    Resident.objects.filter(pk=elder.pk).update(jurisdiction=factory.LIANGPING, born_on=date(1946, 6, 20))
    factory.state(elder.pk, "hukou", factory.LIANGPING, date(1990, 1, 1))
    outbox.drain(at=NOW)
    return Resident.objects.get(pk=elder.pk)


def test_the_elder_sees_what_and_why_and_what_not(sit: Any, granny: Resident) -> None:
    page = sit("elder").get("/benefits/mine/", follow=True)
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == f"/benefits/people/{granny.pk}/"
    for said in ("每月", "40.00 元", "年龄至少 80", "户籍地是", "我不想要", "我有疑问", "现在不能享受，为什么", "还缺"):
        assert said in text, said
    assert AuditEntry.objects.filter(name="benefits.person", resident_ids=[granny.pk]).exists()
    english = sit("elder")
    english.cookies["yijia_language"] = "en"
    assert "at least 80" in english.get(f"/benefits/people/{granny.pk}/").content.decode()


def test_the_elder_asks_the_clerk_answers_the_elder_declines(sit: Any, granny: Resident, see_all: Any) -> None:
    row = factory.only(granny)
    url = f"/benefits/entitlements/{row.pk}/step/"
    assert sit("elder").post(url, {"event": "approve"}).status_code == 403
    assert sit("elder").post(url, {"event": "query"}).status_code == 422
    assert sit("elder").post(url, {"event": "query", "note": "钱发到哪张卡？"}).status_code == 302
    clerk = sit("agency_clerk")
    assert clerk.post(url, {"event": "publish"}).status_code == 409
    assert clerk.post(url, {"event": "answer"}).status_code == 422
    assert clerk.post(url, {"event": "answer", "note": "发到社保卡"}).status_code == 302
    assert sit("elder").post(url, {"event": "decline"}).status_code == 302
    see_all()
    row.refresh_from_db()
    assert (row.state, row.question) == ("declined", "钱发到哪张卡？")
    assert factory.review(granny.pk) == []  # nobody is asked twice
    assert sit("elder").post(url, {"event": "reopen"}).status_code == 302


def test_strangers_and_colleagues_without_the_right(sit: Any, granny: Resident) -> None:
    row = factory.only(granny)
    assert sit("stranger_elder").get(f"/benefits/people/{granny.pk}/").status_code == 404
    assert sit("stranger_elder").post(f"/benefits/entitlements/{row.pk}/step/", {"event": "decline"}).status_code == 404
    assert sit("nurse").get(f"/benefits/people/{granny.pk}/").status_code == 403
    for part, status in (("agency_clerk", 200), ("regulator", 200), ("clerk", 403), ("elder", 403), ("auditor", 403)):
        assert sit(part).get("/benefits/desk/").status_code == status, part
    assert sit("clerk").get(f"/benefits/people/{granny.pk}/").status_code == 200
    assert sit("agency_clerk").get("/benefits/desk/pick/").status_code == 405
    assert sit("regulator").post("/benefits/desk/export/", {"event": "export", "pick": 1}).status_code == 403


def test_a_relative_answers_only_where_the_elder_let_them_sign(sit: Any, town: Cast, granny: Resident) -> None:
    url = f"/benefits/entitlements/{factory.only(granny).pk}/step/"
    RoleGrant.objects.filter(user=town.users["relative"]).update(scope=["order"])
    assert sit("relative").post(url, {"event": "decline"}).status_code == 409
    assert sit("relative").get(f"/benefits/people/{granny.pk}/").status_code == 409
    RoleGrant.objects.filter(user=town.users["relative"]).update(scope=["bill", "sign"])
    assert sit("relative").get(f"/benefits/people/{granny.pk}/").status_code == 200
    assert sit("relative").post(url, {"event": "decline"}).status_code == 302


def test_many_at_once_say_how_many_and_why_not(sit: Any, town: Cast, granny: Resident, see_all: Any) -> None:
    for serial in range(80, 84):
        factory.review(factory.elder(town, serial, date(1946, 5, 20)).pk)
    clerk = sit("agency_clerk")
    ids = list(Entitlement.objects.values_list("pk", flat=True))
    page = clerk.get("/benefits/desk/")
    assert page.context["screen"].tabs[0].count == 5
    answer = clerk.post("/benefits/desk/pick/", {"event": "publish", "pick": ids}, follow=True)
    assert "已办理 5 项" in answer.content.decode()
    answer = clerk.post("/benefits/desk/pick/", {"event": "approve", "pick": ids}, follow=True)
    assert "5 项没有办：还在公示期内" in answer.content.decode()
    assert clerk.post("/benefits/desk/pick/", {"event": "approve"}).status_code == 422
    after = NOW + timedelta(days=14)
    answer = sit("agency_clerk", after).post("/benefits/desk/pick/", {"event": "approve", "pick": ids}, follow=True)
    assert "已办理 5 项" in answer.content.decode()
    ready = list(PaymentOrder.objects.filter(state="ready").values_list("pk", flat=True))
    assert len(ready) == 9  # four since May, one since June
    clerk = sit("agency_clerk", after)
    assert clerk.get("/benefits/desk/?tab=ready").context["screen"].total_fen == 36000
    assert clerk.post("/benefits/desk/export/", {"event": "export", "pick": ready}).status_code == 302
    assert clerk.post("/benefits/desk/export/", {"event": "export", "pick": ready}).status_code == 409
    see_all()
    batch = Batch.objects.get()
    file = clerk.get(f"/benefits/batches/{batch.pk}/list.csv").content.decode()
    assert (file.count("OLD_AGE"), "40.00" in file) == (9, True)
    see_all()
    assert AuditEntry.objects.filter(verb="export", name="benefits.batch").count() == 1
    assert clerk.post(f"/benefits/batches/{batch.pk}/settle/").status_code == 302
    assert clerk.post(f"/benefits/batches/{batch.pk}/settle/").status_code == 409


def test_money_on_weak_evidence_is_held_until_somebody_stands_for_it(sit: Any, town: Cast, see_all: Any) -> None:
    grandfather = factory.elder(town, 90, date(1960, 1, 1), sex="1")
    factory.state(grandfather.pk, "disability", "limb", date(2026, 6, 1), level=2)
    outbox.drain(at=NOW)
    row = Entitlement.objects.get(resident=grandfather, scheme="DISABILITY_CARE")
    clerk = town.actors["agency_clerk"]
    actions.step(entitlement_id=row.pk, event=Event.AGREE, by=clerk, at=NOW)
    actions.step(entitlement_id=row.pk, event=Event.APPROVE, by=clerk, at=NOW)
    order = PaymentOrder.objects.get()
    assert (order.state, order.amount_fen, order.voucher) == ("held", 7000, None)
    assert {ground["part"] for ground in order.held_for} >= {"amounts"}
    held = sit("agency_clerk").post("/benefits/desk/pick/", {"event": "release", "pick": [order.pk]}, follow=True)
    assert "依据还没有核实" in held.content.decode()
    page = sit("regulator").get("/benefits/grounds/")
    grounds = page.context["screen"].rows
    for ground in grounds:
        said = {
            "policy_key": ground.key,
            "jurisdiction": ground.jurisdiction,
            "part": ground.part,
            "edition": ground.edition,
        }
        assert sit("agency_clerk").post("/benefits/grounds/confirm/", said | {"document": "x"}).status_code == 403
        assert sit("regulator").post("/benefits/grounds/confirm/", said).status_code == 422
        document = "渝民发〔2024〕1号 关于残疾人两项补贴标准的通知"
        assert sit("regulator").post("/benefits/grounds/confirm/", said | {"document": document}).status_code == 302
    see_all()
    assert EvidenceConfirmation.objects.count() == len(grounds)
    assert AuditEntry.objects.filter(name="benefits.edition_confirmed").count() == len(grounds)
    released = sit("agency_clerk").post("/benefits/desk/pick/", {"event": "release", "pick": [order.pk]}, follow=True)
    assert "已办理 1 项" in released.content.decode()
    order.refresh_from_db()
    assert (order.state, order.voucher is not None) == ("ready", True)


def test_declining_after_approval_stops_what_is_not_paid(sit: Any, town: Cast, granny: Resident, see_all: Any) -> None:
    factory.approved(town, granny)
    factory.paid(town, granny)
    july = NOW + timedelta(days=20)
    actions.review_person(resident_id=granny.pk, because="nightly", by=SYSTEM, at=july)
    row = factory.only(granny)
    assert sit("elder", july).post(f"/benefits/entitlements/{row.pk}/step/", {"event": "decline"}).status_code == 302
    see_all()
    assert [o.state for o in PaymentOrder.objects.order_by("month")] == ["paid", "stopped"]
    assert (
        sit("agency_clerk", july)
        .post(f"/benefits/orders/{PaymentOrder.objects.first().pk}/step/", {"event": "stop", "note": "误"})
        .status_code
        == 409
    )
    paid = PaymentOrder.objects.get(state="paid")
    assert (
        sit("agency_clerk", july)
        .post(f"/benefits/orders/{paid.pk}/step/", {"event": "claw_back", "note": "本人退回"})
        .status_code
        == 302
    )
