"""Who is on the list, with what a guardian asks of it: distance, rating, free places."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yijia.apps.agreements.models import Cooperation
from yijia.apps.care import queries as care
from yijia.apps.care import seams
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Resident
from yijia.apps.rehab.models import Ban, Designation, Placement
from yijia.apps.rehab.queries.rules import categories_in
from yijia.base import scope
from yijia.base.errors import NotFound
from yijia.core import rehab
from yijia.core.calendar import age_on
from yijia.core.geo import Point, distance_m
from yijia.core.permissions import Actor, Reach, covers, reach
from yijia.core.refusal import Refusal

LISTS = ("rehab_child", "rehab_adult")
_BINDING = ("signed", "in_force")
_choosing: ContextVar[tuple[int, int] | None] = ContextVar("yijia_rehab_choosing", default=None)


@contextmanager
def choosing(resident_id: int, organisation_id: int) -> Iterator[None]:
    """The application made inside comes by the list."""
    token = _choosing.set((resident_id, organisation_id))
    try:
        yield
    finally:
        _choosing.reset(token)


@dataclass(frozen=True, slots=True)
class Offer:
    """One institution of the live list as a guardian sees it.

    away_m      from the person's home as the crow flies; None where a place on the map is missing
    rated       None: nobody has rated it yet
    refusal     why it cannot be chosen now; None when it can
    """

    designation: Designation
    place: rehab.Place
    away_m: int | None
    rated: seams.Rated | None
    refusal: Refusal | None


def designations_of(actor: Actor) -> QuerySet[Designation]:
    """Designations the actor may know of; the list is public within its place."""
    rows = Designation.objects.select_related("organisation", "case")
    if reach(actor) is Reach.ORGANISATIONS:
        return rows.filter(organisation_id__in=actor.organisation_ids).order_by("list_code", "category", "id")
    if reach(actor) in (Reach.JURISDICTION, Reach.PEOPLE, Reach.ALL):
        here = Q() if reach(actor) is Reach.ALL else registry.within(actor.jurisdiction)
        return rows.filter(here).order_by("list_code", "category", "organisation__name", "id")
    return rows.none()


def get_designation(actor: Actor, designation_id: int) -> Designation:
    """One designation. Raises NotFound."""
    found = designations_of(actor).filter(pk=designation_id).first()
    if found is None:
        raise NotFound
    return found


def taken_numbers(designation_ids: Iterable[int]) -> dict[int, set[int]]:
    """The numbers of the places that are held, by designation; whoever holds them."""
    with scope.whole_system():
        rows = Placement.objects.filter(designation_id__in=list(designation_ids), released_at__isnull=True)
        found: dict[int, set[int]] = {}
        for pk, number in rows.values_list("designation_id", "place_no"):
            found.setdefault(pk, set()).add(number)
    return found


def bans_of(organisation_ids: Iterable[int]) -> dict[int, list[rehab.Ban]]:
    """Every ban of institutions, lifted ones included."""
    found: dict[int, list[rehab.Ban]] = {}
    for row in Ban.objects.filter(organisation_id__in=list(organisation_ids)):
        found.setdefault(row.organisation_id, []).append(
            rehab.Ban(row.from_on, row.until_on, is_lifted=row.lifted_at is not None)
        )
    return found


def list_bans(actor: Actor) -> list[Ban]:
    """Bans in sight, the latest first."""
    rows = Ban.objects.select_related("organisation")
    if reach(actor) is Reach.ORGANISATIONS:
        return list(rows.filter(organisation_id__in=actor.organisation_ids).order_by("-id")[:200])
    if reach(actor) in (Reach.JURISDICTION, Reach.ALL):
        here = Q() if reach(actor) is Reach.ALL else registry.within(actor.jurisdiction)
        return list(rows.filter(here).order_by("-id")[:200])
    return []


def get_ban(actor: Actor, ban_id: int) -> Ban:
    """One ban. Raises NotFound."""
    found = next((one for one in list_bans(actor) if one.pk == ban_id), None)
    if found is None:
        raise NotFound
    return found


def place_of(row: Designation, on: date) -> rehab.Place:
    """One designation as a choice sees it."""
    return places_of([row], on)[row.pk]


def places_of(rows: list[Designation], on: date) -> dict[int, rehab.Place]:
    """Many designations as a choice sees them, in one question."""
    known = [row for row in rows if not hasattr(row, "is_banned_now")]
    if known:
        with scope.whole_system():
            rows = list(_asked(Designation.objects.filter(pk__in=[row.pk for row in rows]), on))
    return {
        row.pk: rehab.Place(
            row.organisation.name, row.category, row.valid_from, row.valid_until, row.ended_on, row.is_banned_now, row.is_bound, row.places,
            row.taken_now,
        )
        for row in rows
    }  # fmt: skip


def _asked(rows: QuerySet[Designation], on: date) -> QuerySet[Designation]:
    """Designations with what a choice asks of each: a standing ban, an agreement that binds, places that are held; needs the whole sight."""
    bans = Ban.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on), organisation=OuterRef("organisation"), lifted_at__isnull=True, from_on__lte=on
    )  # fmt: skip
    papers = Cooperation.objects.filter(
        organisation=OuterRef("organisation"), kind="designation", state__in=_BINDING, force_from__lte=on, valid_until__gt=on
    )  # fmt: skip
    held = (
        Placement.objects.filter(designation=OuterRef("pk"), released_at__isnull=True).order_by().values("designation")
    )
    return rows.select_related("organisation").annotate(
        is_banned_now=Exists(bans),
        is_bound=Exists(papers),
        taken_now=Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0),
    )


def live_list(
    resident: Resident, list_code: str, on: date, *, changes: int = 0, allowed: int | None = None, is_change: bool = False,
    besides: int | None = None,
) -> list[Offer]:  # fmt: skip
    """The institutions a person may be offered: on the live list of their categories, the nearest first.

    besides     an institution that is left out: the one the person is at

    Source      REHAB-07 in docs/rules/rehab.md
    """
    mine = {one.id for one in rehab.categories_of(resident.disability_kind, categories_in(resident.jurisdiction, on))}
    with scope.whole_system():
        asked = _asked(Designation.objects.filter(list_code=list_code, category__in=mine, ended_on__isnull=True), on)
        city = f"{resident.jurisdiction[:7]}00"  # a city keeps one list
        rows = [
            row
            for row in asked.filter(organisation__is_active=True)
            if covers(city, row.jurisdiction) and row.organisation_id != besides
        ]
        places = places_of(rows, on)
        listed = [row for row in rows if rehab.may_list(places[row.pk], on) is None]
        rated = seams.ratings(sorted({row.organisation_id for row in listed}))
    home = resident.household
    offers = [
        Offer(
            row, places[row.pk], _away(row, home.lon, home.lat), rated.get(row.organisation_id),
            rehab.may_choose(places[row.pk], mine, on, changes=changes, allowed=allowed, is_change=is_change),
        )
        for row in listed
    ]  # fmt: skip
    return sorted(offers, key=lambda one: (one.away_m is None, one.away_m or 0, one.designation.organisation.name))


def _away(row: Designation, lon: float | None, lat: float | None) -> int | None:
    house = row.organisation
    if lon is None or lat is None or house.lon is None or house.lat is None:
        return None
    return round(distance_m(Point(lat, lon), Point(house.lat, house.lon)))


def list_for(resident: Resident, on: date) -> str:
    """The list a person is chosen from: the first of the place whose programme takes their age; the adults' for whoever is older than all."""
    for code in LISTS:
        found = care.programme_for(code, resident.jurisdiction, on)
        if isinstance(found, Refusal) or found.ending is None:
            continue
        until = found.ending.until_age
        if until is None or resident.born_on is None or age_on(resident.born_on, on) < until:
            return code
    return LISTS[-1]


def houses_listed(jurisdiction: str, on: date) -> list[tuple[Designation, rehab.Place]]:
    """The live list of a place, for anybody to read."""
    rows = list(
        Designation.objects.select_related("organisation")
        .filter(registry.within(jurisdiction), ended_on__isnull=True)
        .order_by("list_code", "category", "organisation__name")[:500]
    )
    places = places_of(rows, on)
    return [(row, places[row.pk]) for row in rows if rehab.may_list(places[row.pk], on) is None]


def provider_answers(organisation_ids: Sequence[int], list_code: str, on: date) -> dict[int, bool]:
    """Which institutions are on a live list that day; one that never was is absent, so the register's own word counts."""
    with scope.whole_system():
        asked = Designation.objects.filter(organisation_id__in=organisation_ids, list_code=list_code)
        rows = list(_asked(asked, on))
    places = places_of(rows, on)
    found: dict[int, bool] = {}
    for row in rows:
        is_on = rehab.may_list(places[row.pk], on) is None
        found[row.organisation_id] = found.get(row.organisation_id, False) or is_on
    return found


def way_in(list_code: str, organisation_id: int, resident_id: int, kind: str, on: date) -> Refusal | None:
    """Why a person may not be applied for at an institution whose list is kept here, unless the guardian chose it from the list.

    Source      REHAB-07 in docs/rules/rehab.md
    """
    if _choosing.get() == (resident_id, organisation_id):
        return None
    rows = list(
        Designation.objects.select_related("organisation").filter(organisation_id=organisation_id, list_code=list_code)
    )
    if not rows:
        return None
    jurisdiction = rows[0].jurisdiction
    mine = {one.id for one in rehab.categories_of(kind, categories_in(jurisdiction, on))}
    places = places_of(rows, on)
    refusals = [rehab.may_choose(places[row.pk], mine, on, changes=0, allowed=None, is_change=False) for row in rows]
    if all(refusals):
        own = [refusal for row, refusal in zip(rows, refusals, strict=True) if row.category in mine]
        return (own or refusals)[-1]
    return Refusal("rehab.choose_first", rows[0].organisation.called("house"))
