"""Shapes of orders and episodes in JSON."""

from .orders import Day, Id, Instant

__all__ = ["Day", "Id", "Instant"]
