"""A town whose rows are committed, for two guardians at once."""

from tests.apps.money.conftest import together, town

__all__ = ["together", "town"]
