"""How an institution leaves the list, and how long it stays away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yijia.core.calendar import add_months


@dataclass(frozen=True, slots=True)
class ExitReason:
    """A ground on which a designation ends.

    bans        it keeps the institution from applying again
    ban_months  for how long; None: the place's rule is not known, the ban stands until it is lifted in writing
    """

    id: str
    zh: str
    en: str
    bans: bool
    ban_months: int | None


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban as it stands: from a day until the day before another, or with no end; lifted before it or not."""

    from_on: date
    until_on: date | None
    is_lifted: bool = False


def read_exits(content: Mapping[str, Any]) -> dict[str, ExitReason]:
    """The grounds `rehab:exit` lists, by code."""
    return {
        one["id"]: ExitReason(one["id"], one["zh"], one["en"], one["bans"], one["ban_months"]) for one in content["reasons"]
    }  # fmt: skip


def ban_until(reason: ExitReason, on: date) -> date | None:
    """The first day a ban that begins on `on` no longer holds; None: no end is known.

    Source      REHAB-06 in docs/rules/rehab.md
    """
    return None if reason.ban_months is None else add_months(on, reason.ban_months)


def standing_ban(bans: Iterable[Ban], on: date) -> Ban | None:
    """The ban that holds on a day, the one that lasts longest; None: the institution may apply."""
    standing = [
        one for one in bans if not one.is_lifted and one.from_on <= on and (one.until_on is None or on < one.until_on)
    ]
    return max(standing, key=lambda one: one.until_on or date.max, default=None)
