"""Rows that stand in an open transaction while the tests of one file run, and their end before a test that commits.

Workers that steal from each other may run a test that needs committed rows between two that share standing ones, on the
same connection: what stands must be undone first, or the other would commit nothing and wait for its locks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from yijia.base import scope

Rows = TypeVar("Rows")
_open: list["Standing[Any]"] = []


class Standing(Generic[Rows]):
    """What `make` wrote, in a transaction that is undone at the end."""

    def __init__(self, make: Callable[[], Rows]):
        self._make = make
        self._file = transaction.atomic()
        self._file.__enter__()
        scope.set_tenants(scope.ALL)
        self._rows: Rows | None = make()
        _open.append(self)

    def rows(self) -> Rows:
        """What `make` gave; made again, in the test's own transaction, when it had to end."""
        scope.set_tenants(scope.ALL)
        return self._make() if self._rows is None else self._rows

    def end(self) -> None:
        """Undo them; a second time does nothing."""
        if self._rows is not None:
            self._rows = None
            _open.remove(self)
            transaction.set_rollback(True)
            self._file.__exit__(None, None, None)


@contextmanager
def standing(make: Callable[[], Rows]) -> Iterator[Standing[Rows]]:
    """Rows for the tests of one file: for a fixture of its scope."""
    rows = Standing(make)
    yield rows
    rows.end()


@contextmanager
def committing() -> Iterator[None]:
    """A connection that commits, as in production: for a fixture of one test, which takes its rows away itself."""
    while _open:
        _open[-1].end()
    connection.close()
    yield
    connection.close()
