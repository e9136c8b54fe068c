"""Medicine lists in sight and what became of each dose."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from yijia.apps.homes.models import Dose, Medicine, Placement, PlacementEvent
from yijia.apps.homes.queries.living import placements_in_sight
from yijia.apps.registry.models import Organisation
from yijia.base import editions
from yijia.base.errors import NotFound
from yijia.core.homes.lifecycle import Event
from yijia.core.permissions import Actor
from yijia.core.policy import Value

_NO_TERM = {"late_min": 0, "back_days": 0}


def medicine_terms(home: Organisation, on: date) -> Mapping[str, int]:
    """From when an unwritten dose is late, and how many days later it may be written; where nobody said, at once and not at all."""
    found = editions.current().lookup("term:care_home_medicines", jurisdiction=home.jurisdiction, on=on)
    return found.value if isinstance(found, Value) else _NO_TERM


def _doses(on: date) -> ArraySubquery:
    """The standing word of each slot of a day: not corrected by a later one."""
    rows = Dose.objects.filter(medicine_id=OuterRef("pk"), on=on, corrected_by__isnull=True).order_by("slot")
    told = JSONObject(id="pk", slot="slot", outcome="outcome", note="note", at="at", who="by__display_name")
    return ArraySubquery(rows.values(row=told))


def _comings() -> ArraySubquery:
    """When the person went away and came back, in order; a stay told later names since when (`since`)."""
    kinds = [Event.GO_AWAY.value, Event.COME_BACK.value]
    rows = PlacementEvent.objects.filter(placement_id=OuterRef("placement_id"), event__in=kinds).order_by("at", "pk")
    return ArraySubquery(rows.values(row=JSONObject(event="event", at="at", since="facts__since")))


def _of_day(rows: QuerySet[Medicine], on: date) -> QuerySet[Medicine]:
    rows = rows.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), from_on__lte=on)
    return rows.select_related("placement__resident", "placement__organisation").annotate(
        dose_rows=_doses(on), coming_rows=_comings()
    )


def medicines_of_day(actor: Actor, on: date) -> list[Medicine]:
    """Every line that holds on a day, of those who live in the home, each with its doses of that day (`dose_rows`)."""
    here = Placement.objects.filter(organisation_id__in=actor.organisation_ids).exclude(state="left")
    return list(_of_day(Medicine.objects.filter(placement__in=here), on).order_by("placement__resident__name", "pk"))


def list_medicines(placement: Placement, on: date) -> list[Medicine]:
    """A person's whole list, what holds first, with the doses of a day."""
    rows = Medicine.objects.filter(placement=placement).annotate(dose_rows=_doses(on), coming_rows=_comings())
    return sorted(rows, key=lambda row: (row.until_on is not None and row.until_on <= on, -row.pk))


def standing_dose(medicine: Medicine, on: date, slot: str) -> Dose | None:
    """What stands written for one slot."""
    rows = Dose.objects.filter(medicine=medicine, on=on, slot=slot, corrected_by__isnull=True)
    return rows.select_related("by").first()


def get_medicine(actor: Actor, medicine_id: int) -> Medicine:
    """One line of a list in sight. Raises NotFound."""
    rows = Medicine.objects.filter(placement__in=placements_in_sight(actor), pk=medicine_id)
    found = rows.select_related("placement__resident").first()
    if found is None:
        raise NotFound
    return found


def get_dose(actor: Actor, dose_id: int) -> Dose:
    """One written dose in sight. Raises NotFound."""
    rows = Dose.objects.filter(medicine__placement__in=placements_in_sight(actor), pk=dose_id)
    found = rows.select_related("medicine__placement__resident").first()
    if found is None:
        raise NotFound
    return found


def doses_of_person(placement: Placement, today: date, days: int = 3) -> list[dict[str, Any]]:
    """What was written in the last days, newest first, as the family reads it."""
    rows = Dose.objects.filter(
        medicine__placement=placement, on__gt=today - timedelta(days=days), corrected_by__isnull=True
    )
    return list(
        rows.order_by("-on", "-slot", "pk").values("on", "slot", "outcome", "medicine__name", "medicine__dose", "at")
    )
