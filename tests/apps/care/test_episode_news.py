"""What the register's news does to episodes: a move, an age, somebody who leaves; who may look at the lists. PROG-18, PROG-19, PROG-20."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast, staff
from tests.factories import catalogue, episodes, visits
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Duty, Episode, EpisodeEvent, Occupancy
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Resident, Staff, Team
from yijia.base import outbox
from yijia.base.errors import Forbidden, Refused
from yijia.core.permissions import SYSTEM
from yijia.core.programmes.lifecycle import State

Enter = Callable[[str], Client]
DAY = timedelta(days=1)


def move(cast: Cast, lon: float, lat: float) -> Resident:
    resident = Resident.objects.get(pk=cast.residents["elder"].pk)
    changes = {"address": "新路8号", "township": "莞城街道", "lon": lon, "lat": lat}
    done = registry.correct_resident(
        resident_id=resident.pk, version=resident.version, changes=changes, by=cast.actors["doctor"], at=NOW + DAY
    )
    outbox.drain(at=NOW + DAY)
    return done


def test_a_move_within_reach_takes_everything_along(cast: Cast) -> None:
    bed = episodes.active(cast)
    catalogue.area(cast, cast.harbour, radius_km=Decimal(15))
    moved = move(cast, cast.harbour.lon, cast.harbour.lat)
    bed.refresh_from_db()
    assert (bed.state, bed.household_id) == (State.ACTIVE, moved.household_id)
    assert set(Duty.objects.filter(episode=bed, state="open").values_list("household_id", flat=True)) == {
        moved.household_id
    }
    assert EpisodeEvent.objects.get(episode=bed, event="moved").facts == {"is_out_of_area": False}


def test_a_move_out_of_reach_ends_what_is_given_at_home_and_keeps_the_contract(cast: Cast) -> None:
    bed, contract = episodes.active(cast), episodes.active(cast, programme="family_doctor")
    catalogue.area(cast, cast.harbour, radius_km=Decimal(15))
    move(cast, cast.harbour.lon + 1, cast.harbour.lat)
    bed.refresh_from_db()
    contract.refresh_from_db()
    assert (bed.state, bed.end_reason) == (State.CLOSING, "moved")  # the closing record and the account are still owed
    assert contract.state == State.ACTIVE
    free = Occupancy.objects.get(episode=bed, slot="bed")
    assert free.during.upper == NOW + DAY  # an institution nearby may open a bed at once
    with pytest.raises(Refused) as caught:
        actions.close_episode(episode_id=bed.pk, by=cast.actors["doctor"], at=NOW + DAY)
    assert caught.value.refusal.code == "episodes.no_closing_record"
    with pytest.raises(Forbidden):
        actions.move_for(resident_id=bed.resident_id, by=cast.actors["nurse"], at=NOW)


def test_whoever_comes_of_age_is_put_down_for_what_follows(cast: Cast) -> None:
    resident = cast.residents["elder"]
    Resident.objects.filter(pk=resident.pk).update(born_on=NOW.date().replace(year=NOW.year - 19) - 9 * DAY)
    cast.harbour.service_modes = [*cast.harbour.service_modes, "rehab_child", "rehab_adult"]
    cast.harbour.jurisdiction = "CN-440307"
    cast.harbour.save()
    row = Episode.objects.create(
        organisation=cast.harbour, number="E-19", client_id=uuid.uuid4(), programme="rehab_child", state="active", activated_at=NOW - 300 * DAY,
        cycle_no=1, resident=resident, household=resident.household, jurisdiction="CN-440307", state_at=NOW, created_at=NOW,
        stated={"has_disability_proof": True},
    )  # fmt: skip
    assert [one.pk for one in actions.sweep_episodes(by=SYSTEM, at=NOW)] == [row.pk]  # nine days late, and still found
    row.refresh_from_db()
    assert (row.state, row.end_reason) == (State.CLOSING, "came_of_age")
    after = Episode.objects.get(programme="rehab_adult")
    assert (after.state, after.stated) == (State.APPLIED, {"has_disability_proof": True})
    assert actions.sweep_episodes(by=SYSTEM, at=NOW + DAY) == []


def test_who_is_off_duty_still_hands_over_and_the_list_says_how_many(cast: Cast, enter: Enter, see_all: Any) -> None:
    row = episodes.active(cast)
    Staff.objects.filter(pk=cast.staff["doctor"].pk).update(is_active=False)
    page = enter("manager").get("/orders/episodes/").content.decode()
    assert "离岗人员名下还有 1 份没有交接" in page
    assert [person.carries for person in queries.left_behind([cast.harbour.pk])] == [1]
    heir = staff("接手医生", 79, cast.harbour, profession="doctor")
    handing = {"from_staff": cast.staff["doctor"].pk, "to_staff": heir.pk, "reason": "离职"}
    assert "已离岗，名下 1 份" in enter("manager").get("/orders/episodes/transfer/").content.decode()
    assert enter("manager").post("/orders/episodes/transfer/", handing).status_code == 302
    see_all()
    row.refresh_from_db()
    assert row.lead_id == heir.pk
    assert queries.left_behind([cast.harbour.pk]) == []


def test_a_contract_changes_its_team_by_its_page(cast: Cast, enter: Enter, see_all: Any) -> None:
    row = episodes.active(cast, programme="family_doctor")
    team = Team.objects.create(organisation=cast.harbour, name="第二团队", kind=Team.Kind.FAMILY_DOCTOR)
    at = f"/orders/episodes/{row.pk}/people/"
    manager = enter("manager")
    assert "第二团队" in manager.get(at).content.decode()
    assert manager.post(at, {"team_id": team.pk, "version": row.version}).status_code == 422  # no reason
    given = {"team_id": team.pk, "lead_id": cast.staff["doctor"].pk, "reason": "居民要求", "version": row.version}
    assert manager.post(at, given).status_code == 302
    assert manager.post(at, given).status_code == 412  # typed on an old page
    see_all()
    row.refresh_from_db()
    assert row.team_id == team.pk
    assert EpisodeEvent.objects.get(episode=row, event="name_people").facts["reason"] == "居民要求"
    assert set(Duty.objects.filter(episode=row, state="open").values_list("team_id", flat=True)) == {team.pk}
    assert enter("nurse").get(at).status_code == 403
    assert enter("stranger_manager").get(at).status_code == 404


def test_the_desk_reads_the_lists_of_one_institution_at_a_time(cast: Cast, enter: Enter, see_all: Any) -> None:
    episodes.active(cast)
    for part in ("clerk", "regulator", "dispatcher"):
        for path in ("/orders/ward/", "/orders/due/"):
            assert enter(part).get(path).status_code == 200, (part, path)
    assert "港湾医院" in enter("clerk").get("/orders/due/").content.decode()
    assert enter("clerk").get("/orders/due/?house=x").status_code == 200
    assert enter("auditor").get("/orders/due/").status_code == 403
    assert enter("elder").get("/orders/ward/").status_code == 403


def test_the_bereaved_are_called_before_a_hospice_file_is_closed(cast: Cast) -> None:
    doctor = cast.actors["doctor"]
    row = episodes.applied(cast, programme="hospice")
    given: dict[str, Any] = {"episode_id": row.pk, "by": doctor, "at": NOW}
    actions.assess_episode(**given)
    team = [cast.staff["doctor"].pk, cast.staff["nurse"].pk]
    actions.qualify(**given, persons=team, is_passed=True, stated={"is_end_of_life": True, "wants_it": True})
    actions.prepare_enrolment(**given)
    episodes.sign_all(cast, row)
    actions.agree_episode(**given)
    actions.activate_episode(**given, lead_id=team[0], nurse_id=team[1])
    resident = Resident.objects.get(pk=row.resident_id)
    registry.record_death(resident_id=resident.pk, died_on=NOW.date(), version=resident.version, by=doctor, at=NOW)
    outbox.drain(at=NOW)
    row.refresh_from_db()
    assert (row.state, row.end_reason) == (State.CLOSING, "died")
    assert list(Duty.objects.filter(episode=row, state="open").values_list("activity", flat=True)) == ["bereavement"]
    later: dict[str, Any] = {"episode_id": row.pk, "by": doctor, "at": NOW + 3 * DAY}
    actions.settle_episode(**later)
    actions.write_closing(**later, summary="安详离世")
    with pytest.raises(Refused) as caught:
        actions.close_episode(**later)
    assert caught.value.refusal.code == "episodes.aftercare_due"
    with pytest.raises(Refused):  # nothing else is recorded for somebody who has died
        actions.record_service(**later, activity="hospice_visit", persons=team)
    actions.record_service(**later, activity="bereavement", persons=team, note="家属情绪平稳")
    assert actions.close_episode(**later).state == State.CLOSED


def test_a_family_chooses_among_institutions_by_distance_and_rating(cast: Cast, enter: Enter) -> None:
    visits.actions.rate(visit_id=visits.settled(cast).pk, stars=4, by=cast.actors["relative"], at=NOW + DAY)
    page = enter("relative").get("/orders/programmes/family_doctor/apply/").content.decode()
    assert "港湾医院" in page
    assert "公里 · 4.0 星（1 家评过）" in page
