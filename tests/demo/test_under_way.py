"""What is under way in the demo stands where a visitor can go on with it: agreements, gradings, homes, rehabilitation, programmes."""

from datetime import time, timedelta

from yijia.apps.agreements.models import Breach, Cooperation
from yijia.apps.care import queries as care
from yijia.apps.care.models import Duty, Episode
from yijia.apps.cases.models import Case, Entry
from yijia.apps.homes import queries as homes
from yijia.apps.homes.models import Bed, BedStay, Dose
from yijia.apps.homes.models import Placement as HomePlacement
from yijia.apps.referrals.models import Referral
from yijia.apps.registry.models import Organisation, ResidentLink
from yijia.apps.rehab.models import Ban, EvaluationSignature, MonthlyEvaluation
from yijia.apps.rehab.models import Placement as RehabPlacement
from yijia.apps.rehab.queries import houses_listed
from yijia.base import accounts
from yijia.base.models import User
from yijia.core.calendar import at_local
from yijia.demo.cooperations import AGREEMENTS, agree
from yijia.demo.county import County
from yijia.demo.day import DAY, EVE
from yijia.demo.episodes import STORIES
from yijia.demo.gradings import grade
from yijia.demo.homes import PLACED, keep_house
from yijia.demo.rehab import rehabilitate

EVENING = at_local(DAY, time(19, 50))


# --- agreements


def test_one_runs_with_things_missed_and_one_waits_for_its_second_signature(county: County) -> None:
    assert agree(county, EVE + timedelta(hours=33, minutes=30)) == AGREEMENTS == Cooperation.objects.count()
    assert sorted(Cooperation.objects.values_list("kind", "state")) == [
        ("consortium", "in_force"), ("designation", "in_force"), ("medical_cooperation", "in_force"), ("outsourcing", "offered"),
    ]  # fmt: skip
    assert sorted(Breach.objects.values_list("duty", "fault", "state")) == [
        ("green_channel_answer", "late", "answered"), ("rounds", "short", "open"),
    ]  # fmt: skip
    assert Organisation.objects.get(kind="care_home").is_synthetic


# --- gradings


def test_one_is_assessed_one_voted_on_one_on_notice(county: County) -> None:
    assert grade(county, EVE + timedelta(hours=33)) == 3
    assert sorted(Case.objects.values_list("state", flat=True)) == ["assessing", "notice", "voting"]
    waiting = Entry.objects.get(submitted_at__isnull=True)
    assert waiting.assessor_id == county.officials["assessor"]


# --- the care home


def test_thirty_beds_are_taken_and_the_day_leaves_something_to_do(county: County) -> None:
    assert HomePlacement.objects.count() == BedStay.objects.count() == PLACED == county.counts["placed"]
    assert Bed.objects.count() == 40
    assert ResidentLink.objects.filter(kind="home").count() == PLACED
    assert {row.resident.household_id for row in HomePlacement.objects.select_related("resident")} == {
        HomePlacement.objects.first().household_id
    }
    agree(county, EVE + timedelta(hours=33, minutes=30))
    keeper = accounts.actor_for(User.objects.get(username="carehome"), EVENING)
    assert keep_house(county, EVENING) == Dose.objects.count() > 20
    assert set(Dose.objects.values_list("outcome", flat=True)) == {"given", "refused", "held"}
    away = HomePlacement.objects.filter(state="away").order_by("pk")
    assert [row.away_reason for row in away] == ["family", "hospital"]
    assert away[0].back_on < DAY
    assert Referral.objects.filter(organisation__in=keeper.organisation_ids, state="requested").count() == 1
    assert len(homes.gate_of_day(keeper, DAY)) == 1
    [account] = homes.accounts_of(keeper, DAY)
    assert [window.verdict for window in account.windows] == [True, False, None]


def test_the_relative_of_the_demo_follows_an_elder_there(county: County) -> None:
    family = accounts.actor_for(User.objects.get(username="family"), EVENING)
    assert len(homes.living_in_homes(family)) == 1
    assert len(family.resident_ids) == 2


# --- rehabilitation


def test_one_is_on_the_list_one_is_banned_and_one_waits_for_the_experts(county: County) -> None:
    at = EVE + timedelta(hours=34)
    agree(county, at - timedelta(minutes=30))
    assert rehabilitate(county, at) == 1 == RehabPlacement.objects.count() == Ban.objects.count()
    assert [row.category for row, _place in houses_listed(county.plan.place.code, at.date())] == ["limb"]
    assert set(Case.objects.filter(organisation__isnull=False).values_list("state", flat=True)) >= {
        "designated",
        "voting",
    }
    assert (MonthlyEvaluation.objects.count(), EvaluationSignature.objects.count()) == (2, 1)


# --- programmes


def test_every_story_begins_at_the_first_institution(county: County, made: County) -> None:
    begun = {story.programme for story in STORIES if story.is_begun}
    running = Episode.objects.filter(organisation_id=county.houses[0].id)
    assert made.counts["episodes"] == len(STORIES) == running.count()
    assert set(running.filter(state="active").values_list("programme", flat=True)) == begun
    assert running.filter(state="assessing").count() == sum(not story.is_begun for story in STORIES)


def test_what_is_late_is_late_only_where_nobody_came(county: County) -> None:
    late = Duty.objects.filter(state="open", due_at__lt=county.plan.at)
    assert set(late.values_list("episode__programme", flat=True)) == {"family_bed", "hospice"}
    assert late.values("episode").distinct().count() == sum(not story.is_kept for story in STORIES)
    assert Episode.objects.filter(is_worsening=True).count() == sum(story.is_worse for story in STORIES)


def test_the_doctor_finds_the_week_due(county: County) -> None:
    """The demo's doctor opens the due list and it is not empty."""
    doctor = accounts.actor_for(User.objects.get(username="doctor"), county.plan.at)
    assert care.due_duties(doctor, until=county.plan.at + timedelta(days=7))
