"""Reading complaints and reviews."""

from .complaints import (
    OPEN,
    Owner,
    deadline,
    get_complaint,
    list_complaints,
    list_events,
    list_owners,
    orders_to_name,
)
from .reviews import Facts, facts_of, get_review, list_reviews, made_visit, review_deadline

__all__ = [
    "OPEN",
    "Facts",
    "Owner",
    "deadline",
    "facts_of",
    "get_complaint",
    "get_review",
    "list_complaints",
    "list_events",
    "list_owners",
    "list_reviews",
    "made_visit",
    "orders_to_name",
    "review_deadline",
]
