"""Orders, and the episodes of programmes that make them."""

from .episodes import Duty, Episode, EpisodeEvent, EpisodeRecord, Occupancy
from .orders import Assessment, Contact, Handover, HomeRisk, Order, OrderEvent, OrderItem

__all__ = [
    "Assessment",
    "Contact",
    "Duty",
    "Episode",
    "EpisodeEvent",
    "EpisodeRecord",
    "Handover",
    "HomeRisk",
    "Occupancy",
    "Order",
    "OrderEvent",
    "OrderItem",
]
