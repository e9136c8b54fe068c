"""What is under way in the demo stands where a visitor can go on with it: agreements, gradings, homes, rehabilitation, programmes."""

from collections import Counter
from datetime import time, timedelta

from django.db.models import Q

from tests.standing import Standing
from yijia.apps.agreements.models import Breach, Cooperation
from yijia.apps.care import queries as care
from yijia.apps.care.models import Duty, Episode, EpisodeRecord, Occupancy
from yijia.apps.cases.models import Case, Entry
from yijia.apps.homes import queries as homes
from yijia.apps.homes.models import Bed, BedStay, Dose
from yijia.apps.homes.models import Placement as HomePlacement
from yijia.apps.money.queries.integrity import verify_for_system
from yijia.apps.referrals.models import Referral
from yijia.apps.registry.models import Organisation, ResidentLink
from yijia.apps.rehab.models import Ban, EvaluationSignature, MonthlyEvaluation
from yijia.apps.rehab.models import Placement as RehabPlacement
from yijia.apps.rehab.queries import houses_listed
from yijia.base import accounts
from yijia.base.models import User
from yijia.core.calendar import at_local
from yijia.demo.alliance import HANDED_ON, hand_on
from yijia.demo.cooperations import AGREEMENTS, agree, allies
from yijia.demo.county import County
from yijia.demo.day import DAY, EVE
from yijia.demo.episodes import STORIES
from yijia.demo.gradings import grade
from yijia.demo.homes import PLACED, keep_house
from yijia.demo.rehab import rehabilitate

EVENING = at_local(DAY, time(19, 50))


# --- agreements


def test_one_runs_with_things_missed_and_one_waits_for_its_second_signature(county: County) -> None:
    allied = len(allies(county))
    assert agree(county, EVE + timedelta(hours=33, minutes=30)) == AGREEMENTS == Cooperation.objects.count() - allied
    hospice = Q(kind="consortium", terms__member_role="hospice")
    assert Cooperation.objects.filter(hospice, state="in_force").count() == allied == 2
    assert sorted(Cooperation.objects.filter(~hospice).values_list("kind", "state")) == [
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


def test_every_story_begins_and_every_state_is_there(county: County, made: Standing[County]) -> None:
    here = {one.code for one in care.programmes_of(county.plan.place.code, county.plan.on)}
    told = [story for story in STORIES if story.programme in here]
    assert {story.programme for story in told} == here - {"rehab_child"}
    assert made.rows().counts["episodes"] == len(told) == Episode.objects.count()
    state_of = {"": "active", "paused": "suspended", "renewing": "renewing", "closing": "closing", "closed": "closed"}
    ended_by_stay = {"family_bed"}  # a bed ends with a stay, the other programmes wait
    states = Counter(
        "assessing" if not story.is_begun
        else state_of.get(story.then, "closing" if story.programme in ended_by_stay else "suspended")
        for story in told
    )  # fmt: skip
    assert Counter(Episode.objects.values_list("state", flat=True)) == states
    assert EpisodeRecord.objects.filter(kind="closing").count() == states["closed"]
    assert Occupancy.objects.filter(kind="hospital").count() == sum(story.then == "hospital" for story in told)
    own = Episode.objects.filter(resident_id=county.clients[0].id, state="active")
    assert own.count() == sum(story.is_own for story in told)


def test_what_is_late_is_late_only_where_nobody_came(county: County) -> None:
    late = Duty.objects.filter(state="open", due_at__lt=county.plan.at).exclude(episode__state="renewing")
    assert set(late.values_list("episode__programme", flat=True)) == {"family_bed", "hospice"}
    assert late.values("episode").distinct().count() == sum(not story.is_kept for story in STORIES)
    assert Episode.objects.filter(is_worsening=True).count() == sum(
        story.is_worse and story.programme in {"family_bed", "hypertension"} for story in STORIES
    )


def test_the_doctor_finds_the_week_due(county: County) -> None:
    """The demo's doctor opens the due list and it is not empty."""
    doctor = accounts.actor_for(User.objects.get(username="doctor"), county.plan.at)
    assert care.due_duties(doctor, until=county.plan.at + timedelta(days=7))


def test_hospice_care_is_handed_on_and_a_family_is_to_be_called(county: County) -> None:
    at = EVE + timedelta(hours=33, minutes=45)
    begun = Episode.objects.count()
    assert hand_on(county, at) == HANDED_ON == Episode.objects.count() - begun
    doctor = accounts.actor_for(User.objects.get(username="doctor"), at)
    assert [row.asked_id for row in care.asked_of(doctor)] == [county.houses[0].id]
    assert set(Episode.objects.filter(state="referred").values_list("asked", flat=True)) == {
        county.houses[0].id, allies(county)[0].id,
    }  # fmt: skip
    [home] = Episode.objects.filter(setting="home")
    assert home.organisation_id == allies(county)[1].id
    assert len(care.records_of(accounts.actor_for(User.objects.get(username="doctor"), at), home)) == 0
    mourning = Episode.objects.get(resident__died_on__isnull=False)
    assert (mourning.state, mourning.end_reason) == ("closing", "died")
    assert [
        duty.activity
        for duty in care.due_duties(doctor, until=at + timedelta(days=7))
        if duty.episode_id == mourning.pk
    ] == ["bereavement"]
    assert verify_for_system().faults == ()
