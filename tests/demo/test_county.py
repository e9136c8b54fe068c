"""The county is invented, whole, and shows the published rates."""

from datetime import date
from fractions import Fraction

import pytest

from tests.demo.conftest import EVE_ON, PEOPLE, REGION
from yijia.apps.catalogue.models import OfferedItem
from yijia.apps.measures import queries as measures
from yijia.apps.money.queries.integrity import verify_for_system
from yijia.apps.registry.models import Organisation, Proxy, Resident, Staff
from yijia.base import crypto
from yijia.base.models import RoleGrant
from yijia.core.people import phone, synthetic
from yijia.core.permissions import Actor, Role
from yijia.demo import numbers
from yijia.demo.county import County, NotEmpty, make_county
from yijia.demo.day import EVE
from yijia.demo.places import REGIONS, NoSuchRegion, read_place

WATCHER = Actor(user_id=None, role=Role.REGULATOR, jurisdiction=REGION)


def figure(measure_id: str) -> Fraction:
    (found,) = measures.compute_all([measures.get_measure(measure_id, EVE_ON)], WATCHER, EVE_ON)
    assert found.denominator
    return Fraction(found.numerator, found.denominator)


@pytest.mark.parametrize(
    ("measure_id", "published"),
    [
        ("contract_rate", "0.5839"),
        ("elder_integrated_care_rate", "0.4389"),
        ("online_training_rate", "0.9784"),
    ],
)
def test_the_published_rates_come_out_to_the_last_figure(county: County, measure_id: str, published: str) -> None:
    assert abs(figure(measure_id) - Fraction(published)) < Fraction(1, 4000)


def test_nobody_exists(county: County) -> None:
    people = list(Resident.objects.order_by("id")[:300])
    assert Resident.objects.count() == PEOPLE
    assert all(person.is_synthetic and person.name[1] in "测演" for person in people)
    for person in people:
        assert synthetic.is_synthetic(crypto.unseal(person.identity_enc, "registry.resident.identity"))
        if person.phone_enc:
            assert phone.is_synthetic(crypto.unseal(person.phone_enc, "registry.resident.phone"))
    assert all(house.code.startswith("99") and house.name.startswith("演示·") for house in Organisation.objects.all())


def test_there_are_enough_of_everything(county: County) -> None:
    assert Staff.objects.filter(profession="nurse").count() >= 60
    assert Organisation.objects.count() == 37
    assert OfferedItem.objects.filter(state="published").values("item_code").distinct().count() == 43
    assert {grant.role for grant in RoleGrant.objects.all()} == set(Role)
    assert Proxy.objects.exists()


def test_the_ledger_of_the_history_holds(county: County) -> None:
    report = verify_for_system()
    assert report.counts["settlement"] > 30
    assert report.faults == ()


def test_a_county_is_made_in_an_empty_database_only(county: County) -> None:
    with pytest.raises(NotEmpty):
        make_county(REGION, PEOPLE, 1, EVE)


@pytest.mark.parametrize("region", REGIONS)
def test_each_region_says_where_homes_may_stand(region: str) -> None:
    place = read_place(region, EVE_ON)
    assert place.townships
    assert Fraction(1, 50) < place.elder_share < Fraction(1, 4)


def test_a_region_without_townships_has_no_county() -> None:
    with pytest.raises(NoSuchRegion):
        read_place("CN-440000", date(2025, 6, 16))


@pytest.mark.parametrize("size", [10, 700, 20_000])
def test_numbers_are_apportioned_and_not_drawn(size: int) -> None:
    share = Fraction("0.4389")
    best = numbers.best_size(size, [share], max(1, size // 10))
    wanted = Fraction(numbers.counted(best, share), best)
    assert abs(wanted - share) <= abs(Fraction(numbers.counted(size, share), size) - share)
    assert sum(numbers.spread_evenly(size, [3, 1, 2])) == size
