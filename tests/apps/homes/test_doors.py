"""The pages of a care home: who may open them, what they show, what they refuse."""

import uuid
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import TODAY, Cast
from tests.factories import cooperations
from tests.factories import homes as make
from yijia.apps.care import actions as care
from yijia.apps.homes.models import Bed, Dose, GateEntry, Medicine, Placement
from yijia.base import outbox
from yijia.core.calendar import at_local

Enter = Callable[[str], Client]


def html(response: Any) -> str:
    return str(response.content.decode())


def test_the_home_of_the_role_is_what_to_do_next(cast: Cast, enter: Enter) -> None:
    make.busy(cast)
    keeper = enter(make.HOME)
    assert keeper.get("/")["Location"] == "/homes/"
    page = html(keeper.get("/homes/"))
    assert "现在该给的药" in page  # 08:30, half an hour ago
    assert "66.67%" in page  # two of three beds
    assert keeper.post("/homes/").status_code == 405


@pytest.mark.parametrize(
    "path", ["", "beds/", "people/", "people/{elder}/", "medicines/", "outside/", "rounds/", "admit/", "beds/new/"]
)
def test_who_opens_which_page(cast: Cast, enter: Enter, path: str) -> None:
    make.busy(cast)
    make.other_home(cast)
    address = f"/homes/{path.format(elder=cast.residents['elder'].pk)}"
    assert enter(make.HOME).get(address).status_code == 200
    for part in ("manager", "doctor", "elder", "relative", "regulator", "clerk"):
        assert enter(part).get(address).status_code == 403, part
    assert enter(make.OTHER).get(address).status_code == (404 if "{elder}" in path else 200)
    assert "测试elder" not in html(enter(make.OTHER).get(address))


def test_moving_in_and_out_through_the_pages(cast: Cast, enter: Enter, see_all: Any) -> None:
    make.home(cast)
    keeper = enter(make.HOME)
    assert "还没有床位" in html(keeper.get("/homes/beds/"))
    assert keeper.post("/homes/beds/new/", {}).status_code == 422
    assert keeper.post("/homes/beds/new/", {"building": "A 栋", "room": "203", "numbers": "1 2 10"}).status_code == 302
    see_all()
    first, second = Bed.objects.get(number="1"), Bed.objects.get(number="2")
    given = {
        "client_id": str(uuid.uuid4()), "identity": make.identity(cast.residents["elder"]), "bed": first.pk, "care_level": "dependent",
        "from_on": TODAY.isoformat(),
    }  # fmt: skip
    assert keeper.post("/homes/admit/", given | {"bed": 0}).status_code == 422
    assert keeper.post("/homes/admit/", given)["Location"] == "/homes/beds/"
    again = keeper.post("/homes/admit/", given | {"client_id": str(uuid.uuid4()), "bed": second.pk})
    assert again.status_code == 409
    assert "已住在本机构" in html(again)
    see_all()
    placement = Placement.objects.get()
    assert "介护" in html(keeper.get("/homes/beds/"))
    at = f"/homes/placements/{placement.pk}/"
    assert keeper.get(f"{at}change_bed/").status_code == 200
    assert keeper.get(f"{at}fly/").status_code == 404
    assert keeper.get(f"{at}come_back/").status_code == 404
    assert keeper.post(f"{at}change_bed/", {"bed": second.pk, "version": placement.version}).status_code == 302
    assert keeper.post(f"{at}go_away/", {"reason": "family", "version": placement.version}).status_code == 412
    assert keeper.post(f"{at}go_away/", {}).status_code == 422
    assert keeper.post(f"{at}go_away/", {"reason": "family", "back_on": TODAY.isoformat()}).status_code == 302
    page = html(keeper.get(f"/homes/people/{placement.resident_id}/"))
    assert "登记返院" in page
    assert "A 栋 203-2" in page
    assert keeper.post(f"{at}go_away/", {"reason": "family"}).status_code == 409
    assert keeper.post(f"{at}come_back/", {}).status_code == 302
    assert enter("manager").post(f"{at}come_back/", {}).status_code == 403
    make.other_home(cast)
    assert enter(make.OTHER).post(f"{at}come_back/", {}).status_code == 404
    assert keeper.post(f"/homes/beds/{first.pk}/close/").status_code == 302
    assert keeper.post(f"/homes/beds/{second.pk}/close/").status_code == 409
    assert keeper.get(f"/homes/beds/{second.pk}/close/").status_code == 405
    left = {"reason": "family", "on": TODAY.isoformat()}
    assert keeper.post(f"{at}leave/", left).status_code == 302
    assert keeper.post(f"{at}leave/", left).status_code == 409
    assert "已退住" in html(keeper.get("/homes/people/?state=left"))
    assert "回家生活" in html(keeper.get(f"/homes/people/{placement.resident_id}/"))


def test_medicines_through_the_pages(cast: Cast, enter: Enter, see_all: Any) -> None:
    """HOME-09 HOME-11"""
    placement = make.admitted(cast)
    keeper, elder = enter(make.HOME), cast.residents["elder"]
    new = f"/homes/people/{elder.pk}/medicines/new/"
    line = {
        "name": "二甲双胍", "dose": "0.5 g（1 片）", "route": "口服", "times": "08:00，17:30", "prescriber": "李医生", "source": "出院带药",
        "from_on": (TODAY - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    assert keeper.get(new).status_code == 200
    assert keeper.post(new, line | {"times": "morning"}).status_code == 422
    assert keeper.post(new, line).status_code == 302
    see_all()
    medicine = Medicine.objects.get()
    assert (medicine.times, medicine.placement_id) == (["08:00", "17:30"], placement.pk)
    assert "二甲双胍" in html(keeper.get("/homes/medicines/?only=open"))
    write = f"/homes/medicines/{medicine.pk}/doses/"
    dose = {"on": TODAY.isoformat(), "slot": "08:00", "outcome": "given"}
    assert keeper.post(write, dose)["Location"] == f"/homes/medicines/?on={TODAY}#t0800"
    twice = keeper.post(write, dose | {"outcome": "refused", "note": "不肯吃"})
    assert twice.status_code == 409
    assert "测试院长" in html(twice)
    assert keeper.post(write, dose | {"slot": "17:30", "outcome": "refused"}).status_code == 422
    assert keeper.post(write, dose | {"slot": "99:99"}).status_code == 409
    assert keeper.post(write, {}).status_code == 422
    assert keeper.get(write).status_code == 405
    assert enter("nurse").post(write, dose).status_code == 403
    make.other_home(cast)
    assert enter(make.OTHER).post(write, dose | {"slot": "17:30"}).status_code == 404
    see_all()
    written = Dose.objects.get()
    correct = f"/homes/doses/{written.pk}/correct/"
    assert "已给" in html(keeper.get(correct))
    assert keeper.post(correct, {"outcome": "refused"}).status_code == 422
    assert keeper.post(correct, {"outcome": "refused", "note": "吐出来了"}).status_code == 302
    assert keeper.post(correct, {"outcome": "given", "note": "又吃了"}).status_code == 409
    assert enter(make.OTHER).get(correct).status_code == 404
    assert "吐出来了" in html(keeper.get("/homes/medicines/"))
    assert keeper.get("/homes/medicines/?on=9999-99-99").status_code == 200
    stop = f"/homes/medicines/{medicine.pk}/stop/"
    assert keeper.get(stop).status_code == 200
    assert keeper.post(stop, {}).status_code == 422
    assert keeper.post(stop, {"reason": "医生停药"}).status_code == 302
    assert enter(make.OTHER).get(stop).status_code == 404
    assert "医生停药" in html(keeper.get(f"/homes/people/{elder.pk}/"))


def test_who_is_in_hospital_is_late_for_no_dose(cast: Cast, enter: Enter, travel: Any, see_all: Any) -> None:
    """HOME-10: not since the report, but since the admission; what was left unwritten before stays late."""
    placement = make.admitted(cast)
    make.medicine(cast, placement, times=("06:00", "08:30"))
    told = {"resident_id": placement.resident_id, "organisation_id": cast.harbour.pk, "hospital": "港湾医院"}
    keeper = enter(make.HOME)
    travel(at_local(TODAY, time(11)))
    assert "过时未登记 2 次" in html(keeper.get("/homes/medicines/"))
    see_all()
    care.report_admission(
        **told, admitted_at=at_local(TODAY, time(8)), by=cast.actors["doctor"], at=at_local(TODAY, time(11))
    )
    outbox.drain(at=at_local(TODAY, time(11)))
    shown = html(keeper.get("/homes/medicines/"))
    assert "过时未登记 1 次" in shown
    assert "当时外出" in shown
    assert "已登记 0 / 1 次" in shown
    states = {one["slot"]: one["state"] for one in keeper.get("/api/v1/home-doses").json()}
    assert states == {"06:00": "late", "08:30": "away"}
    assert html(keeper.get("/homes/")).count("过时未登记") == 1


def test_the_door_through_the_pages(cast: Cast, enter: Enter, see_all: Any) -> None:
    """HOME-12"""
    make.home(cast)
    keeper = enter(make.HOME)
    empty = keeper.post("/homes/outside/in/", {"house": "某药房"})
    assert empty.status_code == 422
    assert 'value="某药房"' in html(empty)
    assert "有 1 处要改" in html(empty)
    assert keeper.post("/homes/outside/in/", {"visit_id": 2**60}).status_code == 404
    assert keeper.post("/homes/outside/in/", {"visitor": "送药员", "house": "药房"}).status_code == 302
    see_all()
    entry = GateEntry.objects.get()
    assert "送药员" in html(keeper.get("/homes/outside/"))
    assert keeper.post(f"/homes/outside/{entry.pk}/out/").status_code == 302
    assert keeper.post(f"/homes/outside/{entry.pk}/out/").status_code == 302
    assert keeper.get(f"/homes/outside/{entry.pk}/out/").status_code == 405
    assert enter("manager").post(f"/homes/outside/{entry.pk}/out/").status_code == 403
    make.other_home(cast)
    assert enter(make.OTHER).post(f"/homes/outside/{entry.pk}/out/").status_code == 404


def test_rounds_owed_are_shown(cast: Cast, enter: Enter) -> None:
    """HOME-07"""
    cooperations.in_force(cast)
    page = html(enter(make.HOME).get("/homes/rounds/"))
    assert "来了 0 次，约定 2 次" in page
    assert "港湾医院" in page


def test_the_manager_asks_for_help_and_a_referral(cast: Cast, enter: Enter, see_all: Any) -> None:
    """HOME-13"""
    cooperations.in_force(cast)
    make.admitted(cast)
    elder, keeper = cast.residents["elder"], enter(make.HOME)
    page = html(keeper.get(f"/homes/people/{elder.pk}/"))
    assert f"/referrals/emergencies/press/{elder.pk}/" in page
    pressed = keeper.post(
        f"/referrals/emergencies/press/{elder.pk}/", {"client_id": str(uuid.uuid4()), "where": "A 栋 203-1"}
    )
    assert pressed.status_code == 302
    asking = f"/referrals/people/{elder.pk}/ask/"
    form = html(keeper.get(asking))
    assert f'name="asked" value="{cast.harbour.pk}" ' in form
    assert (
        "checked" in form.split(f'name="asked" value="{cast.harbour.pk}"')[1].split(">")[0]
    )  # the partner of the agreement
    asked = {
        "client_id": str(uuid.uuid4()), "direction": "up", "urgency": "urgent", "wants": "bed", "asked": cast.harbour.pk, "reason": "发热三天",
        "conditions": "肺炎待查",
    }  # fmt: skip
    answer = keeper.post(asking, asked)
    assert answer.status_code == 302
    shown = html(keeper.get(f"/homes/people/{elder.pk}/"))
    assert "已呼叫，等应答" in shown
    assert "等答复" in shown
    assert enter("doctor").get(answer["Location"]).status_code == 200
    see_all()
    stranger = cast.residents["neighbour"].pk
    assert keeper.get(f"/referrals/people/{stranger}/ask/").status_code == 404
    assert keeper.get(f"/referrals/emergencies/press/{stranger}/").status_code == 404
