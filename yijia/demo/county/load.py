"""The county as it stands in the database, for the day that follows its making."""

from collections.abc import Mapping
from random import Random

from yijia.apps.catalogue.models import OfferedItem, ServiceArea
from yijia.apps.registry.models import Credential, Organisation, Proxy, Resident, ResidentLink, Staff
from yijia.base.clock import business_date
from yijia.base.models import Deployment, RoleGrant
from yijia.demo.county.plan import Client, County, House, Member, Plan
from yijia.demo.places import read_place, read_rates


def load_county(deployment: Deployment) -> County:
    """Read back who there is; the random stream is one of its own, by the same seed."""
    on = business_date(deployment.created_at)
    region, people = deployment.jurisdiction, int(deployment.facts["people"])
    plan = Plan(
        place=read_place(region, on), rates=read_rates(region, on), people=people, seed=deployment.seed or 0, at=deployment.created_at, on=on,
        accounts=0, visits=0, history_days=0, rng=Random(f"{region}/{people}/{deployment.seed}/day"),
    )  # fmt: skip
    county = County(plan, counts=dict(deployment.facts["counts"]))
    wide = (
        RoleGrant.objects.filter(
            role__in=[
                "clerk",
                "agency_clerk",
                "assessor",
                "expert",
                "federation",
                "regulator",
                "auditor",
                "admin",
                "resident",
            ]
        )
        .select_related("user")
        .order_by("user_id")
    )
    county.officials = {grant.user.username: grant.user_id for grant in wide}
    county.houses = _houses()
    county.troubles = list(deployment.facts.get("troubles", ()))
    _clients(county, {house.id: house for house in county.houses})
    return county


def _houses() -> list[House]:
    heads: dict[tuple[int | None, str], int] = {
        (grant.organisation_id, grant.role): grant.user_id
        for grant in RoleGrant.objects.filter(role__in=["manager", "dispatcher"])
    }
    radius = {area.organisation_id: float(area.radius_km) for area in ServiceArea.objects.all()}
    houses = {
        row.pk: House(
            id=row.pk, name=row.name, township=row.township, lon=row.lon, lat=row.lat, level=row.level, radius_km=radius[row.pk],
            manager=heads[row.pk, "manager"], dispatcher=heads[row.pk, "dispatcher"],
        )
        for row in Organisation.objects.filter(pk__in=radius).order_by("id")
    }  # fmt: skip
    for item in OfferedItem.objects.filter(state="published").order_by("item_code"):
        houses[item.organisation_id].items += (item.item_code,)
    special = Credential.objects.filter(kind__in=["specialty", "maternal", "tcm"]).values_list("staff_id", "kind")
    trainings: dict[int, set[str]] = {}
    for staff_id, kind in special:
        trainings.setdefault(staff_id, set()).add(kind)
    for row in Staff.objects.filter(user__isnull=False).order_by("id"):
        member = Member(row.pk, row.user_id, row.name, row.profession, row.title, frozenset(trainings.get(row.pk, ())))
        houses[row.organisation_id].staff.append(member)
    return list(houses.values())


def _clients(county: County, houses: Mapping[int, House]) -> None:
    """Those with an ORDER link and somebody who acts for them, in the order in which their accounts were made."""
    serving = dict(
        ResidentLink.objects.filter(kind="order").order_by("-id").values_list("resident_id", "organisation_id")
    )
    keepers = dict(
        ResidentLink.objects.filter(kind="record_keeper", resident_id__in=serving).values_list(
            "resident_id", "organisation_id"
        )
    )
    people = {row.pk: row for row in Resident.objects.filter(pk__in=serving).select_related("household")}
    proxies = {row.resident_id: row for row in Proxy.objects.order_by("-id")}
    own = dict(RoleGrant.objects.filter(role="resident").order_by("-id").values_list("resident_id", "user_id"))
    found = []
    for pk, organisation_id in serving.items():
        person, proxy = people[pk], proxies.get(pk)
        user = proxy.user_id if proxy else own.get(pk)
        if user is None:
            continue
        home = person.household
        found.append(
            Client(
                id=pk, name=person.name, household_id=home.pk, lon=home.lon, lat=home.lat, house=houses[organisation_id],
                keeper=houses[keepers[pk]], user_id=user, is_family=proxy is not None, signer=proxy.name if proxy else person.name,
                relation=proxy.relation if proxy else "", insured_class=person.insured_class, is_disabled_elder=person.is_disabled_elder,
                identity_masked=person.identity_masked,
            )
        )  # fmt: skip
    county.clients = sorted(found, key=lambda client: client.user_id)
