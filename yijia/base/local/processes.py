"""What this machine says about processes: who they are, whether they live, where they work."""

import os
import subprocess
from pathlib import Path


def is_postmaster(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server over `data`, not a stranger that was given its number."""
    words = command_line(pid)
    return bool(words) and Path(words[0]).name == "postgres" and str(data) in words


def command_line(pid: int) -> list[str]:
    """The words process `pid` was started with; empty when there is no such process, or only its remains."""
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").rstrip("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
        return words.split("\0") if words else []
    done = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.split()


def exists(pid: int) -> bool:
    """Whether the number is taken, be it by the remains of a process that nobody has collected yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def at_work_in(data: Path) -> bool:
    """Whether a process has the data folder as its own, as every PostgreSQL session does (Linux; elsewhere unknown)."""
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == data:
                return True
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
    return False
