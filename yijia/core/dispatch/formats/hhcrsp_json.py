"""The JSON form of Ceschia, Di Gaspero, Rosati and Schaerf 2024 (Porto Alegre and Italian cities)."""

from typing import Any

from yijia.core.dispatch.formats.lines import FARTHEST, ticks
from yijia.core.dispatch.formats.tree import Tree
from yijia.core.dispatch.model import HHCRSP, Carer, Link, Problem, Visit
from yijia.core.dispatch.travel import Matrix

PER_MIN = 1000
_SECTIONS = ("patients", "caregivers", "services", "central_offices", "distances")


def read(text: str) -> Problem:
    """A HHCRSP file; distance row 0 is the depot, row i the i-th patient. Raises FormatError."""
    tree = Tree(text)
    patients, caregivers, services, offices, distances = (tree.get(tree.root, key, "", list) for key in _SECTIONS)
    if len(offices) != 1:
        raise tree.fault("central_offices", f"one office is needed, {len(offices)} found")
    usual = {}
    for i, service in enumerate(services):
        name = tree.name(service, "id", f"services[{i}]")
        if name in usual:
            raise tree.fault(f"services[{i}].id", f"'{name[:40]}' occurs twice")
        usual[name] = tree.number(service.get("default_duration", 0), f"services[{i}].default_duration")
    carers, hands = _carers(tree, caregivers, set(usual))
    visits: list[Visit] = []
    links: list[Link] = []
    for i, patient in enumerate(patients):
        _patient(tree, i, patient, usual, hands, visits, links)
    size = len(patients) + 1
    if len(distances) != size:
        raise tree.fault("distances", f"{size} rows are needed, {len(distances)} found")
    matrix = []
    for i, row in enumerate(distances):
        if not isinstance(row, list) or len(row) != size:
            raise tree.fault(f"distances[{i}]", f"{size} values are needed")
        matrix.append(
            [ticks(tree.number(value, f"distances[{i}][{j}]", most=FARTHEST), PER_MIN) for j, value in enumerate(row)]
        )
    return Problem(tuple(visits), carers, Matrix(matrix), tuple(links), objective=HHCRSP, ticks_per_min=PER_MIN)


def _carers(tree: Tree, caregivers: list[Any], services: set[str]) -> tuple[tuple[Carer, ...], set[str]]:
    carers: list[Carer] = []
    hands: set[str] = set()
    for i, caregiver in enumerate(caregivers):
        path = f"caregivers[{i}]"
        abilities = tree.get(caregiver, "abilities", path, list)
        for j, ability in enumerate(abilities):
            if not isinstance(ability, str) or ability not in services:
                raise tree.fault(f"{path}.abilities[{j}]", f"unknown service '{ability}'")
        hands |= set(abilities)
        name = tree.name(caregiver, "id", path)
        carers.append(Carer(name, 0, 0, skills=frozenset(abilities), overtime_max=None))
    if not carers:
        raise tree.fault("caregivers", "nobody is there")
    return tuple(carers), hands


def _patient(
    tree: Tree,
    i: int,
    patient: Any,
    usual: dict[str, float],
    hands: set[str],
    visits: list[Visit],
    links: list[Link],
) -> None:
    path = f"patients[{i}]"
    name = tree.name(patient, "id", path)
    if any(visit.label == name for visit in visits):
        raise tree.fault(f"{path}.id", f"'{name[:40]}' occurs twice")
    opens, closes = tree.pair(tree.get(patient, "time_window", path, list), f"{path}.time_window")
    if closes < opens:
        raise tree.fault(f"{path}.time_window", "closes before it opens")
    required = tree.get(patient, "required_caregivers", path, list)
    if not 1 <= len(required) <= 2:
        raise tree.fault(f"{path}.required_caregivers", f"{len(required)} services; one or two are possible")
    names = []
    for j, need in enumerate(required):
        here = f"{path}.required_caregivers[{j}]"
        service = tree.get(need, "service", here, str)
        if service not in usual:
            raise tree.fault(f"{here}.service", f"unknown service '{service}'")
        if service not in hands:
            raise tree.fault(f"{here}.service", f"no caregiver can do '{service}'")
        takes = tree.number(need.get("duration", usual[service]), f"{here}.duration")
        names.append(name if len(required) == 1 else f"{name}/{j + 1}")
        visits.append(
            Visit(
                names[-1],
                i + 1,
                ticks(takes, PER_MIN),
                ticks(opens, PER_MIN),
                ticks(closes, PER_MIN),
                late_max=None,
                skills=frozenset({service}),
                label=name,
            )
        )
    if len(names) == 2:
        tie = tree.get(patient, "synchronization", path, dict)
        kind = tree.get(tie, "type", f"{path}.synchronization", str)
        if kind == "simultaneous":
            links.append(Link(names[0], names[1]))
        elif kind == "sequential":
            here = f"{path}.synchronization.distance"
            low, high = tree.pair(tie.get("distance"), here)
            if low > high:
                raise tree.fault(here, "the least gap is above the greatest")
            links.append(Link(names[0], names[1], ticks(low, PER_MIN), ticks(high, PER_MIN)))
        else:
            raise tree.fault(f"{path}.synchronization.type", f"'{kind[:40]}' is neither simultaneous nor sequential")
