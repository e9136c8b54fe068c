"""The regulator's figures, and the page behind each."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language

from yijia.apps.measures import queries, words
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.tables import neutral
from yijia.core.measures import Measure, Unit, hide_small
from yijia.core.measures.definition import Subject
from yijia.core.permissions import Actor
from yijia.core.policy import Value

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator on the overview."""

    id: str
    name: str
    is_share: bool
    numerator: int | None
    denominator: int | None
    share: Fraction | None
    on: date | None
    computed_at: datetime | None
    reported: Value | None
    reported_share: Any

    @property
    def is_known(self) -> bool:
        return self.numerator is not None


@dataclass(frozen=True, slots=True)
class Overview:
    lines: list[Line]
    on: date
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    place: str
    numerator: int | None  # None: hidden because small
    denominator: int | None
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class Detail:
    line: Line
    measure: Measure
    definition: str
    among: str
    places: list[PlaceRow]
    place_word: Any
    subject_word: Any
    members: list[queries.Member]
    total: int
    page: int
    pages: int
    only: str
    place: str
    live_numerator: int
    live_denominator: int | None
    trend: list[tuple[date, Fraction | int]]

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1


def name_of(measure: Measure) -> str:
    return measure.en if (get_language() or "").startswith("en") else measure.zh


def overview(*, actor: Actor, at: datetime) -> Overview:
    """Every indicator of the actor's place as last computed, with the authority's own figure beside it."""
    on = business_date(at)
    snapshots = queries.latest_figures(actor, on)
    lines = [_line(measure, snapshots.get(measure.id), actor, on) for measure in queries.definitions(on).values()]
    audit.read(actor, at, "measures.overview", subject_type="measures.snapshot")
    return Overview(
        sorted(lines, key=lambda line: not line.is_share),
        on,
        max((s.computed_at for s in snapshots.values()), default=None),
    )


def detail(*, actor: Actor, at: datetime, measure_id: str, only: str = "", place: str = "", page: int = 1) -> Detail:
    """One indicator: definition, numerator, denominator, date, source, breakdown, and the list behind it."""
    on = business_date(at)
    measure = queries.get_measure(measure_id, on)
    found = queries.behind(actor, measure, on, only=only, place=place, offset=(page - 1) * PAGE, limit=PAGE)
    places, members, total = found.cells, found.members, found.total  # the parts add up to the figure
    history = queries.series(actor, measure_id, on)
    people = measure.subject is Subject.RESIDENT
    audit.read(
        actor, at, "measures.detail", subject_type=f"measures.{measure.subject}", subject_ids=[m.id for m in members],
        resident_ids=[m.id for m in members] if people else [],
    )  # fmt: skip
    line = _line(measure, history[-1] if history else None, actor, on)
    return Detail(
        line=line, measure=measure, definition=measure.counted.text, among=measure.among.text if measure.among else "",
        places=[_place(cell, people) for cell in places], place_word=words.PLACES[measure.subject],
        subject_word=words.SUBJECTS[measure.subject], members=members, total=total, page=page, pages=max(1, -(-total // PAGE)),
        only=only, place=place, live_numerator=sum(cell.numerator for cell in places),
        live_denominator=sum(cell.denominator or 0 for cell in places) if measure.among else None,
        trend=[(s.on, Fraction(s.numerator, s.denominator) if s.denominator else s.numerator) for s in history],
    )  # fmt: skip


def members_csv(*, actor: Actor, at: datetime, measure_id: str, only: str = "", place: str = "") -> str:
    """The list behind a figure as CSV, at most 10,000 rows, with who took it and when in the first line."""
    on = business_date(at)
    measure = queries.get_measure(measure_id, on)
    found = queries.behind(actor, measure, on, only=only, place=place, limit=10_000)
    members, total = found.members, found.total
    audit.note(
        verb="export",
        name="measures.export",
        by=actor,
        at=at,
        subject_type=f"measures.{measure.subject}",
        facts={"rows": len(members)},
    )
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([f"# {measure.id} {on} user={actor.user_id} {at:%Y-%m-%dT%H:%M:%SZ} {len(members)}/{total}"])
    writer.writerow(["id", "label", "place", "date", "counted"])
    writer.writerows(
        [m.id, neutral(m.label), neutral(m.place), m.happened_on or "", int(m.is_counted)] for m in members
    )
    return "\ufeff" + text.getvalue()


def _line(measure: Measure, snapshot: Any, actor: Actor, on: date) -> Line:
    said = queries.reported(measure, actor.jurisdiction or "", on)
    return Line(
        id=measure.id, name=name_of(measure), is_share=measure.unit is Unit.SHARE,
        numerator=snapshot.numerator if snapshot else None, denominator=snapshot.denominator if snapshot else None,
        share=Fraction(snapshot.numerator, snapshot.denominator) if snapshot and snapshot.denominator else None,
        on=snapshot.on if snapshot else None, computed_at=snapshot.computed_at if snapshot else None,
        reported=said, reported_share=said.value["value"] if said else None,
    )  # fmt: skip


def _place(cell: queries.Cell, people: bool) -> PlaceRow:
    numerator = hide_small(cell.numerator) if people else cell.numerator
    share = Fraction(cell.numerator, cell.denominator) if cell.denominator and numerator is not None else None
    return PlaceRow(cell.place, numerator, cell.denominator, share)
