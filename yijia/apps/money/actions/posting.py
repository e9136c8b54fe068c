"""The only writers of the ledger: one voucher per business fact, its postings beside it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from yijia.apps.care.models import Order
from yijia.apps.money.models import Charge, ChargeLine, Posting, Voucher
from yijia.base.errors import NotFound
from yijia.base.rows import Given, Statement
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor
from yijia.core.pricing import ledger
from yijia.core.pricing.facts import Payer

_HELD = Statement(lambda: Order.objects.select_for_update(of=("self",)).filter(pk=Given("order_id")))


def locked(order_id: int) -> Order:
    """The order, locked until the transaction ends: all money of one order moves in single file.

    Raises      NotFound
    """
    order = _HELD.one(order_id=order_id)
    if order is None:
        raise NotFound
    return order


def resident(order: Order) -> str:
    return f"resident:{order.resident_id}"


def institution(order: Order) -> str:
    return f"organisation:{order.organisation_id}"


def desk(order: Order, provider: str = "cash") -> str:
    """Whose cash it is: the institution's drawer, or a provider's account."""
    return f"desk:{order.organisation_id}" if provider == "cash" else f"provider:{provider}"


def set_aside(order: Order) -> str:
    """Cash in the drawer that already belongs to somebody else."""
    return f"refunds:{order.organisation_id}"


def post(
    entry: ledger.Entry | None,
    *,
    key: str,
    order: Order,
    by: Actor,
    at: datetime,
    reverses: Voucher | None = None,
    note: str = "",
) -> Voucher | None:
    """Write an entry down; None for an entry that moves nothing.

    key     the business fact; the database refuses to post the same one twice
    """
    if entry is None:
        return None
    voucher = Voucher.objects.create(
        organisation_id=order.organisation_id, key=key, kind=entry.kind.value, order=order, reverses=reverses, posted_at=at, posted_by_id=by.user_id,
        business_on=ledger.booking_day(at), note=note,
    )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(
            organisation_id=order.organisation_id, voucher=voucher, account=row.account.value, party=row.party, debit_fen=row.debit_fen,
            credit_fen=row.credit_fen,
        )
        for row in entry.postings
    )  # fmt: skip
    return voucher


def post_fees(
    entry: ledger.Entry, *, key: str, organisation_id: int, by: Actor, at: datetime, reverses: Voucher | None = None, note: str = ""
) -> Voucher:  # fmt: skip
    """Write down an institution's entry that belongs to no order.

    key     the business fact; the database refuses to post the same one twice
    """
    voucher = Voucher.objects.create(
        organisation_id=organisation_id, key=key, kind=entry.kind.value, order=None, reverses=reverses, posted_at=at, posted_by_id=by.user_id,
        business_on=ledger.booking_day(at), note=note,
    )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(
            organisation_id=organisation_id, voucher=voucher, account=row.account.value, party=row.party, debit_fen=row.debit_fen, credit_fen=row.credit_fen
        )
        for row in entry.postings
    )  # fmt: skip
    return voucher


def post_authority(
    entry: ledger.Entry | None,
    *,
    key: str,
    jurisdiction: str,
    by: Actor,
    at: datetime,
    reverses: Voucher | None = None,
    note: str = "",
) -> Voucher | None:
    """Write an authority's entry down; no institution sees it.

    key     the business fact; the database refuses to post the same one twice
    """
    if entry is None:
        return None
    voucher = Voucher.objects.create(
        organisation=None, jurisdiction=jurisdiction, key=key, kind=entry.kind.value, order=None, reverses=reverses, posted_at=at,
        posted_by_id=by.user_id, business_on=ledger.booking_day(at), note=note,
    )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(
            organisation=None, voucher=voucher, account=row.account.value, party=row.party, debit_fen=row.debit_fen, credit_fen=row.credit_fen
        )
        for row in entry.postings
    )  # fmt: skip
    return voucher


def apply_advance(amount_fen: int, *, key: str, order: Order, by: Actor, at: datetime) -> None:
    """Use what was paid before for what is owed now."""
    post(ledger.post_apply(amount_fen, resident=resident(order)), key=key, order=order, by=by, at=at)


def charge(
    order: Order,
    lines: Iterable[ChargeLine],
    *,
    reasons: list[dict[str, object]],
    edition: str,
    reverses: Charge | None = None,
    by: Actor,
    at: datetime,
) -> Charge:
    """A bill with its lines; its sums are those of the lines."""
    rows = list(lines)
    total = sum(row.amount_fen for row in rows)
    shares = {payer.value: sum(row.amount_fen for row in rows if row.payer == payer) for payer in Payer}
    made = Charge.objects.create(
        organisation_id=order.organisation_id, order=order, resident_id=order.resident_id, total_fen=total, by_payer=shares, reasons=reasons,
        edition=edition, reverses=reverses, priced_at=at, priced_by_id=by.user_id,
    )  # fmt: skip
    for row in rows:
        row.organisation_id, row.charge = order.organisation_id, made
    ChargeLine.objects.bulk_create(rows)
    return made


def next_receipt(prefix: str, at: datetime) -> str:
    """A receipt's number; a rolled-back attempt leaves a gap, never a double."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('money_receipt_number')")
        number = cursor.fetchone()[0]
    return f"{prefix}{business_date(at):%y%m%d}{number:06d}"
