"""The federation names who votes on an institution, and lets somebody stand down."""

from datetime import datetime

from yijia.apps.cases import queries as cases
from yijia.apps.cases.models import Case, Vote
from yijia.apps.rehab import queries
from yijia.apps.rehab.actions.common import need, text_of
from yijia.apps.rehab.models import ExpertSeat
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.words import say
from yijia.core.permissions import Actor, Permission, Role
from yijia.core.refusal import Refusal

P = Permission
_BEFORE = ("submitted", "visiting", "voting")
"""States of a case in which experts are named."""


@action("rehab.name_expert")
def name_expert(*, case_id: int, expert_id: int, by: Actor, at: datetime) -> ExpertSeat:
    """Name an expert of the place for one evaluation, as many as the procedure has seats; named again it is the same seat.

    Raises      NotFound; Forbidden; Invalid: no expert of the place; Refused: cases.wrong_status, .voter_of_house, .voter_assessed,
                rehab.seats_full
    Source      REHAB-03 in docs/rules/rehab.md
    """
    need(by, P.REHAB_HANDLE)
    seen = cases.get_house_case(by, case_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if case.state not in _BEFORE:
        raise Refused(Refusal("cases.wrong_status", {"status": case.state, "event": "name_expert"}))
    if expert_id not in {pk for pk, _ in cases.assessors_for(case, Role.EXPERT, business_date(at))}:
        raise Invalid({"expert_id": [say("请从本地专家里选一位")]})
    seats = queries.seats_of(case)
    first = next((row for row in seats if row.expert_id == expert_id), None)
    if first is not None:
        return first
    conflict = queries.conflict_of(case, expert_id)
    if conflict is not None:
        raise Refused(conflict)
    most = cases.procedure_of(seen).seats
    if len(seats) >= most:
        raise Refused(Refusal("rehab.seats_full", {"seats": most}))
    return ExpertSeat.objects.create(case=case, expert_id=expert_id, named_at=at, named_by_id=by.user_id)


@action("rehab.stand_down")
def stand_down(*, case_id: int, seat_id: int, why: str, by: Actor, at: datetime) -> ExpertSeat:
    """Let an expert stand down, with the reason; who has voted in this round stays.

    Raises      NotFound; Forbidden; Invalid; Refused: rehab.has_voted
    Source      REHAB-03 in docs/rules/rehab.md
    """
    need(by, P.REHAB_HANDLE)
    seen = cases.get_house_case(by, case_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    row = ExpertSeat.objects.filter(case=case, pk=seat_id, stood_down_at__isnull=True).first()
    if row is None:
        raise NotFound
    said = text_of(why, "why", 500)
    if Vote.objects.filter(case=case, round=case.round, expert_id=row.expert_id).exists():
        raise Refused(Refusal("rehab.has_voted", {}))
    row.stood_down_at, row.stood_down_by_id, row.stood_down_why = at, by.user_id, said
    row.save(update_fields=["stood_down_at", "stood_down_by", "stood_down_why"])
    return row
