"""What an edition is made of: documents as read, sources, values as checked, findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default_of
from datetime import date
from typing import Any

from yijia.core.policy.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its path below `policy/` with forward slashes, and its content."""

    name: str
    content: Any


@dataclass(frozen=True, slots=True)
class Source:
    """A document that values quote.

    dated       as far as it is known: a year, a month or a day
    level       the best evidence a value read there can have
    seen        quoted, excerpt, cited, recalled, notfound, own; explained in docs/policy.md
    """

    id: str
    title: str
    level: Evidence
    seen: str
    doc_no: str | None = None
    issuer: str | None = None
    dated: str | None = None
    url: str | None = None
    via: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one place over one period [from_on, until_on).

    value       frozen: read-only mappings, tuples; None says the place's own value is unknown
    weaker      parts of the value that stand on weaker evidence than the whole
    owner       who signs a change, `zh` and `en`
    """

    key: str
    value: Any
    jurisdiction: str
    from_on: date | None
    until_on: date | None
    insured_class: str | None
    evidence: Evidence
    sources: tuple[str, ...]
    clause: str | None
    note: str | None
    owner: Mapping[str, str]
    edition: str
    weaker: Mapping[str, Evidence] = default_of(default_factory=dict)
    gap_ok: bool = False
    examples: tuple[Any, ...] = ()
    document: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in the value's period."""
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day < self.until_on)

    @property
    def is_missing(self) -> bool:
        """Whether the place says that it does not know."""
        return self.value is None or self.evidence is Evidence.MISSING


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the tree: where, and what; the words live in `yijia/base/policy_words.py`."""

    code: str
    document: str
    key: str | None = None
    field: str | None = None
    facts: Mapping[str, Any] = default_of(default_factory=dict)
    is_error: bool = True
