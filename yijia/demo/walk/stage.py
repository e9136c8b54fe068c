"""The stage of a walk: an institution, its people, and somebody the programme admits."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from yijia.apps.agreements import actions as agreements
from yijia.apps.care import queries
from yijia.apps.care.models import Episode
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Organisation, Proxy, Resident, Staff, Team
from yijia.base import accounts, words
from yijia.base.errors import Refused
from yijia.base.models import RoleGrant, User
from yijia.core.people.identity import Sex
from yijia.core.people.synthetic import synthetic_id
from yijia.core.permissions import Actor
from yijia.core.policy import plain
from yijia.core.programmes.example import admitted
from yijia.core.programmes.model import Programme
from yijia.core.refusal import Refusal
from yijia.demo.drawing import signature

_TITLES = {
    "doctor": "主治医师",
    "nurse": "主管护师",
    "therapist": "康复治疗师",
    "pharmacist": "主管药师",
    "assistant": "医疗护理员",
}
_SERIAL = 499
"""The last serial number of a birth date: the demo county begins at the first."""

DAY = timedelta(days=1)
GUARDIAN = "测试监护人"


class NoWalk(Exception):
    """The programme cannot be walked in this place; the text says why."""


@dataclass
class Walk:
    """A walk under way: who acts, what time it is, what happened.

    steps       what was done, each with the state after it
    """

    programme: Programme
    at: datetime
    actors: dict[str, Actor]
    resident: Resident
    house: Organisation
    staff: dict[str, Staff]
    steps: list[dict[str, Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    stops: list[dict[str, Any]] = field(default_factory=list)
    episode_id: int = 0

    def episode(self) -> Episode:
        """The row as it stands."""
        return Episode.objects.get(pk=self.episode_id)

    def officer(self, role: str, **more: Any) -> Actor:
        """Somebody in an office of the place, found or made."""
        if role not in self.actors:
            user = User.objects.create(username=f"walk-{uuid.uuid4().hex[:12]}", display_name=f"演示{role}")
            self.actors[role] = _grant(user, role, self.house.jurisdiction, self.at, **more)
        return self.actors[role]

    def hands(self, activity: str) -> int:
        """Somebody of the house who may do a line of the plan."""
        line = self.programme.activity(activity)
        return next(one.pk for one in self.staff.values() if line is None or line.fits([one.profession]))

    def signer(self) -> tuple[str, str]:
        """Who signs for the resident, as the agreements call it, and the name."""
        is_own = self.actors["family"].role == "resident"
        return ("resident", self.resident.name) if is_own else ("guardian", GUARDIAN)

    def note(self, step: str, **facts: Any) -> None:
        """Write a step down."""
        state = self.episode().state if self.episode_id else ""
        if state and state not in self.seen:
            self.seen.append(state)
        self.steps.append({"step": step, "state": state, "at": self.at.isoformat(), **plain(facts)})

    def refused(self, step: str, code: str, act: Any) -> None:
        """Something the rules must refuse now: done anyway, and its refusal written down."""
        try:
            with transaction.atomic():
                act()
        except Refused as refused:
            if refused.refusal.code != code:
                raise
            self.note(step, refused=code, words=words.sentence(refused.refusal))
            return
        raise NoWalk(f"{step} was not refused with {code}")

    def stop(self, refusal: Mapping[str, Any] | Refusal) -> None:
        """Something policy does not know well enough, in words; told once."""
        found = refusal if isinstance(refusal, Refusal) else Refusal(refusal["code"], refusal["facts"])
        said = {"code": found.code, "words": words.sentence(found)}
        if said not in self.stops:
            self.stops.append(said)


def row_of(programme: Programme) -> dict[str, Any]:
    found = admitted(programme)
    if found is None:
        raise NoWalk(f"nobody was found whom {programme.code} admits")
    return found


def stage(code: str, jurisdiction: str, at: datetime) -> Walk:
    programme = queries.programme_for(code, jurisdiction, at.date())
    if isinstance(programme, Refusal):
        raise NoWalk(words.sentence(programme))
    house = house_for(programme, jurisdiction, 1)
    roles = list(dict.fromkeys([*(programme.provider.roles if programme.provider else ()), "doctor"]))
    asked = [
        role for role in roles if role != "doctor" or (programme.provider and "doctor" in programme.provider.roles)
    ]
    staff, actors = {}, {}
    for number, role in enumerate(roles):
        person, user = person_at(house, role, number + 1, jurisdiction, at)
        if role in asked:
            staff[role] = person
        if role == "doctor":
            actors["doctor"] = _grant(user, "doctor", jurisdiction, at, organisation_id=house.pk, staff_id=person.pk)
    row = row_of(programme)
    if len(staff) < ((programme.qualification.persons or 1) if programme.qualification else 1):
        role = "nurse" if "nurse" not in staff else "assistant"
        staff[role] = person_at(house, role, 20, jurisdiction, at)[0]
    resident = _resident(row, house, jurisdiction, actors["doctor"], at)
    actors["family"] = _family(row, resident, jurisdiction, at)
    if row.get("has_family_doctor"):
        _contract(house, resident, actors, at)
    Team.objects.create(organisation=house, name="演示团队", kind=Team.Kind.FAMILY_DOCTOR)
    return Walk(programme, at, actors, resident, house, staff)


def house_for(programme: Programme, jurisdiction: str, serial: int) -> Organisation:
    asked = programme.provider
    modes = [*(asked.service_modes if asked else ()), *([asked.designation] if asked and asked.designation else [])]
    if any(line.items for line in programme.plan) and "home_bed" not in modes:
        modes.append("home_round")  # without either the safe-to-go gate lets nobody set out
    return Organisation.objects.create(
        code=f"98{uuid.uuid4().hex[:16].upper()}", name=f"演示机构{serial}", name_en=f"Demo institution {serial}", pinyin_initials="YSJG",
        jurisdiction=jurisdiction, township="演示镇", kind=asked.kinds[0] if asked and asked.kinds else Organisation.Kind.HOSPITAL,
        level=asked.levels[0] if asked and asked.levels else 2, licence_no=f"DEMO-{serial}", licence_valid_until=date(2090, 1, 1), service_modes=modes,
        lon=113.7, lat=23.0, phone="000-00000000", is_synthetic=True,
    )  # fmt: skip


def upper_house(below: Organisation) -> Organisation:
    """A licensed hospital of the same place, to refer to."""
    return Organisation.objects.create(
        code=f"98{uuid.uuid4().hex[:16].upper()}", name="演示上级医院", name_en="Demo upper hospital", pinyin_initials="YSSJYY",
        jurisdiction=below.jurisdiction, township="演示镇", kind=Organisation.Kind.HOSPITAL, level=3, licence_no="DEMO-9",
        licence_valid_until=date(2090, 1, 1), lon=below.lon, lat=below.lat, phone="000-00000000", is_synthetic=True,
    )  # fmt: skip


def person_at(house: Organisation, role: str, serial: int, jurisdiction: str, at: datetime) -> tuple[Staff, User]:
    user = User.objects.create(username=f"walk-{uuid.uuid4().hex[:12]}", display_name=f"演示{_TITLES[role]}")
    person = Staff.objects.create(
        organisation=house, user=user, name=f"演示{_TITLES[role]}{serial}", pinyin_initials="YS", badge_no=f"W{uuid.uuid4().hex[:10]}", sex="2",
        profession=role, title=_TITLES[role], practising_since=date(2010, 1, 1), lon=house.lon, lat=house.lat, works_on=[1, 2, 3, 4, 5, 6, 7],
    )  # fmt: skip
    return person, user


def _grant(user: User, role: str, jurisdiction: str, at: datetime, **more: Any) -> Actor:
    RoleGrant.objects.create(user=user, role=role, jurisdiction=jurisdiction, valid_from=at.date() - DAY, **more)
    return accounts.actor_for(user, at, role)


def granted(user: User, role: str, made: Walk, **more: Any) -> Actor:
    """The actor of a user in a part, as it is from now on."""
    found = RoleGrant.objects.filter(user=user, role=role).exists()
    return (
        accounts.actor_for(user, made.at, role)
        if found
        else _grant(user, role, made.house.jurisdiction, made.at, **more)
    )


def _resident(row: Mapping[str, Any], house: Organisation, jurisdiction: str, by: Actor, at: datetime) -> Resident:
    age = row.get("age_years", 70)
    born_on = date(at.year - age - 1, 6, 15) if (at.month, at.day) < (6, 15) else date(at.year - age, 6, 15)
    facts = {
        "name": "测试居民", "identity_number": synthetic_id(_SERIAL, born_on, Sex.FEMALE, jurisdiction), "address": "演示路1号", "township": "演示镇",
        "lon": house.lon, "lat": house.lat, "insured_class": "resident", "is_disabled_elder": bool(row.get("is_disabled_elder")),
        "disability_kind": row.get("disability_kind") or "", "disability_grade": row.get("disability_grade"), "jurisdiction": jurisdiction,
    }  # fmt: skip
    return registry.register_resident(**facts, by=by, at=at)[0]


def _family(row: Mapping[str, Any], resident: Resident, jurisdiction: str, at: datetime) -> Actor:
    user = User.objects.create(username=f"walk-{uuid.uuid4().hex[:12]}", display_name="测试居民")
    if row.get("age_years", 70) >= 18:  # of age: signs alone
        return _grant(user, "resident", jurisdiction, at, resident_id=resident.pk)
    matters = ["order", "sign", "bill", "confirm", "record"]
    Proxy.objects.create(
        resident=resident,
        user=user,
        kind=Proxy.Kind.GUARDIAN,
        relation="母",
        name=GUARDIAN,
        scope=matters,
        valid_from=at.date() - DAY,
        granted_at=at,
    )
    return _grant(user, "family", jurisdiction, at, resident_id=resident.pk, scope=matters)


def _contract(house: Organisation, resident: Resident, actors: Mapping[str, Actor], at: datetime) -> None:
    """The family-doctor contract that some beds ask for, signed for real."""
    words_ = {
        name: {"zh": "—", "en": "—"}
        for name in ("programme", "plan", "money", "package", "package_items", "package_price")
    }
    paper = agreements.prepare(
        kind="family_doctor",
        resident_id=resident.pk,
        organisation_id=house.pk,
        fields={"words": words_},
        by=actors["doctor"],
        at=at,
    )
    agreements.countersign(agreement_id=paper.pk, house_image=signature("测试医生"), by=actors["doctor"], at=at)
    agreements.sign(
        agreement_id=paper.pk,
        signer="resident",
        name=resident.name,
        method="glass",
        image=signature(resident.name),
        by=actors["family"],
        at=at,
    )
