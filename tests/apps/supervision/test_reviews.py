"""Weak evidence waits for a person who was not there; what they say moves the order, and only then the money."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import money as moneys
from tests.factories import supervision as factory
from yijia.apps.care.models import Order
from yijia.apps.money.models import Charge, Refund
from yijia.apps.supervision import actions, queries
from yijia.apps.supervision.models import EvidenceReview
from yijia.base import outbox
from yijia.base.errors import Forbidden, NotFound, Refused, Stale
from yijia.core.permissions import SYSTEM, Permission

Enter = Callable[..., Client]


@pytest.fixture
def review(cast: Cast, travel: Any) -> EvidenceReview:
    made = factory.under_review(cast)
    travel(factory.LATER)
    return made


def decide(
    review: EvidenceReview, cast: Cast, is_cleared: bool = True, part: str = "manager", **more: Any
) -> EvidenceReview:
    given = {"reason": "打电话问过家属，确实来过", "by": cast.actors[part], "at": factory.LATER} | more
    return actions.decide_review(review_id=review.pk, is_cleared=is_cleared, **given)


def order_of(review: EvidenceReview) -> Order:
    return Order.objects.get(pk=review.visit.order_id)


def test_weak_evidence_waits_with_a_deadline(review: EvidenceReview) -> None:
    assert (review.state, review.due_on) == ("open", date(2025, 6, 19))
    assert order_of(review).state == "under_review"
    assert not Charge.objects.exists()


def test_told_twice_it_waits_once(review: EvidenceReview) -> None:
    again = actions.open_review(visit_id=review.visit_id, by=SYSTEM, at=factory.LATER + timedelta(days=9))
    assert (again.pk, again.due_on) == (review.pk, review.due_on)


def test_cleared_it_is_priced(review: EvidenceReview, cast: Cast) -> None:
    done = decide(review, cast)
    outbox.drain(at=factory.LATER)
    assert (done.state, order_of(review).state) == ("cleared", "priced")
    assert Charge.objects.get(order=order_of(review)).total_fen == moneys.QUOTED_FEN


def test_rejected_it_is_never_paid_for(review: EvidenceReview, cast: Cast) -> None:
    moneys.paid(order_of(review), cast, moneys.QUOTED_FEN)
    decide(review, cast, is_cleared=False, reason="没有人来过")
    outbox.drain(at=factory.LATER)
    assert order_of(review).state == "aborted"
    assert Refund.objects.get().amount_fen == moneys.QUOTED_FEN
    assert not Charge.objects.exists()


def test_decided_once(review: EvidenceReview, cast: Cast) -> None:
    decide(review, cast)
    with pytest.raises(Refused) as refused:
        decide(review, cast, is_cleared=False)
    assert refused.value.refusal.code == "reviews.over"


def test_without_a_reason_nothing_is_decided(review: EvidenceReview, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        decide(review, cast, reason="  ")
    assert refused.value.refusal.code == "reviews.no_reason"


@pytest.mark.parametrize("who", ["nurse", "manager"])
def test_who_went_does_not_judge(review: EvidenceReview, cast: Cast, who: str) -> None:
    """ORDER-15: neither the nurse's own account given the right, nor a manager who is that very member of staff."""
    actor = cast.actors[who]
    actor = replace(
        actor, permissions=actor.permissions | {Permission.EVIDENCE_REVIEW}, staff_id=cast.staff["nurse"].pk
    )
    with pytest.raises(Refused) as refused:
        actions.decide_review(review_id=review.pk, is_cleared=True, reason="我去过", by=actor, at=factory.LATER)
    assert refused.value.refusal.code == "reviews.own_visit"
    assert order_of(review).state == "under_review"


@pytest.mark.parametrize(
    ("part", "error"),
    [("clerk", Forbidden), ("dispatcher", Forbidden), ("stranger_manager", NotFound), ("elder", Forbidden)],
)
def test_who_may_judge(review: EvidenceReview, cast: Cast, part: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        decide(review, cast, part=part)


def test_an_old_page_is_stale(review: EvidenceReview, cast: Cast) -> None:
    with pytest.raises(Stale):
        decide(review, cast, version=9)


def test_a_dispute_is_quoted(cast: Cast) -> None:
    review = factory.disputed(cast)
    facts = queries.facts_of(review, english=False)
    assert facts.held_because == "没有人来过"
    assert facts.findings[0]["points"] == 60


def test_the_reviewer_sees_everything(review: EvidenceReview, enter: Enter) -> None:
    page = enter("manager").get(f"/supervision/reviews/{review.pk}/").content.decode()
    for said in ("签到时没有定位", "−45", "家属口令", "护士的签名", "没有定位", "给出结论", "精神好"):
        assert said in page, said
    queue = enter("regulator").get("/supervision/reviews/").content.decode()
    assert f"/supervision/reviews/{review.pk}/" in queue


def test_overdue_is_said(review: EvidenceReview, enter: Enter, travel: Any) -> None:
    travel(timedelta(days=10))
    assert "超期" in enter("manager").get("/supervision/reviews/").content.decode()


@pytest.mark.parametrize(
    ("part", "status"),
    [("manager", 200), ("regulator", 200), ("clerk", 403), ("nurse", 403), ("stranger_manager", 404)],
)
def test_the_page_s_door(review: EvidenceReview, enter: Enter, part: str, status: int) -> None:
    assert enter(part).get(f"/supervision/reviews/{review.pk}/").status_code == status
    if status == 404:
        assert enter(part).get("/supervision/reviews/").status_code == 200


def test_deciding_on_the_page(review: EvidenceReview, enter: Enter) -> None:
    manager = enter("manager")
    assert (
        manager.post(f"/supervision/reviews/{review.pk}/", {"version": 1, "verdict": "clear", "reason": ""}).status_code
        == 422
    )
    answer = manager.post(f"/supervision/reviews/{review.pk}/", {"version": 1, "verdict": "clear", "reason": "核实过"})
    assert answer.status_code == 302
    assert "核实过" in manager.get(f"/supervision/reviews/{review.pk}/").content.decode()
    assert manager.delete(f"/supervision/reviews/{review.pk}/").status_code == 405


def test_through_the_api(review: EvidenceReview, enter: Enter) -> None:
    manager = enter("manager")
    got = manager.get(f"/api/v1/reviews/{review.pk}")
    assert got.json()["findings"]
    assert manager.get("/api/v1/reviews").json()["total"] == 1
    body = json.dumps({"is_cleared": False, "reason": "没有去"})
    send: dict[str, Any] = {"content_type": "application/json"}
    assert (
        manager.post(f"/api/v1/reviews/{review.pk}/decide", body, headers={"If-Match": '"7"'}, **send).status_code
        == 412
    )
    done = manager.post(f"/api/v1/reviews/{review.pk}/decide", body, headers={"If-Match": got.headers["ETag"]}, **send)
    assert (done.status_code, done.json()["state"]) == (200, "rejected")
    assert enter("stranger_manager").get(f"/api/v1/reviews/{review.pk}").status_code == 404
    assert enter("nurse").get("/api/v1/reviews").status_code == 403
