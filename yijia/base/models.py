"""Rows every context needs: people who log in, what they may see, what they did, and what must still be told."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """Somebody who can log in; what they may do hangs on their grants, never on this row."""

    first_name = None
    last_name = None
    display_name = models.CharField(max_length=80)
    language = models.CharField(max_length=10, default="zh-hans")
    is_elder_mode = models.BooleanField(default=False)
    must_use_mfa = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)  # the password was made by an administrator, for one use

    def __str__(self) -> str:
        return self.username


class RoleGrant(models.Model):
    """One hat: a role and the scope it is worn in. The scope ids are plain numbers because foreign keys point down."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    jurisdiction = models.CharField(max_length=9)
    organisation_id = models.BigIntegerField(null=True)  # registry.Organisation; null = the whole jurisdiction
    staff_id = models.BigIntegerField(null=True)  # registry.Staff
    resident_id = models.BigIntegerField(null=True)  # registry.Resident
    scope = models.JSONField(default=list)  # for a family proxy: what the resident allowed
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["user", "role"])]
        constraints = [
            models.CheckConstraint(
                name="grant_family_names_a_resident",
                condition=~Q(role__in=["resident", "family"]) | Q(resident_id__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_nurse_names_staff",
                condition=~Q(role__in=["nurse", "doctor"])
                | (Q(staff_id__isnull=False) & Q(organisation_id__isnull=False)),
            ),
            models.UniqueConstraint(
                name="grant_once",
                fields=["user", "role", "organisation_id", "resident_id"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class ApiToken(models.Model):
    """A bearer token; only its keyed hash is stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    role = models.CharField(max_length=20)
    label = models.CharField(max_length=80)
    token_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.label


class AuditHead(models.Model):
    """The end of one audit chain; locking this row is what puts entries in order."""

    chain = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"chain {self.chain} at {self.seq}"


class AuditEntry(models.Model):
    """Who did, read or was refused what, when; each entry's SM3 covers the one before it. Append-only by trigger."""

    chain = models.SmallIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20)
    organisation_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=10)  # read, write, refused, login, logout, unmask, export
    name = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_ids = models.JSONField(default=list)
    resident_ids = models.JSONField(default=list)
    facts = models.JSONField(default=dict)  # codes and numbers only, never a person's identifier
    ip = models.CharField(max_length=45)
    request_id = models.CharField(max_length=36)
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="audit_chain_seq", fields=["chain", "seq"])]
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["subject_type", "at"]),
            models.Index(fields=["user_id", "at"]),
            GinIndex(name="audit_resident", fields=["resident_ids"], opclasses=["jsonb_path_ops"]),  # who looked at me?
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%S} {self.verb} {self.name}"


class OutboxEvent(models.Model):
    """News that travels up: written in the transaction that made it true. Append-only by trigger."""

    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    organisation_id = models.BigIntegerField(null=True)
    payload = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["name", "at"])]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class OutboxDelivery(models.Model):
    """One subscriber's copy of an event; done exactly once, tried again after a fall."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    attempts = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="delivery_once", fields=["event", "subscriber"])]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(done_at__isnull=True), name="delivery_open")]

    def __str__(self) -> str:
        return f"{self.subscriber} #{self.event_id}"


class IdempotentAnswer(models.Model):
    """The first answer to a keyed write, stored in the write's own transaction and kept 24 hours."""

    scope = models.CharField(max_length=200)  # user and route
    key = models.CharField(max_length=255)
    body_hash = models.BinaryField()
    status = models.SmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="idempotent_once", fields=["scope", "key"])]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Message(models.Model):
    """A text message or mail handed to the sending provider; in a demo the sink page shows them."""

    at = models.DateTimeField()
    channel = models.CharField(max_length=10)  # sms, mail
    to_enc = models.BinaryField()
    to_masked = models.CharField(max_length=40)
    template = models.CharField(max_length=60)
    text = models.TextField()
    resident_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.channel} {self.template}"


class StoredFile(models.Model):
    """A photo, a signature or a document: content kept by hash, opened only through a door that checks scope."""

    sm3 = models.BinaryField()
    media_type = models.CharField(max_length=60)
    size = models.IntegerField()
    content = models.BinaryField()
    organisation_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.media_type} {self.size}"


class Deployment(models.Model):
    """What this database is: which region, real or demo, and from which policy edition digest it was loaded."""

    jurisdiction = models.CharField(max_length=9)
    is_demo = models.BooleanField(default=False)
    seed = models.IntegerField(null=True)
    demo_ends_at = models.DateTimeField(null=True)  # where the simulated day stopped; the demo clock goes on from here
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="deployment_single", condition=Q(pk=1))]

    def __str__(self) -> str:
        return self.jurisdiction
