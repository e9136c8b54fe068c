"""The `yijia` command line: every module beside this one that has a `command` is a command of its name.

Modules are imported only when their command is run or listed, and import Django inside the function that needs it
(after `yijia.base.local.django.setup()`), so that `yijia policy check` starts no database.
"""

import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import click

EXAMPLES_TITLE = "例 Examples:"


def examples(*lines: str) -> str:
    """The epilog of a command: lines a person can copy. `@click.command(epilog=examples("yijia serve --port 80"))`."""
    return "\n".join(["\b", EXAMPLES_TITLE, *(f"  {line}" for line in lines)])


class Commands(click.Group):
    """The commands found beside this module, by file name; `_` in a file name is `-` in the command's."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for name in _module_names() if self.get_command(ctx, name) is not None)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _module_names():
            return None
        module = import_module(f"{__name__}.{cmd_name.replace('-', '_')}")
        return getattr(module, "command", None)


def _module_names() -> list[str]:
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return [module.name.replace("_", "-") for module in found if not module.name.startswith("_")]


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=examples("yijia demo --region CN-441900", "yijia policy check", "yijia serve --port 8000"),
)
@click.version_option(package_name="yijia", message="yijia %(version)s")
def group() -> None:
    """颐家：县域居家护理与养老服务平台。 Home nursing and elder care for a county."""


def main() -> None:
    """Run the command line; what a person can mend is one message, anything else keeps its traceback."""
    _speak_utf8()
    from yijia.base.local.postgres import PostgresError
    from yijia.base.local.url import BadDatabaseUrl

    try:
        group(prog_name="yijia")
    except (PostgresError, BadDatabaseUrl) as error:
        click.echo(f"yijia: {error}", err=True)
        sys.exit(1)


def _speak_utf8() -> None:
    # A bare container has LANG=C, and Chinese must not crash there.
    os.environ.setdefault("PYTHONIOENCODING", "utf-8")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
