"""Where this machine keeps what Yijia makes: data, sockets, locks, local secrets."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "made-by-yijia.txt"
REPOSITORY = Path(__file__).resolve().parents[3]


def home() -> Path:
    """The folder of everything local: YIJIA_HOME, else `.yijia` in the repository, else `.yijia` here."""
    named = os.environ.get("YIJIA_HOME")
    if named:
        return Path(named).expanduser().absolute()
    root = REPOSITORY if (REPOSITORY / "pyproject.toml").is_file() else Path.cwd()
    return root / ".yijia"


def make_home(folder: Path) -> None:
    """Make the local home, with a mark that says it is ours to delete."""
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("Everything in this folder was made by Yijia; `make reset` deletes it.\n")


def is_home(folder: Path) -> bool:
    """Whether Yijia made this folder."""
    return (folder / MARK).is_file()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold `path` for this process alone; waits for whoever has it. The kernel lets go when a holder dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
