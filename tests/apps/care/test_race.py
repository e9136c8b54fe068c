"""Two people at once, each on a connection of their own: one wins, the other is told clearly."""

import threading
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import NOW, Cast, assemble, staff
from tests.factories import care as factory
from tests.factories import catalogue, episodes
from tests.standing import committing
from yijia.apps.care import actions
from yijia.apps.care.models import Assessment, Episode, Occupancy, Order, OrderEvent
from yijia.base import scope
from yijia.base.errors import Refused, Stale
from yijia.core.permissions import SYSTEM


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """A cast whose rows other connections see; everything is taken away after, past the append-only triggers."""
    with django_db_blocker.unblock(), committing():
        scope.set_tenants(scope.ALL)
        before = _last_ids()
        try:
            with transaction.atomic():
                cast = assemble()
                catalogue.open_shop(cast, cast.harbour)
            yield cast
        finally:
            _sweep(before)


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE c.table_schema = 'public' AND c.column_name = 'id' AND c.data_type = 'bigint' AND t.table_type = 'BASE TABLE' "
            "AND c.table_name NOT LIKE 'procrastinate%%'"
        )
        return [name for (name,) in cursor.fetchall()]


def _last_ids() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in _tables():
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
        return found


def _sweep(before: dict[str, int]) -> None:
    """Only the owner of the tables may set their triggers aside, which is what a test database's user is."""
    scope.set_tenants(scope.ALL)
    _triggers("DISABLE", before)
    try:
        with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are asked at the end only
            for table, last in before.items():
                cursor.execute(f'DELETE FROM "{table}" WHERE id > %s', [last])
            cursor.execute("DELETE FROM base_audithead")
    finally:
        _triggers("ENABLE", before)


def _triggers(word: str, tables: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" {word} TRIGGER USER')


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts together, each on its own connection; what each returned or was refused with."""
    start, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        scope.set_tenants(scope.ALL)
        start.wait()
        try:
            outcomes[place] = act()
        except Refused as refused:
            outcomes[place] = refused.refusal.code
        except Stale:
            outcomes[place] = "stale"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_accept_against_reject(committed: Cast) -> None:
    order = factory.submitted(committed)
    outcomes = at_once(
        lambda: actions.accept_order(order_id=order.pk, answers=factory.FIT, by=committed.actors["doctor"], at=NOW),
        lambda: actions.reject_order(order_id=order.pk, reason="不稳", by=committed.actors["doctor"], at=NOW),
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(refused) == 1, outcomes
    assert refused[0] in ("orders.wrong_status", "orders.over")
    assert OrderEvent.objects.filter(order=order).count() == 2
    assert Assessment.objects.filter(order=order).count() == 1


def test_accept_against_cancel(committed: Cast) -> None:
    order = factory.submitted(committed)
    outcomes = at_once(
        lambda: actions.accept_order(
            order_id=order.pk, answers=factory.FIT, version=order.version, by=committed.actors["doctor"], at=NOW
        ),
        lambda: actions.cancel_order(order_id=order.pk, version=order.version, by=committed.actors["elder"], at=NOW),
    )
    assert outcomes.count("stale") == 1, outcomes
    won = next(outcome for outcome in outcomes if outcome != "stale")
    order.refresh_from_db()
    assert (order.state, order.version) == (won.state, order.version)
    assert OrderEvent.objects.filter(order=order).count() == 2


def test_two_cancel(committed: Cast) -> None:
    order = factory.submitted(committed)
    outcomes = at_once(
        lambda: actions.cancel_order(order_id=order.pk, by=committed.actors["elder"], at=NOW),
        lambda: actions.cancel_order(order_id=order.pk, by=committed.actors["relative"], at=NOW),
    )
    assert sorted(isinstance(outcome, str) for outcome in outcomes) == [False, True]
    assert "orders.over" in outcomes


def test_two_phones_one_order(committed: Cast) -> None:
    outcomes = at_once(
        lambda: factory.submitted(committed),
        lambda: factory.submitted(committed, part="relative"),
        lambda: factory.submitted(committed),
    )
    assert len({outcome.pk for outcome in outcomes}) == 1
    assert Order.objects.filter(resident=committed.residents["elder"]).count() == 1


def test_two_institutions_open_a_bed_for_one_person(committed: Cast) -> None:
    """PostgreSQL refuses the second one, whoever was faster, and says who holds the bed."""
    first = episodes.agreed(committed)
    second = Episode.objects.get(pk=first.pk)
    second.pk, second.number, second.client_id, second.organisation = None, "E-2", uuid.uuid4(), committed.hill
    second.save()
    here = [committed.staff["doctor"].pk, committed.staff["nurse"].pk]
    there = [
        staff(f"山岗{role}", 90 + n, committed.hill, profession=role).pk for n, role in enumerate(("doctor", "nurse"))
    ]
    outcomes = at_once(
        *(
            partial(
                actions.activate_episode,
                episode_id=pk,
                lead_id=lead,
                nurse_id=nurse,
                registered_no="R",
                by=SYSTEM,
                at=NOW,
            )
            for pk, (lead, nurse) in ((first.pk, here), (second.pk, there))
        )
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["episodes.slot_taken"], outcomes
    assert Occupancy.objects.filter(slot="bed", is_active=True).count() == 1
    assert sorted(Episode.objects.values_list("state", flat=True)) == ["active", "agreed"]
