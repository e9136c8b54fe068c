"""Offers: answered, expired, withdrawn, by two; assignments released; confirmations by the clock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import visits as factory
from yijia.apps.care.actions import step
from yijia.apps.visits import actions, jobs, queries
from yijia.apps.visits.models import Assignment, Offer
from yijia.base import outbox
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.base.models import Message
from yijia.core.permissions import SYSTEM


def states(visit: Any) -> list[str]:
    return list(Offer.objects.filter(visit=visit).order_by("id").values_list("state", flat=True))


def test_the_first_yes_goes_and_the_rest_is_withdrawn(cast: Cast) -> None:
    factory.with_phone(cast.staff["second_nurse"], 902)
    visit, [first, second] = factory.offered(cast, "nurse", "second_nurse")
    actions.answer_offer(offer_id=first.pk, is_accepted=True, by=cast.actors["nurse"], at=NOW)
    assert states(visit) == ["accepted", "withdrawn"]
    assert Message.objects.filter(template="visits.withdrawn").count() == 1
    told = Message.objects.get(template="visits.coming")
    assert factory.door_code(visit) in told.text
    with pytest.raises(Refused) as caught:
        actions.answer_offer(offer_id=second.pk, is_accepted=True, by=cast.actors["second_nurse"], at=NOW)
    assert caught.value.refusal.code == "offers.withdrawn"
    with pytest.raises(NotFound):
        actions.answer_offer(offer_id=first.pk, is_accepted=True, by=cast.actors["stranger_nurse"], at=NOW)


def test_two_go_when_two_must(cast: Cast) -> None:
    visit, [first, second] = factory.offered(cast, "nurse", "second_nurse", answers=factory.CALM | {"violence": "past"})
    actions.answer_offer(offer_id=first.pk, is_accepted=True, by=cast.actors["nurse"], at=NOW)
    visit.order.refresh_from_db()
    assert visit.order.state == "dispatching"
    actions.answer_offer(offer_id=second.pk, is_accepted=True, by=cast.actors["second_nurse"], at=NOW)
    visit.order.refresh_from_db()
    assert visit.order.state == "assigned"
    assert [one.is_lead for one in queries.crew(visit.pk)] == [True, False]


def test_nobody_answers_too_late(cast: Cast) -> None:
    visit, [first, second] = factory.offered(cast, "nurse", "second_nurse")
    with pytest.raises(Refused) as caught:
        actions.answer_offer(offer_id=first.pk, is_accepted=True, by=cast.actors["nurse"], at=first.answer_until)
    assert caught.value.refusal.code == "offers.too_late"
    actions.answer_offer(offer_id=second.pk, is_accepted=False, reason="有事", by=cast.actors["second_nurse"], at=NOW)
    assert jobs.tidy(first.answer_until) == (1, 0)
    assert states(visit) == ["expired", "declined"]
    why = queries.candidates_for_system(visit.order_id).ranking.why_not(cast.staff["second_nurse"].pk)
    assert "dispatch.has_declined" in {reason.code for reason in why}


def test_a_nurse_who_falls_ill_is_replaced(cast: Cast) -> None:
    visit = factory.assigned(cast)
    actions.release(visit_id=visit.pk, reason="发烧", is_offered_again=True, by=cast.actors["dispatcher"], at=NOW)
    visit.order.refresh_from_db()
    assert visit.order.state == "dispatching"
    assert not Assignment.objects.filter(visit=visit, is_active=True).exists()
    assert list(Offer.objects.filter(visit=visit, state="offered").values_list("staff_id", flat=True)) == [
        cast.staff["second_nurse"].pk
    ]
    again = actions.assign(visit_id=visit.pk, staff_ids=[cast.staff["nurse"].pk], by=cast.actors["dispatcher"], at=NOW)
    assert again.order.state == "assigned"


def test_nobody_releases_after_arrival(cast: Cast) -> None:
    visit = factory.arrived(cast)
    with pytest.raises(Refused) as caught:
        actions.release(visit_id=visit.pk, reason="发烧", by=cast.actors["nurse"], at=visit.planned_from)
    assert caught.value.refusal.code == "orders.wrong_status"


def test_a_cancelled_order_gives_the_time_back(cast: Cast) -> None:
    visit = factory.assigned(cast)
    step(order_id=visit.order_id, event="cancel", by=SYSTEM, at=NOW)
    outbox.drain(at=NOW)
    assert not Assignment.objects.filter(is_active=True).exists()


def test_silence_confirms_after_a_day_and_costs_points(cast: Cast) -> None:
    visit = factory.completed(cast)
    assert jobs.tidy(visit.finished_at + timedelta(hours=23)) == (0, 0)
    assert jobs.tidy(visit.finished_at + timedelta(hours=24)) == (0, 1)
    visit.refresh_from_db()
    assert (visit.is_confirmed_by_family, visit.evidence.score, visit.order.state) == (False, 90, "confirmed")


def test_the_family_disputes(cast: Cast) -> None:
    visit = factory.completed(cast)
    with pytest.raises(Refused):
        actions.confirm(visit_id=visit.pk, is_done=False, by=cast.actors["relative"], at=visit.finished_at)
    said = actions.confirm(
        visit_id=visit.pk, is_done=False, words="没有来", by=cast.actors["relative"], at=visit.finished_at
    )
    assert (said.order.state, said.evidence.verdict) == ("under_review", "weak")


def test_a_proxy_without_the_right_does_not_confirm(cast: Cast) -> None:
    visit = factory.completed(cast)
    cast.users["relative"].grants.update(scope=["order"])
    with pytest.raises(Forbidden):
        actions.confirm(visit_id=visit.pk, by=cast.actors["relative"], at=visit.finished_at)


def test_pages_ask_the_database_little(
    cast: Cast, enter: Callable[[str], Client], see_all: Any, django_assert_max_num_queries: Any
) -> None:
    for hours in (2, 4, 6):
        visit = factory.assigned(cast, wanted_from=NOW + timedelta(hours=hours))
    factory.opened(cast, wanted_from=NOW + timedelta(hours=8))
    for part, path in (
        ("nurse", "/visits/"), ("nurse", f"/visits/{visit.pk}/"), ("dispatcher", "/dispatch/"), ("elder", f"/visits/{visit.pk}/family/"),
        ("manager", f"/visits/{visit.pk}/file/"), ("dispatcher", "/visits/alarms/"),
    ):  # fmt: skip
        client = enter(part)
        client.get(path)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200
        see_all()
