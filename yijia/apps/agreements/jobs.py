"""What agreements between institutions do by themselves: every night they begin, run out, and are measured."""

from datetime import datetime

from procrastinate.contrib.django import app

from yijia.apps.agreements import actions, queries
from yijia.base import clock, scope
from yijia.core.permissions import SYSTEM

BATCH = 200


def review_all(at: datetime) -> int:
    """Look at every running agreement, a batch a transaction; how many changed. Run twice in a night it changes nothing twice."""
    changed, after = 0, 0
    with scope.whole_system():
        while numbers := queries.running_ids_for_system(after, BATCH, at):
            changed += len(actions.review_cooperations(cooperation_ids=numbers, by=SYSTEM, at=at))
            after = numbers[-1]
    return changed


@app.periodic(cron="10 17 * * *")  # 01:10 in China: yesterday's periods have closed
@app.task(queue="default", queueing_lock="cooperations.nightly", name="cooperations.nightly")
def nightly(timestamp: int) -> None:
    review_all(clock.now())
