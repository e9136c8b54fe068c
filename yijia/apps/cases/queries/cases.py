"""Which cases an actor sees, and their rows."""

from datetime import date

from django.db.models import Q, QuerySet

from yijia.apps.cases.models import Case, CaseEvent, Entry, Letter, Vote
from yijia.apps.registry import queries as registry
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, Role, reach

_OF_OTHERS = ("enter", "agree", "differ", "concur", "scatter")
"""What another assessor's hand brings about."""


def visible(actor: Actor) -> Q:
    """Cases of people. They see their own; an assessor those given to them; an expert what is put to the vote; the agency its place."""
    return Q(resident__isnull=False) & _visible(actor)


def _visible(actor: Actor) -> Q:
    match reach(actor):
        case Reach.ALL:
            return Q()
        case Reach.PEOPLE:
            return Q(resident_id__in=actor.resident_ids)
        case Reach.JURISDICTION:
            here = registry.within(actor.jurisdiction)
            if actor.role is Role.ASSESSOR:
                return here & Q(pk__in=Entry.objects.filter(assessor_id=actor.user_id).values("case_id"))
            if actor.role is Role.EXPERT:
                voted = Vote.objects.filter(expert_id=actor.user_id).values("case_id")
                return here & (Q(state="voting") | Q(pk__in=voted))
            if actor.role in (Role.AGENCY_CLERK, Role.REGULATOR, Role.CLERK):
                return here
    return Q(pk__in=())


def list_cases(
    actor: Actor, *, state: str = "", is_late_on: date | None = None, is_open: bool = False, text: str = ""
) -> QuerySet[Case]:
    """Cases in sight, what is owed first on top.

    is_late_on      only those whose deadline lies before this day
    text            a case number, or the beginning of one
    """
    rows = Case.objects.filter(visible(actor)).select_related("resident", "procedure")
    rows = rows.defer("procedure__content", "result", "self_answers")
    if state:
        rows = rows.filter(state=state)
    if is_open:
        rows = rows.filter(is_open=True)
    if is_late_on is not None:
        rows = rows.filter(is_open=True, due_on__lt=is_late_on)
    if text:
        rows = rows.filter(number__istartswith=text)
    if reach(actor) is Reach.PEOPLE:
        return rows.order_by("-id")
    return rows.order_by("-is_open", "due_on", "id")


def count_late(actor: Actor, on: date) -> int:
    """Cases in sight whose deadline has passed."""
    return list_cases(actor, is_late_on=on).count()


def get_case(actor: Actor, case_id: int) -> Case:
    """One case. Raises NotFound."""
    rows = (
        Case.objects.filter(visible(actor))
        .select_related("resident", "resident__household", "procedure")
        .defer("procedure__content")
    )
    found = rows.filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return found


def open_case_of(actor: Actor, resident_id: int, scheme: str) -> Case | None:
    """The person's open case of a scheme, if the actor may know of it."""
    return Case.objects.filter(visible(actor), resident_id=resident_id, scheme=scheme, is_open=True).first()


def list_events(actor: Actor, case: Case) -> list[CaseEvent]:
    """Every step of a case that `get_case` gave, oldest first; an assessor's are those of their own hand and the agency's."""
    rows = CaseEvent.objects.filter(case=case).select_related("by")
    if actor.role is Role.ASSESSOR:
        rows = rows.exclude(Q(event__in=_OF_OTHERS) & ~Q(by_id=actor.user_id))
    return list(rows.order_by("at", "id"))


def list_letters(actor: Actor, case: Case) -> list[Letter]:
    """The letters of a case that `get_case` gave; assessors and experts have no use for them."""
    if actor.role in (Role.ASSESSOR, Role.EXPERT) or case.decided_at is None:
        return []
    return list(Letter.objects.filter(case=case).order_by("-id"))


def letter_of(actor: Actor, case_id: int, letter_id: int) -> Letter:
    """One letter with its pages. Raises NotFound."""
    case = get_case(actor, case_id)
    if actor.role in (Role.ASSESSOR, Role.EXPERT):
        raise NotFound
    found = Letter.objects.select_related("file").filter(case=case, pk=letter_id).first()
    if found is None:
        raise NotFound
    return found


def list_notices(jurisdiction: str) -> list[Case]:
    """What is on public notice in a place now."""
    rows = Case.objects.filter(registry.within(jurisdiction), state="notice", resident__isnull=False)
    return list(rows.select_related("resident", "resident__household").order_by("due_on", "id"))
