"""The same people in every test: a town with two institutions, and who stands where.

`harbour` is the institution most tests look from; `hill` is its neighbour, whose people are strangers to harbour's records.
All people are synthetic: their identity numbers use an unassigned county, their phones a range nobody is given.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from yijia.apps.registry.models import Cover, Credential, Household, Organisation, Proxy, Resident, ResidentLink, Staff
from yijia.base import accounts, crypto
from yijia.base.models import RoleGrant, User
from yijia.core.people import masking, synthetic
from yijia.core.people import phone as phones
from yijia.core.people.identity import Sex
from yijia.core.permissions import Actor

TOWN = "CN-441900"
NOW = datetime(2025, 6, 16, 1, 0, tzinfo=UTC)  # Monday 09:00 in Dongguan
TODAY = date(2025, 6, 16)
PASSWORD = "harbour-lantern-42"


@dataclass
class Cast:
    """Users and actors by part; organisations, residents and staff by name."""

    harbour: Organisation
    hill: Organisation
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    residents: dict[str, Resident] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)


def organisation(name: str, name_en: str, serial: int, lon: float, lat: float) -> Organisation:
    return Organisation.objects.create(
        code=f"99{serial:016d}", name=name, name_en=name_en, pinyin_initials="CS", jurisdiction=TOWN, township="莞城", kind="hospital", level=2,
        licence_no=f"TEST-{serial}", licence_valid_until=date(2027, 1, 1), service_modes=["home_round", "home_bed", "internet_nursing"],
        lon=lon, lat=lat, phone="0769-00000000", is_synthetic=True,
    )  # fmt: skip


def resident(
    name: str, serial: int, keeper: Organisation, *, born: date = date(1945, 3, 2), sex: str = "2", **more: object
) -> Resident:
    identity = synthetic.synthetic_id(serial, born, Sex.MALE if sex == "1" else Sex.FEMALE, TOWN)
    phone = phones.synthetic(serial)
    home = Household.objects.create(
        jurisdiction=TOWN, township="莞城", address_enc=crypto.seal(f"测试路{serial}号", "registry.household.address"), address_masked="测试路***",
        lon=113.751 + serial % 50 / 1000, lat=23.040,
    )  # fmt: skip
    made = Resident.objects.create(
        name=name, pinyin="ceshi", pinyin_initials="CS", sex=sex, born_on=born,
        identity_enc=crypto.seal(identity, "registry.resident.identity"), identity_hash=crypto.search_hash(identity, "registry.resident.identity"),
        identity_masked=masking.resident_id(identity), phone_enc=crypto.seal(phone, "registry.resident.phone"),
        phone_hash=crypto.search_hash(phone, "registry.resident.phone"), phone_masked=masking.phone(phone), jurisdiction=TOWN, household=home,
        insured_class="resident", is_infectious=False, is_aggressive=False, is_synthetic=True, created_at=NOW, **more,
    )  # fmt: skip
    ResidentLink.objects.create(
        organisation=keeper, resident=made, kind="record_keeper", since_on=TODAY - timedelta(days=400)
    )
    return made


def staff(
    name: str,
    serial: int,
    at: Organisation,
    *,
    user: User | None = None,
    title: str = "主管护师",
    profession: str = "nurse",
) -> Staff:
    made = Staff.objects.create(
        organisation=at, user=user, name=name, pinyin_initials="CS", badge_no=f"T{serial:05d}", sex="2", profession=profession, title=title,
        practising_since=date(2012, 7, 1), lon=at.lon, lat=at.lat, works_on=[1, 2, 3, 4, 5, 6, 7], speaks=["普通话"],
    )  # fmt: skip
    for kind in ("registration", "pre_service_training", "online_training", "specialty", "tcm", "maternal"):
        Credential.objects.create(
            organisation=at,
            staff=made,
            kind=kind,
            valid_from=date(2024, 1, 1),
            valid_until=date(2027, 1, 1),
            checked_at=NOW,
        )
    for kind in Cover.Kind.values:
        Cover.objects.create(
            organisation=at,
            staff=made,
            kind=kind,
            policy_no=f"TEST-{serial}-{kind}",
            valid_from=date(2025, 1, 1),
            valid_until=date(2026, 1, 1),
        )
    return made


def user(username: str, display_name: str) -> User:
    return User.objects.create(username=username, display_name=display_name, password=_hashed())


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; one hash serves the whole cast."""
    return make_password(PASSWORD)


def grant(who: User, role: str, **scope: object) -> Actor:
    RoleGrant.objects.create(user=who, role=role, jurisdiction=TOWN, valid_from=date(2025, 1, 1), **scope)
    return accounts.actor_for(who, NOW, role)


def assemble() -> Cast:
    """Make everybody. Needs the whole-system scope (the `cast` fixture sees to it)."""
    cast = Cast(
        organisation("港湾医院", "Harbour Hospital", 1, 113.75, 23.04),
        organisation("山岗医院", "Hill Hospital", 2, 113.80, 23.06),
    )
    for index, (part, house) in enumerate([("elder", cast.harbour), ("neighbour", cast.hill)], start=1):
        cast.residents[part] = resident(f"测试{part}", index, house)
    parts = [
        ("elder", "resident", None), ("relative", "family", None), ("nurse", "nurse", cast.harbour), ("second_nurse", "nurse", cast.harbour),
        ("doctor", "doctor", cast.harbour), ("dispatcher", "dispatcher", cast.harbour), ("manager", "manager", cast.harbour), ("clerk", "clerk", None), ("agency_clerk", "agency_clerk", None),
        ("federation", "federation", None), ("regulator", "regulator", None), ("auditor", "auditor", None), ("admin", "admin", None),
        ("assessor", "assessor", None), ("second_assessor", "assessor", None), ("third_assessor", "assessor", None), ("fourth_assessor", "assessor", None),
        ("expert", "expert", None), ("second_expert", "expert", None), ("third_expert", "expert", None),
        ("stranger_elder", "resident", None), ("stranger_nurse", "nurse", cast.hill), ("stranger_dispatcher", "dispatcher", cast.hill),
        ("stranger_manager", "manager", cast.hill),
    ]  # fmt: skip
    for serial, (part, role, house) in enumerate(parts, start=1):
        who = cast.users[part] = user(part, f"测试{part}")
        scope: dict[str, object] = {"organisation_id": house.pk} if house else {}
        if role in {"nurse", "doctor"}:
            title = "主治医师" if role == "doctor" else "主管护师"
            cast.staff[part] = staff(f"测试{part}", serial, house, user=who, title=title, profession=role)
            scope["staff_id"] = cast.staff[part].pk
        if role == "resident":
            scope["resident_id"] = cast.residents["neighbour" if part.startswith("stranger") else "elder"].pk
        if role == "family":
            scope |= {
                "resident_id": cast.residents["elder"].pk,
                "scope": ["order", "sign", "bill", "confirm", "record"],
            }
            Proxy.objects.create(
                resident=cast.residents["elder"], user=who, kind="proxy", relation="女", name=who.display_name, scope=scope["scope"],
                valid_from=date(2025, 1, 1), granted_at=NOW,
            )  # fmt: skip
        cast.actors[part] = grant(who, role, **scope)
    return cast
