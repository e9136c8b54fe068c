"""`yijia demo` as a newcomer runs it: a process of its own, on a database where every statement commits by itself.

A test inside one transaction cannot see what breaks outside of one, so this county has a real database.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support import free_number, is_embedded
from tests.template import migrated
from yijia.base.local import postgres
from yijia.demo.troubles import TROUBLES

Run = Callable[..., str]


@pytest.fixture
def run(postgres_server: str) -> Iterator[Run]:
    """A command of ours that must succeed, on an empty database of its own; what it printed."""
    server = postgres.test_server()
    # A server that the developer named has no template of ours: there the demo migrates by itself.
    template = f' TEMPLATE "{migrated(server)}"' if is_embedded() else ""
    with psycopg.connect(postgres_server, autocommit=True) as connection, free_number(server.home) as number:
        name = f"demo_{number}"
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"{template}')
        environment = os.environ | {"DATABASE_URL": urlsplit(postgres_server)._replace(path=f"/{name}").geturl()}

        def command(*words: str) -> str:
            line = [sys.executable, "-m", "yijia.cli", *words]
            done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
            return done.stdout

        yield command
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_day_ends_with_every_trouble_caught_and_every_book_in_balance(run: Run) -> None:
    line = ("demo", "--no-serve", "--json", "--people", "1000")
    day = json.loads(run(*line))
    assert {trouble["code"] for trouble in day["troubles"]} == set(TROUBLES)
    refused = {refusal["code"] for refusal in day["refusals"]}
    assert refused >= {"orders.gate_red", "orders.not_signed", "orders.resident_unfit", "catalogue.too_soon"}
    assert {"settled", "rated", "closed"} <= set(day["orders_by_state"])
    assert "0 处不符" in run("verify", "ledger")
    assert "0 处断裂" in run("verify", "audit")
    assert json.loads(run(*line)) == day, "a second start lives no second day"
    now = run("manage", "shell", "--verbosity", "0", "-c", "from yijia.base import clock; print(clock.now())")
    assert now.startswith(day["day"]), "no command writes into the demo from our own year"
