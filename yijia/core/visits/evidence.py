"""How well a visit is evidenced: findings take points from a hundred, and a weak score goes to review."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from yijia.core.geo import Point, distance_m
from yijia.core.policy import Value

FULL = 100
KEY = "evidence:visit_score"


class Code(StrEnum):
    """Everything the score can hold against a visit."""

    LOCATION_MISSING = "location_missing"
    LOCATION_MOCKED = "location_mocked"
    LOCATION_INACCURATE = "location_inaccurate"
    LOCATION_FAR = "location_far"
    HOME_UNLOCATED = "home_unlocated"
    CHECK_OUT_MISSING = "check_out_missing"
    CHECK_OUT_FAR = "check_out_far"
    TRAVEL_IMPOSSIBLE = "travel_impossible"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    DOOR_CODE_MISSING = "door_code_missing"
    DOOR_CODE_WRONG = "door_code_wrong"
    FAMILY_SILENT = "family_silent"
    FAMILY_DISPUTES = "family_disputes"
    RESIDENT_SIGNATURE_MISSING = "resident_signature_missing"
    NURSE_SIGNATURE_MISSING = "nurse_signature_missing"
    OVERLAP = "overlap"


class Confirmation(StrEnum):
    """What the family said of the visit."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    DISPUTED = "disputed"


class Verdict(StrEnum):
    """Strong evidence is priced; weak evidence goes to a person."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Fix:
    """A location as a phone reported it."""

    at: datetime
    point: Point
    accuracy_m: float
    is_mocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What is known of one finished visit.

    previous        the nurse's last fix before the check-in, usually the check-out of the visit before
    norm_min        sum of the items' usual minutes; None when no item has one
    is_code_right   whether the family's code was entered rightly; None when no code was entered
    overlaps        other visits of the same nurse whose time overlaps this one
    """

    started_at: datetime
    ended_at: datetime
    home: Point | None
    check_in: Fix | None
    check_out: Fix | None
    previous: Fix | None = None
    norm_min: int | None = None
    is_code_right: bool | None = None
    confirmation: Confirmation = Confirmation.SILENT
    resident_signed: bool = False
    nurse_signed: bool = False
    overlaps: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """The score as policy sets it.

    points              code → points taken
    threshold           at least this much is strong
    radius_m            how far from the home a check-in may lie, before the phone's own inaccuracy
    worst_accuracy_m    a fix vaguer than this is inaccurate, and no more than this is forgiven in distance
    top_speed_kmh       straight-line speed that nobody reaches in a city
    least_travel_m      shorter ways are never impossible
    short_share, long_share     bounds of the duration, as shares of the norm
    """

    points: Mapping[Code, int]
    threshold: int
    radius_m: int
    worst_accuracy_m: int
    top_speed_kmh: int
    least_travel_m: int
    short_share: Decimal
    long_share: Decimal
    edition: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing held against the visit: its code, the points it takes, the facts it saw."""

    code: Code
    points: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """The score, 0 to 100, and what led to it, heaviest finding first."""

    score: int
    verdict: Verdict
    findings: tuple[Finding, ...]
    threshold: int
    edition: str


def read(value: Value) -> Weights:
    """The weights of a policy value keyed `evidence:visit_score`.

    Raises      ValueError: a finding has no weight, or a weight has no finding
    """
    content = value.value
    points = {str(code): int(entry["points"]) for code, entry in content["findings"].items()}
    if set(points) != {code.value for code in Code}:
        raise ValueError(f"{value.key}: findings and codes differ: {sorted(set(points) ^ {c.value for c in Code})}")
    params = content["params"]
    return Weights(
        points={Code(code): number for code, number in points.items()},
        threshold=content["threshold"],
        radius_m=params["radius_m"],
        worst_accuracy_m=params["worst_accuracy_m"],
        top_speed_kmh=params["top_speed_kmh"],
        least_travel_m=params["least_travel_m"],
        short_share=Decimal(params["short_share"]),
        long_share=Decimal(params["long_share"]),
        edition=value.edition,
    )


def score(facts: VisitFacts, weights: Weights) -> Score:
    """The score of a visit.

    Source      EVID-01 … EVID-08 in docs/rules/evidence.md
    """
    found = [Finding(code, weights.points[code], seen) for code, seen in _found(facts, weights)]
    total = max(0, FULL - sum(finding.points for finding in found))
    verdict = Verdict.STRONG if total >= weights.threshold else Verdict.WEAK
    heaviest_first = tuple(sorted(found, key=lambda finding: (-finding.points, finding.code)))
    return Score(total, verdict, heaviest_first, weights.threshold, weights.edition)


def _found(facts: VisitFacts, weights: Weights) -> Iterator[tuple[Code, dict[str, Any]]]:
    yield from _location(facts, weights)
    yield from _travel(facts, weights)
    yield from _duration(facts, weights)
    if facts.is_code_right is None:
        yield Code.DOOR_CODE_MISSING, {}
    elif not facts.is_code_right:
        yield Code.DOOR_CODE_WRONG, {}
    if facts.confirmation is Confirmation.SILENT:
        yield Code.FAMILY_SILENT, {}
    elif facts.confirmation is Confirmation.DISPUTED:
        yield Code.FAMILY_DISPUTES, {}
    if not facts.resident_signed:
        yield Code.RESIDENT_SIGNATURE_MISSING, {}
    if not facts.nurse_signed:
        yield Code.NURSE_SIGNATURE_MISSING, {}
    if facts.overlaps:
        yield Code.OVERLAP, {"visits": facts.overlaps}


def _location(facts: VisitFacts, weights: Weights) -> Iterator[tuple[Code, dict[str, Any]]]:
    fixes = [fix for fix in (facts.check_in, facts.check_out) if fix is not None]
    if facts.check_in is None:
        yield Code.LOCATION_MISSING, {}
    elif facts.check_out is None:
        yield Code.CHECK_OUT_MISSING, {}
    if any(fix.is_mocked for fix in fixes):
        yield Code.LOCATION_MOCKED, {}
    vaguest = max((fix.accuracy_m for fix in fixes), default=0.0)
    if vaguest > weights.worst_accuracy_m:
        yield Code.LOCATION_INACCURATE, {"accuracy_m": round(vaguest), "most_m": weights.worst_accuracy_m}
    if facts.home is None:
        yield Code.HOME_UNLOCATED, {}
        return
    for code, fix in ((Code.LOCATION_FAR, facts.check_in), (Code.CHECK_OUT_FAR, facts.check_out)):
        if fix is not None:
            away = distance_m(fix.point, facts.home)
            if away > weights.radius_m + min(fix.accuracy_m, weights.worst_accuracy_m):
                yield code, {"distance_m": round(away), "radius_m": weights.radius_m}


def _travel(facts: VisitFacts, weights: Weights) -> Iterator[tuple[Code, dict[str, Any]]]:
    before, after = facts.previous, facts.check_in
    if before is None or after is None:
        return
    forgiven = sum(min(fix.accuracy_m, weights.worst_accuracy_m) for fix in (before, after))
    way_m = distance_m(before.point, after.point) - forgiven
    took_s = (after.at - before.at).total_seconds()
    if way_m >= weights.least_travel_m and way_m * 3.6 > weights.top_speed_kmh * max(took_s, 0.0):
        seen = {"distance_m": round(way_m), "took_s": round(took_s), "top_speed_kmh": weights.top_speed_kmh}
        yield Code.TRAVEL_IMPOSSIBLE, seen


def _duration(facts: VisitFacts, weights: Weights) -> Iterator[tuple[Code, dict[str, Any]]]:
    if not facts.norm_min:
        return
    took_s = int((facts.ended_at - facts.started_at).total_seconds())
    norm_s = facts.norm_min * 60
    seen = {"took_min": took_s // 60, "norm_min": facts.norm_min}
    if took_s < norm_s * weights.short_share:
        yield Code.TOO_SHORT, seen
    elif took_s > norm_s * weights.long_share:
        yield Code.TOO_LONG, seen
