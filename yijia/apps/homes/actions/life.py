"""What life does to a placement: somebody dies, is admitted to a hospital, or is registered at another address."""

from datetime import date, datetime

from yijia.apps.homes import queries
from yijia.apps.homes.actions.common import apply_event, locked, need, note_event
from yijia.apps.homes.actions.placing import end_placement
from yijia.apps.homes.models import Placement
from yijia.base.actions import action
from yijia.core.homes.lifecycle import Away, Event, Left, State
from yijia.core.permissions import Actor, Permission

P = Permission


@action("placements.end_for_the_dead")
def end_for_the_dead(*, resident_id: int, died_on: date, by: Actor, at: datetime) -> list[Placement]:
    """The bed of somebody who died is free from that day; the record of what was given stays.

    Raises      Forbidden: not the platform
    Source      HOME-05 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    open_ones = [locked(by, pk) for pk in queries.open_ids_for_system(resident_id)]
    return [end_placement(one, Left.DIED.value, max(died_on, one.from_on), "", by, at) for one in open_ones]


@action("placements.send_to_hospital")
def send_to_hospital(*, resident_id: int, hospital: str, since: datetime, by: Actor, at: datetime) -> list[Placement]:
    """A hospital stay told by anybody: the person is away, the bed is kept; who is away already stays so.

    since       when they were admitted, which may be before it was told

    Raises      Forbidden: not the platform
    Source      HOME-05 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    moved = []
    for pk in queries.open_ids_for_system(resident_id):
        placement = locked(by, pk)
        if placement.state != State.LIVING:
            continue
        placement.away_reason, placement.away_to = Away.HOSPITAL.value, hospital[:80]
        facts = {"reason": Away.HOSPITAL.value, "to": placement.away_to, "since": min(since, at).isoformat()}
        moved.append(apply_event(placement, Event.GO_AWAY, met={"reason_given": True}, facts=facts, by=by, at=at))
    return moved


@action("placements.note_address")
def note_address(*, resident_id: int, by: Actor, at: datetime) -> list[Placement]:
    """Somebody who lives in a home was registered at another address: the placement stays until the home ends it, and the step is shown.

    Raises      Forbidden: not the platform
    Source      HOME-05 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    told = []
    for pk in queries.open_ids_for_system(resident_id):
        placement = locked(by, pk)
        if placement.resident.household_id == placement.household_id:
            continue
        note_event(placement, "address", placement.state, {}, by, at)
        told.append(placement)
    return told
