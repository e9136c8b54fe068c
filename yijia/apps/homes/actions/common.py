"""What the actions of a care home share: the house, the lock, the one place that moves a placement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.homes import queries
from yijia.apps.homes.models import Placement, PlacementEvent
from yijia.apps.registry.models import Organisation
from yijia.base import outbox
from yijia.base.errors import Forbidden, NotFound, Refused, Stale
from yijia.core.homes.lifecycle import TABLE, Event, State
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal


def need(by: Actor, permission: Permission) -> None:
    """Raises      Forbidden: the actor lacks the right"""
    if not by.is_system and not may(by, permission):
        raise Forbidden(permission)


def home_of(by: Actor) -> Organisation:
    """The care home the actor works for.

    Raises      NotFound: none, several, or no care home
    """
    return queries.home_of(by)


def locked(by: Actor, placement_id: int, version: int | None = None) -> Placement:
    """The placement, locked until the transaction ends.

    Raises      NotFound: absent or out of scope; Stale: it changed since
    """
    rows = queries.placements_in_sight(by).select_related("resident", "organisation")
    found = rows.select_for_update(of=("self",)).filter(pk=placement_id).first()
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise Stale
    return found


def apply_event(
    placement: Placement, event: Event, *, met: Mapping[str, bool] | None = None, facts: Mapping[str, Any] | None = None, by: Actor, at: datetime
) -> Placement:  # fmt: skip
    """Move a placement this transaction has locked; whatever else was set on the row is saved with it.

    Raises      Forbidden; Refused: the table's codes
    Source      HOME-04 in docs/rules/homes.md
    """
    before = State(placement.state)
    outcome = TABLE.attempt(before, event, by, met)
    if isinstance(outcome, Refusal):
        if outcome.code == "permission.missing":
            raise Forbidden(Permission(outcome.facts["permission"]))
        raise Refused(outcome)
    if outcome is not before:
        placement.state, placement.state_at = outcome.value, at
    placement.version += 1
    placement.save()
    note_event(placement, event.value, before.value, facts, by, at)
    return placement


def note_event(
    placement: Placement, event: str, before: str, facts: Mapping[str, Any] | None, by: Actor, at: datetime
) -> None:
    """Write a step down, and tell it."""
    PlacementEvent.objects.create(
        organisation_id=placement.organisation_id, placement=placement, event=event, from_state=before, to_state=placement.state,
        facts=dict(facts or {}), at=at, by_id=by.user_id,
    )  # fmt: skip
    news = {"placement_id": placement.pk, "resident_id": placement.resident_id, "to_state": placement.state}
    outbox.publish(f"placements.{event}", news, at=at, organisation_id=placement.organisation_id)
