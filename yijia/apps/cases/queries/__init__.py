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
from yijia.apps.cases.queries.houses import (
    criteria_of,
    events_of_house,
    get_house_case,
    has_filled_in,
    letter_of_house,
    letters_of_house,
    list_house_cases,
    list_stated,
    notices_of_houses,
    sheet_of,
    stated_in,
    tied_to_house,
    visible_houses,
    votes_of_house,
)
from yijia.apps.cases.queries.rules import (
    compiled_for_system,
    confirmation_for_system,
    days_left,
    gate_for_system,
    holidays,
    instrument_of,
    list_confirmations,
    open_events,
    procedure_in_force,
    procedure_of,
    term,
)

__all__ = [
    "Seat", "VoteRow", "assessors_for", "compiled_for_system", "confirmation_for_system", "conflict_for_system",
    "count_late", "criteria_of", "days_left", "difference", "events_of_house", "gate_for_system", "get_case", "get_house_case",
    "has_filled_in", "holidays", "instrument_of", "letter_of", "letter_of_house", "letters_of_house", "list_cases",
    "list_confirmations", "list_events", "list_house_cases", "list_letters", "list_notices", "list_stated", "my_entry", "my_vote",
    "notices_of_houses", "open_case_of", "open_events", "procedure_in_force", "procedure_of", "seats", "sheet_of", "stated_in", "term",
    "tied_to_house", "visible", "visible_houses", "votes", "votes_of_house",
]  # fmt: skip
