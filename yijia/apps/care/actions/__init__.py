"""What changes an order; each name here is one action."""

from .moves import step

__all__ = ["step"]
