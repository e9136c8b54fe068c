"""What happens to placements by itself: episodes that end give their place back, the adults' programme follows the children's."""

from datetime import datetime

from yijia.apps.rehab import actions
from yijia.base import outbox
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM


@outbox.on("episodes.end")
def free_the_place(event: OutboxEvent, at: datetime) -> None:
    """The place of an episode that has ended is free."""
    actions.release_ended(episode_id=event.payload["episode_id"], by=SYSTEM, at=at)


@outbox.on("episodes.turn_down")
def free_what_did_not_begin(event: OutboxEvent, at: datetime) -> None:
    """So is that of one that never began."""
    actions.release_ended(episode_id=event.payload["episode_id"], by=SYSTEM, at=at)


@outbox.on("episodes.apply")
def hold_for_who_came_of_age(event: OutboxEvent, at: datetime) -> None:
    """Who went on to the adults' programme at the same institution keeps a place there, if it has one."""
    actions.follow_on(episode_id=event.payload["episode_id"], by=SYSTEM, at=at)
