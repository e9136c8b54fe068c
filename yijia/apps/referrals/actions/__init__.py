"""What changes a referral; each name here is one action."""

from .answer import accept_referral, decline_referral, offer_place
from .ask import request_referral, withdraw_referral
from .course import arrive_referral, close_referral, return_referral, take_over_referral
from .sweep import end_for_the_admitted, end_for_the_dead

__all__ = [
    "accept_referral",
    "arrive_referral",
    "close_referral",
    "decline_referral",
    "end_for_the_admitted",
    "end_for_the_dead",
    "offer_place",
    "request_referral",
    "return_referral",
    "take_over_referral",
    "withdraw_referral",
]
