"""The embedded server: shared, stopped by the last to leave, and safe from kills."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import psycopg
import pytest

from yijia.base.local import postgres
from yijia.base.local.home import home, is_home
from yijia.base.local.secrets import local_secret

HOLD = """
import sys
from pathlib import Path
from yijia.base.local.postgres import Server
print(Server(Path(sys.argv[1])).hold(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / ".yijia"
    postgres.reset(tmp_path / ".yijia")


class Holder(subprocess.Popen[str]):
    """Another process that holds the server of a folder until told to leave."""

    def __init__(self, folder: Path):
        command = [sys.executable, "-c", HOLD, str(folder)]
        super().__init__(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def address(self) -> str:
        assert self.stdout is not None
        return self.stdout.readline().strip()

    def leave(self) -> None:
        self.communicate("", timeout=60)
        assert self.returncode == 0

    def die(self) -> None:
        self.kill()
        self.communicate()


@pytest.fixture
def holder(folder: Path) -> Iterator[Callable[[], Holder]]:
    made: list[Holder] = []

    def make() -> Holder:
        made.append(Holder(folder))
        return made[-1]

    yield make
    for each in made:
        if each.poll() is None:
            each.die()


def _one(url: str, sql: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def test_two_that_start_at_once_share_one_server_and_the_last_stops_it(
    folder: Path, holder: Callable[[], Holder]
) -> None:
    first, second = holder(), holder()
    server = postgres.Server(folder)
    assert first.address() == second.address() == server.url()
    first.leave()
    assert server.is_running()
    assert _one(server.url(), "SELECT 1") == 1
    second.leave()
    assert not server.is_running()


def test_the_application_is_no_superuser_and_owns_its_database(folder: Path) -> None:
    with postgres.Server(folder).holding() as url:
        assert (
            _one(url, "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = 'yijia'") is False
        )
        assert _one(url, "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'yijia'") is True
        assert _one(url, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'yijia'") == "yijia"
        assert _one(url, "SHOW fsync") == "on"
        assert _one(url, "SHOW listen_addresses") == ""


def test_data_outlives_the_kill_of_everything(folder: Path, holder: Callable[[], Holder]) -> None:
    server = postgres.Server(folder)
    other = holder()
    with psycopg.connect(other.address()) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    other.die()
    with server.holding() as url:
        assert _one(url, "SELECT n FROM kept") == 7
    assert not server.is_running()


def test_a_server_that_dies_while_we_ask_it_in_is_started_again(folder: Path, holder: Callable[[], Holder]) -> None:
    server = postgres.Server(folder)
    other = holder()
    other.address()
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGSTOP)  # alive, and takes the connection, but never answers it
    blow = Timer(0.5, os.kill, (pid, signal.SIGKILL))
    blow.start()
    with server.holding() as url:
        assert _one(url, "SELECT 1") == 1
        assert int((server.data / "postmaster.pid").read_text().split()[0]) != pid
    blow.join()


def test_a_session_that_outlives_its_server_is_waited_for(folder: Path, holder: Callable[[], Holder]) -> None:
    server = postgres.Server(folder)
    other = holder()
    pid = int((server.data / "postmaster.pid").read_text().split()[0]) if other.address() else 0
    with psycopg.connect(server.url()) as connection:
        session = connection.info.backend_pid
        os.kill(session, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
        wake = Timer(1, os.kill, (session, signal.SIGCONT))
        wake.start()
        with server.holding() as url:
            assert not wake.is_alive()
            assert _one(url, "SELECT 1") == 1
        wake.join()


def test_a_killed_holder_does_not_keep_the_server_running(folder: Path, holder: Callable[[], Holder]) -> None:
    server = postgres.Server(folder)
    other = holder()
    other.address()
    other.die()
    assert server.is_running()
    with server.holding():
        pass
    assert not server.is_running()


def test_a_stranger_with_the_old_number_is_neither_taken_for_the_server_nor_hurt(folder: Path) -> None:
    server = postgres.Server(folder)
    with server.holding():
        record = (server.data / "postmaster.pid").read_text().split("\n")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (server.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *record[1:]]))
        assert not server.is_running()
        with server.holding() as url:
            assert _one(url, "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_a_half_made_data_folder_is_made_again(folder: Path) -> None:
    (folder / "pg.new").mkdir(parents=True)
    (folder / "pg.new" / "PG_VERSION").write_text("18\n")
    (folder / "made-by-yijia.txt").touch()
    with postgres.Server(folder).holding() as url:
        assert _one(url, "SELECT 1") == 1


def test_data_of_another_version_is_left_alone(folder: Path) -> None:
    (folder / "pg").mkdir(parents=True)
    (folder / "pg" / "PG_VERSION").write_text("16\n")
    (folder / "made-by-yijia.txt").touch()
    with pytest.raises(postgres.PostgresError, match="PostgreSQL 16"), postgres.Server(folder).holding():
        pass


def test_a_long_or_awkward_path_gets_a_short_private_socket(tmp_path: Path) -> None:
    for awkward in (tmp_path / ("long" * 30), tmp_path / "it's a, place"):
        server = postgres.Server(awkward)
        try:
            with server.holding() as url:
                assert _one(url, "SELECT 1") == 1
                assert len(str(server.socket_dir)) < 40
                assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        finally:
            postgres.reset(awkward)
        assert not server.socket_dir.exists()


def test_a_socket_folder_prepared_by_another_is_refused(tmp_path: Path) -> None:
    server = postgres.Server(tmp_path / ("long" * 30))
    server.socket_dir.mkdir(mode=0o700)
    server.socket_dir.chmod(0o777)
    try:
        with pytest.raises(postgres.PostgresError, match="socket folder"), server.holding():
            pass
    finally:
        postgres.reset(server.home)
    assert not server.is_running()


def test_the_test_server_trades_safety_for_speed(folder: Path) -> None:
    with postgres.Server(folder, name="pg-test", is_lasting=False).holding() as url:
        assert _one(url, "SHOW fsync") == "off"
        assert _one(url, "SHOW synchronous_commit") == "off"


def test_reset_stops_the_server_under_its_holders_and_deletes_the_data(
    folder: Path, holder: Callable[[], Holder]
) -> None:
    other = holder()
    other.address()
    assert postgres.reset(folder)
    assert not folder.exists()
    assert not postgres.reset(folder)
    other.leave()


def test_reset_touches_nothing_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(postgres.PostgresError, match="not made by Yijia"):
        postgres.reset(tmp_path)
    local_secret(tmp_path, "KEY")
    assert not is_home(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_named_server_means_none_is_embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YIJIA_HOME", str(tmp_path / "here"))
    assert home() == tmp_path / "here"
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert postgres.database_url() == f"postgresql://yijia@/yijia?host={postgres.Server(tmp_path / 'here').socket_dir}"
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/db")
    assert postgres.database_url() == "postgresql://h/db"
    monkeypatch.delenv("DATABASE_URL")
    (tmp_path / "url").write_text("postgresql://h/secret\n")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    assert postgres.is_elsewhere()
    assert postgres.database_url() == "postgresql://h/secret"
    assert not (tmp_path / "here").exists()


def test_a_local_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = local_secret(tmp_path, "FIELD_KEY")
    assert first == local_secret(tmp_path, "FIELD_KEY")
    assert first != local_secret(tmp_path, "HASH_KEY")
    assert len(bytes.fromhex(first)) == 32
    assert stat.S_IMODE((tmp_path / "secrets" / "FIELD_KEY").stat().st_mode) == 0o600


def test_a_second_start_makes_nothing_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.Server(folder).holding():
        pass
    programs, run = [], postgres._run

    def noted(program: str, *arguments: str, **who: Any) -> subprocess.CompletedProcess[str]:
        programs.append(program)
        return run(program, *arguments, **who)

    monkeypatch.setattr(postgres, "_run", noted)
    with postgres.Server(folder).holding():
        pass
    assert programs == ["pg_ctl"]
