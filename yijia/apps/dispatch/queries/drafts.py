"""A whole day planned: what the engine answers, in the board's own terms, beside the day as it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from yijia.apps.dispatch.models import Plan
from yijia.apps.dispatch.queries.day import DayFacts
from yijia.apps.dispatch.queries.problem import problem_for
from yijia.apps.dispatch.queries.resident import stop_of
from yijia.base import accounts
from yijia.base.errors import NotFound
from yijia.base.models import RoleGrant, User
from yijia.core.dispatch.check import check
from yijia.core.dispatch.grid import on_grid
from yijia.core.dispatch.model import Problem, Term
from yijia.core.dispatch.plan import Plan as Routes
from yijia.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Draft:
    """What planning a day found; see `models.Plan` for the shapes."""

    stops: list[dict[str, Any]]
    figures: dict[str, dict[str, int]]
    unserved: list[dict[str, Any]]


def search_budget(facts: DayFacts) -> float:
    """Seconds one core searches for a day of this size."""
    open_visits = sum(one.order.state in ("signed", "dispatching", "assigned") for one in facts.told.values())
    few = open_visits <= int(facts.measures["few_visits"])
    return float(facts.measures["few_search_s" if few else "search_s"])


def draft_of(facts: DayFacts, *, freedom: str, seed: int, seconds: float, clock: Callable[[], float]) -> Draft:
    """Plan the day: who goes where when, what that gains, and why each visit left out was left out.

    Source      DISPATCH-04, DISPATCH-13, DISPATCH-19 in docs/rules/dispatch.md
    """
    from yijia.base import farm  # numba: only who plans pays for it

    made = problem_for(facts, freedom=freedom)
    left = [{"order": pk, "code": code, "reasons": {}} for pk, code in facts.left.items()]
    if not made.problem.visits:
        empty = _figures(made.problem, made.current, len(left))
        return Draft([], {"before": empty, "after": empty}, left)
    result = farm.plan(
        made.problem,
        seed=seed,
        cpu_seconds=seconds,
        clock=clock,
        workers=settings.DISPATCH_WORKERS,
        scheduler=settings.DISPATCH_SCHEDULER or None,
        told=lambda step: clock(),
    )
    plan = on_grid(made.problem, result.plan, int(facts.measures["start_step_min"]))
    carer, start = plan.carer_of(), plan.start_of()
    stops, unserved = [], list(left)
    for pk, one in facts.told.items():
        if one.names[0] not in {visit.id for visit in made.problem.visits}:
            continue
        crew = tuple(int(carer[name]) for name in one.names if name in carer)
        if len(crew) < one.needed:
            whys = {who: why.value for who, why in result.reasons.get(one.names[0], {}).items()}
            unserved.append({"order": pk, "code": "dispatch.left_full", "reasons": whys})
            continue
        crew = tuple(sorted(crew, key=lambda who, lead=one.crew[:1]: (who not in lead, crew.index(who))))
        from_at = facts.instant(start[one.names[0]])
        if set(crew) != set(one.crew) or from_at != one.from_at or one.visit is None or one.order.state != "assigned":
            stops.append(stop_of(facts, one, crew, from_at))
    figures = {
        "before": _figures(made.problem, made.current, len(left)),
        "after": _figures(made.problem, plan, len(left)),
    }
    return Draft(sorted(stops, key=lambda stop: (stop["from"], stop["order"])), figures, unserved)


def _figures(problem: Problem, plan: Routes, left: int) -> dict[str, int]:
    """The five figures of a plan, in visits and minutes."""
    verdict = check(problem, plan)
    homes = {name.partition(".")[0] for name in verdict.unserved}
    parts: Mapping[Term, int] = verdict.parts
    return {
        "unserved": len(homes) + left,
        "served": len({visit.id.partition(".")[0] for visit in problem.visits}) - len(homes),
        "travel": parts[Term.TRAVEL],
        "late": parts[Term.LATE],
        "overtime": parts[Term.OVERTIME],
        "continuity": parts[Term.CONTINUITY],
        "wishes": parts[Term.WISHES],
    }


def order_key(stop: Mapping[str, Any]) -> int:
    """The order a plan's stop is about."""
    return int(stop["order"])


def dispatcher_for_system(plan: Plan, at: datetime) -> Actor:
    """Whoever asked for a plan, in the dispatcher's part: a job publishes in their name and with their rights."""
    user = User.objects.get(pk=plan.asked_by_id)
    return accounts.actor_for(user, at, "dispatcher")


def planner_for_system(organisation_id: int, at: datetime) -> Actor:
    """A dispatcher of an institution, for the command line. Raises NotFound: it has none"""
    grants = RoleGrant.objects.filter(role="dispatcher", organisation_id=organisation_id).select_related("user")
    for grant in grants.order_by("pk"):
        actor = accounts.actor_for(grant.user, at, "dispatcher")
        if organisation_id in actor.organisation_ids:
            return actor
    raise NotFound
