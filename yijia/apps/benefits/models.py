"""Entitlements of people to schemes, the payment order of each month, and what was confirmed, tried and proposed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yijia.core.benefits.lifecycle import OPEN, OrderState, State

_OPEN = sorted(state.value for state in OPEN)
_UNDONE = [
    "recovered",
    "recovering",
    "stopped",
]  # then another office may pay the month: who moved is paid once, by one of them
_USER = settings.AUTH_USER_MODEL
DIFFERS = "benefit.amount_differs"
"""With the amount in fen that is owed: the reason on an order that was paid by another edition."""


class Entitlement(models.Model):
    """One person's standing with one scheme, from candidate to stopped."""

    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="entitlements")
    scheme = models.CharField(max_length=60)
    policy_key = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=160)
    jurisdiction = models.CharField(max_length=9)  # whose scheme it is, and who bears it
    office = models.CharField(max_length=9)  # the county whose clerks handle it
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State])
    state_at = models.DateTimeField()
    payment = models.CharField(max_length=30)  # no_application, prompted_consent, on_application …
    amount_fen = models.BigIntegerField(null=True)  # per unit, as found; the month's own amount stands on its order
    unit = models.CharField(max_length=10, blank=True)
    found_on = models.DateField()
    found_by = models.CharField(max_length=20)  # the life event: nightly, birthday, disability, income, hukou …
    since_on = models.DateField()  # first day of the first month owed
    until_on = models.DateField(null=True)  # first day of the first month no longer owed
    why = models.JSONField(default=list)  # the conjuncts as they stood: [text, verdict, {column: value}]
    doubts = models.JSONField(default=list)  # codes of what other sources say differently
    question = models.CharField(max_length=300, blank=True)  # what the person asked, or objected
    reason = models.CharField(max_length=300, blank=True)  # why it was stopped, dropped or declined
    is_agreed = models.BooleanField(default=False)  # the person said yes; silence is not consent
    notice_until_on = models.DateField(null=True)
    edition = models.CharField(max_length=40)
    evidence = models.CharField(max_length=10)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="entitlement_once", fields=["resident", "scheme", "office"], condition=Q(state__in=_OPEN)
            ),
            models.CheckConstraint(
                name="entitlement_stop_has_month", condition=~Q(state="stopped") | Q(until_on__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["office", "state"]), models.Index(fields=["resident"])]

    def __str__(self) -> str:
        return f"{self.scheme} of {self.resident_id}"


class Batch(models.Model):
    """Orders handed to the bank together; what was handed over is never handed over again."""

    number = models.CharField(max_length=30, unique=True)
    office = models.CharField(max_length=9)
    order_count = models.IntegerField()
    total_fen = models.BigIntegerField()
    exported_at = models.DateTimeField()
    exported_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="batch_pays", condition=Q(order_count__gt=0, total_fen__gt=0))]

    def __str__(self) -> str:
        return self.number


class PaymentOrder(models.Model):
    """What one person is paid of one scheme for one month; at most one that stands, whatever runs twice.

    A month that was paid by an edition corrected later has difference orders beside its own, each with the next serial.
    """

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="orders")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="payment_orders")
    scheme = models.CharField(max_length=60)
    office = models.CharField(max_length=9)
    jurisdiction = models.CharField(max_length=9)
    month = models.DateField()  # its first day
    serial = models.SmallIntegerField(default=0)  # 0: the month's own order; from 1 on: what a later edition changed
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="differences")
    difference_fen = models.BigIntegerField(null=True)  # above zero: paid besides; below zero: asked back
    amount_fen = models.BigIntegerField(null=True)  # null: nobody has read the amount
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in OrderState])
    state_at = models.DateTimeField()
    held_for = models.JSONField(
        default=list
    )  # what must be confirmed: [{key, jurisdiction, part, evidence, sources, note}]
    reason = models.CharField(max_length=300, blank=True)
    policy_key = models.CharField(max_length=80)
    edition = models.CharField(max_length=40)
    clause = models.CharField(max_length=80, blank=True)
    sources = models.JSONField(default=list)
    evidence = models.CharField(max_length=10)
    voucher = models.OneToOneField("money.Voucher", on_delete=models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="orders")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payment_order_once",
                fields=["resident", "scheme", "month"],
                condition=~Q(state__in=_UNDONE) & Q(serial=0),
            ),
            models.UniqueConstraint(name="payment_order_once_each", fields=["entitlement", "month", "serial"]),
            models.CheckConstraint(
                name="payment_order_difference",
                condition=Q(serial=0, corrects__isnull=True, difference_fen__isnull=True)
                | Q(serial__gt=0, corrects__isnull=False, difference_fen__isnull=False),
            ),
            models.CheckConstraint(
                name="payment_order_amount",
                condition=Q(state__in=["held", "stopped"]) | Q(amount_fen__gt=0),
            ),
            models.CheckConstraint(
                name="payment_order_booked", condition=Q(state__in=["held", "stopped"]) | Q(voucher__isnull=False)
            ),
            models.CheckConstraint(
                name="payment_order_out_has_batch",
                condition=Q(state__in=["held", "ready", "stopped"]) | Q(batch__isnull=False) | Q(difference_fen__lt=0),
            ),
        ]
        indexes = [models.Index(fields=["office", "state", "month"])]

    def __str__(self) -> str:
        return f"{self.scheme} {self.month:%Y-%m} of {self.resident_id}"


class BenefitEvent(models.Model):
    """Each step of an entitlement or of one of its orders; append-only."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="events")
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, null=True, related_name="events")
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["entitlement", "at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.entitlement_id}"


class EvidenceConfirmation(models.Model):
    """Somebody with the right has read the original behind a part of a policy value and stands for it; append-only."""

    policy_key = models.CharField(max_length=80)
    jurisdiction = models.CharField(max_length=9)
    part = models.CharField(max_length=20)
    edition = models.CharField(max_length=40)
    document = models.CharField(max_length=120)  # number and title of the original that was read
    note = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="evidence_confirmed_once", fields=["policy_key", "jurisdiction", "part", "edition"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy_key} {self.part}"


class NightlyPass(models.Model):
    """One run over everybody: what it looked at, what it found; append-only."""

    on = models.DateField()
    region = models.CharField(max_length=9)
    counts = models.JSONField(default=dict)
    ran_at = models.DateTimeField()
    ran_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["region", "ran_at"])]

    def __str__(self) -> str:
        return f"{self.region} {self.on}"


class Proposal(models.Model):
    """A dry-run somebody keeps: what would change, and what came out on which population."""

    title = models.CharField(max_length=80)
    note = models.CharField(max_length=500, blank=True)
    region = models.CharField(max_length=9)
    changes = models.JSONField(default=dict)
    population = models.CharField(max_length=80)
    on = models.DateField()
    result = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.title
