"""What must be looked into: complaints with an owner and a deadline, visits whose evidence is weak."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yijia.apps.registry.models import TenantRow


class Complaint(TenantRow):
    class Kind(models.TextChoices):
        SERVICE = "service"
        MONEY = "money"
        PUNCTUALITY = "punctuality"
        CONDUCT = "conduct"
        SAFETY = "safety"

    number = models.CharField(max_length=24, unique=True)
    client_id = models.UUIDField(unique=True)
    order = models.ForeignKey("care.Order", on_delete=models.PROTECT, null=True, related_name="complaints")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="complaints")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    state = models.CharField(max_length=10, default="filed")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state", "due_on"])]
        constraints = [
            models.CheckConstraint(name="complaint_answered_has_words", condition=~Q(state="answered") | ~Q(answer=""))
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintEvent(TenantRow):
    """Each step of a complaint, append-only."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.event} {self.complaint_id}"


class EvidenceReview(TenantRow):
    """A visit with weak evidence waiting for a person; not settled before it is cleared."""

    visit = models.OneToOneField("visits.Visit", on_delete=models.PROTECT, related_name="evidence_review")
    state = models.CharField(max_length=10, default="open")
    score = models.SmallIntegerField()
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"])]
        constraints = [
            models.CheckConstraint(
                name="review_decided_has_reason",
                condition=Q(state="open") | (Q(decided_at__isnull=False) & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"review {self.visit_id}"
