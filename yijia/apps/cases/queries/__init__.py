"""Reads of cases: who sees which, what may be seen of an entry, deadlines, confirmations."""

from yijia.apps.cases.queries.cases import (
    count_late,
    get_case,
    letter_of,
    list_cases,
    list_events,
    list_letters,
    list_notices,
    open_case_of,
    visible,
)
from yijia.apps.cases.queries.entries import (
    Seat,
    VoteRow,
    assessors_for,
    conflict_for_system,
    difference,
    my_entry,
    my_vote,
    seats,
    votes,
)
from yijia.apps.cases.queries.rules import (
    compiled_for_system,
    confirmation_for_system,
    days_left,
    gate_for_system,
    holidays,
    instrument_of,
    list_confirmations,
    procedure_in_force,
    procedure_of,
    term,
)

__all__ = [
    "Seat", "VoteRow", "assessors_for", "compiled_for_system", "confirmation_for_system", "conflict_for_system",
    "count_late", "days_left", "difference", "gate_for_system", "get_case", "holidays", "instrument_of", "letter_of",
    "list_cases", "list_confirmations", "list_events", "list_letters", "list_notices", "my_entry", "my_vote",
    "open_case_of", "procedure_in_force", "procedure_of", "seats", "term", "visible", "votes",
]  # fmt: skip
