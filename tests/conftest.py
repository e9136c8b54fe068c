"""Every test session: the network is shut, the database is one embedded server, properties are repeatable.

`tests/core` needs neither Django nor a database and starts neither. The folders that do say so in a conftest.py of
two lines (`from tests.support import use_django`; `use_django()`). The server starts with the first test that asks for
the database; parallel workers share it, each with a database of its own.
"""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from tests.support import free_number, is_embedded, shut_network
from tests.template import migrated
from yijia.base.local import postgres

hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    shut_network()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of the running test server."""
    if is_embedded():
        with postgres.test_server().holding() as url:
            yield url
    else:
        yield os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Name this process's own test database; on a server that the developer named, pytest-django names it."""
    if not is_embedded():
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
        yield
        return

    from django.conf import settings

    database = settings.DATABASES["default"]
    database["TEST"]["TEMPLATE"] = migrated(postgres.test_server())
    with free_number(postgres.test_server().home) as number:
        database["TEST"]["NAME"] = f"test_{database['NAME']}_{number}"
        yield


@pytest.fixture(scope="session")
def django_db_setup(postgres_server: str, django_db_setup: None) -> None:
    """pytest-django's test database, once the server runs."""


@pytest.fixture(scope="session", autouse=True)
def _database_is_asked_for(django_db_blocker: Any) -> Iterator[None]:
    """A test without the `db` fixture or mark cannot touch the database, though Django was loaded late."""
    if django_db_blocker is None:
        yield
    else:
        with django_db_blocker.block():
            yield
