"""The books: an institution's statement, what is held, and the ledger from any cent to its clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse

from yijia.apps.money import queries, words
from yijia.apps.money.screens.bills import need_name, shown_sources
from yijia.base import audit, editions
from yijia.base import words as base_words
from yijia.base.clock import business_date
from yijia.core import money
from yijia.core.calendar import add_months, sane
from yijia.core.permissions import Permission, may
from yijia.core.policy import Value
from yijia.core.refusal import Refusal

PAGE = 50


@dataclass(frozen=True, slots=True)
class Statement:
    """A period's money by day and by payer, and the bills of one chosen day."""

    from_on: date
    until_on: date
    days: list[queries.DayRow]
    payers: list[tuple[str, int]]
    by_payer: dict[str, int]
    charged_fen: int
    paid_fen: int
    refunded_fen: int
    settled_fen: int
    holds: int
    day: date | None
    bills: list[Any]


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One order whose money may not move, and what must be confirmed first."""

    hold_id: int
    order_id: int
    number: str
    need: str
    who: str
    institution: str
    code: str
    sentence: str
    held_at: datetime
    remedy_url: str


@dataclass(frozen=True, slots=True)
class Holds:
    rows: list[HoldRow]
    page: Page
    may_retry: bool


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """One voucher in the ledger."""

    id: int
    kind: str
    on: date
    at: datetime
    number: str
    institution: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger, filtered, with its sums: debit and credit must be equal."""

    rows: list[VoucherRow]
    page: Page
    trial: queries.Trial
    accounts: list[tuple[str, str, int, int]]
    is_narrowed: bool
    export_url: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a voucher in words."""

    account: str
    party: str
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class LineLink:
    """A bill line behind a voucher."""

    id: int
    label: str
    code: str
    amount_fen: int
    payer: str
    edition: str


@dataclass(frozen=True, slots=True)
class VoucherPage:
    """One voucher: its sides, and the lines its order's money stands on."""

    id: int
    key: str
    kind: str
    on: date
    at: datetime
    by: str
    order_id: int | None
    number: str
    institution: str
    sides: list[Side]
    reverses: int | None
    lines: list[LineLink]


@dataclass(frozen=True, slots=True)
class LinePage:
    """One line of a bill down to the clause it rests on."""

    label: str
    code: str
    kind: str
    number: str
    order_id: int
    priced_at: datetime
    quantity: str
    unit: str
    unit_fen: int
    filed_unit_fen: int | None
    exact: str
    amount_fen: int
    payer: str
    policy_key: str
    policy_name: str
    jurisdiction: str
    edition: str
    clause: str
    evidence: str
    sources: list[dict[str, str]]
    policy_url: str
    filing_number: str
    filing_url: str


def statement(request: HttpRequest, *, from_on: date | None, until_on: date | None, day: date | None) -> Statement:
    """The month so far unless another period is asked for; `until_on` is the last day shown."""
    actor, today = request.actor, business_date(request.at)
    start, last = sane(from_on or today.replace(day=1)), sane(until_on or today)
    day = sane(day) if day else None
    if last < start:
        last = start
    if last > add_months(start, 12):
        last = add_months(start, 12)
    end = last + timedelta(days=1)
    shares = queries.daily_shares(actor, start, end)
    days = queries.statement(actor, start, end, shares)
    sums = {payer: sum(by_day.values()) for payer, by_day in shares.items()}
    bills = list(queries.charges_between(actor, day, day + timedelta(days=1))[:200]) if day else []
    audit.read(
        actor,
        request.at,
        "money.statement",
        subject_type="money.charge",
        subject_ids=[b.pk for b in bills],
        resident_ids=[b.resident_id for b in bills],
    )
    return Statement(
        from_on=start, until_on=last, days=days, payers=[(str(words.PAYERS.get(payer, payer)), fen) for payer, fen in sorted(sums.items(), key=lambda pair: -pair[1])],
        by_payer=sums, charged_fen=sum(row.charged for row in days), paid_fen=sum(row.paid for row in days), refunded_fen=sum(row.refunded for row in days),
        settled_fen=sum(row.settled for row in days), holds=queries.list_holds(actor).count(), day=day, bills=bills,
    )  # fmt: skip


def holds(request: HttpRequest) -> Holds:
    """What keeps money from moving, the longest held first."""
    page = Paginator(queries.list_holds(request.actor), PAGE).get_page(request.GET.get("page"))
    rows = [_hold(hold) for hold in page.object_list]
    people = [hold.order.resident_id for hold in page.object_list]
    audit.read(
        request.actor,
        request.at,
        "money.holds",
        subject_type="money.hold",
        subject_ids=[row.hold_id for row in rows],
        resident_ids=people,
    )
    return Holds(rows, page, may(request.actor, Permission.ORDER_PRICE))


def _hold(hold: Any) -> HoldRow:
    house = hold.organisation
    remedy = reverse("catalogue:filings") if hold.code.startswith("price.") and hold.code != "price.no_record" else ""
    return HoldRow(
        hold.pk, hold.order_id, hold.order.number, need_name(hold.order), hold.order.resident.name, house.name_en if words.is_english() else house.name,
        hold.code, hold_sentence(hold.code, hold.facts), hold.held_at, remedy,
    )  # fmt: skip


def hold_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Why money waits, in the reader's language."""
    return base_words.sentence(Refusal(code, dict(facts)))


def held_because(outcome: Any) -> str:
    """What still holds an order after another try; empty when it was priced."""
    return hold_sentence(outcome.code, outcome.facts) if hasattr(outcome, "held_at") else ""


def ledger(request: HttpRequest, wanted: Mapping[str, Any]) -> Ledger:
    """Vouchers by filter; `wanted` holds from_on, until_on (last day), kind, account, text."""
    until = sane(wanted["until_on"]) if wanted.get("until_on") else None
    found = queries.list_vouchers(
        request.actor, from_on=wanted.get("from_on"), until_on=until + timedelta(days=1) if until else None, kind=wanted.get("kind") or "",
        account=wanted.get("account") or "", text=wanted.get("text") or "",
    )  # fmt: skip
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [
        VoucherRow(
            row.pk, str(words.VOUCHERS.get(row.kind, row.kind)), row.business_on, row.posted_at, row.order.number if row.order else "",
            _keeper(row), row.amount_fen,
        )
        for row in page.object_list
    ]  # fmt: skip
    trial = queries.trial(found)
    accounts = [
        (account, str(words.ACCOUNTS.get(account, account)), debit, credit)
        for account, debit, credit in trial.by_account
    ]
    audit.read(
        request.actor, request.at, "money.ledger", subject_type="money.voucher", subject_ids=[row.id for row in rows]
    )
    narrowed = {name: str(value) for name, value in wanted.items() if value}
    return Ledger(
        rows,
        page,
        trial,
        accounts,
        bool(narrowed),
        reverse("exchange:exports") + "?" + urlencode({"what": "ledger"} | narrowed),
    )


def voucher(request: HttpRequest, voucher_id: int) -> VoucherPage:
    """One voucher. Raises NotFound."""
    row = queries.get_voucher(request.actor, voucher_id)
    order = row.order
    sides = [
        Side(str(words.ACCOUNTS.get(p.account, p.account)), words.party(p.party), p.debit_fen, p.credit_fen)
        for p in row.postings.all()
    ]
    lines = [
        LineLink(
            line.pk, queries.shown_name(line.kind, line.code, line.name, line.jurisdiction, row.business_on, line.filing.name_en if line.filing else ""), line.code, line.amount_fen,
            str(words.PAYERS.get(line.payer, line.payer)), line.edition,
        )
        for line in queries.lines_behind(row)
    ]  # fmt: skip
    people = [order.resident_id] if order else []
    audit.read(
        request.actor,
        request.at,
        "money.voucher",
        subject_type="money.voucher",
        subject_ids=[row.pk],
        resident_ids=people,
    )
    return VoucherPage(
        id=row.pk, key=row.key, kind=str(words.VOUCHERS.get(row.kind, row.kind)), on=row.business_on, at=row.posted_at,
        by=row.posted_by.display_name if row.posted_by else "", order_id=row.order_id, number=order.number if order else "",
        institution=_keeper(row), sides=sides, reverses=row.reverses_id, lines=lines,
    )  # fmt: skip


def line(request: HttpRequest, line_id: int) -> LinePage:
    """One line of a bill: amount, filing, policy value, source. Raises NotFound."""
    row = queries.get_line(request.actor, line_id)
    order, on = row.charge.order, business_date(row.charge.priced_at)
    audit.read(
        request.actor,
        request.at,
        "money.line",
        subject_type="money.chargeline",
        subject_ids=[row.pk],
        resident_ids=[order.resident_id],
    )
    value = (
        editions.current().lookup(row.policy_key, jurisdiction=row.jurisdiction, on=business_date(order.wanted_from))
        if row.policy_key
        else None
    )
    asked = urlencode({"key": row.policy_key, "jurisdiction": row.jurisdiction, "on": business_date(order.wanted_from)})
    may_see = may(request.actor, Permission.POLICY_VIEW) and row.policy_key
    return LinePage(
        label=queries.shown_name(row.kind, row.code, row.name, row.jurisdiction, on, row.filing.name_en if row.filing else ""), code=row.code, kind=str(words.KINDS.get(row.kind, row.kind)),
        number=order.number, order_id=order.pk, priced_at=row.charge.priced_at, quantity=f"{row.quantity.normalize():f}", unit=row.unit, unit_fen=row.unit_fen,
        filed_unit_fen=row.filed_unit_fen, exact=exact_yuan(row.exact_fen), amount_fen=row.amount_fen, payer=str(words.PAYERS.get(row.payer, row.payer)),
        policy_key=row.policy_key, policy_name=_policy_name(value), jurisdiction=row.jurisdiction, edition=row.edition, clause=row.clause,
        evidence=row.evidence, sources=shown_sources(row.sources, row.clause), policy_url=f"{reverse('admin_policy_value')}?{asked}" if may_see else "",
        filing_number=row.filing.number if row.filing else "",
        filing_url=reverse("catalogue:filing", args=[row.filing_id]) if row.filing_id and may(request.actor, Permission.PRICE_VIEW) else "",
    )  # fmt: skip


def _policy_name(value: Any) -> str:
    if not isinstance(value, Value) or not hasattr(value.value, "get"):
        return ""
    return str(value.value.get("en" if words.is_english() else "zh") or "")


def exact_yuan(fraction: str) -> str:
    """The unrounded amount in yuan: "1650/1" fen → 16.50; a fraction of a fen is told as it is."""
    top, _slash, bottom = fraction.partition("/")
    if not bottom or bottom == "1":
        return money.show(int(top))
    return f"{top}/{bottom} fen"


def _keeper(row: Any) -> str:
    """Whose entry it is: an institution's name, or the place of an authority."""
    if row.organisation is None:
        return str(row.jurisdiction)
    return str(row.organisation.name_en if words.is_english() else row.organisation.name)
