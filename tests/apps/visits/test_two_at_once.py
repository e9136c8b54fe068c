"""Two people at the same instant, on two real connections: one wins, the other is told."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests import cast as tests_cast
from tests.cast import NOW, Cast
from tests.factories import visits as factory
from tests.standing import committing
from yijia.apps.care.models import Order
from yijia.apps.visits import actions
from yijia.apps.visits.models import Alarm, Assignment
from yijia.base import scope
from yijia.base.errors import Refused, Stale

KEPT = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, committed, so that another connection sees it; all of it is gone after."""
    with django_db_blocker.unblock(), committing():
        scope.set_tenants(scope.ALL)
        try:
            yield tests_cast.assemble()
        finally:
            empty()


def empty() -> None:
    """Only the owner of append-only tables can switch their guards off; the product never does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%%'"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in KEPT]
        for word in ("DISABLE", "ENABLE"):
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")
            if word == "DISABLE":
                cursor.execute(f"TRUNCATE {', '.join(tables)}")


def both(*calls: Callable[[], Any]) -> list[Any]:
    """Run each call on a connection of its own at once; what each answered or raised."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            scope.set_tenants(scope.ALL)
            gate.wait(30)
            answers[place] = call()
        except (Refused, Stale) as refused:
            answers[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def codes(answers: list[Any]) -> list[str]:
    return sorted(
        a.refusal.code if isinstance(a, Refused) else "stale" if isinstance(a, Stale) else "ok" for a in answers
    )


def test_one_nurse_is_given_to_one_of_two_visits(town: Cast) -> None:
    first = factory.opened(town)
    second = factory.opened(town, wanted_from=factory.WHEN + timedelta(minutes=10), need="dressing")
    nurse, desk = [town.staff["nurse"].pk], town.actors["dispatcher"]
    answers = both(
        *(lambda v=v: actions.assign(visit_id=v.pk, staff_ids=nurse, by=desk, at=NOW) for v in (first, second))
    )
    assert codes(answers) == ["offers.time_taken", "ok"]
    assert Assignment.objects.filter(is_active=True).count() == 1
    assert sorted(Order.objects.values_list("state", flat=True)) == ["assigned", "dispatching"]


def test_two_dispatchers_assign_one_visit(town: Cast) -> None:
    visit, desk = factory.opened(town), town.actors["dispatcher"]
    answers = both(
        *(
            lambda p=p: actions.assign(
                visit_id=visit.pk, staff_ids=[town.staff[p].pk], version=visit.version, by=desk, at=NOW
            )
            for p in ("nurse", "second_nurse")
        )
    )
    assert codes(answers) == ["ok", "stale"]
    assert Assignment.objects.filter(visit=visit, is_active=True).count() == 1


def test_two_nurses_accept_one_visit(town: Cast) -> None:
    visit, [first, second] = factory.offered(town, "nurse", "second_nurse")
    answers = both(
        lambda: actions.answer_offer(offer_id=first.pk, is_accepted=True, by=town.actors["nurse"], at=NOW),
        lambda: actions.answer_offer(offer_id=second.pk, is_accepted=True, by=town.actors["second_nurse"], at=NOW),
    )
    assert codes(answers) == ["offers.withdrawn", "ok"]
    assert Assignment.objects.filter(visit=visit, is_active=True).count() == 1


def test_presses_on_two_lines_are_one_alarm(town: Cast) -> None:
    visit = factory.in_service(town)
    answers = both(
        *(lambda: actions.press_sos(visit_id=visit.pk, by=town.actors["nurse"], at=visit.started_at) for _ in range(4))
    )
    assert codes(answers) == ["ok"] * 4
    assert Alarm.objects.count() == 1
    assert len({alarm.pk for alarm in answers}) == 1


def test_the_database_itself_refuses_an_overlap(cast: Cast) -> None:
    taken = Assignment.objects.get(visit=factory.assigned(cast))
    other = factory.opened(cast, wanted_from=factory.WHEN + timedelta(minutes=10), need="dressing")
    rows = {"organisation": cast.harbour, "visit": other, "during": taken.during, "assigned_at": NOW}
    with pytest.raises(IntegrityError, match="assignment_no_overlap"), transaction.atomic():
        Assignment.objects.create(staff=taken.staff, **rows)
    assert Assignment.objects.create(staff=cast.staff["second_nurse"], **rows).is_active
