"""What the clock does here: prices whose last day is over are marked."""

from procrastinate.contrib.django import app

from yijia.apps.catalogue import actions
from yijia.base import clock, scope
from yijia.core.permissions import SYSTEM


@app.periodic(cron="7 * * * *")
@app.task(queue="default", name="catalogue.sweep_filings")
def sweep_filings(timestamp: int) -> None:
    """Once an hour: published filings that ran out become superseded or expired."""
    with scope.whole_system():
        actions.sweep_filings(by=SYSTEM, at=clock.now())
