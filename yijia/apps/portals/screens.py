"""Homes: for families the next visit and what they can do; for everybody else what waits for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language

from yijia.apps.care import queries as care
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.homes import queries as homes
from yijia.apps.portals import queries, words
from yijia.apps.registry import queries as registry
from yijia.apps.rehab import queries as rehab
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.words import sentence
from yijia.core.permissions import Actor, Permission, may


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits: how many, and the door that opens the list."""

    label: Any
    count: int
    url: str | None
    tone: str  # bad, wait, road, idle


@dataclass(frozen=True, slots=True)
class Stopped:
    """What cannot be done yet, so is no to-do: how many, why, and where that is mended."""

    label: Any
    count: int
    why: str
    url: str | None


@dataclass(frozen=True, slots=True)
class DeskHome:
    todos: list[Todo]
    calm: list[Todo]  # the lists in which nothing waits
    stopped: list[Stopped]


@dataclass(frozen=True, slots=True)
class VisitCard:
    """One order on a family's home: who comes, when, what it costs, what to do next."""

    order_id: int
    number: str
    need: str
    resident: str  # empty when the account has one resident only
    state: str
    starts_at: datetime
    until: datetime
    staff: str
    badge_no: str
    organisation: str
    phone: str
    total_fen: int | None
    url: str


@dataclass(frozen=True, slots=True)
class FamilyHome:
    first: VisitCard | None
    is_coming: bool  # the first card is still to come; otherwise it was and something is left to do
    others: list[VisitCard]
    call_phone: str
    has_other_residents: bool
    homes: list[tuple[int, str]]  # who of them lives in a care home
    needs_rehab: bool  # somebody one acts for has a disability on record


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found within the actor's sight."""

    text: str
    orders: Page | None
    needs: dict[str, str]
    residents: list[Any]
    may_see_people: bool


# counter → the doors that open its list, the first one this role may enter, with the permission each asks
DOORS: dict[str, tuple[tuple[str, str, Permission], ...]] = {
    "call_backs": (("care:call_backs", "", Permission.ORDER_CREATE_ON_BEHALF),),
    "to_assess": (
        ("care:assessments", "", Permission.ORDER_ASSESS),
        ("care:orders", "?state=submitted", Permission.ORDER_VIEW),
    ),
    "green_calls": (("referrals:calls", "", Permission.REFERRAL_VIEW),),
    "referrals_late": (("referrals:referrals", "", Permission.REFERRAL_VIEW),),
    "referrals_waiting": (("referrals:referrals", "", Permission.REFERRAL_VIEW),),
    "breaches_open": (("agreements:cooperations", "?breached=1", Permission.COOPERATION_VIEW),),
    "breaches_to_decide": (("agreements:cooperations", "?breached=1", Permission.COOPERATION_VIEW),),
    "to_sign": (("care:orders", "?state=accepted", Permission.ORDER_VIEW),),
    "to_dispatch": (
        ("dispatch:board", "", Permission.DISPATCH_PLAN),
        ("care:orders", "?state=dispatching", Permission.ORDER_VIEW),
    ),
    "under_way": (("care:orders", "?state=departed", Permission.ORDER_VIEW),),
    "to_collect": (("money:desk", "", Permission.PAYMENT_TAKE),),
    "alarms": (("visits:alarms", "", Permission.SOS_ANSWER),),
    "no_lead": (("visits:duty", "", Permission.STAFF_EDIT),),
    "holds": (("money:holds", "", Permission.ORDER_PRICE),),
    "reviews": (("supervision:reviews", "", Permission.EVIDENCE_REVIEW),),
    "complaints": (("supervision:complaints", "", Permission.COMPLAINT_VIEW),),
    "complaints_late": (("supervision:complaints", "?late=1", Permission.COMPLAINT_VIEW),),
    "expiring": (
        ("registry:expiries", "", Permission.STAFF_EDIT),
        ("registry:organisations", "", Permission.ORGANISATION_VIEW),
    ),
    "filings": (("catalogue:filings", "", Permission.PRICE_FILE),),
    "to_review": (("catalogue:reviews", "", Permission.CATALOGUE_REVIEW),),
    "licences": (("registry:organisations", "?expiring=1", Permission.ORGANISATION_VIEW),),
    "benefits_waiting": (("benefits:desk", "", Permission.BENEFIT_HANDLE),),
    "benefits_held": (("benefits:grounds", "", Permission.BENEFIT_HANDLE),),
    "cases_waiting": (("cases:desk", "?state=open", Permission.CASE_VIEW),),
    "cases_late": (("cases:desk", "?late=on", Permission.CASE_VIEW),),
    "cases_to_assess": (("cases:desk", "", Permission.CASE_VIEW),),
    "cases_to_vote": (("cases:desk", "", Permission.CASE_VIEW),),
    "rehab_waiting": (("rehab:desk", "", Permission.REHAB_VIEW),),
    "rehab_late": (("rehab:desk", "", Permission.REHAB_VIEW),),
    "rehab_to_settle": (("rehab:desk", "?tab=people", Permission.REHAB_VIEW),),
    "rehab_to_vote": (("rehab:desk", "", Permission.REHAB_VIEW),),
    "users": (("admin_users", "", Permission.USER_MANAGE),),
    "messages": (("admin_messages", "", Permission.SINK_VIEW),),
    "outbox_late": (("admin_outbox", "", Permission.OUTBOX_VIEW),),
}


def desk_home(*, actor: Actor, counts: dict[str, int], at: datetime) -> DeskHome:
    """What waits, the urgent first; a counter whose doors this role may not open is shown without a link, what cannot be done yet apart."""
    stopped = _stopped(actor, counts, at)
    counts = {name: count for name, count in counts.items() if name not in stopped}
    todos = [Todo(words.WAITING[name], count, _door(name, actor), _tone(name, count)) for name, count in counts.items()]
    todos.sort(key=lambda todo: todo.tone != "bad")
    return DeskHome(
        [todo for todo in todos if todo.count], [todo for todo in todos if not todo.count], list(stopped.values())
    )


def _stopped(actor: Actor, counts: dict[str, int], at: datetime) -> dict[str, Stopped]:
    """Counters of what nobody can do before the place has written something down."""
    name = "rehab_to_settle"
    if not counts.get(name):
        return {}
    why = rehab.why_nothing_settles(actor.jurisdiction or "CN", business_date(at))
    if why is None:
        return {}
    url = reverse("rehab:figures") if may(actor, Permission.REHAB_HANDLE) else None
    return {name: Stopped(words.STOPPED[name], counts[name], sentence(why), url)}


def _door(name: str, actor: Actor) -> str | None:
    return next((reverse(door) + query for door, query, permission in DOORS[name] if may(actor, permission)), None)


def _tone(name: str, count: int) -> str:
    if name in words.DANGER and count:
        return "bad"
    if name in words.PLAIN:
        return "idle"
    return "road" if name in words.QUIET else "wait"


def family_home(*, actor: Actor, at: datetime) -> FamilyHome:
    """The next visit on top, the other open orders below."""
    rows = queries.open_orders(actor)
    several = len(actor.resident_ids) > 1
    needs = need_names(at)
    cards = [_card(row, needs, several) for row in rows]
    audit.read(
        actor,
        at,
        "portals.family_home",
        subject_type="care.order",
        subject_ids=[r.order.pk for r in rows],
        resident_ids=[r.order.resident_id for r in rows],
    )
    return FamilyHome(
        cards[0] if cards else None,
        bool(rows) and rows[0].is_coming,
        cards[1:],
        rows[0].order.organisation.phone if rows else queries.keeper_phone(actor),
        several,
        [(resident_id, name if several else "") for resident_id, name in homes.living_in_homes(actor)],
        queries.needs_rehab(actor),
    )


def search(*, actor: Actor, at: datetime, text: str) -> Found:
    """Orders by number, name or phone; residents too where the role may see them."""
    text = text.strip()
    people = may(actor, Permission.RESIDENT_VIEW)
    orders = care.list_orders(actor, care.Filters(text=text)) if text else None
    residents = registry.find_residents(actor, text) if text and people else []
    audit.read(
        actor, at, "portals.search", subject_type="care.order", subject_ids=[order.pk for order in orders] if orders else [],
        resident_ids=[r.pk for r in residents] + ([order.resident_id for order in orders] if orders else []),
    )  # fmt: skip
    return Found(text, orders, need_names(at), residents, people)


def need_names(at: datetime) -> dict[str, str]:
    """Need code → its name in the reader's language."""
    english = (get_language() or "").startswith("en")
    return {need.code: need.en if english else need.zh for need in catalogue.list_needs(business_date(at))}


def _card(row: queries.OpenOrder, needs: dict[str, str], several: bool) -> VisitCard:
    order = row.order
    english = (get_language() or "").startswith("en")
    return VisitCard(
        order_id=order.pk, number=order.number, need=needs.get(order.need, ""), resident=order.resident.name if several else "",
        state=order.state, starts_at=row.starts_at, until=row.until, staff=row.staff, badge_no=row.badge_no,
        organisation=order.organisation.name_en if english else order.organisation.name, phone=order.organisation.phone,
        total_fen=order.quote_total_fen, url=reverse("visits:family", args=[row.visit_id]) if row.visit_id else reverse("care:my_order", args=[order.pk]),
    )  # fmt: skip
