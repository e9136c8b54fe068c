"""Input of the wrong shape, gathered field by field with the rule it broke."""

from typing import Any

from yijia.apps.care import words
from yijia.base.errors import Invalid


class Faults:
    """Collects what is wrong; `settle` raises once, with everything."""

    def __init__(self) -> None:
        self.rules: dict[str, list[str]] = {}
        self.said: dict[str, list[str]] = {}

    def add(self, field: str, rule: str, **facts: Any) -> None:
        """A field broke a rule of `words.FAULTS`."""
        self.rules.setdefault(field, []).append(rule)
        self.said.setdefault(field, []).append(str(words.FAULTS[rule]) % facts)

    def text(self, field: str, value: str, most: int, *, is_needed: bool = False) -> None:
        """A text is there when it must be, and not too long."""
        if is_needed and not value.strip():
            self.add(field, "required")
        if len(value) > most:
            self.add(field, "too_long", most=most)
        if "\0" in value:
            self.add(field, "unreadable")

    def settle(self) -> None:
        """Raises      Invalid: anything was found"""
        if self.rules:
            raise Invalid(self.said, self.rules)
