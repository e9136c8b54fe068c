"""Cases of institutions: who sees them, the criteria they are judged by, and the figures an authority stated."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Value

from yijia.apps.cases.models import Case, CaseEvent, Entry, Letter, StatedFigure, Vote
from yijia.apps.cases.queries.rules import procedure_of
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Staff
from yijia.base import editions
from yijia.base.errors import NotFound
from yijia.base.models import RoleGrant
from yijia.core.permissions import Actor, Reach, Role, reach
from yijia.core.policy import jurisdiction_chain
from yijia.core.procedures import Criterion, Sense, read_criteria
from yijia.core.refusal import Refusal

NamedIn = Callable[[int], Any]

_named: list[NamedIn] = []


def tell_named_experts(answer: NamedIn) -> None:
    """Let the context above say which cases a user was named for as an expert: a query of case ids."""
    _named[:] = [answer]


def visible_houses(actor: Actor) -> Q:
    """Cases of institutions. An institution sees its own; the federation and the regulator their place; an expert what they were named for.

    Source      REHAB-03 in docs/rules/rehab.md
    """
    match reach(actor):
        case Reach.ALL:
            return Q(organisation__isnull=False)
        case Reach.ORGANISATIONS:
            return Q(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            here = registry.within(actor.jurisdiction) & Q(organisation__isnull=False)
            if actor.role is Role.EXPERT:
                voted = Vote.objects.filter(expert_id=actor.user_id).values("case_id")
                mine = Q(pk__in=_named[0](actor.user_id or 0)) if _named else Q(pk__in=())
                return here & (Q(state="voting") & mine | Q(pk__in=voted))
            if actor.role in (Role.FEDERATION, Role.REGULATOR, Role.AUDITOR):
                return here
    return Q(pk__in=())


def list_house_cases(actor: Actor, *, is_open: bool | None = None) -> QuerySet[Case]:
    """Cases of institutions in sight, what is owed first on top."""
    rows = Case.objects.filter(visible_houses(actor)).select_related("organisation", "procedure")
    rows = rows.defer("procedure__content", "result", "self_answers")
    return (rows if is_open is None else rows.filter(is_open=is_open)).order_by("-is_open", "due_on", "-id")


def get_house_case(actor: Actor, case_id: int) -> Case:
    """One case of an institution. Raises NotFound."""
    rows = Case.objects.filter(visible_houses(actor)).select_related("organisation", "procedure")
    found = rows.defer("procedure__content").filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return found


def events_of_house(case: Case) -> list[CaseEvent]:
    """Every step of a case that `get_house_case` gave, oldest first."""
    return list(CaseEvent.objects.filter(case=case).select_related("by").order_by("at", "id"))


def letters_of_house(case: Case) -> list[Letter]:
    """The letters of a case that `get_house_case` gave, the newest first."""
    return list(Letter.objects.filter(case=case).order_by("-id"))


def letter_of_house(actor: Actor, case_id: int, letter_id: int) -> Letter:
    """One letter with its pages. Raises NotFound."""
    case = get_house_case(actor, case_id)
    found = Letter.objects.select_related("file", "case").filter(case=case, pk=letter_id).first()
    if found is None or actor.role is Role.EXPERT:
        raise NotFound
    return found


def sheet_of(case: Case) -> Entry | None:
    """The criteria sheet of the current round, a draft or handed in."""
    return Entry.objects.select_related("assessor").filter(case=case, round=case.round).first()


def votes_of_house(actor: Actor, case: Case) -> list[Vote]:
    """The votes of the current round that the reader may know: while the vote is open an expert sees their own alone, others none."""
    rows = Vote.objects.filter(case=case, round=case.round).select_related("expert").order_by("at", "id")
    if case.state == "voting":
        rows = rows.filter(expert_id=actor.user_id)
    return list(rows)


def criteria_of(case: Case, on: date) -> tuple[Criterion, ...] | Refusal:
    """The criteria an institution is judged by that day, with the figures its place's authority stated."""
    value = editions.current().lookup(procedure_of(case).criteria, jurisdiction=case.jurisdiction, on=on)
    if isinstance(value, Refusal):
        return value
    return read_criteria(value.value, stated_in(case.jurisdiction, f"{value.key}."))


def is_measured(key: str, jurisdiction: str, on: date) -> bool | None:
    """Whether a figure that may be stated is a whole number; False: words, such as a list; None: there is no such figure.

    Source      REHAB-02 in docs/rules/rehab.md
    """
    head, _, part = key.rpartition(".")
    value = editions.current().lookup(head, jurisdiction=jurisdiction, on=on)
    if isinstance(value, Refusal) or not part or not isinstance(value.value, Mapping):
        return None
    if "criteria" not in value.value:
        return True
    found = next((one for one in read_criteria(value.value, {}) if one.id == part), None)
    return None if found is None or found.sense is Sense.MET else found.is_measured


def stated_in(jurisdiction: str, prefix: str) -> dict[str, Any]:
    """The figures that begin with a prefix and hold in a place: its own before those of the city and province above it."""
    found: dict[str, Any] = {}
    for row in _standing(jurisdiction, prefix):
        found.setdefault(row.key.removeprefix(prefix), row.figure)
    return found


def list_stated(jurisdiction: str, prefix: str) -> dict[str, StatedFigure]:
    """As `stated_in`, with who stated each and by which document."""
    found: dict[str, StatedFigure] = {}
    for row in _standing(jurisdiction, prefix):
        found.setdefault(row.key, row)
    return found


def _standing(jurisdiction: str, prefix: str) -> list[StatedFigure]:
    chain = list(jurisdiction_chain(jurisdiction))
    rows = StatedFigure.objects.filter(jurisdiction__in=chain, key__startswith=prefix).order_by("-serial")
    return sorted(rows, key=lambda row: chain.index(row.jurisdiction))


def tied_to_house(case: Case, user_id: int) -> bool:
    """Whether a user works at the institution of a case, or wears a part there."""
    house = case.organisation_id
    return (
        Staff.objects.filter(user_id=user_id, organisation_id=house).exists()
        or RoleGrant.objects.filter(user_id=user_id, organisation_id=house, revoked_at__isnull=True).exists()
    )


def ties_of_house(case: Case) -> tuple[set[int], set[int]]:
    """Users who work at the institution of a case or wear a part there, and those who filled in a sheet of it."""
    house = case.organisation_id
    staff = Staff.objects.filter(organisation_id=house, user__isnull=False).order_by()
    wears = RoleGrant.objects.filter(organisation_id=house, revoked_at__isnull=True).order_by()
    told = Entry.objects.filter(case=case).order_by()
    rows = staff.values_list("user_id", Value(0)).union(
        wears.values_list("user_id", Value(0)), told.values_list("assessor_id", Value(1))
    )
    tied: tuple[set[int], set[int]] = (set(), set())
    for pk, which in rows:
        tied[which].add(pk)
    return tied


def has_filled_in(case: Case, user_id: int) -> bool:
    """Whether a user filled in a sheet of the case, in whichever round."""
    return Entry.objects.filter(case=case, assessor_id=user_id).exists()


def notices_of_houses(jurisdiction: str) -> list[Case]:
    """Institutions on public notice in a place now."""
    rows = Case.objects.filter(registry.within(jurisdiction), state="notice", organisation__isnull=False)
    return list(rows.select_related("organisation").order_by("due_on", "id"))
