"""An age in a rule is a comparison of birth dates in a population: the same verdict for every birth date and day."""

from collections.abc import Callable, Iterator
from datetime import date

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yijia.core.benefits.vocabulary import PERSON, Looks, row_on
from yijia.core.rules import compile_rule
from yijia.core.rules.sql import quoted

days = st.one_of(
    st.dates(date(1900, 1, 1), date(2030, 12, 31)),
    st.sampled_from(
        [date(y, m, d) for y in (1904, 1944, 1946, 2024, 2026, 2028) for m, d in ((2, 28), (3, 1), (12, 31))]
    ),
    st.sampled_from([date(1904, 2, 29), date(1944, 2, 29), date(2024, 2, 29), date(2028, 2, 29)]),
)
number = st.integers(-2, 130)
rules = st.one_of(
    st.tuples(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), number).map(lambda p: f"age {p[0]} {p[1]}"),
    st.tuples(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), number).map(lambda p: f"{max(p[1], 0)} {p[0]} age"),
    st.tuples(number, number).map(lambda p: f"age BETWEEN {p[0]} AND {p[1]}"),
    st.tuples(number, number).map(lambda p: f"age NOT IN ({p[0]}, {p[1]})"),
    st.tuples(number, number).map(lambda p: f"age * 2 - {max(p[0], 0)} > {p[1]} OR age >= 79.5"),
    number.map(lambda n: f"NOT (age < {n} AND elder_grade >= 2)"),
    number.map(lambda n: f"elder_grade IS NULL OR age >= {n} AND elder_grade IN (2, 3)"),
)


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[[str], list[bool | None]]]:
    """An engine to ask; only a function, because a test framework that keeps a connection never lets go of it."""
    opened = duckdb.connect()
    yield lambda sql: [verdict for (verdict,) in opened.execute(sql).fetchall()]
    opened.close()


@settings(max_examples=100, deadline=None)
@given(rule=rules, on=days, births=st.lists(st.none() | days, min_size=1, max_size=8), until=st.none() | days)
@example(
    rule="age >= 80", on=date(2024, 2, 29), births=[date(1944, 2, 29), date(1944, 3, 1), date(1944, 2, 28)], until=None
)
@example(rule="age >= 82", on=date(2026, 2, 28), births=[date(1944, 2, 29), date(1944, 2, 28)], until=date(2026, 2, 28))
def test_an_age_is_the_same_both_ways(ask, rule, on, births, until):
    """BENEFIT-01, RULES-10. Bug it catches: a birthday one day off in one of the two ways, a grade that has run out."""
    compiled = compile_rule(rule, PERSON)
    people = [{"birth_on": birth, "elder_grade": 3, "elder_grade_until_on": until} for birth in births]
    alone = [compiled.verdict(row_on(facts, on)) for facts in people]
    rows = ", ".join(
        f"({n}, CAST({quoted(b)} AS DATE), 3, CAST({quoted(until)} AS DATE))" for n, b in enumerate(births)
    )
    asked = f"SELECT {compiled.sql(Looks().columns(on))} FROM (VALUES {rows}) AS p(n, birth_on, elder_grade, elder_grade_until_on)"
    assert ask(f"{asked} ORDER BY n") == alone
