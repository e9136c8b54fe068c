"""Reads `policy/**/*.yaml` from disk; what the content means is decided in `yijia.core.policy`."""

import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

import yijia.core
from yijia.core import assessment, procedures
from yijia.core.assessment import InstrumentError
from yijia.core.benefits import check as benefits
from yijia.core.policy import (
    Document,
    Editions,
    Finding,
    PolicyError,
    Report,
    Source,
    Value,
    check,
    read_document,
    read_sources,
)
from yijia.core.programmes import load as programmes
from yijia.core.rules import Vocabulary

ROOT = Path(__file__).resolve().parents[2] / "policy"
SOURCES = "sources.yaml"
READERS: Mapping[str, Callable[[Value], object]] = {
    assessment.KIND: assessment.read,
    procedures.KIND: procedures.read,
}
"""Kinds of value that a topic of the core reads whole, and refuses with an `InstrumentError`."""


@cache
def current() -> Editions:
    """The editions this process works by, read once.

    Raises      PolicyError: the tree cannot be used
    """
    return read_over(ROOT, _over[0]) if _over else read(ROOT)


_over: list[Path] = []


def put_over(folder: Path) -> None:
    """Let this process work by the tree with another folder's files over it: a county's own, or one that is being tried.

    Raises      PolicyError: a file cannot be read, or breaks the schema
    """
    _over[:] = [folder]
    current.cache_clear()
    current()


def read(root: Path) -> Editions:
    """The editions of a tree.

    Raises      PolicyError: a file cannot be read, or breaks the schema
    """
    documents, sources, findings = _read_tree(root)
    if findings:
        raise PolicyError(findings)
    return Editions.from_documents(documents, sources)


def read_over(root: Path, over: Path, *, is_trial: bool = False) -> Editions:
    """The editions of a tree in which the files of another folder take the place of those of the same name, or join them.

    is_trial    the folder is somebody's draft: its rules must compile and its schemes be whole before anybody is asked

    Raises      PolicyError: a file cannot be read, breaks the schema, or is a draft with a fault
    """
    documents, sources, findings = _read_tree(root)
    others, added, wrong = _read_tree(over)
    if findings or wrong:
        raise PolicyError((*findings, *wrong))
    if not others:
        raise PolicyError([Finding("policy.no_files", over.name)])
    together = {document.name: document for document in (*documents, *others)}
    editions = Editions.from_documents(together.values(), {**sources, **added})
    if is_trial:
        _refuse_faults(editions, others, {**sources, **added})
    return editions


def _refuse_faults(editions: Editions, others: Iterable[Document], sources: Mapping[str, Source]) -> None:
    """What is wrong with a draft; examples that no longer come out are no fault of one that changes an amount."""
    others = list(others)
    names = {document.name for document in others}
    faults = list(check(others, sources, vocabularies()).errors)
    if not faults:  # a rule that does not compile cannot be asked anything
        faults = [finding for finding in benefits.check(editions)[0] if finding.document in names]
    faults = [fault for fault in faults if "example" not in fault.code]
    if faults:
        raise PolicyError(faults)


def check_tree(root: Path) -> Report:
    """Everything that is wrong with a tree, unreadable files included."""
    documents, sources, unreadable = _read_tree(root)
    report = check(documents, sources, vocabularies())
    inside, examples_run = _inside(root, documents, sources)
    if not unreadable and not report.errors:  # a programme is more than one value: its parts must fit together
        editions = Editions.from_documents(documents, sources)
        inside += programmes.check(editions)
        wrong, worked = benefits.check(editions)
        inside += wrong
        examples_run += worked
    return Report(
        (*unreadable, *report.findings, *inside),
        report.counts,
        report.examples_run + examples_run,
        report.rules_compiled,
    )


def _inside(root: Path, documents: Iterable[Document], sources: Mapping[str, Source]) -> tuple[list[Finding], int]:
    """What is wrong inside values that a topic of the core reads by itself, with the line; and the examples they ran."""
    findings: list[Finding] = []
    examples_run = 0
    for document in documents:
        for value in read_document(document, sources)[0]:
            read_value = READERS.get(value.key.partition(":")[0])
            if read_value is None or value.is_missing:
                continue
            examples_run += len(value.value.get("worked_examples", ())) if isinstance(value.value, Mapping) else 0
            try:
                read_value(value)
            except InstrumentError as error:
                text = (root / document.name).read_text(encoding="utf-8")
                findings += (
                    Finding(
                        fault.code, document.name, value.key, fault.field,
                        {**fault.facts, "line": line_of(text, value.key, fault.field)},
                    )
                    for fault in error.faults
                )  # fmt: skip
    return findings, examples_run


def line_of(text: str, key: str, field: str) -> int:
    """The line of a file on which the part `value.steps[2].bands[0]` of a key's value stands, or the nearest part above it."""
    node = yaml.compose(text, Loader=_Loader)
    entries = _part(node, "values")
    here = next((entry for entry in getattr(entries, "value", ()) if _text(_part(entry, "key")) == key), node)
    for name in re.findall(r"[^.\[\]]+|\[\d+\]", field):
        below = _part(here, name)
        if below is None:
            break
        here = below
    return here.start_mark.line + 1 if here is not None else 1


def _part(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((part for key, part in node.value if _text(key) == name), None)
    if isinstance(node, yaml.SequenceNode) and name.startswith("["):
        position = int(name[1:-1])
        return node.value[position] if position < len(node.value) else None
    return None


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """The published vocabularies: `VOCABULARIES` of every `yijia/core/<topic>/vocabulary.py`."""
    found: dict[str, Vocabulary] = {}
    for topic in pkgutil.iter_modules(yijia.core.__path__, "yijia.core."):
        if topic.ispkg and find_spec(f"{topic.name}.vocabulary"):
            found |= getattr(import_module(f"{topic.name}.vocabulary"), "VOCABULARIES", {})
    return found


def _read_tree(root: Path) -> tuple[list[Document], dict[str, Source], list[Finding]]:
    findings: list[Finding] = []
    documents = []
    sources: dict[str, Source] = {}
    for path in sorted(root.rglob("*.yaml")):
        name = path.relative_to(root).as_posix()
        try:
            document = Document(name, parse(path.read_text(encoding="utf-8")))
        except yaml.YAMLError as error:
            findings.append(_unreadable(name, error))
            continue
        if name == SOURCES:
            sources, faults = read_sources(document)
            findings += faults
        else:
            documents.append(document)
    return documents, sources, findings


def parse(text: str) -> Any:
    """The content of one YAML text: no floats, no `on`-is-true, no key twice.

    Raises      yaml.YAMLError: not YAML, or a key twice
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader


def _unreadable(name: str, error: yaml.YAMLError) -> Finding:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    return Finding(
        "policy.unreadable", name, facts={"line": line, "problem": getattr(error, "problem", None) or str(error)}
    )


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2 in spirit: only true and false are booleans, 12:30 is text, 0.1 is an exact decimal."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own protocol


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    content: dict[Any, Any] = {}
    for key_node, part_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int, date)):
            raise yaml.MarkedYAMLError(problem="not a key", problem_mark=key_node.start_mark)
        if key in content:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} twice", problem_mark=key_node.start_mark)
        content[key] = loader.construct_object(part_node, deep=True)
    return content


_SCALARS = {
    "null": (r"~|null|", "~n\0"),
    "bool": (r"true|false", "tf"),
    "int": (r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    "float": (r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", "-+0123456789"),
    "timestamp": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
}


def _exact(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


def _day(loader: _Loader, node: yaml.ScalarNode) -> date:
    try:
        return date.fromisoformat(str(loader.construct_scalar(node)))
    except ValueError as error:
        raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from error


for _tag, (_pattern, _first) in _SCALARS.items():
    _signs = ["" if sign == "\0" else sign for sign in _first]
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _signs)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:float", _exact)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)
