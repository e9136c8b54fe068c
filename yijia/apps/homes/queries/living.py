"""Placements and beds in sight."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from yijia.apps.homes.models import Bed, BedStay, Placement, PlacementEvent
from yijia.apps.referrals.models import EmergencyCall, Referral
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation
from yijia.base import editions
from yijia.base.errors import NotFound
from yijia.core.homes.lifecycle import OPEN
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.policy import Value
from yijia.core.referrals import emergency
from yijia.core.referrals.lifecycle import OPEN as ASKED

_OPEN = [state.value for state in OPEN]
_KINDS = (Organisation.Kind.CARE_HOME, Organisation.Kind.INTEGRATED)


def home_of(actor: Actor) -> Organisation:
    """The care home the actor works for.

    Raises      NotFound: none, several, or no care home
    """
    if reach(actor) is not Reach.ORGANISATIONS or len(actor.organisation_ids) != 1:
        raise NotFound
    found = Organisation.objects.filter(pk__in=actor.organisation_ids, kind__in=_KINDS, is_active=True).first()
    if found is None:
        raise NotFound
    return found


def placements_in_sight(actor: Actor) -> QuerySet[Placement]:
    """Placements the actor may know of; out of sight is as good as absent."""
    rows = Placement.objects.all()
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS:
            return rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            return rows.filter(registry.within(actor.jurisdiction, "organisation__jurisdiction"))
        case _:
            return rows.none()


def _bed_of() -> ArraySubquery:
    """The bed a placement has now, or had last."""
    stays = BedStay.objects.filter(placement_id=OuterRef("pk")).order_by(F("until_on").desc(nulls_first=True), "-pk")
    return ArraySubquery(
        stays.values(row=JSONObject(bed_id="bed_id", building="bed__building", room="bed__room", number="bed__number"))[
            :1
        ]
    )


def _with_bed(rows: QuerySet[Placement]) -> QuerySet[Placement]:
    return rows.select_related("resident", "organisation").annotate(bed_rows=_bed_of())


def get_placement(actor: Actor, placement_id: int) -> Placement:
    """One placement with its person and bed. Raises NotFound."""
    found = _with_bed(placements_in_sight(actor)).filter(pk=placement_id).first()
    if found is None:
        raise NotFound
    return found


def get_placement_of(actor: Actor, resident_id: int) -> Placement:
    """The open placement of a person, else the last one. Raises NotFound."""
    rows = _with_bed(placements_in_sight(actor)).filter(resident_id=resident_id)
    found = rows.order_by(F("until_on").desc(nulls_first=True), "-pk").first()
    if found is None:
        raise NotFound
    return found


def whole_placement_of(actor: Actor, resident_id: int) -> Placement:
    """As `get_placement_of`, with its steps, open referrals and calls read in the same statement. Raises NotFound."""
    events = PlacementEvent.objects.filter(placement_id=OuterRef("pk")).order_by("-at", "-pk")
    asked = Referral.objects.filter(
        resident_id=OuterRef("resident_id"), organisation_id=OuterRef("organisation_id"), state__in=list(ASKED)
    ).order_by("-pk")
    called = EmergencyCall.objects.filter(
        resident_id=OuterRef("resident_id"), organisation_id=OuterRef("organisation_id"), state__in=list(emergency.OPEN)
    ).order_by("-pk")
    waiting = JSONObject(id="pk", number="number", state="state", due_at="due_at")
    rows = _with_bed(placements_in_sight(actor)).annotate(
        event_rows=ArraySubquery(
            events.values(row=JSONObject(event="event", facts="facts", at="at", by="by__display_name"))[:20]
        ),
        referral_rows=ArraySubquery(asked.values(row=waiting)[:5]),
        call_rows=ArraySubquery(called.values(row=waiting)[:5]),
    )
    found = rows.filter(resident_id=resident_id).order_by(F("until_on").desc(nulls_first=True), "-pk").first()
    if found is None:
        raise NotFound
    return found


def living_in_homes(actor: Actor) -> list[tuple[int, str]]:
    """Which of a person's own people live in a care home: id and name."""
    rows = placements_in_sight(actor).filter(state__in=_OPEN).order_by("pk")
    return list(rows.values_list("resident_id", "resident__name"))


def list_placements(
    actor: Actor, *, text: str = "", state: str = "", level: str = "", page: int | str = 1, size: int = 20
) -> Page:
    """Who lives in the home, by name; `state` left lists those who left.

    text        a name, pinyin initials, or a room
    """
    rows = _with_bed(placements_in_sight(actor))
    rows = rows.filter(state=state) if state else rows.filter(state__in=_OPEN)
    if level:
        rows = rows.filter(care_level=level)
    if text := text.replace("\0", "").strip():
        in_room = BedStay.objects.filter(placement_id=OuterRef("pk"), until_on__isnull=True, bed__room=text)
        rows = rows.filter(
            Q(resident__name__startswith=text) | Q(resident__pinyin_initials__istartswith=text) | Q(Exists(in_room))
        )
    return Paginator(rows.order_by("resident__name", "pk"), size).get_page(page)


def beds_of(actor: Actor) -> list[Bed]:
    """Every bed of the home in use, each with who has it now (`taken`), by building, room, number."""
    stays = BedStay.objects.filter(bed_id=OuterRef("pk"), until_on__isnull=True)
    taken = ArraySubquery(
        stays.values(
            row=JSONObject(
                placement_id="placement_id", resident_id="placement__resident_id", name="placement__resident__name",
                state="placement__state", level="placement__care_level", away_reason="placement__away_reason", back_on="placement__back_on",
            )
        )
    )  # fmt: skip
    rows = Bed.objects.filter(organisation_id__in=actor.organisation_ids, is_active=True).annotate(taken=taken)
    return list(rows.order_by("building", "room", "number"))


def is_taken(bed: Bed, on: date | None = None) -> bool:
    """Whether somebody has the bed from a day on, or has it now."""
    rows = BedStay.objects.filter(bed=bed)
    if on is None:
        return rows.filter(until_on__isnull=True).exists()
    lasting = rows.exclude(until_on__isnull=False, until_on=F("from_on"))
    return lasting.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).exists()


def overlapping_for_system(resident_id: int, begins: date) -> Placement | None:
    """Where else a person lives from a day on; needs the whole system's sight."""
    rows = Placement.objects.filter(resident_id=resident_id).exclude(until_on__isnull=False, until_on=F("from_on"))
    return rows.filter(Q(until_on__isnull=True) | Q(until_on__gt=begins)).select_related("organisation").first()


def open_ids_for_system(resident_id: int) -> list[int]:
    """The open placement of a person; at most one, PostgreSQL sees to it."""
    return list(Placement.objects.filter(resident_id=resident_id, state__in=_OPEN).values_list("pk", flat=True))


def events_of(placement: Placement) -> list[PlacementEvent]:
    """Every step, oldest first."""
    return list(PlacementEvent.objects.filter(placement=placement).select_related("by").order_by("at", "pk"))


def levels(jurisdiction: str, on: date) -> list[Mapping[str, Any]]:
    """The levels of care as the place names them: code, zh, en."""
    found = editions.current().lookup("term:care_home_levels", jurisdiction=jurisdiction, on=on)
    return list(found.value["levels"]) if isinstance(found, Value) else []


def level_codes(jurisdiction: str, on: date) -> frozenset[str]:
    """Their codes."""
    return frozenset(str(level["code"]) for level in levels(jurisdiction, on))
