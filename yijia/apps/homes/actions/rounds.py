"""Rounds of the cooperating institution are counted from what its people wrote and finished at the home."""

from datetime import datetime

from yijia.apps.agreements import actions as agreements
from yijia.apps.agreements.models import Performance
from yijia.apps.homes import queries
from yijia.apps.homes.actions.common import need
from yijia.base.actions import action
from yijia.base.errors import Refused
from yijia.core.permissions import Actor, Permission

P = Permission
SOURCE = "homes.round"


@action("homes.count_rounds")
def count_rounds(*, by: Actor, at: datetime) -> list[Performance]:
    """Put each day's rounds of the last days on the account of the agreement they were made under; counted once a day and agreement.

    Raises      Forbidden: not the platform
    Source      HOME-07 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    told = []
    for made in queries.rounds_made_for_system(at):
        facts = {"agreement_id": made.agreement_id, "duty": queries.ROUNDS, "happened_at": made.at, "by": by, "at": at}
        try:
            told.append(agreements.record_performance(**facts, source_type=SOURCE, source_id=made.key))
        except Refused as refused:
            if refused.refusal.code not in ("cooperations.counted_otherwise", "cooperations.not_running_then"):
                raise
    return told
