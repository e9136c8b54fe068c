"""`yijia county make --elders`, `yijia benefits …` and `yijia bench rules`, from the outside."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from yijia.base import editions
from yijia.bench import rules as bench
from yijia.cli import group
from yijia.core.people.synthetic import is_synthetic
from yijia.core.rules.sql import quoted
from yijia.demo import elders as maker

ELDERS = 20_000


def yijia(*words: str | Path) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, str]:
    """A small register of Chongqing, and what its maker said."""
    folder = tmp_path_factory.mktemp("cq")
    result = yijia("county", "make", "--elders", ELDERS, "--seed", 1, "--format", "parquet", "--out", folder)
    assert result.exit_code == 0, result.output
    return folder, result.output


def ask(folder: Path, what: str) -> tuple:
    with duckdb.connect() as duck:
        return duck.execute(f"SELECT {what} FROM {quoted(str(folder / 'people.parquet'))}").fetchone()


def test_the_published_rates_come_out(made):
    """Bug it catches: a register whose rates are about right, so that no indicator reconciles with its reply."""
    folder, said = made
    signed, checked, count, ids = ask(
        folder,
        "count(*) FILTER (has_contract), count(*) FILTER (last_checkup_on >= DATE '2025-06-01'), count(*), count(DISTINCT person_id)",
    )
    assert (signed, checked, count, ids) == (15780, 13420, ELDERS, ELDERS)
    assert "15,780 / 20,000 = 78.90%" in said
    assert "13,420 / 20,000 = 67.10%" in said


def test_nobody_in_the_register_can_be_real(made):
    """Bug it catches: an invented person who has a living person's number."""
    folder, _ = made
    low, high = ask(folder, "min(person_id), max(person_id)")
    assert low == "SYN-500000-00000001"
    assert high.startswith("SYN-500000-")
    assert not is_synthetic(low)  # not an identity number at all
    assert json.loads((folder / maker.ABOUT).read_text(encoding="utf-8"))["made"] == "synthetic"


def test_the_composition(made):
    """Bug it catches: districts that do not exist, elders under 65, everything known about everybody."""
    folder, _ = made
    homes, low, old, women, unborn, unassessed = ask(
        folder,
        "count(DISTINCT residence), min(residence), max(DATE '2026-06-01' - birth_on) / 365.25,"
        " avg(CAST(sex = 'female' AS INTEGER)), count(*) FILTER (birth_on IS NULL), count(*) FILTER (elder_grade IS NULL)",
    )
    assert (homes, low) == (38, "CN-500101")
    assert 99 < old < 107
    assert 0.50 < women < 0.55
    assert 0 < unborn < 50
    assert unassessed > ELDERS * 0.8
    (young,) = ask(folder, "count(*) FILTER (birth_on > DATE '1961-06-01')")
    assert young == 0


def test_the_same_seed_makes_the_same_people(made, tmp_path):
    """Bug it catches: a bench or a bug report that nobody can repeat."""
    folder, _ = made
    assert yijia("county", "make", "--elders", ELDERS, "--out", tmp_path / "again").exit_code == 0
    assert yijia("county", "make", "--elders", ELDERS, "--seed", 2, "--out", tmp_path / "other").exit_code == 0
    digest = "bit_xor(hash(person_id, residence, birth_on, elder_grade, income_class, last_checkup_on))"
    assert ask(folder, digest) == ask(tmp_path / "again", digest) != ask(tmp_path / "other", digest)


@pytest.mark.parametrize(("region", "homes"), [("CN-441900", 1), ("CN-440704", 1), ("CN-440307", 1), ("CN-350000", 83)])
def test_every_region_has_a_register_and_a_run(region, homes, tmp_path):
    """Bug it catches: a region without districts, or whose schemes cannot be run."""
    assert yijia("county", "make", "--region", region, "--elders", 3000, "--out", tmp_path).exit_code == 0
    assert ask(tmp_path, "count(DISTINCT residence)") == (homes,)
    result = yijia("benefits", "run", "--population", tmp_path, "--region", region, "--month", "2026-06", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["people"] == 3000
    assert {"OLD_AGE", "ELDER_VOUCHER"} <= {scheme["code"] for scheme in found["schemes"]}


def test_the_run_in_words(made):
    """Bug it catches: a run whose table leaves out what must be confirmed."""
    result = yijia("benefits", "run", "--population", made[0])
    assert result.exit_code == 0, result.output
    assert "待确认 to be confirmed" in result.output
    assert "OLD_AGE CN-500000 press: amounts" in result.output


def test_a_dry_run(made):
    """Bug it catches: an age lowered to 75 that nobody gains by."""
    words = ("benefits", "dry-run", "--population", made[0], "--region", "CN-500000", "--set", "OLD_AGE.min_age=75")
    found = json.loads(yijia(*words, "--json").output)
    assert (found["people"], found["lose"]) == (ELDERS, 0)
    assert ELDERS * 0.1 < found["gain"] < ELDERS * 0.25
    assert {c["after"] for c in found["changes"]} == {75}
    assert len(found["by_district"]) == 38
    assert found["difference_year_fen"] == found["after_year_fen"] - found["before_year_fen"] > 0
    assert "得 gain" in yijia(*words).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dry-run", "--set", "OLD_AGE.min_agee=75"], "OLD_AGE.min_age\n"),
        (["dry-run", "--set", "OLD_AGE.min_age=old"], "whole_number"),
        (["dry-run", "--set", "CN-500104/OLD_AGE.min_age=70"], "CN-500155/OLD_AGE.min_age"),
        (["dry-run", "--set", "OLD_AGE.min_age=70", "--set", "OLD_AGE.min_age=75"], "twice"),
        (["dry-run"], "--set"),
        (["dry-run", "--set", "OLD_AGE.min_age=75", "--month", "2026-13"], "2026-13"),
        (["dry-run", "--set", "OLD_AGE.min_age"], "whole_number"),
        (["run", "--month", "0000-01"], "0000-01"),
        (["run", "--month", "9999-12"], "9999-12"),
        (["run", "--region", "CN-35"], "CN-35"),
        (["run", "--region", "CN-350000"], "CN-350000"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(made, words, said):
    """Bug it catches: a typo that runs something else, or a traceback."""
    result = yijia("benefits", words[0], "--population", made[0], *words[1:])
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_an_edition_with_a_fault_is_refused(made, tmp_path):
    """Bug it catches: a proposal with a broken file compared as if it changed nothing."""
    empty = yijia("benefits", "dry-run", "--population", made[0], "--against", tmp_path)
    assert (empty.exit_code, "policy.no_files" in empty.output) == (2, True)
    place = tmp_path / "CN-500155"
    place.mkdir()
    (place / "benefits.yaml").write_text("schema: yijia/policy/1\nvalues: [", encoding="utf-8")
    broken = yijia("benefits", "dry-run", "--population", made[0], "--against", tmp_path)
    assert (broken.exit_code, "policy.unreadable" in broken.output) == (2, True)
    rule = (editions.ROOT / "CN-500155/benefits.yaml").read_text(encoding="utf-8")
    assert "age >= min_age" in rule
    (place / "benefits.yaml").write_text(rule.replace("age >= min_age", "agee >= min_age"), encoding="utf-8")
    typo = yijia("benefits", "dry-run", "--population", made[0], "--against", tmp_path)
    assert (typo.exit_code, "value.rule" in typo.output, "“agee”" in typo.output) == (2, True, True), typo.output


def test_no_population(tmp_path):
    """Bug it catches: a run over nobody that says everything is fine."""
    result = yijia("benefits", "run", "--population", tmp_path)
    assert (result.exit_code, "people.parquet" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("'CN-500155' AS residence", "hukou"),
        ("'CN-500155' AS residence, 'Liangping' AS hukou", "Liangping"),
        ("'CN-500155' AS residence, 'CN-500155' AS hukou, '1944-03-01' AS birth_on", "birth_on: VARCHAR"),
        (None, "people.parquet"),
    ],
)
def test_a_file_that_is_no_register(tmp_path, columns, said):
    """Bug it catches: a column of text taken for a date, or a traceback out of the query engine."""
    file = tmp_path / "people.parquet"
    if columns is None:
        file.write_text("not a parquet file", encoding="utf-8")
    else:
        with duckdb.connect() as duck:
            duck.execute(f"COPY (SELECT {columns}) TO {quoted(str(file))} (FORMAT parquet)")
    result = yijia("benefits", "run", "--population", tmp_path)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_one_person_explained(tmp_path):
    """Bug it catches: an explanation without its conditions, and a misspelt fact that is silently not known."""
    file = tmp_path / "person.json"
    file.write_text(
        json.dumps({"birth_on": "1944-03-01", "hukou": "CN-500155", "residence": "CN-500155"}), encoding="utf-8"
    )
    found = json.loads(yijia("benefits", "explain", file, "--on", "2026-06-01").output)["entitlements"]
    mine = {entitlement["scheme"]: entitlement for entitlement in found}
    assert (mine["OLD_AGE"]["verdict"], mine["OLD_AGE"]["amount_fen"]) == ("granted", 4000)
    assert mine["OLD_AGE"]["conjuncts"][1] == {
        "text": "age >= min_age", "verdict": True, "values": {"age": 82}, "parameters": {"min_age": 80}, "not_known": [],
    }  # fmt: skip
    assert mine["ELDER_VOUCHER"]["missing"] == ["elder_grade"]
    for content, said in (('{"shoe": 1}', "shoe"), ("[", "JSON"), ('{"birth_on": "1944-13-01"}', "month")):
        file.write_text(content, encoding="utf-8")
        wrong = yijia("benefits", "explain", file, "--on", "2026-06-01")
        assert (wrong.exit_code, said in wrong.output) == (2, True), wrong.output


def test_the_bench_has_its_figures(made, monkeypatch):
    """Bug it catches: a bench that nobody can run after a change of the rules."""
    monkeypatch.setattr(bench, "SAMPLE", 50)
    found = bench.run(made[0])
    assert set(bench.LIMITS) <= set(found)
    assert {"all_schemes_s", "one_rule_s", "dry_run_s"} <= set(found["one_at_a_time"])
    assert found["people"] == ELDERS
