"""Long-term care at home: a week agreed by mode and days, weighed against what the place allows, paid by mode and grade."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Duty, Episode, EpisodeRecord
from yijia.base.errors import Invalid, Refused
from yijia.base.words import sentence
from yijia.core.permissions import SYSTEM
from yijia.core.policy import Editions
from yijia.core.programmes.week import Slot

Enter = Callable[..., Client]
DAY = timedelta(days=1)
THRICE = [Slot(weekday, time(9), 60) for weekday in (1, 3, 5)]
_KEPT: dict[int, Any] = {}


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Chongqing had written three visits and three hours a week for a severe case."""
    layers = Editions.layers

    def other(self: Editions, key: str, **where: Any) -> Any:
        found = layers(self, key, **where)
        if key != "programme:ltc_home":
            return found
        return tuple(_KEPT.setdefault(id(one), _with_week(one)) for one in found)

    monkeypatch.setattr(Editions, "layers", other)


def _with_week(one: Any) -> Any:
    return replace(one, value={**one.value, "week": {"severe": {"minutes": 180, "visits": 3}}})


@pytest.fixture
def cared(cast: Cast) -> Episode:
    """A severe case in Chongqing whose care at home runs."""
    house, resident = cast.harbour, cast.residents["elder"]
    house.jurisdiction, house.service_modes = "CN-500000", [*house.service_modes, "ltc"]
    house.save()
    return Episode.objects.create(
        organisation=house, number="E-L1", client_id=uuid.uuid4(), programme="ltc_home", jurisdiction="CN-500000", resident=resident,
        household=resident.household, state="active", state_at=NOW, created_at=NOW, activated_at=NOW, cycle_no=1, cycle_from=NOW.date(), grade="severe",
    )  # fmt: skip


def plan(cast: Cast, episode: Episode, slots: list[Slot], mode: str = "home_combined") -> EpisodeRecord:
    return actions.plan_week(episode_id=episode.pk, mode=mode, slots=slots, by=cast.actors["doctor"], at=NOW)


def served(cast: Cast, episode: Episode, at: Any, **more: Any) -> EpisodeRecord:
    facts = {"minutes": 60} | more
    return actions.record_service(
        episode_id=episode.pk, activity="ltc_visit", persons=[cast.staff["nurse"].pk], **facts, by=cast.actors["doctor"], at=at
    )  # fmt: skip


def test_no_week_is_agreed_where_the_place_has_not_said(cast: Cast, cared: Episode) -> None:  # PROG-25, PROG-26
    with pytest.raises(Refused) as caught:
        plan(cast, cared, THRICE)
    assert caught.value.refusal.code == "programmes.week_unknown"
    assert "本地文件没有写" in sentence(caught.value.refusal)
    assert [served(cast, cared, NOW + n * DAY).content["minutes"] for n in range(5)] == [60] * 5  # care goes on


def test_too_much_is_refused_with_figure_and_source(cast: Cast, cared: Episode, allowed: None) -> None:  # PROG-25
    for slots, figure in (([*THRICE, Slot(6, time(9), 60)], "3 次"), ([Slot(1, time(9), 200)], "180 分钟")):
        with pytest.raises(Refused) as caught:
            plan(cast, cared, slots)
        assert caught.value.refusal.code == "programmes.week_over"
        said = sentence(caught.value.refusal)
        assert figure in said
        assert "依据：" in said
    for mode, slots in (("magic", THRICE), ("home_combined", []), ("institution", THRICE), ("home_combined", [Slot(8, time(9), 60)])):  # fmt: skip
        with pytest.raises(Invalid):
            plan(cast, cared, slots, mode)


def test_the_agreed_days_are_what_is_due(cast: Cast, cared: Episode, allowed: None) -> None:  # PROG-25
    plan(cast, cared, THRICE)
    days = []
    for _ in range(3):
        duty = Duty.objects.get(episode=cared, activity="ltc_visit", state="open")
        at = duty.due_at - timedelta(hours=8)
        served(cast, cared, at)
        days.append(at.isoweekday())
    assert days == [1, 3, 5]
    plan(cast, cared, [], "institution")  # nobody comes home any more
    assert not Duty.objects.filter(episode=cared, activity="ltc_visit", state="open").exists()


def test_a_week_is_counted_from_monday(cast: Cast, cared: Episode, allowed: None) -> None:  # PROG-26
    plan(cast, cared, THRICE)
    for n in (0, 2, 4):
        served(cast, cared, NOW + n * DAY)
    with pytest.raises(Refused, match=r"week_over"):
        served(cast, cared, NOW + 5 * DAY)
    beyond = served(cast, cared, NOW + 5 * DAY, is_beyond=True)
    assert beyond.content["is_beyond"] is True
    assert queries.used_in_week(cared, "ltc_visit", NOW.date() + 5 * DAY) == [60, 60, 60]
    assert served(cast, cared, NOW + 7 * DAY).pk  # the next Monday
    with pytest.raises(Invalid):
        served(cast, cared, NOW + 8 * DAY, minutes=None)


def test_the_insurance_pays_by_mode_and_grade(cast: Cast, cared: Episode, allowed: None) -> None:  # PROG-27
    plan(cast, cared, THRICE)
    for n in (0, 2):
        served(cast, cared, NOW + n * DAY)
    content = actions.settle_episode(episode_id=cared.pk, by=cast.actors["doctor"], at=NOW + 3 * DAY).content
    (line,) = content["lines"]
    assert (line["quantity"], line["unit_fen"], line["amount_fen"]) == (2, 5000, 10000)
    assert line["goes_to"] == {"institution": 6000, "individual": 4000}


def test_without_an_agreed_mode_there_is_no_sum(cast: Cast, cared: Episode) -> None:  # PROG-27
    served(cast, cared, NOW)
    content = actions.settle_episode(episode_id=cared.pk, by=cast.actors["doctor"], at=NOW + DAY).content
    assert (content["lines"], content["total_fen"]) == ([], None)
    assert [(stop["code"], stop["facts"]["days"]) for stop in content["stopped"]] == [("programmes.no_mode", 1)]


def test_the_doors(cast: Cast, cared: Episode, allowed: None, enter: Enter, see_all: Callable) -> None:
    path, doctor = f"/orders/episodes/{cared.pk}/week/", enter("doctor")
    page = doctor.get(path).content.decode()
    assert "居家组合护理" in page
    assert "每周上限：3 次 / 180 分钟" in page
    assert enter("elder").get(path).status_code == 403
    assert enter("stranger_manager").get(path).status_code == 404
    assert doctor.put(path).status_code == 405
    good = {"mode": "home_combined", "starts_1": "09:00", "minutes_1": "60", "starts_4": "15:30", "minutes_4": "45"}
    assert doctor.post(path, good | {"minutes_4": "200"}).status_code == 409
    assert doctor.post(path, good | {"minutes_4": ""}).status_code == 422
    for _ in range(2):  # again: the same week stands
        assert doctor.post(path, good)["Location"] == f"/orders/episodes/{cared.pk}/"
    shown = enter("elder").get(f"/orders/episodes/{cared.pk}/").content.decode()
    assert "周四 15:30" in shown
    assert 'value="15:30"' in doctor.get(path).content.decode()
    assert "用了多少分钟" in doctor.get(f"/orders/episodes/{cared.pk}/record/").content.decode()


def test_the_api(cast: Cast, cared: Episode, allowed: None, enter: Enter) -> None:
    def put(client: Client, slots: list[dict[str, Any]]) -> Any:
        body = json.dumps({"mode": "institution_visits", "slots": slots})
        return client.put(f"/api/v1/episodes/{cared.pk}/week", body, content_type="application/json")

    slot = {"weekday": 2, "starts": "10:00", "minutes": 90}
    assert put(enter("doctor"), [slot]).json()["duties"][0]["activity"] == "ltc_visit"
    assert put(enter("doctor"), [slot | {"weekday": n} for n in range(1, 6)]).json()["code"] == "programmes.week_over"
    assert put(enter("stranger_manager"), [slot]).status_code == 404
    assert put(enter("elder"), [slot]).status_code == 403


def test_a_programme_without_modes_has_no_week(cast: Cast) -> None:
    from tests.factories import episodes

    with pytest.raises(Refused, match=r"no_week"):
        plan(cast, episodes.applied(cast), THRICE)


def test_nobody_comes_after_a_death_and_what_was_given_is_still_paid(
    cast: Cast, cared: Episode, allowed: None
) -> None:  # PROG-25, PROG-27
    plan(cast, cared, THRICE)
    served(cast, cared, NOW)
    actions.end_for(resident_id=cared.resident_id, reason="died", by=SYSTEM, at=NOW + DAY)
    assert not Duty.objects.filter(episode=cared, state="open").exists()
    with pytest.raises(Refused, match=r"wrong_status"):
        plan(cast, cared, THRICE)
    content = actions.settle_episode(episode_id=cared.pk, by=cast.actors["doctor"], at=NOW + DAY).content
    assert content["lines"][0]["amount_fen"] == 5000
