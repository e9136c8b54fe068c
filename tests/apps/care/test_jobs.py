"""What happens to orders by itself."""

from datetime import timedelta

from tests.cast import NOW, Cast
from tests.factories import care as factory
from yijia.apps.agreements import actions as agreements
from yijia.apps.care import actions, jobs
from yijia.apps.care.models import Contact, Order
from yijia.apps.registry import actions as registry
from yijia.base import outbox
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import SYSTEM


def test_a_confirmed_visit_is_counted(shop: Cast) -> None:
    order = factory.signed(shop)
    Order.objects.filter(pk=order.pk).update(state=State.COMPLETED)
    actions.step(order_id=order.pk, event=Event.CONFIRM, by=SYSTEM, at=NOW)
    outbox.drain(at=NOW)
    assert Contact.objects.get().kind == "home_visit"


def test_papers_signed_elsewhere_move_the_order(shop: Cast) -> None:
    order = actions.prepare_papers(order_id=factory.accepted(shop).pk, by=shop.actors["elder"], at=NOW)
    for paper in (order.service_agreement, order.consent):
        agreements.sign(
            agreement_id=paper.pk,
            signer="resident",
            name=shop.residents["elder"].name,
            method="glass",
            image=factory.DRAWING,
            by=shop.actors["elder"],
            at=NOW,
        )
    outbox.drain(at=NOW)
    order.refresh_from_db()
    assert order.state == "signed"


def test_nobody_is_sent_to_a_bereaved_family(shop: Cast) -> None:
    order = factory.signed(shop)
    person = shop.residents["elder"]
    registry.record_death(
        resident_id=person.pk, died_on=NOW.date(), version=person.version, by=shop.actors["clerk"], at=NOW
    )
    outbox.drain(at=NOW)
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == ("cancelled", "died")


def test_what_is_over_is_closed_in_time(shop: Cast) -> None:
    order = factory.signed(shop)
    Order.objects.filter(pk=order.pk).update(state=State.SETTLED, state_at=NOW)
    assert jobs.close_finished(NOW + timedelta(days=6)) == 0
    assert jobs.close_finished(NOW + timedelta(days=7)) == 1
    order.refresh_from_db()
    assert order.state == "closed"
