"""Complaints in sight, who may own one, and until when it must be answered."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from yijia.apps.care import queries as care
from yijia.apps.care.models import Order
from yijia.apps.registry import queries as registry
from yijia.apps.supervision.models import Complaint, ComplaintEvent
from yijia.base import editions
from yijia.base.errors import NotFound
from yijia.base.models import RoleGrant
from yijia.core.calendar import add_working_days
from yijia.core.permissions import Actor, Reach, Role, covers, reach
from yijia.core.policy import Value
from yijia.core.refusal import Refusal

OPEN = ("filed", "assigned", "reopened")
"""States in which an answer is owed, so that a passed deadline counts."""


def visible(actor: Actor, resident: str = "resident_id", organisation: str = "organisation") -> Q:
    """Complaints, or what hangs on them, that the actor may know of."""
    match reach(actor):
        case Reach.ALL:
            return Q()
        case Reach.PEOPLE:
            return Q(**{f"{resident}__in": actor.resident_ids})
        case Reach.ORGANISATIONS:
            return Q(**{f"{organisation}_id__in": actor.organisation_ids})
        case Reach.JURISDICTION:
            return registry.within(actor.jurisdiction, f"{organisation}__jurisdiction")
        case _:
            return Q(pk__in=())


def list_complaints(
    actor: Actor,
    *,
    state: str = "",
    kind: str = "",
    is_late_on: date | None = None,
    is_mine: bool = False,
    order_id: int | None = None,
) -> QuerySet[Complaint]:
    """Complaints in sight: what is owed first, the nearest deadline on top.

    is_late_on      only those whose answer was due before this day
    """
    rows = Complaint.objects.filter(visible(actor)).select_related("resident", "organisation", "order", "owner")
    if state == "open":
        rows = rows.exclude(state="closed")
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if is_late_on:
        rows = rows.filter(state__in=OPEN, due_on__lt=is_late_on)
    if is_mine:
        rows = rows.filter(owner_id=actor.user_id)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    return (
        rows.order_by("closed_at", "due_on", "id")
        if reach(actor) is not Reach.PEOPLE
        else rows.order_by("-filed_at", "-id")
    )


def get_complaint(actor: Actor, complaint_id: int) -> Complaint:
    """One complaint. Raises NotFound."""
    rows = Complaint.objects.filter(visible(actor)).select_related(
        "resident", "organisation", "order", "owner", "filed_by", "answered_by"
    )
    found = rows.filter(pk=complaint_id).first()
    if found is None:
        raise NotFound
    return found


def list_events(actor: Actor, complaint: Complaint) -> list[ComplaintEvent]:
    """Every step of a complaint in sight, oldest first."""
    rows = ComplaintEvent.objects.filter(visible(actor, "complaint__resident_id"), complaint=complaint)
    return list(rows.select_related("by").order_by("at", "id"))


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who may be made responsible for a complaint."""

    user_id: int
    name: str
    role: str


def list_owners(complaint: Complaint, on: date) -> list[Owner]:
    """Managers of the institution, and regulators of the place."""
    live = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    wanted = Q(role=Role.MANAGER, organisation_id=complaint.organisation_id) | Q(role=Role.REGULATOR)
    rows = RoleGrant.objects.filter(
        live, wanted, valid_from__lte=on, revoked_at__isnull=True, user__is_active=True
    ).select_related("user")
    place = complaint.organisation.jurisdiction
    found = [
        row
        for row in rows.order_by("role", "user_id")
        if row.role == Role.MANAGER or covers(row.jurisdiction or "", place)
    ]
    return list({row.user_id: Owner(row.user_id, row.user.display_name, row.role) for row in reversed(found)}.values())[
        ::-1
    ]


def orders_to_name(actor: Actor) -> list[Order]:
    """The orders somebody may complain about, the newest first."""
    return list(
        care.orders_in_sight(actor)
        .exclude(state="draft")
        .select_related("resident", "organisation")
        .order_by("-wanted_from", "-id")[:50]
    )


def deadline(kind: str, jurisdiction: str, on: date) -> date | Refusal:
    """The last day for an answer, in working days from the next one on.

    Refuses     complaints.no_deadline: the place states none
    """
    value = editions.current().lookup("term:complaint_days", jurisdiction=jurisdiction, on=on)
    if not isinstance(value, Value):
        return Refusal("complaints.no_deadline", {"jurisdiction": jurisdiction})
    days = int(value.value.get("by_kind", {}).get(kind, value.value["days"]))
    return add_working_days(on, days, holidays(jurisdiction, on))


def holidays(jurisdiction: str, on: date) -> dict[date, bool]:
    """Holidays and worked weekends of the years around a day, as the State Council's notices say."""
    found: dict[date, bool] = {}
    for year in (on.year, on.year + 1):
        value = editions.current().lookup(f"calendar:{year}", jurisdiction=jurisdiction, on=on)
        if isinstance(value, Value):
            found |= dict(value.value["exceptions"])
    return found
