"""An episode of a programme: its steps, what is due, what was written, and the slot it holds."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from yijia.apps.registry.models import TenantRow
from yijia.core.programmes.lifecycle import State

_USER = settings.AUTH_USER_MODEL


class Episode(TenantRow):
    """One person's course through one programme at one institution; a renewal is a new cycle of it."""

    number = models.CharField(max_length=24, unique=True)
    client_id = models.UUIDField(unique=True)  # made by the client; a retry finds its first episode
    programme = models.CharField(max_length=40)  # code of a programme file
    jurisdiction = models.CharField(max_length=9)
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="episodes")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=State.APPLIED, choices=[(s.value, s.value) for s in State])
    state_at = models.DateTimeField()
    stated = models.JSONField(default=dict)  # column of `care_person` → what a doctor or applicant said
    grade = models.CharField(max_length=20, blank=True)
    setting = models.CharField(max_length=10, blank=True)  # where the person is: hospital, community, home
    asked = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )  # to take it over
    package = models.CharField(max_length=30, blank=True)  # of the programme's packages; empty: nobody has chosen yet
    team = models.ForeignKey("registry.Team", on_delete=models.PROTECT, null=True, related_name="+")
    lead = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    nurse = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    papers = models.JSONField(default=list)  # agreements of the running cycle, by id
    registered_no = models.CharField(max_length=40, blank=True)
    activated_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    cycle_no = models.SmallIntegerField(default=0)
    cycle_from = models.DateField(null=True)
    cycle_until = models.DateField(null=True)  # first day after the cycle; null while it is not known or there is none
    next_due_at = models.DateTimeField(null=True)
    next_activity = models.CharField(max_length=40, blank=True)
    is_worsening = models.BooleanField(default=False)  # the latest record said so
    end_reason = models.CharField(max_length=30, blank=True)
    ended_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "state", "next_due_at"]),
            models.Index(fields=["organisation", "programme", "state"]),
            models.Index(fields=["resident", "programme"]),
            models.Index(fields=["jurisdiction", "programme", "state"]),
            models.Index(fields=["lead"], condition=~Q(state="closed"), name="episode_of_lead"),
            models.Index(fields=["team"], condition=~Q(state="closed"), name="episode_of_team"),
        ]
        constraints = [
            models.CheckConstraint(name="episode_state_known", condition=Q(state__in=[s.value for s in State])),
            models.CheckConstraint(
                name="episode_active_has_begun",
                condition=~Q(state__in=["active", "suspended", "renewing", "referred"]) | Q(activated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="episode_cycle", condition=Q(cycle_until__isnull=True) | Q(cycle_until__gt=F("cycle_from"))
            ),
            models.CheckConstraint(
                name="episode_closed_says_why", condition=~Q(state__in=["closing", "closed"]) | ~Q(end_reason="")
            ),
            models.CheckConstraint(
                name="episode_asked_while_referred", condition=Q(asked__isnull=True) | Q(state="referred")
            ),
            models.UniqueConstraint(  # a double tap is one application
                name="episode_open_once", fields=["resident", "programme", "organisation"], condition=~Q(state="closed")
            ),
        ]

    def __str__(self) -> str:
        return self.number


class EpisodeEvent(TenantRow):
    """Each step of an episode, append-only."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    cycle_no = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["episode", "at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.episode_id}"


class EpisodeRecord(TenantRow):
    """What was found, done or decided on one occasion; append-only, a correction is a new row that names the old."""

    class Kind(models.TextChoices):
        SERVICE = "service"
        WEEK = "week"  # the week agreed with the person; the newest stands
        QUALIFICATION = "qualification"
        REVIEW = "review"
        REFERRAL = "referral"
        SETTLEMENT = "settlement"
        CLOSING = "closing"

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="records")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    activity = models.CharField(max_length=40, blank=True)  # line of the plan
    serves = models.JSONField(default=list)  # kinds of service this record finishes, its own included
    cycle_no = models.SmallIntegerField(default=0)
    on = models.DateField()
    persons = models.JSONField(default=list)  # staff ids
    content = models.JSONField(default=dict)
    is_passed = models.BooleanField(null=True)  # of a qualification or review
    verdict = models.CharField(max_length=30, blank=True)
    is_controlled = models.BooleanField(null=True)
    next_on = models.DateField(null=True)
    order = models.ForeignKey("care.Order", on_delete=models.PROTECT, null=True, related_name="episode_records")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    is_void = models.BooleanField(default=False)  # a correction that takes the record back
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["resident", "on"]),
            models.Index(fields=["episode", "kind", "on"]),
            models.Index(fields=["organisation", "on"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="episode_record_void_corrects", condition=Q(is_void=False) | Q(corrects__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.episode_id} {self.on}"


class Duty(TenantRow):
    """One thing due in an episode; the nightly computation and each record keep it up to date."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="duties")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("registry.Team", on_delete=models.PROTECT, null=True, related_name="+")
    programme = models.CharField(max_length=40)
    activity = models.CharField(max_length=40)
    opens_on = models.DateField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=State.OPEN, choices=State)
    record = models.ForeignKey(EpisodeRecord, on_delete=models.PROTECT, null=True, related_name="duties")
    order = models.ForeignKey("care.Order", on_delete=models.PROTECT, null=True, related_name="duties")
    refusal = models.JSONField(null=True)  # why no order could be made: {code, facts}
    state_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "due_at"], condition=Q(state="open"), name="duty_open"),
            models.Index(fields=["team", "due_at"], condition=Q(state="open"), name="duty_open_of_team"),
            models.Index(fields=["order"], condition=Q(order__isnull=False), name="duty_of_order"),
        ]
        constraints = [
            models.UniqueConstraint(name="duty_open_once", fields=["episode", "activity"], condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.episode_id}"


class Occupancy(TenantRow):
    """A slot a person holds: a bed at home, a contract, or the bed of a hospital. PostgreSQL refuses two at once."""

    class Kind(models.TextChoices):
        EPISODE = "episode"
        HOSPITAL = "hospital"

    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="occupancies")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, related_name="occupancies")
    kind = models.CharField(max_length=10, choices=Kind)
    slot = models.CharField(max_length=40)
    slot_key = models.BigIntegerField()  # core.programmes.slots.slot_key(slot)
    place = models.CharField(max_length=80, blank=True)  # name of the hospital
    during = DateTimeRangeField()
    is_active = models.BooleanField(default=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["resident", "slot"])]
        constraints = [
            ExclusionConstraint(
                name="occupancy_once",
                expressions=[
                    (
                        Func(F("resident_id"), F("resident_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("slot_key"), F("slot_key"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_active=True),
            ),
            models.CheckConstraint(
                name="occupancy_of_episode", condition=~Q(kind="episode") | Q(episode__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} of {self.resident_id}"
