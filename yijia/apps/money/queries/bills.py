"""The bill of an order: before the visit the quote as it was shown, after it what was charged."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yijia.apps.care import queries as care
from yijia.apps.care.models import Order
from yijia.apps.money.models import Charge, ChargeLine
from yijia.apps.money.queries.balances import Balance, balance
from yijia.apps.money.queries.names import name_of_line
from yijia.apps.money.queries.rows import money_of_order
from yijia.apps.money.queries.sight import visible
from yijia.base import accounts
from yijia.base.errors import NotFound, Refused
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Role
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line, however many payers share it.

    id          of the stored line; None in a quote
    """

    id: int | None
    kind: str
    code: str
    name: str
    unit: str
    quantity: str
    unit_fen: int
    filed_unit_fen: int | None
    exact_fen: str
    amount_fen: int
    payers: dict[str, int]
    filing_id: int | None
    filing_number: str | None
    policy_key: str
    jurisdiction: str
    edition: str
    clause: str
    sources: tuple[str, ...]
    evidence: str
    filed_en: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """What an order costs and who pays.

    on              the day whose prices hold
    is_quote        shown before the visit; the bill may differ by what is done
    reasons         [{code, facts, lines}]
    """

    order: Order
    balance: Balance
    on: date
    is_quote: bool
    total_fen: int
    by_payer: dict[str, int]
    lines: tuple[BillLine, ...]
    reasons: tuple[dict[str, Any], ...]


def get_bill(actor: Actor, order_id: int, at: datetime) -> Bill | None:
    """The bill of an order in sight; None while there is neither quote nor charge.

    Raises      NotFound; Refused money.proxy_scope: a relative who may not see bills
    """
    return bill_of(actor, money_of_order(actor, order_id), at)


def bill_of(actor: Actor, order: Order, at: datetime) -> Bill | None:
    """The bill of an order read through `money_of_order`.

    Raises      Refused money.proxy_scope
    """
    if actor.role is Role.FAMILY and not accounts.family_may(actor.user_id or 0, order.resident_id, "bill", at):
        raise Refused(Refusal("money.proxy_scope"))
    charges = list(Charge.objects.filter(order=order).order_by("id"))
    if charges:
        return _charged(order, charges)
    return _quoted(order)


def _charged(order: Order, charges: list[Charge]) -> Bill:
    rows = ChargeLine.objects.filter(charge__in=charges).select_related("filing").order_by("id")
    lines: dict[tuple[int, str, str], BillLine] = {}
    for row in rows:
        key = (row.charge_id, row.kind, row.code)
        shared = lines.get(key)
        payers = {**(shared.payers if shared else {}), row.payer: row.amount_fen}
        lines[key] = _line(row, payers)
    sums: dict[str, int] = {}
    for charge in charges:
        for payer, fen in charge.by_payer.items():
            sums[payer] = sums.get(payer, 0) + fen
    reasons = tuple(reason for charge in charges for reason in charge.reasons)
    on = business_date(charges[0].priced_at)
    return Bill(
        order,
        balance(order),
        on,
        False,
        sum(charge.total_fen for charge in charges),
        sums,
        tuple(lines.values()),
        reasons,
    )


def _line(row: ChargeLine, payers: dict[str, int]) -> BillLine:
    return BillLine(
        id=row.pk, kind=row.kind, code=row.code, name=row.name, unit=row.unit, quantity=_number(row.quantity), unit_fen=row.unit_fen,
        filed_unit_fen=row.filed_unit_fen, exact_fen=row.exact_fen, amount_fen=sum(payers.values()), payers=payers, filing_id=row.filing_id,
        filing_number=row.filing.number if row.filing else None,
        filed_en=row.filing.name_en if row.filing else "", policy_key=row.policy_key, jurisdiction=row.jurisdiction, edition=row.edition,
        clause=row.clause, sources=tuple(row.sources), evidence=row.evidence,
    )  # fmt: skip


def _quoted(order: Order) -> Bill | None:
    shown = care.breakdown_of(order.quote)
    if shown is None:
        return None
    on = business_date(order.wanted_from)
    lines = tuple(
        BillLine(
            id=None, kind=line.kind.value, code=line.code, name=name_of_line(line, {}, line.jurisdiction, on), unit=line.unit, quantity=_number(line.quantity),
            unit_fen=line.unit_fen, filed_unit_fen=line.filed_unit_fen, exact_fen=str(line.exact_fen), amount_fen=line.amount_fen,
            payers={payer.value: fen for payer, fen in line.payers.items()}, filing_id=line.filing_id, filing_number=line.filing_number,
            policy_key=line.policy_key, jurisdiction=line.jurisdiction, edition=line.edition, clause=line.clause or "", sources=tuple(line.sources),
            evidence=line.evidence.value,
        )
        for line in shown.lines
    )  # fmt: skip
    reasons = [
        {"code": reason.code, "facts": {}, "lines": [line.code]} for line in shown.lines for reason in line.reasons
    ]
    reasons += [{"code": reason.code, "facts": {}, "lines": []} for reason in shown.reasons]
    return Bill(
        order,
        balance(order),
        on,
        True,
        shown.total_fen,
        {payer.value: fen for payer, fen in shown.by_payer.items()},
        lines,
        tuple(reasons),
    )


def _number(value: Any) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def get_line(actor: Actor, line_id: int) -> ChargeLine:
    """One stored line with its charge, order and filing. Raises NotFound."""
    rows = ChargeLine.objects.filter(visible(actor, "charge__order__")).select_related(
        "charge", "charge__order", "filing", "organisation"
    )
    found = rows.filter(pk=line_id).first()
    if found is None:
        raise NotFound
    return found
