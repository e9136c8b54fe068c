"""`policy check` on schemes: what is wrong is found, named, and has words."""

import pytest

from yijia.base import editions as reader
from yijia.base.policy_words import sentence
from yijia.core.benefits import check
from yijia.core.policy import Document, Editions, read_sources

NAME = "CN-500155/benefits.yaml"
OVERLAP = """  - key: benefit:overlap_gift
    value: {overlap: KIND, between: [OLD_AGE, CODE], zh: 就高, en: The higher one}
    effective: {from: null, until: null}
    source: [B3]
    evidence: official
"""


def faults(text: str) -> list[tuple[str, str | None]]:
    register, _ = read_sources(
        Document(reader.SOURCES, reader.parse((reader.ROOT / reader.SOURCES).read_text(encoding="utf-8")))
    )
    demand = (reader.ROOT / "CN/demand.yaml").read_text(encoding="utf-8")
    documents = [Document("CN/demand.yaml", reader.parse(demand)), Document(NAME, reader.parse(text))]
    found, run = check.check(Editions.from_documents(documents, register))
    for finding in found:
        zh, en = sentence(finding.code, finding.facts)
        assert zh
        assert en
    assert run == 3 or found
    return [(finding.code, finding.field) for finding in found]


GOOD = (reader.ROOT / NAME).read_text(encoding="utf-8")


def test_the_published_one_is_good():
    """Bug it catches: a check that finds fault with everything."""
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("payment: no_application", "payment: whenever", ("benefits.bad_choice", "payment")),
        ("place: hukou", "place: birthplace", ("benefits.bad_choice", "place")),
        ("      place: hukou\n", "", ("benefits.field_missing", "place")),
        ("unit: month}\n        - {id: age_90", "unit: fortnight}\n        - {id: age_90", ("benefits.bad_step", "amounts[0]")),
        ("amount_fen: 4000, unit: month}\n", "amount_fen: -1, unit: month}\n", ("benefits.bad_step", "amounts[0]")),
        ("id: age_90,", "id: age_80,", ("benefits.step_twice", "amounts")),
        ("rule: age < 90, ", "", ("benefits.step_never_reached", "amounts[1]")),
        ("offset_months: 0", "offset_months: 13", ("benefits.bad_offset", "starts")),
        ("expect: {verdict: granted, amount_fen: 4000", "expect: {verdict: granted, amount_fen: 4001", ("benefits.example_failed", "worked[1]")),
        ("birth_on: 1926-06-01", "birth_day: 1926-06-01", ("benefits.bad_example", "worked[0]")),
        ("from: null, until: null", "from: null, until: 2026-06-30", ("benefits.example_outside", "worked[0]")),
    ],
)  # fmt: skip
def test_each_fault_is_named(old, new, fault):
    """Bug it catches: a scheme that pays nobody, or everybody the wrong step, found only in the payment run."""
    assert old in GOOD
    assert fault in faults(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("kind", "code", "fault"),
    [
        ("max_one", "OLD_AGE", None),
        ("max_two", "OLD_AGE", ("benefits.bad_choice", "overlap")),
        ("max_one", "GIFT", ("benefits.unknown_scheme", "between")),
    ],
)
def test_an_overlap_names_schemes(kind, code, fault):
    """Bug it catches: a rule about two schemes that never bites, because one of them is misspelt."""
    found = faults(GOOD + OVERLAP.replace("KIND", kind).replace("CODE", code))
    assert found == ([] if fault is None else [fault])
