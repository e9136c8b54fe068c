"""The doors of a plan: ask, look, publish, undo, discard; answers to the running day; in browser and API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.apps.dispatch import test_plans as plans
from tests.cast import NOW, TODAY, Cast
from tests.factories import visits as factory
from yijia.apps.dispatch import actions, jobs
from yijia.apps.dispatch.models import Plan
from yijia.apps.visits.models import Absence, Assignment, Visit

Enter = Callable[..., Client]
DAY = TODAY.isoformat()


def test_from_asking_to_undoing(cast: Cast, enter: Enter, see_all: Any) -> None:
    plans.town(cast)
    red = factory.signed(cast, is_assessed=False)
    desk = enter("dispatcher")
    asked = desk.post("/dispatch/plans/", {"house": cast.harbour.pk, "on": DAY, "freedom": "new"})
    assert asked.status_code == 302
    assert "排队中" in desk.get(asked["Location"]).content.decode()
    assert "正在排" in desk.post("/dispatch/plans/", {"house": cast.harbour.pk, "on": DAY}).content.decode()
    see_all()
    plan = Plan.objects.get()
    jobs.compute(plan.pk, seconds=0.2)
    page = desk.get(f"/dispatch/plans/{plan.pk}/").content.decode()
    assert "上门前安全核对没有通过" in page
    assert f"/dispatch/orders/{red.pk}/" in page
    assert "发布，通知 3 家" in page
    assert desk.post(f"/dispatch/plans/{plan.pk}/publish/").status_code == 302
    see_all()
    assert Assignment.objects.filter(is_active=True).count() == 3
    board = desk.get("/dispatch/").content.decode()
    assert "排班第 1 版" in board
    assert "路上" in board
    undone = desk.post(f"/dispatch/plans/{plan.pk}/undo/")
    assert "排班第 2 版" in desk.get(undone["Location"]).content.decode()
    see_all()
    assert not Assignment.objects.filter(is_active=True).exists()


def test_a_long_plan_is_published_by_the_worker(cast: Cast, enter: Enter, see_all: Any, monkeypatch: Any) -> None:
    plans.town(cast, 2)
    plan = plans.planned(cast)
    monkeypatch.setattr("yijia.apps.dispatch.screens.plans.LONG", 1)
    desk = enter("dispatcher")
    desk.post(f"/dispatch/plans/{plan.pk}/publish/")
    assert "正在发布" in desk.get(f"/dispatch/plans/{plan.pk}/").content.decode()
    see_all()
    jobs.publish(plan.pk)
    see_all()
    assert Assignment.objects.filter(is_active=True).count() == 2


def test_a_draft_is_thrown_away(cast: Cast, enter: Enter, see_all: Any) -> None:
    plans.town(cast, 1)
    plan = plans.planned(cast)
    desk = enter("dispatcher")
    assert desk.post(f"/dispatch/plans/{plan.pk}/discard/").status_code == 302
    assert desk.post(f"/dispatch/plans/{plan.pk}/publish/").status_code == 409


@pytest.mark.parametrize("door", ["publish", "discard", "undo"])
def test_strangers_and_colleagues_without_the_right(cast: Cast, enter: Enter, door: str) -> None:
    plans.town(cast, 1)
    plan = plans.planned(cast)
    assert enter("stranger_dispatcher").post(f"/dispatch/plans/{plan.pk}/{door}/").status_code == 404
    assert enter("nurse").post(f"/dispatch/plans/{plan.pk}/{door}/").status_code == 403
    assert enter("dispatcher").get(f"/dispatch/plans/{plan.pk}/{door}/").status_code == 405


def test_plans_of_others_are_out_of_sight(cast: Cast, enter: Enter) -> None:
    plan = plans.planned(cast)
    other = enter("stranger_dispatcher")
    assert other.get(f"/dispatch/plans/{plan.pk}/").status_code == 404
    assert other.post("/dispatch/plans/", {"house": cast.harbour.pk, "on": DAY}).status_code == 404
    assert enter("dispatcher").post("/dispatch/plans/", {"house": "x", "on": "never"}).status_code == 422


def test_an_emergency_from_the_board(cast: Cast, enter: Enter, see_all: Any) -> None:
    order = factory.signed(cast, wanted_from=NOW)
    desk = enter("dispatcher")
    event = {"house": cast.harbour.pk, "on": DAY, "event": "emergency", "order": order.pk}
    page = desk.post("/dispatch/answers/", event, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "多去 1 家" in page
    see_all()
    best = Plan.objects.order_by("pk").first()
    assert best is not None
    assert desk.post(f"/dispatch/plans/{best.pk}/publish/").status_code == 302
    see_all()
    assert Visit.objects.get().planned_from <= NOW + timedelta(hours=2)
    assert desk.post("/dispatch/answers/", event | {"order": ""}).status_code == 422
    assert desk.get("/dispatch/answers/").status_code == 405
    assert enter("stranger_dispatcher").post("/dispatch/answers/", event).status_code == 404
    assert enter("nurse").post("/dispatch/answers/", event).status_code == 403


def test_a_sick_call_and_running_late(cast: Cast, enter: Enter, see_all: Any) -> None:
    factory.assigned(cast, "nurse")
    desk, nurse = enter("dispatcher"), cast.staff["nurse"].pk
    assert "今天不能来" in desk.get(f"/dispatch/staff/{nurse}/").content.decode()
    asked = {"house": cast.harbour.pk, "on": DAY, "staff": nurse}
    page = desk.post("/dispatch/answers/", asked | {"event": "sick"}).content.decode()
    assert "1 家换护士" in page
    assert "先放回待派" in page
    late = desk.post("/dispatch/answers/", asked | {"event": "overrun", "minutes": 30})
    assert "不用动" in late.content.decode()
    see_all()
    assert not Absence.objects.exists()
    assert enter("stranger_dispatcher").get(f"/dispatch/staff/{nurse}/").status_code == 404
    assert enter("nurse").get(f"/dispatch/staff/{nurse}/").status_code == 403


def test_the_engine_is_not_asked_before_it_is_ready(cast: Cast, enter: Enter, monkeypatch: Any) -> None:
    order = factory.signed(cast, wanted_from=NOW)
    monkeypatch.setattr("yijia.base.local.engine.is_ready", lambda: False)
    event = {"house": cast.harbour.pk, "on": DAY, "event": "emergency", "order": order.pk}
    answer = enter("dispatcher").post("/dispatch/answers/", event)
    assert answer.status_code == 409
    assert "正在准备" in answer.content.decode()
    assert enter("dispatcher").get("/dispatch/ready/").status_code == 204


def test_the_same_through_the_api(cast: Cast, enter: Enter, see_all: Any) -> None:
    plans.town(cast, 2)
    desk = enter("dispatcher")

    def post(path: str, **body: Any) -> Any:
        return desk.post(f"/api/v1/dispatch/{path}", body, content_type="application/json")

    asked = post("plans", organisation_id=cast.harbour.pk, on=DAY)
    assert asked.status_code == 201, asked.content
    plan_id = asked.json()["plan_id"]
    see_all()
    jobs.compute(plan_id, seconds=0.2)
    draft = desk.get(f"/api/v1/dispatch/plans/{plan_id}").json()
    assert (draft["state"], len(draft["lines"])) == ("draft", 2)
    assert {figure["after"] for figure in draft["figures"][:1]} == {2}
    assert post(f"plans/{plan_id}/publish").json()["number"] == 1
    board = desk.get("/api/v1/dispatch/board").json()
    assert board["version"] == 1
    assert sum(len(row["blocks"]) for row in board["rows"]) == 2
    assert post(f"plans/{plan_id}/undo").json()["kind"] == "undo"
    assert post(f"plans/{plan_id}/discard").status_code == 409
    found = post("answers", organisation_id=cast.harbour.pk, on=DAY, event="fill").json()
    assert found["cards"]


def test_who_asks_for_a_plan_must_be_the_dispatcher(cast: Cast) -> None:
    from yijia.base import errors

    with pytest.raises(errors.Refused, match=r"permission\.missing"):
        actions.ask_plan(organisation_id=cast.harbour.pk, on=TODAY, by=cast.actors["nurse"], at=NOW)
