"""What an institution offers and files: items, prices, cancellation terms, area and hours."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from yijia.apps.registry.models import TenantRow


class OfferedItem(TenantRow):
    """One item of the provincial catalogue that an institution chose, by the six written criteria."""

    item_code = models.CharField(max_length=20)
    criteria = models.JSONField(default=dict)  # criterion code → {met: bool, why: str}
    state = models.CharField(max_length=12, default="picked")
    picked_at = models.DateTimeField()
    picked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(name="offered_item_once", fields=["organisation", "item_code"])]

    def __str__(self) -> str:
        return self.item_code


class Filing(TenantRow):
    """A price, or a set of cancellation terms, that an institution files; never edited once published."""

    class Kind(models.TextChoices):
        VISIT_FEE = "visit_fee"
        MEDICAL_PRICE = "medical_price"
        CONSUMABLE = "consumable"
        CANCELLATION = "cancellation"

    kind = models.CharField(max_length=15, choices=Kind)
    code = models.CharField(max_length=20)  # item code, visit-fee code, consumable code, or "cancellation"
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)  # of a consumable, whose name no catalogue has
    unit = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField(null=True)
    bands = models.JSONField(default=list)  # [{km_gt, km_le, amount_fen}] for a fee by distance
    terms = models.JSONField(default=dict)  # cancellation: refund shares by stage
    basis = models.TextField()  # cost, affordability: why this amount
    document_no = models.CharField(max_length=60)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True)
    state = models.CharField(max_length=12, default="draft")
    number = models.CharField(max_length=30, blank=True)  # given at publication
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organisation", "code", "state"])]
        constraints = [
            models.CheckConstraint(
                name="filing_amount_positive", condition=Q(amount_fen__isnull=True) | Q(amount_fen__gte=0)
            ),
            models.CheckConstraint(
                name="filing_period",
                condition=Q(effective_until__isnull=True) | Q(effective_until__gt=F("effective_from")),
            ),
            models.CheckConstraint(
                name="filing_published_is_signed",
                condition=~Q(state="published") | (Q(published_at__isnull=False) & ~Q(number="")),
            ),
            ExclusionConstraint(
                name="filing_one_price_a_day",
                expressions=[
                    (
                        Func(F("organisation_id"), F("organisation_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            Func(F("code"), function="hashtext"),
                            Func(F("code"), function="hashtext"),
                            Value("[]"),
                            function="int4range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("effective_from"), F("effective_until"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="published"),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.code} draft"


class FilingEvent(TenantRow):
    """Each step of a filing, append-only."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.event} {self.filing_id}"


class ServiceArea(TenantRow):
    """Where and when an institution visits homes."""

    townships = models.JSONField(default=list)  # empty: the whole jurisdiction within the radius
    radius_km = models.DecimalField(max_digits=5, decimal_places=1)
    opens_min = models.SmallIntegerField(default=480)
    closes_min = models.SmallIntegerField(default=1080)
    open_on = models.JSONField(default=list)  # ISO weekdays
    lead_time_min = models.IntegerField(default=120)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="service_area_once", fields=["organisation"]),
            models.CheckConstraint(
                name="service_area_hours",
                condition=Q(opens_min__gte=0, closes_min__lte=1440) & Q(closes_min__gt=F("opens_min")),
            ),
            models.CheckConstraint(name="service_area_radius", condition=Q(radius_km__gt=0)),
        ]

    def __str__(self) -> str:
        return f"area of {self.organisation_id}"
