"""The e-badge: a link that proves, for the hours around one visit, who stands at the door."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from yijia.apps.visits.models import Assignment
from yijia.apps.visits.queries.terms import minutes
from yijia.base import scope
from yijia.base.clock import business_date
from yijia.base.crypto import sm3_mac
from yijia.base.errors import NotFound

PURPOSE = "visit badge"


@dataclass(frozen=True, slots=True)
class Badge:
    """What the family sees of the nurse, and whether the badge holds now or only later."""

    name: str
    title: str
    badge_no: str
    institution: str
    institution_en: str
    phone: str
    from_at: datetime
    until_at: datetime
    is_valid: bool
    is_early: bool = False


def badge_token(assignment: Assignment) -> str:
    """The unguessable part of the badge's address."""
    return badge_token_of(assignment.visit_id, assignment.staff_id)


def badge_token_of(visit_id: int, staff_id: int) -> str:
    """The same, by ids."""
    head = f"{visit_id}-{staff_id}"
    return f"{head}-{_mac(head)}"


def _mac(head: str) -> str:
    return sm3_mac(head.encode(), PURPOSE).hex()[:32]


def badge_for_system(token: str, at: datetime) -> Badge:
    """The badge behind an address; it holds around the visit, while the nurse is assigned and the visit is not over.

    Raises      NotFound: nobody made this address
    """
    head, _, mac = token.rpartition("-")
    visit_id, _, staff_id = head.partition("-")
    if not (visit_id.isdecimal() and staff_id.isdecimal() and compare_digest(mac.encode(), _mac(head).encode())):
        raise NotFound
    with scope.whole_system():  # whoever holds the address may see the badge: that is its purpose
        found = (
            Assignment.objects.select_related("staff", "organisation", "visit__order")
            .filter(visit_id=int(visit_id), staff_id=int(staff_id))
            .order_by("-is_active")
            .first()
        )
    if found is None:
        raise NotFound
    before, after = badge_hours(found.visit.order.jurisdiction, at)
    from_at, until_at = found.visit.planned_from - before, found.visit.planned_until + after
    nurse, house = found.staff, found.organisation
    goes = (
        found.is_active
        and nurse.is_active
        and found.visit.order.state in ("assigned", "departed", "arrived", "in_service")
    )
    return Badge(
        nurse.name,
        nurse.title,
        nurse.badge_no,
        house.name,
        house.name_en,
        house.phone,
        from_at,
        until_at,
        goes and from_at <= at < until_at,
        goes and at < from_at,
    )


def badge_hours(jurisdiction: str, at: datetime) -> tuple[timedelta, timedelta]:
    """How long before and after the visit a badge holds."""
    on = business_date(at)
    return minutes("badge", "before_min", jurisdiction, on), minutes("badge", "after_min", jurisdiction, on)
