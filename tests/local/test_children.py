"""Children are started, heard and stopped together, whatever ends first."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PATIENCE_S = 40  # what a busy machine may take; the children sleep longer

PARENT = """
import sys
from yijia.base.local.children import Child, supervise
children = [Child(name, [sys.executable, "-c", code]) for name, code in zip(sys.argv[2::2], sys.argv[3::2])]
sys.exit(supervise(children, grace_s=float(sys.argv[1]), on_start=lambda: print("started", flush=True)))
"""
WAIT = "import os, time; print('pid', os.getpid()); time.sleep(60)"
DEAF = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('pid', os.getpid()); time.sleep(60)"
)
NESTED = (
    "import os, subprocess, sys, time; "
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print('pid', p.pid); time.sleep(60)"
)


def _supervise(*children: tuple[str, str], grace_s: float = 5) -> subprocess.Popen[str]:
    words = [word for child in children for word in child]
    command = [sys.executable, "-c", PARENT, str(grace_s), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _pids(parent: subprocess.Popen[str], count: int) -> list[int]:
    assert parent.stdout is not None
    found: list[int] = []
    while len(found) < count:
        line = parent.stdout.readline()
        assert line, "the parent ended early"
        if "| pid " in line:
            found.append(int(line.split()[-1]))
    return found


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def _soon(fact: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.2)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_stops_all_and_ends_well(number: int) -> None:
    parent = _supervise(("web", WAIT), ("work", WAIT))
    pids = _pids(parent, 2)
    parent.send_signal(number)
    parent.communicate(timeout=PATIENCE_S)
    assert parent.returncode == 0
    assert not any(_is_alive(pid) for pid in pids)


def test_when_one_ends_the_others_are_stopped_and_its_code_is_kept() -> None:
    parent = _supervise(("web", WAIT), ("work", "import sys; print('上线'); sys.exit(3)"))
    (pid,) = _pids(parent, 1)
    output, _ = parent.communicate(timeout=PATIENCE_S)
    assert parent.returncode == 3
    assert "work 已停止" in output
    assert not _is_alive(pid)


def test_a_child_that_ends_without_a_fault_is_a_failure_all_the_same() -> None:
    parent = _supervise(("work", "print('done', end='')"))
    output, _ = parent.communicate(timeout=PATIENCE_S)
    assert parent.returncode == 1
    assert "   work | done\n" in output
    assert output.startswith("started\n")


def test_one_that_does_not_listen_is_killed_after_the_grace() -> None:
    parent = _supervise(("deaf", DEAF), grace_s=0.5)
    (pid,) = _pids(parent, 1)
    parent.send_signal(signal.SIGTERM)
    parent.communicate(timeout=PATIENCE_S)
    assert not _is_alive(pid)


def test_asked_twice_it_does_not_wait() -> None:
    parent = _supervise(("deaf", DEAF), grace_s=60)
    (pid,) = _pids(parent, 1)

    def ask() -> bool:  # twice or more: two that come before the first was heard are one
        parent.send_signal(signal.SIGINT)
        return parent.poll() is not None

    assert _soon(ask)
    parent.communicate()
    assert not _is_alive(pid)


def test_grandchildren_are_not_left_behind() -> None:
    parent = _supervise(("web", NESTED))
    (grandchild,) = _pids(parent, 1)
    parent.send_signal(signal.SIGTERM)
    parent.communicate(timeout=PATIENCE_S)
    assert _soon(lambda: not _is_alive(grandchild))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent is gone")
def test_children_follow_a_killed_parent() -> None:
    parent = _supervise(("web", WAIT), ("work", WAIT))
    pids = _pids(parent, 2)
    parent.kill()
    parent.communicate()
    assert _soon(lambda: not any(_is_alive(pid) for pid in pids))


def test_a_child_that_waits_starts_after_the_other_has_answered() -> None:
    server = (
        "import http.server, sys, time; time.sleep(0.5); "
        "s = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler); "
        "print('pid', __import__('os').getpid()); s.serve_forever()"
    )
    parent = (
        "import socket, sys\n"
        "from yijia.base.local.children import Child, answers, supervise\n"
        "with socket.socket() as free:\n    free.bind(('127.0.0.1', 0)); port = free.getsockname()[1]\n"
        f"web = Child('web', [sys.executable, '-c', {server!r}, str(port)])\n"
        f"late = Child('late', [sys.executable, '-c', {WAIT!r}], after=answers('127.0.0.1', port))\n"
        "sys.exit(supervise([late, web], grace_s=5, on_start=lambda: print('started', flush=True)))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    heard = []
    while not any("late | pid" in line for line in heard):
        heard.append(process.stdout.readline())
        assert heard[-1], heard
    assert next(i for i, line in enumerate(heard) if "web | pid" in line) < len(heard) - 1
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
