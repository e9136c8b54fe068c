"""Who is on the list, and what a guardian may choose from it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Place:
    """One designation as a choice sees it.

    ended_on        it left the list; the day is the first on which it no longer counts
    has_agreement   a yearly agreement binds it on the day
    """

    house: str
    category: str
    valid_from: date
    valid_until: date
    ended_on: date | None
    is_banned: bool
    has_agreement: bool
    places: int
    taken: int

    @property
    def free(self) -> int:
        """Places nobody holds."""
        return max(0, self.places - self.taken)


def may_list(place: Place, on: date) -> Refusal | None:
    """Why a designation is not on the live list that day, or None.

    Refuses     rehab.banned, .ended, .not_yet, .expired, .no_agreement
    Source      REHAB-05, REHAB-06 in docs/rules/rehab.md
    """
    facts = {"house": place.house, "until": place.valid_until.isoformat()}
    if place.is_banned:
        return Refusal("rehab.banned", facts)
    if place.ended_on is not None and place.ended_on <= on:
        return Refusal("rehab.ended", {**facts, "on": place.ended_on.isoformat()})
    if on < place.valid_from:
        return Refusal("rehab.not_yet", {**facts, "on": place.valid_from.isoformat()})
    if on >= place.valid_until:
        return Refusal("rehab.expired", facts)
    return None if place.has_agreement else Refusal("rehab.no_agreement", facts)


def may_choose(
    place: Place, categories: Collection[str], on: date, *, changes: int, allowed: int | None, is_change: bool
) -> Refusal | None:
    """Why a guardian may not choose this place, or None.

    categories  the person's disability leads to
    changes     of institution made this year by the guardian's own wish; `allowed` so many, None where the place states no number
    is_change   another institution is given up for this one by the guardian's own wish

    Refuses     rehab.other_category, .full, .changed_enough, and what `may_list` refuses
    Source      REHAB-07, REHAB-08 in docs/rules/rehab.md
    """
    if place.category not in categories:
        return Refusal("rehab.other_category", {"house": place.house, "category": place.category})
    if (refusal := may_list(place, on)) is not None:
        return refusal
    if is_change and allowed is not None and changes >= allowed:
        return Refusal("rehab.changed_enough", {"allowed": allowed, "year": on.year})
    return Refusal("rehab.full", {"house": place.house, "places": place.places}) if place.free == 0 else None
