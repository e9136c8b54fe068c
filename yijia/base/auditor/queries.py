"""Reads of the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from yijia.base.clock import SHANGHAI
from yijia.base.models import AuditEntry, AuditHead, User
from yijia.core.calendar import sane
from yijia.core.permissions import Actor, Permission, may


@dataclass(frozen=True, slots=True)
class Asked:
    """What the auditor looks for; whatever is empty does not narrow."""

    username: str = ""
    verb: str = ""
    name: str = ""
    resident_id: int | None = None
    organisation_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None  # the day is included


def find_entries(actor: Actor, asked: Asked) -> QuerySet[AuditEntry]:
    """Entries newest first. The trail is one for the platform; who may look at it at all is the door's question."""
    if not may(actor, Permission.AUDIT_VIEW):
        return AuditEntry.objects.none()
    found = AuditEntry.objects.order_by("-at", "-id")
    if asked.username:
        found = found.filter(user_id__in=User.objects.filter(username__iexact=asked.username).values("pk"))
    if asked.verb:
        found = found.filter(verb=asked.verb)
    if asked.name:
        found = found.filter(name__startswith=asked.name)
    if asked.resident_id:
        found = found.filter(resident_ids__contains=[asked.resident_id])
    if asked.organisation_id:
        found = found.filter(organisation_id=asked.organisation_id)
    if asked.from_on:
        found = found.filter(at__gte=_midnight(sane(asked.from_on)))
    if asked.until_on:
        found = found.filter(at__lt=_midnight(sane(asked.until_on) + timedelta(days=1)))
    return found


def users_named(actor: Actor, ids: set[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))


def list_heads(actor: Actor) -> list[AuditHead]:
    return list(AuditHead.objects.order_by("chain"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
