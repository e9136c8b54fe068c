"""What the writes of rehabilitation share: rights, trimmed words, a message to the guardian, the end of a placement."""

from datetime import datetime
from typing import Any

from yijia.apps.agreements import actions as agreements
from yijia.apps.agreements import queries as papers
from yijia.apps.care import actions as care
from yijia.apps.care.models import Episode
from yijia.apps.registry import queries as registry
from yijia.apps.rehab.models import Placement
from yijia.base import messages, outbox, scope
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid
from yijia.base.words import say
from yijia.core.permissions import SYSTEM, Actor, Permission, may
from yijia.core.programmes.lifecycle import State

CHANGED = "changed_provider"
_NOT_BEGUN = (State.APPLIED.value, State.ASSESSING.value, State.AGREED.value)
_BEGUN = (State.ACTIVE.value, State.SUSPENDED.value, State.RENEWING.value, State.REFERRED.value)


def need(by: Actor, permission: Permission) -> None:
    """Raises      Forbidden"""
    if not by.is_system and not may(by, permission):
        raise Forbidden(permission)


def text_of(text: str, field: str, longest: int, *, is_needed: bool = True) -> str:
    """What somebody wrote, trimmed. Raises Invalid."""
    said = text.replace("\0", "").strip()
    if is_needed and not said:
        raise Invalid({field: [say("请写清楚")]})
    if len(said) > longest:
        raise Invalid({field: [say("写得太长了")]})
    return said


def release(placement: Placement, why: str, by: Actor, at: datetime) -> None:
    """Give the place back and end the episode that ran under it; what was written stays."""
    placement.released_at, placement.released_by_id, placement.released_why = at, by.user_id, why
    placement.save(update_fields=["released_at", "released_by", "released_why"])
    episode = Episode.objects.filter(pk=placement.episode_id).first()
    if episode is not None and episode.state in _NOT_BEGUN:
        care.turn_down_episode(episode_id=episode.pk, reason=why, by=SYSTEM, at=at)
    elif episode is not None and episode.state in _BEGUN:
        care.end_episode(episode_id=episode.pk, reason=CHANGED, note=why, by=SYSTEM, at=at)


def tell_guardian(placement: Placement, sentence: Any, facts: dict[str, Any], at: datetime) -> None:
    """A text message to the person's telephone, in Chinese, when there is one."""
    contact = registry.contact_for_system(placement.resident_id)
    if contact.phone:
        text = messages.in_chinese(sentence) % facts
        messages.send_sms(
            phone=contact.phone, template="rehab.told", text=text, at=at, resident_id=placement.resident_id
        )


def publish(name: str, placement: Placement, at: datetime, **more: Any) -> None:
    """News of a placement."""
    told = {
        "placement_id": placement.pk,
        "resident_id": placement.resident_id,
        "episode_id": placement.episode_id,
        **more,
    }
    outbox.publish(name, told, at=at, organisation_id=placement.organisation_id)


def perform(placement: Placement, duty: str, source_type: str, source_id: int, at: datetime, quantity: int = 1) -> None:
    """Count towards the yearly agreement, where one binds and owes this duty."""
    with scope.whole_system():
        standing = papers.cooperation_between_for_system(
            placement.organisation_id, None, "designation", business_date(at)
        )
        if standing is not None and any(one.code == duty for one in standing.duties):
            agreements.record_performance(
                agreement_id=standing.id, duty=duty, happened_at=at, quantity=quantity, source_type=source_type, source_id=source_id,
                by=SYSTEM, at=at,
            )  # fmt: skip
