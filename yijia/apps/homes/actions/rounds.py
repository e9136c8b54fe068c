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
GONE = "record_taken_back"


@action("homes.count_rounds")
def count_rounds(*, resident_id: int | None = None, by: Actor, at: datetime) -> list[Performance]:
    """Put each day's rounds of the last days on the account of the agreement they were made under; counted once a day and agreement.

    resident_id     only under the agreements of the home this person lives in

    Raises      Forbidden: not the platform
    Source      HOME-07 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    told = []
    for made in queries.rounds_made_for_system(at, resident_id):
        facts = {"agreement_id": made.agreement_id, "duty": queries.ROUNDS, "happened_at": made.at, "by": by, "at": at}
        try:
            told.append(agreements.record_performance(**facts, source_type=queries.SOURCE, source_id=made.key))
        except Refused as refused:
            if refused.refusal.code not in ("cooperations.counted_otherwise", "cooperations.not_running_then"):
                raise
    return told


@action("homes.uncount_rounds")
def uncount_rounds(*, resident_id: int, by: Actor, at: datetime) -> int:
    """A record of somebody was taken back or put right: rounds no record stands for any more count no more; how many.

    Raises      Forbidden: not the platform
    Source      HOME-07 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    gone = queries.rounds_gone_for_system(at, resident_id)
    for pk in gone:
        agreements.uncount_performance(performance_id=pk, why=GONE, by=by, at=at)
    return len(gone)
