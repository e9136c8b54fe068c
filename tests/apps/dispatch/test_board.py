"""The dispatcher's desk in the browser: open, offer, assign, release; and who may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import visits as factory
from yijia.apps.visits.models import Offer, Visit

Enter = Callable[..., Client]


def test_from_waiting_to_assigned(cast: Cast, enter: Enter, see_all: Any) -> None:
    order = factory.signed(cast)
    desk = enter("dispatcher")
    assert order.number in desk.get("/dispatch/").content.decode()
    assert desk.post(f"/dispatch/orders/{order.pk}/open/", {"version": order.version}).status_code == 302
    see_all()
    visit = Visit.objects.get(order=order)
    page = desk.get(f"/dispatch/orders/{order.pk}/").content.decode()
    assert cast.staff["nurse"].name in page
    sent = desk.post(
        f"/dispatch/visits/{visit.pk}/offer/",
        {"staff": [cast.staff["nurse"].pk], "version": visit.version, "answer_min": 10},
    )
    assert sent.status_code == 302
    see_all()
    held = Offer.objects.get()
    assert held.answer_until - held.offered_at == timedelta(minutes=10)
    assert (
        desk.post(
            f"/dispatch/visits/{visit.pk}/assign/", {"staff": [cast.staff["second_nurse"].pk], "version": visit.version}
        ).status_code
        == 412
    )
    see_all()
    visit.refresh_from_db()
    assert (
        desk.post(
            f"/dispatch/visits/{visit.pk}/assign/", {"staff": [cast.staff["second_nurse"].pk], "version": visit.version}
        ).status_code
        == 302
    )
    see_all()
    held.refresh_from_db()
    assert held.state == "withdrawn"
    assert desk.post(f"/dispatch/visits/{visit.pk}/release/", {"reason": "发烧"}).status_code == 302
    assert desk.get(f"/dispatch/orders/{order.pk}/", headers={"HX-Request": "true"}).status_code == 200


def test_a_red_gate_is_told_in_words(cast: Cast, enter: Enter) -> None:
    order = factory.signed(cast, is_assessed=False)
    desk = enter("dispatcher")
    page = desk.get(f"/dispatch/orders/{order.pk}/").content.decode()
    assert "首诊评估已通过" in page
    assert "请医生先做首诊评估" in page
    answer = desk.post(f"/dispatch/orders/{order.pk}/open/", {})
    assert answer.status_code == 409
    assert "首诊评估已通过" in answer.content.decode()


@pytest.mark.parametrize(("part", "expected"), [("nurse", 403), ("manager", 403), ("clerk", 403), ("elder", 403)])
def test_the_board_is_the_dispatchers(cast: Cast, enter: Enter, part: str, expected: int) -> None:
    assert enter(part).get("/dispatch/").status_code == expected


def test_a_neighbour_sees_nothing_of_it(cast: Cast, enter: Enter) -> None:
    visit = factory.assigned(cast)
    other = enter("stranger_dispatcher")
    assert visit.order.number not in other.get("/dispatch/").content.decode()
    assert other.get(f"/dispatch/orders/{visit.order_id}/").status_code == 404
    for door in ("offer", "assign", "release"):
        assert other.post(f"/dispatch/visits/{visit.pk}/{door}/", {"staff": [1], "reason": "x"}).status_code == 404


def test_doors_take_their_own_method(cast: Cast, enter: Enter) -> None:
    visit = factory.opened(cast)
    desk = enter("dispatcher")
    assert desk.post("/dispatch/").status_code == 405
    for door in ("offer", "assign", "release"):
        assert desk.get(f"/dispatch/visits/{visit.pk}/{door}/").status_code == 405


def test_nobody_chosen_is_refused(cast: Cast, enter: Enter) -> None:
    visit = factory.opened(cast)
    assert enter("dispatcher").post(f"/dispatch/visits/{visit.pk}/offer/", {}).status_code == 409


def test_another_day(cast: Cast, enter: Enter) -> None:
    visit = factory.assigned(cast, wanted_from=NOW + timedelta(days=1))
    desk = enter("dispatcher")
    assert f"/dispatch/orders/{visit.order_id}/" not in desk.get("/dispatch/").content.decode()
    assert f"/dispatch/orders/{visit.order_id}/" in desk.get("/dispatch/?on=2025-06-17").content.decode()
