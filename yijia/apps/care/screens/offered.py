"""Applying: the programmes offered to one resident, for whom one may ask, and at which institutions."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words, queries, seams
from yijia.apps.care.screens.common import is_own
from yijia.apps.care.screens.episodes import house_name
from yijia.apps.care.screens.programmes import place_of
from yijia.apps.registry import queries as registry
from yijia.base import audit
from yijia.base.errors import NotFound
from yijia.core.calendar import business_date
from yijia.core.catalogue.area import distance_km
from yijia.core.people import masking
from yijia.core.programmes.model import Programme

MOST_DIGITS = 18
"""The longest resident number the database can hold."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The programmes of the place for one resident, whom staff apply for."""

    pk: int
    who: str
    rows: list[tuple[str, str, bool]]  # code, name, whether one runs already in sight


def offered_to(request: HttpRequest, resident_id: int) -> Offered:
    """What the place offers, to apply for on behalf of one resident.

    Raises      NotFound: absent, or out of sight
    """
    person = registry.get_resident(request.actor, resident_id)
    audit.read(
        request.actor, request.at, "care.offered_to", subject_type="registry.resident", subject_ids=[person.pk], resident_ids=[person.pk]
    )  # fmt: skip
    running = queries.count_by_programme(request.actor, person.pk)
    found = queries.programmes_of(place_of(request), business_date(request.at))
    who = person.name if is_own(request.actor) else masking.name(person.name)
    return Offered(
        person.pk, who, [(one.code, episode_words.of(one.words), bool(running.get(one.code))) for one in found]
    )


def apply_choices(request: HttpRequest, code: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """For whom, and the institutions of the place that may give the programme, the nearest first, with what families said of them.

    Staff name the resident in the address (`?resident=`), and apply at their own institution.

    Raises      NotFound: no such programme here, or the resident is out of sight
    """
    on = business_date(request.at)
    one = queries.programme_for(code, place_of(request), on)
    if not isinstance(one, Programme):
        raise NotFound
    mine = list(registry.list_my_residents(request.actor))
    asked = request.GET.get("resident", "")
    if not mine and asked.isdecimal() and len(asked) <= MOST_DIGITS:
        mine = [registry.get_resident(request.actor, int(asked))]
    at_work = request.actor.organisation_ids
    houses = [row for row in queries.houses_for(one, place_of(request), on) if not at_work or row.pk in at_work]
    rated = seams.ratings([house.pk for house in houses])
    home = mine[0].household if mine else None
    away = {house.pk: distance_km(house.lon, house.lat, home.lon, home.lat) if home else None for house in houses}
    houses.sort(key=lambda house: (away[house.pk] or 0, house.name))
    own_names = is_own(request.actor)
    return [(str(one.pk), one.name if own_names else masking.name(one.name)) for one in mine], [
        (str(house.pk), " · ".join([house_name(house), *_known(away[house.pk], rated.get(house.pk))]))
        for house in houses
    ]


def _known(away_km: Any, rated: seams.Rated | None) -> list[str]:
    """How far an institution is from the first resident's home, and its rating."""
    found = [] if away_km is None else [_("%(km)s 公里") % {"km": f"{away_km:.1f}"}]
    said = (
        _("%(stars)s 星（%(n)s 家评过）") % {"stars": f"{rated.stars:.1f}", "n": rated.count}
        if rated
        else _("还没有评价")
    )
    return [*found, said]
