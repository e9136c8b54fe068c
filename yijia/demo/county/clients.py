"""Elders who order visits, the relatives who act for them, and the officials of the county."""

from datetime import time
from random import Random
from typing import Any

from yijia.apps.registry.models import Proxy, ResidentLink
from yijia.base import crypto
from yijia.core.calendar import at_local
from yijia.core.catalogue.area import distance_km
from yijia.core.people import masking
from yijia.core.people import phone as phones
from yijia.demo import bulk, names
from yijia.demo.county.accounts import Accounts
from yijia.demo.county.people import Person
from yijia.demo.county.plan import Client, County, House

FAMILY_PHONES = 95_000_000
SCOPE = ["order", "sign", "bill", "confirm", "record"]
RELATIONS = ("女", "子", "儿媳", "女婿", "孙女", "配偶")
MAIN_SHARE = 0.2  # of the clients, at the institution of the demo's own log-ins
NEAR = 0.9  # of an institution's radius: a home at the very edge is refused now and then


def make_clients(county: County, accounts: Accounts, elders: list[Person]) -> None:
    """Choose the clients and give each an acting account; the first one is the demo's resident and family."""
    plan, rng = county.plan, county.plan.rng
    main = [person for person in elders if _away(county.houses[0], person) < county.houses[0].radius_km * NEAR]
    others = [person for person in elders if person.home.township.zh != county.houses[0].township]
    wanted_main = min(len(main), max(1, int(plan.accounts * MAIN_SHARE)))
    chosen = rng.sample(main, wanted_main)
    taken = {person.id for person in chosen}
    rest = [person for person in others if person.id not in taken]
    chosen += rng.sample(rest, min(len(rest), plan.accounts - wanted_main))
    chosen[:wanted_main] = sorted(
        chosen[:wanted_main], key=lambda person: person.is_disabled_elder
    )  # the demo's own elder has a plain case
    proxies: list[dict[str, Any]] = []
    for serial, person in enumerate(chosen):
        house = county.houses[0] if serial < wanted_main else _house(county, person)
        county.clients.append(_client(county, accounts, serial, person, house, proxies))
    county.counts["proxies"] = bulk.load(Proxy, proxies)
    since = plan.on
    bulk.load(
        ResidentLink,
        [
            {"organisation_id": c.house.id, "resident_id": c.id, "kind": ResidentLink.Kind.ORDER, "since_on": since}
            for c in county.clients
        ],
    )


def _away(house: House, person: Person) -> float:
    return float(distance_km(house.lon, house.lat, person.home.lon, person.home.lat))


def _house(county: County, person: Person) -> House:
    """A hospital nearby for one in three, else the health centre of the township."""
    near = [house for house in county.houses if house.level and _away(house, person) < house.radius_km * NEAR]
    if near and county.plan.rng.random() < 0.34:
        return near[0]
    return person.keeper


def _client(
    county: County, accounts: Accounts, serial: int, person: Person, house: House, proxies: list[dict[str, Any]]
) -> Client:
    plan, rng = county.plan, county.plan.rng
    is_family = serial == 0 or rng.random() < 0.7
    relation = rng.choice(RELATIONS)
    if is_family:
        name = names.person(rng)
        user = accounts.add("family" if serial == 0 else f"family{serial:04d}", name)
        accounts.grant(user, "family", resident_id=person.id, scope=SCOPE)
        number, since = phones.synthetic(FAMILY_PHONES + serial), plan.on.replace(month=1, day=1)
        proxies.append(
            {
                "resident_id": person.id, "user_id": user, "kind": Proxy.Kind.PROXY, "relation": relation, "name": name, "scope": SCOPE,
                "phone_enc": crypto.seal(number, "registry.proxy.phone"), "phone_hash": crypto.search_hash(number, "registry.resident.phone"),
                "phone_masked": masking.phone(number), "valid_from": since, "granted_at": at_local(since, time(9, 0)), "granted_by_id": None,
            }
        )  # fmt: skip
    else:
        name, user = person.name, accounts.add(f"elder{serial:04d}", person.name)
        accounts.grant(user, "resident", resident_id=person.id)
    if serial == 0:
        own = accounts.add("resident", person.name)
        accounts.grant(own, "resident", resident_id=person.id)
        county.officials["resident"] = own
    return Client(
        id=person.id, name=person.name, household_id=person.home.id, lon=person.home.lon, lat=person.home.lat, house=house, keeper=person.keeper, user_id=user,
        is_family=is_family, signer=name, relation=relation if is_family else "", insured_class=person.insured,
        is_disabled_elder=person.is_disabled_elder, identity_masked=person.identity_masked,
    )  # fmt: skip


def make_officials(county: County, accounts: Accounts) -> None:
    """The desk, the regulator, the auditor, the administrator; managers and dispatchers of each institution."""
    for role, count in (("clerk", 3), ("agency_clerk", 1), ("regulator", 1), ("auditor", 1), ("admin", 1)):
        for index in range(count):
            user = accounts.add(role if index == 0 else f"{role}{index + 1}", names.person(county.plan.rng))
            accounts.grant(user, role)
            county.officials[role if index == 0 else f"{role}{index + 1}"] = user
    rng = Random(
        f"{county.plan.place.code}/{county.plan.seed}/gradings"
    )  # of its own: the rest of the county stays as it was
    for role, count in (("assessor", 4), ("expert", 3), ("federation", 1)):
        for index in range(count):
            name = role if index == 0 else f"{role}{index + 1}"
            county.officials[name] = accounts.add(name, names.person(rng))
            accounts.grant(county.officials[name], role)
    for house in county.houses:
        accounts.grant(house.manager, "manager", organisation_id=house.id)
        accounts.grant(house.dispatcher, "dispatcher", organisation_id=house.id)
