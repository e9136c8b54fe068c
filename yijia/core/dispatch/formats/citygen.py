"""The generated city day (`citygen-1`): several bases, breaks, pairs, gaps, priorities, optional visits, continuity.

Coordinates are metres on a plane; a file that says `"coordinates": "lonlat"` gives degrees instead, longitude first.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch.formats.tree import Tree
from yijia.core.dispatch.model import CITY, Break, Carer, Link, Problem, Visit
from yijia.core.dispatch.travel import StraightLine, on_plane


def read(text: str) -> Problem:
    """A citygen file; places are the visits' and then the caregivers' homes. Raises FormatError."""
    tree = Tree(text)
    if tree.root.get("format") != "citygen-1":
        raise tree.fault("format", "'citygen-1' is needed")
    rows = tree.get(tree.root, "visits", "", list)
    people = tree.get(tree.root, "caregivers", "", list)
    if not people:
        raise tree.fault("caregivers", "nobody is there")
    known = {tree.name(person, "id", f"caregivers[{i}]") for i, person in enumerate(people)}
    skills = tree.root.get("skills")
    if skills is not None:
        skills = set(_skills(tree, tree.root, ""))
    points: list[tuple[float, float]] = []
    visits = tuple(visit(tree, row, f"visits[{i}]", i, points, known) for i, row in enumerate(rows))
    carers = tuple(_carer(tree, row, f"caregivers[{i}]", points) for i, row in enumerate(people))
    if skills is not None:
        _check_skills(tree, visits, carers, skills)
    named = {visit.id for visit in visits}
    links = tuple(
        _link(tree, row, f"links[{i}]", named) for i, row in enumerate(tree.get(tree.root, "links", "", list, []))
    )
    kind = tree.get(tree.root, "coordinates", "", str, "metres")
    if kind == "lonlat":
        at = _degrees(tree, points)
        points = [(float(x), float(y)) for x, y in on_plane(at)]
    elif kind != "metres":
        raise tree.fault("coordinates", f"'{kind[:40]}' is neither metres nor lonlat")
    return Problem(visits, carers, StraightLine(points), links, objective=CITY)


def lonlat(text: str) -> NDArray[np.float64]:
    """float (places, 2): longitude and latitude of a file's places, as `read` numbers them. Raises FormatError."""
    tree = Tree(text)
    if tree.root.get("coordinates") != "lonlat":
        raise tree.fault("coordinates", "'lonlat' is needed: roads lie on the globe, not on a plane")
    rows, people = (tree.get(tree.root, key, "", list) for key in ("visits", "caregivers"))
    points = [
        tree.pair(tree.get(row, "xy", f"visits[{i}]", list), f"visits[{i}].xy", least=-180)
        for i, row in enumerate(rows)
    ]
    points += [
        tree.pair(tree.get(row, "home", f"caregivers[{i}]", list), f"caregivers[{i}].home", least=-180)
        for i, row in enumerate(people)
    ]
    return _degrees(tree, points)


def _degrees(tree: Tree, points: list[tuple[float, float]]) -> NDArray[np.float64]:
    at = np.array(points, dtype=np.float64).reshape(-1, 2)
    if at.size and ((abs(at[:, 0]) > 180) | (abs(at[:, 1]) > 90)).any():
        wrong = int(np.flatnonzero((abs(at[:, 0]) > 180) | (abs(at[:, 1]) > 90))[0])
        visits = len(tree.root["visits"])
        path = f"visits[{wrong}].xy" if wrong < visits else f"caregivers[{wrong - visits}].home"
        raise tree.fault(path, f"{list(points[wrong])} is not a longitude and a latitude")
    return at


def visit(tree: Tree, row: Any, path: str, place: int, points: list[tuple[float, float]], known: set[Any]) -> Visit:
    """One visit record; its place is appended to the points. Raises FormatError."""
    points.append(tree.pair(tree.get(row, "xy", path, list), f"{path}.xy", least=-1e9))
    opens, closes = tree.pair(tree.get(row, "tw", path, list), f"{path}.tw")
    if closes < opens:
        raise tree.fault(f"{path}.tw", "closes before it opens")
    usual = tree.get(row, "usual", path, str, None)
    avoid = tree.get(row, "avoid", path, list, [])
    for name in [*avoid, *([usual] if usual else [])]:
        if not isinstance(name, str) or name not in known:
            raise tree.fault(f"{path}.{'usual' if name == usual else 'avoid'}", f"unknown caregiver '{name}'")
    return Visit(
        tree.name(row, "id", path),
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
    if ends < begins:
        raise tree.fault(f"{path}.shift", "ends before it begins")
    points.append(tree.pair(tree.get(row, "home", path, list), f"{path}.home", least=-1e9))
    rest = tree.get(row, "break", path, list, None)
    if rest is not None:
        if len(rest) != 3:
            raise tree.fault(f"{path}.break", "from, until and length are needed")
        rest = Break(*(int(tree.number(value, f"{path}.break[{i}]")) for i, value in enumerate(rest)))
    return Carer(
        tree.name(row, "id", path),
        len(points) - 1,
        len(points) - 1,
        (int(begins), int(ends)),
        _skills(tree, row, path),
        overtime_max=int(tree.number(row.get("overtime_max", 0), f"{path}.overtime_max")),
        rest=rest,
        visits_max=int(tree.number(row.get("max_visits", 10**6), f"{path}.max_visits")),
    )


def _skills(tree: Tree, row: Any, path: str) -> frozenset[str]:
    found = tree.get(row, "skills", path, list)
    for i, skill in enumerate(found):
        if not isinstance(skill, str):
            raise tree.fault(f"{path}.skills[{i}]".lstrip("."), "the name of a skill is needed")
    return frozenset(found)


def _check_skills(tree: Tree, visits: tuple[Visit, ...], carers: tuple[Carer, ...], known: set[str]) -> None:
    for i, visit in enumerate(visits):
        if unknown := visit.skills - known:
            raise tree.fault(f"visits[{i}].skill", f"unknown skill '{min(unknown)[:40]}'")
    for i in range(len(carers)):
        for j, skill in enumerate(tree.root["caregivers"][i]["skills"]):
            if skill not in known:
                raise tree.fault(f"caregivers[{i}].skills[{j}]", f"unknown skill '{str(skill)[:40]}'")


def _link(tree: Tree, row: Any, path: str, named: set[str]) -> Link:
    kind, first, second = (tree.get(row, key, path, str) for key in ("type", "a", "b"))
    for key, name in (("a", first), ("b", second)):
        if name not in named:
            raise tree.fault(f"{path}.{key}", f"unknown visit '{name[:40]}'")
    if kind == "sync":
        return Link(first, second)
    if kind != "prec":
        raise tree.fault(f"{path}.type", f"'{kind[:40]}' is neither sync nor prec")
    low = tree.number(tree.get(row, "min_gap", path, int), f"{path}.min_gap")
    high = tree.number(tree.get(row, "max_gap", path, int), f"{path}.max_gap")
    return Link(first, second, int(low), int(high), is_apart=False)
