"""Hospice inside an alliance: hospital, community and home, one episode; the bereaved are called after a death."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import episodes
from yijia.apps.agreements.models import Cooperation
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Duty, Episode, EpisodeRecord
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Resident, Staff
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.words import sentence
from yijia.core.permissions import SYSTEM
from yijia.core.programmes.lifecycle import State

Enter = Callable[..., Client]
DAY = timedelta(days=1)
DYING = {"is_end_of_life": True, "wants_it": True}


def ally(cast: Cast, **more: Any) -> Cooperation:
    """Hill is a member of the hospice alliance that harbour leads."""
    facts: dict[str, Any] = {
        "number": "H-1", "client_id": uuid.uuid4(), "kind": "consortium", "organisation": cast.hill, "partner": cast.harbour, "jurisdiction": "CN-441900",
        "state": "in_force", "state_at": NOW, "terms": {"member_role": "hospice"}, "template_key": "agreement:consortium", "template_edition": "t",
        "text": {}, "text_sm3": b"", "valid_from": NOW.date() - DAY, "valid_until": NOW.date() + 300 * DAY, "force_from": NOW.date() - DAY,
        "drafted_side": "first", "created_at": NOW,
    }  # fmt: skip
    return Cooperation.objects.create(**(facts | more))


def cared(cast: Cast) -> Episode:
    """A dying person with a hospice episode at harbour, and one symptom scale written."""
    episode = episodes.applied(cast, programme="hospice")
    doctor, staff = {"by": cast.actors["doctor"], "at": NOW}, [cast.staff["doctor"].pk, cast.staff["nurse"].pk]
    actions.assess_episode(episode_id=episode.pk, **doctor)
    actions.qualify(episode_id=episode.pk, persons=staff, is_passed=True, stated=DYING, **doctor)
    actions.prepare_enrolment(episode_id=episode.pk, **doctor)
    episodes.sign_all(cast, episode)
    actions.agree_episode(episode_id=episode.pk, **doctor)
    actions.activate_episode(episode_id=episode.pk, lead_id=staff[0], nurse_id=staff[1], **doctor)
    actions.record_service(episode_id=episode.pk, activity="hospice_first", persons=staff, note="疼痛 6 分", **doctor)
    return Episode.objects.get(pk=episode.pk)


def offer(cast: Cast, episode: Episode, **more: Any) -> Episode:
    given = {"organisation_id": cast.hill.pk, "setting": "home", "reason": "想回家", "summary": "止痛方案附后"} | more
    return actions.offer_transfer(episode_id=episode.pk, **given, by=cast.actors["doctor"], at=NOW + DAY)


def take(cast: Cast, episode: Episode, at: Any = NOW + DAY, part: str = "stranger_manager", **more: Any) -> Episode:
    given = {"setting": "home"} | more
    return actions.take_over_episode(episode_id=episode.pk, **given, by=cast.actors[part], at=at)


def test_one_episode_goes_on_at_the_ally(cast: Cast) -> None:  # PROG-28
    ally(cast)
    episode, bed = cared(cast), episodes.active(cast)
    offer(cast, episode)
    waiting = queries.asked_of(cast.actors["stranger_manager"])
    assert [row.pk for row in waiting] == [episode.pk]
    assert not Duty.objects.filter(episode=episode, state="open").exists()
    moved = take(cast, episode, lead_id=cast.staff["stranger_nurse"].pk)
    assert (moved.pk, moved.state, moved.organisation_id, moved.setting) == (
        episode.pk,
        State.ACTIVE,
        cast.hill.pk,
        "home",
    )
    assert moved.lead_id == cast.staff["stranger_nurse"].pk
    notes = [row.content.get("note") for row in queries.records_of(cast.actors["stranger_manager"], moved)]
    assert "疼痛 6 分" in notes  # the scales go along
    scale = Duty.objects.get(episode=episode, activity="symptom_scale", state="open")
    assert scale.organisation_id == cast.hill.pk
    bed.refresh_from_db()
    assert bed.state == State.ACTIVE  # the family bed beside it runs on
    with pytest.raises(NotFound):
        take(cast, episode)  # of two, one does


def test_only_allies_are_asked_and_only_the_asked_take_over(cast: Cast) -> None:  # PROG-28
    pact = ally(cast, state="suspended")
    episode = cared(cast)
    with pytest.raises(Refused) as caught:
        offer(cast, episode)
    assert caught.value.refusal.code == "episodes.not_allied"
    assert "联盟" in sentence(caught.value.refusal)
    Cooperation.objects.filter(pk=pact.pk).update(state="in_force")
    for wrong in ({"setting": "moon"},):
        with pytest.raises(Invalid):
            offer(cast, episode, **wrong)
    with pytest.raises(Refused, match=r"no_reason"):
        offer(cast, episode, reason=" ")
    with pytest.raises(NotFound):
        take(cast, episode)
    offer(cast, episode)
    with pytest.raises(Invalid):
        take(cast, episode, setting="moon")
    with pytest.raises(NotFound):
        take(cast, episode, part="manager")


def test_a_member_counts_as_listed(cast: Cast) -> None:  # PROG-28
    programme = queries.programme_for("hospice", "CN-350000", NOW.date())
    assert queries.provider_unmet(programme, cast.hill, NOW.date()) == ("designation",)
    ally(cast)
    assert queries.provider_unmet(programme, cast.hill, NOW.date()) == ()


def test_the_bereaved_are_called_after_a_death_at_the_ally(cast: Cast) -> None:  # PROG-21, PROG-28
    ally(cast)
    episode = cared(cast)
    offer(cast, episode)
    take(cast, episode)
    resident = Resident.objects.get(pk=episode.resident_id)
    at = NOW + 3 * DAY
    registry.record_death(resident_id=resident.pk, died_on=at.date(), version=resident.version, by=cast.actors["doctor"], at=at)  # fmt: skip
    actions.end_for(resident_id=resident.pk, reason="died", by=SYSTEM, at=at)
    duty = Duty.objects.get(episode=episode, state="open")
    assert (duty.activity, duty.organisation_id) == ("bereavement", cast.hill.pk)
    nurse = Staff.objects.get(pk=cast.staff["stranger_nurse"].pk)
    done = actions.record_service(episode_id=episode.pk, activity="bereavement", persons=[nurse.pk], note="家属情绪平稳", by=SYSTEM, at=at + DAY)  # fmt: skip
    assert EpisodeRecord.objects.get(pk=done.pk).serves == ["bereavement"]
    assert not Duty.objects.filter(episode=episode, state="open").exists()


def test_the_doors(cast: Cast, enter: Enter, see_all: Callable) -> None:
    ally(cast)
    episode = cared(cast)
    doctor, other = enter("doctor"), enter("stranger_manager")
    path, there = f"/orders/episodes/{episode.pk}/hand-on/", f"/orders/episodes/asked/{episode.pk}/"
    assert "请联盟机构接手" in doctor.get(f"/orders/episodes/{episode.pk}/").content.decode()
    assert "山岗医院" in doctor.get(path).content.decode()
    assert enter("elder").get(path).status_code == 403
    assert other.get(path).status_code == 404
    assert doctor.put(path).status_code == 405
    given = {"organisation_id": cast.hill.pk, "setting": "home", "reason": "想回家"}
    assert doctor.post(path, given | {"reason": ""}).status_code == 422
    assert other.get(there).status_code == 404
    assert doctor.post(path, given)["Location"] == f"/orders/episodes/{episode.pk}/"
    assert doctor.post(path, given).status_code == 409
    assert "/orders/episodes/asked/" in other.get("/orders/episodes/").content.decode()
    assert "想回家" in other.get("/orders/episodes/asked/").content.decode()
    assert "眼下没有人等接手" in enter("manager").get("/orders/episodes/asked/").content.decode()
    assert enter("elder").get("/orders/episodes/asked/").status_code == 403
    assert other.post("/orders/episodes/asked/").status_code == 405
    assert "想回家" in other.get(there).content.decode()
    assert other.post(there, {}).status_code == 422
    assert other.put(there).status_code == 405
    assert enter("elder").get(there).status_code == 403
    assert other.post(there, {"setting": "home"})["Location"] == f"/orders/episodes/{episode.pk}/"
    assert other.post(there, {"setting": "home"}).status_code == 404
    page = other.get(f"/orders/episodes/{episode.pk}/").content.decode()
    assert "疼痛 6 分" in page
    assert "居家" in page
    assert doctor.get(f"/orders/episodes/{episode.pk}/").status_code == 404


def test_the_api(cast: Cast, enter: Enter) -> None:
    def post(part: str, what: str, body: Any) -> Any:
        path = f"/api/v1/episodes/{episode.pk}/{what}"
        return enter(part).post(path, json.dumps(body), content_type="application/json")

    ally(cast)
    episode = cared(cast)
    given = {"organisation_id": cast.hill.pk, "setting": "community", "reason": "离家近"}
    assert post("elder", "hand-on", given).status_code == 403
    assert post("stranger_manager", "hand-on", given).status_code == 404
    assert (
        post("doctor", "hand-on", given | {"organisation_id": cast.harbour.pk}).json()["code"] == "episodes.not_allied"
    )
    assert post("doctor", "hand-on", given).json()["state"] == "referred"
    assert post("elder", "take-over", {"setting": "home"}).status_code == 403
    assert post("manager", "take-over", {"setting": "home"}).status_code == 404
    assert post("stranger_manager", "take-over", {"setting": "community"}).json()["state"] == "active"
