"""A database address is read in full or refused."""

import pytest

from yijia.base.local.url import BadDatabaseUrl, django_database


def test_a_server_with_everything_said() -> None:
    database = django_database("postgresql://ann:p%40ss@db.example.org:6432/county?sslmode=require&conn_max_age=60")
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "county",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "6432",
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_folder() -> None:
    database = django_database("postgresql://yijia@/yijia?host=/home/ann%20b/.yijia/pg.socket")
    assert (database["HOST"], database["USER"], database["PORT"]) == ("/home/ann b/.yijia/pg.socket", "yijia", "")
    assert "OPTIONS" not in database
    assert "CONN_MAX_AGE" not in database


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        ("conn_max_age=none", "CONN_MAX_AGE", None),
        ("conn_max_age=0", "CONN_MAX_AGE", 0),
        ("conn_health_checks=0", "CONN_HEALTH_CHECKS", False),
        ("disable_server_side_cursors=1", "DISABLE_SERVER_SIDE_CURSORS", True),
        ("port=5433", "PORT", "5433"),
        ("user=ann", "USER", "ann"),
        ("password=x", "PASSWORD", "x"),
    ],
)
def test_options_that_are_djangos(query: str, key: str, value: object) -> None:
    database = django_database(f"postgres://h/db?{query}")
    assert database[key] == value
    assert "OPTIONS" not in database


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://ann@h/db",
        "postgresql://ann:secret@h",
        "postgresql://ann:secret@h:port/db",
        "postgresql://ann:secret@h/db?conn_max_age=long",
        "postgresql://ann:secret@h/db?conn_health_checks=perhaps",
    ],
)
def test_what_cannot_be_used_is_refused_without_the_password(url: str) -> None:
    with pytest.raises(BadDatabaseUrl) as caught:
        django_database(url)
    assert "secret" not in str(caught.value)
