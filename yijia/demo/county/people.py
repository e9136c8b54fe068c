"""Residents and their homes, who keeps their record, their family-doctor contracts and the services that indicators count."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from yijia.apps.agreements.models import Agreement
from yijia.apps.care.models import Contact
from yijia.apps.registry.models import Household, Resident, ResidentLink
from yijia.base import crypto, editions
from yijia.base.crypto import sm3
from yijia.base.errors import refuse_if
from yijia.core.agreements.paper import canonical
from yijia.core.calendar import start_of
from yijia.core.people import masking, synthetic
from yijia.core.people import phone as phones
from yijia.core.people.identity import Sex
from yijia.demo import bulk, names
from yijia.demo.county.houses import SPEAKS
from yijia.demo.county.plan import County, House, Plan
from yijia.demo.numbers import best_size, counted, spread_evenly
from yijia.demo.places import Township

ELDER = 65
HOME_SIZES = (1, 1, 2, 2, 2, 3, 3, 4, 5)
SPREAD_DEG = 0.018  # about two kilometres around a township's centre
MOST_DEG = 0.055
DISABILITIES = ("visual", "hearing", "speech", "limb", "intellectual", "mental")
GUESSED = Fraction(3, 5)  # where the authority published no rate
CONTRACT = {
    "zh": {"title": "演示数据：家庭医生签约", "clauses": [{"no": "1", "title": "纸质签约", "text": "平台启用前以纸质签订，原件由机构保管。内容为演示虚构。"}]},
    "en": {"title": "Demo data: family-doctor contract", "clauses": [{"no": "1", "title": "Signed on paper", "text": "Signed on paper before the platform was used; the institution keeps the original. Invented for the demo."}]},
}  # fmt: skip


class Person:
    """A resident as far as later makers ask."""

    __slots__ = (
        "age",
        "born_on",
        "home",
        "id",
        "identity_masked",
        "insured",
        "is_disabled_elder",
        "keeper",
        "name",
        "sex",
    )

    def __init__(self, pk: int, home: "Home", keeper: House) -> None:
        self.id = pk
        self.home = home
        self.keeper = keeper


class Home:
    """A household's place."""

    __slots__ = ("id", "lat", "lon", "township")

    def __init__(self, pk: int, township: Township, lon: float, lat: float) -> None:
        self.id, self.township, self.lon, self.lat = pk, township, lon, lat


def make_people(county: County) -> list[Person]:
    """Everybody, written; the elders come first."""
    plan = county.plan
    published = (plan.rates.elders_contracted, plan.rates.integrated, plan.rates.managed)
    shares = [share for share in published if share is not None]
    guess = max(1, round(plan.people * plan.place.elder_share))
    elders = best_size(guess, shares, guess // 10) if shares else guess
    homes = _homes(county)
    keepers = {house.township: house for house in county.houses if house.level is None}
    people = [
        Person(pk, home, keepers[home.township.zh])
        for pk, home in zip(bulk.draw_ids(Resident, plan.people), homes, strict=True)
    ]
    chosen = set(plan.rng.sample(range(plan.people), elders))
    people = [person for i, person in enumerate(people) if i in chosen] + [
        person for i, person in enumerate(people) if i not in chosen
    ]
    _residents(plan, people, elders)
    _links(plan, people)
    county.counts |= {
        "residents": len(people),
        "elders": elders,
        "households": len({person.home.id for person in people}),
    }
    _contracts(county, people, elders)
    _contacts(county, people[:elders])
    return people


def _homes(county: County) -> list[Home]:
    """A home for each person, several sharing one; scattered around the centres of the townships."""
    plan, rng = county.plan, county.plan.rng
    weights = [rng.randint(60, 140) for _ in plan.place.townships]
    homes: list[Home] = []
    rows: list[dict[str, Any]] = []
    for township, residents in zip(plan.place.townships, spread_evenly(plan.people, weights), strict=True):
        left = residents
        while left:
            size = min(left, rng.choice(HOME_SIZES))
            home = Home(0, township, round(township.lon + _scatter(rng), 6), round(township.lat + _scatter(rng), 6))
            homes += [home] * size
            left -= size
    different = list(dict.fromkeys(homes))
    for home, pk in zip(different, bulk.draw_ids(Household, len(different)), strict=True):
        home.id = pk
        text = names.address(rng, plan.place.zh, home.township.zh)
        rows.append(
            {
                "id": pk, "jurisdiction": plan.place.code, "township": home.township.zh, "address_enc": crypto.seal(text, "registry.household.address"),
                "address_masked": masking.address(text), "lon": home.lon, "lat": home.lat, "floor": rng.randint(1, 18), "has_lift": rng.random() < 0.5,
            }
        )  # fmt: skip
    bulk.load(Household, rows)
    return homes


def _scatter(rng: Random) -> float:
    return max(-MOST_DEG, min(MOST_DEG, rng.gauss(0, SPREAD_DEG)))


def _residents(plan: Plan, people: list[Person], elders: int) -> None:
    rng, used = plan.rng, {}
    speaks = SPEAKS.get(plan.place.code[3:5], ["普通话"])
    rows = []
    for serial, person in enumerate(people):
        person.sex = "1" if rng.random() < 0.49 else "2"
        while True:
            person.born_on = _birthday(rng, plan.on, is_elder=serial < elders)
            order = used.get((person.born_on, person.sex), 0)
            if order < 500:
                break
        used[person.born_on, person.sex] = order + 1
        person.age = (plan.on - person.born_on).days // 365
        person.name = names.person(rng)
        identity = synthetic.synthetic_id(
            order, person.born_on, Sex.MALE if person.sex == "1" else Sex.FEMALE, plan.place.code
        )
        person.identity_masked = masking.resident_id(identity)
        person.is_disabled_elder = serial < elders and rng.random() < 0.08
        person.insured = _insured(rng, person.age)
        is_disabled = rng.random() < (0.12 if serial < elders else 0.02)
        row: dict[str, Any] = {
            "id": person.id, "name": person.name, "pinyin": names.pinyin(person.name), "pinyin_initials": names.initials(person.name), "sex": person.sex,
            "born_on": person.born_on, "identity_enc": crypto.seal(identity, "registry.resident.identity"),
            "identity_hash": crypto.search_hash(identity, "registry.resident.identity"), "identity_masked": person.identity_masked,
            "jurisdiction": plan.place.code, "household_id": person.home.id, "insured_class": person.insured, "is_infectious": False, "is_aggressive": False,
            "disability_kind": rng.choice(DISABILITIES) if is_disabled else "", "disability_grade": rng.randint(1, 4) if is_disabled else None,
            "is_disabled_elder": person.is_disabled_elder, "preferred_sex": "2" if person.sex == "2" and rng.random() < 0.1 else "", "speaks": speaks,
            "is_synthetic": True, "created_at": plan.at,
        }  # fmt: skip
        if rng.random() > 0.04:
            number = phones.synthetic(serial)
            row |= {
                "phone_enc": crypto.seal(number, "registry.resident.phone"), "phone_hash": crypto.search_hash(number, "registry.resident.phone"),
                "phone_masked": masking.phone(number),
            }  # fmt: skip
        rows.append(row)
    bulk.load(Resident, rows)


def _birthday(rng: Random, on: date, *, is_elder: bool) -> date:
    """Nobody turns 65 within half a year, so that a rate of elders holds on the days around."""
    if is_elder:
        years = min(38.0, rng.expovariate(1 / 8.0))
        return on - timedelta(days=int(365.25 * (ELDER + 0.5 + years)))
    return on - timedelta(days=int(365.25 * rng.triangular(0.1, ELDER - 0.6, 33)))


def _insured(rng: Random, age: int) -> str:
    chance = rng.random()
    if chance < 0.04:
        return "none"
    return "employee" if chance < (0.55 if 22 <= age < 60 else 0.35 if age >= 60 else 0.04) else "resident"


def _links(plan: Plan, people: list[Person]) -> None:
    since = plan.on - timedelta(days=400)
    bulk.load(
        ResidentLink,
        [
            {
                "organisation_id": p.keeper.id,
                "resident_id": p.id,
                "kind": ResidentLink.Kind.RECORD_KEEPER,
                "since_on": since,
            }
            for p in people
        ],
    )


def _contracts(county: County, people: list[Person], elders: int) -> None:
    """Family-doctor contracts: the elders' rate and the whole rate both come out as published."""
    plan = county.plan
    whole = plan.rates.contracted or GUESSED
    old = counted(elders, plan.rates.elders_contracted or max(whole, Fraction(3, 4)))
    young = max(0, counted(len(people), whole) - old)
    signed = plan.rng.sample(people[:elders], old) + plan.rng.sample(people[elders:], min(young, len(people) - elders))
    start = date(plan.on.year, 1, 1)
    template = refuse_if(editions.current().lookup("agreement:family_doctor", jurisdiction=plan.place.code, on=plan.on))
    text = CONTRACT | {
        "fields": {"item_codes": [], "synthetic": True},
        "template": {"key": template.key, "edition": template.edition, "jurisdiction": template.jurisdiction, "evidence": template.evidence.value},
    }  # fmt: skip
    sealed = sm3(canonical(text))
    rows = [
        {
            "organisation_id": person.keeper.id, "kind": Agreement.Kind.FAMILY_DOCTOR, "resident_id": person.id, "template_key": template.key,
            "template_edition": template.edition, "text": text, "text_sm3": sealed, "valid_from": start,
            "valid_until": date(plan.on.year + 1, 1, 1), "created_at": start_of(start), "signed_at": start_of(start),
        }
        for person in signed
    ]  # fmt: skip
    county.counts["contracts"] = bulk.load(Agreement, rows)


def _contacts(county: County, elders: list[Person]) -> None:
    plan, rows = county.plan, []
    days = max(1, (plan.on - date(plan.on.year, 1, 1)).days)
    for kind, share in (
        ("integrated_care", plan.rates.integrated),
        ("health_management", plan.rates.managed),
        ("home_round", None),
    ):
        served = counted(len(elders), share or (Fraction(1, 20) if kind == "home_round" else GUESSED))
        rows += [
            {
                "organisation_id": p.keeper.id,
                "resident_id": p.id,
                "kind": kind,
                "on": plan.on - timedelta(days=plan.rng.randint(1, days)),
            }
            for p in plan.rng.sample(elders, served)
        ]
    county.counts["contacts"] = bulk.load(Contact, rows)
