"""What these tests share."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def sent() -> Callable[[Client, str], list[str]]:
    """The statements one page sends, savepoints of the test left out."""

    def statements(client: Client, page: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        return [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]

    return statements
