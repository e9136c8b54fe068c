"""`yijia words`: the catalogues of the second language. The Chinese sentence in the source is the key."""

from pathlib import Path

import click
import polib

from yijia.cli import examples

PACKAGE = Path(__file__).resolve().parents[1]


@click.group(epilog=examples("yijia words compile"))
def command() -> None:
    """双语词条。 The catalogues of words."""


@command.command(name="compile", epilog=examples("yijia words compile"))
def compile_() -> None:
    """把 .po 编译为程序读取的 .mo。 Compile catalogues for the program to read."""
    written = sum(_compile(path) for path in catalogues())
    click.echo(f"{written} 个词条文件已编译 (catalogues compiled)")


def catalogues(package: Path = PACKAGE) -> list[Path]:
    """Every catalogue of the package, in order."""
    return sorted(package.rglob("locale/*/LC_MESSAGES/*.po"))


def _compile(path: Path) -> bool:
    """Write the `.mo` beside a `.po`; False when it was newer already."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    draft = target.with_suffix(".mo.new")
    polib.pofile(str(path), encoding="utf-8").save_as_mofile(str(draft))
    draft.replace(target)
    return True
