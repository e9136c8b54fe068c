"""These tests need Django; each sees the whole system unless a request says otherwise."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from tests.support import use_django

use_django()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from tests import cast as tests_cast  # noqa: E402
from tests.cast import NOW, Cast  # noqa: E402
from tests.standing import Standing, standing  # noqa: E402
from yijia.base import clock, scope  # noqa: E402


@pytest.fixture(autouse=True)
def _speaks_chinese_first() -> Iterator[None]:
    """A page read in English leaves its language on the thread; the next test begins with the default."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _whole_system(request: pytest.FixtureRequest) -> None:
    """Direct rows and actions in a test see every tenant; doors narrow the sight themselves."""
    if (
        "db" in request.fixturenames
        or "transactional_db" in request.fixturenames
        or request.node.get_closest_marker("django_db")
    ):
        request.getfixturevalue("db")
        scope.set_tenants(scope.ALL)


@pytest.fixture(scope="module")
def assembled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standing[Cast]]:
    """The rows of the cast, made once a file inside a transaction that is undone after it."""
    with django_db_blocker.unblock(), standing(tests_cast.assemble) as rows:
        yield rows


@pytest.fixture
def cast(assembled: Standing[Cast], db: None) -> Cast:
    """The cast as nobody has touched it; what the test does to the rows is undone after it."""
    return deepcopy(assembled.rows())


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime | timedelta], None]:
    """Set the clock, or move it on; it starts at the cast's Monday morning and stands still."""
    state = {"now": NOW}
    monkeypatch.setattr(clock, "now", lambda: state["now"])

    def go(to: datetime | timedelta) -> None:
        state["now"] = to if isinstance(to, datetime) else state["now"] + to

    return go


@pytest.fixture
def enter(cast: Cast, travel: Any) -> Callable[[str], Client]:
    """A browser signed in as one of the cast, on the cast's Monday morning."""

    def sign_in(part: str, **more: Any) -> Client:
        client = Client(**more)
        client.force_login(cast.users[part], backend="yijia.base.accounts.Backend")
        return client

    return sign_in


@pytest.fixture
def see_all() -> Callable[[], None]:
    """After a request narrowed the connection's sight, widen it again for the test's own look."""
    return lambda: scope.set_tenants(scope.ALL)


@pytest.fixture
def sql() -> Callable[..., list[tuple[Any, ...]]]:
    """Run one statement on the test's connection."""

    def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    return run
