"""What a check finds, and where it says so (POLICY-08, POLICY-09)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.core.policy.support import SOURCES, demands, document, entry
from yijia.base.policy_words import FINDINGS, REFUSALS, RULES, sentence
from yijia.core.policy import Document, Source, check, read_sources
from yijia.core.rules import Column, Vocabulary

D1, D2, D3 = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)
VOCABULARIES = {"visit": Vocabulary({"age": Column("integer", "年龄", "Age")})}


def findings(*documents: Document) -> list[tuple[str, str | None, str | None]]:
    """Code without its area, key and field of each finding."""
    report = check(documents, SOURCES, VOCABULARIES)
    for finding in report.findings:
        assert all(sentence(finding.code, finding.facts))
    return [(finding.code.removeprefix("policy."), finding.key, finding.field) for finding in report.findings]


def without(content: dict, field: str) -> dict:
    return {name: part for name, part in content.items() if name != field}


def test_a_good_tree_is_quiet():
    """Bug it catches: a check that cries wolf is switched off."""
    assert (
        findings(
            document("CN", entry(value={"zh": "是", "en": "yes", "amount_fen": 5, "share": Decimal("0.1"), "on": D1}))
        )
        == []
    )


@pytest.mark.parametrize(
    ("header", "code", "field"),
    [
        ({"schema": "yijia/policy/2"}, "bad_schema_version", "schema"),
        ({"jurisdiction": "CN-44"}, "bad_jurisdiction", "jurisdiction"),
        ({"jurisdiction": "CN-440000"}, "wrong_folder", "jurisdiction"),
        ({"kind": "thing"}, "unknown_kind", "kind"),
        ({"owner": "局"}, "bad_owner", "owner"),
        ({"edition": "2025"}, "bad_edition", "edition"),
        ({"edition": "items/2025-13"}, "bad_edition", "edition"),
        ({"valuse": []}, "unknown_field", "valuse"),
        ({"values": {}}, "not_a_list", "values"),
        ({"weaker": {"a": "sure"}}, "bad_evidence", "weaker.a"),
    ],
)
def test_header_faults(header, code, field):
    """Bug it catches: a file in the wrong folder, of a wrong kind or with a mistyped field taken as it is."""
    good = document("CN", entry())
    assert (code, None, field) in findings(Document(good.name, {**good.content, **header}))


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (without(entry(), "effective"), "field_missing", "effective"),
        (entry(evidnce="official"), "unknown_field", "evidnce"),
        (entry("fee:a"), "bad_key", "key"),
        (entry("item:"), "bad_key", "key"),
        (entry(effective={"from": "2025-02-30", "until": None}), "bad_date", "effective.from"),
        (entry(effective={"from": None, "until": datetime(2025, 1, 1)}), "bad_date", "effective.until"),  # noqa: DTZ001
        (entry(effective={"from": None}), "field_missing", "effective.until"),
        (entry(start=D2, until=D2), "empty_period", "effective"),
        (entry(evidence="certain"), "bad_evidence", "evidence"),
        (entry(source=["NOWHERE"]), "unknown_source", "source"),
        (entry(source=[]), "source_missing", "source"),
        (entry(source="LAW"), "not_a_list", "source"),
        (entry(source=["MEMO", "NEWS"]), "evidence_above_source", "evidence"),
        (entry(evidence="derived", note=None), "note_missing", "note"),
        (entry(value=None), "null_not_missing", "evidence"),
        (entry(insured_class=3), "not_text", "insured_class"),
        (entry(gap_ok="yes"), "not_yes_no", "gap_ok"),
        (entry(examples={}), "not_a_list", "examples"),
        (entry(value={"a": 0.1}), "bad_type", "value.a"),
        (entry(value=[{"at": datetime(2025, 1, 1)}]), "bad_type", "value[0].at"),  # noqa: DTZ001
        (entry(value={"zh": "只有中文"}), "one_language", "value"),
        (entry(value={"steps": [{"en": "only"}]}), "one_language", "value.steps[0]"),
        (
            entry(value={"zh": "有", "en": "Yes", "关好": None}),
            "not_a_field",
            "value.关好",
        ),  # an unquoted comma in YAML
        (entry(value={"amount_fen": Decimal("1.5")}), "not_whole_fen", "value.amount_fen"),
        (entry(value={"amount_fen": True}), "not_whole_fen", "value.amount_fen"),
        (entry(value={"a": 1}, weaker={"b": "derived"}), "bad_weaker", "weaker.b"),
        (entry(value={"a": 1}, evidence="press", weaker={"a": "official"}), "bad_weaker", "weaker.a"),
    ],
)
def test_entry_faults_name_the_place(content, code, field):
    """Bug it catches: each is a mistake an author makes, and would otherwise be paid by somebody."""
    assert (code, content["key"], field) in findings(document("CN", content))


def test_overlap_gap_and_declared_gap():
    """Bug it catches: two prices on one day; a year without a price that nobody noticed."""
    assert findings(document("CN", entry(until=D2), entry(start=D1))) == [("overlap", "item:a", "effective")]
    assert findings(document("CN", entry(), entry(insured_class="employee"))) == []
    assert findings(document("CN", entry(until=D2), entry(start=D2))) == []
    gap = document("CN", entry(until=D1), entry(start=D3))
    assert findings(gap) == [("gap", "item:a", "effective")]
    assert check([gap], SOURCES, {}).errors == ()
    assert findings(document("CN", entry(until=D1, gap_ok=True), entry(start=D3))) == []


def test_lookup_examples_run():
    """Bug it catches: an example that documents what the tree no longer says."""
    good = [
        {"on": D2, "expect": {"fee": {"amount_fen": 5}}},
        {"on": D1, "expect": "policy.unknown"},
        {"on": D2, "jurisdiction": "CN-441900", "use": "money", "expect": "policy.weak"},
    ]
    value = {"fee": {"amount_fen": 5, "unit": "visit"}}
    tree = [demands(money="official"), document("CN", entry(value=value, start=D2, evidence="press", examples=good))]
    assert findings(*tree) == []
    for wrong in (
        {"on": D2, "expect": {"fee": {"amount_fen": 6}}},
        {"on": D2, "expect": "policy.weak"},
        {"on": D1, "expect": {}},
    ):
        assert findings(document("CN", entry(value=value, start=D2, examples=[wrong]))) == [
            ("example_failed", "item:a", "examples[0]")
        ]
    for strange in ({"on": "2025", "expect": {}}, {"when": D1, "expect": {}}, {"on": D2}, {"row": {}, "expect": True}):
        assert findings(document("CN", entry(value=value, examples=[strange]))) == [
            ("bad_example", "item:a", "examples[0]")
        ]


def test_rules_are_compiled_and_their_examples_run():
    """Bug it catches: a safety rule that names a column which does not exist, found only when somebody is at the door."""
    value = {"vocabulary": "visit", "rule": "age >= 65", "parts": [{"id": "old", "rule": "age >= 80"}]}
    examples = [
        {"row": {"age": 65}, "expect": True},
        {"row": {}, "expect": None},
        {"rule": "old", "row": {"age": 65}, "expect": False},
    ]
    good = document("CN", entry("gate:a", value, examples=examples), kind="gate")
    assert findings(good) == []
    assert check([good], SOURCES, VOCABULARIES).rules_compiled == 2
    wrong = [{"row": {"age": 64}, "expect": True}, {"row": {"agee": 1}, "expect": True}, {"row": {}, "expect": 0}]
    assert findings(document("CN", entry("gate:a", value, examples=wrong), kind="gate")) == [
        ("example_failed", "gate:a", "examples[0]"),
        ("bad_example", "gate:a", "examples[1]"),
        ("bad_example", "gate:a", "examples[2]"),
    ]
    unknown = {"vocabulary": "visit", "list": [{"rule": "agee >= 65"}]}
    assert findings(document("CN", entry("gate:a", unknown), kind="gate")) == [
        ("bad_rule", "gate:a", "value.list[0].rule")
    ]
    nowhere = {"vocabulary": "moon", "rule": "age >= 65"}
    assert findings(document("CN", entry("gate:a", nowhere), kind="gate")) == [
        ("unknown_vocabulary", "gate:a", "value.rule")
    ]
    unnamed = {"rule": "age >= 65"}
    assert findings(document("CN", entry("gate:a", unnamed), kind="gate")) == [
        ("unknown_vocabulary", "gate:a", "value.rule")
    ]


def test_bands():
    """Bug it catches: a person of eighty paid by two bands, or by none."""
    low, high = (
        {"age": {"from": 70, "until": 80}, "amount_fen": 1},
        {"age": {"from": 80, "until": None}, "amount_fen": 2},
    )
    examples = [
        {"band": {"age": 79}, "expect": {"amount_fen": 1}},
        {"band": {"age": 80}, "expect": {"amount_fen": 2}},
        {"band": {"age": 69}, "expect": None},
    ]
    assert findings(document("CN", entry(value={"bands": [low, high]}, examples=examples))) == []
    wide = {**high, "age": {"from": 79, "until": None}}
    assert findings(document("CN", entry(value={"bands": [low, wide]}))) == [("band_overlap", "item:a", "value.bands")]


def test_sources_register():
    """Bug it catches: a mistyped level that lets hearsay move money."""
    good = {"title": "法", "level": "official", "seen": "quoted", "date": "2025"}
    content = {
        "schema": "yijia/sources/1",
        "sources": {"A": good, "B": {**good, "level": "great"}, "C": {**good, "sen": 1}, "D": {"title": "x"}},
    }
    register, wrong = read_sources(Document("sources.yaml", content))
    assert register == {"A": Source("A", "法", SOURCES["LAW"].level, "quoted", dated="2025")}
    assert {(finding.key, finding.field) for finding in wrong} == {
        ("B", "level"),
        ("C", "sen"),
        ("D", "level"),
        ("D", "seen"),
    }


def test_every_word_is_there_in_both_languages():
    """Bug it catches: a code that only ever shows itself as a crash of the screen that explains it."""
    assert all(zh and en for zh, en in [*REFUSALS.values(), *FINDINGS.values(), *RULES.values()])
