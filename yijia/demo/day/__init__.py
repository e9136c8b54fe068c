"""One day of the county, lived through the real actions by people with their own rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import connection

from yijia.apps.measures import jobs as measures
from yijia.base import scope
from yijia.base.models import Deployment
from yijia.core.calendar import at_local
from yijia.demo.alliance import hand_on
from yijia.demo.cooperations import agree
from yijia.demo.county.plan import County
from yijia.demo.day.order import order_story
from yijia.demo.day.report import kept
from yijia.demo.day.stage import Stage
from yijia.demo.day.wishes import wishes
from yijia.demo.gradings import grade
from yijia.demo.homes import keep_house
from yijia.demo.rehab import rehabilitate

__all__ = ["DAY", "EVE", "Stage", "run_day"]

DAY = date(2025, 6, 17)  # a Tuesday on which every region's prices and figures hold
EVE = at_local(DAY - timedelta(days=1), time(0, 0))  # the county is made for this midnight
ENDS = at_local(DAY, time(20, 0))
REQUESTS = 80


def run_day(
    county: County, *, requests: int = REQUESTS, on_tick: Callable[[datetime], None] = lambda at: None
) -> Stage:
    """Live the day once; what was done and refused is counted on the stage."""
    stage = Stage(county, Random(f"{county.plan.place.code}/{county.plan.people}/{county.plan.seed}/day"), ENDS)
    with _without_waiting_for_the_disk(), scope.whole_system():
        for wish in wishes(stage, DAY, requests):
            stage.tell(wish.asked_at, order_story(stage, wish))
        stage.run(on_tick)
        grade(county, at_local(DAY, time(9, 0)))
        agree(county, at_local(DAY, time(9, 30)))
        hand_on(county, at_local(DAY, time(9, 45)))
        keep_house(county, ENDS - timedelta(minutes=10))
        rehabilitate(county, at_local(DAY, time(10, 0)))
        measures.snapshot(ENDS)
    _keep(stage, requests)
    return stage


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """A made-up day need not survive a power cut to the second: the last commit, which waits, puts the whole day on disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def _keep(stage: Stage, requests: int) -> None:
    """The day's own counts stay with the deployment, for the table that a later start prints."""
    deployment = Deployment.objects.get(pk=1)
    deployment.demo_ends_at = ENDS
    deployment.facts["day"] = {
        "requests": requests, "seconds": round(stage.seconds, 1), "actions": dict(stage.actions), "refusals": dict(stage.refusals),
        "words": {code: kept(refusal) for code, refusal in stage.examples.items()},
    }  # fmt: skip
    deployment.facts["troubles"] = [*stage.county.troubles, *stage.troubles]
    deployment.save(update_fields=["demo_ends_at", "facts"])
