"""Candidates for one visit, best first, with reasons; and for everybody else, why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yijia.core.calendar import Span
from yijia.core.geo import Point, distance_m
from yijia.core.people.identity import Sex


@dataclass(frozen=True, slots=True)
class Busy:
    """Time already given away, and where; a place that is not known costs the fixed buffer only."""

    span: Span
    place: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The visit to be made.

    sex, languages          what the resident would like; `must` says that it is a condition
    """

    span: Span
    place: Point | None = None
    sex: Sex | None = None
    sex_is_must: bool = False
    languages: frozenset[str] = frozenset()
    language_is_must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One nurse, as seen for this visit.

    gate_reds           keys of the gate's red rules for this nurse
    base                where the day begins: the institution, or the nurse's own start
    visits_together     earlier visits to this resident
    load_min            minutes already planned in the period over which load is shared
    rating              mean of the ratings, None when nobody has rated
    """

    staff_id: int
    gate_reds: tuple[str, ...] = ()
    hours: tuple[Span, ...] = ()
    busy: tuple[Busy, ...] = ()
    base: Point | None = None
    is_absent: bool = False
    has_declined: bool = False
    resident_refuses: bool = False
    nurse_refuses: bool = False
    visits_together: int = 0
    load_min: int = 0
    most_load_min: int | None = None
    rating: Fraction | None = None
    sex: Sex | None = None
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Measures of the ranking; every one comes from policy (`term:travel`).

    speed_kmh           straight-line speed at which travel is reckoned
    buffer_s            added to every way: parking, stairs, hands
    most_distance_m     nobody is sent farther from base; None for no limit
    distance_band_m     distances within one band count as equal
    load_band_min       loads within one band count as equal
    """

    speed_kmh: int
    buffer_s: int
    most_distance_m: int | None
    distance_band_m: int
    load_band_min: int

    def __post_init__(self) -> None:
        if min(self.speed_kmh, self.distance_band_m, self.load_band_min) <= 0 or self.buffer_s < 0:
            raise ValueError("speeds and bands are above zero, a buffer is not below")


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and the facts its sentence quotes."""

    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate who may go; place 1 is best."""

    staff_id: int
    place: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A nurse who may not go, with every reason."""

    staff_id: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everybody, on one side or the other."""

    ranked: tuple[Ranked, ...]
    excluded: tuple[Excluded, ...]

    def why_not(self, staff_id: int) -> tuple[Reason, ...]:
        """Why this nurse may not go, or is not first; nothing for the first and for strangers."""
        for excluded in self.excluded:
            if excluded.staff_id == staff_id:
                return excluded.reasons
        for ranked in self.ranked[1:]:
            if ranked.staff_id == staff_id:
                return (Reason("dispatch.ranked_lower", {"place": ranked.place, "first": self.ranked[0].staff_id}),)
        return ()


def rank(candidates: Iterable[Candidate], visit: Visit, params: Params) -> Ranking:
    """Candidates in order.

    Tiers, each deciding only among equals of the one before: wishes not met (fewest), continuity (three visits or more,
    one or two, none), distance in bands, load in bands, rating (unrated counts as the middle, 3), exact distance, staff id.
    A nurse whose distance is not known comes after all whose distance is.

    Source      DISPATCH-01 … DISPATCH-03 in docs/rules/dispatch.md
    """
    ranked: list[tuple[tuple[Any, ...], int, tuple[Reason, ...]]] = []
    excluded: list[Excluded] = []
    for candidate in candidates:
        away = _away(candidate, visit)
        against = tuple(_against(candidate, visit, params, away))
        if against:
            excluded.append(Excluded(candidate.staff_id, against))
        else:
            ranked.append((_tiers(candidate, visit, params, away), candidate.staff_id, _for(candidate, visit, away)))
    ranked.sort(key=lambda entry: entry[0])
    return Ranking(
        tuple(Ranked(staff_id, place, reasons) for place, (_, staff_id, reasons) in enumerate(ranked, 1)),
        tuple(sorted(excluded, key=lambda one: one.staff_id)),
    )


def travel_s(a: Point | None, b: Point | None, params: Params) -> int:
    """Seconds from place to place, the buffer included; unknown places cost the buffer alone."""
    if a is None or b is None:
        return params.buffer_s
    return params.buffer_s + round(distance_m(a, b) * 3.6 / params.speed_kmh)


def _away(candidate: Candidate, visit: Visit) -> float | None:
    if candidate.base is None or visit.place is None:
        return None
    return distance_m(candidate.base, visit.place)


def _against(candidate: Candidate, visit: Visit, params: Params, away: float | None) -> Iterable[Reason]:
    if candidate.gate_reds:
        yield Reason("dispatch.gate_red", {"rules": candidate.gate_reds})
    if candidate.is_absent:
        yield Reason("dispatch.absent", {})
    if candidate.has_declined:
        yield Reason("dispatch.has_declined", {})
    if candidate.resident_refuses:
        yield Reason("dispatch.resident_refuses", {})
    if candidate.nurse_refuses:
        yield Reason("dispatch.nurse_refuses", {})
    if visit.sex is not None and visit.sex_is_must and candidate.sex is not visit.sex:
        yield Reason("dispatch.other_sex", {"wanted": visit.sex.value})
    if visit.languages and visit.language_is_must and not visit.languages & candidate.languages:
        yield Reason("dispatch.other_language", {"wanted": tuple(sorted(visit.languages))})
    if not any(
        hours.from_at <= visit.span.from_at and visit.span.until_at <= hours.until_at for hours in candidate.hours
    ):
        yield Reason("dispatch.outside_hours", {})
    yield from _clashes(candidate, visit, params)
    if away is not None and params.most_distance_m is not None and away > params.most_distance_m:
        yield Reason("dispatch.too_far", {"distance_m": round(away), "most_m": params.most_distance_m})
    length_min = -(-visit.span.length_s // 60)
    if candidate.most_load_min is not None and candidate.load_min + length_min > candidate.most_load_min:
        yield Reason("dispatch.overloaded", {"load_min": candidate.load_min, "most_min": candidate.most_load_min})


def _clashes(candidate: Candidate, visit: Visit, params: Params) -> Iterable[Reason]:
    for busy in sorted(candidate.busy, key=lambda busy: busy.span.from_at):
        if busy.span.overlaps(visit.span):
            facts = {"from_at": busy.span.from_at, "until_at": busy.span.until_at}
            yield Reason("dispatch.time_taken", facts)
            continue
        earlier, later = sorted((busy.span, visit.span), key=lambda span: span.from_at)
        gap_s = int((later.from_at - earlier.until_at).total_seconds())
        needed_s = travel_s(busy.place, visit.place, params)
        if gap_s < needed_s:
            yield Reason("dispatch.no_time_to_travel", {"gap_s": gap_s, "needed_s": needed_s})


def _unmet(candidate: Candidate, visit: Visit) -> int:
    other_sex = visit.sex is not None and candidate.sex is not visit.sex
    return other_sex + bool(visit.languages and not visit.languages & candidate.languages)


def _continuity(candidate: Candidate) -> int:
    return 2 if candidate.visits_together >= 3 else 1 if candidate.visits_together else 0


def _tiers(candidate: Candidate, visit: Visit, params: Params, away: float | None) -> tuple[Any, ...]:
    return (
        _unmet(candidate, visit),
        -_continuity(candidate),
        away is None,
        0 if away is None else int(away // params.distance_band_m),
        candidate.load_min // params.load_band_min,
        -(Fraction(3) if candidate.rating is None else candidate.rating),
        0.0 if away is None else away,
        candidate.staff_id,
    )


def _for(candidate: Candidate, visit: Visit, away: float | None) -> tuple[Reason, ...]:
    reasons = []
    if candidate.visits_together:
        reasons.append(Reason("dispatch.knows_resident", {"visits": candidate.visits_together}))
    if away is not None:
        reasons.append(Reason("dispatch.distance", {"distance_m": round(away)}))
    reasons.append(Reason("dispatch.load", {"load_min": candidate.load_min}))
    if candidate.rating is not None:
        reasons.append(Reason("dispatch.rating", {"rating": candidate.rating}))
    if _unmet(candidate, visit):
        reasons.append(Reason("dispatch.wish_not_met", {"count": _unmet(candidate, visit)}))
    return tuple(reasons)
