"""Somebody a programme would admit, found from its rules alone: for walking a programme through, never for judging anyone."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from yijia.core.programmes.admission import judge
from yijia.core.programmes.model import Condition, Programme
from yijia.core.programmes.vocabulary import PERSON
from yijia.core.rules import Kind

_AGES = (70, 45, 10, 85, 25, 4)
_MOST_COLUMNS = 6


def admitted(programme: Programme) -> dict[str, Any] | None:
    """The first person, in a fixed order of trying, whom every condition admits; None when none was found."""
    found = _search(list(programme.eligibility), {"is_alive": True, "is_in_hospital": False})
    if found is not None and judge(programme, PERSON.row(found)).verdict is True:
        return found
    return None


def _search(conditions: list[Condition], known: Mapping[str, Any]) -> dict[str, Any] | None:
    if not conditions:
        return dict(known)
    for facts in _ways(conditions[0], known):
        found = _search(conditions[1:], {**known, **facts})
        if found is not None:
            return found
    return None


def _ways(condition: Condition, known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Assignments of the columns a condition names and nobody has settled yet, under which it holds."""
    for rule in [case.rule for case in condition.any_of] or [condition.rule]:
        if rule is None:
            continue
        open_ = [name for name in rule.columns if name not in known][:_MOST_COLUMNS]
        for contents in product(*(_candidates(name) for name in open_)):
            facts = dict(zip(open_, contents, strict=True))
            if rule.verdict(PERSON.row({**known, **facts})) is True:
                yield facts


def _candidates(name: str) -> tuple[Any, ...]:
    column = PERSON[name]
    if column.kind is Kind.BOOLEAN:
        return (True, False)
    if name == "age_years":
        return _AGES
    if column.kind is Kind.INTEGER:
        return (1, 2, 3, 4, 5, 0)
    return column.choices or (None,)
