"""Why an instrument, or another value a topic reads whole, cannot be used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason to refuse: code `assessment.…`, where inside the value, and what the sentence quotes."""

    code: str
    field: str
    facts: Mapping[str, Any]


class InstrumentError(Exception):
    """The instrument cannot be used; `faults` says where and why."""

    def __init__(self, document: str, key: str, faults: Iterable[Fault]) -> None:
        self.document = document
        self.key = key
        self.faults = tuple(faults)
        listed = "; ".join(f"{fault.field}: {fault.code} {dict(fault.facts)}" for fault in self.faults[:5])
        super().__init__(f"{document}: {key}: {listed}")
