"""The list and its bans; who holds a place; what was evaluated, signed, taught and settled.

A designation and a ban are public and belong to the federation of a place, so that no institution's wall stands around them.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yijia.apps.registry.models import TenantRow

_USER = settings.AUTH_USER_MODEL
_HOUSE = "registry.Organisation"


class Designation(models.Model):
    """One institution on one list for one category, as one case decided it."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_HOUSE, on_delete=models.PROTECT, related_name="+")
    jurisdiction = models.CharField(max_length=9)
    list_code = models.CharField(max_length=20)
    category = models.CharField(max_length=30)
    places = models.SmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=30, blank=True)
    end_note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "list_code", "category"])]
        constraints = [
            models.UniqueConstraint(
                name="designation_once",
                fields=["organisation", "list_code", "category"],
                condition=Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(name="designation_period", condition=Q(valid_until__gt=F("valid_from"))),
            models.CheckConstraint(name="designation_has_places", condition=Q(places__gt=0)),
            models.CheckConstraint(
                name="designation_end_says_why", condition=Q(ended_on__isnull=True) | ~Q(end_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_code} {self.category} {self.organisation_id}"


class Ban(models.Model):
    """An institution may neither apply nor be on the list; without an end until somebody lifts it in writing."""

    organisation = models.ForeignKey(_HOUSE, on_delete=models.PROTECT, related_name="+")
    jurisdiction = models.CharField(max_length=9)
    reason = models.CharField(max_length=30)
    note = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # first day it no longer holds; null: the place's rule is not known
    ground = models.CharField(max_length=120, blank=True)  # edition and sources of the months
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "until_on"])]
        constraints = [
            models.CheckConstraint(
                name="ban_period", condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on"))
            ),
            models.CheckConstraint(name="ban_lifted_says_why", condition=Q(lifted_at__isnull=True) | ~Q(lifted_why="")),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.reason}"


class ExpertSeat(models.Model):
    """An expert the federation named for one evaluation; one who stood down keeps the row and votes no more."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="expert_seats")
    expert = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    stood_down_at = models.DateTimeField(null=True)
    stood_down_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    stood_down_why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="expert_seat_once", fields=["case", "expert"], condition=Q(stood_down_at__isnull=True)
            ),
            models.CheckConstraint(
                name="expert_seat_left_says_why", condition=Q(stood_down_at__isnull=True) | ~Q(stood_down_why="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.expert_id}"


class Placement(TenantRow):
    """A person's place at a designated institution, chosen by the guardian; its number is held by nobody else."""

    designation = models.ForeignKey(Designation, on_delete=models.PROTECT, related_name="placements")
    client_id = models.UUIDField(unique=True)
    episode = models.OneToOneField("care.Episode", on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="+")
    list_code = models.CharField(max_length=20)
    category = models.CharField(max_length=30)
    place_no = models.SmallIntegerField()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    is_change = models.BooleanField(default=False)  # of institution, by the guardian's own wish
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    released_why = models.CharField(max_length=30, blank=True)

    class Meta:
        indexes = [models.Index(fields=["resident", "list_code"])]
        constraints = [
            models.UniqueConstraint(
                name="placement_place_once", fields=["designation", "place_no"], condition=Q(released_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="placement_person_once", fields=["resident"], condition=Q(released_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.designation_id} #{self.place_no}"


class MonthlyEvaluation(TenantRow):
    """What the institution found in a month, and what it asks for it; a later one of the month has the next serial. Append-only."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="evaluations")
    month = models.DateField()
    serial = models.SmallIntegerField()
    progress = models.TextField()
    goals = models.TextField()  # for the month to come
    sessions = models.SmallIntegerField()  # as recorded when this was written
    minutes = models.IntegerField(null=True)  # of training in the month, as the institution says
    claimed_fen = models.BigIntegerField(null=True)
    own_fen = models.BigIntegerField(default=0)  # what the family pays itself for the month, beside what is asked
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="evaluation_serial", fields=["placement", "month", "serial"]),
            models.CheckConstraint(name="evaluation_of_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="evaluation_claims", condition=Q(claimed_fen__isnull=True) | Q(claimed_fen__gte=0)
            ),
            models.CheckConstraint(name="evaluation_own_part", condition=Q(own_fen__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.month:%Y-%m} {self.serial}"


class EvaluationSignature(TenantRow):
    """The guardian's hand under one evaluation. Append-only."""

    evaluation = models.OneToOneField(MonthlyEvaluation, on_delete=models.PROTECT, related_name="signature")
    name = models.CharField(max_length=60)
    relation = models.CharField(max_length=20, blank=True)
    image = models.ForeignKey("base.StoredFile", on_delete=models.PROTECT, related_name="+")
    text_sm3 = models.BinaryField()  # of the words that were signed
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.name} under {self.evaluation_id}"


class ParentTraining(TenantRow):
    """One training of parents; one that is too short is kept and does not count. Append-only."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="trainings")
    client_id = models.UUIDField(unique=True)
    held_on = models.DateField()
    minutes = models.SmallIntegerField()
    topic = models.CharField(max_length=200)
    attendee = models.CharField(max_length=60)
    counts = models.BooleanField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.placement_id} {self.held_on}"


class MonthSettlement(TenantRow):
    """What the federation settled for a month, with the ceiling it stayed within; after one that was taken back the next of the month.

    Append-only.
    """

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="settlements")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="+")
    evaluation = models.OneToOneField(MonthlyEvaluation, on_delete=models.PROTECT, related_name="settlement")
    month = models.DateField()
    serial = models.SmallIntegerField(default=1)
    amount_fen = models.BigIntegerField()
    shares = models.JSONField(default=dict)  # payer → fen, and under `edition` the policy that says who pays
    minutes = models.IntegerField(null=True)
    ceilings = models.JSONField()  # each with figure, source and what was settled before
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["resident", "month"])]
        constraints = [
            models.UniqueConstraint(name="month_settled_serial", fields=["placement", "month", "serial"]),
            models.CheckConstraint(name="month_settled_amount", condition=Q(amount_fen__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.month:%Y-%m}"


class MonthTakenBack(TenantRow):
    """A settlement that was wrong: taken back with its reason; the month is written, signed and settled anew. Append-only."""

    settlement = models.OneToOneField(MonthSettlement, on_delete=models.PROTECT, related_name="taken_back")
    why = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="taken_back_says_why", condition=~Q(why=""))]

    def __str__(self) -> str:
        return f"{self.settlement_id}"
