"""Who lives in a care home: beds, placements, which bed when, each step. PostgreSQL refuses two in a bed and one in two homes."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from yijia.apps.registry.models import TenantRow
from yijia.core.homes.lifecycle import State

_USER = settings.AUTH_USER_MODEL


def _whole(column: str) -> Func:
    """One number as a range, so that a GiST index can hold it beside days."""
    return Func(F(column), F(column), Value("[]"), function="int8range")


def _days() -> Func:
    """From the first day until the day of leaving, which is somebody else's already."""
    return Func(F("from_on"), F("until_on"), function="daterange", output_field=DateRangeField())


class Bed(TenantRow):
    """One bed of a care home."""

    building = models.CharField(max_length=20)
    room = models.CharField(max_length=20)
    number = models.CharField(max_length=10)
    is_active = models.BooleanField(default=True)  # False: out of use
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="home_bed_once", fields=["organisation", "building", "room", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.building} {self.room}-{self.number}"


class Placement(TenantRow):
    """One person's living in one care home, from moving in to leaving."""

    client_id = models.UUIDField(unique=True)  # made by the client; a retry finds its first placement
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="placements")
    state = models.CharField(max_length=8, default=State.LIVING, choices=[(s.value, s.value) for s in State])
    state_at = models.DateTimeField()
    care_level = models.CharField(max_length=20)  # code of `term:care_home`
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # the day of leaving; the bed is free from that day on
    away_reason = models.CharField(max_length=10, blank=True)
    away_to = models.CharField(max_length=80, blank=True)
    back_on = models.DateField(null=True)  # expected
    end_reason = models.CharField(max_length=12, blank=True)
    household = models.ForeignKey(
        "registry.Household", on_delete=models.PROTECT, related_name="+"
    )  # the home's address
    household_before = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"]), models.Index(fields=["resident", "state"])]
        constraints = [
            ExclusionConstraint(
                name="placement_one_home",
                expressions=[(_whole("resident_id"), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="placement_period", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="placement_left_says_why",
                condition=Q(state="left", until_on__isnull=False) & ~Q(end_reason="")
                | Q(state__in=["living", "away"], until_on__isnull=True, end_reason=""),
            ),
            models.CheckConstraint(
                name="placement_away_says_why",
                condition=Q(state="away") & ~Q(away_reason="") | ~Q(state="away"),
            ),
        ]

    def __str__(self) -> str:
        return f"placement {self.pk}"


class BedStay(TenantRow):
    """Which bed a placement has on which days; a change of bed ends one and begins another."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="stays")
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="stays")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["placement"])]
        constraints = [
            ExclusionConstraint(
                name="bed_one_person",
                expressions=[(_whole("bed_id"), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="placement_one_bed",
                expressions=[(_whole("placement_id"), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="bed_stay_period", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bed_id} of {self.placement_id}"


class PlacementEvent(TenantRow):
    """Each step of a placement, append-only."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=8, blank=True)
    to_state = models.CharField(max_length=8)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["placement", "at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.placement_id}"
