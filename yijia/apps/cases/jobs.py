"""What the calendar brings to cases: decisions that run out, and the word before they do."""

from datetime import datetime

from procrastinate.contrib.django import app

from yijia.apps.cases import actions
from yijia.base import clock, scope
from yijia.core.permissions import SYSTEM


def sweep(at: datetime) -> tuple[int, int]:
    """End what is over, warn of what ends soon; how many of each."""
    with scope.whole_system():
        return len(actions.expire(by=SYSTEM, at=at)), len(actions.warn(by=SYSTEM, at=at))


@app.periodic(cron="23 5 * * *")
@app.task(queue="default", name="cases.sweep")
def sweep_daily(timestamp: int) -> None:
    """Each morning, at the clock's now."""
    sweep(clock.now())
