"""Signed papers: their words as signed, who signed, how, when and where."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yijia.apps.registry.models import TenantRow


class Agreement(TenantRow):
    """One paper between a resident and an institution; its text is frozen with its SM3 when it is offered for signing."""

    class Kind(models.TextChoices):
        SERVICE = "service"  # 服务协议
        CONSENT = "consent"  # 知情同意书
        FAMILY_DOCTOR = "family_doctor"  # 家庭医生签约
        ENROLMENT = "enrolment"  # 服务项目协议
        ENROL_CONSENT = "enrol_consent"  # 服务项目知情同意书

    kind = models.CharField(max_length=15, choices=Kind)
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="agreements")
    template_key = models.CharField(max_length=60)
    template_edition = models.CharField(max_length=40)
    text = models.JSONField(default=dict)  # {zh: [clauses], en: [clauses], fields: {...}}
    text_sm3 = models.BinaryField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["resident", "kind"]), models.Index(fields=["organisation", "kind"])]
        constraints = [
            models.UniqueConstraint(
                name="agreement_one_family_doctor",
                fields=["resident"],
                condition=Q(kind="family_doctor", revoked_at__isnull=True, valid_until__isnull=True),
            ),
            models.CheckConstraint(
                name="agreement_period", condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Signature(TenantRow):
    """One person's sign under one paper; append-only."""

    class Method(models.TextChoices):
        GLASS = "glass"  # hand-drawn on glass
        WITNESSED_FINGERPRINT = "witnessed_fingerprint"
        PAPER = "paper"
        SPOKEN = "spoken"  # read out and recorded at the desk, to be signed at the door
        CERTIFICATE = "certificate"  # SM2 certificate
        CODE = "code"  # the one-time code that staff gave out

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    signer = models.CharField(max_length=12)  # resident, guardian, proxy, institution, witness
    name = models.CharField(max_length=60)
    relation = models.CharField(max_length=20, blank=True)
    method = models.CharField(max_length=24, choices=Method)
    image = models.ForeignKey("base.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    proof = models.JSONField(null=True)  # by what right a guardian or proxy signed, as on record then
    certificate = models.BinaryField(null=True)  # DER
    sealed = models.BinaryField(null=True)  # the SM2 signature over the text's SM3, DER
    sm3 = models.BinaryField()  # over the text's SM3, the image and the instant
    witness = models.CharField(max_length=60, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signature_witnessed", condition=~Q(method="witnessed_fingerprint") | ~Q(witness="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.signer} under {self.agreement_id}"


class SigningCode(TenantRow):
    """A one-time code that staff give out for one paper; typed in by the resident's own account it signs for both sides."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="codes")
    code_enc = models.BinaryField()
    most_tries = models.SmallIntegerField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    giver = models.CharField(max_length=60)  # the name that stands under the paper for the institution
    valid_until = models.DateTimeField()
    is_out = models.BooleanField(default=True)  # until it is used or another is given

    class Meta:
        constraints = [
            models.UniqueConstraint(name="signing_code_one_out", fields=["agreement"], condition=Q(is_out=True)),
            models.CheckConstraint(name="signing_code_expires", condition=Q(valid_until__gt=F("given_at"))),
        ]

    def __str__(self) -> str:
        return f"code for {self.agreement_id}"
