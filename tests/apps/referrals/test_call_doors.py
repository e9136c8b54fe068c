"""The pages and the API of the green channel and of consultations."""

import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import cooperations, referrals, visits
from yijia.apps.registry.models import ResidentLink

Enter = Callable[[str], Client]


def html(response: Any) -> str:
    return str(response.content.decode())


def test_the_green_channel_through_the_pages(cast: Cast, enter: Enter, see_all: Any) -> None:
    """REF-10"""
    cooperations.in_force(cast)
    home, _keeper = cooperations.care_home(cast)
    elder = cast.residents["elder"]
    ResidentLink.objects.create(organisation=home, resident=elder, kind="home", since_on=NOW.date())
    keeper, doctor = enter("晴川养老院"), enter("doctor")
    page = html(keeper.get(f"/referrals/emergencies/press/{elder.pk}/"))
    assert "港湾医院" in page
    assert "10 分钟" in page
    pressing = {"client_id": str(uuid.uuid4()), "where": "203 房"}
    at = keeper.post(f"/referrals/emergencies/press/{elder.pk}/", pressing)["Location"]
    assert keeper.post(f"/referrals/emergencies/press/{elder.pk}/", pressing)["Location"] == at
    assert keeper.post(f"{at}answer/", {"text": ""}).status_code == 409
    assert doctor.post(f"{at}send/", {"text": "车"}).status_code == 409
    assert doctor.post(f"{at}answer/", {"text": "马上到"}).status_code == 302
    assert doctor.post(f"{at}answer/", {"text": ""}).status_code == 409
    assert doctor.post(f"{at}send/", {"text": "2 号车"}).status_code == 302
    assert keeper.post(f"{at}arrive/", {"text": ""}).status_code == 302
    assert doctor.post(f"{at}hand_over/", {"text": ""}).status_code == 302
    shown = html(doctor.get(at))
    assert "守时" in shown
    assert "马上到" in shown
    assert "203 房" in html(doctor.get("/referrals/emergencies/"))
    assert at in html(enter("elder").get(f"/referrals/people/{elder.pk}/"))
    assert doctor.get(f"{at}answer/").status_code == 405
    assert doctor.post(f"{at}no_such/", {}).status_code == 404
    for part, status in (
        ("elder", 200),
        ("regulator", 200),
        ("stranger_elder", 404),
        ("nurse", 403),
        ("stranger_manager", 404),
    ):
        assert enter(part).get(at).status_code == status, part
    assert enter("doctor").get(f"/referrals/emergencies/press/{elder.pk}/").status_code == 403
    see_all()
    send = {"content_type": "application/json"}
    call = {"client_id": str(uuid.uuid4()), "resident_id": elder.pk}
    made = keeper.post("/api/v1/emergency-calls", call, **send)
    assert made.status_code == 201
    assert made.json()["promised"] == {"answer": 600}
    api = f"/api/v1/emergency-calls/{made.json()['id']}"
    assert (
        keeper.post(f"{api}/steps", {"step": "stand_down", "text": ""}, **send).json()["code"]
        == "emergencies.no_reason"
    )
    done = keeper.post(f"{api}/steps", {"step": "stand_down", "text": "按错"}, **send).json()
    assert (done["state"], [step["event"] for step in done["steps"]]) == ("stood_down", ["call", "stand_down"])
    assert doctor.get(api).json()["is_breach"] is None
    every = "/api/v1/emergency-calls"
    found = doctor.get(f"{every}?resident_id={elder.pk}").json()["items"]
    assert made.json()["id"] in [one["id"] for one in found]
    assert doctor.get(every).json()["total"] == 2
    assert enter("stranger_elder").get(every).json()["total"] == 0
    assert enter("nurse").get(every).status_code == 403


def test_a_consultation_through_the_pages(cast: Cast, enter: Enter, see_all: Any) -> None:
    """REF-12"""
    referrals.taking(cast)
    visits.completed(cast)
    elder, doctor, asked = cast.residents["elder"], enter("doctor"), enter("hill_doctor")
    asking = f"/referrals/people/{elder.pk}/consult/"
    assert doctor.get(asking).status_code == 200
    assert doctor.post(asking, {}).status_code == 422
    wanted = {"client_id": str(uuid.uuid4()), "asked": cast.hill.pk, "question": "停不停药？", "department": ""}
    at = doctor.post(asking, wanted)["Location"]
    assert "停不停药" in html(asked.get(at))
    early = asked.get(f"{at}record/")
    assert early.status_code == 403
    assert "还没有接受会诊" in html(early)
    assert asked.post(f"{at}accept/", {}).status_code == 302
    shared = html(asked.get(f"{at}record/"))
    assert "共享病历" in shared
    assert "次/分" in shared  # a unit as people write it, not its code
    assert " /min" not in shared
    assert doctor.get(f"{at}record/").status_code == 403
    assert "看了共享病历" in html(doctor.get(at))
    assert at in html(doctor.get(f"/referrals/people/{elder.pk}/"))
    assert asked.post(f"{at}answer/", {"text": "减量"}).status_code == 302
    late = asked.get(f"{at}record/")
    assert late.status_code == 403
    assert "共享病历已关闭" in html(late)
    assert "减量" in html(doctor.get(at))
    assert "远程会诊" in html(doctor.get("/referrals/consults/"))
    assert asked.post(f"{at}refuse/", {"text": "x"}).status_code == 409
    assert asked.post(f"{at}no_such/", {}).status_code == 404
    for part, status in (("elder", 200), ("stranger_elder", 404), ("third_doctor", 404), ("nurse", 403)):
        assert enter(part).get(at).status_code == status, part
    assert enter("manager").get(f"{at}record/").status_code == 403
    see_all()
    send = {"content_type": "application/json"}
    wanted = {"client_id": str(uuid.uuid4()), "resident_id": elder.pk, "asked_id": cast.hill.pk, "question": "再问"}
    made = doctor.post("/api/v1/consults", wanted, **send)
    assert made.status_code == 201
    api = f"/api/v1/consults/{made.json()['id']}"
    assert asked.get(f"{api}/record").json()["code"] == "consults.not_accepted"
    assert asked.post(f"{api}/accept", **send).json()["state"] == "open"
    assert asked.get(f"{api}/record").json()["visits"]
    assert asked.post(f"{api}/answer", {"opinion": "好"}, **send).json()["opinion"] == "好"
    assert asked.get(f"{api}/record").status_code == 403
    assert doctor.get(api).json()["state"] == "answered"
    second = doctor.post("/api/v1/consults", wanted | {"client_id": str(uuid.uuid4())}, **send).json()
    withdrawn = doctor.post(f"/api/v1/consults/{second['id']}/withdraw", {"reason": "好了"}, **send)
    assert withdrawn.json()["state"] == "withdrawn"
    listed = asked.get(f"/api/v1/consults?resident_id={elder.pk}").json()
    assert (listed["total"], listed["items"][0]["resident"]) != (0, elder.name)
    assert enter("third_doctor").get("/api/v1/consults").json()["total"] == 0
    assert enter("nurse").get("/api/v1/consults").status_code == 403
    third = doctor.post("/api/v1/consults", wanted | {"client_id": str(uuid.uuid4())}, **send).json()
    refused = asked.post(f"/api/v1/consults/{third['id']}/refuse", {"reason": "无专科"}, **send)
    assert refused.json()["state"] == "refused"
