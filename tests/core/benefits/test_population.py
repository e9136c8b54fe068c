"""A population's run gives each person the answer that the same person gets alone."""

from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.core.benefits.support import person
from yijia.base import dry_run as dry
from yijia.base import editions, population
from yijia.core.benefits import FACTS, Changes, Month, due, offer_for, parse_changes
from yijia.core.benefits.plan import Plan, plan_for
from yijia.core.benefits.sql import REASONS, month_query, profiles_query
from yijia.core.rules.sql import quoted

MONTHS = [Month(2026, 6), Month(2025, 11), Month(2025, 12), Month(2026, 7), Month(2022, 3), Month(2026, 2)]
SUBJECTS = ("elder", "person", "child", "carer")


def offers(month: Month, changes: Changes | None = None):
    return lambda hukou, residence: offer_for(
        editions.current(), hukou=hukou, residence=residence, on=month.first, changes=changes
    )


def alone(people: list[dict], month: Month, changes: Changes | None = None) -> list[dict]:
    found = []
    for facts in people:
        offer = offers(month, changes)(facts["hukou"], facts["residence"])
        found.append(
            {
                owed.entitlement.code: (owed.entitlement.because, owed.entitlement.amount_fen, owed.due_fen)
                for owed in due(facts, offer.schemes, offer.overlaps, month)
                if not owed.entitlement.scheme.in_kind
            }
        )
    return found


def together(people: list[dict], month: Month, changes: Changes | None = None, by_profile: bool = False) -> list[dict]:
    plan = plan_for({(p["hukou"], p["residence"]) for p in people}, offers(month, changes), month, SUBJECTS)
    with duckdb.connect() as duck:
        fill(duck, "serial INTEGER", [[n, *facts.values()] for n, facts in enumerate(people)])
        source = f"({profiles_query([plan], 'p', ('serial',))})" if by_profile else "p"
        cursor = duck.execute(f"SELECT * FROM ({month_query(plan, source, ('serial',))}) ORDER BY serial")
        names = [column[0] for column in cursor.description]
        return [read(plan, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def fill(duck: duckdb.DuckDBPyConnection, key: str, rows: list[list]) -> None:
    columns = ", ".join(f"{name} {population.SQL_TYPES[column.kind]}" for name, column in FACTS.items())
    duck.execute(f"CREATE TABLE p ({key}, {columns})")
    written = ", ".join(f"({', '.join(quoted(content) for content in row)})" for row in rows)
    duck.execute(f"INSERT INTO p VALUES {written}")


def read(plan: Plan, row: dict) -> dict:
    return {
        code: (
            REASONS[row[f"{code}_because"]],
            row[f"{code}_fen"] if row[f"{code}_fen"] is not None else None,
            row[f"{code}_due_fen"],
        )
        for code in plan.codes
        if row[f"{code}_because"] is not None and not plan.variants[code][-1].scheme.in_kind
    }


def same(one: list[dict], other: list[dict], people: list[dict]) -> None:
    for facts, mine, theirs in zip(people, one, other, strict=True):
        assert {code: (a[0], a[2]) for code, a in mine.items()} == {code: (a[0], a[2]) for code, a in theirs.items()}, (
            facts
        )
        for code, answer in mine.items():
            if answer[1] is not None:
                assert answer[1] == theirs[code][1], (code, facts)


@settings(
    max_examples=3, deadline=None, phases=[Phase.generate]
)  # to shrink a crowd says nothing; the assertion names the person
@given(seed=st.integers(0, 10**6), month=st.sampled_from(MONTHS), by_profile=st.booleans())
def test_everybody_gets_the_answer_they_get_alone(seed, month, by_profile):
    """BENEFIT-15. Bug it catches: a NULL, an edge of a month, an overlap or a place that the two ways treat differently."""
    people = [person(Random(seed * 1000 + n)) for n in range(150)]
    same(alone(people, month), together(people, month, by_profile=by_profile), people)


def test_changed_numbers_reach_both_ways():
    """Bug it catches: a threshold that the dry run tries for the population and not for the person on the screen."""
    month, changes = Month(2026, 6), Changes({"OLD_AGE.min_age": 75, "CN-500155/OLD_AGE.age_80.amount_fen": 12345})
    people = [person(Random(n)) for n in range(200)]
    mine = alone(people, month, changes)
    assert any(answers.get("OLD_AGE", (0, 0))[1] == 12345 for answers in mine)
    same(mine, together(people, month, changes), people)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Nine hundred people of Chongqing in a file."""
    path = tmp_path_factory.mktemp("made")
    rows = []
    for n in range(900):
        facts = person(Random(n))
        facts["residence"] = "CN-500155" if n % 3 else "CN-500103"
        rows.append([f"SYN-500000-{n:08d}", *facts.values()])
    with duckdb.connect() as duck:
        fill(duck, "person_id VARCHAR", rows)
        duck.execute(
            f"COPY (SELECT * EXCLUDE (carer_class_hours) FROM p) TO {quoted(str(path / 'people.parquet'))} (FORMAT parquet)"
        )
    return path


def test_a_run_adds_up(folder, tmp_path):
    """Bug it catches: people counted twice, or districts, verdicts and money that do not reconcile with each person's row."""
    people = population.open_population(folder, "CN-500000")
    out = tmp_path / "answers.parquet"
    found = population.run(people, editions.current(), Month(2026, 6), out)
    assert found["people"] == 900 == sum(row["people"] for row in found["districts"])
    for scheme in found["schemes"]:
        assert scheme["granted"] + scheme["held"] + scheme["not"] + scheme["unknown"] + scheme["not_offered"] == 900
        assert sum(scheme["reasons"].values()) == 900 - scheme["not_offered"]
    assert found["granted_month_fen"] == sum(row["granted_month_fen"] for row in found["districts"])
    with duckdb.connect() as duck:
        old_age = f"SELECT count(*), sum(OLD_AGE_due_fen) FROM {quoted(str(out))} WHERE OLD_AGE_because = 0"
        granted, fen = duck.execute(old_age).fetchone()
    told = next(scheme for scheme in found["schemes"] if scheme["code"] == "OLD_AGE")
    assert (told["granted"], told["granted_month_fen"]) == (granted, fen)
    assert {row["jurisdiction"] for row in found["to_confirm"]} >= {"CN-500000"}
    assert all(row["parts"] for row in found["to_confirm"])


def test_a_dry_run_reconciles_with_the_people_behind_it(folder):
    """BENEFIT-16. Bug it catches: a headline number without the list that makes it, or a cut that loses people."""
    people, month, tree = population.open_population(folder, "CN-500000"), Month(2026, 6), editions.current()
    plan = population.plan_of(people, tree, month)
    changes = parse_changes(["OLD_AGE.min_age=95"], dry.schemes_in(plan))
    found = dry.dry_run(people, tree, month, changes=changes)
    assert (found["gain"], found["schemes"]) == (0, ["OLD_AGE"])
    assert found["lose"] > 50
    assert found["difference_year_fen"] < 0
    for cut in dry.CUTS:
        assert sum(row["people"] for row in found[f"by_{cut}"]) == 900
        for number in ("lose", "before_year_fen", "after_year_fen", "before_unpriced"):
            assert sum(row[number] for row in found[f"by_{cut}"]) == found[number]
    behind = dry.people_behind(people, tree, month, outcome="lose", changes=changes, limit=10_000)
    assert len(behind) == found["lose"]
    assert all(row["person_id"].startswith("SYN-500000-******") for row in behind)
    woman = {"district": "CN-500155", "sex": "female", "age_band": "80-84"}
    some = dry.people_behind(people, tree, month, outcome="lose", changes=changes, where=woman, limit=10_000)
    assert 0 < len(some) < len(behind)
    assert {(row["district"], row["sex"], row["age_band"]) for row in some} == {tuple(woman.values())}


def test_nothing_changed_changes_nothing(folder):
    """Bug it catches: gains and losses out of a comparison of an edition with itself."""
    people, tree = population.open_population(folder, "CN-500000"), editions.current()
    found = dry.dry_run(people, tree, Month(2026, 6), against=editions.read(editions.ROOT))
    assert (found["gain"], found["lose"], found["schemes"], found["changes"]) == (0, 0, [], [])


def test_an_edition_against_another(folder, tmp_path):
    """Bug it catches: a proposal's folder that replaces more than the file of its name, or nothing."""
    own = tmp_path / "CN-500155"
    own.mkdir()
    text = (editions.ROOT / "CN-500155" / "benefits.yaml").read_text(encoding="utf-8")
    (own / "benefits.yaml").write_text(text.replace("amount_fen: 20000", "amount_fen: 30000"), encoding="utf-8")
    people, tree = population.open_population(folder, "CN-500000"), editions.current()
    found = dry.dry_run(people, tree, Month(2026, 6), against=editions.read_over(editions.ROOT, tmp_path))
    assert [(c["key"], c["before"], c["after"]) for c in found["changes"]] == [
        ("OLD_AGE.age_90.amount_fen", 20000, 30000)
    ]
    assert found["gain"] > 0
    assert found["lose"] == 0
    assert found["difference_year_fen"] == found["gain"] * 10000 * 12


@pytest.mark.parametrize("region", ["CN-441900", "CN-350000"])
def test_nobody_of_another_region_is_asked(folder, region):
    """Bug it catches: Chongqing's people run by Fujian's rules."""
    with pytest.raises(population.NoPopulation):
        population.open_population(folder, region)


def test_a_person_born_on_29_february(folder):
    """Bug it catches: a date of birth compared with a day that the year of comparison does not have."""
    facts = {"birth_on": date(1944, 2, 29), "hukou": "CN-500155", "residence": "CN-500155"}
    people = [{name: facts.get(name) for name in FACTS}]
    for month in (Month(2024, 2), Month(2026, 2), Month(2026, 3)):
        same(alone(people, month), together(people, month), people)
