"""Every code that reaches a person has words, and every sentence has its English."""

import ast
import re
from collections.abc import Callable

import pytest
from django.utils.translation import override

from tests.house.source import calls, python_files, short, tree
from yijia.base import words
from yijia.cli import words as catalogues
from yijia.core.permissions import Permission
from yijia.core.refusal import Refusal

_CODE = re.compile(r"^[a-z_]+\.[a-z_0-9]+$")


def _refusal_codes() -> dict[str, str]:
    """Every literal code handed to `Refusal(…)`, and those a table of moves names."""
    found: dict[str, str] = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Refusal"
                and node.args
            ):
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and _CODE.match(part.value):
                        found.setdefault(part.value, f"{short(path)}:{node.lineno}")
        if path.name == "lifecycle.py":
            found |= _named_by_moves(path) if path.parent.name != "core" else {}
    return found


def _named_by_moves(path: object) -> dict[str, str]:
    found = {}
    for node in ast.walk(tree(path)):  # type: ignore[arg-type]
        if isinstance(node, ast.Dict):
            for value in node.values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and _CODE.match(value.value):
                    found[value.value] = f"{short(path)}:{value.lineno}"  # type: ignore[arg-type]
    return found


_BESIDE_THE_FIELD = ("vitals.",)  # told by the record form itself, beside the reading


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_refusal_code_has_words(language: str) -> None:
    known = words.all_refusals()
    silent = sorted(
        f"{place}: {code}"
        for code, place in _refusal_codes().items()
        if code not in known and not code.startswith(_BESIDE_THE_FIELD)
    )
    assert not silent, silent


def test_a_sentence_asks_for_no_fact_that_the_refusal_does_not_carry() -> None:
    """A missing fact would show as a dash; facts that are put together elsewhere cannot be read here."""
    known = words.all_refusals()
    lacking = []
    for path, call in calls("Refusal"):
        code, *facts = call.args
        given = facts[0] if facts else ast.Dict([], [])
        if (
            not isinstance(code, ast.Constant)
            or not isinstance(given, ast.Dict)
            or isinstance(known.get(code.value), Callable)
        ):
            continue
        if all(isinstance(key, ast.Constant) for key in given.keys):
            carried = {key.value for key in given.keys if isinstance(key, ast.Constant)}
            asked = set(re.findall(r"%\((\w+)\)", str(known.get(code.value, ""))))
            lacking += [f"{short(path)}:{call.lineno}: {code.value} {name}" for name in sorted(asked - carried)]
    assert not lacking, lacking


def test_a_refusal_is_said_in_both_languages_whatever_facts_it_has() -> None:
    for code, said in words.all_refusals().items():
        if callable(said):
            continue
        with override("zh-hans"):
            chinese = words.sentence(Refusal(code))
        with override("en"):
            english = words.sentence(Refusal(code))
        assert re.search(r"[\u4e00-\u9fff]", chinese), code
        assert not re.search(r"[\u4e00-\u9fff]", english), (code, english)


def test_every_permission_has_a_name() -> None:
    assert set(words.PERMISSIONS) == set(Permission)


def test_every_sentence_has_its_english() -> None:
    faults = [line for _, line in catalogues.findings()]
    assert not faults, f"{len(faults)}: run `yijia words check`\n" + "\n".join(faults[:20])


def test_the_check_finds_what_is_wrong(tmp_path: object) -> None:
    uses = catalogues.uses(catalogues.PACKAGE / "base")
    assert any(use.place.startswith("yijia/base/templates/") for use in uses.values())
    assert any(use.place.startswith("yijia/base/words.py") for use in uses.values())
    assert all(re.search(r"[\u3400-\u9fff]", msgid) for msgid in uses)
