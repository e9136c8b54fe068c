"""A refusal is an answer, not an error: a code and the facts that explain it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done.

    code    `area.reason`, e.g. `visits.wrong_status`; the words live in the area's `words.py`
    facts   plain values (str, int, date, Decimal, tuple) the sentence may quote; never a person's identifier
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
