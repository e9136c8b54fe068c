"""The nightly snapshot of every indicator."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from procrastinate.contrib.django import app

from yijia.apps.measures import actions
from yijia.base import clock, scope
from yijia.core.permissions import SYSTEM


def snapshot(at: datetime) -> int:
    """Count the region as it stands on that day; how many indicators were written."""
    with scope.whole_system():
        by = replace(SYSTEM, jurisdiction=settings.REGION)
        return len(actions.take_snapshot(on=clock.business_date(at), by=by, at=at))


@app.periodic(cron="15 17 * * *")  # 01:15 in China, when nobody waits
@app.task(queue="default", queueing_lock="measures.snapshot", name="measures.snapshot")
def nightly(timestamp: int) -> None:
    snapshot(clock.now())
