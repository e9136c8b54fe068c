"""Consultations in sight, and the record that is shared while one is open."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When

from yijia.apps.care.models import Episode, EpisodeRecord
from yijia.apps.referrals.models import Consult, ConsultEvent
from yijia.apps.referrals.queries.terms import RECORDS, readings_of
from yijia.apps.registry import queries as registry
from yijia.apps.visits.models import Record
from yijia.base import scope
from yijia.base.errors import NotFound
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.referrals.consult import State
from yijia.core.referrals.document import Reading

_OPEN = [State.ASKED.value, State.OPEN.value]
MOST = 100


def consults_in_sight(actor: Actor) -> QuerySet[Consult]:
    """Consultations the actor may know of."""
    rows = Consult.objects.select_related("resident", "organisation", "asked")
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS:
            return rows.filter(parties__overlap=sorted(actor.organisation_ids))
        case Reach.JURISDICTION:
            return rows.filter(registry.within(actor.jurisdiction))
        case _:
            return rows.none()


def get_consult(actor: Actor, consult_id: int) -> Consult:
    """One consultation. Raises NotFound when absent or out of scope."""
    found = consults_in_sight(actor).filter(pk=consult_id).first()
    if found is None:
        raise NotFound
    return found


def list_consults(actor: Actor, *, resident_id: int | None = None) -> list[Consult]:
    """Open ones first, what is due soonest on top."""
    rows = consults_in_sight(actor)
    if resident_id is not None:
        rows = rows.filter(resident_id=resident_id)
    rank = Case(When(state__in=_OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(rows.order_by(rank, "due_at", "-pk")[:MOST])


def events_of_consult(consult: Consult) -> list[ConsultEvent]:
    """Every step and every reading, oldest first."""
    rows = ConsultEvent.objects.filter(consult=consult).select_related("by", "organisation")
    return list(rows.order_by("at", "pk"))


def lapsed_for_system(at: datetime) -> list[int]:
    """Consultations whose time is over and which nobody answered."""
    return list(Consult.objects.filter(state=State.OPEN, open_until__lte=at).values_list("pk", flat=True))


def open_consults_for_system(resident_id: int) -> list[Consult]:
    """A person's consultations that still wait for something."""
    return list(Consult.objects.filter(resident_id=resident_id, state__in=_OPEN))


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """What the asking institution holds about the person."""

    readings: list[Reading]
    visits: list[Record]
    episodes: list[Episode]
    notes: list[EpisodeRecord]


def shared_record_of_open(consult: Consult, at: datetime) -> SharedRecord:
    """As `shared_record`, with the sight it needs; `actions.read_shared_record` has asked whether it is open, and noted it."""
    with scope.whole_system():
        return shared_record(consult, at)


def shared_record(consult: Consult, at: datetime) -> SharedRecord:
    """The asking institution's own record, no other's; needs the whole system's sight, and whether it is open is asked before.

    Source      REF-12 in docs/rules/referrals.md
    """
    house = consult.organisation_id
    visits = Record.objects.filter(organisation_id=house, visit__order__resident_id=consult.resident_id)
    episodes = Episode.objects.filter(organisation_id=house, resident_id=consult.resident_id)
    notes = EpisodeRecord.objects.filter(organisation_id=house, resident_id=consult.resident_id, is_void=False)
    return SharedRecord(
        readings_of(consult.resident, business_date(at), organisation_id=house), list(visits.order_by("-written_at")[:RECORDS]),
        list(episodes.order_by("-pk")[:RECORDS]), list(notes.filter(corrected_by__isnull=True).order_by("-on", "-pk")[:RECORDS]),
    )  # fmt: skip
