"""How well a value is known, best first."""

from enum import StrEnum


class Evidence(StrEnum):
    """What was read: the document, a newspaper, a copy, nothing but arithmetic, memory, or nothing at all."""

    OFFICIAL = "official"
    PRESS = "press"
    SECONDARY = "secondary"
    DERIVED = "derived"
    RECALLED = "recalled"
    MISSING = "missing"

    @property
    def rank(self) -> int:
        """0 is best."""
        return _RANK[self]

    def meets(self, demanded: "Evidence") -> bool:
        """Whether this level is as good as the demanded one, or better."""
        return self.rank <= demanded.rank


_RANK = {level: rank for rank, level in enumerate(Evidence)}
