"""What a programme promised for a cycle and what was given, item by item, counted from records alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yijia.core.programmes.duties import Done
from yijia.core.programmes.model import Activity, Cadence, Package, PackageItem, Programme

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the plan in one cycle.

    promised    how many the cycle owes; None where the file does not know, or a verdict decides as it goes
    done        what finished it, oldest first
    """

    line: Activity
    promised: int | None
    done: tuple[Done, ...]

    @property
    def given(self) -> int:
        """How many were given."""
        return len(self.done)

    @property
    def is_kept(self) -> bool | None:
        """Whether what was promised was given; None where nothing was promised in a number."""
        return None if self.promised is None else self.given >= self.promised


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A whole cycle: a contract in which nothing was given counts as signed, never as served."""

    items: tuple[Item, ...]

    @property
    def is_served(self) -> bool:
        """Whether anything of it was given."""
        return any(item.done for item in self.items)


def fulfilled(
    programme: Programme,
    grade: str,
    person: Mapping[str, Any],
    done: Iterable[Done],
    from_on: date,
    until_on: date,
    package: str = "",
) -> Fulfilment:
    """Promise and performance of the days [from_on, until_on).

    person      a full row of `care_person`
    done        what was done for the person, by whichever programme
    package     the package the person signed for

    Source      PROG-17 in docs/rules/programmes.md
    """
    past = sorted((one for one in done if from_on <= one.on < until_on), key=lambda one: one.on)
    items = tuple(
        Item(line, promised(line, grade, from_on, until_on), tuple(one for one in past if line.code in one.kinds))
        for line in programme.plan
        if (line.for_whom is None or line.for_whom.verdict(person) is True) and line.package in ("", package)
    )
    return Fulfilment(items)


@dataclass(frozen=True, slots=True)
class Kept:
    """One item of a package: the line that counts it, or None where it is given as the need arises or does not concern the person."""

    item: PackageItem
    counted: Item | None
    concerns: bool


def kept_of(package: Package, found: Fulfilment) -> tuple[Kept, ...]:
    """A package item by item: what of each was promised and given.

    Source      PROG-23 in docs/rules/programmes.md
    """
    by_line = {one.line.code: one for one in found.items}
    return tuple(Kept(item, by_line.get(item.line), not item.line or item.line in by_line) for item in package.items)


def promised(line: Activity, grade: str, from_on: date, until_on: date) -> int | None:
    """How many of a line the days [from_on, until_on) owe; None where nobody knows beforehand."""
    days = (until_on - from_on).days
    match line.cadence:
        case Cadence.ONCE:
            return 1
        case Cadence.EVERY:
            every = line.every_days.get(grade, line.every_days.get(""))
            return None if every is None else days // every
        case Cadence.TIMES:
            times = line.times.get(grade, line.times.get(""))
            return None if times is None else max(1, round(times * days / YEAR_DAYS)) if times else 0
        case Cadence.VERDICT | Cadence.AFTER | Cadence.WEEKLY:
            return None
