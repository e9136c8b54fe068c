"""The one place that moves an episode: the table narrowed by the programme, under the row's lock, with its slot."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from yijia.apps.care import queries
from yijia.apps.care.models import Episode, EpisodeEvent, Occupancy
from yijia.base import editions, outbox, scope
from yijia.base.errors import Forbidden, NotFound, Refused, Stale, refuse_if
from yijia.core.calendar import business_date, local
from yijia.core.permissions import Actor, Permission, may
from yijia.core.programmes import load as programmes
from yijia.core.programmes.lifecycle import TABLE, Event, State
from yijia.core.programmes.model import Part, Programme
from yijia.core.programmes.slots import slot_key
from yijia.core.refusal import Refusal

_ONCE = "occupancy_once"


def need(by: Actor, *permissions: Permission) -> None:
    """Raises      Forbidden: the actor holds none of the rights"""
    if not by.is_system and not any(may(by, permission) for permission in permissions):
        raise Forbidden(permissions[0])


def locked_episode(by: Actor, episode_id: int, version: int | None = None) -> Episode:
    """The episode, locked until the transaction ends.

    Raises      NotFound: absent or out of scope; Stale: it changed since
    """
    rows = queries.episodes_in_sight(by).select_related("resident", "organisation", "household", "lead", "nurse")
    found = rows.select_for_update(of=("self",)).filter(pk=episode_id).first()
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise Stale
    return found


def programme_of(episode: Episode, at: datetime) -> Programme:
    """The programme as its place writes it today.

    Raises      Refused programmes.*
    """
    found: Programme = refuse_if(queries.programme_for(episode.programme, episode.jurisdiction, business_date(at)))
    return found


def apply_event(
    episode: Episode,
    programme: Programme,
    event: Event,
    *,
    met: Collection[str] | Mapping[str, bool] = (),
    facts: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Episode:
    """Move an episode this transaction has locked; saves whatever else the caller set on the row.

    Raises      Forbidden; Refused: episodes.not_in_programme, episodes.wrong_status, episodes.over, and what a move needs
    Source      PROG-12 in docs/rules/programmes.md
    """
    if event not in programme.events:
        raise Refused(Refusal("episodes.not_in_programme", {"event": event.value, **_names(programme)}))
    before = State(episode.state)
    verdicts = dict(met) if isinstance(met, Mapping) else dict.fromkeys(met, True)
    outcome = TABLE.attempt(before, event, by, verdicts)
    if isinstance(outcome, Refusal):
        if outcome.code == "permission.missing":
            raise Forbidden(str(outcome.facts["permission"]))
        raise Refused(Refusal(outcome.code, {**outcome.facts, **_names(programme)}))
    episode.state, episode.state_at = outcome.value, at
    episode.version += 1
    episode.save()
    note_event(episode, event.value, before.value, facts, by, at)
    return episode


def note_event(
    episode: Episode, event: str, before: str, facts: Mapping[str, Any] | None, by: Actor, at: datetime
) -> None:
    """Write a step down and tell it."""
    EpisodeEvent.objects.create(
        organisation_id=episode.organisation_id, episode=episode, event=event, from_state=before, to_state=episode.state,
        cycle_no=episode.cycle_no, at=at, by_id=by.user_id, role=by.role.value if by.role else "system", facts=dict(facts or {}),
    )  # fmt: skip
    news = {
        "episode_id": episode.pk, "programme": episode.programme, "resident_id": episode.resident_id, "from_state": before,
        "to_state": episode.state,
    }  # fmt: skip
    outbox.publish(f"episodes.{event}", news, at=at, organisation_id=episode.organisation_id)


def hold(episode: Episode, programme: Programme, by: Actor, at: datetime) -> None:
    """Take the programme's slots for the person, from now on.

    Raises      Refused episodes.slot_taken: another episode or a hospital stay holds one, whoever was faster
    Source      PROG-11 in docs/rules/programmes.md
    """
    for slot in programme.slots:
        try:
            with transaction.atomic():
                Occupancy.objects.create(
                    organisation_id=episode.organisation_id, resident_id=episode.resident_id, episode=episode, kind=Occupancy.Kind.EPISODE,
                    slot=slot, slot_key=slot_key(slot), during=(at, None), noted_at=at, noted_by_id=by.user_id,
                )  # fmt: skip
        except IntegrityError as error:
            if _ONCE not in str(error):
                raise
            raise Refused(
                Refusal("episodes.slot_taken", {"slot": slot, **_names(programme), **_holder(episode, slot)})
            ) from error


def release(episode: Episode, at: datetime) -> None:
    """Give the slots back; one that would end before it began never counted."""
    for row in Occupancy.objects.select_for_update().filter(episode=episode, is_active=True):
        if row.during.upper is not None and row.during.upper <= at:
            continue
        if row.during.lower >= at:
            row.is_active = False
        else:
            row.during = (row.during.lower, at)
        row.save(update_fields=["during", "is_active"])


def _holder(episode: Episode, slot: str) -> dict[str, str]:
    """Who holds the slot: the kind alone, and the institution's name; no record of another's is opened."""
    with scope.whole_system():
        row = (
            Occupancy.objects.filter(resident_id=episode.resident_id, slot=slot, is_active=True, during__endswith=None)
            .select_related("organisation")
            .first()
        )
    if row is None:
        return {"holder": "", "holder_kind": ""}
    return {"holder": row.place or row.organisation.name, "holder_kind": row.kind}


def _names(programme: Programme) -> dict[str, str]:
    return {"programme_zh": programme.words.zh, "programme_en": programme.words.en}


def stops(programme: Programme, part: Part, use: str, at: datetime) -> Refusal | None:
    """Why a part of the programme cannot carry a use, or None."""
    return programmes.demand(programme, part, use, editions.current(), business_date(at))


def next_number(at: datetime) -> str:
    """A number nobody else has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('care_episode_number')")
        return f"E{local(at):%y%m%d}-{cursor.fetchone()[0]:05d}"
