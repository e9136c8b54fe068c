"""What may be seen of assessors' entries and experts' votes: the independence of two assessors is kept here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from yijia.apps.cases.models import Case, Entry, Vote
from yijia.apps.cases.queries.cases import get_case
from yijia.apps.cases.queries.rules import instrument_of, procedure_of
from yijia.apps.registry import queries as registry
from yijia.base.errors import NotFound
from yijia.base.models import RoleGrant
from yijia.core import procedures
from yijia.core.permissions import Actor, Role, covers
from yijia.core.procedures import Difference
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Seat:
    """One assessor of a round, as far as the reader may know.

    result      None until everybody of the round has handed in, and for readers who never see it
    """

    seat: int
    user_id: int
    name: str
    is_submitted: bool
    submitted_at: datetime | None
    level: int | None
    result: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class VoteRow:
    """One vote as far as the reader may know: the level of another is told only when the vote is over."""

    name: str
    level: int | None
    reason: str
    at: datetime


def seats(actor: Actor, case: Case) -> list[Seat]:
    """The seats of the current round of a case that `get_case` gave.

    An assessor gets their own seat alone, whatever the state; the agency sees who sits where, and what was entered only when
    all have handed in; experts see the entries they vote on; people see none.
    """
    rows = Entry.objects.filter(case=case, round=case.round).select_related("assessor")
    if actor.role is Role.ASSESSOR:
        rows = rows.filter(assessor_id=actor.user_id)
    elif actor.role not in (Role.AGENCY_CLERK, Role.REGULATOR, Role.EXPERT) and not actor.is_system:
        return []
    found = list(rows.order_by("seat"))
    is_whole = _is_whole(case, found) and actor.role is not Role.ASSESSOR
    return [
        Seat(
            row.seat, row.assessor_id, row.assessor.display_name, row.submitted_at is not None,
            row.submitted_at if is_whole or actor.role is not Role.ASSESSOR or row.assessor_id == actor.user_id else None,
            row.level if is_whole or row.assessor_id == actor.user_id else None,
            row.result if is_whole or row.assessor_id == actor.user_id else None,
        )
        for row in found
    ]  # fmt: skip


def _is_whole(case: Case, entries: list[Entry]) -> bool:
    handed_in = [entry for entry in entries if entry.submitted_at is not None]
    return len(handed_in) >= procedure_of(case).assessors


def my_entry(actor: Actor, case_id: int) -> Entry:
    """The actor's own entry of the current round. Raises NotFound: the case was not given to them."""
    case = get_case(actor, case_id)
    found = Entry.objects.filter(case=case, round=case.round, assessor_id=actor.user_id).first()
    if found is None:
        raise NotFound
    found.case = case
    return found


def difference(actor: Actor, case: Case) -> Difference | None:
    """The difference report of the current round, for those who may see the entries, once both are in; the third opinion beside them."""
    entered = [seat.result for seat in seats(actor, case) if seat.result is not None]
    if len(entered) < procedure_of(case).assessors:
        return None
    instrument = instrument_of(case, case.state_since_on)
    return None if isinstance(instrument, Refusal) else procedures.compare(instrument, *entered)


def my_vote(actor: Actor, case: Case) -> Vote | None:
    """The actor's own vote of the current round."""
    return Vote.objects.filter(case=case, round=case.round, expert_id=actor.user_id).first()


def votes(actor: Actor, case: Case) -> list[VoteRow]:
    """The votes of the current round: to an expert only their own while the vote is open."""
    if actor.role not in (Role.AGENCY_CLERK, Role.REGULATOR, Role.EXPERT):
        return []
    if case.state != "voting" and not (case.result or {}).get("by_vote"):
        return []  # nobody was asked in this round
    rows = Vote.objects.filter(case=case, round=case.round).select_related("expert")
    is_over = case.state != "voting"
    return [
        VoteRow(row.expert.display_name, row.level, row.reason, row.at)
        if is_over or row.expert_id == actor.user_id
        else VoteRow(row.expert.display_name, None, "", row.at)
        for row in rows.order_by("at", "id")
    ]


def conflict_for_system(case: Case, user_id: int, *, is_seated: bool = False) -> Refusal | None:
    """Why a user may not assess or vote in a case, or None.

    is_seated   the user holds a seat already: only their ties to the person are asked about
    """
    own = list(RoleGrant.objects.filter(user_id=user_id, resident_id__isnull=False).values_list("role", "resident_id"))
    selves = [resident_id for role, resident_id in own if role == Role.RESIDENT]
    wards = {resident_id for role, resident_id in own if role == Role.FAMILY}
    homes = registry.homes_for_system([case.resident_id, *selves, *wards])
    here = homes.get(case.resident_id)
    return procedures.conflict(
        is_same_person=case.resident_id in selves,
        is_proxy=case.resident_id in wards or registry.was_proxy_for_system(case.resident_id, user_id),
        is_same_home=any(homes.get(own_id) == here for own_id in {*selves, *wards} - {case.resident_id}),
        has_entered=not is_seated and Entry.objects.filter(case=case, assessor_id=user_id).exists(),
    )


def assessors_for(case: Case, role: Role, on: date, *, is_fresh: bool = False) -> list[tuple[int, str]]:
    """Users who wear a role in the case's place on a day: id and name.

    is_fresh    without those who hold or held a seat of the case, in any round: none of them is asked again
    """
    live = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    rows = RoleGrant.objects.filter(
        live, role=role, valid_from__lte=on, revoked_at__isnull=True, user__is_active=True
    ).select_related("user")
    if is_fresh:
        rows = rows.exclude(user_id__in=Entry.objects.filter(case=case).values("assessor_id"))
    found = {
        row.user_id: row.user.display_name
        for row in rows.order_by("user_id")
        if covers(row.jurisdiction or "", case.jurisdiction)
    }
    return list(found.items())
