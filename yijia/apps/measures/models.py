"""Indicators as they were computed: numerator, denominator, date, definition."""

from django.db import models
from django.db.models import Q


class Snapshot(models.Model):
    """One indicator on one day for one place; recomputing the same day replaces nothing, it adds a version."""

    measure = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=9)
    on = models.DateField()
    version = models.SmallIntegerField(default=1)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)  # null: a count, not a rate
    edition = models.CharField(max_length=40)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="snapshot_once", fields=["measure", "jurisdiction", "on", "version"]),
            models.CheckConstraint(
                name="snapshot_denominator", condition=Q(denominator__isnull=True) | Q(denominator__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.on}"
