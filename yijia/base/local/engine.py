"""Whether the dispatch engine's machine code is kept on disk already: a web process never compiles, it asks here first."""

import hashlib
import os
import platform
import subprocess
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from yijia.base.local.children import yijia

SOURCES = Path(__file__).resolve().parents[2] / "core" / "dispatch"
_seen: set[Path] = set()


def stamp() -> Path:
    """The file that says: these sources were compiled by this numba on this kind of machine."""
    digest = hashlib.sha256(f"{version('numba')} {version('llvmlite')} {platform.machine()}".encode())
    for source in sorted(SOURCES.rglob("*.py")):
        digest.update(source.read_bytes())
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or SOURCES / "__pycache__")
    return folder / f"warm-{digest.hexdigest()[:20]}"


def is_ready() -> bool:
    """Whether asking the engine needs no compiling; true for good once it was true."""
    if _seen:
        return True
    path = stamp()
    if path.exists():
        _seen.add(path)
    return bool(_seen)


def warm() -> None:
    """Compile whatever plans a day or answers the running one, and say so; tens of seconds once, then a fraction of one."""
    from yijia.core.dispatch.live import Day
    from yijia.core.dispatch.model import Break, Carer, Problem, Visit
    from yijia.core.dispatch.solve import Budget, solve
    from yijia.core.dispatch.travel import StraightLine
    from yijia.core.dispatch.warm import warm as compile_kernels

    path = stamp()
    compile_kernels()
    points = StraightLine([(300.0 * i, 200.0 * (i % 4)) for i in range(10)])
    visits = tuple(Visit(f"{i}", i, 20, 60 * i, 60 * i + 180) for i in range(7))
    carers = tuple(Carer(f"{k}", 7 + k, 7 + k, (0, 700), rest=Break(120, 300, 30)) for k in range(3))
    problem = Problem(visits, carers, points)
    plan = solve(problem, stop=Budget(2), seed=1).plan
    held = replace(
        problem,
        visits=tuple(replace(one, opens=plan.start_of()[one.id], closes=plan.start_of()[one.id]) for one in visits),
        before=plan.carer_of(),
    )
    for today in (problem, held):
        day = Day(today, plan)
        asked = Visit("new", 3, 20, 60, 500)
        for proposal in day.insert(asked):
            day.apply(proposal, asked)
        day.why_not(asked)
        day.windows(asked, width=60)
        day.cancel("1")
        day.no_show("2")
        for carer in ("0", "1", "2"):
            day.sick(carer)
            day.overrun(carer, 30)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def warm_aside() -> "subprocess.Popen[bytes] | None":
    """Have another process do it, while this one serves; None when it is done already."""
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }  # whoever reads our words must not wait for its end
    return None if is_ready() else subprocess.Popen(yijia("dispatch", "warm"), **quiet)
