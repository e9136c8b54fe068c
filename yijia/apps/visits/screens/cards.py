"""What several pages and the API show of a visit, masked by who looks and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry.words import TITLES
from yijia.apps.visits import queries, words
from yijia.apps.visits.queries import OrderItem, Visit
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.core.calendar import age_on
from yijia.core.gate import home_risk
from yijia.core.people import masking
from yijia.core.permissions import Actor, Reach, Role, reach


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One ordered item by name."""

    code: str
    name: str
    quantity: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Bare:
    """An ordered item as read with its visit."""

    item_code: str
    quantity: int
    duration_min: int


@dataclass(frozen=True, slots=True)
class Person:
    """Who goes."""

    staff_id: int
    name: str
    initial: str
    title: str
    badge_no: str
    is_lead: bool
    token: str


@dataclass(frozen=True, slots=True)
class Card:
    """One visit as this reader may see it.

    is_open     whether name and address are shown in full
    code        the door code, for the resident's side only
    """

    visit_id: int
    order_id: int
    number: str
    state: str
    version: int
    planned_from: datetime
    planned_until: datetime
    name: str
    age: int
    is_female: bool
    address: str
    is_open: bool
    township: str
    lon: float | None
    lat: float | None
    phone_masked: str
    institution: str
    institution_phone: str
    need: str
    items: tuple[ItemLine, ...]
    minutes: int
    risks: tuple[str, ...]
    crew: tuple[Person, ...]
    staff_needed: int
    code: str
    departed_at: datetime | None
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    confirmed_at: datetime | None


def item_lines(visit: Visit, items: Sequence[OrderItem | Bare]) -> tuple[ItemLine, ...]:
    """Items by name in the reader's language."""
    known = catalogue.items(business_date(visit.planned_from), visit.order.jurisdiction)
    return tuple(
        ItemLine(i.item_code, item_name(known.get(i.item_code), i.item_code), i.quantity, i.duration_min * i.quantity)
        for i in items
    )


def item_name(item: Any, code: str) -> str:
    return code if item is None else item.en if words.is_english() else item.zh


def need_name(visit: Visit) -> str:
    """The need of a visit in the elder's words."""
    return need_words(visit.order.need, visit.order.jurisdiction, business_date(visit.planned_from))


def need_words(code: str, jurisdiction: str, on: date) -> str:
    """A need in the elder's words."""
    for need in catalogue.list_needs(on, jurisdiction):
        if need.code == code:
            return need.en if words.is_english() else need.zh
    return code


def house_name(visit: Visit) -> str:
    """The institution in the reader's language."""
    house = visit.organisation
    return house.name_en if words.is_english() and house.name_en else house.name


def title_words(title: str) -> str:
    """A professional title in the reader's language."""
    return str(TITLES.get(title, title))


def items_of(visit: Any) -> tuple[Bare, ...]:
    """The ordered items of a visit that was read whole."""
    return tuple(Bare(**row) for row in visit.item_rows)


def people_of(visit: Any) -> tuple[Person, ...]:
    """The crew of a visit that was read whole, the lead first."""
    return tuple(
        Person(
            row["staff_id"], row["name"], row["name"][:1], title_words(row["title"]), row["badge_no"], row["is_lead"],
            queries.badge_token_of(visit.pk, row["staff_id"]),
        )
        for row in visit.crew_rows
    )  # fmt: skip


def risks_of(visit: Visit) -> tuple[str, ...]:
    """What to beware of, in words."""
    resident, home = visit.resident, visit.order.household
    found = [
        text
        for holds, text in (
            (home.is_violent, words.RISKS["violent"]), (home.has_aggressive_dog, words.RISKS["dog"]), (resident.is_aggressive, words.RISKS["aggressive"]),
            (resident.is_infectious, words.RISKS["infectious"]), (visit.order.staff_needed > 1, words.RISKS["two"]),
        )
        if holds
    ]  # fmt: skip
    if resident.allergies:
        found.append(words.RISKS["allergies"] % {"names": " · ".join(resident.allergies)})
    said = [
        entry["en" if words.is_english() else "zh"]
        for entry in queries.risk_words(visit.order)
        if entry["effect"] != home_risk.Effect.NONE
    ]
    return tuple(str(text) for text in [*found, *said])


def card(actor: Actor, visit: Visit, at: datetime, code: str = "") -> Card:
    """The visit as the actor may see it now: the address and name in full only for its nurse on the day, and its own people."""
    crew = people_of(visit)
    is_mine = actor.role is Role.NURSE and any(one.staff_id == actor.staff_id for one in crew)
    is_family = reach(actor) is Reach.PEOPLE
    is_open = is_family or (is_mine and queries.is_duty(visit, at))
    contact = queries.contact_of(visit) if is_open else None
    home = visit.order.household
    items = items_of(visit)
    return Card(
        visit_id=visit.pk, order_id=visit.order_id, number=visit.order.number, state=visit.order.state, version=visit.version,
        planned_from=visit.planned_from, planned_until=visit.planned_until, name=contact.name if contact else masking.name(visit.resident.name),
        age=age_on(visit.resident.born_on, business_date(at)), is_female=visit.resident.sex == "2",
        address=contact.address if contact else f"{home.township} {home.address_masked}", is_open=is_open, township=home.township,
        lon=home.lon if is_open else None, lat=home.lat if is_open else None, phone_masked=visit.resident.phone_masked,
        institution=house_name(visit), institution_phone=visit.organisation.phone, need=need_name(visit), items=item_lines(visit, items),
        minutes=sum(i.duration_min * i.quantity for i in items), risks=() if is_family else risks_of(visit), crew=crew,
        staff_needed=visit.order.staff_needed, code=code if is_family else "", departed_at=visit.departed_at, arrived_at=visit.arrived_at,
        started_at=visit.started_at, finished_at=visit.finished_at, confirmed_at=visit.confirmed_at,
    )  # fmt: skip


def get_card(*, actor: Actor, at: datetime, visit: Visit) -> Card:
    """The card as the API answers it: read audited, with the door code for the resident's own side."""
    audit.read(
        actor, at, "visits.card", subject_type="visits.visit", subject_ids=[visit.pk], resident_ids=[visit.resident_id]
    )
    return card(actor, visit, at, queries.door_code(visit) if reach(actor) is Reach.PEOPLE else "")
