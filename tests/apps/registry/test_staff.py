"""Staff, papers, insurances, and institutions."""

import json
from typing import Any

import pytest

from tests.cast import NOW, TODAY, Cast
from tests.factories import registry as factory
from yijia.apps.registry import actions, queries
from yijia.apps.registry.models import Credential, Staff
from yijia.base import accounts
from yijia.base.models import Message, OutboxEvent, User
from yijia.core.permissions import Role


def send(client: Any, path: str, body: Any, method: str = "post", **headers: str) -> Any:
    return getattr(client, method)(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def body(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "organisation_id": cast.harbour.pk,
        "name": "测试新护士",
        "badge_no": "N1",
        "sex": "2",
        "profession": "nurse",
        "title": "护师",
        "practising_since": "2015-07-01",
    } | more


def test_a_nurse_becomes_fit_paper_by_paper(enter: Any, cast: Cast) -> None:
    manager = enter("manager")
    added = send(manager, "/staff", body(cast))
    assert added.status_code == 201
    pk = added.json()["id"]
    assert set(added.json()["reds"]) == {
        "gate:nurse_registration", "gate:nurse_pre_service_training", "gate:insurance_liability", "gate:insurance_medical_accident",
        "gate:insurance_personal_accident",
    }  # fmt: skip
    papers = [
        {"kind": "registration", "number": "202044123456", "valid_from": "2024-01-01", "valid_until": "2029-01-01"},
        {"kind": "pre_service_training", "valid_from": "2024-01-01"},
    ]
    ids = [send(manager, f"/staff/{pk}/credentials", paper).json()["id"] for paper in papers]
    assert "gate:nurse_registration" in manager.get(f"/api/v1/staff/{pk}").json()["reds"]  # nobody has checked it
    for paper_id in ids:
        assert send(manager, f"/credentials/{paper_id}/check", {}).json()["is_checked"] is True
    for kind in ("liability", "medical_accident", "personal_accident"):
        assert (
            send(
                manager,
                f"/organisations/{cast.harbour.pk}/covers",
                {"kind": kind, "policy_no": "P", "valid_from": "2025-01-01", "valid_until": "2026-01-01"},
            ).status_code
            == 201
        )
    fit = manager.get(f"/api/v1/staff/{pk}").json()
    assert fit["reds"] == []
    assert [c["number_masked"] for c in fit["credentials"] if c["kind"] == "registration"] == ["*********456"]


def test_the_page_names_rule_source_and_who_mends(enter: Any, cast: Cast) -> None:
    Credential.objects.filter(staff=cast.staff["nurse"], kind="registration").update(valid_until=TODAY)
    manager = enter("manager")
    text = manager.get(f"/people/staff/{cast.staff['nurse'].pk}/").content.decode()
    assert "1 条不符合，今天不能派单" in text
    assert "护士注册失效日：2025-06-16" in text
    assert "上传新的执业注册" in text
    assert "机构管理员" in text
    manager.cookies["yijia_language"] = "en"
    text = manager.get(f"/people/staff/{cast.staff['nurse'].pk}/").content.decode()
    assert "1 rule is not met" in text
    assert "no longer holds: 2025-06-16" in text


def test_the_list_shows_reds_and_what_runs_out(enter: Any, cast: Cast) -> None:
    factory.checked_credential(cast, factory.new_staff(cast).pk, valid_until=TODAY)
    text = enter("manager").get("/people/staff/").content.decode()
    assert "可以上门" in text
    assert "5 条不符合" in text
    assert "1 件已过期" in text
    calendar = enter("manager").get("/people/staff/expiring/").content.decode()
    assert "已过期" in calendar
    assert "测试新护士" in calendar
    assert "90 天内没有到期的" in enter("stranger_manager").get("/people/staff/expiring/").content.decode()


def test_the_regulator_reads_and_does_not_edit(enter: Any, cast: Cast) -> None:
    regulator, pk = enter("regulator"), cast.staff["nurse"].pk
    assert "山岗医院" in regulator.get("/people/staff/").content.decode()
    assert regulator.get("/people/staff/", {"organisation": cast.hill.pk}).context["screen"].page.paginator.count == 1
    assert regulator.get("/people/staff/expiring/", {"organisation": cast.harbour.pk}).status_code == 200
    assert regulator.get("/people/staff/expiring/").status_code == 404
    assert regulator.get(f"/people/staff/{pk}/").status_code == 200
    for path in (f"staff/{pk}/correct", "staff/add", f"staff/{pk}/credentials", f"staff/{pk}/covers"):
        assert regulator.get(f"/people/{path}/").status_code == 403
    assert send(regulator, "/staff", body(cast)).json()["permission"] == "staff:edit"


def test_strangers_find_nobody(enter: Any, cast: Cast) -> None:
    stranger, pk = enter("stranger_manager"), cast.staff["nurse"].pk
    paper = Credential.objects.filter(staff_id=pk).first()
    for path in (f"staff/{pk}", f"staff/{pk}/correct", f"staff/{pk}/credentials", f"staff/{pk}/covers"):
        assert stranger.get(f"/people/{path}/").status_code == 404
    assert stranger.post(f"/people/credentials/{paper.pk}/check/").status_code == 404
    assert stranger.get("/people/staff/expiring/", {"organisation": cast.harbour.pk}).status_code == 404
    assert stranger.get(f"/api/v1/staff/{pk}").status_code == 404
    assert send(stranger, "/staff", body(cast)).status_code == 404
    assert (
        send(
            stranger,
            f"/organisations/{cast.harbour.pk}/covers",
            {"kind": "liability", "policy_no": "P", "valid_from": "2025-01-01", "valid_until": "2026-01-01"},
        ).status_code
        == 404
    )
    assert [s["name"] for s in stranger.get("/api/v1/staff").json()["items"]] == ["测试stranger_nurse"]


@pytest.mark.parametrize("part", ["elder", "relative", "nurse", "doctor", "clerk", "auditor", "admin"])
def test_others_lack_the_right(enter: Any, cast: Cast, part: str) -> None:
    client = enter(part)
    for path in ("staff/", "staff/expiring/", f"staff/{cast.staff['nurse'].pk}/", "staff/add/"):
        assert client.get(f"/people/{path}").status_code == 403
    assert client.get("/api/v1/staff").status_code == 403


def test_wrong_methods(enter: Any, cast: Cast) -> None:
    manager = enter("manager")
    assert manager.post("/people/staff/").status_code == 405
    assert manager.delete(f"/people/staff/{cast.staff['nurse'].pk}/correct/").status_code == 405
    assert manager.get("/people/credentials/1/check/").status_code == 405


def test_an_account_with_the_nurses_part(enter: Any, cast: Cast) -> None:
    manager = enter("manager")
    added = send(manager, "/staff", body(cast, phone="13700137000", with_account=True)).json()
    actor = accounts.actor_for(User.objects.get(username="13700137000"), NOW)
    assert (actor.role, actor.staff_id, actor.organisation_ids) == (Role.NURSE, added["id"], {cast.harbour.pk})
    assert Message.objects.get().to_masked == "137****7000"
    taken = send(manager, "/staff", body(cast, badge_no="N2", phone="13700137000", with_account=True))
    assert (taken.status_code, taken.json()["code"]) == (409, "registry.account_taken")


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"name": ""}, "name", "people.name_empty"), ({"sex": "x"}, "sex", "registry.unknown_choice"), ({"profession": "wizard"}, "profession", "registry.unknown_choice"),
        ({"practising_since": "2025-06-17"}, "practising_since", "registry.in_future"), ({"works_on": [8]}, "works_on", "registry.unknown_choice"),
        ({"works_from_min": 900, "works_until_min": 600}, "works_until_min", "registry.hours"), ({"with_account": True}, "phone", "registry.text_empty"),
        ({"department_id": 999}, "department_id", "registry.unknown_choice"), ({"badge_no": ""}, "badge_no", "registry.text_empty"), ({"lon": 0}, "lon", "registry.lon_outside"),
        ({"with_account": True, "phone": "13700137000", "profession": "pharmacist"}, "profession", "registry.no_portal"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(enter: Any, cast: Cast, more: dict[str, Any], field: str, rule: str) -> None:
    answer = send(enter("manager"), "/staff", body(cast, **more))
    assert (answer.status_code, answer.json()["rules"]) == (422, {field: [rule]})


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "diploma"}, "kind"), ({"number": ""}, "number"), ({"valid_until": None}, "valid_until"), ({"valid_until": "2024-01-01"}, "valid_until"),
        ({"detail": "x" * 61}, "detail"), ({"valid_from": "2025-02-30"}, "valid_from"),
    ],
)  # fmt: skip
def test_papers_that_cannot_be(enter: Any, cast: Cast, more: dict[str, Any], field: str) -> None:
    paper = {
        "kind": "registration",
        "number": "202044123456",
        "valid_from": "2024-01-01",
        "valid_until": "2029-01-01",
    } | more
    answer = send(enter("manager"), f"/staff/{cast.staff['nurse'].pk}/credentials", paper)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {field})


def test_a_badge_is_one_persons(enter: Any, cast: Cast) -> None:
    manager = enter("manager")
    assert send(manager, "/staff", body(cast)).status_code == 201
    assert send(manager, "/staff", body(cast)).json()["code"] == "registry.badge_taken"


def test_off_duty_is_red_and_told(enter: Any, cast: Cast) -> None:
    manager, pk = enter("manager"), cast.staff["nurse"].pk
    answer = send(manager, f"/staff/{pk}", {"is_active": False}, "patch", **{"If-Match": '"1"'})
    assert answer.json()["reds"] == ["gate:nurse_not_suspended"]
    assert OutboxEvent.objects.get(name="staff.taken_off_duty").payload == {"staff_id": pk}
    assert send(manager, f"/staff/{pk}", {"title": "护师"}, "patch", **{"If-Match": '"1"'}).status_code == 412
    assert (
        send(enter("stranger_manager"), f"/staff/{pk}", {"title": "护师"}, "patch", **{"If-Match": '"2"'}).status_code
        == 404
    )


def test_the_browsers_forms(enter: Any, cast: Cast) -> None:
    manager = enter("manager")
    facts = {
        "name": "测试网页护士", "badge_no": "W1", "sex": "2", "profession": "nurse", "title": "护师", "practising_since": "2015-07-01", "works_from": "08:30",
        "works_until_min": "17:00", "works_on": ["1", "2"], "speaks": "普通话、粤语",
    }  # fmt: skip
    assert manager.post("/people/staff/add/", facts | {"works_until_min": "08:00"}).status_code == 422
    page = manager.post("/people/staff/add/", facts, follow=True)
    staff = Staff.objects.get(badge_no="W1")
    assert "接着登记证照和保险" in page.content.decode()
    assert (staff.works_from_min, staff.works_until_min, staff.works_on, staff.speaks) == (
        510,
        1020,
        [1, 2],
        ["普通话", "粤语"],
    )
    one = f"/people/staff/{staff.pk}/"
    assert manager.post(f"{one}credentials/", {"kind": "registration", "valid_from": "2024-01-01"}).status_code == 422
    manager.post(
        f"{one}credentials/",
        {"kind": "registration", "number": "202044123456", "valid_from": "2024-01-01", "valid_until": "2029-01-01"},
    )
    paper = Credential.objects.get(staff=staff)
    assert "我已核对" in manager.get(one).content.decode()
    assert "核对过" in manager.post(f"/people/credentials/{paper.pk}/check/", follow=True).content.decode()
    assert (
        manager.post(
            f"{one}covers/",
            {
                "kind": "liability",
                "policy_no": "P",
                "valid_from": "2025-01-01",
                "valid_until": "2026-01-01",
                "for_everybody": "on",
            },
        ).status_code
        == 302
    )
    assert queries.list_covers(staff)[0].staff_id is None
    again = facts | {"version": 1, "title": "主管护师"}
    assert manager.post(f"{one}correct/", again).status_code == 302
    staff.refresh_from_db()
    assert (staff.title, staff.is_active, staff.version, staff.works_from_min) == ("主管护师", False, 2, 510)


def test_institutions(enter: Any, cast: Cast) -> None:
    cast.hill.licence_valid_until = TODAY
    cast.hill.save()
    regulator = enter("regulator")
    text = regulator.get("/people/organisations/").content.decode()
    assert "1 家许可证已过期" in text
    assert "港湾医院" in text
    assert regulator.get("/people/organisations/", {"kind": "care_home"}).context["screen"].rows == ()
    soon = regulator.get("/people/organisations/", {"expiring": "1"}).context["screen"].rows
    assert [row.name for row in soon] == [cast.hill.name]  # what the home page counts, and nobody else
    assert "执业许可证缺失或已过期" in regulator.get(f"/people/organisations/{cast.hill.pk}/").content.decode()
    regulator.cookies["yijia_language"] = "en"
    assert "Harbour Hospital" in regulator.get("/people/organisations/").content.decode()
    assert enter("manager").get(f"/people/organisations/{cast.hill.pk}/").status_code == 404
    assert enter("manager").get(f"/api/v1/organisations/{cast.hill.pk}").status_code == 404
    assert enter("manager").get(f"/api/v1/organisations/{cast.harbour.pk}").json()["service_modes"]
    assert regulator.get("/api/v1/organisations").json()["total"] == 2
    assert enter("admin").get(f"/people/organisations/{cast.harbour.pk}/").status_code == 200
    assert regulator.post("/people/organisations/").status_code == 405


def test_a_city_without_a_rate_refuses_to_unmask(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from yijia.apps.registry.actions import privacy
    from yijia.base.errors import Refused

    monkeypatch.setattr(privacy, "RATE", "term:no_such_rate")
    with pytest.raises(Refused, match=r"policy\.unknown"):
        actions.unmask(
            subject="resident",
            subject_id=cast.residents["elder"].pk,
            field="phone",
            purpose="call_back",
            by=cast.actors["clerk"],
            at=NOW,
        )


def test_an_institution_renews_its_licence(enter: Any, cast: Cast) -> None:
    manager, url = enter("manager"), f"/people/organisations/{cast.harbour.pk}/correct/"
    facts = {
        "licence_no": "TEST-9",
        "licence_valid_until": "2030-01-01",
        "service_modes": ["home_bed"],
        "phone": "0769-1",
    }
    assert manager.get(url).status_code == 200
    assert manager.post(url, facts | {"licence_no": ""}).status_code == 422
    assert manager.post(url, facts).status_code == 302
    gate = queries.institution_facts_for_system(cast.harbour.pk)
    assert (gate.licence_until.isoformat(), gate.does_home_beds, gate.does_home_rounds) == ("2030-01-01", True, False)
    api = f"/organisations/{cast.harbour.pk}"
    assert send(manager, api, {"service_modes": ["home_round"]}, "patch").json()["licence_no"] == "TEST-9"
    assert send(manager, api, {"service_modes": ["teleport"]}, "patch").json()["rules"] == {
        "service_modes": ["registry.unknown_choice"]
    }
    assert send(enter("stranger_manager"), api, {"phone": "1"}, "patch").status_code == 404
    assert enter("stranger_manager").get(url).status_code == 404
    assert send(enter("regulator"), api, {"phone": "1"}, "patch").json()["permission"] == "organisation:edit"
    assert enter("nurse").get(url).status_code == 403
    assert enter("admin").get(url).status_code == 200
    assert manager.delete(url).status_code == 405
