"""The guardian chooses from the live list; the choice makes the episode. A place is held by one person, whoever is faster."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from yijia.apps.care import actions as care
from yijia.apps.care.actions.submit import demand_proxy
from yijia.apps.care.models import Episode
from yijia.apps.registry import queries as registry
from yijia.apps.rehab import queries
from yijia.apps.rehab.actions.common import CHANGED, need, publish, release
from yijia.apps.rehab.models import Designation, Placement
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import NotFound, Refused, refuse_if
from yijia.core import rehab
from yijia.core.permissions import SYSTEM, Actor, Permission
from yijia.core.refusal import Refusal


@action("rehab.choose")
def choose_institution(
    *,
    client_id: UUID,
    designation_id: int,
    resident_id: int,
    stated: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Placement:
    """Choose an institution for a person, or another one instead; the same client_id gives the first choice back.

    stated      what the guardian says of the person, as for any programme

    Raises      NotFound; Forbidden; Invalid; Refused: rehab.other_category, .banned, .ended, .expired, .no_agreement, .full,
                .changed_enough, .same_institution, orders.proxy_scope
    Source      REHAB-07, REHAB-08, REHAB-09 in docs/rules/rehab.md
    """
    need(by, Permission.REHAB_CHOOSE)
    resident = registry.get_resident(by, resident_id)
    demand_proxy(by, resident_id, "order", at)
    today = business_date(at)
    with scope.whole_system():
        first = Placement.objects.filter(client_id=client_id, resident_id=resident_id).first()
        if first is not None:
            return first
        row = Designation.objects.select_for_update().select_related("organisation").filter(pk=designation_id).first()
        if row is None:
            raise NotFound
        held = Placement.objects.select_for_update().filter(resident_id=resident_id, released_at__isnull=True).first()
        if held is not None and held.organisation_id == row.organisation_id:
            raise Refused(Refusal("rehab.same_institution", row.organisation.called("house")))
        mine = {
            one.id
            for one in rehab.categories_of(resident.disability_kind, queries.categories_in(row.jurisdiction, today))
        }
        refuse_if(
            rehab.may_choose(
                queries.place_of(row, today), mine, today, changes=queries.changes_in(resident_id, row.list_code, today.year),
                allowed=queries.allowed_changes(row.jurisdiction, today), is_change=held is not None,
            )
        )  # fmt: skip
        if held is not None:
            release(held, CHANGED, by, at)
        with queries.choosing(resident_id, row.organisation_id):
            episode = care.apply_for_programme(
                client_id=uuid5(client_id, "episode"), programme=row.list_code, resident_id=resident_id, organisation_id=row.organisation_id,
                stated=stated, by=by, at=at,
            )  # fmt: skip
        made = _hold(row, episode, client_id, held, by, at)
    publish("rehab.chosen", made, at, designation_id=row.pk)
    return made


def _hold(
    row: Designation, episode: Episode, client_id: UUID, held: Placement | None, by: Actor, at: datetime
) -> Placement:
    """Take the lowest free number. Raises Refused: rehab.full, .already_placed — whoever was faster"""
    taken = queries.taken_numbers([row.pk]).get(row.pk, set())
    number = next((n for n in range(1, row.places + 1) if n not in taken), None)
    if number is None:
        raise Refused(Refusal("rehab.full", {**row.organisation.called("house"), "places": row.places}))
    made = Placement(
        organisation_id=row.organisation_id, designation=row, client_id=client_id, episode=episode, resident_id=episode.resident_id,
        list_code=row.list_code, category=row.category, place_no=number, replaces=held, is_change=held is not None, chosen_at=at,
        chosen_by_id=by.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if "placement_person_once" in str(error):
            raise Refused(Refusal("rehab.already_placed", {})) from error
        if "placement_place_once" in str(error):
            facts = {**row.organisation.called("house"), "places": row.places}
            raise Refused(Refusal("rehab.full", facts)) from error
        raise
    return made


@action("rehab.release_ended")
def release_ended(*, episode_id: int, by: Actor, at: datetime) -> Placement | None:
    """The episode has ended of itself — the person came of age, moved or died: the place is free."""
    row = Placement.objects.select_for_update().filter(episode_id=episode_id, released_at__isnull=True).first()
    if row is not None:
        row.released_at, row.released_by_id, row.released_why = at, by.user_id, "episode_over"
        row.save(update_fields=["released_at", "released_by", "released_why"])
    return row


@action("rehab.follow_on")
def follow_on(*, episode_id: int, by: Actor, at: datetime) -> Placement | None:
    """Who came of age was put down for the adults' programme at the same institution: where it is on that list with a place free, it is held.

    Source      PROG-19 in docs/rules/programmes.md, REHAB-07
    """
    episode = Episode.objects.filter(pk=episode_id).first()
    if episode is None or Placement.objects.filter(episode_id=episode_id).exists():
        return None
    before = Placement.objects.filter(resident_id=episode.resident_id).order_by("-id").first()
    row = (
        Designation.objects.select_for_update()
        .select_related("organisation")
        .filter(organisation_id=episode.organisation_id, list_code=episode.programme, ended_on__isnull=True)
        .filter(category=before.category if before is not None else "")
        .first()
    )
    if row is None or before is None or before.released_at is None:
        return None
    today = business_date(at)
    place = queries.place_of(row, today)
    if rehab.may_list(place, today) is not None or place.free == 0:
        return None
    return _hold(row, episode, uuid5(before.client_id, episode.programme), None, SYSTEM, at)
