"""What moves money; each name here is one action."""

from .cycles import post_cycle
from .ends import end_order
from .payments import take_payment
from .pricing import price_if_confirmed, price_order, settle_order
from .refunds import hand_over, refund

__all__ = [
    "end_order",
    "hand_over",
    "post_cycle",
    "price_if_confirmed",
    "price_order",
    "refund",
    "settle_order",
    "take_payment",
]
