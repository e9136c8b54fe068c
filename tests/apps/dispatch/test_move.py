"""Moving one visit: the verdict first, by form and while dragging; then the move, refused when somebody was quicker."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import visits as factory
from yijia.apps.visits import actions as visits
from yijia.apps.visits.models import Assignment

Enter = Callable[..., Client]


def test_the_verdict_says_what_forbids_it(cast: Cast, enter: Enter) -> None:
    visit = factory.assigned(cast, "nurse")
    cast.staff["second_nurse"].credentials.filter(kind="registration").delete()
    desk, second = enter("dispatcher"), cast.staff["second_nurse"].pk
    address = f"/dispatch/orders/{visit.order_id}/move/"
    page = desk.get(address, {"staff": second, "instead": cast.staff["nurse"].pk}).content.decode()
    assert "<b>不行</b>" in page
    assert "就这样派" not in page
    late = desk.get(address, {"staff": cast.staff["nurse"].pk, "at": "16:00"}, headers={"HX-Request": "true"})
    assert "不在家属希望的时段内" in late.content.decode()
    fine = desk.get(address, {"staff": cast.staff["nurse"].pk, "at": "12:00"}).content.decode()
    assert "会给家属发一条改时间的短信" in fine
    lanes = desk.get(f"/dispatch/orders/{visit.order_id}/lanes/").json()
    assert lanes[str(second)] == {"ok": False, "why": lanes[str(second)]["why"]}
    assert lanes[str(cast.staff["nurse"].pk)]["ok"]


def test_the_move_and_who_was_quicker(cast: Cast, enter: Enter, see_all: Any) -> None:
    visit = factory.assigned(cast, "nurse")
    desk, second = enter("dispatcher"), cast.staff["second_nurse"].pk
    sent = {
        "staff": second, "lead": second, "planned_from": visit.planned_from.isoformat(), "order_version": visit.order.version, "visit_version": visit.version,
    }  # fmt: skip
    address = f"/dispatch/orders/{visit.order_id}/move/"
    assert desk.post(address, sent).status_code == 302
    see_all()
    assert Assignment.objects.get(visit=visit, is_active=True).staff_id == second
    again = desk.post(address, sent | {"staff": cast.staff["nurse"].pk})
    assert again.status_code == 409
    assert "测试dispatcher" in again.content.decode()
    see_all()
    assert Assignment.objects.get(visit=visit, is_active=True).staff_id == second
    assert desk.post(address, {}).status_code == 422


def test_strangers_and_colleagues(cast: Cast, enter: Enter) -> None:
    visit = factory.assigned(cast, "nurse")
    for door in ("move", "lanes"):
        address = f"/dispatch/orders/{visit.order_id}/{door}/"
        assert enter("stranger_dispatcher").get(address).status_code == 404
        assert enter("nurse").get(address).status_code == 403
    sent = {"staff": 1, "planned_from": NOW.isoformat(), "order_version": 1}
    assert enter("stranger_dispatcher").post(f"/dispatch/orders/{visit.order_id}/move/", sent).status_code == 404


def test_through_the_api(cast: Cast, enter: Enter, see_all: Any) -> None:
    visit = factory.assigned(cast, "nurse")
    desk, nurse = enter("dispatcher"), cast.staff["nurse"].pk
    later = visit.planned_from + timedelta(minutes=30)
    address = f"/api/v1/dispatch/orders/{visit.order_id}/move"
    verdict = desk.get(address, {"staff_id": nurse, "begins": later.isoformat()}).json()
    assert verdict["is_allowed"], verdict
    body = {"staff_ids": [nurse], "planned_from": verdict["at"]} | {
        name: verdict[name] for name in ("order_version", "visit_version")
    }
    done = desk.post(address, body, content_type="application/json")
    assert done.json()["version"] == 1, done.content
    assert desk.post(address, body, content_type="application/json").status_code == 409
    see_all()
    visit.refresh_from_db()
    assert visit.planned_from == later


def test_a_nurse_on_leave_stands_under_why_not(cast: Cast, enter: Enter) -> None:
    visit = factory.opened(cast)
    visits.note_absence(
        staff_id=cast.staff["nurse"].pk, away_from=NOW, away_until=NOW + timedelta(hours=9), by=cast.actors["dispatcher"], at=NOW
    )  # fmt: skip
    assert "请假了" in enter("dispatcher").get(f"/dispatch/orders/{visit.order_id}/").content.decode()
    assert "请假" in enter("dispatcher").get("/dispatch/").content.decode()
