"""What the house tests read: files, syntax trees, doors."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "yijia"
APPS = sorted(p for p in (PACKAGE / "apps").iterdir() if (p / "apps.py").exists())


def python_files(folder: Path = PACKAGE) -> list[Path]:
    return sorted(p for p in folder.rglob("*.py") if "migrations" not in p.parts and "vendor" not in p.parts)


def templates() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("templates/**/*") if p.is_file())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    """The room a file belongs to: views, actions, queries …; a package counts as its name."""
    inside = path.relative_to(PACKAGE).parts
    parts = inside[2:] if inside[0] == "apps" else inside[1:]
    return parts[0].removesuffix(".py") if parts else ""


def calls(name: str, paths: list[Path] | None = None) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a function by its bare or dotted last name."""
    for path in paths or python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                called = (
                    node.func.id
                    if isinstance(node.func, ast.Name)
                    else node.func.attr
                    if isinstance(node.func, ast.Attribute)
                    else ""
                )
                if called == name:
                    yield path, node


def url_doors() -> Iterator[tuple[str, Any]]:
    """Every (address, view) below the root, includes opened; the API's own addresses are told by `api_doors`."""
    from django.urls import URLPattern, get_resolver

    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield here, pattern.callback
            else:
                yield from walk(pattern.url_patterns, here)

    for address, view in walk(get_resolver().url_patterns, "/"):
        if not address.startswith("/api/"):
            yield address, view


def api_doors() -> Iterator[tuple[str, str, Any]]:
    """Every (method, address, operation) of the API."""
    from yijia.config.api import api

    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"/api/v1{prefix.rstrip('/')}{path}", operation
