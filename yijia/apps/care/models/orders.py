"""The order and what surrounds it: items, events, assessments, home risk, hand-over, contacts that are counted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yijia.apps.registry.models import TenantRow
from yijia.core.orders.lifecycle import State


class Order(TenantRow):
    """One request for care at home, by whichever of the three ways it came in."""

    class Channel(models.TextChoices):
        SELF = "self"
        FAMILY = "family"
        DESK = "desk"
        DISCHARGE = "discharge"
        PLAN = "plan"  # a visit due in an episode of a programme

    number = models.CharField(max_length=24, unique=True)
    client_id = models.UUIDField(unique=True)  # made by the client; a retry finds its first order
    jurisdiction = models.CharField(max_length=9)
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="orders")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=14, default=State.DRAFT, choices=[(s.value, s.value) for s in State])
    channel = models.CharField(max_length=10, choices=Channel)
    need = models.CharField(max_length=30)  # need code of the catalogue, in the elder's words
    description = models.TextField(blank=True)
    prescription = models.TextField(blank=True)  # doctor's order, where an item asks one
    wanted_from = models.DateTimeField()
    wanted_until = models.DateTimeField()
    guardian_present = models.BooleanField(null=True)
    staff_needed = models.SmallIntegerField(default=1)
    quote = models.JSONField(default=dict)  # the breakdown shown before ordering, as it was
    quote_total_fen = models.BigIntegerField(null=True)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    requester_name = models.CharField(max_length=60, blank=True)
    requester_relation = models.CharField(max_length=20, blank=True)
    service_agreement = models.ForeignKey("agreements.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    consent = models.ForeignKey("agreements.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "state", "wanted_from"]),
            models.Index(fields=["resident", "-created_at"]),
            models.Index(fields=["jurisdiction", "state"]),
            models.Index(fields=["jurisdiction", "-created_at"]),
        ]
        constraints = [
            models.CheckConstraint(name="order_window", condition=Q(wanted_until__gt=F("wanted_from"))),
            models.CheckConstraint(name="order_state_known", condition=Q(state__in=[s.value for s in State])),
            models.CheckConstraint(
                name="order_dispatched_is_signed",
                condition=~Q(
                    state__in=[
                        "dispatching",
                        "assigned",
                        "departed",
                        "arrived",
                        "in_service",
                        "completed",
                        "confirmed",
                        "priced",
                        "settled",
                        "rated",
                    ]
                )
                | (Q(service_agreement__isnull=False) & Q(consent__isnull=False)),
            ),
            models.CheckConstraint(name="order_staff_needed", condition=Q(staff_needed__range=(1, 4))),
            models.UniqueConstraint(
                name="order_no_double",  # the natural key: a double tap without a key is one order
                fields=["resident", "need", "wanted_from"],
                condition=~Q(state__in=["cancelled", "rejected", "aborted"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderItem(TenantRow):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="items")
    item_code = models.CharField(max_length=20)
    quantity = models.SmallIntegerField(default=1)
    duration_min = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="order_item_once", fields=["order", "item_code"]),
            models.CheckConstraint(name="order_item_quantity", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} x{self.quantity}"


class OrderEvent(TenantRow):
    """Each step of an order, append-only; the elder's timeline and the auditor's."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=14)
    to_state = models.CharField(max_length=14)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["order", "at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.order_id}"


class Assessment(TenantRow):
    """First assessment by the institution before any dispatch, or the look on site before service."""

    class Kind(models.TextChoices):
        FIRST = "first"
        ON_SITE = "on_site"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField(max_length=10, choices=Kind)
    is_passed = models.BooleanField()
    answers = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="assessment_once", fields=["order", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class HomeRisk(TenantRow):
    """Answers to the home-risk questions for one order; unanswered questions keep the gate red."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="home_risk")
    answers = models.JSONField(default=dict)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"home risk {self.order_id}"


class Handover(TenantRow):
    """What a hospital handed over with a discharged patient; the row belongs to the institution that receives."""

    sender = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="handover")
    diagnosis = models.CharField(max_length=200)
    summary = models.TextField()
    discharged_on = models.DateField()
    tubes = models.JSONField(default=list)
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"handover {self.order_id}"


class Contact(TenantRow):
    """A service a resident received that indicators count (integrated care, home round, health management)."""

    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=30)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="contacts")
    on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["kind", "on"]), models.Index(fields=["resident", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
