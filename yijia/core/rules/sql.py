"""A checked rule as a DuckDB expression that means the same for every row, unknowns included."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlglot import exp

from yijia.core.rules.vocabulary import Kind, Vocabulary


class Derived(Protocol):
    """A column that the population does not hold as such but that can be worked out from what it holds."""

    @property
    def sql(self) -> str:
        """The column itself."""

    def compared(self, operator: str, number: int) -> str:
        """The comparison with a whole number, on the stored column, so that the scan itself can leave rows out."""


SqlColumn = str | Derived

_OPERATORS: dict[type[exp.Expression], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*",
}  # fmt: skip
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SMALL, _CAPITAL = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def quoted(content: Any) -> str:
    """A plain value as DuckDB writes it."""
    if content is None:
        return "NULL"
    if isinstance(content, bool):
        return "TRUE" if content else "FALSE"
    if isinstance(content, int):
        return str(content)
    if isinstance(content, Decimal):
        return format(content, "f")
    if isinstance(content, date):
        return f"DATE '{content.isoformat()}'"
    return "'" + str(content).replace("'", "''") + "'"


def translate(
    tree: exp.Expression, vocabulary: Vocabulary, parameters: Mapping[str, Any], columns: Mapping[str, SqlColumn]
) -> str:
    """The expression of a tree that the compiler has accepted.

    Raises      KeyError: a node the compiler does not accept
    """
    return _Translator(vocabulary, parameters, columns).of(tree)


class _Translator:
    def __init__(self, vocabulary: Vocabulary, parameters: Mapping[str, Any], columns: Mapping[str, SqlColumn]) -> None:
        self.vocabulary = vocabulary
        self.parameters = parameters
        self.columns = columns

    def of(self, node: exp.Expression) -> str:
        return _WRITERS[type(node)](self, node)

    def column(self, node: exp.Expression) -> str:
        name = node.name
        if name in self.parameters:
            return quoted(self.parameters[name])
        written = self.columns.get(name, f'"{name}"')
        return written if isinstance(written, str) else written.sql

    def literal(self, node: exp.Expression) -> str:
        return quoted(node.name) if node.is_string else node.name

    def boolean(self, node: exp.Expression) -> str:
        return "TRUE" if node.this else "FALSE"

    def null(self, node: exp.Expression) -> str:
        return "NULL"

    def day(self, node: exp.Expression) -> str:
        return f"DATE '{date.fromisoformat(node.this.name).isoformat()}'"

    def paren(self, node: exp.Expression) -> str:
        return self.of(node.this)

    def negation(self, node: exp.Expression) -> str:
        return f"(NOT {self.of(node.this)})"

    def conjunction(self, node: exp.Expression) -> str:
        return f"({self.of(node.this)} AND {self.of(node.expression)})"

    def disjunction(self, node: exp.Expression) -> str:
        return f"({self.of(node.this)} OR {self.of(node.expression)})"

    def comparison(self, node: exp.Expression) -> str:
        return self._compared(_OPERATORS[type(node)], node.this, node.expression)

    def between(self, node: exp.Expression) -> str:
        low = self._compared(">=", node.this, node.args["low"])
        high = self._compared("<=", node.this, node.args["high"])
        return self._negated(node, f"({low} AND {high})")

    def membership(self, node: exp.Expression) -> str:
        members = ", ".join(self.of(member) for member in node.expressions)
        return self._negated(node, f"({self.of(node.this)} IN ({members}))")

    def identity(self, node: exp.Expression) -> str:
        other = self.of(node.expression)
        # IS TRUE binds more tightly than a comparison, hence the inner parentheses.
        return self._negated(node, f"(({self.of(node.this)}) IS {other})")

    def like(self, node: exp.Expression) -> str:
        return self._negated(node, f"({self.of(node.this)} LIKE {self.of(node.expression)})")

    def arithmetic(self, node: exp.Expression) -> str:
        return f"({self._wide(node.this)} {_OPERATORS[type(node)]} {self._wide(node.expression)})"

    def negative(self, node: exp.Expression) -> str:
        return f"(-({self._wide(node.this)}))"

    def absolute(self, node: exp.Expression) -> str:
        return f"abs({self._wide(node.this)})"

    def lower(self, node: exp.Expression) -> str:
        return f"translate({self.of(node.this)}, '{_CAPITAL}', '{_SMALL}')"

    def upper(self, node: exp.Expression) -> str:
        return f"translate({self.of(node.this)}, '{_SMALL}', '{_CAPITAL}')"

    def length(self, node: exp.Expression) -> str:
        return f"length({self.of(node.this)})"

    def coalesce(self, node: exp.Expression) -> str:
        return f"coalesce({', '.join(self.of(part) for part in (node.this, *node.expressions))})"

    def named(self, node: exp.Expression) -> str:
        start, end = (self.of(part) for part in node.expressions)
        if node.name.lower() == "days_between":
            return f"(CAST({end} AS DATE) - CAST({start} AS DATE))"
        one, other = day_key(f"CAST({start} AS DATE)"), day_key(f"CAST({end} AS DATE)")
        return f"(CASE WHEN {start} <= {end} THEN ({other} - {one}) // 10000 ELSE -(({one} - {other}) // 10000) END)"

    def _compared(self, operator: str, left: exp.Expression, right: exp.Expression) -> str:
        for column, other, written in ((left, right, operator), (right, left, _MIRRORED[operator])):
            derived = self.columns.get(column.name) if isinstance(column, exp.Column) else None
            number = self._whole(other)
            if derived is not None and not isinstance(derived, str) and number is not None:
                return derived.compared(written, number)
        return f"({self.of(left)} {operator} {self.of(right)})"

    def _whole(self, node: exp.Expression) -> int | None:
        """The whole number a node always is, if it is one."""
        if isinstance(node, exp.Paren):
            return self._whole(node.this)
        if isinstance(node, exp.Column):
            content = self.parameters.get(node.name)
            return content if isinstance(content, int) and not isinstance(content, bool) else None
        if isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal():
            return int(node.name)
        return None

    def _wide(self, node: exp.Expression) -> str:
        """A number with room: a sum of small columns must not overflow where Python's would not."""
        text = self.of(node)
        return text if self._is_decimal(node) else f"CAST({text} AS HUGEINT)"

    def _is_decimal(self, node: exp.Expression) -> bool:
        """Whether a numeric part may have a fraction."""
        if isinstance(node, exp.Literal):
            return not node.name.isdecimal()
        if isinstance(node, exp.Column):
            if node.name in self.parameters:
                return isinstance(self.parameters[node.name], Decimal)
            return self.vocabulary[node.name].kind is Kind.DECIMAL
        if isinstance(node, (exp.Length, exp.Anonymous)):
            return False
        return any(self._is_decimal(part) for part in node.iter_expressions())

    def _negated(self, node: exp.Expression, text: str) -> str:
        return f"(NOT {text})" if node.args.get("negate") else text


def day_key(day: str) -> str:
    """A date as the whole number YYYYMMDD: the difference of two, without its last four digits, is full years."""
    return f"(year({day}) * 10000 + month({day}) * 100 + day({day}))"


_WRITERS: dict[type[exp.Expression], Callable[[_Translator, Any], str]] = {
    exp.Column: _Translator.column, exp.Literal: _Translator.literal, exp.Boolean: _Translator.boolean,
    exp.Null: _Translator.null, exp.Cast: _Translator.day, exp.Paren: _Translator.paren, exp.Not: _Translator.negation,
    exp.And: _Translator.conjunction, exp.Or: _Translator.disjunction, exp.Between: _Translator.between,
    exp.In: _Translator.membership, exp.Is: _Translator.identity, exp.Like: _Translator.like, exp.Neg: _Translator.negative,
    exp.Abs: _Translator.absolute, exp.Coalesce: _Translator.coalesce, exp.Anonymous: _Translator.named,
    exp.Lower: _Translator.lower, exp.Upper: _Translator.upper, exp.Length: _Translator.length,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE), _Translator.comparison),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), _Translator.arithmetic),
}  # fmt: skip
