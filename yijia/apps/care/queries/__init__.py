"""Reading orders, and what the contexts above ask about them."""

from yijia.apps.care.models import Handover, Order, OrderEvent  # the rows that readers are given

from .asked import Asked, asked
from .facts import (
    assessment_of,
    both_signed_for_system,
    cancellable_for_system,
    cancellation,
    closable_for_system,
    facts_of,
    facts_of_whole,
    home_risk_of,
    home_risk_questions,
    order_facts_for_system,
)
from .handovers import get_handover, list_sent
from .orders import (
    OPEN,
    UNSURE,
    Filters,
    call_backs,
    count_by_state,
    get_order,
    get_whole_order,
    last_event_for_system,
    list_items,
    list_orders,
    orders_in_sight,
    signable,
    timeline,
    to_assess,
    whole,
)
from .quotes import breakdown_of, quote_json

__all__ = [
    "OPEN",
    "UNSURE",
    "Asked",
    "Filters",
    "Handover",
    "Order",
    "OrderEvent",
    "asked",
    "assessment_of",
    "both_signed_for_system",
    "breakdown_of",
    "call_backs",
    "cancellable_for_system",
    "cancellation",
    "closable_for_system",
    "count_by_state",
    "facts_of",
    "facts_of_whole",
    "get_handover",
    "get_order",
    "get_whole_order",
    "home_risk_of",
    "home_risk_questions",
    "last_event_for_system",
    "list_items",
    "list_orders",
    "list_sent",
    "order_facts_for_system",
    "orders_in_sight",
    "quote_json",
    "signable",
    "timeline",
    "to_assess",
    "whole",
]
