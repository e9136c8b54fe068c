"""What moves money; each name here is one action."""

from .cycles import post_cycle, rebook_cycles
from .ends import end_order
from .fees import take_fee
from .payments import take_payment
from .pricing import price_if_confirmed, price_order, settle_order
from .refunds import hand_over, refund
from .rehab import post_rehab_month

__all__ = [
    "end_order",
    "hand_over",
    "post_cycle",
    "post_rehab_month",
    "price_if_confirmed",
    "price_order",
    "rebook_cycles",
    "refund",
    "settle_order",
    "take_fee",
    "take_payment",
]
