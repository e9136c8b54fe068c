"""A rule: compiled once, asked for millions of rows, explained for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from yijia.core.rules.compiler import Compiler, flat, position_of
from yijia.core.rules.functions import Row, Step
from yijia.core.rules.vocabulary import RuleError, Vocabulary

DIALECT = "postgres"
MAX_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Conjunct:
    """One of the conditions a rule joins by AND.

    verdict     True, False, or None: not known
    columns     the columns it names, in order of appearance
    values      what the row holds in them
    """

    text: str
    verdict: bool | None
    columns: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Condition:
    text: str
    columns: tuple[str, ...]
    step: Step


class Rule:
    """A checked rule.

    text        as written
    columns     all columns it names, in order of appearance
    """

    __slots__ = ("_conditions", "_verdict", "columns", "text", "vocabulary")

    def __init__(self, text: str, vocabulary: Vocabulary, tree: exp.Expression) -> None:
        compiler = Compiler(text, vocabulary)
        self.text = text
        self.vocabulary = vocabulary
        self._verdict = compiler.boolean(tree).step
        self._conditions = tuple(
            _Condition(_sql(part), _columns(part), compiler.boolean(part).step) for part in flat(tree, exp.And)
        )
        self.columns = tuple(dict.fromkeys(name for condition in self._conditions for name in condition.columns))

    def verdict(self, row: Row) -> bool | None:
        """True, False, or None where the row does not know enough; unknown is not no.

        Raises      KeyError: the row lacks a column the rule names (say None for unknown)
        """
        answer: bool | None = self._verdict(row)
        return answer

    def explain(self, row: Row) -> tuple[Conjunct, ...]:
        """Every condition with its own verdict and the values that led to it."""
        return tuple(
            Conjunct(
                condition.text, condition.step(row), condition.columns, {name: row[name] for name in condition.columns}
            )
            for condition in self._conditions
        )


def compile_rule(text: str, vocabulary: Vocabulary) -> Rule:
    """The rule of a text.

    Raises      RuleError: not an expression, not allowed, or its types do not fit; says where
    Source      RULES-01 to RULES-08 in docs/rules/policy.md
    """
    if len(text) > MAX_LENGTH:
        raise RuleError("rules.too_long", (1, 1), {"length": len(text), "most": MAX_LENGTH})
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=DIALECT) if isinstance(tree, exp.Expression)]
        if len(trees) != 1:
            raise RuleError("rules.not_one_expression", (1, 1), {"count": len(trees)})
        return Rule(text, vocabulary, trees[0])
    except ParseError as error:
        fault = error.errors[0] if error.errors else {}
        position = (fault.get("line") or 1, fault.get("col") or 1)
        raise RuleError("rules.syntax", position, {"problem": fault.get("description") or str(error)}) from error
    except TokenError as error:
        raise RuleError("rules.syntax", position_of(text, 0), {"problem": str(error)}) from error
    except RecursionError as error:
        raise RuleError("rules.too_deep", (1, 1), {}) from error


def _sql(part: exp.Expression) -> str:
    return part.unnest().sql(dialect=DIALECT, normalize_functions=False, comments=False)


def _columns(part: exp.Expression) -> tuple[str, ...]:
    found = sorted(part.find_all(exp.Column), key=lambda column: column.this.meta.get("start", 0))
    return tuple(dict.fromkeys(column.name for column in found))
