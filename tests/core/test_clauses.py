"""Each clause of the rule documents is named by a test, and no test names a clause that does not exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    "orders.md": "ORDER",
    "gate.md": "GATE",
    "evidence.md": "EVID",
    "pricing.md": "PRICE",
    "people.md": "ID",
    "dispatch.md": "DISPATCH",
    "catalogue.md": "CATALOGUE",
    "agreements.md": "AGREEMENT",
    "assessment.md": "ASSESS",
    "benefits.md": "BENEFIT",
    "procedures.md": "PROC",
    "programmes.md": "PROG",
    "referrals.md": "REF",
    "homes.md": "HOME",
    "rehab.md": "REHAB",
}


@pytest.mark.parametrize(("document", "area"), DOCUMENTS.items())
def test_clauses_and_tests_agree(document: str, area: str) -> None:
    text = (ROOT / "docs" / "rules" / document).read_text(encoding="utf-8")
    numbers = re.findall(rf"^\| {area}-(\d\d) \|", text, re.MULTILINE)
    assert numbers == [f"{number:02d}" for number in range(1, len(numbers) + 1)]
    tested = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(rf"\b{area}-(\d\d)\b", tested))
    assert named == set(numbers)
