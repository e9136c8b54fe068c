"""Who was named to vote on an institution, and who may be."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from yijia.apps.cases import queries as cases
from yijia.apps.cases.models import Case
from yijia.apps.rehab.models import ExpertSeat
from yijia.core.permissions import Role
from yijia.core.refusal import Refusal


def named_for_system(user_id: int) -> Any:
    """The cases a user was named for, as a query of ids."""
    return ExpertSeat.objects.filter(expert_id=user_id, stood_down_at__isnull=True).values("case_id")


def seats_of(case: Case) -> list[ExpertSeat]:
    """The experts named for a case the reader was given, in order of naming; those who stood down left out."""
    rows = ExpertSeat.objects.select_related("expert").filter(case=case, stood_down_at__isnull=True)
    return list(rows.order_by("id"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert of the place; `conflict` says why they cannot be named."""

    id: int
    name: str
    conflict: Refusal | None


def conflict_of(case: Case, user_id: int) -> Refusal | None:
    """Why a person may not vote on an institution, or None: they belong to it, or filled in a sheet of the case.

    Source      REHAB-03 in docs/rules/rehab.md
    """
    if cases.tied_to_house(case, user_id):
        return Refusal("cases.voter_of_house")
    return Refusal("cases.voter_assessed") if cases.has_filled_in(case, user_id) else None


def candidates_for(case: Case, seats: list[ExpertSeat], on: date) -> list[Candidate]:
    """The place's experts who have none of the seats."""
    named = {row.expert_id for row in seats}
    known = cases.assessors_for(case, Role.EXPERT, on)
    tied, entered = cases.ties_of_house(case)
    return [
        Candidate(
            pk,
            name,
            Refusal("cases.voter_of_house")
            if pk in tied
            else Refusal("cases.voter_assessed")
            if pk in entered
            else None,
        )
        for pk, name in known
        if pk not in named
    ]
