"""A day's board and its plans: which version is in force, what was drafted, who changed what."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yijia.apps.registry.models import TenantRow


class Board(TenantRow):
    """One institution's day; `version` rises with every change a dispatcher makes on it."""

    on = models.DateField()
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="board_once", fields=["organisation", "on"])]

    def __str__(self) -> str:
        return f"board of {self.organisation_id} on {self.on}"


class Plan(TenantRow):
    """A plan of a day or a proposal for the running day: a draft until it is published, then a version.

    stops       [{order, staff: [ids, lead first], from: ISO instant, versions: [order, visit], was: {staff, from}}]
    figures     {before: {...}, after: {...}} of the whole day, in minutes and counts
    unserved    [{order, reasons: {staff id: code}, code}]
    outcome     [{order, code, facts}] of what could not be applied
    """

    class Kind(models.TextChoices):
        DAY = "day"
        LIVE = "live"
        UNDO = "undo"

    class State(models.TextChoices):
        QUEUED = "queued"
        PLANNING = "planning"
        DRAFT = "draft"
        FAILED = "failed"
        PUBLISHING = "publishing"
        PUBLISHED = "published"
        DISCARDED = "discarded"

    on = models.DateField()
    kind = models.CharField(max_length=4, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    cause = models.JSONField(
        default=dict
    )  # what a proposal answers: {event, order or staff, minutes, place among the proposals}
    freedom = models.CharField(max_length=5, default="new")  # new: who was told keeps nurse and time; times; all
    board_version = models.IntegerField()  # of the board it was made for
    number = models.IntegerField(null=True)  # the board's version it became
    seed = models.IntegerField(default=1)
    progress = models.SmallIntegerField(default=0)
    stops = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    unserved = models.JSONField(default=list)
    outcome = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    computed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "on", "-asked_at"])]
        constraints = [
            models.UniqueConstraint(
                name="plan_number_once", fields=["organisation", "on", "number"], condition=Q(number__isnull=False)
            ),
            models.CheckConstraint(name="plan_progress", condition=Q(progress__range=(0, 100))),
            models.CheckConstraint(
                name="plan_published_has_number", condition=~Q(state="published") | Q(number__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class BoardChange(TenantRow):
    """Each change of a board, append-only: what the second of two dispatchers is shown."""

    on = models.DateField()
    version = models.IntegerField()
    kind = models.CharField(max_length=10)  # move, publish, undo, sick
    facts = models.JSONField(default=dict)  # {orders: [ids], plan}
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="board_change_once", fields=["organisation", "on", "version"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.on} v{self.version}"
