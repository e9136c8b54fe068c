"""Reads of visits: who may see them, the gate, the ranking, a nurse's day, alarms, evidence."""

from yijia.apps.visits.queries.alarms import (
    alarm_events,
    alarms_in_sight,
    count_open_alarms,
    get_alarm,
    list_alarms,
    open_alarm_of,
    watched_until_for_system,
)
from yijia.apps.visits.queries.badge import Badge, badge_for_system, badge_hours, badge_token
from yijia.apps.visits.queries.candidates import Candidates, candidates, candidates_for_system, working_hours
from yijia.apps.visits.queries.day import (
    Stop,
    day_list,
    earlier_visits,
    get_file,
    get_record,
    list_files,
    list_items,
    list_offers,
    next_days,
)
from yijia.apps.visits.queries.evidence import evidence_facts_for_system
from yijia.apps.visits.queries.gate import (
    GateQuestion,
    gate_question_for_system,
    gate_report,
    gate_report_for_system,
    planned_span,
    risk_words,
)
from yijia.apps.visits.queries.sight import crew, get_visit, get_visit_of_order, visits_in_sight
from yijia.apps.visits.queries.terms import ladder, minutes, ranking_params, term, vitals, weights

__all__ = [
    "Badge", "Candidates", "GateQuestion", "Stop", "alarm_events", "alarms_in_sight", "badge_for_system", "badge_hours", "badge_token",
    "candidates", "candidates_for_system", "count_open_alarms", "crew", "day_list", "earlier_visits", "evidence_facts_for_system",
    "gate_question_for_system", "gate_report", "gate_report_for_system", "get_alarm", "get_file", "get_record", "get_visit",
    "get_visit_of_order", "ladder", "list_alarms", "list_files", "list_items", "list_offers", "minutes", "next_days", "open_alarm_of",
    "planned_span", "ranking_params", "risk_words", "term", "visits_in_sight", "vitals", "watched_until_for_system", "weights", "working_hours",
]  # fmt: skip
