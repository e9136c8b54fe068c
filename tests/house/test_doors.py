"""Every door says who may open it; every write is an action; every API operation has a name and its errors."""

import ast

import pytest

from tests.house.source import APPS, PACKAGE, api_doors, python_files, room, short, tree, url_doors
from yijia.core.permissions import Permission

_OTHERS = ("allauth.",)  # sign-in pages, open by nature
_KNOWN = {"public", "signed_in"} | set(Permission)


def test_every_address_declares_its_permission() -> None:
    silent = [
        address
        for address, view in url_doors()
        if not getattr(view, "__module__", "").startswith(_OTHERS) and not set(getattr(view, "permission", ())) & _KNOWN
    ]
    assert not silent, silent


def test_every_api_operation_declares_its_permission_and_its_name() -> None:
    silent = [
        f"{method} {path}"
        for method, path, operation in api_doors()
        if not set(getattr(operation.view_func, "permission", ())) & _KNOWN
    ]
    assert not silent, silent
    nameless = [f"{method} {path}" for method, path, operation in api_doors() if not operation.operation_id]
    assert not nameless, nameless
    names = [operation.operation_id for *_, operation in api_doors()]
    assert len(names) == len(set(names))


def test_every_permission_opens_some_door_or_moves_some_state() -> None:
    used = {
        node.attr
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in Permission.__members__
    }
    words_only = {p.name for p in Permission} - used
    assert not words_only, words_only


def _public_writes() -> list[tuple[str, ast.FunctionDef]]:
    """Public functions of the actions rooms: those a package exports, or all of a single module."""
    found = []
    for folder in [*APPS, PACKAGE / "base" / "administration"]:
        single, package = folder / "actions.py", folder / "actions"
        paths, exported = ([single], None) if single.exists() else (sorted(package.glob("*.py")), _exported(package))
        for path in paths if single.exists() or package.exists() else ():
            for node in tree(path).body:
                if (
                    isinstance(node, ast.FunctionDef)
                    and not node.name.startswith("_")
                    and (exported is None or node.name in exported)
                ):
                    found.append((f"{short(path)}:{node.name}", node))
    return found


def _exported(package: object) -> set[str]:
    init = package / "__init__.py"  # type: ignore[operator]
    if not init.exists():
        return set()
    return {
        alias.asname or alias.name
        for node in ast.walk(tree(init))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _is_dressed(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(d, ast.Call) and getattr(d.func, "id", getattr(d.func, "attr", "")) == "action"
        for d in node.decorator_list
    )


# Public helpers that write nothing of their own: each is called inside an action's transaction.
_NOT_WRITES = {"one_time_password"}


def test_every_public_write_wears_action() -> None:
    bare = [name for name, node in _public_writes() if not _is_dressed(node) and node.name not in _NOT_WRITES]
    assert not bare, bare


def test_action_names_are_unique_and_say_their_area() -> None:
    names = [
        d.args[0].value
        for _, node in _public_writes()
        for d in node.decorator_list
        if isinstance(d, ast.Call) and d.args and isinstance(d.args[0], ast.Constant)
    ]
    assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)
    assert all(isinstance(n, str) and n.count(".") == 1 for n in names)


@pytest.mark.parametrize("kind", ["views", "api", "jobs", "screens", "forms", "schemas"])
def test_doors_touch_no_rows(kind: str) -> None:
    touching = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        if room(path) == kind and path.relative_to(PACKAGE).parts[0] in {"apps", "base"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not touching, touching


def test_a_view_is_short() -> None:
    long = []
    for path in python_files(PACKAGE / "apps") + python_files(PACKAGE / "base"):
        if path.name != "views.py" and room(path) not in {"views", "api"}:
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            body = node.body[1:] if ast.get_docstring(node) else node.body
            count = sum(isinstance(part, ast.stmt) for statement in body for part in ast.walk(statement))
            if count > 12:  # statements, however the formatter breaks their lines
                long.append(f"{short(path)}:{node.name} {count}")
    assert not long, long
