"""Solomon's text form of vehicle routing with time windows (also Gehring and Homberger's)."""

from yijia.core.dispatch.formats.error import FormatError
from yijia.core.dispatch.formats.lines import FARTHEST, at_least, number, whole
from yijia.core.dispatch.model import DISTANCE, Carer, Problem, Visit
from yijia.core.dispatch.travel import Planar

PER_UNIT = 10
"""The DIMACS convention: distances cut off after one decimal."""
DROP = 10**7
"""Every customer must be served: leaving one out costs more than any tour."""


def read(text: str) -> Problem:
    """A Solomon file; times in tenths of its unit. Raises FormatError."""
    rows = [(line, raw.split()) for line, raw in enumerate(text.splitlines(), 1)]
    heads = [i for i, (_, words) in enumerate(rows) if words[:2] == ["NUMBER", "CAPACITY"]]
    starts = [i for i, (_, words) in enumerate(rows) if words[:2] == ["CUST", "NO."]]
    if len(heads) != 1 or len(starts) != 1 or heads[0] + 1 >= len(rows):
        raise FormatError(1, "VEHICLE", "the heads 'NUMBER CAPACITY' and 'CUST NO.' are needed once each")
    line, words = rows[heads[0] + 1]
    if len(words) != 2:
        raise FormatError(line, "VEHICLE", "number and capacity are needed")
    vehicles, capacity = (whole(word, line, "VEHICLE", least=1) for word in words)
    points: list[tuple[float, float]] = []
    visits: list[Visit] = []
    horizon = 0
    for line, words in rows[starts[0] + 1 :]:
        if not words:
            continue
        if len(words) != 7:
            raise FormatError(line, "CUSTOMER", f"7 values are needed, {len(words)} found")
        x, y = (
            at_least(number(word, line, field), line, field, -FARTHEST, FARTHEST)
            for word, field in zip(words[1:3], ("XCOORD.", "YCOORD."), strict=True)
        )
        load = whole(words[3], line, "DEMAND")
        opens, closes, takes = (
            round(at_least(number(word, line, field), line, field) * PER_UNIT)
            for word, field in zip(words[4:], ("READY TIME", "DUE DATE", "SERVICE"), strict=True)
        )
        if closes < opens:
            raise FormatError(line, "DUE DATE", f"customer {words[0]} closes before it opens")
        if load > capacity:
            raise FormatError(line, "DEMAND", f"{load} is above the capacity {capacity}")
        if not points:
            horizon = closes
        else:
            visits.append(Visit(words[0], len(points), takes, opens, closes, drop_cost=DROP, load=load))
        points.append((x, y))
    if not points:
        raise FormatError(rows[-1][0] if rows else 1, "CUSTOMER", "no depot is given")
    carers = tuple(Carer(f"{i + 1}", 0, 0, (0, horizon), load_max=capacity) for i in range(vehicles))
    return Problem(tuple(visits), carers, Planar(points, PER_UNIT), objective=DISTANCE, ticks_per_min=PER_UNIT)
