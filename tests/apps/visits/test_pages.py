"""Every page of a visit opens for whom it is, in both languages, and for nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast, resident
from tests.factories import visits as factory
from yijia.apps.visits import actions
from yijia.apps.visits.models import Alarm
from yijia.apps.visits.queries import badge_token, crew

STATES = ("assigned", "departed", "arrived", "in_service", "recorded", "signed_off", "completed", "settled")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", STATES)
def test_the_pages_of_each_state(
    cast: Cast, enter: Callable[..., Client], travel: Any, see_all: Any, state: str, language: str
) -> None:
    visit = getattr(factory, state)(cast)
    travel(visit.planned_from + timedelta(minutes=25))
    pages = [
        ("nurse", f"/visits/{visit.pk}/"), ("nurse", "/visits/"), ("nurse", f"/visits/{visit.pk}/badge/"), ("elder", f"/visits/{visit.pk}/family/"),
        ("relative", f"/visits/{visit.pk}/family/"), ("manager", f"/visits/{visit.pk}/file/"), ("regulator", f"/visits/{visit.pk}/file/"),
        ("dispatcher", f"/dispatch/orders/{visit.order_id}/"), ("dispatcher", "/dispatch/"),
    ]  # fmt: skip
    if state == "recorded":
        pages += [
            ("nurse", f"/visits/{visit.pk}/record/"),
            ("nurse", f"/visits/{visit.pk}/sign/family_signature/"),
            ("nurse", f"/visits/{visit.pk}/phone/"),
        ]
    for part, path in pages:
        client = enter(part)
        client.cookies["yijia_language"] = "en" if language == "en" else "zh"
        answer = client.get(path)
        assert answer.status_code == 200, (part, path)
        see_all()


@pytest.mark.parametrize(
    ("part", "expected"), [("stranger_nurse", 404), ("second_nurse", 404), ("manager", 403), ("elder", 403)]
)
def test_the_hub_is_for_the_nurse_on_it(cast: Cast, enter: Callable[..., Client], part: str, expected: int) -> None:
    visit = factory.assigned(cast)
    assert enter(part).get(f"/visits/{visit.pk}/").status_code == expected


@pytest.mark.parametrize(("part", "expected"), [("stranger_elder", 404), ("nurse", 403)])
def test_the_family_page_is_for_the_family(cast: Cast, enter: Callable[..., Client], part: str, expected: int) -> None:
    visit = factory.assigned(cast)
    assert enter(part).get(f"/visits/{visit.pk}/family/").status_code == expected


@pytest.mark.parametrize(
    ("part", "expected"), [("stranger_manager", 404), ("stranger_dispatcher", 404), ("elder", 403), ("auditor", 403)]
)
def test_the_file_is_for_those_who_watch(cast: Cast, enter: Callable[..., Client], part: str, expected: int) -> None:
    visit = factory.completed(cast)
    assert enter(part).get(f"/visits/{visit.pk}/file/").status_code == expected


def test_the_address_is_the_nurses_on_the_day_only(
    cast: Cast, enter: Callable[..., Client], travel: Any, see_all: Any
) -> None:
    visit = factory.assigned(cast)
    nurse = enter("nurse")
    assert "测试路1号" in nurse.get(f"/visits/{visit.pk}/").content.decode()
    see_all()
    assert "测试路1号" not in enter("manager").get(f"/visits/{visit.pk}/file/").content.decode()
    see_all()
    travel(visit.planned_from - timedelta(days=1))
    assert "测试路1号" not in nurse.get(f"/visits/{visit.pk}/").content.decode()


def test_the_door_code_is_the_familys(cast: Cast, enter: Callable[..., Client], see_all: Any) -> None:
    visit = factory.assigned(cast)
    code = factory.door_code(visit)
    assert code in enter("elder").get(f"/visits/{visit.pk}/family/").content.decode()
    for part, path in (
        ("nurse", f"/visits/{visit.pk}/"),
        ("dispatcher", f"/dispatch/orders/{visit.order_id}/"),
        ("manager", f"/visits/{visit.pk}/file/"),
    ):
        see_all()
        assert code not in enter(part).get(path).content.decode()


def test_anybody_may_check_a_badge(cast: Cast, client: Client, travel: Any, see_all: Any) -> None:
    visit = factory.assigned(cast)
    token = badge_token(crew(visit.pk)[0])
    page = client.get(f"/visits/badge/{token}/")
    assert page.status_code == 200
    assert cast.staff["nurse"].name in page.content.decode()
    assert "工牌现在有效" in page.content.decode()
    travel(visit.planned_from - timedelta(days=1))
    early = client.get(f"/visits/badge/{token}/").content.decode()
    assert "工牌还没到生效时间" in early  # looked at the evening before: nobody is frightened
    assert "工牌现在无效" not in early
    travel(visit.planned_from)
    assert client.get(f"/visits/badge/{token[:-1]}x/").status_code == 404
    assert client.get(f"/visits/badge/{visit.pk + 1}{token[token.index('-') :]}/").status_code == 404
    see_all()
    actions.release(
        visit_id=visit.pk, reason="病了", by=cast.actors["dispatcher"], at=visit.planned_from - timedelta(hours=1)
    )
    assert "工牌现在无效" in client.get(f"/visits/badge/{token}/").content.decode()


def test_the_alarm_wall_and_one_alarm(cast: Cast, enter: Callable[..., Client], travel: Any, see_all: Any) -> None:
    visit = factory.in_service(cast)
    travel(visit.planned_from + timedelta(minutes=9))
    assert enter("nurse").post(f"/visits/{visit.pk}/sos/", {"location_error": "refused"}).status_code == 302
    see_all()
    alarm = Alarm.objects.get()
    for part in ("dispatcher", "manager", "clerk"):
        desk = enter(part)
        assert cast.staff["nurse"].name in desk.get("/visits/alarms/").content.decode()
        assert desk.get(f"/visits/alarms/{alarm.pk}/").status_code == 200
        assert desk.get("/visits/alarms/", headers={"HX-Request": "true"}).status_code == 200
        see_all()
    assert enter("stranger_manager").get(f"/visits/alarms/{alarm.pk}/").status_code == 404
    assert enter("elder").get("/visits/alarms/").status_code == 403


def test_the_nurses_list_says_within_seconds_that_it_changed(
    cast: Cast, enter: Callable[..., Client], see_all: Any
) -> None:
    """The page asks with the mark it bears: 204 while nothing changed, 200 once a visit came, moved, left, or was offered."""
    nurse, desk = enter("nurse"), cast.actors["dispatcher"]

    def news() -> str:
        page = nurse.get("/visits/").content.decode()
        address = re.search(r'data-watch="([^"]+)"', page)[1].replace("&amp;", "&")
        assert nurse.get(address).status_code == 204
        see_all()
        return address

    empty = news()
    visit = factory.assigned(cast, "nurse")
    assert nurse.get(empty).status_code == 200
    here = news()
    wish = actions.Wish(visit.order_id, (cast.staff["nurse"].pk,), visit.planned_from + timedelta(minutes=30))
    assert actions.rearrange(wishes=[wish], by=desk, at=NOW)[0].refusal is None
    assert nurse.get(here).status_code == 200
    moved = news()
    actions.release(visit_id=visit.pk, reason="换人", by=desk, at=NOW)
    assert nurse.get(moved).status_code == 200
    gone = news()
    cast.residents["other"] = resident("测试other", 77, cast.harbour)
    factory.offered(cast, "nurse", part="other")
    assert nurse.get(gone).status_code == 200
    assert nurse.post("/visits/news/").status_code == 405
    assert enter("clerk").get("/visits/news/").status_code == 403
