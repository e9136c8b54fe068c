"""Two at once: the night run twice, the clerk against a death, two batches over the same orders."""

from datetime import date
from typing import Any

from tests.apps.money.conftest import together, town  # noqa: F401 - fixtures
from tests.cast import Cast
from tests.factories import benefits as factory
from tests.factories.benefits import LIANGPING, NOW
from yijia.apps.benefits import actions, jobs
from yijia.apps.benefits.models import Batch, BenefitEvent, Entitlement, PaymentOrder
from yijia.apps.money.queries import verify_for_system
from yijia.apps.registry import actions as registry
from yijia.base import outbox
from yijia.base.models import Message
from yijia.core.benefits.lifecycle import Event
from yijia.core.permissions import SYSTEM


def test_one_night_twice_a_clerk_against_a_death_and_one_batch_twice(town: Cast, together: Any) -> None:  # noqa: F811
    clerk = factory.move_to(town, "agency_clerk")
    people = [factory.elder(town, serial, date(1946, 5, 20)) for serial in (201, 202)]
    together(2, lambda _n: jobs.run_pass(LIANGPING, NOW))
    assert Entitlement.objects.count() == 2
    assert BenefitEvent.objects.filter(event="find").count() == 2
    assert Message.objects.filter(template="benefits.notice").count() == 2

    for person in people:
        actions.step(entitlement_id=factory.only(person).pk, event=Event.PUBLISH, by=clerk, at=NOW)
    Entitlement.objects.update(notice_until_on=date(2026, 6, 1))
    dying = factory.only(people[0])

    def act(number: int) -> Any:
        if number:
            return actions.step(entitlement_id=dying.pk, event=Event.APPROVE, by=clerk, at=NOW).state
        return registry.record_death(
            resident_id=people[0].pk, died_on=date(2026, 3, 1), version=1, by=SYSTEM, at=NOW
        ).pk

    outcome = together(2, act)[1]
    outbox.drain(at=NOW)
    dying.refresh_from_db()
    assert outcome in ("approved", "benefits.not_eligible", "benefits.stopped_meanwhile", "benefits.over")
    assert dying.state in ("stopped", "dropped")  # whoever came first, in the end nobody is paid
    assert set(PaymentOrder.objects.filter(resident=people[0]).values_list("state", flat=True)) <= {"stopped"}

    actions.step(entitlement_id=factory.only(people[1]).pk, event=Event.APPROVE, by=clerk, at=NOW)
    ids = list(PaymentOrder.objects.filter(state="ready").values_list("pk", flat=True))
    found = together(2, lambda _n: actions.export_batch(order_ids=ids, by=clerk, at=NOW).number)
    assert "payment_orders.nothing_ready" in found
    assert Batch.objects.get().order_count == len(ids) == 2
    assert verify_for_system().faults_total == 0

    actions.settle_batch(batch_id=Batch.objects.get().pk, by=clerk, at=NOW)
    order = PaymentOrder.objects.filter(state="paid")[0]
    PaymentOrder.objects.filter(pk=order.pk).update(amount_fen=(order.amount_fen or 0) - 500)  # paid by a lower rule
    made = together(2, lambda _n: actions.settle_difference(order_id=order.pk, by=clerk, at=NOW).difference_fen)
    assert sorted(map(str, made)) == ["500", "payment_orders.no_difference"]
