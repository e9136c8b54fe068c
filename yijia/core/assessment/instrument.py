"""What an instrument is made of: items with options, facts beside them, bands, and steps of seven kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Do(StrEnum):
    """The operators; there are no others."""

    SUM = "sum"
    LOOKUP = "lookup"
    COUNT_LOOKUP = "count_lookup"
    WORSE_OF = "worse_of"
    SET_LEVEL = "set_level"
    LEVEL_DELTA = "level_delta"


STEP_FIELDS: Mapping[Do, tuple[frozenset[str], frozenset[str]]] = {
    Do.SUM: (frozenset(), frozenset({"group", "items", "of", "reverse", "reverse_from", "bands", "min", "max"})),
    Do.WORSE_OF: (frozenset({"of"}), frozenset({"order", "bands"})),
    Do.LOOKUP: (frozenset({"row", "column", "table", "bands"}), frozenset()),
    Do.COUNT_LOOKUP: (frozenset({"count", "classes", "table", "bands"}), frozenset()),
    Do.SET_LEVEL: (frozenset({"any_of", "level"}), frozenset()),
    Do.LEVEL_DELTA: (frozenset({"any_of", "delta", "cap"}), frozenset()),
}
"""The fields a step must and may have, beside those any step may have."""
ANY_STEP = frozenset({"id", "do", "zh", "en", "evidence", "source", "note"})


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer; `id` is its code, or its score written out."""

    id: str
    zh: str
    en: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One question."""

    id: str
    zh: str
    en: str
    group: str | None
    options: tuple[Option, ...]

    def option(self, id_: str) -> Option:
        """The option of that id."""
        return next(option for option in self.options if option.id == id_)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something true or not about the person, beside the answers, that moves the level.

    threshold   a number given for it means "at least so many"
    icd10       first and last diagnosis code, three characters each, that make it true
    """

    id: str
    zh: str
    en: str
    threshold: int | None = None
    icd10: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A name for a stretch of scores [min, max] (both within), or for a cell of a table."""

    id: str
    zh: str
    en: str
    min: int | None = None
    max: int | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One computation; it may use items, facts and the steps before it.

    group       the group of items a sum is taken over, or stands for
    items       the items of a sum, and which of them count as `reverse_from - score`
    of          the steps a sum or a worse-of is taken over
    bands       where a number falls, or what a table's cells mean
    order       bands from best to worst, for a worse-of bands; without it the highest number is the worse
    rows, columns, table    a grouped lookup: row band → column band → band id
    classes, count          a count lookup: class → items; the option that is counted
    cells       of a count lookup: counts by class, in the order of `classes` → band id
    any_of      the facts that set off a set-level or a level-delta
    """

    id: str
    do: Do
    zh: str
    en: str
    group: str | None = None
    items: tuple[str, ...] = ()
    reverse: frozenset[str] = frozenset()
    reverse_from: int = 0
    of: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    order: tuple[str, ...] = ()
    row: str = ""
    column: str = ""
    table: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    count: str = ""
    cells: Mapping[tuple[int, ...], str] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()
    level: int = 0
    delta: int = 0
    cap: int = 0
    evidence: str | None = None

    def band_at(self, score: int) -> Band | None:
        """The band a number falls in, or None."""
        for band in self.bands:
            if band.min is not None and band.max is not None and band.min <= score <= band.max:
                return band
        return None

    def band(self, id_: str) -> Band:
        """The band of that id."""
        return next(band for band in self.bands if band.id == id_)


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """A checked instrument of one edition.

    results         the steps whose bands are the outcome: one for a grade, several where each group has its own
    alternatives    other published cuts of the outcome's score: id → bands
    eligible        the outcomes with which a person may go on, for a gate; empty for none
    readiness       `ready`, `check_original` or `blocked`
    why_zh, why_en  why it is not ready
    clause          number of the document it comes from; None where it has none
    fingerprint     digest of the whole content; a confirmation holds for exactly this
    raw             the content as the edition has it, for pages that show sources and evidence
    """

    id: str
    zh: str
    en: str
    version: str
    edition: str
    jurisdiction: str
    evidence: str
    groups: Mapping[str, tuple[str, str]]
    items: tuple[Item, ...]
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    results: tuple[str, ...]
    alternatives: Mapping[str, tuple[Band, ...]]
    eligible: tuple[str, ...]
    readiness: str
    is_usable: bool
    why_zh: str
    why_en: str
    clause: str | None
    fingerprint: str
    raw: Any = field(repr=False)

    def item(self, id_: str) -> Item:
        """The item of that id."""
        return next(item for item in self.items if item.id == id_)

    def step(self, id_: str) -> Step:
        """The step of that id."""
        return next(step for step in self.steps if step.id == id_)

    @property
    def is_draft(self) -> bool:
        """Whether its results are drafts until somebody confirms it against the original."""
        return self.readiness != "ready" or not self.is_usable

    def bands_of(self, alternative: str | None = None) -> tuple[Band, ...]:
        """What the outcome of a one-result instrument can be."""
        return self.alternatives[alternative] if alternative else self.step(self.results[0]).bands
