"""Every command says what it does in both languages and shows an example."""

from collections.abc import Iterator

import click
import pytest

from yijia.cli import EXAMPLES_TITLE, group


def commands(command: click.Command, name: str, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from commands(found, f"{name} {sub}", click.Context(found, parent=context))


ALL = list(commands(group, "yijia", click.Context(group)))


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_a_command_shows_an_example_and_speaks_both_languages(name: str, command: click.Command) -> None:
    assert EXAMPLES_TITLE in (command.epilog or ""), name
    lines = [line.strip() for line in command.epilog.splitlines() if line.strip().startswith(("yijia ", "make "))]
    assert lines, name
    text = command.help or ""
    assert any("\u4e00" <= c <= "\u9fff" for c in text), name
    assert any(c.isascii() and c.isalpha() for c in text), name
