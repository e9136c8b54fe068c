"""Who there is: residents and their homes, proxies, organisations, staff, papers with expiry."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class TenantRow(models.Model):
    """A row that belongs to one organisation; PostgreSQL hides it from every other (base.scope)."""

    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Organisation(models.Model):
    """An institution of the register (B1): hospital, health centre, care home, station."""

    class Kind(models.TextChoices):
        HOSPITAL = "hospital"
        COMMUNITY_CENTRE = "community_health_centre"
        TOWNSHIP_HOSPITAL = "township_hospital"
        NURSING_STATION = "nursing_station"
        CARE_HOME = "care_home"
        INTEGRATED = "integrated"

    code = models.CharField(max_length=18, unique=True)  # 统一社会信用代码
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    pinyin_initials = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=9)
    township = models.CharField(max_length=40)
    kind = models.CharField(max_length=30, choices=Kind)
    level = models.SmallIntegerField(null=True)  # hospital level 1, 2, 3; null: not graded
    is_public = models.BooleanField(default=True)
    is_nonprofit = models.BooleanField(default=True)
    licence_no = models.CharField(max_length=40)
    licence_valid_until = models.DateField(null=True)
    service_modes = models.JSONField(default=list)  # home_bed, home_round, internet_nursing
    lon = models.FloatField()
    lat = models.FloatField()
    phone = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "kind"])]
        constraints = [
            models.CheckConstraint(name="organisation_level", condition=Q(level__isnull=True) | Q(level__range=(1, 3))),
            models.CheckConstraint(
                name="organisation_on_earth", condition=Q(lon__range=(-180, 180), lat__range=(-90, 90))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def called(self, fact: str) -> dict[str, str]:
        """The name as a fact of a refusal, in both languages: {fact: …, fact_en: …}."""
        return {fact: self.name, f"{fact}_en": self.name_en or self.name}


class Department(TenantRow):
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(name="department_once", fields=["organisation", "name"])]

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """A home with a place on the map; the address is encrypted, its district is not."""

    jurisdiction = models.CharField(max_length=9)
    township = models.CharField(max_length=40)
    address_enc = models.BinaryField()
    address_masked = models.CharField(max_length=80)
    lon = models.FloatField()
    lat = models.FloatField()
    is_violent = models.BooleanField(default=False)  # a reported assault or threat at this address
    has_aggressive_dog = models.BooleanField(default=False)
    floor = models.SmallIntegerField(null=True)
    has_lift = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "township"])]
        constraints = [
            models.CheckConstraint(name="household_on_earth", condition=Q(lon__range=(-180, 180), lat__range=(-90, 90)))
        ]

    def __str__(self) -> str:
        return self.address_masked


class Resident(models.Model):
    """A person who may receive care. Identity number and phone are encrypted and searched by keyed hash."""

    class Sex(models.TextChoices):  # GB/T 2261.1
        UNKNOWN = "0"
        MALE = "1"
        FEMALE = "2"
        UNSTATED = "9"

    class InsuredClass(models.TextChoices):
        EMPLOYEE = "employee"
        RESIDENT = "resident"
        NONE = "none"

    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120)
    pinyin_initials = models.CharField(max_length=20)
    sex = models.CharField(max_length=1, choices=Sex)
    born_on = models.DateField()
    identity_enc = models.BinaryField()
    identity_hash = models.BinaryField(unique=True)
    identity_masked = models.CharField(max_length=20)
    phone_enc = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True)
    phone_masked = models.CharField(max_length=20, blank=True)
    jurisdiction = models.CharField(max_length=9)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="residents")
    insured_class = models.CharField(max_length=10, choices=InsuredClass)
    is_infectious = models.BooleanField(null=True)
    is_aggressive = models.BooleanField(null=True)
    disability_kind = models.CharField(max_length=20, blank=True)
    disability_grade = models.SmallIntegerField(null=True)
    is_disabled_elder = models.BooleanField(default=False)  # 失能: self-care lost, as stated by the record keeper
    allergies = models.JSONField(default=list)
    preferred_sex = models.CharField(max_length=1, blank=True)
    speaks = models.JSONField(default=list)  # languages and dialects
    died_on = models.DateField(null=True)
    is_synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["phone_hash"]),
            models.Index(fields=["jurisdiction", "born_on"]),
            models.Index(fields=["pinyin_initials"]),
            models.Index(fields=["name"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="resident_dies_after_birth", condition=Q(died_on__isnull=True) | Q(died_on__gte=F("born_on"))
            ),
            models.CheckConstraint(
                name="resident_disability_grade",
                condition=Q(disability_grade__isnull=True) | Q(disability_grade__range=(1, 4)),
            ),
        ]

    def __str__(self) -> str:
        return f"resident {self.pk}"


class ResidentLink(TenantRow):
    """Why an organisation may see a resident: it keeps the record, serves an order, took the person over, or is their home."""

    class Kind(models.TextChoices):
        RECORD_KEEPER = "record_keeper"
        ORDER = "order"
        DISCHARGE = "discharge"
        REFERRAL = "referral"  # took the person over from another institution
        HOME = "home"  # the person lives in this care home

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=20, choices=Kind)
    since_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="resident_link_once",
                fields=["resident", "organisation", "kind"],
                condition=Q(until_on__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["organisation", "resident"])]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.kind} {self.resident_id}"


class Proxy(models.Model):
    """A guardian, or a relative whom the resident allowed to act in named matters."""

    class Kind(models.TextChoices):
        GUARDIAN = "guardian"
        PROXY = "proxy"

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="proxies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    relation = models.CharField(max_length=20)  # GB/T 4761 word: 子, 女, 配偶 …
    name = models.CharField(max_length=60)
    phone_enc = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True)  # same key as Resident.phone_hash: a caller is found by either
    phone_masked = models.CharField(max_length=20, blank=True)
    scope = models.JSONField(default=list)  # order, sign, bill, confirm, record
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="proxy_once", fields=["resident", "user"], condition=Q(revoked_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["phone_hash"])]

    def __str__(self) -> str:
        return f"{self.relation} of {self.resident_id}"


class Staff(TenantRow):
    """A nurse, doctor or other professional, with the facts the safe-to-go gate asks."""

    class Profession(models.TextChoices):
        NURSE = "nurse"
        DOCTOR = "doctor"
        PHARMACIST = "pharmacist"
        THERAPIST = "therapist"
        ASSISTANT = "assistant"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=60)
    pinyin_initials = models.CharField(max_length=20)
    badge_no = models.CharField(max_length=20, unique=True)
    sex = models.CharField(max_length=1)
    profession = models.CharField(max_length=12, choices=Profession)
    title = models.CharField(max_length=20)  # 护士, 护师, 主管护师, 副主任护师, 主任护师, 医师 …
    practising_since = models.DateField(null=True)
    phone_enc = models.BinaryField(null=True)
    phone_masked = models.CharField(max_length=20, blank=True)
    speaks = models.JSONField(default=list)
    lon = models.FloatField()  # where the working day starts
    lat = models.FloatField()
    works_from_min = models.SmallIntegerField(default=480)  # minutes after midnight, Shanghai
    works_until_min = models.SmallIntegerField(default=1080)
    works_on = models.JSONField(default=list)  # ISO weekdays 1..7
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["organisation", "profession"])]
        constraints = [
            models.CheckConstraint(
                name="staff_day_has_hours",
                condition=Q(works_from_min__gte=0, works_until_min__lte=1440)
                & Q(works_until_min__gt=F("works_from_min")),
            )
        ]

    def __str__(self) -> str:
        return self.badge_no


class Credential(TenantRow):
    """A paper of a member of staff: registration, training, specialty; with expiry and who checked it."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration"  # 执业注册, at the organisation of this row
        TRAINING = "pre_service_training"
        ONLINE_TRAINING = "online_training"
        SPECIALTY = "specialty"
        MATERNAL = "maternal"
        TCM = "tcm"

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=24, choices=Kind)
    number_enc = models.BinaryField(null=True)
    number_masked = models.CharField(max_length=30, blank=True)
    detail = models.CharField(max_length=60, blank=True)  # e.g. PICC, 造口
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["staff", "kind"]), models.Index(fields=["organisation", "valid_until"])]
        constraints = [
            models.CheckConstraint(
                name="credential_period", condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.staff_id}"


class Cover(TenantRow):
    """An insurance policy: for one member of staff, or for the whole organisation when staff is empty."""

    class Kind(models.TextChoices):
        LIABILITY = "liability"
        MEDICAL_ACCIDENT = "medical_accident"
        PERSONAL_ACCIDENT = "personal_accident"

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="covers")
    kind = models.CharField(max_length=20, choices=Kind)
    policy_no = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_until = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind", "valid_until"])]
        constraints = [models.CheckConstraint(name="cover_period", condition=Q(valid_until__gt=F("valid_from")))]

    def __str__(self) -> str:
        return f"{self.kind} {self.policy_no}"


class Team(TenantRow):
    class Kind(models.TextChoices):
        NURSING = "nursing"
        FAMILY_DOCTOR = "family_doctor"

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantRow):
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="teams")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="team_member_once", fields=["team", "staff"])]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.team_id}"


class Preference(TenantRow):
    """A resident prefers or refuses a member of staff, or staff refuse a home (without penalty)."""

    class Kind(models.TextChoices):
        PREFERRED = "preferred"
        REFUSED_BY_RESIDENT = "refused_by_resident"
        REFUSED_BY_STAFF = "refused_by_staff"

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="preferences")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="preferences")
    kind = models.CharField(max_length=20, choices=Kind)
    reason = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="preference_once", fields=["resident", "staff"])]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.kind} {self.staff_id}"


class ResidentFact(models.Model):
    """A dated statement benefits hang on (core.people.facts). Append-only: a later row replaces it, or says it never held."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    level = models.SmallIntegerField(null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    source = models.CharField(max_length=80)  # the paper or register it was read from
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    is_void = models.BooleanField(default=False)  # what it replaces was never true
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["resident", "kind"])]
        constraints = [
            models.CheckConstraint(
                name="fact_period", condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on"))
            ),
            models.CheckConstraint(name="fact_void_replaces", condition=Q(is_void=False) | Q(replaces__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.resident_id}"
