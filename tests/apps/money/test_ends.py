"""Orders that end early: everything goes back, unless published terms that the resident signed keep a part."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import money as factory
from tests.factories import visits
from yijia.apps.care import actions as care
from yijia.apps.care.models import Order
from yijia.apps.catalogue.models import Filing
from yijia.apps.money import actions, queries
from yijia.apps.money.models import Charge, Payment, Refund, Settlement
from yijia.apps.visits import actions as visit_actions
from yijia.base import outbox
from yijia.base.errors import Refused
from yijia.base.models import Message
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import SYSTEM
from yijia.core.pricing.cancellation import Cause
from yijia.core.visits.place import Place


@pytest.fixture
def open_(cast: Cast) -> Cast:
    factory.open_shop(cast)
    return cast


def back() -> int:
    return sum(Refund.objects.values_list("amount_fen", flat=True))


def prepaid(order: Order, cast: Cast) -> Order:
    factory.paid(order, cast, factory.QUOTED_FEN)
    return order


def test_cancelled_before_departure_everything_goes_back(open_: Cast) -> None:
    order = prepaid(factory.signed(open_), open_)
    care.cancel_order(order_id=order.pk, by=open_.actors["elder"], at=NOW)
    outbox.drain(at=factory.LATER)
    assert back() == factory.QUOTED_FEN
    assert not Charge.objects.exists()
    assert not queries.verify_for_system().faults
    assert "175.00" in Message.objects.get(template="money.refund").text


def test_cancelled_after_departure_terms_keep_the_visit_fee(open_: Cast) -> None:
    visit = visits.departed(open_, **factory.shown(open_))
    order = prepaid(visit.order, open_)
    care.cancel_order(order_id=order.pk, by=open_.actors["elder"], at=visit.planned_from)
    outbox.drain(at=factory.LATER)
    kept = Charge.objects.get(order=order)
    assert (kept.total_fen, back()) == (factory.FEE_FEN, factory.ITEM_FEN)
    line = kept.lines.get()
    assert line.filing_id == Filing.objects.get(kind="cancellation").pk
    assert (line.policy_key, line.clause) == ("cancel:frame", Filing.objects.get(kind="cancellation").number)
    assert Settlement.objects.get().amount_fen == factory.FEE_FEN
    assert not queries.verify_for_system().faults


def test_without_published_terms_nothing_is_kept(open_: Cast) -> None:
    visit = visits.departed(open_, **factory.shown(open_))
    order = prepaid(visit.order, open_)
    Filing.objects.filter(kind="cancellation").update(
        effective_until=NOW.date() + timedelta(days=1), effective_from=NOW.date() - timedelta(days=9), state="draft"
    )
    care.cancel_order(order_id=order.pk, by=open_.actors["elder"], at=visit.planned_from)
    outbox.drain(at=factory.LATER)
    assert back() == factory.QUOTED_FEN


def test_cancelled_by_the_institution_everything_goes_back(open_: Cast) -> None:
    visit = visits.departed(open_, **factory.shown(open_))
    order = prepaid(visit.order, open_)
    care.cancel_order(order_id=order.pk, reason="护士生病", by=open_.actors["dispatcher"], at=visit.planned_from)
    outbox.drain(at=factory.LATER)
    assert back() == factory.QUOTED_FEN


def test_rejected_everything_goes_back(open_: Cast) -> None:
    order = prepaid(factory.signed(open_), open_)
    Order.objects.filter(pk=order.pk).update(state="submitted")
    care.step(order_id=order.pk, event=Event.REJECT, by=open_.actors["doctor"], at=NOW)
    outbox.drain(at=factory.LATER)
    assert back() == factory.QUOTED_FEN


@pytest.mark.parametrize(
    ("reason", "kept"), [("unsafe", 0), ("unwell", 0), ("unfit_item", 0), ("refused", factory.FEE_FEN)]
)
def test_stopped_at_the_door(open_: Cast, reason: str, kept: int) -> None:
    visit = visits.arrived(open_, **factory.shown(open_))
    prepaid(visit.order, open_)
    visit_actions.abort(
        visit_id=visit.pk, reason=reason, by=open_.actors["nurse"], at=visit.planned_from + timedelta(minutes=5)
    )
    outbox.drain(at=factory.LATER)
    assert back() == factory.QUOTED_FEN - kept


def test_nobody_home(open_: Cast) -> None:
    visit = visits.arrived(open_, **factory.shown(open_))
    prepaid(visit.order, open_)
    visit_actions.no_show(visit_id=visit.pk, by=open_.actors["nurse"], at=visit.planned_from + timedelta(minutes=5))
    outbox.drain(at=factory.LATER)
    assert back() == factory.ITEM_FEN


def test_dismissed_evidence_is_never_paid_for(open_: Cast) -> None:
    nowhere = Place(lon=None, lat=None, error="denied")
    visit = visits.completed(open_, place=nowhere, out=nowhere, **factory.shown(open_))
    order = prepaid(Order.objects.get(pk=visit.order_id), open_)
    care.step(
        order_id=order.pk,
        event=Event.DISMISS,
        met={"reason_given"},
        reason="没有去",
        by=open_.actors["manager"],
        at=factory.LATER,
    )
    outbox.drain(at=factory.LATER)
    assert back() == factory.QUOTED_FEN
    assert not Charge.objects.exists()


def test_told_twice_it_is_given_back_once(open_: Cast) -> None:
    order = prepaid(factory.signed(open_), open_)
    care.cancel_order(order_id=order.pk, by=open_.actors["elder"], at=NOW)
    again: dict[str, Any] = {
        "order_id": order.pk,
        "event": Event.CANCEL,
        "from_state": State.SIGNED,
        "cause": Cause.RESIDENT,
    }
    for _ in range(3):
        actions.end_order(**again, by=SYSTEM, at=factory.LATER)
    assert back() == factory.QUOTED_FEN


def test_an_order_that_has_not_ended_is_left_alone(open_: Cast) -> None:
    order = prepaid(factory.signed(open_), open_)
    with pytest.raises(Refused):
        actions.end_order(
            order_id=order.pk,
            event=Event.CANCEL,
            from_state=State.SIGNED,
            cause=Cause.RESIDENT,
            by=SYSTEM,
            at=factory.LATER,
        )
    assert not Refund.objects.exists()


def test_no_money_after_the_end(open_: Cast) -> None:
    order = factory.signed(open_)
    care.cancel_order(order_id=order.pk, by=open_.actors["elder"], at=NOW)
    with pytest.raises(Refused) as refused:
        factory.paid(order, open_, 1)
    assert refused.value.refusal.code == "money.nothing_due"
    assert not Payment.objects.exists()
