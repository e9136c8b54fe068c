"""Whether every number that can come out has a band, and every pair of bands that can meet has a cell."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from yijia.core.assessment import reach
from yijia.core.assessment.instrument import Band, Do, Instrument


def gaps(instrument: Instrument, content: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every number that can come out has a band, every pair of bands that can meet has a cell."""
    numbers = reach.reachable(instrument)
    bands: dict[str, frozenset[str]] = {}
    for position, step in enumerate(instrument.steps):
        field = f"steps[{position}]"
        if step.id in numbers:
            stated = content["steps"][position]
            for end, is_so in (("min", min(numbers[step.id])), ("max", max(numbers[step.id]))):
                if end in stated and stated[end] != is_so:
                    yield "wrong_range", f"{field}.{end}", {"stated": stated[end], "found": is_so}
            cuts = [(field, step.bands)] if step.bands else []
            if step.id == instrument.results[0]:
                cuts += [(f"alternative_bands.{id_}", cut) for id_, cut in instrument.alternatives.items()]
            for at, cut in cuts:
                lost = sorted(n for n in numbers[step.id] if not any(_holds(band, n) for band in cut))
                if lost:
                    yield "score_without_band", f"{at}.bands", {"scores": tuple(lost[:10]), "count": len(lost)}
            bands[step.id] = reach.bands_of(step, numbers[step.id])
        elif step.do is Do.WORSE_OF:
            floor = max(min(step.order.index(id_) for id_ in bands[name]) for name in step.of)
            bands[step.id] = frozenset(id_ for name in step.of for id_ in bands[name] if step.order.index(id_) >= floor)
        elif step.do is Do.LOOKUP:
            for row, column in product(sorted(bands[step.row]), sorted(bands[step.column])):
                if column not in step.table.get(row, {}):
                    yield "no_cell", f"{field}.table.{row}.{column}", {"row": row, "column": column}
            for row, cells in step.table.items():
                for column in cells:
                    if row not in bands[step.row] or column not in bands[step.column]:
                        yield "unreachable_cell", f"{field}.table.{row}.{column}", {"row": row, "column": column}
            bands[step.id] = frozenset(cell for cells in step.table.values() for cell in cells.values())
        elif step.do is Do.COUNT_LOOKUP:
            for counts in product(*(range(len(listed) + 1) for listed in step.classes.values())):
                if counts not in step.cells:
                    yield "no_cell", f"{field}.table", {"row": str(counts), "column": ""}
            bands[step.id] = frozenset(step.cells.values())


def _holds(band: Band, number: int) -> bool:
    return band.min is not None and band.max is not None and band.min <= number <= band.max
