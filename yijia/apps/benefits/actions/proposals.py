"""Dry-runs somebody keeps, and takes back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yijia.apps.benefits import queries
from yijia.apps.benefits.models import Proposal
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, Refused
from yijia.base.words import say
from yijia.core.permissions import Actor, Permission, in_scope, may
from yijia.core.refusal import Refusal


@action("benefits.propose")
def propose(
    *, title: str, note: str, region: str, changes: Mapping[str, Any], population: str, on: date, result: Mapping[str, Any], by: Actor, at: datetime
) -> Proposal:  # fmt: skip
    """Keep a dry-run: what would change, on which population, and what came out; nothing of policy changes by it.

    Raises      Forbidden; Invalid; Refused benefits.nothing_changed, benefits.region_outside
    """
    if not may(by, Permission.BENEFIT_DRY_RUN):
        raise Forbidden(Permission.BENEFIT_DRY_RUN)
    named = title.replace("\0", "").strip()
    if not named or len(named) > 80 or len(note) > 500:
        raise Invalid({"title": [say("请写标题，最多 80 字；说明最多 500 字")]})
    if not changes:
        raise Refused(Refusal("benefits.nothing_changed"))
    if not in_scope(by, jurisdiction=region):
        raise Refused(Refusal("benefits.region_outside", {"region": region}))
    return Proposal.objects.create(
        title=named, note=note.replace("\0", "").strip(), region=region, changes=dict(changes), population=population, on=on, result=dict(result),
        proposed_at=at, proposed_by_id=by.user_id,
    )  # fmt: skip


@action("benefits.withdraw_proposal")
def withdraw_proposal(*, proposal_id: int, by: Actor, at: datetime) -> Proposal:
    """Take a proposal back; it stays listed as withdrawn. Only its author may.

    Raises      NotFound; Forbidden; Refused benefits.not_author
    """
    seen = queries.get_proposal(by, proposal_id)
    if not may(by, Permission.BENEFIT_DRY_RUN):
        raise Forbidden(Permission.BENEFIT_DRY_RUN)
    row = Proposal.objects.select_for_update().get(pk=seen.pk)
    if row.proposed_by_id != by.user_id:
        raise Refused(Refusal("benefits.not_author"))
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = at, by.user_id
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return row


@action("benefits.take_snapshot")
def take_snapshot(*, region: str, by: Actor, at: datetime) -> tuple[str, int]:
    """Write the region's register as a population to try policies on; its name and how many people.

    Raises      Forbidden; Refused benefits.region_outside
    """
    if not may(by, Permission.BENEFIT_DRY_RUN):
        raise Forbidden(Permission.BENEFIT_DRY_RUN)
    if not in_scope(by, jurisdiction=region):
        raise Refused(Refusal("benefits.region_outside", {"region": region}))
    return queries.write_snapshot(region, business_date(at))
