"""What life does to a placement: death, a hospital stay, a new address; and what was written stays."""

from datetime import timedelta

from tests.apps.homes.test_living import refused
from tests.cast import NOW, TODAY, Cast
from tests.factories import episodes
from tests.factories import homes as make
from yijia.apps.care import actions as care
from yijia.apps.homes import actions, queries
from yijia.apps.homes.models import Dose, Placement
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Resident, ResidentLink
from yijia.base import outbox
from yijia.core.permissions import SYSTEM

LATER = NOW + timedelta(hours=3)


def test_death_frees_the_bed_and_keeps_what_was_given(cast: Cast) -> None:
    """HOME-05"""
    placement = make.admitted(cast)
    line = make.medicine(cast, placement)
    actions.write_dose(medicine_id=line.pk, on=TODAY, slot="08:00", outcome="given", by=cast.actors[make.HOME], at=NOW)
    elder = Resident.objects.get(pk=cast.residents["elder"].pk)
    registry.record_death(resident_id=elder.pk, died_on=TODAY, version=elder.version, by=SYSTEM, at=LATER)
    outbox.drain(at=LATER)
    outbox.drain(at=LATER)
    placement.refresh_from_db()
    assert (placement.state, placement.end_reason, placement.until_on) == ("left", "died", TODAY)
    assert not queries.beds_of(cast.actors[make.HOME])[0].taken
    assert Dose.objects.get().outcome == "given"
    assert not ResidentLink.objects.filter(kind="home", until_on__isnull=True).exists()
    elder.refresh_from_db()
    assert elder.household_id == placement.household_id
    refused("placements.over", actions.come_back, placement_id=placement.pk, by=cast.actors[make.HOME], at=LATER)


def test_a_hospital_stay_makes_the_person_away(cast: Cast) -> None:
    """HOME-05"""
    placement = make.admitted(cast)
    told = {
        "resident_id": placement.resident_id,
        "organisation_id": cast.harbour.pk,
        "hospital": "港湾医院",
        "by": cast.actors["doctor"],
    }
    care.report_admission(**told, admitted_at=NOW, at=LATER)
    outbox.drain(at=LATER)
    placement.refresh_from_db()
    assert (placement.state, placement.away_reason, placement.away_to) == ("away", "hospital", "港湾医院")
    assert (
        actions.send_to_hospital(resident_id=placement.resident_id, hospital="别处", since=LATER, by=SYSTEM, at=LATER)
        == []
    )
    back = actions.come_back(placement_id=placement.pk, by=cast.actors[make.HOME], at=LATER)
    assert back.state == "living"


def test_a_new_address_is_shown_and_ends_nothing(cast: Cast) -> None:
    """HOME-05 HOME-06"""
    placement = make.admitted(cast)
    outbox.drain(at=NOW)  # moving in is itself a move, which is no news to the home
    assert [event.event for event in queries.events_of(placement)] == ["admit"]
    elder = Resident.objects.get(pk=placement.resident_id)
    changes = {"address": "新路 1 号", "township": "莞城", "lon": 113.75, "lat": 23.04}
    registry.correct_resident(resident_id=elder.pk, version=elder.version, changes=changes, by=SYSTEM, at=LATER)
    outbox.drain(at=LATER)
    assert Placement.objects.get().state == "living"
    assert [event.event for event in queries.events_of(placement)] == ["admit", "address"]
    left = actions.leave_home(placement_id=placement.pk, reason="family", by=cast.actors[make.HOME], at=LATER)
    elder.refresh_from_db()
    assert elder.household_id not in (left.household_id, left.household_before_id)  # the newest address stands


def test_what_runs_follows_the_person_into_the_home(cast: Cast) -> None:
    """HOME-06"""
    episode = episodes.active(cast)
    placement = make.admitted(cast)
    outbox.drain(at=NOW)
    episode.refresh_from_db()
    assert episode.household_id == placement.household_id
