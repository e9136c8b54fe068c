"""The demo's care home is lived in, and its day leaves something to do."""

from datetime import time, timedelta

from yijia.apps.homes import queries
from yijia.apps.homes.models import Bed, BedStay, Dose, Placement
from yijia.apps.referrals.models import Referral
from yijia.apps.registry.models import ResidentLink
from yijia.base import accounts
from yijia.base.models import User
from yijia.core.calendar import at_local
from yijia.demo.cooperations import agree
from yijia.demo.county import County
from yijia.demo.day import DAY, EVE
from yijia.demo.homes import PLACED, keep_house

EVENING = at_local(DAY, time(19, 50))


def test_thirty_beds_are_taken_and_the_day_leaves_something_to_do(county: County) -> None:
    assert Placement.objects.count() == BedStay.objects.count() == PLACED == county.counts["placed"]
    assert Bed.objects.count() == 40
    assert ResidentLink.objects.filter(kind="home").count() == PLACED
    assert {row.resident.household_id for row in Placement.objects.select_related("resident")} == {
        Placement.objects.first().household_id
    }
    agree(county, EVE + timedelta(hours=33, minutes=30))
    keeper = accounts.actor_for(User.objects.get(username="carehome"), EVENING)
    assert keep_house(county, EVENING) == Dose.objects.count() > 20
    assert set(Dose.objects.values_list("outcome", flat=True)) == {"given", "refused", "held"}
    away = Placement.objects.filter(state="away").order_by("pk")
    assert [row.away_reason for row in away] == ["family", "hospital"]
    assert away[0].back_on < DAY
    assert Referral.objects.filter(organisation__in=keeper.organisation_ids, state="requested").count() == 1
    assert len(queries.gate_of_day(keeper, DAY)) == 1
    [account] = queries.accounts_of(keeper, DAY)
    assert [window.verdict for window in account.windows] == [True, False, None]


def test_the_relative_of_the_demo_follows_an_elder_there(county: County) -> None:
    family = accounts.actor_for(User.objects.get(username="family"), EVENING)
    assert len(queries.living_in_homes(family)) == 1
    assert len(family.resident_ids) == 2
