"""What the elder and the family see of a visit, and what a visitor sees of a badge."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from yijia.apps.visits import queries, words
from yijia.apps.visits.screens.cards import Card, card
from yijia.apps.visits.screens.nurse import vital_words
from yijia.base import accounts, audit
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, Role, reach


@dataclass(frozen=True, slots=True)
class FamilyVisit:
    """One visit in plain words.

    may_speak       the reader may confirm and rate
    may_read        the reader may see the record
    """

    card: Card
    may_speak: bool
    may_read: bool
    confirm_until: datetime | None
    vitals: tuple[str, ...]
    items: list[str]
    advice: str
    stars: int | None
    tags: list[tuple[str, str]]

    @property
    def shows_code(self) -> bool:
        """Whether the door code is still needed."""
        return self.card.state in ("assigned", "departed")


def family(*, actor: Actor, at: datetime, visit_id: int) -> FamilyVisit:
    """The visit of one's own people.

    Raises      NotFound
    """
    visit = queries.get_visit(actor, visit_id)
    audit.read(
        actor,
        at,
        "visits.family",
        subject_type="visits.visit",
        subject_ids=[visit.pk],
        resident_ids=[visit.resident_id],
    )
    shown = card(actor, visit, at, queries.door_code(visit))
    rights = _rights(actor, visit.resident_id, at)
    may_read = "record" in rights
    record = queries.get_record(visit) if may_read else None
    rating = queries.get_rating(visit)
    on = business_date(at)
    names = {line.code: line.name for line in shown.items}
    hours = int(queries.term("visit_confirm", visit.order.jurisdiction, on)["hours"])
    return FamilyVisit(
        card=shown, may_speak="confirm" in rights, may_read=may_read,
        confirm_until=visit.finished_at + timedelta(hours=hours) if visit.finished_at and shown.state == "completed" else None,
        vitals=vital_words(record.vitals, queries.vitals(visit.order.jurisdiction, business_date(visit.planned_from))) if record else (),
        items=[names.get(code, code) for code, entry in record.items_done.items() if entry["done"]] if record else [],
        advice=record.advice if record else "", stars=rating.stars if rating else None,
        tags=words.choices("rating_tags", "tags", visit.order.jurisdiction, on),
    )  # fmt: skip


def way_to_visit(actor: Actor, order_id: int) -> tuple[str, int]:
    """The door and the visit that a reader of an order is led to.

    Raises      NotFound: out of sight, or nobody was asked to go yet
    """
    visit = queries.get_visit_of_order(actor, order_id)
    if visit is None:
        raise NotFound
    if reach(actor) is Reach.PEOPLE:
        return "visits:family", visit.pk
    return "visits:hub" if actor.role is Role.NURSE else "visits:file", visit.pk


def _rights(actor: Actor, resident_id: int, at: datetime) -> set[str]:
    """What the reader may do for this resident: everything as oneself, else what the proxy allows."""
    found: set[str] = set()
    for grant in accounts.live_grants(actor.user_id or 0, at):
        if grant.resident_id == resident_id:
            found |= {"record", "confirm"} if grant.role == "resident" else set(grant.scope)
    return found


@dataclass(frozen=True, slots=True)
class PublicBadge:
    """The badge behind a QR."""

    badge: queries.Badge
    initial: str


def public_badge(*, token: str, at: datetime) -> PublicBadge:
    """What anybody holding the address may see.

    Raises      NotFound
    """
    found = queries.badge_for_system(token, at)
    return PublicBadge(found, found.name[:1])
