"""A town whose rows are committed, for two people at the same instant."""

from tests.committed import together, town

__all__ = ["together", "town"]
