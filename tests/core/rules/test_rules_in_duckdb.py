"""The same rule for one row in Python and for a Parquet file in DuckDB: the same verdicts, unknowns included."""

from datetime import date
from decimal import Decimal
from random import Random

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.core.rules.random_rules import TEXTS, conditions
from yijia.core.rules import Column, RuleError, Vocabulary, compile_rule

WORDS = Vocabulary(
    {
        **{name: Column("integer", "整数", "Integer") for name in ("a", "b")},
        **{name: Column("boolean", "是非", "Yes or no") for name in ("p", "q")},
        **{name: Column("text", "文字", "Text") for name in ("s", "t")},
        **{name: Column("date", "日期", "Day") for name in ("d", "e")},
        "x": Column("decimal", "小数", "Decimal"),
    }
)
TYPES = {"a": "INTEGER", "b": "INTEGER", "p": "BOOLEAN", "q": "BOOLEAN", "s": "VARCHAR", "t": "VARCHAR", "d": "DATE", "e": "DATE", "x": "DECIMAL(9,2)"}  # fmt: skip
PARAMETERS = {"k": 2, "half": Decimal("0.5"), "word": "护师", "day": date(2024, 2, 29), "flag": True}
STRANGE = [*TEXTS, "ß", "İ", "Å", "护师长", "\U0001f475\U0001f3fd", "A'b", "é", "ｶ"]


def _rows(count: int) -> list[dict]:
    rng = Random(7)

    def maybe(content):
        return None if rng.random() < 0.3 else content

    days = [date(2023, 12, 25).toordinal(), date(2024, 3, 5).toordinal()]
    return [
        {
            **{name: maybe(rng.choice([-3, -1, 0, 1, 2, 3, 2_147_483_647, -2_147_483_648])) for name in "ab"},
            **{name: maybe(rng.random() < 0.5) for name in "pq"},
            **{name: maybe(rng.choice(STRANGE)) for name in "st"},
            **{name: maybe(date.fromordinal(rng.randint(*days))) for name in "de"},
            "x": maybe(Decimal(rng.randint(-300, 300)) / 100),
        }
        for _ in range(count)
    ]


ROWS = _rows(250)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """A Parquet file of the rows, and a connection that asks it."""
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE r ({', '.join(f'{name} {kind}' for name, kind in TYPES.items())})")
    connection.executemany(
        f"INSERT INTO r VALUES ({', '.join('?' * len(TYPES))})", [list(row.values()) for row in ROWS]
    )
    path = tmp_path_factory.mktemp("people") / "people.parquet"
    connection.execute(f"COPY r TO '{path}' (FORMAT parquet)")

    def ask(sql: str) -> list[bool | None]:
        return [answer for (answer,) in connection.execute(f"SELECT {sql} FROM '{path}'").fetchall()]

    yield ask
    connection.close()


MORE = st.sampled_from([
    "x > 0.5", "x + a >= 1.25", "x * b < a", "x IN (1, 2.5, 0.01)", "coalesce(x, a, 0.5) = 0.5", "abs(x - 1) <= half",
    "a * b * a > k", "-a > 0", "a = k", "k < b", "a BETWEEN k AND 3", "s = word", "s <> word", "d <= day", "flag", "NOT flag OR p",
    "p = q", "(p AND q) IS NULL", "(a > 1) IS TRUE", "upper(s) = 'A' OR lower(t) = 'ab'", "s LIKE '%师_'", "s LIKE 'A''%'",
    "length(s) = 2", "NOT (a IN (b, k))", "coalesce(s, t, '') LIKE '_'", "full_years(d, e) < 0", "days_between(e, d) + a > 3",
    "coalesce(p, q, FALSE)", "a IS NOT NULL AND NOT b IS NULL", "p IS NOT FALSE", "a + b - a > 2.5",
])  # fmt: skip
EITHER = st.one_of(
    MORE,
    conditions,
    st.tuples(MORE, st.sampled_from(["AND", "OR"]), conditions).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
    st.tuples(conditions, st.sampled_from(["AND", "OR"]), MORE).map(lambda p: f"NOT ({p[0]}) {p[1]} {p[2]}"),
)


@settings(max_examples=150, deadline=None)
@given(rule=EITHER)
@example("a * b * a > k")
@example("s = upper(s)")
@example("p = q IS NULL")
def test_one_row_at_a_time_and_all_at_once_agree(people, rule):
    """Bug it catches: integer overflow, a NULL in IN or BETWEEN, letters of other alphabets, 29 February, precedence."""
    compiled = compile_rule(rule, WORDS, PARAMETERS)
    assert people(compiled.sql()) == [compiled.verdict(row) for row in ROWS]


@pytest.mark.parametrize("rule", MORE.elements)
def test_each_written_rule_agrees(people, rule):
    """Bug it catches: one of the traps above, whatever the random rules happen to be."""
    compiled = compile_rule(rule, WORDS, PARAMETERS)
    assert people(compiled.sql()) == [compiled.verdict(row) for row in ROWS]


def test_parameters_are_explained_beside_the_columns():
    """Bug it catches: a threshold of the edition shown to a person as if it were a fact about her."""
    rule = compile_rule("a >= k AND s = word", WORDS, PARAMETERS)
    one, other = rule.explain({"a": 1, "s": None})
    assert (one.text, one.verdict, one.columns, one.values, one.parameters) == (
        "a >= k",
        False,
        ("a",),
        {"a": 1},
        {"k": 2},
    )
    assert (other.verdict, other.unknown, other.parameters) == (None, ("s",), {"word": "护师"})
    assert rule.columns == ("a", "s")


@pytest.mark.parametrize(
    ("text", "parameters", "code", "position"),
    [
        ("a > 1", {"a": 3}, "rules.bad_parameter", (1, 1)),
        ("a > k", {"k": 1.5}, "rules.bad_parameter", (1, 1)),
        ("a > k", {"k": "two"}, "rules.type_mismatch", (1, 1)),
        ("a > 1 AND b >\n  z", {"k": 1}, "rules.unknown_column", (2, 3)),
        ("p AND now() > d", {}, "rules.not_allowed", (1, 7)),
        ("p AND read_csv('x') = s", {}, "rules.not_allowed", (1, 7)),
        ("p AND\n random_thing(a) = 1", {}, "rules.unknown_function", (2, 2)),
    ],
)
def test_a_faulty_rule_is_refused_with_its_place(text, parameters, code, position):
    """Bug it catches: a rule that fails on the night of the payment run and not on the day it is written."""
    with pytest.raises(RuleError) as refused:
        compile_rule(text, WORDS, parameters)
    assert (refused.value.code, refused.value.position) == (code, position)
