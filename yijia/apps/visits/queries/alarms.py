"""Alarms in sight, oldest open one first, and until when a visit may be silent."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from yijia.apps.care.models import OrderItem
from yijia.apps.registry.queries import contact_for_system, within
from yijia.apps.registry.queries.staff import STAFF_PHONE
from yijia.apps.visits.models import Alarm, AlarmEvent, Visit
from yijia.apps.visits.queries.gate import norm_min
from yijia.base.crypto import unseal
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, Role, reach


def alarms_in_sight(actor: Actor) -> QuerySet[Alarm]:
    """A nurse sees her own; residents and families none."""
    rows = Alarm.objects.all()
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.ORGANISATIONS if actor.role is Role.NURSE:
            return rows.filter(staff_id=actor.staff_id)
        case Reach.ORGANISATIONS:
            return rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            return rows.filter(within(actor.jurisdiction, "organisation__jurisdiction"))
        case _:
            return rows.none()


_WITH = ("visit__order__household", "visit__resident", "staff", "organisation", "acknowledged_by", "closed_by")


def list_alarms(actor: Actor, *, is_open: bool = True) -> QuerySet[Alarm]:
    """The wall: open alarms by age, oldest first; or closed ones, newest first."""
    rows = alarms_in_sight(actor).select_related(*_WITH)
    return (
        rows.exclude(state="closed").order_by("raised_at", "id")
        if is_open
        else rows.filter(state="closed").order_by("-raised_at", "-id")
    )


def count_open_alarms(actor: Actor) -> int:
    """How many alarms are open, for the bell of the shell."""
    return alarms_in_sight(actor).exclude(state="closed").count()


def get_alarm(actor: Actor, alarm_id: int) -> Alarm:
    """One alarm. Raises NotFound."""
    found = alarms_in_sight(actor).select_related(*_WITH).filter(pk=alarm_id).first()
    if found is None:
        raise NotFound
    return found


def alarm_events(alarm: Alarm) -> list[AlarmEvent]:
    """Each step of an alarm in sight, oldest first."""
    return list(AlarmEvent.objects.filter(alarm=alarm).select_related("by").order_by("at", "id"))


def open_alarm_of(visit_id: int, staff_id: int | None) -> Alarm | None:
    """The nurse's own open alarm on a visit."""
    return Alarm.objects.filter(visit_id=visit_id, staff_id=staff_id).exclude(state="closed").first()


def watched_until_for_system(visit: Visit) -> datetime:
    """The planned end, later when the service began later than planned."""
    if visit.started_at is None:
        return visit.planned_until
    return max(
        visit.planned_until,
        visit.started_at + timedelta(minutes=norm_min(OrderItem.objects.filter(order_id=visit.order_id))),
    )


def rescue_facts(alarm: Alarm) -> tuple[str, str]:
    """Where to send help and the nurse's number, in clear, for whoever answers the alarm."""
    phone = unseal(alarm.staff.phone_enc, STAFF_PHONE) if alarm.staff.phone_enc else ""
    return contact_for_system(alarm.visit.resident_id).address, phone
