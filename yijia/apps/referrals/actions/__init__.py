"""What changes a referral; each name here is one action."""

from .answer import accept_referral, decline_referral, offer_place
from .ask import request_referral, withdraw_referral
from .consult import (
    accept_consult,
    answer_consult,
    end_consults_for_the_dead,
    lapse_consults,
    read_shared_record,
    refuse_consult,
    request_consult,
    withdraw_consult,
)
from .course import arrive_referral, close_referral, return_referral, take_over_referral
from .emergency import (
    answer_emergency,
    arrive_emergency,
    call_emergency,
    hand_over_emergency,
    send_help,
    stand_down_emergency,
)
from .sweep import end_for_the_admitted, end_for_the_dead

__all__ = [
    "accept_consult",
    "accept_referral",
    "answer_consult",
    "answer_emergency",
    "arrive_emergency",
    "arrive_referral",
    "call_emergency",
    "close_referral",
    "decline_referral",
    "end_consults_for_the_dead",
    "end_for_the_admitted",
    "end_for_the_dead",
    "hand_over_emergency",
    "lapse_consults",
    "offer_place",
    "read_shared_record",
    "refuse_consult",
    "request_consult",
    "request_referral",
    "return_referral",
    "send_help",
    "stand_down_emergency",
    "take_over_referral",
    "withdraw_consult",
    "withdraw_referral",
]
