"""A plan as plain values, for files: written by `as_plain`, read by `from_plain`."""

from collections.abc import Mapping
from typing import Any

from yijia.core.dispatch.formats.error import FormatError
from yijia.core.dispatch.formats.tree import Tree
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Plan, Result, Stop

FORM = "yijia-plan-1"


def value(problem: Problem, cost: tuple[int, ...]) -> float | list[int]:
    """The cost as the benchmarks print it: one number for a single tier, else the tiers."""
    if len(cost) == 1:
        return cost[0] / problem.objective.divisor / problem.ticks_per_min
    return list(cost)


def as_plain(problem: Problem, result: Result) -> Mapping[str, Any]:
    """Routes as {carer: [[visit, start], …]}, breaks as {carer: start}, in ticks; then costs and reasons."""
    return {
        "format": FORM,
        "ticks_per_min": problem.ticks_per_min,
        "routes": {carer: [[s.visit, s.start] for s in route] for carer, route in result.plan.routes.items()},
        "breaks": dict(result.plan.rests),
        "value": value(problem, result.cost),
        "cost": list(result.cost),
        "parts": {term.value: amount for term, amount in result.parts.items()},
        "unserved": {visit: {c: why.value for c, why in whys.items()} for visit, whys in result.reasons.items()},
        "iterations": result.iterations,
    }


def from_plain(text: str) -> Plan:
    """The plan in a file's text; costs written there are not read. Raises FormatError."""
    tree = Tree(text)
    routes = tree.get(tree.root, "routes", "", dict)
    rests = tree.get(tree.root, "breaks", "", dict, {})
    stops: dict[str, tuple[Stop, ...]] = {}
    for carer, route in routes.items():
        path = f"routes.{carer}"
        if not isinstance(route, list):
            raise tree.fault(path, "a list of [visit, start] is needed")
        found = []
        for i, row in enumerate(route):
            if not (isinstance(row, list) and len(row) == 2 and isinstance(row[0], str)):
                raise tree.fault(f"{path}[{i}]", "[visit, start] is needed")
            found.append(Stop(row[0], _whole(tree, row[1], f"{path}[{i}][1]")))
        stops[carer] = tuple(found)
    return Plan(stops, {carer: _whole(tree, start, f"breaks.{carer}") for carer, start in rests.items()})


def _whole(tree: Tree, number: Any, path: str) -> int:
    amount = tree.number(number, path)
    if amount != int(amount):
        raise FormatError(None, path, "a whole number of ticks is needed")
    return int(amount)
