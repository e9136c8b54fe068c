"""Emergency calls in sight."""

from django.db.models import QuerySet

from yijia.apps.referrals.models import EmergencyCall, EmergencyEvent
from yijia.apps.registry import queries as registry
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.referrals.emergency import OPEN

_OPEN = [state.value for state in OPEN]
MOST = 100


def calls_in_sight(actor: Actor) -> QuerySet[EmergencyCall]:
    """Calls the actor may know of: both institutions, the person's own people, the place's authority."""
    rows = EmergencyCall.objects.select_related("resident", "organisation", "asked", "agreement")
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


def get_call(actor: Actor, call_id: int) -> EmergencyCall:
    """One call. Raises NotFound when absent or out of scope."""
    found = calls_in_sight(actor).filter(pk=call_id).first()
    if found is None:
        raise NotFound
    return found


def list_calls(actor: Actor, *, resident_id: int | None = None) -> list[EmergencyCall]:
    """Open calls first, the longest waiting on top; then those that ended, the newest first."""
    rows = calls_in_sight(actor)
    if resident_id is not None:
        rows = rows.filter(resident_id=resident_id)
    running = list(rows.filter(state__in=_OPEN).order_by("called_at")[:MOST])
    return running + list(rows.exclude(state__in=_OPEN).order_by("-called_at")[:MOST])


def open_calls_of(actor: Actor) -> list[EmergencyCall]:
    """Calls in which help is still awaited."""
    return list(calls_in_sight(actor).filter(state__in=_OPEN).order_by("called_at")[:MOST])


def count_open_calls(actor: Actor) -> int:
    """How many calls run."""
    return calls_in_sight(actor).filter(state__in=_OPEN).count()


def events_of_call(call: EmergencyCall) -> list[EmergencyEvent]:
    """Every step with its second, oldest first."""
    return list(EmergencyEvent.objects.filter(call=call).select_related("by", "organisation").order_by("at", "pk"))
