"""The doors of cases: who opens what, forms that keep what was typed, the same by API."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import cases as factory
from yijia.apps.cases.models import Case, Entry, InstrumentConfirmation, Vote
from yijia.base import instruments


def api(client: Client, path: str, body: Any, method: str = "post") -> Any:
    return getattr(client, method)(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_a_family_applies_on_the_phone(cast: Cast, enter: Any) -> None:
    family = enter("relative")
    page = family.get("/cases/new/").content.decode()
    assert "大小便控制" in page
    body = {"client_id": str(uuid.uuid4()), "resident_id": cast.residents["elder"].pk, "applicant": "测试relative"}
    first = family.post("/cases/new/", body | {"a:eating": "dependent", "save": "1"})
    case = Case.objects.get()
    assert (first.headers["Location"], case.state) == (f"/cases/{case.pk}/", "draft")
    refused = family.post(
        f"/cases/{case.pk}/form/", body | {"a:eating": "dependent", "submit": "1", "months_disabled": 8}
    )
    assert refused.headers["Location"] == f"/cases/{case.pk}/form/"
    assert "已存为草稿，填完再提交" in family.get(refused.headers["Location"]).content.decode()
    case.refresh_from_db()
    assert case.months_disabled == 8
    full = {f"a:{name}": answer for name, answer in factory.SELF.items()}
    assert (
        family.post(f"/cases/{case.pk}/form/", body | full | {"submit": "1", "months_disabled": 8}).status_code == 302
    )
    assert "待受理" in family.get(f"/cases/{case.pk}/").content.decode()
    second = family.get("/cases/new/").content.decode()
    assert f"没有办完的评估 {case.number}" in second
    assert "大小便控制" not in second  # nothing is typed for nothing
    assert family.post("/cases/new/", body | {"applicant": "", "client_id": str(uuid.uuid4())}).status_code == 422


def test_the_assessor_s_form_keeps_and_hands_in(cast: Cast, enter: Any) -> None:
    case = factory.assigned(cast)
    client = enter("assessor")
    page = client.get(f"/cases/{case.pk}/entry/").content.decode()
    assert page.count("data-question") == 17
    assert "草案" in page
    kept = client.post(f"/cases/{case.pk}/entry/", {"version": 1, "a:eating": "5"}, headers={"HX-Request": "true"})
    assert "已填 1 / 17" in kept.content.decode()
    assert Entry.objects.get(seat=1).answers == {"eating": "5"}
    short = client.post(f"/cases/{case.pk}/entry/", {"version": 1, "a:eating": "5", "submit": "1"})
    assert short.status_code == 422
    full = {f"a:{name}": answer for name, answer in factory.answers().items()} | {"version": 1, "submit": "1"}
    assert client.post(f"/cases/{case.pk}/entry/", full).status_code == 302
    assert "已交" in client.get(f"/cases/{case.pk}/entry/").content.decode()
    other = enter("second_assessor")
    assert "重度失能" not in other.get(f"/cases/{case.pk}/").content.decode()
    assert enter("third_assessor").get(f"/cases/{case.pk}/entry/").status_code == 404


def test_the_agency_handles_by_web(cast: Cast, enter: Any, travel: Any) -> None:
    case = factory.submitted(cast)
    agency = enter("agency_clerk")

    def move(event: str, **more: Any) -> int:
        case.refresh_from_db()
        return agency.post(f"/cases/{case.pk}/move/", {"version": case.version, "event": event} | more).status_code

    assert move("accept") == 302
    case.refresh_from_db()
    for seat, part in ((1, "assessor"), (2, "second_assessor")):
        body = {"version": case.version, "seat": seat, "user_id": cast.users[part].pk}
        assert agency.post(f"/cases/{case.pk}/assign/", body).status_code == 302
    assert agency.post(f"/cases/{case.pk}/assign/", body | {"user_id": 0}).status_code == 200
    factory.enter(cast, case, "assessor", 0)
    factory.enter(cast, case, "second_assessor", 1)
    page = agency.get(f"/cases/{case.pk}/").content.decode()
    assert "评估的差别" in page
    for part in ("expert", "second_expert"):
        assert enter(part).post(f"/cases/{case.pk}/vote/", {"level": 5, "reason": ""}).status_code == 422
        assert enter(part).post(f"/cases/{case.pk}/vote/", {"level": 5, "reason": "卧床"}).status_code == 302
    assert (Vote.objects.count(), move("publish")) == (2, 302)
    assert "测试***" not in (public := Client().get("/cases/notices/").content.decode())
    assert case.number in public
    assert "测试elder" not in public
    assert move("decide") == 409
    travel(timedelta(days=9))
    agency = enter("agency_clerk")
    assert move("decide") == 302
    letter = case.letters.get()
    for part, status in (("relative", 200), ("agency_clerk", 200), ("assessor", 404), ("stranger_elder", 404)):
        assert enter(part).get(f"/cases/{case.pk}/letters/{letter.pk}.pdf").status_code == status
    assert agency.post(f"/cases/{case.pk}/reissue/").status_code == 409
    assert enter("relative").post(f"/cases/{case.pk}/move/", {"version": 0, "event": "object"}).status_code == 412


@pytest.mark.parametrize(
    ("door", "part", "status"),
    [
        ("", "nurse", 403), ("", "assessor", 200), ("", "expert", 200), ("", "regulator", 200), ("", "elder", 200),
        ("{id}/", "stranger_elder", 404), ("{id}/", "third_assessor", 404), ("{id}/", "expert", 404), ("{id}/", "clerk", 200),
        ("new/", "assessor", 403), ("new/", "clerk", 200), ("new/?q=测试", "agency_clerk", 200), ("{id}/entry/", "agency_clerk", 403),
        ("instruments/", "nurse", 200), ("instruments/nhsa_ltc_2021/", "regulator", 200), ("instruments/nope/", "regulator", 404),
        ("?state=open&late=on&text=PG", "agency_clerk", 200), ("new/?resident=x", "relative", 200),
    ],
)  # fmt: skip
def test_who_opens_what(cast: Cast, enter: Any, door: str, part: str, status: int) -> None:
    case = factory.assigned(cast)
    assert enter(part).get("/cases/" + door.format(id=case.pk)).status_code == status


def test_overdue_is_shown_in_working_days(cast: Cast, enter: Any, travel: Any) -> None:
    factory.submitted(cast)
    agency = enter("agency_clerk")
    assert "还剩 5 个工作日" in agency.get("/cases/").content.decode()
    travel(NOW + timedelta(days=9))
    page = enter("agency_clerk").get("/cases/?late=on").content.decode()
    assert "超期 2 个工作日" in page
    assert "1 件超期" in page


def test_an_instrument_is_confirmed_on_its_page(cast: Cast, enter: Any) -> None:
    regulator = enter("regulator")
    page = regulator.get("/cases/instruments/nhsa_ltc_2021/").content.decode()
    assert "重度失能Ⅲ级" in page
    found = instruments.find("nhsa_ltc_2021", jurisdiction="CN", on=NOW.date())
    body = {"fingerprint": found.fingerprint, "original": "医保办发〔2021〕37号 附件", "signed_name": "测试regulator"}
    assert enter("agency_clerk").post("/cases/instruments/nhsa_ltc_2021/", body).status_code == 403
    assert regulator.post("/cases/instruments/nhsa_ltc_2021/", body | {"original": ""}).status_code == 422
    assert regulator.post("/cases/instruments/nhsa_ltc_2021/", body).status_code == 302
    assert "可出正式结论" in regulator.get("/cases/instruments/nhsa_ltc_2021/").content.decode()
    assert InstrumentConfirmation.objects.get().serial == 1


def test_a_case_through_the_api(cast: Cast, enter: Any) -> None:
    family, agency = enter("relative"), enter("agency_clerk")
    body = {
        "client_id": str(uuid.uuid4()), "resident_id": cast.residents["elder"].pk, "answers": factory.SELF,
        "months_disabled": 8, "applicant": "测试relative",
    }  # fmt: skip
    made = api(family, "cases", body)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    case = made.json()["id"]
    assert api(family, f"cases/{case}/form", {"answers": {"eating": "x"}}).status_code == 422
    assert api(family, f"cases/{case}/form", {"answers": factory.SELF, "months_disabled": 9}).status_code == 200
    assert api(family, f"cases/{case}/move", {"event": "submit"}).json()["working_days_left"] == 5
    assert api(agency, f"cases/{case}/move", {"event": "accept"}).json()["state"] == "assessing"
    for seat, part in ((1, "assessor"), (2, "second_assessor")):
        assert api(agency, f"cases/{case}/assign", {"seat": seat, "user_id": cast.users[part].pk}).status_code == 200
    one, two = enter("assessor"), enter("second_assessor")
    assert api(one, f"cases/{case}/entry", {"answers": {"eating": 5}}, "put").json()["answers"] == {"eating": "5"}
    missing = api(one, f"cases/{case}/entry", {"answers": {"eating": 5}})
    assert (missing.status_code, len(missing.json()["errors"])) == (422, 16)
    assert api(one, f"cases/{case}/entry", {"answers": factory.answers()}).json()["level"] == 5
    assert [seat["seat"] for seat in two.get(f"/api/v1/cases/{case}").json()["seats"]] == [2]
    assert agency.get(f"/api/v1/cases/{case}").json()["seats"][0]["level"] is None
    assert two.get(f"/api/v1/cases/{case}/entry").json()["is_submitted"] is False
    api(two, f"cases/{case}/entry", {"answers": factory.answers(lean=1)})
    seen = enter("expert").get(f"/api/v1/cases/{case}").json()
    assert (seen["state"], len(seen["differences"])) == ("voting", 17)
    assert api(enter("expert"), f"cases/{case}/votes", {"level": 5, "reason": "卧床"}).status_code == 200
    assert api(enter("expert"), f"cases/{case}/votes", {"level": 5, "reason": "卧床"}).json()["code"] == "cases.voted"
    assert api(agency, f"cases/{case}/reissue", {}).status_code == 409
    assert [row["id"] for row in agency.get("/api/v1/cases?is_open=true").json()["items"]] == [case]
    assert enter("stranger_elder").get(f"/api/v1/cases/{case}").status_code == 404
    assert api(enter("nurse"), f"cases/{case}/move", {"event": "accept"}).status_code == 403


def test_instruments_through_the_api(cast: Cast, enter: Any) -> None:
    regulator = enter("regulator")
    listed = {row["id"]: row for row in regulator.get("/api/v1/instruments").json()}
    assert (len(listed), listed["nhsa_ltc_2021"]["is_draft"], listed["gbt_42195_2022"]["is_draft"]) == (10, True, False)
    scored = api(regulator, "instruments/nhsa_ltc_2021/assess", {"answers": factory.answers()}).json()
    assert (scored["level"], scored["is_draft"], scored["why_draft"]["readiness"]) == (5, True, "blocked")
    bad = api(regulator, "instruments/nrs_pain/assess", {"answers": {"pain": 11, "joy": 1}})
    assert (bad.status_code, set(bad.json()["errors"])) == (422, {"answers.pain", "answers.joy"})
    assert api(regulator, "instruments/nope/assess", {"answers": {}}).json()["code"] == "policy.unknown"
    body = {"fingerprint": listed["nhsa_ltc_2021"]["fingerprint"], "original": "附件", "signed_name": "测试regulator"}
    assert api(enter("assessor"), "instruments/nhsa_ltc_2021/confirm", body).status_code == 403
    assert api(regulator, "instruments/nhsa_ltc_2021/confirm", body).json()["is_draft"] is False
    scored = api(regulator, "instruments/nhsa_ltc_2021/assess", {"answers": factory.answers()}).json()
    assert (scored["is_draft"], scored["edition"]) == (False, "instruments/2021-08+confirmed.1")
