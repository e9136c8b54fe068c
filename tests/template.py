"""A migrated, empty database made once per state of the migrations, from which each test database is copied.

Migrating takes seconds, copying a tenth of one. The name holds a hash of everything that decides the outcome, so a
changed migration is run in the next session; a fresh machine, as in CI, runs them all.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from yijia.base.local.home import locked
from yijia.base.local.postgres import Server

PREFIX = "migrated_"
KEPT = 3


def migrated(server: Server) -> str:
    """The name of the database to copy; made now when this state of the migrations has none yet."""
    name = PREFIX + _state()
    with (
        locked(server.home / f"{server.name}.template.lock"),
        psycopg.connect(server.url(), autocommit=True) as connection,
    ):
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ^@ %s ORDER BY oid DESC", [PREFIX])
        found = [row[0] for row in rows]
        if name not in found:
            # A few are kept: another session, of another branch, may be about to copy one.
            for old in [each for each in found if each.endswith("draft")] + found[KEPT:]:
                connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            draft = f"{PREFIX}draft"
            connection.execute(f'CREATE DATABASE "{draft}"')
            environment = os.environ | {"DATABASE_URL": server.url(database=draft)}
            command = [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"the migrations do not run:\n{done.stderr[-3000:]}")
            connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def _state() -> str:
    """A hash of every application's migrations and of our models."""
    from django.apps import apps

    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        digest.update(config.label.encode())
        for path in sorted(Path(config.path).glob("migrations/**/*.[ps][yq]*")):
            if "__pycache__" not in path.parts:
                digest.update(path.name.encode() + path.read_bytes())
        if config.name.startswith("yijia"):  # permissions and content types are made from models
            for path in sorted(Path(config.path).glob("models*")):
                digest.update(path.read_bytes() if path.is_file() else b"".join(_texts(path)))
    return digest.hexdigest()[:16]


def _texts(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
