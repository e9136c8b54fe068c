"""Documents keep up with the code: the map, the words, the hazards, the decisions."""

import ast
import re

import pytest
import yaml

from tests.house.source import APPS, ROOT
from yijia.core.permissions import Role

HAZARDS = yaml.safe_load((ROOT / "docs/hazards.yaml").read_text(encoding="utf-8"))["hazards"]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_hazard_names_tests_that_exist(hazard: dict) -> None:
    assert hazard["zh"]
    assert hazard["en"]
    assert hazard["tests"]
    for moment in ("before", "after"):
        assert all(1 <= hazard[moment][part] <= 5 for part in ("likelihood", "severity"))
    risk = {moment: hazard[moment]["likelihood"] * hazard[moment]["severity"] for moment in ("before", "after")}
    assert risk["after"] < risk["before"]
    assert risk["after"] <= 6
    for name in hazard["tests"]:
        path, _, test = name.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert not test or test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_hazards_are_numbered_once() -> None:
    assert [hazard["id"] for hazard in HAZARDS] == [f"HZ-{n:02d}" for n in range(1, len(HAZARDS) + 1)]


def test_the_map_mentions_every_context() -> None:
    text = (ROOT / "docs/map.md").read_text(encoding="utf-8")
    assert [folder.name for folder in APPS if folder.name not in text] == []


def test_the_glossary_names_every_role() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert [role for role in Role if f"| {role} |" not in text] == []


def test_decisions_are_numbered_in_order_and_short() -> None:
    papers = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [int(p.name[:4]) for p in papers] == list(range(1, len(papers) + 1))
    for paper in papers:
        text = paper.read_text(encoding="utf-8")
        assert re.match(rf"# {int(paper.name[:4])}\. ", text)
        for part in ("**Context.**", "**Decision.**", "**Weighed.**", "**Costs.**"):
            assert part in text, (paper.name, part)
        assert len(text.split()) < 450, paper.name
