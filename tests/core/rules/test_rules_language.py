"""What the rule language says, refuses and explains (RULES-01 to RULES-08)."""

from datetime import date
from decimal import Decimal

import pytest

from yijia.core.rules import Column, Conjunct, RuleError, Vocabulary, compile_rule

WORDS = Vocabulary(
    {
        "age": Column("integer", "年龄", "Age", "year"),
        "share": Column("decimal", "比例", "Share"),
        "name": Column("text", "姓名", "Name"),
        "title": Column("text", "职称", "Title", choices=("护士", "护师", "主管护师")),
        "is_registered": Column("boolean", "已注册", "Registered"),
        "consented": Column("boolean", "已同意", "Consented"),
        "born_on": Column("date", "出生日期", "Born on"),
        "on_date": Column("date", "服务日期", "Service date"),
    }
)


def verdict(text: str, **facts: object) -> bool | None:
    return compile_rule(text, WORDS).verdict(WORDS.row(facts))


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("age >= 65", {"age": 65}, True),
        ("age >= 65", {"age": 64}, False),
        ("age >= 65", {}, None),
        ("NOT age >= 65", {}, None),
        ("is_registered AND consented", {"is_registered": False}, False),
        ("is_registered AND consented", {"is_registered": True}, None),
        ("is_registered OR consented", {"is_registered": True}, True),
        ("is_registered OR consented", {"consented": False}, None),
        ("title IN ('护师', '主管护师')", {"title": "护师"}, True),
        ("title NOT IN ('护师', '主管护师')", {}, None),
        ("age BETWEEN 18 AND 60", {"age": 60}, True),
        ("age NOT BETWEEN 18 AND 60", {"age": 60}, False),
        ("name IS NULL", {}, True),
        ("name IS NOT NULL", {}, False),
        ("is_registered IS TRUE", {}, False),
        ("is_registered IS NOT TRUE", {}, True),
        ("name LIKE '王%'", {"name": "王小明"}, True),
        ("name LIKE '王_'", {"name": "王小明"}, False),
        ("name LIKE 'a.c'", {"name": "abc"}, False),
        ("share * 2 > 0.5", {"share": Decimal("0.25")}, False),
        ("share + 0.1 = 0.3", {"share": Decimal("0.2")}, True),
        ("-age < abs(-1)", {"age": 3}, True),
        ("coalesce(age, 0) = 0", {}, True),
        ("lower(name) = 'ab' AND upper(name) = 'AB' AND length(name) = 2", {"name": "aB"}, True),
        ("full_years(born_on, on_date) >= 65", {"born_on": date(1960, 6, 2), "on_date": date(2025, 6, 1)}, False),
        ("full_years(born_on, on_date) >= 65", {"born_on": date(1960, 6, 2), "on_date": date(2025, 6, 2)}, True),
        ("days_between(born_on, on_date) = -1", {"born_on": date(2025, 6, 2), "on_date": date(2025, 6, 1)}, True),
        ("born_on < DATE '2000-01-01'", {"born_on": date(1999, 12, 31)}, True),
    ],
)
def test_verdicts(text, facts, expected):
    """Bug it catches: unknown counted as no, a boundary off by one, an operator bound to its neighbour."""
    assert verdict(text, **facts) is expected


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("age >", "rules.syntax", None),
        ("", "rules.not_one_expression", (1, 1)),
        ("age = 1; age = 2", "rules.not_one_expression", (1, 1)),
        ("age", "rules.not_boolean", (1, 1)),
        ("age = 1\n  AND nme = 'x'", "rules.unknown_column", (2, 7)),
        ("people.age = 1", "rules.not_allowed", (1, 1)),
        ('"age" = 1', "rules.unknown_column", (1, 1)),
        ("name = 1", "rules.type_mismatch", (1, 1)),
        ("is_registered = 1", "rules.type_mismatch", (1, 1)),
        ("name = NULL", "rules.compared_with_null", (1, 1)),
        ("age IN (1, NULL)", "rules.compared_with_null", (1, 1)),
        ("name < 'b'", "rules.no_order", (1, 1)),
        ("title = '护长'", "rules.not_a_choice", (1, 9)),
        ("title IN ('护师', '护长')", "rules.not_a_choice", (1, 17)),
        ("age / 2 = 1", "rules.not_allowed", (1, 1)),
        ("age IN (SELECT 1)", "rules.not_allowed", (1, 1)),
        ("age IN ()", "rules.empty_list", (1, 1)),
        ("age BETWEEN SYMMETRIC 2 AND 1", "rules.not_allowed", (1, 1)),
        ("born_on < CURRENT_DATE", "rules.not_allowed", (1, 1)),
        ("CAST(name AS date) = born_on", "rules.not_allowed", (1, 6)),
        ("born_on = DATE '2025-02-30'", "rules.bad_date", (1, 16)),
        ("name LIKE '50\\%'", "rules.bad_pattern", (1, 1)),
        ("name LIKE name", "rules.bad_pattern", (1, 1)),
        ("name LIKE 'a' ESCAPE 'b'", "rules.not_allowed", (1, 1)),
        ("name ~ 'a'", "rules.not_allowed", (1, 1)),
        ("pg_sleep(10) = 1", "rules.unknown_function", (1, 1)),
        ("full_years(born_on, age) > 1", "rules.bad_argument", (1, 1)),
        ("length(age) = 1", "rules.bad_argument", (1, 1)),
        ("age + name = 1", "rules.bad_argument", (1, 7)),
        ("age = 1e3", "rules.bad_number", (1, 7)),
        ("coalesce(age, name) = 1", "rules.type_mismatch", (1, 1)),
        ("age IS 3", "rules.not_allowed", (1, 1)),
        ("name IS TRUE", "rules.type_mismatch", (1, 1)),
        ("age = 1 " + "AND age = 1 " * 400, "rules.too_long", (1, 1)),
        ("(" * 1500 + "age = 1" + ")" * 1500, "rules.too_deep", (1, 1)),
    ],
)
def test_refused_with_position(text, code, position):
    """Bug it catches: a construct that runs elsewhere with another meaning, or an author left to search the place."""
    with pytest.raises(RuleError) as raised:
        compile_rule(text, WORDS)
    assert raised.value.code == code
    if position is not None:
        assert raised.value.position == position


def test_explained_by_condition():
    """Bug it catches: an explanation that hides which condition failed, or shows values the row does not hold."""
    rule = compile_rule("age >= 65 AND (is_registered AND NOT consented) AND (name = 'x' OR age > 80)", WORDS)
    row = WORDS.row({"age": 70, "is_registered": True, "name": "y"})
    assert rule.verdict(row) is False
    assert rule.explain(row) == (
        Conjunct("age >= 65", True, ("age",), {"age": 70}),
        Conjunct("is_registered", True, ("is_registered",), {"is_registered": True}),
        Conjunct("NOT consented", None, ("consented",), {"consented": None}),
        Conjunct("name = 'x' OR age > 80", False, ("name", "age"), {"name": "y", "age": 70}),
    )
    assert rule.columns == ("age", "is_registered", "consented", "name")


def test_row_lacking_a_column_is_a_bug_not_an_unknown():
    """Bug it catches: a caller that forgot to fill a column sends people on an 'unknown'."""
    with pytest.raises(KeyError):
        compile_rule("age >= 65 AND is_registered", WORDS).verdict({"age": 70})


@pytest.mark.parametrize("facts", [{"agee": 1}, {"age": "70"}, {"age": True}, {"title": "护长"}, {"is_registered": 1}])
def test_row_of_wrong_facts_is_refused(facts):
    """Bug it catches: text '70' never equal to number 70, so a rule quietly never fires."""
    with pytest.raises(ValueError):
        WORDS.row(facts)
