"""What a visit asks beside its own record, so that a follow-up that is due needs no second form; and what it tells afterwards."""

from dataclasses import dataclass
from datetime import datetime

from yijia.apps.care import queries as care
from yijia.apps.visits.models import Assignment, Record, Visit
from yijia.apps.visits.queries.terms import vitals
from yijia.base.clock import business_date
from yijia.core.programmes.model import Words
from yijia.core.programmes.visited import Told, to_ask
from yijia.core.programmes.vocabulary import READING
from yijia.core.rules import Column


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and the programmes whose follow-up asks it."""

    code: str
    column: Column
    programmes: tuple[Words, ...]


def questions_for_system(visit: Visit, at: datetime) -> tuple[Question, ...]:
    """What the resident's follow-ups that are due at the visit's institution ask and its vital signs do not answer."""
    on = business_date(at)
    due = care.follow_ups_due_for_system(visit.resident_id, visit.organisation_id, on)
    if not due:
        return ()
    measured = vitals(visit.order.jurisdiction, on)
    needed = {one.code: set(one.follow_up.needed) for one in due if one.follow_up}
    asked = to_ask(set().union(*needed.values()), measured)
    return tuple(
        Question(name, READING[name], tuple(one.words for one in due if name in needed.get(one.code, ())))
        for name in asked
    )


def told_for_system(visit: Visit) -> Told | None:
    """The record as the contexts below take it over; None where nothing was written."""
    record = Record.objects.filter(visit=visit).first()
    if record is None:
        return None
    crew = list(
        Assignment.objects.filter(visit=visit, is_active=True)
        .order_by("-is_lead", "id")
        .values_list("staff_id", "staff__name", "staff__profession")
    )
    done = {code for code, entry in record.items_done.items() if entry["done"]}
    return Told(
        visit_id=visit.pk, on=business_date(visit.started_at or visit.planned_from), started_at=visit.started_at, finished_at=visit.finished_at,
        persons=tuple(staff_id for staff_id, _, _ in crew), names=tuple(name for _, name, _ in crew), professions=frozenset(kind for _, _, kind in crew), done=frozenset(done),
        not_done=frozenset(record.items_done) - done, vitals=record.vitals, answers=record.answers, notes=record.notes, advice=record.advice,
        written_by_id=record.written_by_id,
    )  # fmt: skip
