"""The roster of duty leads, for the manager who writes it and the desk that reads it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from yijia.apps.registry import queries as registry
from yijia.apps.visits import queries
from yijia.core.permissions import Actor, Permission, may

AHEAD = 14
"""Days for which a full roster is asked."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift on the roster."""

    pk: int
    name: str
    title: str
    institution: str
    starts_at: datetime
    ends_at: datetime
    is_now: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """Who leads when, and from when nobody does.

    gap_from        the first instant of the next two weeks without a lead; None for a full roster
    """

    shifts: list[Shift]
    has_lead: bool
    gap_from: datetime | None
    may_edit: bool
    house_phone: str
    several: bool


def roster(*, actor: Actor, at: datetime) -> Roster:
    """The roster in sight."""
    rows = list(queries.list_duty(actor, at)[:200])
    shifts = [
        Shift(row.pk, row.staff.name, row.staff.title, row.organisation.name, row.during.lower, row.during.upper, at in row.during)
        for row in rows
    ]  # fmt: skip
    own = [row for row in rows if row.organisation_id in actor.organisation_ids]
    house = registry.list_organisations(actor).first() if actor.organisation_ids else None
    return Roster(
        shifts, any(at in row.during for row in own), queries.first_gap([(r.during.lower, r.during.upper) for r in own], at, AHEAD),
        may(actor, Permission.STAFF_EDIT), house.phone if house else "", not actor.organisation_ids,
    )  # fmt: skip


def leads(actor: Actor) -> list[tuple[str, str]]:
    """Who can be put on the roster: active staff who left a number."""
    found = registry.list_staff(actor).filter(is_active=True).exclude(phone_enc=b"").exclude(phone_enc=None)
    return [(str(one.pk), f"{one.name} · {one.title}") for one in found]


def next_shift(screen: Roster, at: datetime) -> dict[str, datetime]:
    """What the form proposes: from the first gap, a week."""
    begin = (screen.gap_from or at).replace(minute=0, second=0, microsecond=0)  # on the hour, as browsers count steps
    return {"from_at": begin, "until_at": begin + timedelta(days=7)}
