"""What one person may have and why, what not and why not; for the clerk also every month and every step."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yijia.apps.benefits import queries, words
from yijia.apps.benefits.screens.cards import Card, answers_of, card, order_of, standing
from yijia.apps.registry import queries as registry
from yijia.base import accounts, audit
from yijia.base.clock import business_date
from yijia.base.errors import Refused
from yijia.core.benefits.lifecycle import OPEN, ORDERS, OrderState
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission, Reach, Role, may, reach
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One month of one scheme."""

    id: int
    month: date
    name: str
    amount_fen: int | None
    state: str
    tone: str
    word: Any
    reason: str
    edition: str
    evidence: str
    voucher_id: int | None
    is_differing: bool
    buttons: tuple[tuple[str, Any, bool], ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One step, told in words."""

    at: datetime
    text: str
    by: str
    note: str
    tone: str = "idle"


@dataclass(frozen=True, slots=True)
class Past:
    """An entitlement that is over."""

    name: str
    standing: Any


@dataclass(frozen=True, slots=True)
class Page:
    """A person and every scheme of their places."""

    resident_id: int
    name: str
    is_own: bool
    is_dead: bool
    hukou: str
    can: tuple[Card, ...]
    services: tuple[Card, ...]
    unknown: tuple[Card, ...]
    cannot: tuple[Card, ...]
    past: tuple[Past, ...]
    orders: tuple[OrderRow, ...]
    events: tuple[EventRow, ...]
    may_answer: bool
    may_pay: bool
    on: date

    @property
    def sure(self) -> int:
        """How many allowances wait for nothing."""
        return sum(card.verdict == "granted" for card in self.can)


@dataclass(frozen=True, slots=True)
class Mine:
    """The people one stands for, with what each has and what waits for an answer."""

    rows: tuple[tuple[int, str, int, int], ...]


def mine(actor: Actor, at: datetime) -> Mine:
    """Oneself and those whose proxy one holds."""
    people = registry.list_my_residents(actor)
    rows = list(queries.list_entitlements(actor))
    return Mine(
        tuple(
            (
                person.pk, person.name, sum(r.resident_id == person.pk and r.state == "approved" for r in rows),
                sum(r.resident_id == person.pk and r.state in ("told", "agreed", "noticed") for r in rows),
            )
            for person in people
        )
    )  # fmt: skip


def person(actor: Actor, resident_id: int, at: datetime) -> Page:
    """Every scheme with its answer; the reading is on record.

    Raises      NotFound; Refused benefits.proxy_may_not_see: the resident has not let this relative see money
    """
    who = registry.get_resident(actor, resident_id)
    is_own = reach(actor) is Reach.PEOPLE
    if actor.role is Role.FAMILY and not accounts.family_may(actor.user_id or 0, resident_id, "bill", at):
        raise Refused(Refusal("benefits.proxy_may_not_see"))
    on = business_date(at)
    facts = registry.standing_facts_for_system([resident_id]).get(resident_id, ())
    rows = list(queries.list_entitlements(actor, resident_id=resident_id))
    current = {row.scheme: row for row in rows if row.state in OPEN}
    said = answers_of(who, facts, list(current.values()), on)
    cards = sorted((card(a, current.get(code), actor, is_own=is_own) for code, a in said.items()), key=order_of)
    cards = [c for c in cards if c.verdict != "not" or said[c.code].scheme.subject in _ABOUT_ELDERS]
    elsewhere = [row for row in rows if row.state not in OPEN or row.scheme not in said]
    orders = list(queries.list_orders(actor, resident_id=resident_id)[:120])
    audit.read(
        actor, at, "benefits.person", subject_type="registry.resident", subject_ids=[resident_id], resident_ids=[resident_id]
    )  # fmt: skip
    hukou = queries.hukou_of(facts, on)
    return Page(
        resident_id=resident_id, name=who.name, is_own=is_own, is_dead=who.died_on is not None, hukou=words.place(hukou) if hukou else "",
        can=tuple(c for c in cards if c.verdict in ("granted", "held") and not c.in_kind),
        services=tuple(c for c in cards if c.verdict in ("granted", "held") and c.in_kind),
        unknown=tuple(c for c in cards if c.verdict == "unknown"), cannot=tuple(c for c in cards if c.verdict == "not"),
        past=tuple(Past(words.scheme_name(row), standing(row, actor, is_own=is_own)) for row in elsewhere),
        orders=tuple(order_row(order, actor) for order in orders), events=() if is_own else tuple(_events(rows)),
        may_answer=may(actor, Permission.BENEFIT_ANSWER) or may(actor, Permission.BENEFIT_HANDLE), may_pay=may(actor, Permission.BENEFIT_PAY), on=on,
    )  # fmt: skip


_ABOUT_ELDERS = frozenset({"elder", "person"})  # a child's or a carer's scheme is no news to an elder who is neither
_BY_HAND = ("release", "hold", "stop", "reinstate", "bounce", "claw_back", "recover")
_OF_A_DIFFERENCE = ("stop", "bounce", "claw_back", "recover")
_NOTED = frozenset({"hold", "stop", "reinstate", "bounce", "claw_back"})


def order_row(order: Any, actor: Actor) -> OrderRow:
    """A payment order with what the reader may do."""
    tone, word = words.STATES[order.state]
    by_hand = _OF_A_DIFFERENCE if order.serial else _BY_HAND
    moves = [m.event.value for m in ORDERS.open_moves(OrderState(order.state), actor) if m.event.value in by_hand]
    name = words.scheme_name(order.entitlement)
    return OrderRow(
        id=order.pk, month=order.month, name=words.difference_name(name, order.difference_fen), amount_fen=order.amount_fen, state=order.state, tone=tone, word=word,
        reason=words.because(order.reason), edition=order.edition, evidence=order.evidence, voucher_id=order.voucher_id,
        is_differing=queries.is_differing(order) and may(actor, Permission.BENEFIT_APPROVE),
        buttons=tuple((event, words.BUTTONS[event], event in _NOTED) for event in moves),
    )  # fmt: skip


def _events(rows: list[Any]) -> list[EventRow]:
    names = {row.pk: words.scheme_name(row) for row in rows}
    return [
        EventRow(
            at=e.at, text=f"{names[e.entitlement_id]} · {words.name_of(words.EVENTS, e.event)}{_month(e)}",
            by=e.by.display_name if e.by else str(words.PLATFORM), note=_note(e.facts),
        )
        for e in queries.list_events(names)
    ]  # fmt: skip


def _month(event: Any) -> str:
    return f" {event.facts['month']}" if event.order_id and "month" in event.facts else ""


def _note(facts: dict[str, Any]) -> str:
    if facts.get("note"):
        return str(facts["note"])
    if facts.get("doubts"):
        return "、".join(words.name_of(words.DOUBTS, code) for code in facts["doubts"])
    because = str(facts.get("because") or "")
    if "due_fen" in facts:
        return words.because(f"{because}:{facts['due_fen']}")
    return words.name_of(words.BECAUSE, because) if because in words.BECAUSE else words.name_of(words.FOUND_BY, because)


def masked(name: str) -> str:
    """A name as lists show it."""
    return masking.name(name)
