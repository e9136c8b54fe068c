"""A paid month whose edition is corrected: one order over the difference, never twice. BENEFIT-17 in docs/rules/benefits.md."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cast import Cast
from tests.factories import benefits as factory
from tests.factories.benefits import LIANGPING, NOW
from yijia.apps.benefits import actions
from yijia.apps.benefits.models import BenefitEvent, PaymentOrder
from yijia.apps.money.queries import verify_for_system
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Resident
from yijia.base import editions, outbox
from yijia.base.editions import ROOT, read_over
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.base.models import Message
from yijia.core.benefits.lifecycle import OrderEvent
from yijia.core.permissions import SYSTEM
from yijia.core.policy import Editions

_KEPT: list[Editions] = []  # an answer is kept by the identity of its editions: none may be made twice in one place
LATER = NOW + timedelta(days=1)

Lay = Callable[[int], None]


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Correct the past: the allowance of Liangping was this many fen a month all along."""

    def over(fen: int) -> None:
        tree = yaml.safe_load((ROOT / LIANGPING / "benefits.yaml").read_text(encoding="utf-8"))
        value = next(value for value in tree["values"] if value["key"] == "benefit:old_age_allowance")
        value["value"].pop("worked")
        value["value"]["amounts"][0]["amount_fen"] = fen
        folder = tmp_path / str(len(_KEPT)) / LIANGPING
        folder.mkdir(parents=True)
        (folder / "benefits.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        made = read_over(ROOT, folder.parent)
        _KEPT.append(made)
        monkeypatch.setattr(editions, "current", lambda: made)

    return over


def paid(cast: Cast, serial: int) -> Resident:
    """Somebody who was paid 40 yuan for May and for June."""
    who = factory.elder(cast, serial, date(1946, 5, 20))
    factory.review(who.pk)
    factory.approved(cast, who)
    factory.paid(cast, who)
    return who


def may_of(who: Resident) -> PaymentOrder:
    return PaymentOrder.objects.get(resident=who, month=date(2026, 5, 1), serial=0)


def settle(cast: Cast, order: PaymentOrder, part: str = "agency_clerk") -> PaymentOrder:
    return actions.settle_difference(order_id=order.pk, by=cast.actors[part], at=LATER)


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return str(caught.value.refusal.code)


def test_more_is_paid_besides_and_follows_the_batch(town: Cast, lay: Lay) -> None:
    who = paid(town, 131)
    lay(5000)
    factory.review(who.pk, LATER)
    made = settle(town, may_of(who))
    assert (made.state, made.amount_fen, made.difference_fen, made.serial) == ("ready", 1000, 1000, 1)
    assert (made.month, made.corrects_id) == (date(2026, 5, 1), may_of(who).pk)
    event = BenefitEvent.objects.get(event="difference")
    assert event.facts["corrects"] == may_of(who).pk
    assert event.facts["edition"] == made.edition
    assert "补发 10.00 元" in Message.objects.order_by("-id")[0].text
    assert may_of(who).reason == ""
    assert refused(lambda: settle(town, may_of(who))) == "payment_orders.no_difference"
    factory.paid(town, who, LATER)
    made.refresh_from_db()
    assert made.state == "paid"
    factory.review(who.pk, LATER + timedelta(days=1))
    assert BenefitEvent.objects.filter(event="differs", order__month=date(2026, 5, 1)).count() == 1  # said once
    assert verify_for_system().faults_total == 0


def test_less_is_asked_back_and_comes_back(town: Cast, lay: Lay) -> None:
    who = paid(town, 132)
    lay(3000)
    factory.review(who.pk, LATER)
    made = settle(town, may_of(who))
    assert (made.state, made.amount_fen, made.difference_fen) == ("recovering", 1000, -1000)
    assert made.voucher_id is not None
    assert "多发了 10.00 元" in Message.objects.order_by("-id")[0].text
    clerk = town.actors["agency_clerk"]
    back = actions.step_order(order_id=made.pk, event=OrderEvent.RECOVER, by=clerk, at=LATER)
    assert back.state == "recovered"
    assert refused(lambda: settle(town, may_of(who))) == "payment_orders.no_difference"
    assert verify_for_system().faults_total == 0


def test_a_second_correction_counts_from_what_the_first_left(town: Cast, lay: Lay) -> None:
    who = paid(town, 133)
    lay(5000)
    settle(town, may_of(who))
    lay(4500)
    again = settle(town, may_of(who))
    assert (again.serial, again.difference_fen, again.state) == (2, -500, "recovering")
    assert refused(lambda: settle(town, may_of(who))) == "payment_orders.no_difference"


def test_a_stopped_difference_can_be_made_anew(town: Cast, lay: Lay) -> None:
    who = paid(town, 134)
    lay(5000)
    first = settle(town, may_of(who))
    clerk = town.actors["agency_clerk"]
    for event in (OrderEvent.HOLD, OrderEvent.REINSTATE):
        code = refused(lambda e=event: actions.step_order(order_id=first.pk, event=e, note="x", by=clerk, at=LATER))
        assert code == "payment_orders.difference_fixed"
    actions.step_order(order_id=first.pk, event=OrderEvent.STOP, note="先不付", by=clerk, at=LATER)
    assert settle(town, may_of(who)).serial == 2
    assert verify_for_system().faults_total == 0


@pytest.mark.parametrize(("fen", "asked"), [(5000, {0: 4000, 1: 1000}), (3000, {0: 3000, 1: 1000})])
def test_a_month_that_comes_back_whole_asks_no_fen_twice(town: Cast, lay: Lay, fen: int, asked: dict[int, int]) -> None:
    who = paid(town, 135)
    lay(fen)
    settle(town, may_of(who))
    if fen > 4000:
        factory.paid(town, who, LATER)
    registry.record_death(resident_id=who.pk, died_on=date(2026, 3, 1), version=1, by=SYSTEM, at=LATER)
    outbox.drain(at=LATER)
    rows = PaymentOrder.objects.filter(resident=who, month=date(2026, 5, 1))
    assert {row.serial: row.amount_fen for row in rows} == asked
    assert {row.state for row in rows} == {"recovering"}
    assert verify_for_system().faults_total == 0


def test_what_is_no_difference_of_a_paid_month_is_refused(town: Cast, lay: Lay) -> None:
    who = factory.elder(town, 136, date(1946, 5, 20))
    factory.review(who.pk)
    factory.approved(town, who)
    assert refused(lambda: settle(town, may_of(who))) == "payment_orders.not_paid"
    factory.paid(town, who)
    assert refused(lambda: settle(town, may_of(who))) == "payment_orders.no_difference"
    with pytest.raises(Forbidden):
        settle(town, may_of(who), "regulator")
    with pytest.raises(NotFound):
        settle(town, may_of(who), "nurse")
    Resident.objects.filter(pk=who.pk).update(died_on=date(2026, 3, 1))
    assert refused(lambda: settle(town, may_of(who))) == "payment_orders.month_not_owed"


def test_the_doors(town: Cast, lay: Lay, sit: Any) -> None:
    who = paid(town, 137)
    lay(5000)
    factory.review(who.pk, LATER)
    page = sit("agency_clerk", LATER).get("/benefits/desk/?tab=differs").content.decode()
    assert "2026-05" in page
    order = may_of(who)
    client = sit("agency_clerk", LATER)
    answer = client.post("/benefits/desk/pick/", {"event": "difference", "pick": [order.pk]})
    assert answer.status_code == 302
    assert client.get(f"/benefits/people/{who.pk}/").content.decode().count("补差额") >= 1
    assert client.post(f"/benefits/orders/{order.pk}/difference/").status_code == 409
    assert client.get(f"/benefits/orders/{order.pk}/difference/").status_code == 405
    assert client.post("/benefits/orders/999999/difference/").status_code == 404
    assert sit("regulator", LATER).post(f"/benefits/orders/{order.pk}/difference/").status_code == 403
    june = PaymentOrder.objects.get(resident=who, month=date(2026, 6, 1), serial=0)
    asked = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "d-1"}
    first = sit("agency_clerk", LATER).post(f"/api/v1/payment-orders/{june.pk}/difference", "{}", **asked)
    assert (first.status_code, first.json()["amount"]) == (201, "10.00")
    again = sit("agency_clerk", LATER).post(f"/api/v1/payment-orders/{june.pk}/difference", "{}", **asked)
    assert again.json()["id"] == first.json()["id"]
    assert PaymentOrder.objects.filter(resident=who, serial__gt=0).count() == 2
