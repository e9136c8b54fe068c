"""The command line finds its commands, says how each is used, and starts no database for help."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from yijia.base.local import postgres
from yijia.cli import EXAMPLES_TITLE, examples, group


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yijia.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=os.environ | environment, check=False, timeout=60
    )


def test_examples_keep_their_lines() -> None:
    command = click.Command("x", epilog=examples("yijia x one", "yijia x two"))
    help_text = CliRunner().invoke(command, ["--help"]).output
    assert f"  {EXAMPLES_TITLE}\n    yijia x one\n    yijia x two\n" in help_text


def test_every_command_is_listed_and_an_unknown_one_is_refused() -> None:
    context = click.Context(group)
    assert {"manage", "migrate", "reset", "serve", "work"} <= set(group.list_commands(context))
    refused = CliRunner().invoke(group, ["nonsense"])
    assert refused.exit_code == 2


def test_help_needs_no_database_and_no_locale(tmp_path: Path) -> None:
    done = _run("--help", YIJIA_HOME=str(tmp_path / "home"), LANG="C", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "启动网站" in done.stdout
    assert not (tmp_path / "home").exists()


def test_a_command_is_imported_alone() -> None:
    code = "import sys; from yijia.cli import group; group(['serve', '--help'], standalone_mode=False); "
    code += "sys.exit(bool({'django', 'granian', 'yijia.cli.work'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_a_bad_address_is_one_message_not_a_traceback() -> None:
    done = _run("migrate", "--plan", DATABASE_URL="mysql://h/db")
    assert done.returncode == 1
    assert "postgresql://" in done.stderr
    assert "Traceback" not in done.stderr


def test_production_without_a_server_is_refused(tmp_path: Path) -> None:
    done = _run("migrate", DATABASE_URL="", YIJIA_PRODUCTION="1", YIJIA_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert not (tmp_path / "home").exists()


def test_reset_forgets_the_local_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIJIA_HOME", str(tmp_path / "home"))
    with postgres.server().holding():
        pass
    assert CliRunner().invoke(group, ["reset"], input="n\n").exit_code == 1
    assert (tmp_path / "home").exists()
    done = CliRunner().invoke(group, ["reset", "--yes"])
    assert done.exit_code == 0, done.output
    assert not (tmp_path / "home").exists()
    assert "nothing to delete" in CliRunner().invoke(group, ["reset", "--yes"]).output


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["work", "--queues", "default,mail"], "mail"), (["serve", "--port", "0"], "port")],
)
def test_wrong_arguments_are_refused_before_anything_starts(arguments: list[str], word: str) -> None:
    refused = CliRunner().invoke(group, arguments)
    assert refused.exit_code == 2
    assert word in refused.output
