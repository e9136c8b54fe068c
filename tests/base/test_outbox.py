"""News reaches each subscriber exactly once, whatever falls in between."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW
from yijia.base import audit, outbox
from yijia.base.models import AuditEntry, OutboxDelivery, OutboxEvent
from yijia.core.permissions import SYSTEM

heard: list[str] = []


@pytest.fixture(autouse=True)
def subscribers(db: None) -> Iterator[None]:
    @outbox.on("test.news")
    def steady(event: OutboxEvent, at: Any) -> None:
        audit.note(verb="write", name="test.steady", by=SYSTEM, at=at)
        heard.append("steady")

    @outbox.on("test.news")
    def shaky(event: OutboxEvent, at: Any) -> None:
        audit.note(verb="write", name="test.shaky", by=SYSTEM, at=at)
        heard.append("shaky")
        if heard.count("shaky") == 1:
            raise ConnectionError

    heard.clear()
    yield
    del outbox._subscribers["test.news"]


def test_each_subscriber_hears_once_and_a_fallen_one_is_tried_again() -> None:
    outbox.publish("test.news", {}, at=NOW)
    with pytest.raises(ConnectionError):
        outbox.drain(at=NOW)
    assert AuditEntry.objects.filter(name="test.shaky").count() == 0  # what the fallen one wrote is undone
    assert outbox.drain(at=NOW) == 0  # not before its time
    outbox.drain(at=NOW + timedelta(minutes=1))
    outbox.drain(at=NOW + timedelta(minutes=9))
    assert sorted(heard) == ["shaky", "shaky", "steady"]
    assert sorted(AuditEntry.objects.values_list("name", flat=True)) == ["test.shaky", "test.steady"]
    assert not OutboxDelivery.objects.filter(done_at=None).exists()


def test_a_crash_between_claim_and_work_only_delays() -> None:
    outbox.publish("test.news", {}, at=NOW)
    claimed = outbox._claim(NOW, None)  # the process dies here
    assert claimed is not None
    heard.append("shaky")  # the shaky one has had its fall
    outbox.drain(at=NOW + timedelta(minutes=1))
    assert heard.count("steady") == 1
    assert not OutboxDelivery.objects.filter(done_at=None).exists()


def test_a_delivery_done_meanwhile_is_not_done_again() -> None:
    event = outbox.publish("test.news", {}, at=NOW)
    delivery = OutboxDelivery.objects.get(event=event, subscriber__endswith="steady")
    outbox._deliver(delivery.pk, NOW)
    outbox._deliver(delivery.pk, NOW)
    assert heard == ["steady"]


def test_a_failing_one_waits_longer_each_time() -> None:
    event = outbox.publish("test.news", {}, at=NOW)
    OutboxDelivery.objects.filter(event=event, subscriber__endswith="steady").delete()
    waits = []
    at = NOW
    for _ in range(4):
        claimed = outbox._claim(at, event.pk)
        assert claimed is not None
        delivery = OutboxDelivery.objects.get(pk=claimed)
        waits.append((delivery.next_try_at - at).total_seconds())
        at = delivery.next_try_at
    assert waits == sorted(waits)
    assert waits[0] < waits[-1] <= 3600
