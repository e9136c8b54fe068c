"""A measure's rule as SQL text: the same expression that is checked and explained, for the database to count by.

Only column names, literals, comparisons and AND/OR/NOT pass the rule compiler, so the text carries nothing foreign.
"""

import sqlglot

from yijia.core.rules import Rule

_NEEDS_A_FUNCTION = ("full_years(", "days_between(")


def condition(rule: Rule) -> str:
    """The rule as a PostgreSQL condition; per cent signs are doubled for the driver.

    Raises      ValueError: the rule calls a function that only the interpreter has
    """
    text = sqlglot.parse_one(rule.text, dialect="postgres").sql(dialect="postgres", comments=False)
    if any(name in text.lower() for name in _NEEDS_A_FUNCTION):
        raise ValueError(f"{rule.text!r} calls a function the database does not have")
    return text.replace("%", "%%")
