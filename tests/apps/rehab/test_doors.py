"""The doors of rehabilitation: they work, refuse the wrong method, hide from strangers, deny colleagues, bear repetition."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, TODAY, Cast
from tests.factories import rehab as make
from tests.factories.agreements import DRAWN
from yijia.apps.cases.models import Case, StatedFigure
from yijia.apps.rehab.models import Ban, Designation, MonthSettlement, ParentTraining, Placement

Enter = Callable[[str], Client]
API = "/api/v1/rehab"


def _post(client: Client, path: str, **form: Any) -> Any:
    return client.post(path, form)


def test_an_evaluation_in_the_browser(cast: Cast, enter: Enter, see_all: Any, travel: Any) -> None:
    """Applied, accepted, visited, voted, announced, designated, with the figures stated on the way."""
    manager, federation = enter("manager"), enter("federation")
    given = {
        "client_id": uuid.uuid4(), "list_code": "rehab_child", "category": "limb", "places": 3, "contact": "测试 0769", "statement": "情况",
    }  # fmt: skip
    assert manager.get("/rehab/apply/").status_code == 200
    assert _post(manager, "/rehab/apply/", **(given | {"places": 0})).status_code == 422
    assert _post(manager, "/rehab/apply/", **given).status_code == 302
    assert _post(manager, "/rehab/apply/", **(given | {"client_id": uuid.uuid4()})).status_code == 409
    see_all()
    pk = Case.objects.get(category="limb").pk
    path = f"/rehab/cases/{pk}/"
    assert manager.get(path).status_code == 200
    assert manager.get(path + "move/").status_code == 405
    assert enter("stranger_manager").get(path).status_code == 404
    assert enter("doctor").get(path).status_code == 200
    assert enter("nurse").get(path).status_code == 403
    assert _post(federation, path + "move/", event="accept").status_code == 302
    assert _post(federation, path + "move/", event="accept").status_code == 409
    assert federation.get(path + "sheet/").status_code == 200
    assert manager.get(path + "sheet/").status_code == 403
    answers = {f"c_{name}": {True: "yes", False: "no"}.get(value, value) for name, value in make.SHEET.items()}
    assert _post(federation, path + "sheet/", c_legal="yes").status_code == 422
    assert _post(federation, path + "sheet/", **answers).status_code == 302
    for part in ("expert", "second_expert"):
        assert _post(federation, path + "experts/", expert_id=cast.users[part].pk).status_code == 302
        assert enter(part).get(path).status_code == 200
        assert _post(enter(part), path + "vote/", is_for="yes", reason="看过").status_code == 302
    assert _post(manager, path + "vote/", is_for="yes", reason="x").status_code == 403
    said = _post(federation, path + "move/", event="publish")
    assert said.status_code == 409
    assert "没有人读到原文" in said.content.decode()
    for name, figure in make.FIGURES.items():
        key = f"rehab:criteria.{name}"
        assert (
            _post(
                federation, "/rehab/figures/", key=key, figure=figure, original="示例文件", signed_name="测试"
            ).status_code
            == 302
        )
    assert federation.get("/rehab/figures/").status_code == 200
    assert manager.get("/rehab/figures/").status_code == 403
    assert _post(federation, path + "move/", event="publish").status_code == 302
    assert "港湾医院" in Client().get("/rehab/list/").content.decode()
    travel(timedelta(days=12))
    federation = enter("federation")
    assert _post(federation, path + "move/", event="designate").status_code == 302
    see_all()
    assert StatedFigure.objects.count() == 3
    row = Designation.objects.get()
    letter = row.case.letters.get()
    pdf = enter("manager").get(f"{path}letters/{letter.pk}.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert enter("expert").get(f"{path}letters/{letter.pk}.pdf").status_code == 404
    assert enter("stranger_manager").get(f"{path}letters/{letter.pk}.pdf").status_code == 404


def test_an_exit_and_a_ban_in_the_browser(cast: Cast, enter: Enter, see_all: Any) -> None:
    row = make.listed(cast)
    federation, path = enter("federation"), f"/rehab/designations/{row.pk}/"
    assert federation.get(path).status_code == 200
    assert enter("stranger_manager").get(path).status_code == 404
    assert _post(federation, path, reason="", note="").status_code == 422
    assert _post(enter("manager"), path, reason="violation", note="x").status_code == 403
    assert _post(federation, path, reason="violation", note="超范围").status_code == 302
    assert _post(federation, path, reason="violation", note="超范围").status_code == 409
    see_all()
    ban = Ban.objects.get()
    for tab in ("cases", "list", "people", "bans"):
        assert federation.get(f"/rehab/?tab={tab}").status_code == 200
    lift = f"/rehab/bans/{ban.pk}/lift/"
    assert federation.get(lift).status_code == 200
    assert enter("manager").get(lift).status_code == 403
    assert _post(federation, lift, why="整改验收").status_code == 302
    assert _post(federation, lift, why="整改验收").status_code == 409
    assert federation.get("/rehab/bans/999999/lift/").status_code == 404


def test_an_auditor_reads_every_evaluation_and_no_person(cast: Cast, enter: Enter, see_all: Any) -> None:
    """REHAB-15"""
    held = make.running(cast)
    make.evaluated(cast, held)
    under_way = make.voting(cast, category="autism")
    auditor, row = enter("auditor"), held.designation
    desk = auditor.get("/rehab/").content.decode()
    assert under_way.number in desk
    assert "各人档案" not in desk
    assert 'href="/rehab/"' in auditor.get("/agreements/cooperations/").content.decode()  # the way there
    for case in (under_way.pk, row.case_id):
        shown = auditor.get(f"/rehab/cases/{case}/")
        assert shown.status_code == 200
        assert "<form" not in shown.content.decode().split("<main")[1].split("</main")[0]  # nothing to do
        assert auditor.get(f"/api/v1/rehab/cases/{case}").status_code == 200
    for tab in ("list", "people", "bans"):
        assert "测试child" not in auditor.get(f"/rehab/?tab={tab}").content.decode()
    assert auditor.get(f"/rehab/designations/{row.pk}/").status_code == 200
    assert _post(auditor, f"/rehab/designations/{row.pk}/", reason="violation", note="x").status_code == 403
    for part in ("auditor", "expert"):
        for path in (f"records/{held.pk}/", f"people/{held.resident_id}/"):
            assert enter(part).get(f"/rehab/{path}").status_code == 404, (part, path)
        assert enter(part).get(f"/api/v1/rehab/records/{held.pk}").status_code == 404


def test_a_choice_and_a_month_in_the_browser(cast: Cast, enter: Enter, see_all: Any) -> None:
    row = make.listed(cast)
    child = make.child(cast)
    guardian = enter("child_guardian")
    assert "康复档案" in guardian.get("/").content.decode()
    assert guardian.get("/rehab/mine/").status_code == 200
    path = f"/rehab/people/{child.pk}/"
    page = guardian.get(path + "choose/").content.decode()
    assert "还没有人评价" in page
    assert "公里" in page
    assert enter("relative").get(path).status_code == 404
    assert enter("doctor").get(path + "choose/").status_code == 403
    given = {"client_id": uuid.uuid4(), "designation_id": row.pk, "has_disability_proof": "1"}
    assert _post(guardian, path + "choose/", **given).status_code == 302
    assert _post(guardian, path + "choose/", **given).status_code == 302  # sent again it is the same choice
    see_all()
    placement = Placement.objects.get()
    make.begun(cast, placement, at=NOW - 48 * make.DAY)
    make.trained(cast, placement)
    record = f"/rehab/records/{placement.pk}/"
    doctor = enter("doctor")
    assert guardian.get(record).status_code == guardian.get(path).status_code == 200
    assert enter("stranger_manager").get(record).status_code == 404
    assert doctor.get(record + "evaluate/").status_code == 200
    assert guardian.get(record + "evaluate/").status_code == 403
    form = {"month": "2025-05-01", "progress": "能扶站", "goals": "扶走", "minutes": 600, "claimed": "2000.00"}
    assert _post(doctor, record + "evaluate/", **(form | {"goals": ""})).status_code == 422
    assert _post(doctor, record + "evaluate/", **form).status_code == 302
    see_all()
    evaluation = placement.evaluations.get()
    assert evaluation.claimed_fen == 200_000
    sign = f"/rehab/evaluations/{evaluation.pk}/sign/"
    assert guardian.get(sign).status_code == 200
    assert doctor.get(sign).status_code == 403
    assert enter("relative").get(sign).status_code == 404
    federation = enter("federation")
    said = _post(federation, record + "settle/", month="2025-05-01")
    assert said.status_code == 409
    assert "还没有监护人签字" in said.content.decode()
    assert _post(guardian, sign, name="测试家长", relation="母", image="").status_code == 422
    assert _post(guardian, sign, name="测试家长", relation="母", image=DRAWN).status_code == 302
    assert _post(guardian, sign, name="测试家长", relation="母", image=DRAWN).status_code == 409
    said = _post(federation, record + "settle/", month="2025-05-01")
    assert "年度限额没有人读到原文" in said.content.decode()
    see_all()
    make.stated(cast, at=NOW, yearly_yuan=3000)
    assert _post(federation, record + "settle/", month="2025-05-01").status_code == 302
    assert _post(enter("manager"), record + "settle/", month="2025-05-01").status_code == 403
    assert doctor.get(record + "train/").status_code == 200
    training = {
        "client_id": uuid.uuid4(),
        "held_on": TODAY.isoformat(),
        "minutes": 120,
        "topic": "家庭训练",
        "attendee": "测试家长",
    }
    assert _post(doctor, record + "train/", **training).status_code == 302
    assert _post(doctor, record + "train/", **training).status_code == 302
    see_all()
    assert ParentTraining.objects.count() == MonthSettlement.objects.count() == 1


@pytest.fixture
def call(enter: Enter) -> Callable[..., Any]:
    def ask(part: str, path: str, body: Any = None) -> Any:
        client = enter(part)
        return (
            client.get(API + path) if body is None else client.post(API + path, body, content_type="application/json")
        )

    return ask


def test_the_same_through_the_api(cast: Cast, call: Callable[..., Any], see_all: Any, travel: Any) -> None:
    made = call("manager", "/cases", {
        "client_id": str(uuid.uuid4()), "organisation_id": cast.harbour.pk, "list_code": "rehab_child", "category": "limb", "places": 1,
        "contact": "测试", "statement": "情况",
    })  # fmt: skip
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert made.json()["unknown_criteria"] == ["children_a_therapist", "floor_area", "equipment"]
    assert call("federation", f"/cases/{pk}/move", {"event": "accept"}).json()["state"] == "visiting"
    assert call("federation", f"/cases/{pk}/sheet", {"answers": {"legal": True}}).status_code == 422
    assert call("federation", f"/cases/{pk}/sheet", {"answers": make.SHEET}).json()["state"] == "voting"
    for part in ("expert", "second_expert"):
        assert call("federation", f"/cases/{pk}/experts", {"expert_id": cast.users[part].pk}).status_code == 200
        done = call(part, f"/cases/{pk}/votes", {"is_for": True, "reason": "看过"})
    assert done.json()["passed"] is True
    assert call("stranger_manager", f"/cases/{pk}").status_code == 404
    assert call("federation", f"/cases/{pk}/move", {"event": "publish"}).json()["code"] == "cases.criteria_unknown"
    for name, figure in make.FIGURES.items():
        body = {"key": f"rehab:criteria.{name}", "figure": figure, "original": "示例", "signed_name": "测试"}
        assert call("federation", "/figures", body).status_code == 201
    assert call("federation", f"/cases/{pk}/move", {"event": "publish"}).json()["state"] == "notice"
    travel(timedelta(days=12))
    assert call("federation", f"/cases/{pk}/move", {"event": "designate"}).json()["state"] == "designated"
    [row] = call("federation", "/designations").json()["items"]
    assert (row["listed"], row["free"]) == (False, 1)
    assert "还没有签订" in row["refusal"]
    see_all()
    make.child(cast)
    body = {"client_id": str(uuid.uuid4()), "designation_id": row["id"], "resident_id": cast.residents["child"].pk}
    assert call("child_guardian", "/records", body).json()["code"] == "rehab.no_agreement"
    see_all()
    make.sign_yearly(cast, Designation.objects.get(), at=NOW + timedelta(days=12))
    [offer] = call("child_guardian", f"/people/{cast.residents['child'].pk}/offers").json()
    assert (offer["free"], offer["ratings"], offer["stars"], offer["refusal"]) == (1, 0, None, "")
    chosen = call("child_guardian", "/records", body | {"stated": {"has_disability_proof": True}})
    assert chosen.status_code == 201
    record = f"/records/{chosen.json()['id']}"
    assert call("federation", record).json()["name"] != cast.residents["child"].name
    month = {"month": "2025-06-01", "progress": "x", "goals": "y"}
    assert call("doctor", record + "/evaluations", month).json()["code"] == "rehab.not_begun"
    training = {"client_id": str(uuid.uuid4()), "held_on": "2025-06-28", "minutes": 120, "topic": "x", "attendee": "y"}
    assert call("doctor", record + "/trainings", training).json()["code"] == "rehab.not_begun"
    assert call("federation", record + "/settle", {"month": "2025-06-01"}).status_code == 409
    assert call("relative", "/evaluations/999999/sign", {"name": "x", "image": "y"}).status_code == 404
    ended = call("federation", f"/designations/{row['id']}/end", {"reason": "fraud", "note": "套取"})
    assert ended.json()["listed"] is False
    [ban] = call("federation", "/bans").json()
    assert (ban["until_on"], ban["is_lifted"]) == (None, False)
    assert call("child_guardian", "/records", body | {"client_id": str(uuid.uuid4())}).json()["code"] == "rehab.banned"
    assert call("federation", f"/bans/{ban['id']}/lift", {"why": "验收"}).json()["is_lifted"] is True
    assert call("federation", "/cases").json()["total"] == 1
