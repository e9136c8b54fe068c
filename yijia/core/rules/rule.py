"""A rule: compiled once, asked for millions of rows, explained for one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from yijia.core.rules.compiler import Compiler, flat, position_of
from yijia.core.rules.functions import Row, Step
from yijia.core.rules.sql import SqlColumn, translate
from yijia.core.rules.vocabulary import RuleError, Vocabulary

DIALECT = "postgres"
MAX_LENGTH = 4000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Conjunct:
    """One of the conditions a rule joins by AND.

    verdict     True, False, or None: not known
    columns     the columns it names, in order of appearance
    values      what the row holds in them
    parameters  the policy numbers it names, with their values
    unknown     the columns that leave it open: known, they would decide it
    """

    text: str
    verdict: bool | None
    columns: tuple[str, ...]
    values: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    unknown: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class _Open:
    """A part of a condition, to find what leaves it open: a connector over parts, or a leaf with its columns."""

    step: Step
    columns: tuple[str, ...]
    parts: tuple["_Open", ...] = ()

    def unknown(self, row: Row) -> Iterator[str]:
        """The columns that would have to be known to decide this part."""
        if self.step(row) is None:
            for part in self.parts:
                yield from part.unknown(row)
            yield from (name for name in self.columns if row[name] is None)


@dataclass(frozen=True, slots=True)
class _Condition:
    text: str
    columns: tuple[str, ...]
    parameters: Mapping[str, Any]
    open: _Open


class Rule:
    """A checked rule.

    text        as written
    columns     all columns it names, in order of appearance
    parameters  policy numbers it may name beside the columns
    """

    __slots__ = ("_conditions", "_tree", "_verdict", "columns", "parameters", "text", "vocabulary")

    def __init__(
        self, text: str, vocabulary: Vocabulary, tree: exp.Expression, parameters: Mapping[str, Any] = _NOTHING
    ) -> None:
        compiler = Compiler(text, vocabulary, parameters)
        self.text = text
        self.vocabulary = vocabulary
        self.parameters = parameters
        self._tree = tree
        self._verdict = compiler.boolean(tree).step
        self._conditions = tuple(
            _Condition(
                _sql(part),
                tuple(name for name in _columns(part) if name not in parameters),
                {name: parameters[name] for name in _columns(part) if name in parameters},
                self._open(compiler, part),
            )
            for part in flat(tree, exp.And)
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
                condition.text,
                condition.open.step(row),
                condition.columns,
                {name: row[name] for name in condition.columns},
                condition.parameters,
                tuple(dict.fromkeys(condition.open.unknown(row))),
            )
            for condition in self._conditions
        )

    def _open(self, compiler: Compiler, part: exp.Expression) -> _Open:
        inner = part.unnest() if isinstance(part, exp.Paren) else part
        step = compiler.boolean(part).step
        if isinstance(inner, (exp.And, exp.Or)):
            return _Open(step, (), tuple(self._open(compiler, child) for child in flat(inner, type(inner))))
        if isinstance(inner, exp.Not):
            return _Open(step, (), (self._open(compiler, inner.this),))
        return _Open(step, tuple(name for name in _columns(part) if name not in self.parameters))

    def sql(self, columns: Mapping[str, SqlColumn] = _NOTHING) -> str:
        """The same rule as a DuckDB expression, for a whole population at once.

        columns     how a column is written there; one that is not named is written as itself

        Source      RULES-10 in docs/rules/policy.md
        """
        return translate(self._tree, self.vocabulary, self.parameters, columns)


def compile_rule(text: str, vocabulary: Vocabulary, parameters: Mapping[str, Any] = _NOTHING) -> Rule:
    """The rule of a text.

    parameters  numbers, dates, texts or yes/no of the edition that the rule may name as if they were columns

    Raises      RuleError: not an expression, not allowed, or its types do not fit; says where
    Source      RULES-01 to RULES-09 in docs/rules/policy.md
    """
    if len(text) > MAX_LENGTH:
        raise RuleError("rules.too_long", (1, 1), {"length": len(text), "most": MAX_LENGTH})
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=DIALECT) if isinstance(tree, exp.Expression)]
        if len(trees) != 1:
            raise RuleError("rules.not_one_expression", (1, 1), {"count": len(trees)})
        return Rule(text, vocabulary, trees[0], parameters)
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
