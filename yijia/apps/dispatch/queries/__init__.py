"""Reads of dispatching: the board of a day, the day as a problem of the engine, plans and what changed."""

from yijia.apps.dispatch.queries.board import (
    list_assignments,
    list_nurses,
    list_unassigned,
    list_visit_offers,
    risk,
)
from yijia.apps.dispatch.queries.day import DayFacts, Told, day_facts, fingerprint, problem_for
from yijia.apps.dispatch.queries.plans import (
    board_version,
    get_plan,
    last_change,
    latest_plans,
    plan_for_system,
    published_before,
)
from yijia.apps.dispatch.queries.travel import straight, travel_of

__all__ = [
    "DayFacts",
    "Told",
    "board_version",
    "day_facts",
    "fingerprint",
    "get_plan",
    "last_change",
    "latest_plans",
    "list_assignments",
    "list_nurses",
    "list_unassigned",
    "list_visit_offers",
    "plan_for_system",
    "problem_for",
    "published_before",
    "risk",
    "straight",
    "travel_of",
]
