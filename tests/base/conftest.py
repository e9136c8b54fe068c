"""The same fixtures as the contexts have, and a connection outside any test transaction."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.apps.conftest import _speaks_chinese_first, _whole_system, assembled, cast, enter, see_all, sql, travel
from tests.standing import committing

__all__ = ["_speaks_chinese_first", "_whole_system", "assembled", "cast", "enter", "see_all", "sql", "travel"]


@pytest.fixture
def bare_connection(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A connection that commits as in production; the test writes no rows through it."""
    with django_db_blocker.unblock(), committing():
        yield
