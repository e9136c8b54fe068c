"""What is known of a finished visit, for the evidence score."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Avg, Count, Q

from yijia.apps.care.models import OrderItem
from yijia.apps.care.seams import Rated
from yijia.apps.visits.models import Assignment, Fix, Rating, Visit, VisitFile
from yijia.apps.visits.queries.gate import norm_min
from yijia.base import scope
from yijia.core.geo import Point, distance_m
from yijia.core.visits import evidence


def evidence_facts_for_system(visit: Visit, confirmation: evidence.Confirmation) -> evidence.VisitFacts:
    """The facts of one visit that has ended.

    Raises      ValueError: it has not begun or not ended
    """
    if visit.started_at is None or visit.finished_at is None:
        raise ValueError("only a visit that has ended is scored")
    fixes = list(Fix.objects.filter(visit=visit, kind__in=[Fix.Kind.ARRIVE, Fix.Kind.FINISH]).order_by("at", "id"))
    arrive = next((fix for fix in fixes if fix.kind == Fix.Kind.ARRIVE), None)
    signed = set(VisitFile.objects.filter(visit=visit).values_list("kind", flat=True))
    return evidence.VisitFacts(
        started_at=visit.started_at,
        ended_at=visit.finished_at,
        home=Point(visit.order.household.lat, visit.order.household.lon),
        check_in=_fix(arrive),
        check_out=_fix(next((fix for fix in fixes if fix.kind == Fix.Kind.FINISH), None)),
        previous=_fix(_previous(arrive)),
        norm_min=norm_min(OrderItem.objects.filter(order_id=visit.order_id)) or None,
        is_code_right=visit.is_door_code_given,
        confirmation=confirmation,
        resident_signed=VisitFile.Kind.FAMILY_SIGNATURE in signed,
        nurse_signed=VisitFile.Kind.NURSE_SIGNATURE in signed,
        overlaps=_overlaps(visit),
    )


def ratings_for_system(organisation_ids: Sequence[int]) -> dict[int, Rated]:
    """The mean of the stars and how many families spoke, by institution; figures alone, no words and no names."""
    with scope.whole_system():
        rows = Rating.objects.filter(organisation_id__in=list(organisation_ids)).order_by()
        found = list(rows.values_list("organisation_id").annotate(stars=Avg("stars"), n=Count("pk")))
    return {pk: Rated(float(stars), count) for pk, stars, count in found}


def _previous(arrive: Fix | None) -> Fix | None:
    if arrive is None:
        return None
    return (
        Fix.objects.filter(staff_id=arrive.staff_id, at__lt=arrive.at, lon__isnull=False).order_by("-at", "-id").first()
    )


def _fix(row: Fix | None) -> evidence.Fix | None:
    if row is None or row.lon is None or row.lat is None:
        return None
    return evidence.Fix(row.at, Point(row.lat, row.lon), row.accuracy_m or 0.0, row.is_mocked)


def _overlaps(visit: Visit) -> int:
    crew = Assignment.objects.filter(visit=visit, is_active=True).values("staff_id")
    others = Q(visit__started_at__lt=visit.finished_at) & (Q(visit__finished_at__gt=visit.started_at))
    return (
        Assignment.objects.filter(others, staff_id__in=crew, is_active=True)
        .exclude(visit=visit)
        .values("visit_id")
        .distinct()
        .count()
    )


def list_fixes(visit: Visit) -> list[dict[str, Any]]:
    """Each place the phone reported, with its distance from the home, oldest first."""
    home = Point(visit.order.household.lat, visit.order.household.lon)
    return [
        {
            "kind": fix.kind, "at": fix.at, "is_mocked": fix.is_mocked, "error": fix.error, "accuracy_m": None if fix.accuracy_m is None else round(fix.accuracy_m),
            "distance_m": None if fix.lon is None or fix.lat is None else round(distance_m(Point(fix.lat, fix.lon), home)),
        }
        for fix in Fix.objects.filter(visit=visit).order_by("at", "id")
    ]  # fmt: skip
