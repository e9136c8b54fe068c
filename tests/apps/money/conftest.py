"""A town whose rows are committed, so that several connections see them at once."""

from tests.committed import together, town

__all__ = ["together", "town"]
