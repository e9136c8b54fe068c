"""A referral with its answers, steps and documents; consultations; emergency calls.

Several institutions are party to one thing here: a row is seen by those named in `parties`, not by one owner alone.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from yijia.core.referrals import consult, emergency
from yijia.core.referrals.lifecycle import OPEN, Answer, State

_USER = settings.AUTH_USER_MODEL
_ORGANISATION = "registry.Organisation"
_OPEN = sorted(state.value for state in OPEN)


class Shared(models.Model):
    """A matter between institutions; PostgreSQL shows it to its parties (see the migration)."""

    number = models.CharField(max_length=24, unique=True)
    client_id = models.UUIDField(unique=True)  # made by the client; a retry finds its first row
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+")  # who asks
    parties = ArrayField(models.BigIntegerField())  # ids of every institution concerned
    jurisdiction = models.CharField(max_length=9)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # of the step that is waited for; null: nobody set a time
    due_ground = models.CharField(max_length=10, default="none")  # core.referrals.clock.Ground
    due_reference = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class Referral(Shared):
    """One person to be taken by another institution, and how far that is."""

    class Direction(models.TextChoices):
        UP = "up"
        DOWN = "down"

    class Urgency(models.TextChoices):
        URGENT = "urgent"
        ROUTINE = "routine"

    class Wants(models.TextChoices):
        BED = "bed"
        SLOT = "slot"

    direction = models.CharField(max_length=4, choices=Direction)
    urgency = models.CharField(max_length=8, choices=Urgency)
    wants = models.CharField(max_length=4, choices=Wants)
    department = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, default=State.REQUESTED, choices=[(s.value, s.value) for s in State])
    episode = models.ForeignKey("care.Episode", on_delete=models.PROTECT, null=True, related_name="+")  # where from
    taker = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, null=True, related_name="+")  # who accepted
    arrived_at = models.DateTimeField(null=True)
    arrived_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    plan = models.TextField(blank=True)  # what the community goes on with
    back_to = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, null=True, related_name="+")
    back_programme = models.CharField(max_length=40, blank=True)
    back_episode = models.ForeignKey("care.Episode", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            GinIndex(fields=["parties"], name="referral_parties"),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["resident"]),
        ]
        constraints = [
            models.UniqueConstraint(  # the same request twice is one; another direction or asker is another matter
                name="referral_open_once",
                fields=["resident", "organisation", "direction"],
                condition=Q(state__in=_OPEN),
            ),
            models.CheckConstraint(
                name="referral_taken_by_somebody",
                condition=~Q(state__in=["accepted", "arrived", "returned"]) | Q(taker__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_arrived_when",
                condition=~Q(state__in=["arrived", "returned"]) | Q(arrived_at__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_returned_with_plan",
                condition=~Q(state="returned") | (~Q(plan="") & Q(back_to__isnull=False)),
            ),
        ]


class ReferralAnswer(models.Model):
    """Where one asked institution stands; of all of a referral's, at most one has taken the person."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, default=Answer.ASKED, choices=[(a.value, a.value) for a in Answer])
    place = models.CharField(max_length=80, blank=True)  # ward and bed, or clinic and number
    starts_at = models.DateTimeField(null=True)  # when the bed or slot is free
    reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="referral_answer_once", fields=["referral", "organisation"]),
            models.UniqueConstraint(
                name="referral_taken_once", fields=["referral"], condition=Q(answer=Answer.ACCEPTED.value)
            ),
            models.CheckConstraint(
                name="referral_answer_place",
                condition=~Q(answer__in=["offered", "accepted"]) | (~Q(place="") & Q(starts_at__isnull=False)),
            ),
            models.CheckConstraint(name="referral_answer_says_why", condition=~Q(answer="refused") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.referral_id}"


class ReferralEvent(models.Model):
    """Each step of a referral, append-only; the clock of every step is read from here."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="events")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, null=True, related_name="+")  # who did it
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    due_at = models.DateTimeField(null=True)  # by when it had to happen
    seconds = models.IntegerField()  # since the state before began
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["referral", "at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.referral_id}"


class Document(models.Model):
    """A FHIR document as it was sent; append-only, a new one is a new row."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="documents")
    bundle = models.JSONField()
    digest = models.CharField(max_length=64)  # SM3 over the canonical JSON
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["referral", "written_at"])]

    def __str__(self) -> str:
        return f"document {self.referral_id}"


class Consult(Shared):
    """A question to another institution's doctor, who may read the shared record while it is open."""

    asked = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    department = models.CharField(max_length=60, blank=True)
    state = models.CharField(
        max_length=10, default=consult.State.ASKED, choices=[(s.value, s.value) for s in consult.State]
    )
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    open_until = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            GinIndex(fields=["parties"], name="consult_parties"),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["resident"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="consult_open_once",
                fields=["resident", "organisation", "asked"],
                condition=Q(state__in=["asked", "open"]),
            ),
            models.CheckConstraint(name="consult_open_ends", condition=~Q(state="open") | Q(open_until__isnull=False)),
            models.CheckConstraint(
                name="consult_answered_says_what",
                condition=~Q(state="answered") | (~Q(opinion="") & Q(answered_at__isnull=False)),
            ),
        ]


class ConsultEvent(models.Model):
    """Each step of a consultation, append-only; so is each reading of the shared record."""

    consult = models.ForeignKey(Consult, on_delete=models.PROTECT, related_name="events")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, null=True, related_name="+")
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["consult", "at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.consult_id}"


class EmergencyCall(Shared):
    """One press of the green channel's button, from a care home to the institution it has an agreement with."""

    asked = models.ForeignKey(
        _ORGANISATION, on_delete=models.PROTECT, null=True, related_name="+"
    )  # null: no agreement
    agreement = models.ForeignKey("agreements.Cooperation", on_delete=models.PROTECT, null=True, related_name="+")
    promised = models.JSONField(default=dict)  # step → seconds, as the agreement said when the button was pressed
    where = models.CharField(max_length=120, blank=True)  # room and bed
    state = models.CharField(
        max_length=12, default=emergency.State.CALLED, choices=[(s.value, s.value) for s in emergency.State]
    )
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    reached_at = models.DateTimeField(null=True)  # help is at the bedside, or the person at the hospital
    help = models.CharField(max_length=80, blank=True)  # ambulance or bed
    is_breach = models.BooleanField(null=True)  # null: nothing promised, or not over yet

    class Meta:
        indexes = [
            GinIndex(fields=["parties"], name="emergency_parties"),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["organisation", "called_at"]),
        ]
        constraints = [
            models.UniqueConstraint(  # pressing twice is one call
                name="emergency_open_once",
                fields=["resident", "organisation"],
                condition=~Q(state__in=["handed_over", "stood_down"]),
            ),
            models.CheckConstraint(
                name="emergency_answered_when",
                condition=Q(state__in=["called", "stood_down"]) | Q(answered_at__isnull=False),
            ),
        ]


class EmergencyEvent(models.Model):
    """Each step of an emergency call with its second, append-only."""

    call = models.ForeignKey(EmergencyCall, on_delete=models.PROTECT, related_name="events")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, null=True, related_name="+")
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    seconds = models.IntegerField()  # since the button was pressed
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["call", "at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.call_id}"
