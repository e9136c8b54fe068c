"""The clerk's desk: candidates, notices, held, ready, paid, stopped, to recover; with filters and what may be done to many."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext

from yijia.apps.benefits import queries, words
from yijia.apps.benefits.screens.cards import gates
from yijia.apps.benefits.screens.person import OrderRow, masked, order_row
from yijia.base import audit, policy_names
from yijia.base.tables import neutral
from yijia.core import money
from yijia.core.benefits.lifecycle import OrderState, State
from yijia.core.permissions import Actor, Permission, may

PAGE = 50
_STATES = {"candidates": queries.CANDIDATES, "notice": ("noticed",), "stopped": ("stopped", "declined", "dropped")}
_ORDERS = {
    "held": ("held",),
    "ready": ("ready",),
    "paid": ("exported", "paid"),
    "differs": ("paid",),
    "recover": ("recovering", "recovered"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab with how many wait there."""

    code: str
    label: Any
    count: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An entitlement, or one month's order, in the list."""

    id: int
    resident_id: int
    who: str
    township: str
    scheme: str
    amount_fen: int | None
    unit: str
    when: date | None
    tone: str
    word: Any
    found_by: str
    note: str
    gates: tuple[dict[str, Any], ...]
    order: OrderRow | None
    may_pick: bool


@dataclass(frozen=True, slots=True)
class Bulk:
    """What may be done to all that are picked."""

    event: str
    label: Any
    kind: str  # entitlement, order, batch


@dataclass(frozen=True, slots=True)
class Desk:
    """One tab of the desk."""

    tab: str
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    page: Page
    total_fen: int | None
    schemes: tuple[tuple[str, str], ...]
    scheme: str
    text: str
    month: str
    bulks: tuple[Bulk, ...]
    last_pass: Any
    may_confirm: bool
    is_orders: bool


@dataclass(frozen=True, slots=True)
class Batches:
    rows: tuple[Any, ...]
    page: Page
    may_pay: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """A part of a policy value that held money waits for."""

    key: str
    name: str
    jurisdiction: str
    place: str
    part: str
    part_word: str
    edition: str
    evidence: str
    sources: tuple[str, ...]
    note: str
    orders: int
    total_fen: int
    is_confirmable: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    rows: tuple[Ground, ...]
    done: tuple[Any, ...]
    may_confirm: bool


_BULKS = {
    "candidates": (("publish", "entitlement"), ("approve", "entitlement")),
    "notice": (("approve", "entitlement"),),
    "held": (("release", "order"),),
    "ready": (("export", "batch"),),
    "differs": (("difference", "order"),),
}
_RIGHTS = {
    "publish": Permission.BENEFIT_HANDLE, "approve": Permission.BENEFIT_APPROVE, "release": Permission.BENEFIT_APPROVE, "export": Permission.BENEFIT_PAY,
    "difference": Permission.BENEFIT_APPROVE,
}  # fmt: skip


def desk(actor: Actor, at: datetime, *, tab: str, scheme: str, text: str, month: date | None, page: int) -> Desk:
    """One tab, filtered and paged; whose rows were shown is on record."""
    tab = tab if tab in queries.TABS else "candidates"
    counts = queries.tab_counts(actor)
    is_orders = tab in _ORDERS
    found = (
        queries.list_orders(actor, states=_ORDERS[tab], scheme=scheme, text=text, month=month, differs=tab == "differs")
        if is_orders
        else queries.list_entitlements(actor, states=_STATES[tab], scheme=scheme, text=text)
    )
    sheet = Paginator(found, PAGE).get_page(page)
    rows = tuple(_order(row, actor) if is_orders else _entitlement(row) for row in sheet.object_list)
    audit.read(
        actor, at, "benefits.desk", subject_type="benefits.paymentorder" if is_orders else "benefits.entitlement",
        subject_ids=[row.id for row in rows], resident_ids=[row.resident_id for row in rows],
    )  # fmt: skip
    return Desk(
        tab=tab, tabs=tuple(Tab(code, words.TABS[code], counts[code], code == tab) for code in queries.TABS), rows=rows, page=sheet,
        total_fen=queries.sum_fen(found) if is_orders else None,
        schemes=tuple((code, en if words.is_english() else zh) for code, zh, en in queries.schemes_in_use(actor)), scheme=scheme, text=text,
        month=f"{month:%Y-%m}" if month else "",
        bulks=tuple(Bulk(event, words.BULKS[event], kind) for event, kind in _BULKS.get(tab, ()) if may(actor, _RIGHTS[event])),
        last_pass=queries.last_pass(actor.jurisdiction), may_confirm=may(actor, Permission.BENEFIT_CONFIRM), is_orders=is_orders,
    )  # fmt: skip


def _entitlement(row: Any) -> Row:
    tone, word = words.STATES[row.state]
    notes = [words.name_of(words.DOUBTS, code) for code in row.doubts] + [
        row.question,
        words.because(row.reason),
    ]
    return Row(
        id=row.pk, resident_id=row.resident_id, who=masked(row.resident.name), township=row.resident.household.township, scheme=words.scheme_name(row),
        amount_fen=row.amount_fen, unit=words.name_of(words.UNITS, row.unit) if row.unit else "", when=row.notice_until_on if row.state == State.NOTICED else row.since_on,
        tone=tone, word=word, found_by=words.name_of(words.FOUND_BY, row.found_by), note="；".join(n for n in notes if n), gates=gates(row.why), order=None,
        may_pick=row.state not in (State.CHECKING, State.FOUND, State.STOPPED, State.DROPPED, State.DECLINED),
    )  # fmt: skip


def _order(order: Any, actor: Actor) -> Row:
    shown = order_row(order, actor)
    held = "；".join(dict.fromkeys(words.name_of(words.PARTS, ground["part"]) for ground in order.held_for))
    return Row(
        id=order.pk, resident_id=order.resident_id, who=masked(order.resident.name), township=order.resident.household.township, scheme=shown.name,
        amount_fen=order.amount_fen, unit="", when=order.month, tone=shown.tone, word=shown.word, found_by="",
        note=gettext("要核实：%(parts)s") % {"parts": held} if order.state == OrderState.HELD and held else shown.reason, gates=(), order=shown,
        may_pick=order.state in (OrderState.HELD, OrderState.READY) or shown.is_differing,
    )  # fmt: skip


def batches(actor: Actor, page: int) -> Batches:
    """What was handed to the bank."""
    sheet = Paginator(queries.list_batches(actor), PAGE).get_page(page)
    return Batches(tuple(sheet.object_list), sheet, may(actor, Permission.BENEFIT_PAY))


def grounds(actor: Actor, at: datetime) -> Grounds:
    """Every part of policy that held money waits for, with how many orders and how much."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for order in queries.list_orders(actor, states=["held"]):
        for held in order.held_for:
            found.setdefault((held["key"], held["jurisdiction"], held["part"], held["edition"]), []).append(
                (order, held)
            )
    audit.read(actor, at, "benefits.grounds", subject_type="benefits.paymentorder")
    rows = tuple(_ground(key, waiting) for key, waiting in sorted(found.items()))
    return Grounds(rows, tuple(queries.list_confirmations()), may(actor, Permission.BENEFIT_CONFIRM))


def _ground(key: tuple[str, ...], waiting: list[Any]) -> Ground:
    first = waiting[0][1]
    return Ground(
        key=key[0], name=policy_names.of_key(key[0], key[1])[words.is_english()], jurisdiction=key[1], place=words.place(key[1]), part=key[2],
        part_word=words.name_of(words.PARTS, key[2]), edition=key[3], evidence=first["evidence"],
        sources=tuple(policy_names.titles([name]) for name in first["sources"]), note=first["note"], orders=len(waiting),
        total_fen=sum(order.amount_fen or 0 for order, _ in waiting), is_confirmable=first["evidence"] != "missing" or key[2] in ("starts", "stops"),
    )  # fmt: skip


def batch_csv(actor: Actor, at: datetime, batch_id: int) -> tuple[str, str]:
    """A batch for the bank: name, masked number, month, amount; leaving the house is on record.

    Raises      NotFound
    """
    batch = queries.get_batch(actor, batch_id)
    rows = list(queries.list_orders(actor, batch_id=batch.pk).order_by("pk"))
    audit.note(
        verb="export", name="benefits.batch", by=actor, at=at, subject_type="benefits.batch", subject_ids=[batch.pk],
        resident_ids=[row.resident_id for row in rows], facts={"rows": len(rows)},
    )  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["order", "name", "identity_masked", "scheme", "month", "amount", "state"])
    writer.writerows(
        [
            row.pk,
            neutral(row.resident.name),
            row.resident.identity_masked,
            row.scheme,
            f"{row.month:%Y-%m}",
            money.show(row.amount_fen or 0),
            row.state,
        ]
        for row in rows
    )
    return batch.number, "\ufeff" + text.getvalue()
