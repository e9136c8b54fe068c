"""The pages and the API of referrals: who sees what, who may what, and what is said when it may not be."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import episodes, referrals
from yijia.apps.referrals.models import Referral
from yijia.base.models import AuditEntry

Enter = Callable[[str], Client]


def html(response: Any) -> str:
    return str(response.content.decode())


def test_the_whole_way_through_the_pages(cast: Cast, enter: Enter, see_all: Any) -> None:
    referrals.taking(cast)
    elder, doctor, taker = cast.residents["elder"], enter("doctor"), enter("hill_doctor")
    asking = f"/referrals/people/{elder.pk}/ask/"
    assert "申请转诊" in html(doctor.get(f"/referrals/people/{elder.pk}/"))
    assert "山岗医院" in html(doctor.get(asking))
    assert doctor.post(asking, {}).status_code == 422
    asked = {
        "client_id": str(uuid.uuid4()), "direction": "up", "urgency": "urgent", "wants": "bed", "asked": [cast.hill.pk], "reason": "住院",
        "conditions": "高血压\n糖尿病", "medicines": "", "course": "",
    }  # fmt: skip
    assert doctor.post(asking, asked).status_code == 302
    see_all()
    row = Referral.objects.get()
    at = f"/referrals/{row.pk}/"
    assert doctor.post(asking, asked | {"client_id": str(uuid.uuid4())})["Location"] == at  # the same matter
    shown = html(taker.get(at))
    assert "高血压" in shown
    assert "留床位或号源" in shown
    assert "等我们答复" in shown
    assert "等我们答复" in html(taker.get("/referrals/"))
    assert "等被问的机构答复" in html(doctor.get(at))
    assert taker.post(f"{at}accept/").status_code == 409
    assert taker.get(f"{at}offer/").status_code == 200
    assert taker.post(f"{at}offer/", {"place": ""}).status_code == 422
    offer = {"place": "12 床", "starts_at": "2025-06-16T12:00"}
    assert taker.post(f"{at}offer/", offer).status_code == 302
    assert taker.post(f"{at}offer/", offer | {"version": 1}).status_code == 412
    assert "改留别的床位或号源" in (shown := html(taker.get(at)))  # a second offer is another one: REF-03
    assert ">留床位或号源" not in shown
    assert "现在留的是“12 床”，改好后它就放开" in html(taker.get(f"{at}offer/"))
    assert taker.post(f"{at}accept/").status_code == 302
    assert "等申请方送病人到达" in html(taker.get("/referrals/"))
    assert "等我们送病人到达" in html(doctor.get("/referrals/"))
    assert taker.post(f"{at}accept/").status_code == 409
    assert taker.post(f"{at}decline/", {"reason": " "}).status_code == 422
    assert taker.post(f"{at}arrive/").status_code == 302
    assert doctor.post(f"{at}withdraw/", {"reason": "误"}).status_code == 409
    giving_back = html(taker.get(f"{at}return/"))
    assert "家庭病床" in giving_back
    assert '<option value="" selected>' in giving_back  # no programme is guessed
    back = {"back_to": cast.harbour.pk, "programme": "family_bed", "plan": "查房", "conditions": "高血压"}
    assert taker.post(f"{at}return/", back).status_code == 302
    assert "接手并建档" in html(doctor.get(at))
    assert doctor.post(f"{at}take_over/").status_code == 302
    shown = html(doctor.get(at))
    assert "已结束" in shown
    assert "E2506" in shown
    see_all()
    read = AuditEntry.objects.filter(verb="read", name="referrals.detail", user_id=cast.users["hill_doctor"].pk)
    assert read.exists()


def test_who_sees_a_referral(cast: Cast, enter: Enter) -> None:
    referral = referrals.requested(cast)
    at = f"/referrals/{referral.pk}/"
    for part, status in (
        ("doctor", 200), ("hill_doctor", 200), ("manager", 200), ("elder", 200), ("relative", 200), ("regulator", 200), ("stranger_elder", 404),
        ("third_doctor", 404), ("nurse", 403), ("auditor", 403),
    ):  # fmt: skip
        assert enter(part).get(at).status_code == status, part
    assert cast.residents["elder"].name in html(enter("elder").get(at))  # one's own whole name
    assert "FHIR" not in html(enter("elder").get(at))
    assert enter("manager").get(f"{at}withdraw/").status_code == 200  # the form; the right is asked when it is sent
    assert enter("manager").post(f"{at}withdraw/", {"reason": "x"}).status_code == 403
    assert enter("elder").post(f"{at}accept/").status_code == 403
    assert enter("doctor").get(f"{at}accept/").status_code == 404
    assert enter("doctor").get(f"{at}no_such/").status_code == 404
    assert enter("doctor").post(at).status_code == 405
    assert enter("third_doctor").post(f"{at}accept/").status_code == 404
    assert enter("doctor").get("/referrals/people/999999/ask/").status_code == 404


def test_the_document_closes_with_the_part(cast: Cast, enter: Enter, see_all: Any) -> None:
    """REF-06"""
    third = referrals.third_house(cast)
    referral = referrals.requested(cast, asked=[cast.hill, third])
    at = f"/api/v1/referrals/{referral.pk}"
    hill, outsider = enter("hill_doctor"), enter("third_doctor")
    seen = outsider.get(at).json()
    assert seen["document_id"] is not None
    bundle = outsider.get(f"{at}/documents/{seen['document_id']}").json()
    assert bundle["resourceType"] == "Bundle"
    page = outsider.get(f"/referrals/{referral.pk}/documents/{seen['document_id']}.json")
    assert page["Content-Type"] == "application/fhir+json"
    assert json.loads(page.content) == bundle
    see_all()
    place = {"place": "2 床", "starts_at": "2025-06-16T12:00:00+08:00"}
    assert hill.post(f"{at}/offer", place, content_type="application/json").status_code == 200
    assert hill.post(f"{at}/accept", content_type="application/json").json()["state"] == "accepted"
    assert outsider.post(f"{at}/accept", content_type="application/json").json()["code"] == "referrals.taken"
    assert outsider.get(at).json()["document_id"] is None
    assert outsider.get(f"{at}/documents/{seen['document_id']}").status_code == 404
    assert "不能再看病情摘要" in html(outsider.get(f"/referrals/{referral.pk}/"))
    assert hill.get(f"{at}/documents/{seen['document_id']}").status_code == 200


def test_the_api_says_what_the_pages_say(cast: Cast, enter: Enter, see_all: Any) -> None:
    referrals.taking(cast)
    doctor, taker = enter("doctor"), enter("hill_doctor")
    asked = {
        "client_id": str(uuid.uuid4()), "resident_id": cast.residents["elder"].pk, "direction": "up", "asked": [cast.hill.pk], "reason": "住院",
        "conditions": ["高血压"],
    }  # fmt: skip
    send = {"content_type": "application/json"}
    first = doctor.post("/api/v1/referrals", asked, **send)
    assert first.status_code == 201
    assert doctor.post("/api/v1/referrals", asked, **send).json()["id"] == first.json()["id"]
    assert doctor.post("/api/v1/referrals", asked | {"reason": ""}, **send).status_code == 422
    assert enter("nurse").post("/api/v1/referrals", asked, **send).status_code == 403
    at = f"/api/v1/referrals/{first.json()['id']}"
    listed = taker.get("/api/v1/referrals?tab=ours").json()
    assert [row["waits_on"] for row in listed["items"]] == ["asked"]
    assert taker.get("/api/v1/referrals?tab=ours&page=2").json()["items"] == []
    assert enter("stranger_elder").get(at).status_code == 404
    taker.post(f"{at}/offer", {"place": "1 床", "starts_at": (NOW + timedelta(hours=1)).isoformat()}, **send)
    taker.post(f"{at}/accept", content_type="application/json")
    assert taker.post(f"{at}/arrive", content_type="application/json").json()["state"] == "arrived"
    back = {"plan": "查房", "back_to_id": cast.harbour.pk, "programme": "family_bed", "conditions": ["高血压"]}
    assert taker.post(f"{at}/return", back, **send).json()["state"] == "returned"
    done = doctor.post(f"{at}/take-over", content_type="application/json").json()
    assert done["state"] == "closed"
    assert done["back_episode_id"]
    assert [step["event"] for step in done["steps"]] == ["request", "offer", "accept", "arrive", "return", "take_over"]
    see_all()
    second = doctor.post("/api/v1/referrals", asked | {"client_id": str(uuid.uuid4())}, **send).json()
    at = f"/api/v1/referrals/{second['id']}"
    assert taker.post(f"{at}/close", {"reason": "x"}, **send).status_code == 409
    assert doctor.post(f"{at}/withdraw", {"reason": "好转"}, **send).json()["state"] == "withdrawn"
    assert taker.post(f"{at}/decline", {"reason": "x"}, **send).json()["code"] == "referrals.withdrawn"


def test_an_episode_is_referred_by_a_referral_and_nothing_else(cast: Cast, enter: Enter, travel: Any) -> None:
    """REF-14"""
    referrals.taking(cast)
    episode = episodes.active(cast, at=NOW - timedelta(days=1))
    page, send = f"/orders/episodes/{episode.pk}/", {"content_type": "application/json"}
    doctor, taker = enter("doctor"), enter("hill_doctor")
    door = f"/referrals/people/{episode.resident_id}/ask/?episode={episode.pk}"
    assert door in html(doctor.get(page))
    assert "/ask/?episode=" not in html(enter("manager").get(page))  # no right to ask
    assert doctor.get(f"{page}refer/").status_code == 404  # a word typed moves nothing
    step = {"HTTP_IF_MATCH": f'"{episode.version}"', **send}
    told = {"event": "refer", "to": "县医院", "reason": "加重"}
    assert doctor.post(f"/api/v1/episodes/{episode.pk}/steps", told, **step).status_code == 422
    shown = html(doctor.get(door))
    assert f'<option value="{episode.pk}" selected>' in shown
    assert "需卧床</textarea>" in shown.replace("\n需卧床", "需卧床")  # what the assessment found begins the summary
    assert "病情稳定" not in shown
    assert episode.number in shown
    asked = {
        "client_id": str(uuid.uuid4()), "direction": "up", "urgency": "urgent", "wants": "bed", "asked": [cast.hill.pk], "reason": "加重",
        "conditions": "高血压", "medicines": "", "course": "", "episode": episode.pk,
    }  # fmt: skip
    at = doctor.post(door, asked)["Location"]
    number = Referral.objects.get().number
    assert "已申请转诊，人还没有到对方那里" in (shown := html(doctor.get(page)))
    assert number in shown
    assert "/ask/?episode=" not in shown  # asked already
    assert page in html(doctor.get(at))
    taker.post(f"{at}offer/", {"place": "12 床", "starts_at": "2025-06-16T12:00"})
    taker.post(f"{at}accept/")
    assert "已申请转诊" in html(doctor.get(page))
    taker.post(f"{at}arrive/")
    assert "人在转诊中" in (shown := html(doctor.get(page)))
    assert f"{cast.hill.name} · {number}" in shown
    assert "/take_back/" not in shown
    beside = doctor.post(f"{page}take_back/")
    assert beside.status_code == 409
    assert number in html(beside)
    back = {"back_to": cast.harbour.pk, "programme": "family_bed", "plan": "查房", "conditions": "高血压"}
    travel(timedelta(minutes=20))
    taker.post(f"{at}return/", back)
    assert doctor.post(f"{page}take_back/").status_code == 409
    assert doctor.post(f"{at}take_over/").status_code == 302
    assert "转诊中" not in (shown := html(doctor.get(page)))
    assert door in shown


def test_a_referral_asked_without_its_episode_learns_it(cast: Cast) -> None:
    """REF-01 REF-14"""
    first = referrals.requested(cast)
    episode = episodes.active(cast)
    assert referrals.requested(cast, episode_id=episode.pk).pk == first.pk
    first.refresh_from_db()
    assert first.episode_id == episode.pk
