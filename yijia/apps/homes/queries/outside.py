"""What others do for those who live in the home: who comes, when, what for; never what they wrote down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from yijia.apps.care.models import Duty, Episode
from yijia.apps.homes.models import GateEntry, Placement
from yijia.apps.homes.queries.rounds import terms_of_rounds
from yijia.apps.visits.models import Assignment, Visit
from yijia.base import scope
from yijia.base.errors import NotFound
from yijia.core.calendar import business_date, start_of
from yijia.core.homes.lifecycle import OPEN
from yijia.core.permissions import Actor
from yijia.core.programmes.lifecycle import State as EpisodeState

_OPEN = [state.value for state in OPEN]
_CALLED_OFF = ("cancelled", "rejected")


def _crew() -> ArraySubquery:
    rows = Assignment.objects.filter(visit_id=OuterRef("pk"), is_active=True).order_by("-is_lead", "id")
    return ArraySubquery(rows.values(row=JSONObject(name="staff__name", title="staff__title", badge_no="staff__badge_no")))  # fmt: skip


def _inside() -> ArraySubquery:
    rows = GateEntry.objects.filter(visit_id=OuterRef("pk")).order_by("-pk")
    return ArraySubquery(rows.values(row=JSONObject(id="pk", at="signed_in_at", out_at="signed_out_at"))[:1])


def _visits(resident_ids: Iterable[int], since: datetime, until: datetime) -> QuerySet[Visit]:
    rows = Visit.objects.filter(resident_id__in=list(resident_ids), planned_from__gte=since, planned_from__lt=until)
    rows = rows.exclude(order__state__in=_CALLED_OFF).select_related("order", "resident", "organisation")
    return rows.annotate(crew_rows=_crew(), gate_rows=_inside()).order_by("planned_from", "pk")


def residents_here(actor: Actor) -> QuerySet[Placement]:
    """Ids of those who live in the actor's home."""
    return Placement.objects.filter(organisation_id__in=actor.organisation_ids, state__in=_OPEN).values("resident_id")


def visits_for_home(actor: Actor, at: datetime, days: int | None = None) -> list[Visit]:
    """Visits of outside staff to those who live here: today and the coming days, as policy says how many.

    Source      HOME-08 in docs/rules/homes.md
    """
    today = business_date(at)
    ahead = days if days is not None else int(terms_of_rounds(actor.jurisdiction or "CN", today)["coming_days"])
    with scope.whole_system():
        rows = _visits_at(actor.organisation_ids, start_of(today), start_of(today + timedelta(days=ahead)))
        return list(rows)


def _visits_at(home_ids: Iterable[int], since: datetime, until: datetime) -> QuerySet[Visit]:
    here = Placement.objects.filter(organisation_id__in=list(home_ids), state__in=_OPEN).values("resident_id")
    rows = Visit.objects.filter(resident_id__in=here, planned_from__gte=since, planned_from__lt=until)
    rows = rows.exclude(order__state__in=_CALLED_OFF).select_related("order", "resident", "organisation")
    return rows.annotate(crew_rows=_crew(), gate_rows=_inside()).order_by("planned_from", "pk")


def visits_of_person(resident_id: int, since: datetime, until: datetime) -> list[Visit]:
    """One person's visits between two instants; needs the whole system's sight, for somebody who lives in the reader's home."""
    return list(_visits([resident_id], since, until))


def episodes_for_home(resident_id: int) -> list[Episode]:
    """Open programmes of one person at whichever institution; needs the whole system's sight."""
    rows = Episode.objects.filter(resident_id=resident_id).exclude(state=EpisodeState.CLOSED)
    return list(rows.select_related("organisation", "lead").order_by("pk"))


def rounds_due_for_home(actor: Actor, at: datetime) -> list[Duty]:
    """Rounds of programmes that are due or late for those who live here, the latest first; needs the whole system's sight.

    Source      HOME-08 in docs/rules/homes.md
    """
    today = business_date(at)
    kinds = list(terms_of_rounds(actor.jurisdiction or "CN", today)["kinds"])
    rows = Duty.objects.filter(
        Q(opens_on__lte=today) | Q(due_at__lt=at),
        resident_id__in=residents_here(actor),
        activity__in=kinds,
        state="open",
    )
    return list(rows.select_related("resident", "organisation", "episode").order_by("due_at", "pk")[:100])


@dataclass(frozen=True, slots=True)
class Coming:
    """Who comes for one visit."""

    resident_id: int
    who: str
    house: str


def visit_to_home_for_system(home_id: int, visit_id: int) -> Coming:
    """Whom a visit to somebody who lives in a home brings to its door.

    Raises      NotFound: no such visit, or not to this home
    """
    here = Placement.objects.filter(organisation_id=home_id, state__in=_OPEN).values("resident_id")
    row = (
        Visit.objects.filter(pk=visit_id, resident_id__in=here)
        .select_related("organisation")
        .annotate(crew_rows=_crew())
    )
    found: Any = row.first()
    if found is None:
        raise NotFound
    who = "、".join(one["name"] for one in found.crew_rows) or found.organisation.name
    return Coming(found.resident_id, who, found.organisation.name)


def gate_of_day(actor: Actor, on: date) -> list[GateEntry]:
    """Who came through the door on a day, and whoever is still inside."""
    begin = start_of(on)
    rows = GateEntry.objects.filter(organisation_id__in=actor.organisation_ids)
    of_day = Q(signed_in_at__gte=begin, signed_in_at__lt=begin + timedelta(days=1))
    rows = rows.filter(of_day | Q(signed_out_at__isnull=True)).select_related("resident")
    return list(rows.order_by("signed_out_at", "-signed_in_at")[:200])
