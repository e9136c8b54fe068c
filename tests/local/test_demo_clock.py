"""The demo's hour, found before Django is there; the whole way is tests/demo/test_the_command.py."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yijia.base.local import demo_clock, postgres

TABLES = """
    CREATE TEMP TABLE base_deployment (id int, is_demo bool, demo_ends_at timestamptz, created_at timestamptz);
    CREATE TEMP TABLE base_auditentry (at timestamptz);
    INSERT INTO base_deployment VALUES (1, {is_demo}, now() - interval '9 hours', now() - interval '33 hours');
    INSERT INTO base_auditentry VALUES (now() - interval '{heard} hours');
"""


@pytest.fixture
def server() -> Iterator[str]:
    with postgres.test_server().holding() as url:
        yield url


@pytest.mark.parametrize(
    ("is_demo", "heard", "hours_behind"),
    [
        ("true", 20, 9),
        ("true", 2, 2),
        ("false", 2, None),
    ],  # goes on from what came last; a real deployment has no shift
)
def test_it_goes_on_from_what_came_last(
    server: str, monkeypatch: pytest.MonkeyPatch, is_demo: str, heard: int, hours_behind: int | None
) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(TABLES.format(is_demo=is_demo, heard=heard))
        monkeypatch.setattr(demo_clock.psycopg, "connect", lambda *_, **__: connection)
        found = demo_clock.shift_s(server)
    assert found is None if hours_behind is None else found is not None and abs(found + hours_behind * 3600) < 60


def test_a_server_that_does_not_answer_is_somebody_elses_trouble(tmp_path: Path) -> None:
    assert demo_clock.shift_s(f"postgresql://yijia@/yijia?host={tmp_path}") is None
    assert demo_clock.shift_s("mysql://h/db") is None


def test_who_set_the_clock_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_clock, "shift_s", lambda url: -3600)
    monkeypatch.setenv(demo_clock.VARIABLE, "7")
    demo_clock.set_for("")
    assert os.environ[demo_clock.VARIABLE] == "7"
    monkeypatch.delenv(demo_clock.VARIABLE)
    monkeypatch.setenv("YIJIA_DEMO", "")
    demo_clock.set_for("")
    assert (os.environ[demo_clock.VARIABLE], os.environ["YIJIA_DEMO"]) == ("-3600", "1")
    monkeypatch.delenv(demo_clock.VARIABLE)
