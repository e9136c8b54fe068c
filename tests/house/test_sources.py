"""Habits a machine can see: no leftovers, nothing caught blindly, no inline style or script, files of a readable size."""

import ast
import re

import pytest

from tests.house.source import PACKAGE, ROOT, calls, python_files, short, templates, tree


def test_no_leftovers() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    left = [
        f"{short(p)}:{n}"
        for p in [*python_files(), *templates()]
        for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert not left, left


def test_nothing_is_caught_blindly() -> None:
    blind = [
        f"{short(p)}:{node.lineno}"
        for p in python_files()
        for node in ast.walk(tree(p))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or getattr(node.type, "id", "") == "Exception")
    ]
    assert not blind, blind


def test_files_are_of_a_readable_size() -> None:
    long = [f"{short(p)} {n}" for p in python_files() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400]
    assert not long, long


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        short(p) for p in python_files() if p.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(p))
    ]
    assert not silent, silent


@pytest.mark.parametrize(
    "pattern",
    [
        r"\sstyle\s*=",
        r"<script(?![^>]*\ssrc=)",
        r"\son[a-z]+\s*=\s*[\"']",
        r"\|safe\b",
        r"autoescape off",
        r"javascript:",
    ],
)
def test_templates_hold_no_inline_style_or_script_and_escape_everything(pattern: str) -> None:
    found = [
        f"{short(p)}:{n}"
        for p in templates()
        for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not found, found


_FIELD = re.compile(r"<(select|textarea|input)\b(?![^>]*\b(?:form-select|form-control|form-check-input)\b)([^>]*)>")
_OWN = re.compile(
    r'type="(?:hidden|checkbox|radio|file|submit)"|id="shell-search"'
)  # the search of the head has its own


def test_a_field_wears_the_design_systems_clothes() -> None:
    """A bare select or text field looks like the browser's own beside the others, and is too small for a finger."""
    bare = [
        f"{path.name}: {found.group(0)[:80]}"
        for path in templates()
        for found in _FIELD.finditer(path.read_text())
        if not _OWN.search(found.group(2))
    ]
    assert not bare


# Choices that may be made again and again; answers that hold secrets, which are never kept; and the cry for help:
# each press must reach the desk, so one alarm a press is the action's own business.
_UNKEYED = {"_language.html", "_tools.html", "no_hat.html", "unmask_form.html", "_unmask.html", "hold.html"}


def test_every_written_form_carries_its_token_and_its_key() -> None:
    bare = []
    for path in templates():
        for form in re.findall(
            r"<form\b[^>]*method=.post.[^>]*>(.*?)</form>", path.read_text(encoding="utf-8"), re.DOTALL | re.IGNORECASE
        ):
            if "{% csrf_token %}" not in form:
                bare.append(f"{short(path)}: csrf_token")
            if (
                "{% once %}" not in form
                and path.parent.name not in {"account", "mfa", "totp", "recovery_codes"}
                and path.name not in _UNKEYED
            ):
                bare.append(f"{short(path)}: once")
    assert not bare, bare


def test_the_wall_clock_is_read_in_one_place() -> None:
    asked = [
        f"{short(path)}:{node.lineno}"
        for name in ("now", "utcnow", "today")
        for path, node in calls(
            name, [p for p in python_files() if p.relative_to(PACKAGE).parts[0] in {"core", "apps", "base"}]
        )
        if isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") in {"datetime", "date", "timezone"}
        and short(path) != "yijia/base/clock.py"
    ]
    assert not asked, asked


def test_environment_variables_are_all_in_the_example() -> None:
    named = re.compile(r"^#?\s?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
    listed = set(named.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    asked = set()
    for name in ("env_str", "env_bool", "env_int", "env_list", "_secret", "get", "getenv"):
        for _path, node in calls(name, [*python_files(), *python_files(ROOT / "tests")]):
            if name in {"get", "getenv"} and ast.unparse(node.func) not in {
                "os.environ.get",
                "os.getenv",
                "environ.get",
            }:
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                asked.add(node.args[0].value)
    asked = {name.removesuffix("_FILE") for name in asked if name.startswith(("YIJIA_", "DATABASE_"))} - {
        "YIJIA_UPDATE_COUNTS"
    }
    assert asked == listed, {
        "asked, not in .env.example": sorted(asked - listed),
        "in .env.example, never asked": sorted(listed - asked),
    }
