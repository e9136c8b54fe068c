"""`yijia words`: the catalogues of the second language. The Chinese sentence in the source is the key."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import polib

from yijia.cli import examples

PACKAGE = Path(__file__).resolve().parents[1]
_CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "say"}
_IN_TEMPLATE = re.compile(
    r"""\b(?P<call>_|gettext|ngettext)\(\s*(?P<one>u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")(?:\s*,\s*(?P<many>u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"))?"""
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\d*\}")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A sentence where the source says it."""

    msgid: str
    plural: str
    place: str


@click.group(epilog=examples("yijia words compile", "yijia words check", "yijia words add care"))
def command() -> None:
    """双语词条。 The catalogues of words."""


@command.command(name="compile", epilog=examples("yijia words compile"))
def compile_() -> None:
    """把 .po 编译为程序读取的 .mo。 Compile catalogues for the program to read."""
    written = sum(_compile(path) for path in catalogues())
    click.echo(f"{written} 个词条文件已编译 (catalogues compiled)")


@command.command(epilog=examples("yijia words check", "yijia words check care money"))
@click.argument("apps", nargs=-1)
def check(apps: tuple[str, ...]) -> None:
    """核对每句话都有英文。 Fail when a sentence lacks its English, or a catalogue keeps one nobody says."""
    faults = [line for name, line in findings() if not apps or name in apps]
    for line in faults:
        click.echo(line, err=True)
    click.echo(f"{len(faults)} 处要补 (to mend)")
    sys.exit(1 if faults else 0)


@command.command(epilog=examples("yijia words add care", "yijia words add base --prune"))
@click.argument("app")
@click.option("--prune", is_flag=True, help="同时删去没有人用的词条。 Drop entries nobody uses.")
def add(app: str, prune: bool) -> None:
    """把缺的句子写进词条文件，等人填英文。 Write missing sentences, English left empty to fill in."""
    if app not in dict(rooms()):
        raise click.BadParameter(f"没有 {app}，只有 {sorted(dict(rooms()))} (no such app)", param_hint="APP")
    folder = dict(rooms())[app]
    said, known = uses(folder), _translated_elsewhere(app)
    path = catalogue_of(folder)
    catalogue = polib.pofile(str(path), encoding="utf-8", wrapwidth=0) if path.exists() else _empty_catalogue()
    have = {entry.msgid for entry in catalogue}
    added = 0
    for msgid, use in sorted(said.items()):
        if msgid not in have and msgid not in known:
            catalogue.append(_entry(use))
            added += 1
    stale = [entry for entry in catalogue if entry.msgid not in said]
    for entry in stale if prune else ():
        catalogue.remove(entry)
    if added or (prune and stale):
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
    click.echo(
        f"{added} 句待译，{len(stale)} 句没有人用 ({added} added, {len(stale)} unused{' and dropped' if prune else ''}): {path}"
    )


def catalogues(package: Path = PACKAGE) -> list[Path]:
    """Every catalogue of the package, in order."""
    return sorted(package.rglob("locale/*/LC_MESSAGES/*.po"))


def rooms() -> Iterator[tuple[str, Path]]:
    """Each app's name and folder: base, and every context."""
    yield "base", PACKAGE / "base"
    for folder in sorted((PACKAGE / "apps").iterdir()):
        if (folder / "apps.py").exists():
            yield folder.name, folder


def catalogue_of(folder: Path) -> Path:
    return folder / "locale" / "en" / "LC_MESSAGES" / "django.po"


def uses(folder: Path) -> dict[str, Use]:
    """Every sentence the sources and templates of one app say, by msgid, with the first place that says it."""
    found: dict[str, Use] = {}
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            _gather(found, _in_python(path))
    for path in sorted((folder / "templates").rglob("*")) if (folder / "templates").is_dir() else ():
        if path.suffix in {".html", ".txt", ".svg"}:
            _gather(found, _in_template(path))
    return found


def findings() -> list[tuple[str, str]]:
    """(app, what is wrong): missing, empty, stale, fuzzy, placeholders that differ, two translations of one sentence."""
    out: list[tuple[str, str]] = []
    folders = dict(rooms())
    books = {name: _read(catalogue_of(folder)) for name, folder in folders.items()}
    first: dict[str, tuple[str, str]] = {}
    for name, folder in folders.items():
        said = uses(folder)
        for msgid, use in sorted(said.items()):
            if not any(msgid in book for book in books.values()):
                out.append((name, f"{use.place}: 缺英文 (missing): {msgid!r}"))
        for msgid, entry in books[name].items():
            where = f"{name}: {msgid!r}"
            if msgid not in said:
                out.append((name, f"{where}: 没有人用 (stale)"))
            if entry.fuzzy:
                out.append((name, f"{where}: 待定 (fuzzy)"))
            said_in_english = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
            if not all(said_in_english):
                out.append((name, f"{where}: 没有译文 (empty)"))
                continue
            if any(set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(msgid)) for text in said_in_english):
                out.append((name, f"{where}: 占位符不同 (placeholders differ): {said_in_english}"))
            if msgid in first and first[msgid][1] != said_in_english[0]:
                out.append(
                    (
                        name,
                        f"{where}: 与 {first[msgid][0]} 的译文不同 (translated twice): {said_in_english[0]!r} / {first[msgid][1]!r}",
                    )
                )
            first.setdefault(msgid, (name, said_in_english[0]))
    return out


def _gather(found: dict[str, Use], new: Iterator[Use]) -> None:
    for use in new:
        if _CHINESE.search(use.msgid) and (use.msgid not in found or (use.plural and not found[use.msgid].plural)):
            found[use.msgid] = use


def _in_python(path: Path) -> Iterator[Use]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = (
            node.func.id
            if isinstance(node.func, ast.Name)
            else node.func.attr
            if isinstance(node.func, ast.Attribute)
            else ""
        )
        texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in _CALLS and texts:
            plural = texts[1] if name.startswith("ngettext") and len(texts) > 1 else ""
            yield Use(texts[0], plural, f"{_short(path)}:{node.lineno}")


def _in_template(path: Path) -> Iterator[Use]:
    import django
    from django.conf import settings

    if not settings.configured:  # the template reader asks nothing of them
        settings.configure()
        django.setup()
    from django.utils.translation.template import templatize

    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for match in _IN_TEMPLATE.finditer(text):
        plural = ast.literal_eval(match["many"]) if match["call"] == "ngettext" and match["many"] else ""
        yield Use(ast.literal_eval(match["one"]), plural, f"{_short(path)}:{text.count(chr(10), 0, match.start()) + 1}")


def _short(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def _read(path: Path) -> dict[str, polib.POEntry]:
    return (
        {entry.msgid: entry for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete}
        if path.exists()
        else {}
    )


def _translated_elsewhere(app: str) -> set[str]:
    return {msgid for name, folder in rooms() if name != app for msgid in _read(catalogue_of(folder))}


def _empty_catalogue() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Language": "en",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _entry(use: Use) -> polib.POEntry:
    if use.plural:
        return polib.POEntry(msgid=use.msgid, msgid_plural=use.plural, msgstr_plural={0: "", 1: ""})
    return polib.POEntry(msgid=use.msgid, msgstr="")


def _compile(path: Path) -> bool:
    """Write the `.mo` beside a `.po`; False when it was newer already."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    draft = target.with_suffix(".mo.new")
    polib.pofile(str(path), encoding="utf-8").save_as_mofile(str(draft))
    draft.replace(target)
    return True
