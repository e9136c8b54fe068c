"""The generated city day (`citygen-1`): several bases, breaks, pairs, gaps, priorities, optional visits, continuity."""

from typing import Any

from yijia.core.dispatch.formats.tree import Tree
from yijia.core.dispatch.model import CITY, Break, Carer, Link, Problem, Visit
from yijia.core.dispatch.travel import StraightLine


def read(text: str) -> Problem:
    """A citygen file; places are the visits' and then the caregivers' homes. Raises FormatError."""
    tree = Tree(text)
    if tree.root.get("format") != "citygen-1":
        raise tree.fault("format", "'citygen-1' is needed")
    rows = tree.get(tree.root, "visits", "", list)
    people = tree.get(tree.root, "caregivers", "", list)
    known = {person.get("id") for person in people if isinstance(person, dict)}
    points: list[tuple[float, float]] = []
    visits = tuple(visit(tree, row, f"visits[{i}]", i, points, known) for i, row in enumerate(rows))
    carers = tuple(_carer(tree, row, f"caregivers[{i}]", points) for i, row in enumerate(people))
    links = tuple(_link(tree, row, f"links[{i}]") for i, row in enumerate(tree.get(tree.root, "links", "", list, [])))
    return Problem(visits, carers, StraightLine(points), links, objective=CITY)


def visit(tree: Tree, row: Any, path: str, place: int, points: list[tuple[float, float]], known: set[Any]) -> Visit:
    """One visit record; its place is appended to the points. Raises FormatError."""
    points.append(tree.pair(tree.get(row, "xy", path, list), f"{path}.xy", least=-1e9))
    opens, closes = tree.pair(tree.get(row, "tw", path, list), f"{path}.tw")
    if closes < opens:
        raise tree.fault(f"{path}.tw", "closes before it opens")
    usual = tree.get(row, "usual", path, str, None)
    avoid = tree.get(row, "avoid", path, list, [])
    for name in [*avoid, *([usual] if usual else [])]:
        if name not in known:
            raise tree.fault(f"{path}.{'usual' if name == usual else 'avoid'}", f"unknown caregiver '{name}'")
    return Visit(
        tree.get(row, "id", path, str),
        place,
        int(tree.number(tree.get(row, "duration", path, int), f"{path}.duration")),
        int(opens),
        int(closes),
        skills=frozenset({tree.get(row, "skill", path, str)}),
        priority=int(tree.number(tree.get(row, "priority", path, int), f"{path}.priority")),
        is_optional=tree.get(row, "optional", path, bool, False),
        usual=usual,
        forbidden=frozenset(avoid),
        label=tree.get(row, "patient", path, str, ""),
    )


def _carer(tree: Tree, row: Any, path: str, points: list[tuple[float, float]]) -> Carer:
    begins, ends = tree.pair(tree.get(row, "shift", path, list), f"{path}.shift")
    points.append(tree.pair(tree.get(row, "home", path, list), f"{path}.home", least=-1e9))
    rest = tree.get(row, "break", path, list, None)
    if rest is not None:
        if len(rest) != 3:
            raise tree.fault(f"{path}.break", "from, until and length are needed")
        rest = Break(*(int(tree.number(value, f"{path}.break[{i}]")) for i, value in enumerate(rest)))
    return Carer(
        tree.get(row, "id", path, str),
        len(points) - 1,
        len(points) - 1,
        (int(begins), int(ends)),
        frozenset(tree.get(row, "skills", path, list)),
        overtime_max=int(tree.number(row.get("overtime_max", 0), f"{path}.overtime_max")),
        rest=rest,
        visits_max=int(tree.number(row.get("max_visits", 10**6), f"{path}.max_visits")),
    )


def _link(tree: Tree, row: Any, path: str) -> Link:
    kind, first, second = (tree.get(row, key, path, str) for key in ("type", "a", "b"))
    if kind == "sync":
        return Link(first, second)
    if kind != "prec":
        raise tree.fault(f"{path}.type", f"'{kind[:40]}' is neither sync nor prec")
    low = tree.number(tree.get(row, "min_gap", path, int), f"{path}.min_gap")
    high = tree.number(tree.get(row, "max_gap", path, int), f"{path}.max_gap")
    return Link(first, second, int(low), int(high), is_apart=False)
