"""What changes an order; each name here is one action."""

from .assess import DOCTOR_ORDER, VERDICTS, accept_order, answer_home_risk, reject_order
from .end import DIED, cancel_order, close_order, count_contact
from .handover import hand_over
from .moves import step
from .sign import prepare_papers, sign_order, take_signed
from .submit import request_call_back, submit_order

__all__ = [
    "DIED",
    "DOCTOR_ORDER",
    "VERDICTS",
    "accept_order",
    "answer_home_risk",
    "cancel_order",
    "close_order",
    "count_contact",
    "hand_over",
    "prepare_papers",
    "reject_order",
    "request_call_back",
    "sign_order",
    "step",
    "submit_order",
    "take_signed",
]
