"""Institutions, their departments, staff, papers, insurances and teams."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yijia.apps.care.queries import programmes_of
from yijia.apps.registry.models import Cover, Credential, Department, Organisation, Staff, Team, TeamMember
from yijia.apps.visits.models import DutyLead
from yijia.base import crypto
from yijia.core.people import masking
from yijia.core.people import phone as phones
from yijia.demo import bulk, names
from yijia.demo.county.accounts import Accounts
from yijia.demo.county.plan import County, House, Member, Plan
from yijia.demo.numbers import best_size, counted
from yijia.demo.places import Township

LTC = "ltc"
"""Designation of whoever gives care that long-term care insurance pays."""
STAFF_PHONES = 90_000_000  # residents' invented numbers begin at 0
LEAST_NURSES = 66
HOSPITAL = {"nurse": 7, "doctor": 5, "pharmacist": 1}
DEPARTMENTS = (("护理部", "Nursing"), ("全科", "General practice"), ("康复科", "Rehabilitation"))
NURSE_TITLES = ("护师", "主管护师", "主管护师", "护师", "副主任护师", "主管护师", "护师")
TITLES = {"doctor": "主治医师", "pharmacist": "主管药师", "assistant": "医疗护理员", "therapist": "康复治疗师"}
SPEAKS = {"44": ["普通话", "粤语"], "35": ["普通话", "闽南话"], "50": ["普通话", "四川话"]}


def make_houses(county: County, accounts: Accounts) -> None:
    """Every institution of the county, staffed."""
    plan = county.plan
    hospitals = max(3, round(len(plan.place.townships) / 8))
    step = len(plan.place.townships) / hospitals
    sites = [(plan.place.townships[int(i * step)], True, (2, 3, 2)[i % 3]) for i in range(hospitals)]
    sites += [(township, False, None) for township in plan.place.townships]
    for serial, (township, is_hospital, level) in enumerate(sites, start=1):
        county.houses.append(_house(plan, accounts, serial, township, is_hospital, level))
    _write_organisations(plan, county.houses, [site[0] for site in sites])
    _staff(county, accounts, hospitals)


def _house(
    plan: Plan, accounts: Accounts, serial: int, township: Township, is_hospital: bool, level: int | None
) -> House:
    name = f"演示·{township.zh}{'医院' if is_hospital else '社区卫生服务中心'}"
    main = serial == 1
    manager = accounts.add("manager" if main else f"manager{serial:03d}", names.person(plan.rng))
    dispatcher = accounts.add("dispatcher" if main else f"dispatcher{serial:03d}", names.person(plan.rng))
    made = House(
        id=0, name=name, township=township.zh, lon=round(township.lon + plan.rng.uniform(-0.01, 0.01), 5),
        lat=round(township.lat + plan.rng.uniform(-0.01, 0.01), 5), level=level, radius_km=15.0 if is_hospital else 10.0,
        manager=manager, dispatcher=dispatcher,
    )  # fmt: skip
    return made


def _write_organisations(plan: Plan, houses: list[House], townships: list[Township]) -> None:
    rows = []
    modes = ["home_bed", "home_round", "internet_nursing"]
    has_ltc = any(one.provider and one.provider.designation == LTC for one in programmes_of(plan.place.code, plan.on))
    for serial, (house, township, pk) in enumerate(
        zip(houses, townships, bulk.draw_ids(Organisation, len(houses)), strict=True), start=1
    ):
        house.id = pk
        is_hospital = house.level is not None
        rows.append(
            {
                "id": pk, "code": f"99{int(plan.place.code[3:]):06d}{serial:010d}", "name": house.name,
                "name_en": f"Demo · {township.en} {'Hospital' if is_hospital else 'Community Health Centre'}",
                "pinyin_initials": names.initials(house.name.removeprefix("演示·"))[:40], "jurisdiction": plan.place.code, "township": house.township,
                "kind": Organisation.Kind.HOSPITAL if is_hospital else Organisation.Kind.COMMUNITY_CENTRE, "level": house.level,
                "licence_no": f"演示-{serial:04d}", "licence_valid_until": date(plan.on.year + 2, 12, 31),
                "service_modes": [*modes, *([LTC] if is_hospital and has_ltc else [])], "lon": house.lon, "lat": house.lat,
                "phone": phones.synthetic(STAFF_PHONES + 9_000_000 + serial), "is_synthetic": True, "is_public": True, "is_nonprofit": True,
            }
        )  # fmt: skip
    bulk.load(Organisation, rows)


def _staff(county: County, accounts: Accounts, hospitals: int) -> None:
    plan = county.plan
    centres = len(county.houses) - hospitals
    nurses_a_centre = max(2, -(-(LEAST_NURSES - hospitals * HOSPITAL["nurse"]) // centres))
    wanted = [
        (house, profession)
        for house in county.houses
        for profession, count in (HOSPITAL if house.level else {"nurse": nurses_a_centre, "doctor": 1}).items()
        for _ in range(count)
    ]
    shares = [share for share in [plan.rates.trained] if share is not None]
    extra = best_size(len(wanted) + len(county.houses), shares, len(county.houses)) - len(wanted)
    wanted += [(county.houses[i % len(county.houses)], ("assistant", "therapist")[i % 2]) for i in range(max(0, extra))]
    departments = _departments(county.houses)
    _write_staff(county, accounts, wanted, departments)


def _departments(houses: list[House]) -> dict[int, list[int]]:
    """Organisation → its departments."""
    ids = iter(bulk.draw_ids(Department, len(houses) * len(DEPARTMENTS)))
    made: dict[int, list[int]] = {}
    rows = []
    for house in houses:
        for name, name_en in DEPARTMENTS:
            made.setdefault(house.id, []).append(next(ids))
            rows.append({"id": made[house.id][-1], "organisation_id": house.id, "name": name, "name_en": name_en})
    bulk.load(Department, rows)
    return made


def _write_staff(
    county: County, accounts: Accounts, wanted: list[tuple[House, str]], departments: dict[int, list[int]]
) -> None:
    plan, rng = county.plan, county.plan.rng
    trained = counted(len(wanted), plan.rates.trained) if plan.rates.trained is not None else len(wanted) * 9 // 10
    untrained = set(rng.sample(range(1, len(wanted)), len(wanted) - trained))
    people, papers, covers = [], [], []
    first = {"nurse": True, "doctor": True}
    for serial, ((house, profession), pk) in enumerate(zip(wanted, bulk.draw_ids(Staff, len(wanted)), strict=True)):
        is_first = first.pop(profession, False)
        name = names.person(rng)
        user = accounts.add(profession if is_first else f"{profession}{serial + 1:04d}", name)
        if profession in ("nurse", "doctor"):
            accounts.grant(user, profession, organisation_id=house.id, staff_id=pk)
        title = NURSE_TITLES[serial % len(NURSE_TITLES)] if profession == "nurse" else TITLES[profession]
        trainings = _trainings(rng, is_first) if profession == "nurse" else frozenset()
        phone = phones.synthetic(STAFF_PHONES + serial)
        people.append(
            {
                "id": pk, "organisation_id": house.id, "user_id": user, "department_id": departments[house.id][0 if profession == "nurse" else 1],
                "name": name, "pinyin_initials": names.initials(name), "badge_no": f"YS{plan.place.code[3:]}{serial + 1:05d}",
                "sex": "1" if rng.random() < 0.15 else "2", "profession": profession, "title": title,
                "practising_since": plan.on - timedelta(days=365 * rng.randint(7, 28) + rng.randint(0, 300)),
                "phone_enc": crypto.seal(phone, "registry.staff.phone"), "phone_masked": masking.phone(phone),
                "speaks": SPEAKS.get(plan.place.code[3:5], ["普通话"]), "lon": house.lon, "lat": house.lat, "works_on": [1, 2, 3, 4, 5, 6, 7],
            }
        )  # fmt: skip
        papers += _papers(plan, house, pk, profession, trainings, is_trained=serial not in untrained)
        covers += _covers(plan, house, pk, serial)
        house.staff.append(Member(pk, user, name, profession, title, trainings))
    county.counts["staff"] = bulk.load(Staff, people)
    county.counts["trained"] = trained
    bulk.load(Credential, papers)
    bulk.load(Cover, covers)
    _roster(county)
    _teams(county)


def _trainings(rng: Any, is_first: bool) -> frozenset[str]:
    if is_first:
        return frozenset({"specialty", "maternal", "tcm"})
    return frozenset(
        kind for kind, share in (("specialty", 0.5), ("maternal", 0.3), ("tcm", 0.4)) if rng.random() < share
    )


def _roster(county: County) -> None:
    """The first nurse of each house leads the duty, a month behind and two ahead."""
    at = county.plan.at
    during = DateTimeTZRange(at - timedelta(days=30), at + timedelta(days=60))
    leads = [next((one for one in house.staff if one.profession == "nurse"), None) for house in county.houses]
    DutyLead.objects.bulk_create(
        DutyLead(organisation_id=house.id, staff_id=lead.id, during=during, set_at=at)
        for house, lead in zip(county.houses, leads, strict=True)
        if lead is not None
    )


def _papers(
    plan: Plan, house: House, staff_id: int, profession: str, trainings: Iterable[str], *, is_trained: bool
) -> list[dict[str, Any]]:
    start = date(plan.on.year - 1, 3, 1)
    common = {"organisation_id": house.id, "staff_id": staff_id, "checked_at": plan.at, "checked_by_id": house.manager}
    rows: list[dict[str, Any]] = []
    if profession in ("nurse", "doctor"):
        until = date(plan.on.year + 1 + plan.rng.randint(0, 2), plan.rng.randint(7, 12), plan.rng.randint(1, 28))
        rows.append({**common, "kind": Credential.Kind.REGISTRATION, "valid_from": start, "valid_until": until})
        rows.append({**common, "kind": Credential.Kind.TRAINING, "valid_from": start, "valid_until": None})
    if is_trained:
        rows.append(
            {
                **common,
                "kind": Credential.Kind.ONLINE_TRAINING,
                "valid_from": date(plan.on.year, 3, plan.rng.randint(1, 28)),
                "valid_until": None,
            }
        )
    rows += [
        {**common, "kind": kind, "valid_from": start, "valid_until": date(plan.on.year + 2, 1, 1)}
        for kind in sorted(trainings)
    ]
    return rows


def _covers(plan: Plan, house: House, staff_id: int, serial: int) -> list[dict[str, Any]]:
    return [
        {
            "organisation_id": house.id, "staff_id": staff_id, "kind": kind, "policy_no": f"演示-{serial:05d}-{kind}",
            "valid_from": date(plan.on.year, 1, 1), "valid_until": date(plan.on.year + 1, 1, 1),
        }
        for kind in Cover.Kind.values
    ]  # fmt: skip


def _teams(county: County) -> None:
    ids = iter(bulk.draw_ids(Team, len(county.houses)))
    teams, members = [], []
    for house in county.houses:
        kind = Team.Kind.NURSING if house.level else Team.Kind.FAMILY_DOCTOR
        pk = next(ids)
        teams.append(
            {"id": pk, "organisation_id": house.id, "name": "护理一组" if house.level else "家庭医生团队", "kind": kind}
        )
        members += [
            {"organisation_id": house.id, "team_id": pk, "staff_id": member.id, "is_lead": index == 0}
            for index, member in enumerate(house.staff)
            if member.profession in ("nurse", "doctor")
        ]
    county.counts["teams"] = bulk.load(Team, teams)
    bulk.load(TeamMember, members)
