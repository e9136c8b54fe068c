"""From a parsed expression to typed closures: every node is on the list, or the rule is refused."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from sqlglot import exp

from yijia.core.rules import functions
from yijia.core.rules.functions import Row, Step
from yijia.core.rules.vocabulary import Kind, RuleError, Vocabulary, kind_of

_NUMBERS = {Kind.INTEGER, Kind.DECIMAL}
_ORDERED = {Kind.INTEGER, Kind.DECIMAL, Kind.DATE}  # text order depends on a server's collation, so it is not offered

_COMPARISONS: dict[type[exp.Expression], Callable[[Any, Any], Any]] = {
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.LT: operator.lt, exp.LTE: operator.le, exp.GT: operator.gt, exp.GTE: operator.ge,
}  # fmt: skip
# Division is missing on purpose: engines disagree whether 7 / 2 is 3 or 3.5. Multiply the other side instead.
_ARITHMETIC: dict[type[exp.Expression], Callable[[Any, Any], Any]] = {
    exp.Add: operator.add, exp.Sub: operator.sub, exp.Mul: operator.mul,
}  # fmt: skip
_NAMED: dict[str, tuple[tuple[Kind, ...], Kind, Callable[..., Any]]] = {
    "full_years": ((Kind.DATE, Kind.DATE), Kind.INTEGER, functions.full_years),
    "days_between": ((Kind.DATE, Kind.DATE), Kind.INTEGER, functions.days_between),
}
_TEXT: dict[type[exp.Expression], tuple[Kind, Callable[[Any], Any]]] = {
    exp.Lower: (Kind.TEXT, functions.lower), exp.Upper: (Kind.TEXT, functions.upper), exp.Length: (Kind.INTEGER, len),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled part: its type (None for a bare NULL), its closure, and its content when it is a literal."""

    kind: Kind | None
    step: Step
    literal: Any = None


class Compiler:
    """Checks and compiles the expressions of one rule text."""

    def __init__(self, text: str, vocabulary: Vocabulary, parameters: Mapping[str, Any]) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.parameters = parameters
        for name, content in parameters.items():
            if name in vocabulary or kind_of(content) is None:
                raise RuleError("rules.bad_parameter", (1, 1), {"parameter": name, "found": str(content)})

    def boolean(self, node: exp.Expression) -> Part:
        """A part that is yes, no or unknown."""
        part = self.part(node)
        if part.kind is not Kind.BOOLEAN:
            self.refuse("not_boolean", node, found=_shown(part.kind))
        return part

    def part(self, node: exp.Expression) -> Part:
        """Any part."""
        compile_node = _COMPILERS.get(type(node))
        if compile_node is None:
            self.refuse("not_allowed", node, part=node.key)
        extra = {name for name, content in node.args.items() if content} - _ARGUMENTS.get(
            type(node), {"this", "expression"}
        )
        if extra:
            self.refuse("not_allowed", node, part=", ".join(sorted(extra)))
        return compile_node(self, node)

    def refuse(self, code: str, node: exp.Expression, **facts: Any) -> NoReturn:
        """Raise the error at the leftmost known place of the node."""
        starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        raise RuleError(f"rules.{code}", position_of(self.text, min(starts, default=0)), facts)

    def _column(self, node: exp.Expression) -> Part:
        name = node.name
        if name in self.parameters and not node.this.args.get("quoted"):
            return _constant(kind_of(self.parameters[name]), self.parameters[name])
        if node.this.args.get("quoted") or name not in self.vocabulary:
            self.refuse("unknown_column", node, column=name)

        def step(row: Row) -> Any:
            return row[name]

        return Part(self.vocabulary[name].kind, step)

    def _literal(self, node: exp.Expression) -> Part:
        text = node.name
        if node.is_string:
            return _constant(Kind.TEXT, text)
        if text.isdecimal():
            return _constant(Kind.INTEGER, int(text))
        if text.replace(".", "", 1).isdecimal():
            return _constant(Kind.DECIMAL, Decimal(text))
        self.refuse("bad_number", node, found=text)

    def _boolean_literal(self, node: exp.Expression) -> Part:
        return _constant(Kind.BOOLEAN, bool(node.this))

    def _null(self, node: exp.Expression) -> Part:
        return Part(None, lambda row: None)

    def _date_literal(self, node: exp.Expression) -> Part:
        if not isinstance(node.this, exp.Literal) or not node.this.is_string or not node.args["to"].is_type("date"):
            self.refuse("not_allowed", node, part="cast")
        try:
            return _constant(Kind.DATE, date.fromisoformat(node.this.name))
        except ValueError:
            self.refuse("bad_date", node, found=node.this.name)

    def _paren(self, node: exp.Expression) -> Part:
        return self.part(node.this)

    def _not(self, node: exp.Expression) -> Part:
        return Part(Kind.BOOLEAN, functions.negation(self.boolean(node.this).step))

    def _and(self, node: exp.Expression) -> Part:
        return Part(Kind.BOOLEAN, functions.conjunction([self.boolean(part).step for part in flat(node, exp.And)]))

    def _or(self, node: exp.Expression) -> Part:
        return Part(Kind.BOOLEAN, functions.disjunction([self.boolean(part).step for part in flat(node, exp.Or)]))

    def _comparison(self, node: exp.Expression) -> Part:
        left, right = self.part(node.this), self.part(node.expression)
        self._comparable(node, left, right, ordered=not isinstance(node, (exp.EQ, exp.NEQ)))
        self._within_choices(node.this, node.expression, right)
        self._within_choices(node.expression, node.this, left)
        return Part(Kind.BOOLEAN, functions.strict(_COMPARISONS[type(node)], [left.step, right.step]))

    def _between(self, node: exp.Expression) -> Part:
        part, low, high = self.part(node.this), self.part(node.args["low"]), self.part(node.args["high"])
        self._comparable(node, part, low, ordered=True)
        self._comparable(node, part, high, ordered=True)
        ends = [
            functions.strict(operator.ge, [part.step, low.step]),
            functions.strict(operator.le, [part.step, high.step]),
        ]
        return self._negatable(node, functions.conjunction(ends))

    def _in(self, node: exp.Expression) -> Part:
        part = self.part(node.this)
        members = [self.part(member) for member in node.expressions]
        if not members:
            self.refuse("empty_list", node)
        for member, written in zip(members, node.expressions, strict=True):
            self._comparable(node, part, member, ordered=False)
            self._within_choices(node.this, written, member)
        if all(member.literal is not None for member in members):
            return self._negatable(
                node, functions.constant_membership(part.step, frozenset(m.literal for m in members))
            )
        return self._negatable(node, functions.membership(part.step, [member.step for member in members]))

    def _is(self, node: exp.Expression) -> Part:
        part = self.part(node.this)
        other = node.expression
        wanted = None
        if isinstance(other, exp.Boolean):
            wanted = bool(other.this)
            if part.kind is not Kind.BOOLEAN:
                self.refuse("type_mismatch", node, left=_shown(part.kind), right=Kind.BOOLEAN.value)
        elif not isinstance(other, exp.Null):
            self.refuse("not_allowed", node, part="is")
        return self._negatable(node, functions.identity(part.step, wanted))

    def _like(self, node: exp.Expression) -> Part:
        part, pattern = self.part(node.this), self.part(node.expression)
        if part.kind is not Kind.TEXT or not isinstance(pattern.literal, str):
            self.refuse("bad_pattern", node)
        if "\\" in pattern.literal:  # an escape to one engine, a plain sign to another
            self.refuse("bad_pattern", node)
        return self._negatable(node, functions.strict(functions.like(pattern.literal), [part.step]))

    def _negatable(self, node: exp.Expression, step: Step) -> Part:
        # The parser writes some NOTs (IS NOT, NOT LIKE) as an argument of the node, others as a node around it.
        return Part(Kind.BOOLEAN, functions.negation(step) if node.args.get("negate") else step)

    def _arithmetic(self, node: exp.Expression) -> Part:
        left, right = self._number(node.this), self._number(node.expression)
        kind = Kind.DECIMAL if Kind.DECIMAL in (left.kind, right.kind) else Kind.INTEGER
        return Part(kind, functions.strict(_ARITHMETIC[type(node)], [left.step, right.step]))

    def _negative(self, node: exp.Expression) -> Part:
        part = self._number(node.this)
        if part.literal is not None:
            return _constant(part.kind, -part.literal)
        return Part(part.kind, functions.strict(operator.neg, [part.step]))

    def _abs(self, node: exp.Expression) -> Part:
        part = self._number(node.this)
        return Part(part.kind, functions.strict(abs, [part.step]))

    def _text_function(self, node: exp.Expression) -> Part:
        part = self.part(node.this)
        if part.kind is not Kind.TEXT:
            self.refuse("bad_argument", node, wanted=Kind.TEXT.value, found=_shown(part.kind))
        kind, function = _TEXT[type(node)]
        return Part(kind, functions.strict(function, [part.step]))

    def _coalesce(self, node: exp.Expression) -> Part:
        parts = [self.part(part) for part in (node.this, *node.expressions)]
        kinds = {part.kind for part in parts if part.kind is not None}
        if not kinds or (len(kinds) > 1 and not kinds <= _NUMBERS):
            self.refuse("type_mismatch", node, left=_shown(parts[0].kind), right=_shown(parts[-1].kind))
        kind = Kind.DECIMAL if len(kinds) > 1 else kinds.pop()
        return Part(kind, functions.first_known([part.step for part in parts]))

    def _named(self, node: exp.Expression) -> Part:
        known = _NAMED.get(node.name.lower())
        if known is None:
            self.refuse("unknown_function", node, function=node.name)
        wanted, kind, function = known
        parts = [self.part(part) for part in node.expressions]
        if tuple(part.kind for part in parts) != wanted:
            found = ", ".join(_shown(part.kind) for part in parts)
            self.refuse("bad_argument", node, wanted=", ".join(wanted), found=found)
        return Part(kind, functions.strict(function, [part.step for part in parts]))

    def _number(self, node: exp.Expression) -> Part:
        part = self.part(node)
        if part.kind not in _NUMBERS:
            self.refuse("bad_argument", node, wanted="number", found=_shown(part.kind))
        return part

    def _comparable(self, node: exp.Expression, left: Part, right: Part, *, ordered: bool) -> None:
        if left.kind is None or right.kind is None:
            self.refuse("compared_with_null", node)
        if left.kind is not right.kind and not {left.kind, right.kind} <= _NUMBERS:
            self.refuse("type_mismatch", node, left=_shown(left.kind), right=_shown(right.kind))
        if ordered and left.kind not in _ORDERED:
            self.refuse("no_order", node, found=_shown(left.kind))

    def _within_choices(self, column: exp.Expression, other: exp.Expression, part: Part) -> None:
        if isinstance(column, exp.Column) and column.name in self.vocabulary and isinstance(part.literal, str):
            choices = self.vocabulary[column.name].choices
            if choices and part.literal not in choices:
                self.refuse("not_a_choice", other, found=part.literal, column=column.name, choices=", ".join(choices))


def flat(node: exp.Expression, connector: type[exp.Expression]) -> Sequence[exp.Expression]:
    """The parts that one connector joins, parentheses around the same connector opened, in order."""
    parts: list[exp.Expression] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        inner = part.unnest() if isinstance(part, exp.Paren) else part
        if isinstance(inner, connector):
            waiting += [inner.expression, inner.this]
        else:
            parts.append(part)
    return parts


def position_of(text: str, start: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset."""
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def _constant(kind: Kind | None, content: Any) -> Part:
    return Part(kind, lambda row: content, content)


def _shown(kind: Kind | None) -> str:
    return "null" if kind is None else kind.value


_COMPILERS: dict[type[exp.Expression], Callable[[Compiler, Any], Part]] = {
    exp.Column: Compiler._column, exp.Literal: Compiler._literal, exp.Boolean: Compiler._boolean_literal,
    exp.Null: Compiler._null, exp.Cast: Compiler._date_literal, exp.Paren: Compiler._paren, exp.Not: Compiler._not,
    exp.And: Compiler._and, exp.Or: Compiler._or, exp.Between: Compiler._between, exp.In: Compiler._in, exp.Is: Compiler._is,
    exp.Like: Compiler._like, exp.Neg: Compiler._negative, exp.Abs: Compiler._abs, exp.Coalesce: Compiler._coalesce,
    exp.Anonymous: Compiler._named,
    **dict.fromkeys(_COMPARISONS, Compiler._comparison),
    **dict.fromkeys(_ARITHMETIC, Compiler._arithmetic),
    **dict.fromkeys(_TEXT, Compiler._text_function),
}  # fmt: skip
# What each node may carry; a table name, DISTINCT, SYMMETRIC, a subquery would be one argument more.
_ARGUMENTS: dict[type[exp.Expression], set[str]] = {
    exp.Column: {"this"},
    exp.Literal: {"this", "is_string"},
    exp.Cast: {"this", "to"},
    exp.Between: {"this", "low", "high", "negate"},
    exp.In: {"this", "expressions", "negate"},
    exp.Is: {"this", "expression", "negate"},
    exp.Like: {"this", "expression", "negate"},
    exp.Coalesce: {"this", "expressions"},
    exp.Anonymous: {"this", "expressions"},
}
