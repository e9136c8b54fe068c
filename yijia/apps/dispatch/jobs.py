"""The worker's part: plan a day, publish a long plan. No web process searches or compiles."""

import time
from collections.abc import Callable

from procrastinate.contrib.django import app

from yijia.apps.dispatch import actions, queries
from yijia.base import clock, scope
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.core.permissions import SYSTEM

TOLD_EVERY_S = 0.5


@app.task(queue="dispatch", name="dispatch.plan_day")
def plan_day(plan_id: int) -> None:
    """Compute a draft, telling how far it has come."""
    with scope.whole_system():
        plan = queries.plan_for_system(plan_id)
        if plan is None or plan.state not in ("queued", "planning"):
            return
        compute(plan_id, seconds=None)


def compute(plan_id: int, *, seconds: float | None) -> None:
    """Plan the day a plan was asked for; `seconds` instead of what policy grants, for a test."""
    plan = queries.plan_for_system(plan_id)
    at = clock.now()
    actions.note_progress(plan_id=plan_id, progress=1, by=SYSTEM, at=at)
    try:
        by = queries.dispatcher_for_system(plan, at)
        version = queries.board_version(plan.organisation_id, plan.on)
        facts = queries.day_facts(by, plan.organisation_id, plan.on, at)
        budget = queries.search_budget(facts) if seconds is None else seconds
        watched = _watched(plan_id, budget)
        draft = queries.draft_of(facts, freedom=plan.freedom, seed=plan.seed, seconds=budget, clock=watched)
    except (ValueError, AssertionError, NotFound):  # a day that contradicts itself, or a search that broke a rule
        actions.fail_plan(plan_id=plan_id, by=SYSTEM, at=clock.now())
        raise
    actions.keep_draft(plan_id=plan_id, draft=draft, board_version=version, by=SYSTEM, at=clock.now())


def _watched(plan_id: int, budget: float) -> Callable[[], float]:
    """The search's clock, which tells the page how far it has come."""
    begin = told = time.monotonic()

    def tell() -> float:
        nonlocal told
        moment = time.monotonic()
        if moment - told >= TOLD_EVERY_S:
            told = moment
            share = int(100 * (moment - begin) / max(budget, 0.1))
            actions.note_progress(plan_id=plan_id, progress=share, by=SYSTEM, at=clock.now())
        return moment

    return tell


@app.task(queue="dispatch", name="dispatch.publish")
def publish(plan_id: int) -> None:
    """Publish in the name of the dispatcher who asked."""
    with scope.whole_system():
        plan = queries.plan_for_system(plan_id)
        if plan is None or plan.state != "publishing":
            return
        at = clock.now()
        try:
            actions.publish(plan_id=plan_id, by=queries.dispatcher_for_system(plan, at), at=at)
        except (Refused, Forbidden, NotFound):
            actions.fail_plan(plan_id=plan_id, by=SYSTEM, at=at)
