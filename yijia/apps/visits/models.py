"""The visit: who is offered it, who goes, where they were, what was done, how sure we are, who called for help."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from yijia.apps.registry.models import TenantRow


class Visit(TenantRow):
    """The time at the home that serves one order; the order's state is the visit's state."""

    order = models.OneToOneField("care.Order", on_delete=models.PROTECT, related_name="visit")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="visits")
    planned_from = models.DateTimeField()
    planned_until = models.DateTimeField()
    door_code_enc = models.BinaryField()  # six digits the family reads out at the door
    is_door_code_given = models.BooleanField(null=True)
    departed_at = models.DateTimeField(null=True)
    departed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField(null=True)
    arrived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    is_confirmed_by_family = models.BooleanField(null=True)  # False: confirmed by the deadline, nobody answered
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "planned_from"]),
            models.Index(
                fields=["planned_until"],
                condition=Q(finished_at__isnull=True, departed_at__isnull=False),
                name="visit_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="visit_planned_period", condition=Q(planned_until__gt=F("planned_from"))),
            models.CheckConstraint(
                name="visit_arrives_after_departure",
                condition=Q(arrived_at__isnull=True) | Q(departed_at__isnull=False, arrived_at__gte=F("departed_at")),
            ),
            models.CheckConstraint(
                name="visit_starts_after_arrival",
                condition=Q(started_at__isnull=True) | Q(arrived_at__isnull=False, started_at__gte=F("arrived_at")),
            ),
            models.CheckConstraint(
                name="visit_ends_after_start",
                condition=Q(finished_at__isnull=True) | Q(started_at__isnull=False, finished_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk}"


class Assignment(TenantRow):
    """A member of staff's time taken by a visit, travel included. PostgreSQL refuses two that overlap."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="assignments")
    staff = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="assignments")
    during = DateTimeRangeField()
    is_lead = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    release_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="assignment_no_overlap",
                expressions=[
                    (Func(F("staff_id"), F("staff_id"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_active=True),
            ),
            models.UniqueConstraint(
                name="assignment_one_lead", fields=["visit"], condition=Q(is_active=True, is_lead=True)
            ),
            models.UniqueConstraint(name="assignment_once", fields=["visit", "staff"], condition=Q(is_active=True)),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} on {self.visit_id}"


class Absence(TenantRow):
    """A member of staff who cannot come: called in sick, or on leave; nobody plans them while it lasts."""

    staff = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="absences")
    away_from = models.DateTimeField()
    away_until = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["staff", "away_until"])]
        constraints = [
            models.CheckConstraint(name="absence_period", condition=Q(away_until__gt=F("away_from"))),
        ]

    def __str__(self) -> str:
        return f"absence of {self.staff_id}"


class Offer(TenantRow):
    """A visit held out to a member of staff, with the reasons for asking them."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="offers")
    staff = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, default="offered")
    rank = models.SmallIntegerField()
    reasons = models.JSONField(default=list)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answer_until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decline_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["staff", "state"]),
            models.Index(fields=["answer_until"], condition=Q(state="offered"), name="offer_open"),
        ]
        constraints = [
            models.UniqueConstraint(name="offer_open_once", fields=["visit", "staff"], condition=Q(state="offered"))
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class Fix(TenantRow):
    """Where a phone said it was, or that it would not say; taken during duty only. Append-only."""

    class Kind(models.TextChoices):
        DEPART = "depart"
        ARRIVE = "arrive"
        TRACK = "track"
        FINISH = "finish"
        SOS = "sos"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="fixes")
    staff = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="fixes")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()  # our clock
    device_at = models.DateTimeField(null=True)  # the phone's, kept beside it
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    is_mocked = models.BooleanField(default=False)
    error = models.CharField(max_length=40, blank=True)  # denied, unavailable, timeout

    class Meta:
        indexes = [models.Index(fields=["staff", "at"]), models.Index(fields=["visit", "kind"])]
        constraints = [
            models.CheckConstraint(
                name="fix_place_or_reason", condition=Q(lon__isnull=False, lat__isnull=False) | ~Q(error="")
            ),
            models.CheckConstraint(
                name="fix_on_earth", condition=Q(lon__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.visit_id}"


class Record(TenantRow):
    """What was found and done, written once; later uses read it from here."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="record")
    vitals = models.JSONField(default=dict)  # code → {value: str, unit: str}
    items_done = models.JSONField(default=dict)  # item code → {done: bool, note: str, fields: {...}}
    answers = models.JSONField(default=dict)  # column of `care_reading` → what was asked for a follow-up that is due
    notes = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    waste_returned = models.BooleanField(null=True)  # medical waste taken back
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return f"record {self.visit_id}"


class Consumable(TenantRow):
    """A consumable actually used."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="consumables")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    quantity = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="consumable_once", fields=["record", "code"]),
            models.CheckConstraint(name="consumable_quantity", condition=Q(quantity__range=(1, 99))),
        ]

    def __str__(self) -> str:
        return f"{self.name} x{self.quantity}"


class VisitFile(TenantRow):
    """A photo or a signature of the visit."""

    class Kind(models.TextChoices):
        PHOTO = "photo"
        NURSE_SIGNATURE = "nurse_signature"
        FAMILY_SIGNATURE = "family_signature"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=20, choices=Kind)
    file = models.ForeignKey("base.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    signer = models.CharField(max_length=60, blank=True)
    witness = models.CharField(max_length=60, blank=True)  # for one who cannot write
    record_sm3 = models.BinaryField(null=True)  # what the signature stands under
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="visit_signed_once", fields=["visit", "kind"], condition=~Q(kind="photo")),
            models.CheckConstraint(name="visit_file_or_witness", condition=Q(file__isnull=False) | ~Q(witness="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.visit_id}"


class EvidenceScore(TenantRow):
    """How sure we are that the visit happened as recorded; recomputed when the family confirms."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="evidence")
    score = models.SmallIntegerField()
    verdict = models.CharField(max_length=6)  # strong, weak
    findings = models.JSONField(default=list)  # [{code, points, facts}]
    edition = models.CharField(max_length=40)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="evidence_score_range", condition=Q(score__range=(0, 100)))]

    def __str__(self) -> str:
        return f"{self.score} {self.verdict}"


class Alarm(TenantRow):
    """A nurse's call for help: pressed, or raised by the dead-man timer. One open alarm a visit and nurse."""

    class Kind(models.TextChoices):
        PRESS = "press"
        DEAD_MAN = "dead_man"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="alarms")
    staff = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=8, choices=Kind)
    client_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=12, default="raised")
    level = models.SmallIntegerField(default=0)  # 0 nurse called, 1 desk, 2 duty lead
    raised_at = models.DateTimeField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "raised_at"], condition=~Q(state="closed"), name="alarm_open")]
        constraints = [
            models.UniqueConstraint(name="alarm_open_once", fields=["visit", "staff"], condition=~Q(state="closed")),
            models.CheckConstraint(
                name="alarm_closed_has_outcome",
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"


class DutyLead(TenantRow):
    """Who is called last when nobody answers an alarm; PostgreSQL refuses two at a time."""

    staff = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="duties")
    during = DateTimeRangeField()
    is_active = models.BooleanField(default=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="duty_lead_period", condition=Q(during__isempty=False)),
            ExclusionConstraint(
                name="duty_lead_one_at_a_time",
                expressions=[
                    (
                        Func(F("organisation_id"), F("organisation_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_active=True),
            ),
        ]

    def __str__(self) -> str:
        return f"duty of {self.staff_id}"


class AlarmEvent(TenantRow):
    """Each step of an alarm to the second, append-only."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    level = models.SmallIntegerField()
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.event} {self.alarm_id}"


class Rating(TenantRow):
    """The family's word on one visit."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="rating")
    stars = models.SmallIntegerField()
    tags = models.JSONField(default=list)
    words = models.TextField(blank=True)
    rated_at = models.DateTimeField()
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="rating_stars", condition=Q(stars__range=(1, 5)))]

    def __str__(self) -> str:
        return f"{self.stars} stars"
