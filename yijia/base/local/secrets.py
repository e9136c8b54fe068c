"""Secrets of a demo or a developer's machine: made once, kept beside the local data, never printed."""

import secrets
from pathlib import Path

from yijia.base.local.home import locked, make_home


def local_secret(home: Path, name: str) -> str:
    """The secret called `name`, made on first use; losing the file loses what was encrypted with it."""
    make_home(home)
    folder = home / "secrets"
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / name
    with locked(folder / ".lock"):
        if not path.exists():
            draft = folder / f".{name}.new"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_hex(32), encoding="ascii")
            draft.replace(path)
    return path.read_text(encoding="ascii")
