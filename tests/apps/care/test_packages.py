"""Packages of a family-doctor contract: chosen, priced by this place alone, kept item by item."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import episodes
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Episode
from yijia.apps.care.screens import packages as screens
from yijia.base.errors import Invalid, Refused
from yijia.base.words import sentence
from yijia.core.policy import Editions, Evidence

Enter = Callable[..., Client]


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the place had written what a personal package costs and who pays."""
    layers = Editions.layers

    def other(self: Editions, key: str, **where: Any) -> Any:
        found = layers(self, key, **where)
        if key != "programme:family_doctor":
            return found
        return tuple(_PRICED.setdefault(id(one), _with_price(one)) for one in found)

    monkeypatch.setattr(Editions, "layers", other)


_PRICED: dict[int, Any] = {}


def _with_price(one: Any) -> Any:
    shares = ({"payer": "insurance", "zh": "医保", "en": "Insurance", "amount_fen": 4000}, {"payer": "person", "zh": "个人", "en": "The person", "amount_fen": 8000})  # fmt: skip
    packages = tuple(
        {**row, "price_fen": 12000, "shares": shares} if row["code"] == "personal" else row
        for row in one.value["packages"]
    )
    return replace(
        one, value={**one.value, "packages": packages}, evidence=Evidence.OFFICIAL, weaker={"money": Evidence.DERIVED}
    )


def taken_up(cast: Cast) -> Episode:
    episode = episodes.applied(cast, programme="family_doctor")
    return actions.assess_episode(episode_id=episode.pk, by=cast.actors["doctor"], at=NOW)


def choose(cast: Cast, episode: Episode, package: str) -> Episode:
    return actions.choose_package(episode_id=episode.pk, package=package, by=cast.actors["doctor"], at=NOW)


def test_a_price_nobody_wrote_is_not_borrowed(cast: Cast) -> None:  # PROG-22
    episode = taken_up(cast)
    with pytest.raises(Refused) as caught:
        choose(cast, episode, "personal")
    assert caught.value.refusal.code == "programmes.package_price_unknown"
    assert "不借用外地的价格" in sentence(caught.value.refusal)
    with pytest.raises(Invalid):
        choose(cast, episode, "golden")
    ready = actions.prepare_enrolment(episode_id=episode.pk, by=cast.actors["doctor"], at=NOW)
    paper = queries.papers_of(ready)[0].text
    assert ready.package == "basic"
    assert "基础性签约服务" in paper["zh"]["clauses"][1]["text"]
    assert "不收取签约服务费" in paper["zh"]["clauses"][2]["text"]


def test_a_priced_package_stands_in_the_paper_and_in_the_account(cast: Cast, priced: None) -> None:  # PROG-22
    episode = taken_up(cast)
    doctor = {"by": cast.actors["doctor"], "at": NOW}
    actions.prepare_enrolment(episode_id=episode.pk, **doctor)
    chosen = choose(cast, episode, "personal")
    assert chosen.papers == []  # what was made for the other choice no longer counts
    ready = actions.prepare_enrolment(episode_id=episode.pk, **doctor)
    text = queries.papers_of(ready)[0].text
    assert "每年 120.00 元。医保承担 40.00 元，个人承担 80.00 元。" in text["zh"]["clauses"][2]["text"]
    assert "120.00 yuan a year" in text["en"]["clauses"][2]["text"]
    episodes.sign_all(cast, ready)
    actions.agree_episode(episode_id=episode.pk, **doctor)
    actions.activate_episode(episode_id=episode.pk, lead_id=cast.staff["doctor"].pk, **doctor)
    account = actions.settle_episode(episode_id=episode.pk, **doctor).content
    assert [(line["key"], line["amount_fen"]) for line in account["lines"]] == [("package:personal", 12000)]
    assert (account["total_fen"], account["stopped"]) == (12000, [])
    with pytest.raises(Refused, match=r"episodes\.wrong_status"):
        choose(cast, episode, "basic")


def test_item_by_item_so_many_of_so_many(cast: Cast) -> None:  # PROG-23
    episode = episodes.active(cast, programme="family_doctor")
    programme = queries.programme_of(episode, NOW.date())
    before = screens.held(episode, programme, NOW)
    assert before is not None
    assert not before.is_served
    first = {line.what: line for line in before.lines}
    assert (first["建档和首次联系"].given, first["建档和首次联系"].promised) == (0, 1)
    assert first["转诊指导、协助预约"].promised is None
    actions.record_service(
        episode_id=episode.pk, activity="contract_contact", persons=[cast.staff["doctor"].pk], note="电话建档", by=cast.actors["doctor"], at=NOW
    )  # fmt: skip
    after = screens.held(episode, programme, NOW)
    assert after is not None
    assert after.is_served
    assert [(line.given, line.promised, line.is_kept) for line in after.lines if line.what == "建档和首次联系"] == [(1, 1, True)]  # fmt: skip


def test_the_doors(cast: Cast, enter: Enter, see_all: Callable) -> None:
    episode = taken_up(cast)
    path = f"/orders/episodes/{episode.pk}/package/"
    doctor = enter("doctor")
    page = doctor.get(path).content.decode()
    assert "价格写明之前不能签这个包" in page
    assert enter("elder").get(path).status_code == 403
    assert enter("stranger_manager").get(path).status_code == 404
    assert doctor.post(path, {"package": "personal"}).status_code == 409
    assert doctor.post(path, {"package": "none"}).status_code == 422
    assert doctor.post(path, {"package": "basic"})["Location"] == f"/orders/episodes/{episode.pk}/"
    assert doctor.post(path, {"package": "basic"}).status_code == 302  # again: nothing new
    assert doctor.put(path).status_code == 405
    see_all()
    assert Episode.objects.get().package == "basic"
    for part in ("doctor", "elder"):
        assert "按需" in enter(part).get(f"/orders/episodes/{episode.pk}/").content.decode()
    assert "个性化包" in enter("elder").get("/orders/programmes/family_doctor/").content.decode()


def test_the_api(cast: Cast, enter: Enter) -> None:
    episode = taken_up(cast)

    def put(client: Client, code: str) -> Any:
        return client.put(
            f"/api/v1/episodes/{episode.pk}/package", json.dumps({"package": code}), content_type="application/json"
        )

    assert put(enter("doctor"), "basic").json()["package"] == "basic"
    assert put(enter("doctor"), "personal").json()["code"] == "programmes.package_price_unknown"
    assert put(enter("stranger_manager"), "basic").status_code == 404
    assert put(enter("elder"), "basic").status_code == 403


def test_a_due_of_a_package_is_for_its_holders_alone(cast: Cast, priced: None) -> None:  # PROG-23
    episode = episodes.active(cast, programme="family_doctor")
    programme = queries.programme_of(episode, NOW.date())
    for chosen, asked in (("basic", []), ("personal", ["home_visit"])):
        unknown = queries.not_known(programme, "", NOW + timedelta(days=1), chosen)
        assert [one.facts["activity"] for one in unknown if one.code == "programmes.cadence_unknown"] == asked


def test_a_renewal_opens_in_its_window(cast: Cast) -> None:  # PROG-24
    episode = episodes.active(cast, programme="family_doctor")
    assert episode.cycle_until is not None
    opens = NOW + timedelta(days=(episode.cycle_until - NOW.date()).days - 30)
    for at, code in ((opens - timedelta(days=1), "episodes.renewal_too_early"), (opens, None)):
        act = {"episode_id": episode.pk, "by": cast.actors["doctor"], "at": at}
        if code:
            with pytest.raises(Refused, match=code) as caught:
                actions.review_episode(**act)
            assert "期满前 30 天" in sentence(caught.value.refusal)
        else:
            assert actions.review_episode(**act).state == "renewing"
