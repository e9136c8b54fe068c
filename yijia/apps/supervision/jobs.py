"""What supervision hears: a visit with weak evidence."""

from datetime import datetime

from yijia.apps.supervision import actions
from yijia.base import outbox
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM


@outbox.on("visits.evidence_weak")
def open_review(event: OutboxEvent, at: datetime) -> None:
    actions.open_review(visit_id=event.payload["visit_id"], by=SYSTEM, at=at)
