"""Random rules on random rows, against SQLite's own three-valued logic as an independent oracle."""

import sqlite3
from datetime import date

from hypothesis import example, given, settings

from tests.core.rules.random_rules import WORDS, conditions, rows
from yijia.core.rules import compile_rule


def _years(start: str | None, end: str | None) -> int | None:
    """Birthdays counted one by one, unlike the code under test."""
    if start is None or end is None:
        return None
    if start > end:
        back = _years(end, start)
        return None if back is None else -back
    count = 0
    while f"{int(start[:4]) + count + 1:04d}{start[4:]}" <= end:
        count += 1
    return count


oracle = sqlite3.connect(":memory:")
oracle.execute("PRAGMA case_sensitive_like = ON")
oracle.create_function("full_years", 2, _years)
oracle.create_function(
    "days_between",
    2,
    lambda a, b: (
        None if a is None or b is None else date.fromisoformat(b).toordinal() - date.fromisoformat(a).toordinal()
    ),
)


def ask_sqlite(rule: str, row: dict) -> bool | None:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    values = [content.isoformat() if isinstance(content, date) else content for content in row.values()]
    sql = rule.replace("DATE '", "'")
    (answer,) = oracle.execute(f"WITH r({names}) AS (VALUES ({marks})) SELECT {sql} FROM r", values).fetchone()
    return None if answer is None else bool(answer)


@settings(max_examples=600, deadline=None)
@given(conditions, rows)
@example("a IN (b, 1)", {**dict.fromkeys("abpqstde"), "a": 2})
@example("NOT (p AND q)", {**dict.fromkeys("abpqstde"), "p": True})
def test_same_verdict_as_sqlite(rule, row):
    """Bug it catches: any operator whose NULL handling, precedence or boundary differs from SQL's."""
    assert compile_rule(rule, WORDS).verdict(row) is ask_sqlite(rule, row)


@settings(max_examples=200, deadline=None)
@given(conditions, rows)
def test_explanation_agrees_with_the_verdict(rule, row):
    """Bug it catches: a condition lost or counted twice when the rule is taken apart."""
    compiled = compile_rule(rule, WORDS)
    parts = [part.verdict for part in compiled.explain(row)]
    expected = False if False in parts else None if None in parts else True
    assert compiled.verdict(row) is expected


@settings(max_examples=200, deadline=None)
@given(conditions, rows)
def test_text_of_each_condition_is_the_condition(rule, row):
    """Bug it catches: an explanation whose printed SQL means something else than what was evaluated."""
    for part in compile_rule(rule, WORDS).explain(row):
        assert (
            compile_rule(part.text.replace("CAST('", "DATE '").replace("' AS DATE)", "'"), WORDS).verdict(row)
            is part.verdict
        )
