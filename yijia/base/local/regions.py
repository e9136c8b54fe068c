"""Each demo region has a database of its own on the embedded server; commands work on the one that was opened last."""

import os
from pathlib import Path

import psycopg

from yijia.base.local.home import home, make_home
from yijia.base.local.postgres import ROLE, Server, server

CHOICE = "region.txt"


def database(region: str) -> str:
    """The name of a region's database: CN-441900 → yijia_cn_441900."""
    return "yijia_" + region.lower().replace("-", "_")


def choose(region: str, *, name: str | None = None) -> str:
    """Make a region's database if it is new and remember the region; the address. The server must be held.

    name    another database of the same region, which is not remembered
    """
    which = server()
    wanted = name or database(region)
    with psycopg.connect(which.url(role="postgres", database="postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [wanted]).fetchone():
            connection.execute(f'CREATE DATABASE "{wanted}" OWNER {ROLE}')
    if name is None:
        make_home(home())
        _file().write_text(region + "\n")
    return which.url(database=wanted)


def forget(name: str) -> None:
    """Drop one database of the embedded server, which must be held."""
    with psycopg.connect(server().url(role="postgres", database="postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def chosen() -> str | None:
    """The region opened last on this machine; None before any demo."""
    file = _file()
    return file.read_text().strip() or None if file.is_file() else None


def url(which: Server) -> str:
    """Where a command finds its data when nobody named a server: the region's database, else the plain one.

    YIJIA_REGION decides, else the region opened last; the variable is set, so that settings and data agree.
    """
    last = chosen()
    if last is None or os.environ.setdefault("YIJIA_REGION", last) != last:
        return which.url()
    return which.url(database=database(last))


def _file() -> Path:
    return home() / CHOICE
