"""The ledger as an auditor reads it, and an institution's statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from yijia.apps.money.models import Charge, ChargeLine, Payment, Posting, Refund, Settlement, Voucher
from yijia.apps.money.queries.rows import during
from yijia.apps.money.queries.sight import visible, visible_vouchers
from yijia.base.clock import SHANGHAI
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor
from yijia.core.pricing.facts import Payer


def list_vouchers(
    actor: Actor, *, from_on: date | None = None, until_on: date | None = None, kind: str = "", order_id: int | None = None, text: str = "",
    account: str = "",
) -> QuerySet[Voucher]:  # fmt: skip
    """Vouchers in sight booked in [from_on, until_on), the newest first, each with its amount.

    text        an order's number, or a voucher's key
    account     only those that touch this account
    """
    kind, account = kind.replace("\0", ""), account.replace("\0", "")
    rows = Voucher.objects.filter(visible_vouchers(actor)).select_related("order", "organisation")
    if from_on:
        rows = rows.filter(business_on__gte=from_on)
    if until_on:
        rows = rows.filter(business_on__lt=until_on)
    if kind:
        rows = rows.filter(kind=kind)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    wanted = text.replace("\0", "").strip()
    if wanted:
        rows = rows.filter(Q(order__number=wanted) | Q(key=wanted))
    if account:
        rows = rows.filter(pk__in=Posting.objects.filter(account=account).values("voucher_id"))
    return rows.annotate(amount_fen=Sum("postings__debit_fen")).order_by("-posted_at", "-id")


def get_voucher(actor: Actor, voucher_id: int) -> Voucher:
    """One voucher with its postings. Raises NotFound."""
    rows = Voucher.objects.filter(visible_vouchers(actor)).select_related(
        "order", "order__resident", "organisation", "posted_by", "reverses"
    )
    found = rows.prefetch_related("postings").filter(pk=voucher_id).first()
    if found is None:
        raise NotFound
    return found


def lines_behind(voucher: Voucher) -> list[ChargeLine]:
    """The bill lines of the voucher's order: what every one of its cents stands on."""
    if voucher.order_id is None:
        return []
    return list(ChargeLine.objects.filter(charge__order_id=voucher.order_id).select_related("filing").order_by("id"))


@dataclass(frozen=True, slots=True)
class Trial:
    """Sums of a filtered ledger; debit and credit must be equal."""

    debit_fen: int
    credit_fen: int
    count: int
    by_account: tuple[tuple[str, int, int], ...]


def trial(vouchers: QuerySet[Voucher]) -> Trial:
    """Debit and credit per account over these vouchers."""
    ids = vouchers.order_by().values("pk")
    rows = list(
        Posting.objects.filter(voucher_id__in=ids)
        .values("account")
        .annotate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
        .order_by("account")
    )
    by_account = tuple((row["account"], row["debit"], row["credit"]) for row in rows)
    return Trial(
        sum(row[1] for row in by_account), sum(row[2] for row in by_account), vouchers.order_by().count(), by_account
    )


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a statement, in fen."""

    on: date
    charged: int
    by_payer: Mapping[str, int]
    paid: int
    refunded: int
    settled: int


def daily_shares(actor: Actor, from_on: date, until_on: date) -> dict[str, dict[date, int]]:
    """Who pays what of the bills of each day of [from_on, until_on), corrections included: payer → day → fen."""
    lines = ChargeLine.objects.filter(visible(actor, "charge__order__"))
    shares: dict[str, dict[date, int]] = {}
    for day, payer, fen in (
        _by_day(lines, "charge__priced_at", from_on, until_on)
        .values("day", "payer")
        .annotate(fen=Sum("amount_fen"))
        .values_list("day", "payer", "fen")
    ):
        shares.setdefault(payer, {})[day] = fen
    return shares


def statement(actor: Actor, from_on: date, until_on: date, shares: Mapping[str, Mapping[date, int]]) -> list[DayRow]:
    """What was charged, paid, refunded and settled each day of [from_on, until_on), days without money left out.

    shares      of the same days, as `daily_shares` found them
    """
    charged = _daily(Charge.objects.filter(visible(actor)), "priced_at", F("total_fen"), from_on, until_on)
    paid = _daily(Payment.objects.filter(visible(actor)), "received_at", F("amount_fen"), from_on, until_on)
    refunded = _daily(
        Refund.objects.filter(visible(actor, "payment__order__")), "refunded_at", F("amount_fen"), from_on, until_on
    )
    settled = _daily(Settlement.objects.filter(visible(actor)), "settled_at", F("amount_fen"), from_on, until_on)
    days = sorted({*charged, *paid, *refunded, *settled}, reverse=True)
    return [
        DayRow(
            on=day, charged=charged.get(day, 0), by_payer={payer.value: shares.get(payer, {}).get(day, 0) for payer in Payer}, paid=paid.get(day, 0),
            refunded=refunded.get(day, 0), settled=settled.get(day, 0),
        )
        for day in days
    ]  # fmt: skip


def _daily(rows: QuerySet, field: str, what: F, from_on: date, until_on: date) -> dict[date, int]:
    found = _by_day(rows, field, from_on, until_on).values("day")
    return {row["day"]: row["sum"] for row in found.annotate(sum=Sum(what))}


def _by_day(rows: QuerySet, field: str, from_on: date, until_on: date) -> QuerySet:
    return rows.filter(during(field, from_on, until_on)).annotate(day=TruncDate(field, tzinfo=SHANGHAI)).order_by()


def charges_between(actor: Actor, from_on: date, until_on: date) -> QuerySet[Charge]:
    """The bills of a period, the newest first."""
    return (
        Charge.objects.filter(visible(actor), during("priced_at", from_on, until_on))
        .select_related("order")
        .order_by("-priced_at", "-id")
    )
