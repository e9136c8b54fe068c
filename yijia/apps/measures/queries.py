"""Reads of the indicators: figures as last computed, the list behind each, breakdown by place.

The SQL is put together from our own SELECTs and from rules that passed the rule compiler; whatever a visitor typed is a
parameter. Hence the file's exemption from the check against SQL made of strings.
"""

# ruff: noqa: S608

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from yijia.apps.measures.models import Snapshot
from yijia.apps.measures.subjects import SELECTS
from yijia.apps.registry import queries as registry
from yijia.base import editions
from yijia.base.errors import NotFound
from yijia.core.measures import Figure, Measure, Unit, read_measures
from yijia.core.measures.sql import condition
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.policy import Value
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the list behind a figure; people are masked in the database."""

    id: int
    label: str
    place: str
    happened_on: date | None
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure's part in one place."""

    place: str
    numerator: int
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """What a figure is made of: its parts by place (township or institution), the heaviest first, a page of its members in the order of
    place and id, and how many members there are."""

    cells: list[Cell]
    members: list[Member]
    total: int


def definitions(on: date) -> dict[str, Measure]:
    """The measures in force for this region on that date."""
    return read_measures(editions.current().values("measure:", jurisdiction=settings.REGION, on=on))


def get_measure(measure_id: str, on: date) -> Measure:
    """One definition; NotFound for an id that policy does not know."""
    found = definitions(on).get(measure_id)
    if found is None:
        raise NotFound
    return found


def reported(measure: Measure, jurisdiction: str, on: date) -> Value | None:
    """What the authority itself published for the same thing, if it did."""
    if measure.reported is None:
        return None
    value = editions.current().lookup(f"reported:{measure.reported}", jurisdiction=jurisdiction, on=on)
    return None if isinstance(value, Refusal) or value.jurisdiction != jurisdiction else value


def latest_figures(actor: Actor, on: date) -> dict[str, Snapshot]:
    """The newest snapshot of each measure for the actor's place, no later than that date."""
    rows = (
        Snapshot.objects.filter(jurisdiction=actor.jurisdiction, on__lte=on)
        .order_by("measure", "-on", "-version")
        .distinct("measure")
    )
    return {row.measure: row for row in rows}


def series(actor: Actor, measure_id: str, on: date, most: int = 30) -> list[Snapshot]:
    """The last days of one measure, oldest first, the latest version of each day."""
    rows = (
        Snapshot.objects.filter(jurisdiction=actor.jurisdiction, measure=measure_id, on__lte=on)
        .order_by("-on", "-version")
        .distinct("on")
    )
    return list(reversed(rows[:most]))


def compute(measure: Measure, actor: Actor, on: date) -> Figure:
    """Count now, from the rows themselves, within the actor's scope."""
    counted, among = condition(measure.counted), condition(measure.among) if measure.among else None
    columns = f"count(*) FILTER (WHERE {counted})" + (f", count(*) FILTER (WHERE {among})" if among else "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM ({SELECTS[measure.subject]}) AS subject", _parameters(actor, on))
        row = cursor.fetchone()
    return Figure(measure.id, row[0], row[1] if among else None, on)


def compute_all(measures: Iterable[Measure], actor: Actor, on: date) -> list[Figure]:
    """Many measures in one pass a subject."""
    figures: dict[str, Figure] = {}
    wanted = list(measures)
    for subject in dict.fromkeys(measure.subject for measure in wanted):
        mine = [measure for measure in wanted if measure.subject is subject]
        columns = []
        for measure in mine:
            columns.append(f"count(*) FILTER (WHERE {condition(measure.counted)})")
            columns.append(f"count(*) FILTER (WHERE {condition(measure.among)})" if measure.among else "NULL::bigint")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(columns)} FROM ({SELECTS[subject]}) AS subject", _parameters(actor, on))
            row = cursor.fetchone()
        figures |= {measure.id: Figure(measure.id, row[2 * i], row[2 * i + 1], on) for i, measure in enumerate(mine)}
    return [figures[measure.id] for measure in wanted]


def behind(
    actor: Actor, measure: Measure, on: date, *, only: str = "", place: str = "", offset: int = 0, limit: int = 50
) -> Behind:
    """A figure taken apart. only: counted, not_counted, or all in the denominator; place: one of them alone.

    Everything is counted in one pass; the page of members is then read from the places it lies in.
    """
    counted = condition(measure.counted)
    among = condition(measure.among) if measure.among else counted
    where = {"counted": f"({counted})", "not_counted": f"({among}) AND ({counted}) IS NOT TRUE"}.get(only, f"({among})")
    parameters = _parameters(actor, on)
    subject = f"({SELECTS[measure.subject]}) AS subject"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT place, count(*) FILTER (WHERE {counted}), count(*) FILTER (WHERE {among}), count(*) FILTER (WHERE {where}) "
            f"FROM {subject} GROUP BY place ORDER BY place",
            parameters,
        )
        rows = cursor.fetchall()
        total, skipped, covered = 0, 0, []
        for name, _, _, listed in rows:
            if listed and place in ("", name):
                if total + listed <= offset:
                    skipped += listed
                elif total < offset + limit:
                    covered.append(name)
                total += listed
        cursor.execute(
            f"SELECT id, label, place, happened_on, ({counted}) IS TRUE FROM {subject} "
            f"WHERE {where} AND place = ANY (%(covered)s::text[]) ORDER BY place, id OFFSET %(offset)s LIMIT %(limit)s",
            parameters | {"covered": covered, "offset": offset - skipped, "limit": limit},
        )
        members = [Member(*row) for row in cursor.fetchall()] if covered else []
    is_share = measure.unit is Unit.SHARE and measure.among is not None
    cells = [Cell(name, counts, belongs if is_share else None) for name, counts, belongs, _ in rows]
    return Behind(sorted(cells, key=_weight), members, total)


def _weight(cell: Cell) -> tuple[int, int, str]:
    return -(cell.denominator or 0), -cell.numerator, cell.place


def _parameters(actor: Actor, on: date) -> dict[str, Any]:
    """The actor's scope as query parameters; somebody without a place or an institution sees nothing."""
    place = actor.jurisdiction or "CN-000000"
    match reach(actor):
        case Reach.JURISDICTION | Reach.ALL:
            organisations = None
        case Reach.ORGANISATIONS:
            organisations = sorted(actor.organisation_ids)
        case _:
            organisations = []
    return {
        "on": on,
        "year": on.replace(month=1, day=1),
        "places": registry.like(place),
        "organisations": organisations,
    }
