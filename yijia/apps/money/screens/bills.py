"""The bill in plain words: one sentence, the lines with filed price beside charged, who pays and why, what it rests on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.money import queries, words
from yijia.base import audit, editions
from yijia.base.templatetags.yijia import yuan
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission, Reach, may, reach

PAGE = 20


@dataclass(frozen=True, slots=True)
class BillRow:
    """One order in the family's list of bills."""

    order_id: int
    number: str
    need: str
    who: str
    wanted_from: datetime
    state: str
    sentence: str
    amount_fen: int | None
    tone: str


@dataclass(frozen=True, slots=True)
class MyBills:
    rows: list[BillRow]
    page: Page


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came or went for an order."""

    at: datetime
    label: str
    amount_fen: int
    receipt_no: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class BillPage:
    """One order's bill, before or after the visit; `bill` is None while there is neither quote nor charge."""

    order_id: int
    number: str
    state: str
    need: str
    who: str
    is_own: bool
    institution: str
    institution_phone: str
    wanted_from: datetime
    wanted_until: datetime
    bill: dict[str, Any] | None
    due_fen: int
    held_fen: int
    waiting_fen: int
    movements: list[Movement]
    take_url: str


def my_bills(request: HttpRequest) -> MyBills:
    """Every order in sight with what is due on it."""
    actor = request.actor
    rows = queries.money_of_orders(actor).exclude(state="draft")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    orders = list(page.object_list)
    audit.read(
        actor,
        request.at,
        "money.my_bills",
        subject_type="care.order",
        subject_ids=[o.pk for o in orders],
        resident_ids=[o.resident_id for o in orders],
    )
    return MyBills([_row(order, actor) for order in orders], page)


def _row(order: Any, actor: Actor) -> BillRow:
    balance = queries.balance(order)
    if balance.waiting:
        sentence, amount, tone = _("有退款等你领"), balance.waiting, "wait"
    elif balance.due > 0:
        sentence, amount, tone = _("还要付"), balance.due, "wait"
    elif balance.charged is not None:
        sentence, amount, tone = _("已付清"), balance.charged, "done"
    elif order.state in queries.PREPAYABLE:
        sentence, amount, tone = _("预计你付"), balance.quoted, "idle"
    else:
        sentence, amount, tone = _("不用付钱"), 0, "idle"
    return BillRow(
        order.pk,
        order.number,
        need_name(order),
        order.resident.name,
        order.wanted_from,
        order.state,
        sentence,
        amount,
        tone,
    )


def need_name(order: Any) -> str:
    """A need in an elder's words."""
    found = next(
        (
            need
            for need in catalogue.list_needs(business_date(order.wanted_from), order.jurisdiction)
            if need.code == order.need
        ),
        None,
    )
    return order.need if found is None else found.en if words.is_english() else found.zh


def bill(request: HttpRequest, order_id: int) -> BillPage:
    """One order's bill with what was paid and given back.

    Raises      NotFound; Refused money.proxy_scope
    """
    return bill_of(request, queries.money_of_order(request.actor, order_id))


def bill_of(request: HttpRequest, order: Any) -> BillPage:
    """The bill of an order read through `money_of_order`; raises Refused money.proxy_scope."""
    actor = request.actor
    found = queries.bill_of(actor, order, request.at)
    balance = queries.balance(order)
    audit.read(
        actor,
        request.at,
        "money.bill",
        subject_type="care.order",
        subject_ids=[order.pk],
        resident_ids=[order.resident_id],
    )
    is_own = reach(actor) is Reach.PEOPLE
    may_take = may(actor, Permission.PAYMENT_TAKE) and (balance.payable or balance.waiting)
    house = order.organisation
    return BillPage(
        order_id=order.pk, number=order.number, state=order.state, need=need_name(order), who=order.resident.name, is_own=is_own,
        institution=house.name_en if words.is_english() else house.name, institution_phone=house.phone, wanted_from=order.wanted_from,
        wanted_until=order.wanted_until, bill=None if found is None else shown_bill(found, _dispute(actor, order.pk), is_own=is_own), due_fen=max(0, balance.due),
        held_fen=balance.held, waiting_fen=balance.waiting, movements=movements(actor, order.pk), take_url=reverse("money:take", args=[order.pk]) if may_take else "",
    )  # fmt: skip


def _dispute(actor: Actor, order_id: int) -> str:
    return (
        reverse("supervision:file") + f"?order={order_id}&kind=money" if may(actor, Permission.COMPLAINT_FILE) else ""
    )


def movements(actor: Actor, order_id: int) -> list[Movement]:
    """Payments and refunds of an order, the oldest first."""
    found = [
        Movement(
            row.received_at,
            _("付款"),
            row.amount_fen,
            row.receipt_no,
            reverse("money:receipt", args=[row.pk]),
            str(words.PROVIDERS.get(row.provider, row.provider)),
        )
        for row in queries.list_payments(actor, order_id=order_id)
    ]
    for row in queries.list_refunds(actor, order_id=order_id):
        note = words.refund_reason(row.reason_code)
        state = _("已领") if hasattr(row, "handover") else _("待领")
        found.append(
            Movement(
                row.refunded_at,
                _("退还"),
                -row.amount_fen,
                row.receipt_no,
                reverse("money:refund_receipt", args=[row.pk]),
                f"{note} · {state}",
            )
        )
    return sorted(found, key=lambda movement: (movement.at, movement.receipt_no))


def shown_bill(found: queries.Bill, dispute_url: str = "", *, is_own: bool = False) -> dict[str, Any]:
    """A bill as `parts/bill.html` shows it."""
    lines = [_line(line, found) for line in found.lines]
    patient = found.by_payer.get("patient", 0)
    return {
        "sentence": _sentence(found, patient, lines), "lines": lines, "total_fen": found.total_fen, "provisional": found.is_quote, "dispute_url": dispute_url,
        "payers": [
            {"label": words.YOU if is_own and payer == "patient" else words.PAYERS.get(payer, payer), "amount_fen": fen, "because": _because(found, payer)}
            for payer, fen in found.by_payer.items()
            if fen or payer == "patient"
        ],
    }  # fmt: skip


def _sentence(found: queries.Bill, patient: int, lines: list[dict[str, Any]]) -> str:
    comma = ", " if words.is_english() else "、"
    why = comma.join(f"{line['label']} {yuan(line['amount_fen'])}" for line in lines)
    others = found.total_fen - patient
    facts = {"amount": yuan(patient), "why": why, "others": yuan(others)}
    if not lines:
        return _("你付 %(amount)s。") % facts
    if others:
        return _("你付 %(amount)s，因为%(why)s，其中 %(others)s 由医保或补助付。") % facts
    return _("你付 %(amount)s，因为%(why)s。") % facts


def _line(line: queries.BillLine, found: queries.Bill) -> dict[str, Any]:
    reasons = [
        str(words.REASONS[reason["code"]])
        for reason in found.reasons
        if line.code in reason["lines"] and reason["code"] in words.REASONS
    ]
    rule = " · ".join(dict.fromkeys(reasons))
    if line.filing_number:
        rule += " · " + _("备案号 %(number)s") % {"number": line.filing_number}
    return {
        "label": queries.shown_name(line.kind, line.code, line.name, line.jurisdiction, found.on, line.filed_en), "code": "" if line.code == line.kind else line.code, "detail": "", "quantity": line.quantity if line.quantity != "1" else 1,
        "filed_fen": line.filed_unit_fen, "charged_fen": line.unit_fen, "amount_fen": line.amount_fen, "rule": rule, "sources": shown_sources(line.sources, line.clause),
    }  # fmt: skip


def shown_sources(codes: tuple[str, ...] | list[str], clause: str) -> list[dict[str, str]]:
    """Sources as `parts/sources.html` shows them."""
    known = editions.current().sources
    return [
        {
            "title": s.title,
            "clause": clause,
            "url": s.url if (s.url or "").startswith("https://") else "",
            "evidence": s.level.value,
        }
        for s in (known[code] for code in codes if code in known)
    ]


_PAYING = {
    "patient": (
        "price.insurance_unknown",
        "price.not_insured",
        "price.insurance_share_unknown",
        "price.no_double_charge",
        "cancel.terms",
    ),
    "insurance": ("price.shared",),
    "subsidy": ("price.shared",),
}


def _because(found: queries.Bill, payer: str) -> str:
    codes = [
        reason["code"]
        for reason in found.reasons
        if reason["code"] in _PAYING.get(payer, ()) or reason["code"].startswith("refund.")
    ]
    return (
        "；".join(str(words.REASONS[code]) for code in dict.fromkeys(codes))
        if not words.is_english()
        else "; ".join(str(words.REASONS[code]) for code in dict.fromkeys(codes))
    )
