"""What happens to open referrals by itself: the person died, or was admitted somewhere else."""

from datetime import datetime

from yijia.apps.referrals import queries
from yijia.apps.referrals.actions.common import apply_event, locked, unlink
from yijia.apps.referrals.actions.course import end
from yijia.apps.referrals.models import Referral
from yijia.base import scope
from yijia.base.actions import action
from yijia.core.permissions import Actor
from yijia.core.referrals.lifecycle import BEFORE_ARRIVAL, Event, State

DIED = "died"
ADMITTED_ELSEWHERE = "admitted_elsewhere"


@action("referrals.end_for_the_dead")
def end_for_the_dead(*, resident_id: int, by: Actor, at: datetime) -> list[Referral]:
    """Nobody keeps a bed for somebody who died; what was written stays.

    Source      REF-08 in docs/rules/referrals.md
    """
    ended = []
    with scope.whole_system():
        for row in queries.open_for_system(resident_id):
            referral = locked(by, row.pk)
            if State(referral.state) in BEFORE_ARRIVAL:
                _withdraw(referral, DIED, by, at)
            else:
                end(referral, DIED, by, at)
            ended.append(referral)
    return ended


@action("referrals.end_for_the_admitted")
def end_for_the_admitted(*, resident_id: int, hospital: str, by: Actor, at: datetime) -> list[Referral]:
    """Admitted somewhere else before arriving: the referral is withdrawn. Where the taker itself admitted, it waits to be marked.

    Source      REF-08 in docs/rules/referrals.md
    """
    ended = []
    with scope.whole_system():
        for row in queries.open_before_arrival_for_system(resident_id):
            referral = locked(by, row.pk)
            if referral.taker is not None and referral.taker.name == hospital:
                continue
            _withdraw(referral, ADMITTED_ELSEWHERE, by, at, hospital=hospital)
            ended.append(referral)
    return ended


def _withdraw(referral: Referral, reason: str, by: Actor, at: datetime, **facts: str) -> None:
    taker_id = referral.taker_id
    referral.ended_reason = reason
    apply_event(referral, Event.WITHDRAW, met={"reason_given": True}, facts={"reason": reason, **facts}, by=by, at=at)
    unlink(referral, taker_id, at)
