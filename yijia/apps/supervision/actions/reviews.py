"""Weak evidence is opened for a person to judge; the judgement moves the order, and only then does money move."""

from datetime import datetime

from yijia.apps.care import actions as care_actions
from yijia.apps.supervision import queries
from yijia.apps.supervision.models import EvidenceReview
from yijia.apps.visits.models import EvidenceScore, Visit
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, NotFound, Stale, refuse_if
from yijia.base.words import say
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal
from yijia.core.supervision.lifecycle import REVIEWS, ReviewEvent, ReviewState

LONGEST = 1000


@action("reviews.open")
def open_review(*, visit_id: int, by: Actor, at: datetime) -> EvidenceReview:
    """Put a visit into the review queue; told twice, it waits there once.

    Raises      NotFound
    Source      ORDER-10 in docs/rules/orders.md
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("order").filter(pk=visit_id).first()
    if visit is None:
        raise NotFound
    score = EvidenceScore.objects.filter(visit=visit).first()
    due_on = queries.review_deadline(visit.order.jurisdiction, business_date(at))
    given = {
        "organisation_id": visit.organisation_id,
        "score": score.score if score else 0,
        "opened_at": at,
        "due_on": due_on,
    }
    return EvidenceReview.objects.get_or_create(visit=visit, defaults=given)[0]


@action("reviews.decide")
def decide_review(
    *, review_id: int, is_cleared: bool, reason: str, version: int | None = None, by: Actor, at: datetime
) -> EvidenceReview:
    """Say whether the evidence stands: cleared goes on to its bill, rejected counts as aborted and is never paid for.

    Raises      NotFound; Forbidden; Stale; Invalid; Refused: reviews.own_visit, reviews.no_reason, reviews.over, or the order's own
    Source      ORDER-10, ORDER-15 in docs/rules/orders.md
    """
    found = queries.get_review(by, review_id)
    review = (
        EvidenceReview.objects.select_for_update(of=("self",)).select_related("visit", "visit__order").get(pk=found.pk)
    )
    if version is not None and review.version != version:
        raise Stale
    said = reason.replace("\0", "").strip()
    if len(said) > LONGEST:
        raise Invalid({"reason": [say("最多 1000 字")]})
    event = ReviewEvent.CLEAR if is_cleared else ReviewEvent.REJECT
    facts = {"reason_given": bool(said), "other_person": not queries.made_visit(by, review)}
    outcome = REVIEWS.attempt(ReviewState(review.state), event, by, facts)
    if isinstance(outcome, Refusal) and outcome.code == "permission.missing":
        raise Forbidden(str(outcome.facts["permission"]))
    review.state = refuse_if(outcome)
    review.decided_at, review.decided_by_id, review.reason, review.version = at, by.user_id, said, review.version + 1
    review.save()
    step = {"event": Event.CLEAR} if is_cleared else {"event": Event.DISMISS, "met": {"reason_given"}}
    care_actions.step(order_id=review.visit.order_id, reason=said[:200], **step, by=by, at=at)
    news = {"visit_id": review.visit_id, "order_id": review.visit.order_id, "is_cleared": is_cleared}
    outbox.publish("reviews.decided", news, at=at, organisation_id=review.organisation_id)
    return review
