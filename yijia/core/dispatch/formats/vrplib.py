"""VRPLIB text: vehicle routing with time windows, several depots, or prizes (PyVRP's dialect)."""

from dataclasses import replace

from yijia.core.dispatch.formats.error import FormatError
from yijia.core.dispatch.formats.lines import FARTHEST, at_least, number, whole
from yijia.core.dispatch.formats.solomon import DROP, PER_UNIT
from yijia.core.dispatch.model import DISTANCE, Carer, Problem, Visit
from yijia.core.dispatch.travel import Planar

FINE = 1000

_Row = tuple[int, list[str]]
_UNKNOWN_LIMITS = (
    "VEHICLES_MAX_DISTANCE",
    "BACKHAUL_SECTION",
    "VEHICLES_ALLOWED_CLIENTS_SECTION",
)


def read(text: str) -> Problem:
    """A VRPLIB file with coordinates. Raises FormatError.

    Times are in tenths of its unit and cut off; with several depots in thousandths and rounded, as these are published.
    """
    heads, sections, at = _split(text)
    is_fine = heads.get("TYPE", (1, ""))[1] == "MDVRPTW"
    per_unit = FINE if is_fine else PER_UNIT
    for name in _UNKNOWN_LIMITS:
        if name in heads or name in sections:
            raise FormatError(at[name], name, "this limit is not supported")
    size = _head(heads, "DIMENSION", least=2)
    vehicles = _head(heads, "VEHICLES", least=1)
    capacity = _head(heads, "CAPACITY", least=0)
    kind = heads.get("EDGE_WEIGHT_TYPE", (1, "EUC_2D"))
    if kind[1] != "EUC_2D":
        raise FormatError(kind[0], "EDGE_WEIGHT_TYPE", f"'{kind[1][:40]}' is not supported; EUC_2D is")
    points = _columns(sections, at, "NODE_COORD_SECTION", size, 2, least=-FARTHEST, most=FARTHEST)
    loads = _columns(sections, at, "DEMAND_SECTION", size, 1)
    windows = _columns(sections, at, "TIME_WINDOW_SECTION", size, 2)
    if "SERVICE_TIME" in heads:
        takes = [[float(_head(heads, "SERVICE_TIME", least=0))] for _ in range(size)]
    else:
        takes = _columns(sections, at, "SERVICE_TIME_SECTION", size, 1)
    for (line, words), (opens, closes) in zip(sections["TIME_WINDOW_SECTION"], windows, strict=True):
        if closes < opens:
            raise FormatError(line, "TIME_WINDOW_SECTION", f"node {words[0]} closes before it opens")
    prizes = _columns(sections, at, "PRIZE_SECTION", size, 1) if "PRIZE_SECTION" in sections else None
    depots = [whole(row[1][0], row[0], "DEPOT_SECTION", least=1, most=size) - 1 for row in sections["DEPOT_SECTION"]]
    if not depots:
        raise FormatError(at["DEPOT_SECTION"], "DEPOT_SECTION", "no depot is given")
    base = [depots[0]] * vehicles
    if "VEHICLES_DEPOT_SECTION" in sections:
        named = _columns(sections, at, "VEHICLES_DEPOT_SECTION", vehicles, 1, least=1)
        base = [int(row[0]) - 1 for row in named]
        if stray := set(base) - set(depots):
            raise FormatError(at["VEHICLES_DEPOT_SECTION"], "VEHICLES_DEPOT_SECTION", f"{min(stray) + 1} is no depot")
    visits = tuple(
        Visit(
            str(node + 1),
            node,
            round(takes[node][0] * per_unit),
            round(windows[node][0] * per_unit),
            round(windows[node][1] * per_unit),
            is_optional=prizes is not None,
            drop_cost=DROP if prizes is None else round(prizes[node][0] * per_unit),
            load=int(loads[node][0]),
        )
        for node in range(size)
        if node not in depots
    )
    carers = tuple(
        Carer(
            str(i + 1),
            place,
            place,
            (round(windows[place][0] * per_unit), round(windows[place][1] * per_unit)),
            load_max=capacity,
        )
        for i, place in enumerate(base)
    )
    if "VEHICLES_MAX_DURATION" in heads:
        span = _head(heads, "VEHICLES_MAX_DURATION", least=0) * per_unit
        carers = tuple(replace(carer, span_max=span) for carer in carers)
    travel = Planar(points, per_unit, is_rounded=is_fine)
    return Problem(visits, carers, travel, objective=DISTANCE, ticks_per_min=per_unit)


def _split(text: str) -> tuple[dict[str, tuple[int, str]], dict[str, list[_Row]], dict[str, int]]:
    heads: dict[str, tuple[int, str]] = {}
    sections: dict[str, list[_Row]] = {"DEPOT_SECTION": []}
    at: dict[str, int] = {"DEPOT_SECTION": 1}
    section = ""
    for line, raw in enumerate(text.splitlines(), 1):
        words = raw.split()
        if not words or words[0] in ("EOF", "-1"):
            continue
        if ":" in raw and not section:
            key, _, value = raw.partition(":")
            heads[key.strip()], at[key.strip()] = (line, value.strip()), line
        elif words[0].endswith("_SECTION"):
            section = words[0]
            sections[section], at[section] = [], line
        elif section:
            sections[section].append((line, words))
        else:
            raise FormatError(line, words[0][:40], "expected 'KEY : value' or a section")
    return heads, sections, at


def _head(heads: dict[str, tuple[int, str]], key: str, *, least: int) -> int:
    if key not in heads:
        raise FormatError(1, key, "is missing")
    return whole(heads[key][1], heads[key][0], key, least=least)


def _columns(
    sections: dict[str, list[_Row]],
    at: dict[str, int],
    name: str,
    size: int,
    columns: int,
    *,
    least: float = 0.0,
    most: float = 10**9,
) -> list[list[float]]:
    if name not in sections:
        raise FormatError(1, name, "the section is missing")
    found = sections[name]
    if len(found) != size:
        raise FormatError(at[name], name, f"{size} rows are needed, {len(found)} found")
    rows = []
    for expected, (line, words) in enumerate(found, 1):
        if len(words) != columns + 1 or whole(words[0], line, name) != expected:
            raise FormatError(line, name, f"row {expected} with {columns} values is needed")
        rows.append([at_least(number(word, line, name), line, name, least, most) for word in words[1:]])
    return rows
