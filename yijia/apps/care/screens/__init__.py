"""Pages about orders as values."""

from .acts import assess, cancel, home_risk_form, papers_of, said, sign, sign_form
from .handover import handover_desk
from .orders import assessments, caller, desk, detail, mine, orders
from .request import (
    check_form,
    check_step,
    handover_facts,
    is_ready,
    need_form,
    need_step,
    order_facts,
    when_items,
    when_step,
)

__all__ = [
    "assess",
    "assessments",
    "caller",
    "cancel",
    "check_form",
    "check_step",
    "desk",
    "detail",
    "handover_desk",
    "handover_facts",
    "home_risk_form",
    "is_ready",
    "mine",
    "need_form",
    "need_step",
    "order_facts",
    "orders",
    "papers_of",
    "said",
    "sign",
    "sign_form",
    "when_items",
    "when_step",
]
