"""`yijia assess`: one case or thousands, bad input by name, drafts until somebody signed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.cast import Cast
from tests.factories import cases as factory
from yijia.cli.assess import command


def run(*arguments: str) -> Any:
    return CliRunner().invoke(command, list(arguments))


def write(folder: Path, content: Any, name: str = "case.json") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_draft_says_why_until_it_is_confirmed(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, {"answers": factory.answers()})
    said = json.loads(run("nhsa_ltc_2021", file, "--on", "2025-06-16").stdout)
    assert (said["level"], said["is_draft"], said["why_draft"]["readiness"]) == (5, True, "blocked")
    factory.confirmed(cast)
    said = json.loads(run("nhsa_ltc_2021", file, "--on", "2025-06-16").stdout)
    assert (said["is_draft"], said["edition"]) == (False, "instruments/2021-08+confirmed.1")
    assert json.loads(run("nhsa_ltc_2021", file, "--not-confirmed").stdout)["is_draft"] is True


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({"answers": {}}, ["answers.pain"]), ({"answers": {"pain": 11}}, ["answers.pain"]), ({}, ["answers"]),
        ({"answers": {"pain": 3, "joy": 1}}, ["answers.joy"]), ('{"answers": {"pain": 3, "pain": 4}}', ["answers.pain"]),
        ('{"answers": {"pain": 3}, "answers": {}}', ["answers"]),
        ('{"answers": {"pain": NaN}}', [""]), ("[]", [""]), ("not json", [""]), ('{"answers": {"pain": true}}', ["answers.pain"]),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_exits_with_two(tmp_path: Path, content: Any, fields: list[str]) -> None:
    answer = run("nrs_pain", write(tmp_path, content))
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["error"]["fields"] == fields
    assert all(field in answer.stderr for field in fields)


@pytest.mark.parametrize("name", ["case.json", "cases.jsonl"])
def test_an_empty_file_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    answer = run("nrs_pain", write(tmp_path, "\n", name))
    assert answer.exit_code == 2
    assert answer.stderr.splitlines() == [
        "—: 文件是空的，没有可评的。 the file is empty, there is nothing to score [assessment.empty_file]"
    ]


def test_many_cases_one_line_each_and_an_error_stops_nothing(tmp_path: Path) -> None:
    lines = [
        '{"id": 7, "answers": {"pain": 3}}',
        "",
        '{"answers": {"pain": "x"}}',
        "{oops",
        '{"answers": {"pain": "10"}}',
    ]
    answer = run("nrs_pain", write(tmp_path, "\n".join(lines), "cases.jsonl"))
    said = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 2
    assert [one.get("level") for one in said] == ["mild", None, None, "severe"]
    assert (said[2]["line"], said[2]["error"]["faults"][0]["zh"]) == (4, "不是合法的 JSON，错在第 2 个字")
    assert (said[0]["id"], said[1]["line"], said[1]["error"]["fields"]) == (7, 3, ["answers.pain"])


def test_another_cut_and_unknown_names(db: None, tmp_path: Path) -> None:
    file = write(tmp_path, {"answers": {"history": 25, "secondary_dx": 0, "aid": 0, "iv": 20, "gait": 0, "mental": 0}})
    assert json.loads(run("morse_fall", file, "--bands", "ge45_high").stdout)["level"] == "high"
    assert run("morse_fall", file, "--bands", "none").exit_code == 2
    assert "gbt_42195_2022" in run("nothing", file).stderr
    nowhere = run("morse_fall", file, "--jurisdiction", "CQ")
    assert (nowhere.exit_code, "CQ" in nowhere.stderr) == (2, True)
