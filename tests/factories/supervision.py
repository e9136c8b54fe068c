"""Complaints and reviews in every state, made by calling the actions."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.cast import NOW, Cast
from tests.factories import money as moneys
from tests.factories import visits
from yijia.apps.care.models import Order
from yijia.apps.supervision import actions
from yijia.apps.supervision.models import Complaint, EvidenceReview
from yijia.apps.visits import actions as visit_actions
from yijia.base import outbox
from yijia.core.visits.place import Place

NOWHERE = Place(lon=None, lat=None, error="denied")
LATER = moneys.LATER


def filed(cast: Cast, order: Order, *, part: str = "relative", at: datetime = NOW, **more: Any) -> Complaint:
    given = {"client_id": uuid.uuid4(), "kind": "money", "text": "多收了换药包的钱", "order_id": order.pk} | more
    return actions.file_complaint(**given, by=cast.actors[part], at=at)


def assigned(cast: Cast, order: Order, **more: Any) -> Complaint:
    made = filed(cast, order, **more)
    return actions.assign_complaint(
        complaint_id=made.pk, owner_id=cast.users["manager"].pk, by=cast.actors["manager"], at=NOW
    )


def answered(cast: Cast, order: Order, **more: Any) -> Complaint:
    made = assigned(cast, order, **more)
    return actions.answer_complaint(
        complaint_id=made.pk,
        answer="已核对，多收 12.50 元，会退给您。",
        by=cast.actors["manager"],
        at=NOW + timedelta(hours=1),
    )


def under_review(cast: Cast) -> EvidenceReview:
    """A visit without any location, waiting for a person."""
    moneys.open_shop(cast)
    visit = visits.completed(cast, place=NOWHERE, out=NOWHERE, **moneys.shown(cast))
    outbox.drain(at=LATER)
    return EvidenceReview.objects.get(visit=visit)


def disputed(cast: Cast) -> EvidenceReview:
    """The family says it did not happen."""
    moneys.open_shop(cast)
    visit = visits.completed(cast, **moneys.shown(cast))
    visit_actions.confirm(
        visit_id=visit.pk,
        is_done=False,
        words="没有人来过",
        by=cast.actors["relative"],
        at=visit.finished_at + timedelta(minutes=5),
    )
    outbox.drain(at=LATER)
    return EvidenceReview.objects.get(visit=visit)
