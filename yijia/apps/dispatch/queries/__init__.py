"""Reads of dispatching: the board of a day, the day as a problem of the engine, plans and what changed."""

from yijia.apps.dispatch.queries.board import (
    list_assignments,
    list_nurses,
    list_unassigned,
    list_visit_offers,
    risk,
)
from yijia.apps.dispatch.queries.day import DayFacts, Made, Told, day_facts, fingerprint, problem_for
from yijia.apps.dispatch.queries.drafts import Draft, dispatcher_for_system, draft_of, order_key, search_budget
from yijia.apps.dispatch.queries.plans import (
    board_of,
    board_version,
    get_plan,
    is_away_for_system,
    last_change,
    latest_plans,
    plan_for_system,
    published_before,
    versions_of,
)
from yijia.apps.dispatch.queries.resident import Answer, Promise, answers, promises, resident
from yijia.apps.dispatch.queries.travel import straight, travel_of

__all__ = [
    "Answer",
    "DayFacts",
    "Draft",
    "Made",
    "Promise",
    "Told",
    "answers",
    "board_of",
    "board_version",
    "day_facts",
    "dispatcher_for_system",
    "draft_of",
    "fingerprint",
    "get_plan",
    "is_away_for_system",
    "last_change",
    "latest_plans",
    "list_assignments",
    "list_nurses",
    "list_unassigned",
    "list_visit_offers",
    "order_key",
    "plan_for_system",
    "problem_for",
    "promises",
    "published_before",
    "resident",
    "risk",
    "search_budget",
    "straight",
    "travel_of",
    "versions_of",
]
