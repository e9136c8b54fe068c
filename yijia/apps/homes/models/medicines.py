"""The medicine list of somebody who lives in the home, as a doctor wrote it, and what became of each dose."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yijia.apps.homes.models.living import Placement
from yijia.apps.registry.models import TenantRow
from yijia.core.homes.medicines import Outcome

_USER = settings.AUTH_USER_MODEL


class Medicine(TenantRow):
    """One line of the list: what, how much, when, who prescribed it, and the paper it was copied from."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="medicines")
    name = models.CharField(max_length=80)
    dose = models.CharField(max_length=60)  # as prescribed, copied
    route = models.CharField(max_length=20)
    times = ArrayField(models.CharField(max_length=5))  # HH:MM of each day
    prescriber = models.CharField(max_length=80)
    source = models.CharField(max_length=80)  # prescription, discharge paper, referral summary
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # first day it is no longer given
    stop_reason = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["placement", "from_on"])]
        constraints = [
            models.CheckConstraint(
                name="home_medicine_period", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(name="home_medicine_has_times", condition=~Q(times=[])),
            models.CheckConstraint(
                name="home_medicine_stopped_says_why",
                condition=Q(stopped_at__isnull=True) | (~Q(stop_reason="") & Q(until_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.placement_id}"


class Dose(TenantRow):
    """What became of one dose; append-only. PostgreSQL refuses a second word for one slot; a correction names what it replaces."""

    medicine = models.ForeignKey(Medicine, on_delete=models.PROTECT, related_name="doses")
    on = models.DateField()
    slot = models.CharField(max_length=5)  # HH:MM as the list says
    outcome = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Outcome])
    note = models.CharField(max_length=200, blank=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "on"])]
        constraints = [
            models.UniqueConstraint(
                name="dose_once", fields=["medicine", "on", "slot"], condition=Q(corrects__isnull=True)
            ),
            models.CheckConstraint(
                name="dose_not_given_says_why", condition=Q(outcome="given", corrects__isnull=True) | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.medicine_id} {self.on} {self.slot}"
