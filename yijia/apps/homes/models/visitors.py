"""The log at the door: who came from outside, from which institution, to whom, in and out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yijia.apps.registry.models import TenantRow

_USER = settings.AUTH_USER_MODEL


class GateEntry(TenantRow):
    """One coming of somebody from outside; signed out once."""

    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, null=True, related_name="+")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, null=True, related_name="+")
    visitor = models.CharField(max_length=60)
    house = models.CharField(max_length=80, blank=True)  # the institution they come from
    purpose = models.CharField(max_length=120, blank=True)
    signed_in_at = models.DateTimeField()
    signed_in_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    signed_out_at = models.DateTimeField(null=True)
    signed_out_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "signed_in_at"])]
        constraints = [
            models.UniqueConstraint(
                name="gate_inside_once", fields=["organisation", "visit"], condition=Q(signed_out_at__isnull=True)
            ),
            models.CheckConstraint(
                name="gate_out_after_in",
                condition=Q(signed_out_at__isnull=True) | Q(signed_out_at__gte=F("signed_in_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visitor} {self.signed_in_at:%F}"
