"""The API of orders and episodes: the same actions as the web, and the same refusals."""

from . import episodes, orders
from .router import router

__all__ = ["episodes", "orders", "router"]
