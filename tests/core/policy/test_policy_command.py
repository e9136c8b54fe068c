"""`yijia policy` as a person at a terminal sees it."""

import json

import pytest
from click.testing import CliRunner

from yijia.cli.policy import command


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments)
    return result.exit_code, result.output


def test_check_counts_and_succeeds():
    """Bug it catches: a check that fails on the shipped tree, or says nothing about what it saw."""
    code, output = run("check")
    assert code == 0
    assert "0 errors" in output
    assert "CN-441900" in output


def test_check_fails_and_names_the_place(tmp_path):
    """Bug it catches: exit 0 on a broken tree, so that CI lets it pass."""
    (tmp_path / "CN").mkdir()
    (tmp_path / "CN" / "a.yaml").write_text("schema: yijia/policy/1\nvalues: []\n", encoding="utf-8")
    code, output = run("check", str(tmp_path))
    assert code == 1
    assert "CN/a.yaml › owner" in output
    code, output = run("check", str(tmp_path), "--json")
    assert code == 1
    assert json.loads(output)["errors"] == 4


def test_show_a_value_with_its_source():
    """Bug it catches: a value shown without where it comes from, or without why it applies."""
    code, output = run("show", "CN-441900", "item:131000001N", "--on", "2025-01-01", "--use", "money")
    assert code == 0
    for part in (
        "上门服务费",
        "CN-440000",
        "[2024-09-01, 2026-03-30)",
        "official",
        "REPLY-DG-2025",
        "尚未生效 not yet in force",
    ):
        assert part in output


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("CN-441900", "item:131000001N", "--on", "2024-08-31"), "policy.unknown"),
        (("CN-441900", "item:131000001N", "--on", "2026-06-01", "--use", "money"), "policy.weak"),
        (("CN-500000", "fee:visit_fee", "--on", "2025-06-02"), "policy.missing"),
        (("CN-441900", "item:13100001N", "--on", "2025-06-02"), "item:131000001N"),
        (("CN-4419", "item:131000001N"), "CN-441900"),
        (("CN-441900", "item:131000001N", "--use", "mony"), "official_result"),
    ],
)
def test_show_refuses_in_words_and_fails(arguments, part):
    """Bug it catches: a refusal that a script takes for a value, or a mistyped key that gets no hint."""
    code, output = run("show", *arguments)
    assert code == 1
    assert part in output


def test_show_as_json():
    """Bug it catches: decimals and dates that JSON cannot carry."""
    code, output = run("show", "CN-441900", "reported:contract_rate", "--on", "2025-06-02", "--json")
    assert code == 0
    assert json.loads(output)["value"]["value"]["value"] == "0.5839"
    code, output = run("show", "CN-500000", "fee:visit_fee", "--on", "2025-06-02", "--json")
    assert code == 1
    assert json.loads(output)["refusal"]["code"] == "policy.missing"


def test_list_what_applies():
    """Bug it catches: a list that shows a value of another place."""
    code, output = run("list", "CN-350000", "fee:", "--on", "2025-06-02", "--json")
    assert code == 0
    assert {row["jurisdiction"] for row in json.loads(output)} == {"CN-350000", "CN"}
