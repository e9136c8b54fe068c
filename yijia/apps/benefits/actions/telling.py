"""Checking a candidate against what other sources say, and telling the person."""

from datetime import datetime

from yijia.apps.benefits import queries, words
from yijia.apps.benefits.actions import moving
from yijia.apps.benefits.actions.months import Seen
from yijia.apps.benefits.models import Entitlement
from yijia.apps.registry import queries as registry
from yijia.base import messages
from yijia.core.benefits.lifecycle import Event, State
from yijia.core.permissions import Actor


def check_and_tell(row: Entitlement, seen: Seen, *, by: Actor, at: datetime) -> Entitlement:
    """Where other sources disagree, a person looks at it; else the resident is told by text.

    Without a telephone the candidate stays found: the desk tells it at the home, and says so.
    """
    doubts = queries.doubts_of(seen.person, seen.standing, seen.today)
    if _paid_elsewhere(row):
        doubts.append("paid_elsewhere")
    if doubts:
        return moving.move(row, Event.DOUBT, by=by, at=at, noted={"doubts": doubts}, doubts=doubts)
    if not send(row, words.TOLD, at=at):
        return row
    return moving.move(row, Event.TELL, by=by, at=at, facts={"sources_agree": True}, noted={"channel": "sms"})


def send(row: Entitlement, text: object, *, at: datetime, **facts: object) -> bool:
    """A text to the resident, in Chinese; False when there is no telephone to send it to."""
    contact = registry.contact_for_system(row.resident_id)
    if not contact.phone:
        return False
    said = messages.in_chinese(text) % {"scheme": row.name, **facts}
    messages.send_sms(phone=contact.phone, template="benefits.notice", text=said, at=at, resident_id=row.resident_id)
    return True


def _paid_elsewhere(row: Entitlement) -> bool:
    """Whether another office still pays the same scheme to the same person: who moved is not paid twice."""
    others = Entitlement.objects.filter(resident_id=row.resident_id, scheme=row.scheme, state=State.APPROVED)
    return others.exclude(pk=row.pk).exists()
