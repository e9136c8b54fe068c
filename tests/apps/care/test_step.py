"""Every pair of state and event through the one action that moves orders."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import NOW, Cast
from tests.factories import care as factory
from yijia.apps.care import actions
from yijia.apps.care.models import OrderEvent
from yijia.base.errors import Forbidden, NotFound, Refused, Stale
from yijia.base.models import AuditEntry, OutboxEvent
from yijia.core.orders.lifecycle import TABLE, Event, State
from yijia.core.permissions import SYSTEM

FREE = [
    state
    for state in State
    if state
    not in {
        "dispatching",
        "assigned",
        "departed",
        "arrived",
        "in_service",
        "completed",
        "confirmed",
        "priced",
        "settled",
        "rated",
    }
]
"""States whose rows need no signed papers (constraint order_dispatched_is_signed)."""


def needs(event: Event) -> set[str]:
    return {name for move in TABLE.moves if move.event is event for name in move.needs}


def test_a_step_is_written_down_and_told(cast: Cast) -> None:
    order = factory.row(cast)
    moved = actions.step(
        order_id=order.pk,
        event=Event.SUBMIT,
        met={"quoted"},
        facts={"channel": "self"},
        by=cast.actors["elder"],
        at=NOW,
    )
    assert (moved.state, moved.version, moved.state_at) == ("submitted", 2, NOW)
    kept = OrderEvent.objects.get(order=order)
    assert (kept.event, kept.from_state, kept.to_state, kept.role, kept.by_id) == (
        "submit",
        "draft",
        "submitted",
        "resident",
        cast.actors["elder"].user_id,
    )
    news = OutboxEvent.objects.get(name="orders.submit")
    assert news.payload["order_id"] == order.pk
    assert news.payload["channel"] == "self"
    assert AuditEntry.objects.filter(name="orders.step", subject_ids=[order.pk]).count() == 1


@pytest.mark.parametrize("state", FREE)
def test_every_pair(cast: Cast, state: State) -> None:
    order = factory.row(cast, state=state)
    for event in Event:
        expected = TABLE.step(state, event, dict.fromkeys(needs(event), True))
        steps, news = OrderEvent.objects.count(), OutboxEvent.objects.count()
        try:
            with transaction.atomic():
                moved = actions.step(order_id=order.pk, event=event, met=needs(event), by=SYSTEM, at=NOW)
                assert moved.state == expected
                transaction.set_rollback(True)
        except (Refused, IntegrityError) as raised:
            stopped = raised
        else:
            stopped = None
        if isinstance(stopped, Refused):
            assert stopped.refusal == expected
        elif stopped is not None:  # the database's own guard: nothing is dispatched without signed papers
            assert "order_dispatched_is_signed" in str(stopped)
            assert isinstance(expected, State)
            assert expected not in FREE
        order.refresh_from_db()
        assert (order.state, order.version) == (state, 1)
        assert (OrderEvent.objects.count(), OutboxEvent.objects.count()) == (steps, news)


@pytest.mark.parametrize("event", [event for event in Event if needs(event)])
def test_an_unmet_need_refuses(cast: Cast, event: Event) -> None:
    move = next(move for move in TABLE.moves if move.event is event)
    source = next((state for state in move.source if state in FREE), None)
    if source is None:
        papers = dict.fromkeys(needs(event), None)
        assert TABLE.step(next(iter(move.source)), event, papers).code in move.needs.values()
        return
    order = factory.row(cast, state=source)
    with pytest.raises(Refused) as caught:
        actions.step(order_id=order.pk, event=event, by=SYSTEM, at=NOW)
    assert caught.value.refusal.code in move.needs.values()


@pytest.mark.parametrize(
    ("part", "event", "state"),
    [
        ("dispatcher", Event.SUBMIT, State.DRAFT),
        ("manager", Event.ACCEPT, State.SUBMITTED),
        ("dispatcher", Event.SIGN, State.ACCEPTED),
        ("doctor", Event.CANCEL, State.SUBMITTED),
    ],
)
def test_a_missing_right_is_named(cast: Cast, part: str, event: Event, state: State) -> None:
    order = factory.row(cast, state=state)
    with pytest.raises(Forbidden) as caught:
        actions.step(order_id=order.pk, event=event, met=needs(event), by=cast.actors[part], at=NOW)
    assert caught.value.permission.startswith("order:")


@pytest.mark.parametrize("part", ["stranger_elder", "stranger_dispatcher", "stranger_nurse", "nurse"])
def test_a_stranger_finds_nothing(cast: Cast, part: str) -> None:
    order = factory.row(cast)
    with pytest.raises(NotFound):
        actions.step(order_id=order.pk, event=Event.CANCEL, by=cast.actors[part], at=NOW)


def test_an_old_version_is_stale(cast: Cast) -> None:
    order = factory.row(cast)
    with pytest.raises(Stale):
        actions.step(order_id=order.pk, event=Event.CANCEL, version=7, by=cast.actors["elder"], at=NOW)


def test_the_database_keeps_history(cast: Cast) -> None:
    order = factory.row(cast)
    actions.step(order_id=order.pk, event=Event.CANCEL, reason="改日再说", by=cast.actors["elder"], at=NOW)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM care_orderevent")
