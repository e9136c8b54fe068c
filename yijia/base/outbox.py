"""The transactional outbox: news is written with the change that made it, and told to each subscriber exactly once.

A subscriber (`@outbox.on("visits.completed")` in an app's `jobs.py`) runs in one transaction with the note that it ran.
A delivery is claimed first (attempt counted, next try set) and then run, so a fall in the middle only means a later try.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from yijia.base import audit, clock, scope
from yijia.base.models import OutboxDelivery, OutboxEvent

Handler = Callable[[OutboxEvent, datetime], None]
_subscribers: dict[str, dict[str, Handler]] = {}


def on(name: str) -> Callable[[Handler], Handler]:
    """Subscribe a function `(event, at)` to an event name."""

    def subscribe(handler: Handler) -> Handler:
        _subscribers.setdefault(name, {})[f"{handler.__module__}.{handler.__name__}"] = handler
        return handler

    return subscribe


def publish(name: str, payload: dict[str, Any], *, at: datetime, organisation_id: int | None = None) -> OutboxEvent:
    """Write the event and a delivery for each subscriber; told right after the commit, or by the worker if that fails."""
    event = OutboxEvent.objects.create(name=name, at=at, organisation_id=organisation_id, payload=payload)
    names = _subscribers.get(name, {})
    if names:
        OutboxDelivery.objects.bulk_create([OutboxDelivery(event=event, subscriber=s, next_try_at=at) for s in names])
        transaction.on_commit(partial(drain, event_id=event.pk, at=at, most=len(names)), robust=True)
    return event


def drain(*, at: datetime | None = None, event_id: int | None = None, most: int = 1000) -> int:
    """Deliver what is due, oldest first; several workers share the work. Returns how many were delivered."""
    done = 0
    with scope.whole_system():
        while done < most and (delivery := _claim(at or clock.now(), event_id)):
            _deliver(delivery, at or clock.now())
            done += 1
    return done


def _claim(at: datetime, event_id: int | None) -> OutboxDelivery | None:
    with transaction.atomic():
        due = OutboxDelivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            done_at__isnull=True, next_try_at__lte=at
        )
        if event_id is not None:
            due = due.filter(event_id=event_id)
        delivery = due.order_by("id").first()
        if delivery:
            delivery.attempts += 1
            delivery.next_try_at = at + timedelta(seconds=min(3600, 5 * 2 ** min(delivery.attempts, 10)))
            delivery.save(update_fields=["attempts", "next_try_at"])
        return delivery


def _deliver(delivery: OutboxDelivery, at: datetime) -> None:
    with audit.unit():
        fresh = OutboxDelivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery.pk)
        if fresh.done_at is None:
            handler = _subscribers.get(fresh.event.name, {}).get(fresh.subscriber)
            if handler is not None:
                handler(fresh.event, at)
            fresh.done_at = at
            fresh.save(update_fields=["done_at"])
