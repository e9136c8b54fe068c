"""Child processes of a long-lived command: started together, heard together, stopped together.

The web server, the job worker and the alarm worker of a demo run as children. When one dies, when a person presses
Ctrl-C, or when the parent is told to stop, all are stopped; when the parent is killed outright, Linux tells them.
"""

import codecs
import ctypes
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import TextIO

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
GRACE_S = 10.0
TICK_S = 0.1
LONGEST_WAIT_S = 30.0


@dataclass(frozen=True)
class Child:
    """A process to run: the name its lines are marked with, its command, and what to add to its environment.

    after       held back until this says yes, or LONGEST_WAIT_S have gone by; None starts at once
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    after: Callable[[], bool] | None = None


def yijia(*arguments: str) -> tuple[str, ...]:
    """The command line of another `yijia` of this installation."""
    return (sys.executable, "-m", "yijia.cli", *arguments)


def supervise(
    children: Sequence[Child],
    *,
    out: TextIO | None = None,
    grace_s: float = GRACE_S,
    on_start: Callable[[], None] | None = None,
) -> int:
    """Run `children` until one ends or we are told to stop; the exit code to end with.

    Must be called in the main thread. `on_start` is called once when all that need not wait are started.

    Returns     0 after Ctrl-C, SIGTERM or SIGHUP; otherwise the code of the child that ended by itself, at least 1
    """
    out = out or sys.stdout
    running: list[_Running] = []
    with _stop_requests() as stops, selectors.DefaultSelector() as selector:
        try:
            waiting = _start(children, running, selector, out, is_late=False)
            if on_start:
                on_start()
            latest = time.monotonic() + LONGEST_WAIT_S
            ended = None
            while not stops and ended is None:
                _pump(selector)
                waiting = _start(waiting, running, selector, out, is_late=time.monotonic() > latest)
                ended = next((each for each in running if each.process.poll() is not None), None)
        finally:
            _stop_all(running, selector, stops, grace_s)
        if ended is None:
            return 0
        code = ended.process.returncode
        print(
            f"{ended.child.name} 已停止，代码 {code} (it ended by itself; the others were stopped)",
            file=out,
            flush=True,
        )
        return code if code > 0 else 1


def answers(host: str, port: int, path: str = "/healthz") -> Callable[[], bool]:
    """Asks, without waiting, whether a web server there has given its first answer."""
    asked: list[socket.socket] = []

    def has_answered() -> bool:
        try:
            if not asked:
                asked.append(socket.create_connection((host, port), timeout=TICK_S))
                asked[0].sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            if not select.select(asked, (), (), 0)[0]:
                return False
            is_answer = bool(asked[0].recv(1))
        except OSError:
            is_answer = False
        while asked:
            asked.pop().close()
        return is_answer

    return has_answered


def _start(
    children: Sequence[Child],
    running: "list[_Running]",
    selector: selectors.BaseSelector,
    out: TextIO,
    *,
    is_late: bool,
) -> list[Child]:
    """Start those whose turn it is; the others, which go on waiting."""
    waiting = []
    for child in children:
        if child.after is not None and not is_late and not child.after():
            waiting.append(child)
            continue
        running.append(_Running(child, out))
        selector.register(running[-1].pipe, selectors.EVENT_READ, running[-1])
    return waiting


class _Running:
    """One started child and the part of its last line that has not ended yet."""

    def __init__(self, child: Child, out: TextIO):
        self.child = child
        self.out = out
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.rest = ""
        self.process = subprocess.Popen(
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **child.environment},
            start_new_session=True,  # Ctrl-C reaches the parent alone, which then stops them in order
            preexec_fn=_die_with_parent(os.getpid()),
        )
        assert self.process.stdout is not None
        self.pipe = self.process.stdout
        os.set_blocking(self.pipe.fileno(), False)

    def read(self) -> bool:
        """Pass on what the child has written; False at its end."""
        try:
            data = os.read(self.pipe.fileno(), 65536)
        except BlockingIOError:
            return True
        *lines, self.rest = (self.rest + self.decoder.decode(data, final=not data)).split("\n")
        if not data and self.rest:
            lines.append(self.rest)
            self.rest = ""
        for line in lines:
            print(f"{self.child.name:>7} | {line.rstrip()}", file=self.out, flush=True)
        return bool(data)

    def signal_group(self, number: int) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


def _pump(selector: selectors.BaseSelector) -> None:
    if not selector.get_map():
        time.sleep(TICK_S)
    for key, _ in selector.select(TICK_S):
        if not key.data.read():
            selector.unregister(key.fileobj)


def _stop_all(running: list[_Running], selector: selectors.BaseSelector, stops: list[int], grace_s: float) -> None:
    asked = len(stops)
    for each in running:
        if each.process.poll() is None:
            each.process.terminate()  # the child alone: it stops its own workers in order
    deadline = time.monotonic() + grace_s
    while any(each.process.poll() is None for each in running):
        if time.monotonic() > deadline or len(stops) > asked:  # too slow, or asked a second time
            break
        _pump(selector)
    for each in running:
        each.signal_group(signal.SIGKILL)  # whatever is left, and grandchildren a dead child left behind
        each.process.wait()
    while selector.get_map() and selector.select(0):
        _pump(selector)
    for each in running:
        each.pipe.close()


@contextmanager
def _stop_requests() -> Iterator[list[int]]:
    """The signals that asked us to stop, in order of arrival; the former handlers come back afterwards."""
    stops: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        stops.append(number)

    former = {number: signal.signal(number, note) for number in STOP_SIGNALS}
    try:
        yield stops
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """What a child does before it becomes its command: ask Linux for SIGTERM when the parent is gone."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here: little is safe between fork and exec

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it went while we were being made
            os._exit(1)

    return ask
