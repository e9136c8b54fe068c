"""A town whose rows are committed, so that several connections see them at once: fixtures to import into a conftest."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests import cast as tests_cast
from tests.cast import Cast
from tests.standing import committing
from yijia.base import scope
from yijia.base.errors import Refused


@pytest.fixture
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast on a connection that commits; whatever the test wrote is gone after it."""
    with django_db_blocker.unblock(), committing():
        scope.set_tenants(scope.ALL)
        try:
            yield tests_cast.assemble()
        finally:
            _empty()


def _empty() -> None:
    """Only the owner of append-only tables can switch their guards off; the product never does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' AND tablename <> 'django_content_type' AND tablename <> 'auth_permission' AND tablename NOT LIKE 'procrastinate%%'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        for word in ("DISABLE", "ENABLE"):
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")
            if word == "DISABLE":
                cursor.execute(f"TRUNCATE {', '.join(tables)}")


@pytest.fixture
def together() -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """Run `work(n)` on so many connections at the same instant; what each gave, or the code it was refused by."""

    def run(count: int, work: Callable[[int], Any]) -> list[Any]:
        gate, found = threading.Barrier(count), [None] * count

        def one(number: int) -> None:
            try:
                with scope.whole_system():
                    gate.wait()
                    found[number] = work(number)
            except Refused as refused:
                found[number] = refused.refusal.code
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    return run
