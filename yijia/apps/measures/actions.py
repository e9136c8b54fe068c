"""Writes of the indicators: the day's snapshot."""

from datetime import date, datetime

from django.db.models import Max

from yijia.apps.measures import queries
from yijia.apps.measures.models import Snapshot
from yijia.base.actions import action
from yijia.core.permissions import Actor


@action("measures.take_snapshot")
def take_snapshot(*, on: date, by: Actor, at: datetime) -> list[Snapshot]:
    """Compute every measure for the actor's place on that day; a later run of the same day is a new version."""
    measures = queries.definitions(on).values()
    last = (
        Snapshot.objects.filter(jurisdiction=by.jurisdiction, on=on).aggregate(Max("version"))["version__max"] or 0
    ) + 1
    figures = queries.compute_all(measures, by, on)
    return Snapshot.objects.bulk_create(
        Snapshot(
            measure=figure.measure, jurisdiction=by.jurisdiction, on=on, version=last, numerator=figure.numerator,
            denominator=figure.denominator, edition=measure.value.edition, computed_at=at,
        )
        for measure, figure in zip(measures, figures, strict=True)
    )  # fmt: skip
