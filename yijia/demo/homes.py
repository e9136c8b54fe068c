"""The demo's care home: thirty elders in their beds with their medicines, and what happens there on the day."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from yijia.apps.homes import actions, jobs, queries
from yijia.apps.homes.models import Bed, BedStay, Dose, Medicine, Placement, PlacementEvent
from yijia.apps.referrals import actions as referrals
from yijia.apps.registry.models import Household, Organisation, Proxy, Resident, ResidentLink
from yijia.apps.registry.queries.residents import ADDRESS, IDENTITY
from yijia.apps.visits.models import Visit
from yijia.base import accounts, crypto
from yijia.base.models import RoleGrant, User
from yijia.core.calendar import at_local, local
from yijia.core.catalogue.area import distance_km
from yijia.core.people import masking
from yijia.core.people import phone as phones
from yijia.core.permissions import Actor
from yijia.demo import bulk
from yijia.demo.county.accounts import hashed
from yijia.demo.county.clients import SCOPE
from yijia.demo.county.people import Person
from yijia.demo.county.plan import County

HOME, HOME_EN, KEEPER = "演示·晴川养老院", "Demo · Clearwater Care Home", "carehome"
_NAMES = UUID("6b0c2f7e-0b56-4f5c-8f0a-3d2f6f9f7a10")
_SERIAL = 9_900_001  # beyond every institution the county makes
FAMILY_PHONE = 96_000_000
PLACED, GUESTS = 28, 2  # in the beds from the start; those of the day's own clients who live there too
OLD = 70
BUILDINGS, ROOMS, BEDS = ("A 栋", "B 栋"), 5, 4
LEVELS = ("assisted", "dependent", "self", "assisted")
MEDICINES: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("苯磺酸氨氯地平片", "5 mg（1 片）", "口服", ("08:00",), "门诊处方"),
    ("盐酸二甲双胍片", "0.5 g（1 片）", "口服", ("08:00", "17:30"), "门诊处方"),
    ("阿司匹林肠溶片", "100 mg（1 片）", "口服", ("08:00",), "出院带药"),
    ("阿托伐他汀钙片", "20 mg（1 片）", "口服", ("20:00",), "出院带药"),
    ("多奈哌齐片", "5 mg（1 片）", "口服", ("20:00",), "转诊摘要"),
    ("玻璃酸钠滴眼液", "1 滴", "滴眼", ("08:00", "12:00", "17:30"), "门诊处方"),
)
SAID = {2: ("refused", "说胃不舒服，不肯吃"), 5: ("held", "血压 96/58，已问医生，停一次")}
"""What was not given today, by the order in which it is written."""


def settle(county: County, people: Iterable[Person]) -> None:
    """The home, its manager, its beds, and those who live there: the oldest who order no visits, the nearest of them first."""
    house, keeper = _home(county)
    ordering = {client.id for client in county.clients}
    rest = [person for person in people if person.id not in ordering]
    rest.sort(key=lambda person: (-min(person.age, OLD), _far(house, person), person.id))
    chosen = rest[:PLACED]
    beds = _beds(house, county)
    address = Household.objects.create(
        jurisdiction=house.jurisdiction, township=house.township, address_enc=crypto.seal(HOME, ADDRESS),
        address_masked=masking.address(HOME), lon=house.lon, lat=house.lat,
    )  # fmt: skip
    _place(county, house, keeper, chosen, beds, address)
    if chosen and county.clients:
        _family(county, chosen[0])
    county.counts["placed"] = len(chosen)


def _far(house: Organisation, person: Person) -> float:
    return float(distance_km(house.lon, house.lat, person.home.lon, person.home.lat))


def _home(county: County) -> tuple[Organisation, int]:
    place, main = county.plan.place, county.houses[0]
    made = Organisation.objects.create(
        code=f"99{int(place.code[3:]):06d}{_SERIAL:010d}", name=HOME, name_en=HOME_EN, pinyin_initials="QCYLY", jurisdiction=place.code,
        township=main.township, kind=Organisation.Kind.CARE_HOME, licence_no="演示-养老-0001",
        licence_valid_until=date(county.plan.on.year + 2, 12, 31), lon=main.lon + 0.006, lat=main.lat + 0.004,
        phone=phones.synthetic(_SERIAL), is_public=False, is_synthetic=True,
    )  # fmt: skip
    keeper = User.objects.create(username=KEEPER, display_name="演示养老院院长", password=hashed())
    RoleGrant.objects.create(
        user=keeper, role="home_manager", jurisdiction=place.code, organisation_id=made.pk,
        valid_from=county.plan.on - timedelta(days=400),
    )  # fmt: skip
    return made, keeper.pk


def _beds(house: Organisation, county: County) -> list[int]:
    """Ids of the beds, room by room."""
    named = [
        (building, str(floor * 100 + room), str(number))
        for building in BUILDINGS
        for floor in (1,)
        for room in range(1, ROOMS + 1)
        for number in range(1, BEDS + 1)
    ]
    ids = bulk.draw_ids(Bed, len(named))
    rows = [
        {"id": pk, "organisation_id": house.pk, "building": building, "room": room, "number": number, "added_at": county.plan.at - timedelta(days=390)}
        for pk, (building, room, number) in zip(ids, named, strict=True)
    ]  # fmt: skip
    bulk.load(Bed, rows)
    return ids


def _place(
    county: County, house: Organisation, keeper: int, people: list[Person], beds: list[int], address: Household
) -> None:
    plan, own = county.plan, {"organisation_id": house.pk}
    ids = bulk.draw_ids(Placement, len(people))
    placements, stays, steps, links, lines = [], [], [], [], []
    for serial, (pk, person, bed) in enumerate(zip(ids, people, _spread(beds), strict=False)):
        since = plan.on - timedelta(days=40 + serial * 11)
        at = at_local(since, time(10, 0))
        level = LEVELS[serial % len(LEVELS)]
        placements.append(
            {
                **own, "id": pk, "client_id": uuid5(_NAMES, f"{plan.place.code}/{plan.seed}/{serial}"), "resident_id": person.id, "state_at": at,
                "care_level": level, "from_on": since, "household_id": address.pk, "household_before_id": person.home.id, "created_at": at,
                "created_by_id": keeper,
            }
        )  # fmt: skip
        stays.append({**own, "placement_id": pk, "bed_id": bed, "from_on": since})
        steps.append(
            {**own, "placement_id": pk, "event": "admit", "to_state": "living", "facts": {"care_level": level}, "at": at, "by_id": keeper}
        )  # fmt: skip
        links.append({**own, "resident_id": person.id, "kind": ResidentLink.Kind.HOME, "since_on": since})
        for name, dose, route, times, source in _medicines_of(serial):
            lines.append(
                {
                    **own, "placement_id": pk, "name": name, "dose": dose, "route": route, "times": list(times), "prescriber": f"{county.houses[0].name}医生",
                    "source": source, "from_on": since, "entered_at": at, "entered_by_id": keeper,
                }
            )  # fmt: skip
    for model, rows in (
        (Placement, placements),
        (BedStay, stays),
        (PlacementEvent, steps),
        (ResidentLink, links),
        (Medicine, lines),
    ):
        bulk.load(model, rows)
    Resident.objects.filter(pk__in=[person.id for person in people]).update(household=address)


def _spread(beds: list[int]) -> Iterator[int]:
    """Three of each four beds first, so that rooms have a free one."""
    yield from (bed for index, bed in enumerate(beds) if index % 4 != 3)
    yield from (bed for index, bed in enumerate(beds) if index % 4 == 3)


def _medicines_of(serial: int) -> list[tuple[str, str, str, tuple[str, ...], str]]:
    return [MEDICINES[(serial + step) % len(MEDICINES)] for step in range(serial % 3)]


def _family(county: County, person: Person) -> None:
    """The demo's relative has an elder in the home as well."""
    user_id, number = county.clients[0].user_id, phones.synthetic(FAMILY_PHONE)
    Proxy.objects.create(
        resident_id=person.id, user_id=user_id, kind=Proxy.Kind.PROXY, relation="孙女", name=county.clients[0].signer, scope=SCOPE,
        phone_enc=crypto.seal(number, "registry.proxy.phone"), phone_hash=crypto.search_hash(number, "registry.resident.phone"),
        phone_masked=masking.phone(number), valid_from=county.plan.on.replace(month=1, day=1), granted_at=county.plan.at,
    )  # fmt: skip
    RoleGrant.objects.create(
        user_id=user_id, role="family", jurisdiction=county.plan.place.code, resident_id=person.id, scope=SCOPE,
        valid_from=county.plan.on - timedelta(days=400),
    )  # fmt: skip


def keep_house(county: County, at: datetime) -> int:
    """The day at the home until an instant, through the real actions; how many doses are written down."""
    keeper = _keeper(at)
    _guests(county, keeper, at)
    here = list(Placement.objects.filter(organisation__in=keeper.organisation_ids, state="living").order_by("pk"))
    _steps(county, here, keeper, at)
    written = _doses(keeper, at)
    jobs.count_rounds(at)
    return written


def _keeper(at: datetime) -> Actor:
    return accounts.actor_for(User.objects.get(username=KEEPER), at)


def _guests(county: County, keeper: Actor, at: datetime) -> None:
    """Two of those whom somebody visited today live in the home; one of the visits is in the log at the door."""
    today = local(at).date()
    visits = Visit.objects.filter(
        organisation_id=county.houses[0].id, arrived_at__isnull=False, planned_from__gte=at_local(today, time(0, 0)),
        finished_at__isnull=False, resident__died_on__isnull=True,
    )  # fmt: skip
    visits = visits.exclude(resident__in=Placement.objects.values("resident"))
    shown: dict[int, Visit] = {}
    for visit in visits.select_related("resident").order_by("planned_from", "pk"):
        shown.setdefault(visit.resident_id, visit)
    free = (bed for bed in queries.beds_of(keeper) if not bed.taken)
    early = at_local(today - timedelta(days=20), time(10, 0))
    for visit, bed in zip(list(shown.values())[:GUESTS], free, strict=False):
        number = crypto.unseal(visit.resident.identity_enc, IDENTITY)
        key = uuid5(_NAMES, f"{county.plan.place.code}/{county.plan.seed}/guest/{visit.resident_id}")
        actions.admit_resident(
            client_id=key, bed_id=bed.pk, care_level="assisted", identity=number, by=keeper, at=early
        )
        assert visit.arrived_at is not None
        assert visit.finished_at is not None
        entry = actions.sign_in_visitor(visit_id=visit.pk, by=keeper, at=visit.arrived_at)
        actions.sign_out_visitor(entry_id=entry.pk, by=keeper, at=visit.finished_at)


def _steps(county: County, here: list[Placement], keeper: Actor, at: datetime) -> None:
    """One is with the family longer than told, one in hospital; somebody is at the door; a referral waits for its answer."""
    if len(here) < 4:
        return
    past = at - timedelta(days=4)
    actions.go_away(
        placement_id=here[1].pk, reason="family", to="女儿家", back_on=local(past).date() + timedelta(days=2), by=keeper, at=past
    )  # fmt: skip
    actions.go_away(placement_id=here[2].pk, reason="hospital", to=county.houses[0].name, by=keeper, at=past)
    actions.sign_in_visitor(
        visitor="演示送药员", house="演示药房", purpose="送药", by=keeper, at=at - timedelta(minutes=15)
    )
    referrals.request_referral(
        client_id=uuid5(_NAMES, f"{county.plan.place.code}/{county.plan.seed}/referral"), resident_id=here[3].resident_id, direction="up", urgency="urgent",
        wants="bed", asked=[county.houses[0].id], reason="发热两天，咳嗽加重", conditions=["肺炎待查"], by=keeper, at=at - timedelta(minutes=20),
    )  # fmt: skip


def _doses(keeper: Actor, at: datetime) -> int:
    """Yesterday's and today's doses until now, all but a few; one refused, one held."""
    today, rows = local(at).date(), []
    for on in (today - timedelta(days=1), today):
        for serial, line in enumerate(queries.medicines_of_day(keeper, on)):
            for slot in line.times:
                moment = at_local(on, time.fromisoformat(slot)) + timedelta(minutes=serial % 17)
                if (
                    moment > at
                    or line.placement.state == "away"
                    or (on == today and slot == "17:30" and serial % 5 == 0)
                ):
                    continue
                outcome, note = SAID.get(sum(row["on"] == today for row in rows) if on == today else 0, ("given", ""))
                rows.append(
                    {
                        "organisation_id": line.organisation_id, "medicine_id": line.pk, "on": on, "slot": slot, "outcome": outcome, "note": note,
                        "at": moment, "by_id": keeper.user_id,
                    }
                )  # fmt: skip
    return bulk.load(Dose, rows)
