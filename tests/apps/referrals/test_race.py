"""Two people at the same instant over one referral: one takes the person, the other hears who was first."""

from collections.abc import Callable
from typing import Any

from tests.cast import NOW, Cast
from tests.factories import referrals
from yijia.apps.referrals import actions
from yijia.apps.referrals.models import Referral, ReferralAnswer

Together = Callable[[int, Callable[[int], Any]], list[Any]]


def test_two_institutions_accept_one_referral(town: Cast, together: Together) -> None:  # REF-04
    third = referrals.third_house(town)
    referral = referrals.offered(town, asked=[town.hill, third])
    actions.offer_place(referral_id=referral.pk, place="3 床", starts_at=NOW, by=town.actors["third_doctor"], at=NOW)
    parts = ("hill_doctor", "third_doctor")
    found = together(2, lambda n: actions.accept_referral(referral_id=referral.pk, by=town.actors[parts[n]], at=NOW))
    assert [one for one in found if isinstance(one, str)] == ["referrals.taken"]
    assert Referral.objects.get().taker_id in (town.hill.pk, third.pk)
    assert sorted(ReferralAnswer.objects.values_list("answer", flat=True)) == ["accepted", "released"]


def test_two_people_of_one_institution_accept_it(town: Cast, together: Together) -> None:  # REF-04
    referral = referrals.offered(town)
    referrals.doctor_at(town, town.hill, "other_hill_doctor", 79)
    parts = ("hill_doctor", "other_hill_doctor")
    found = together(2, lambda n: actions.accept_referral(referral_id=referral.pk, by=town.actors[parts[n]], at=NOW))
    assert len([one for one in found if isinstance(one, str) and one.startswith("referrals.")]) == 1
    assert ReferralAnswer.objects.get().answer == "accepted"
