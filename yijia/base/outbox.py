"""The transactional outbox: news is written with the change that made it, and told to each subscriber exactly once.

A subscriber (`@outbox.on("visits.completed")` in an app's `jobs.py`) runs in one transaction with the note that it ran.
A delivery is claimed first (attempt counted, next try set) and then run, so a fall in the middle only means a later try.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from yijia.base import audit, clock, scope
from yijia.base.models import OutboxDelivery, OutboxEvent
from yijia.base.rows import Given, Statement

Handler = Callable[[OutboxEvent, datetime], None]
_subscribers: dict[str, dict[str, Handler]] = {}
_TABLE = OutboxDelivery._meta.db_table
_PUBLISH = f"""
WITH event AS (
  INSERT INTO {OutboxEvent._meta.db_table} (name, at, organisation_id, payload) VALUES (%s, %s, %s, %s) RETURNING id
), told AS (
  INSERT INTO {_TABLE} (event_id, subscriber, attempts, next_try_at)
  SELECT event.id, subscriber, 0, %s FROM event, unnest(%s::text[]) AS subscriber
)
SELECT id FROM event
"""  # noqa: S608 - our own names; the event and its deliveries in one statement
FIRST_WAIT_S, MOST_WAIT_S = 5, 3600  # between tries: doubled each time, an hour at most


def on(name: str) -> Callable[[Handler], Handler]:
    """Subscribe a function `(event, at)` to an event name."""

    def subscribe(handler: Handler) -> Handler:
        _subscribers.setdefault(name, {})[f"{handler.__module__}.{handler.__name__}"] = handler
        return handler

    return subscribe


def publish(name: str, payload: dict[str, Any], *, at: datetime, organisation_id: int | None = None) -> OutboxEvent:
    """Write the event and a delivery for each subscriber; told right after the commit, or by the worker if that fails."""
    event = OutboxEvent(name=name, at=at, organisation_id=organisation_id, payload=payload)
    names = list(_subscribers.get(name, {}))
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISH, [name, at, organisation_id, Jsonb(payload), at, names])
        event.pk = cursor.fetchone()[0]
    if names:
        transaction.on_commit(partial(drain, event_id=event.pk, at=at, most=len(names)), robust=True)
    return event


def drain(*, at: datetime | None = None, event_id: int | None = None, most: int = 1000) -> int:
    """Deliver what is due, oldest first; several workers share the work. Returns how many were delivered."""
    done = 0
    with scope.whole_system():
        while done < most and (delivery_id := _claim(at or clock.now(), event_id)):
            _deliver(delivery_id, at or clock.now())
            done += 1
    return done


def _claim(at: datetime, event_id: int | None) -> int | None:
    """The id of the oldest delivery that is due, counted as attempted, its next try set: one statement, free for others after."""
    own = "" if event_id is None else "AND event_id = %(event_id)s "
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_TABLE} SET attempts = attempts + 1, "  # noqa: S608 - our own names
            "next_try_at = %(at)s + make_interval(secs => least(%(most)s, %(first)s * 2 ^ least(attempts + 1, 10))) "
            f"WHERE id = (SELECT id FROM {_TABLE} WHERE done_at IS NULL AND next_try_at <= %(at)s {own}"
            "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
            {"at": at, "event_id": event_id, "first": FIRST_WAIT_S, "most": MOST_WAIT_S},
        )
        row = cursor.fetchone()
    return row[0] if row else None


_CLAIMED = Statement(
    lambda: OutboxDelivery.objects.select_for_update(of=("self",)).select_related("event").filter(pk=Given("pk"))
)


def _deliver(delivery_id: int, at: datetime) -> None:
    with audit.unit():
        fresh = _CLAIMED.ask(pk=delivery_id)[0]
        if fresh.done_at is None:
            handler = _subscribers.get(fresh.event.name, {}).get(fresh.subscriber)
            if handler is not None:
                handler(fresh.event, at)
            fresh.done_at = at
            fresh.save(update_fields=["done_at"])
