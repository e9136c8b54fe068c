"""A case and all that is written about it: entries, votes, events, letters; and confirmed instruments.

A case belongs to the agency of a place, not to an institution, so that no row here is an institution's own; who sees which
case is decided in `queries.visible`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

_USER = settings.AUTH_USER_MODEL


class InstrumentConfirmation(models.Model):
    """Somebody compared an instrument with its original and signed. Append-only."""

    instrument = models.CharField(max_length=60)
    edition = models.CharField(max_length=40)
    serial = models.SmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    original = models.CharField(max_length=200)  # the document compared with, and where it was seen
    note = models.TextField(blank=True)
    signed_name = models.CharField(max_length=60)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="confirmation_serial", fields=["instrument", "edition", "serial"]),
            models.UniqueConstraint(name="confirmation_once", fields=["instrument", "edition", "fingerprint"]),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.instrument}"


class StatedFigure(models.Model):
    """A number the policy files do not know, stated by the place's authority with the document it stands in. Append-only."""

    jurisdiction = models.CharField(max_length=9)
    key = models.CharField(max_length=80)
    serial = models.SmallIntegerField()
    figure = models.JSONField()  # a whole number, or the text of a list
    original = models.CharField(max_length=200)  # the document, and where it was seen
    signed_name = models.CharField(max_length=60)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="stated_figure_serial", fields=["jurisdiction", "key", "serial"]),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.key}"


class ProcedureVersion(models.Model):
    """A procedure as a case began under it, kept whole. Append-only."""

    key = models.CharField(max_length=80)
    edition = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=9)
    fingerprint = models.CharField(max_length=64, unique=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return f"{self.key} {self.edition}"


class Case(models.Model):
    """One application: of one person, or of one institution for a list."""

    number = models.CharField(max_length=24, unique=True)
    client_id = models.UUIDField(unique=True)
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, null=True, related_name="cases")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    category = models.CharField(max_length=30, blank=True)  # what an institution applies for within the scheme
    jurisdiction = models.CharField(max_length=9)
    scheme = models.CharField(max_length=20)
    procedure = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, default="draft")
    is_open = models.BooleanField(default=True)
    round = models.SmallIntegerField(default=1)
    self_answers = models.JSONField(default=dict)
    self_grade = models.CharField(max_length=4, blank=True)
    months_disabled = models.SmallIntegerField(null=True)
    applicant = models.CharField(max_length=60)
    relation = models.CharField(max_length=20, blank=True)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    state_since_on = models.DateField()
    due_on = models.DateField(null=True)
    refused_for = models.CharField(max_length=20, blank=True)
    instrument = models.CharField(max_length=60)
    level = models.SmallIntegerField(null=True)
    result = models.JSONField(null=True)  # the result the level stands on, with every step
    is_draft = models.BooleanField(default=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    starts_on = models.DateField(null=True)
    standing_level = models.SmallIntegerField(null=True)  # of the last decision, while another round looks again
    standing_result = models.JSONField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    warned_on = models.DateField(null=True)  # when the person was told that the decision runs out
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "state", "due_on"]), models.Index(fields=["valid_until"])]
        constraints = [
            models.UniqueConstraint(name="case_one_open", fields=["resident", "scheme"], condition=Q(is_open=True)),
            models.UniqueConstraint(
                name="case_one_open_of_house",
                fields=["organisation", "scheme", "category"],
                condition=Q(is_open=True, organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="case_has_one_subject",
                condition=Q(resident__isnull=False, organisation__isnull=True)
                | Q(resident__isnull=True, organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="case_decided_has_level",
                condition=~Q(state__in=["decided", "expired"])
                | Q(level__isnull=False, valid_from__isnull=False, valid_until__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_validity", condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from"))
            ),
            models.CheckConstraint(name="case_refused_says_why", condition=~Q(state="refused") | ~Q(refused_for="")),
        ]

    def __str__(self) -> str:
        return self.number


class Entry(models.Model):
    """One assessor's entry in one round; a draft until handed in, never changed after (by trigger)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    round = models.SmallIntegerField()
    seat = models.SmallIntegerField()
    assessor = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    result = models.JSONField(null=True)
    level = models.SmallIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="entry_seat_once", fields=["case", "round", "seat"]),
            models.UniqueConstraint(name="entry_assessor_once", fields=["case", "round", "assessor"]),
            models.CheckConstraint(
                name="entry_submitted_has_level",
                condition=Q(submitted_at__isnull=True) | Q(level__isnull=False, result__isnull=False),
            ),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.case_id} round {self.round} seat {self.seat}"


class Vote(models.Model):
    """One expert's vote in one round. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="votes")
    round = models.SmallIntegerField()
    expert = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="vote_once", fields=["case", "round", "expert"])]

    def __str__(self) -> str:
        return f"{self.case_id} round {self.round} {self.expert_id}"


class CaseEvent(models.Model):
    """Each step of a case. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    round = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.event} {self.case_id}"


class Letter(models.Model):
    """A letter that went out, its pages kept as they were. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    number = models.CharField(max_length=40, unique=True)
    is_draft = models.BooleanField()
    edition = models.CharField(max_length=60)
    file = models.ForeignKey("base.StoredFile", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.number
