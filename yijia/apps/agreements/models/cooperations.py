"""Agreements between institutions: their frozen words, both signatures, what was done under them, and what was missed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yijia.apps.registry.models import TenantRow
from yijia.core.agreements.duties import Fault
from yijia.core.agreements.lifecycle import BreachState, State


class TwoPartyRow(TenantRow):
    """A row two institutions see: the first party's, and the second party's where that is an institution too."""

    partner = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class Cooperation(TwoPartyRow):
    """One agreement between two institutions, or between an institution and the office that designates it."""

    class Kind(models.TextChoices):
        MEDICAL = "medical_cooperation"  # 医养签约合作
        OUTSOURCING = "outsourcing"  # 医疗服务整体外包
        DESIGNATION = "designation"  # 定点康复机构
        CONSORTIUM = "consortium"  # 医联体、医共体成员

    number = models.CharField(max_length=20, unique=True)
    client_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    authority = models.JSONField(null=True)  # {zh, en} of the office that is the second party
    jurisdiction = models.CharField(max_length=9)
    state = models.CharField(max_length=10, default=State.DRAFTED.value)
    state_at = models.DateTimeField()
    terms = models.JSONField(default=dict)  # the fields as agreed
    template_key = models.CharField(max_length=60)
    template_edition = models.CharField(max_length=40)
    text = models.JSONField(default=dict)  # {zh, en, duties, parties, terms, template}
    text_sm3 = models.BinaryField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    force_from = models.DateField(null=True)  # the first day it binds: never before both have signed
    ended_on = models.DateField(null=True)
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    drafted_side = models.CharField(max_length=6)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "kind", "state"]),
            models.Index(fields=["partner", "kind", "state"]),
            models.Index(fields=["state", "valid_until"]),
        ]
        constraints = [
            models.CheckConstraint(name="cooperation_period", condition=Q(valid_until__gt=F("valid_from"))),
            models.CheckConstraint(
                name="cooperation_second_party",
                condition=Q(partner__isnull=False, authority__isnull=True)
                | Q(partner__isnull=True, authority__isnull=False),
            ),
            models.CheckConstraint(
                name="cooperation_not_with_itself",
                condition=Q(partner__isnull=True) | ~Q(partner=F("organisation")),
            ),
            models.CheckConstraint(
                name="cooperation_binds_from_a_day",
                condition=~Q(state__in=["signed", "in_force", "suspended"]) | Q(force_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CooperationEvent(TwoPartyRow):
    """One step of a cooperation, with its reason; append-only."""

    cooperation = models.ForeignKey(Cooperation, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    side = models.CharField(max_length=9)  # first, second, authority, system
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.cooperation_id} {self.event}"


class PartySignature(TwoPartyRow):
    """One party's signature under one wording of a cooperation; append-only, and void when the words change."""

    class Method(models.TextChoices):
        GLASS = "glass"
        PAPER = "paper"  # signed on paper: the scan and its SM3 are kept
        CERTIFICATE = "certificate"  # SM2 certificate

    cooperation = models.ForeignKey(Cooperation, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=40)
    method = models.CharField(max_length=12, choices=Method)
    image = models.ForeignKey("base.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    certificate = models.BinaryField(null=True)  # DER
    sealed = models.BinaryField(null=True)  # the SM2 signature over the text's SM3, DER
    text_sm3 = models.BinaryField()  # the wording that was signed
    witness = models.CharField(max_length=60, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    sm3 = models.BinaryField()  # over text, image, certificate, instant, signer, place, witness
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="party_signs_once", fields=["cooperation", "side", "text_sm3"]),
            models.CheckConstraint(
                name="party_signature_proved",
                condition=Q(method__in=["glass", "paper"], image__isnull=False)
                | Q(method="certificate", certificate__isnull=False, sealed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} under {self.cooperation_id}"


class Performance(TwoPartyRow):
    """One event that counts towards a duty; append-only, once a source."""

    cooperation = models.ForeignKey(Cooperation, on_delete=models.PROTECT, related_name="performances")
    duty = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    quantity = models.IntegerField()  # 0: somebody was turned away
    seconds = models.IntegerField(null=True)  # None: nobody answered, or no response time is owed
    source_type = models.CharField(max_length=40)
    source_id = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["cooperation", "duty", "happened_at"])]
        constraints = [
            models.UniqueConstraint(
                name="performance_once_a_source", fields=["cooperation", "duty", "source_type", "source_id"]
            ),
            models.CheckConstraint(
                name="performance_counts", condition=Q(quantity__gte=0) & (Q(seconds__isnull=True) | Q(seconds__gte=0))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.source_type}:{self.source_id}"


class Uncounted(TwoPartyRow):
    """An event that was counted and turned out not to be one: it stays readable and counts no more. Append-only."""

    performance = models.OneToOneField(Performance, on_delete=models.PROTECT, related_name="uncounted")
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "uncounted"
        constraints = [models.CheckConstraint(name="uncounted_says_why", condition=~Q(why=""))]

    def __str__(self) -> str:
        return f"not {self.performance_id}"


class Breach(TwoPartyRow):
    """One duty that was missed, with the events it rests on, what the party at fault says, and how it was settled."""

    cooperation = models.ForeignKey(Cooperation, on_delete=models.PROTECT, related_name="breaches")
    key = models.CharField(max_length=80)
    duty = models.CharField(max_length=40)
    fault = models.CharField(max_length=12, choices=[(f.value, f.value) for f in Fault])
    owed_by = models.CharField(max_length=6)
    from_on = models.DateField()
    until_on = models.DateField()
    owed = models.IntegerField()
    done = models.IntegerField()
    evidence = models.JSONField(default=list)  # ids of the performances it rests on
    state = models.CharField(max_length=10, default=BreachState.OPEN.value)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "found_at"])]
        constraints = [
            models.UniqueConstraint(name="breach_once", fields=["cooperation", "key"]),
            models.CheckConstraint(
                name="breach_answered",
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cooperation_id} {self.key}"
