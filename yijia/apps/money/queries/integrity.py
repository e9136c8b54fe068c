"""Does the ledger agree with itself, and with every payment, refund, bill and settlement? Each rule is one query."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that breaks a rule.

    rule        code of the rule
    row         what is wrong, e.g. `payment 12`
    expected, found     fen
    """

    rule: str
    row: str
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was counted, the totals, and every fault up to the limit."""

    counts: dict[str, int]
    totals_fen: dict[str, int]
    faults: tuple[Fault, ...]
    faults_total: int


# Each rule gives (row, expected, found) for the rows that break it.
RULES: dict[str, str] = {
    "voucher_balances": """
        SELECT 'voucher ' || v.key, coalesce(sum(p.debit_fen), 0), coalesce(sum(p.credit_fen), 0) FROM money_voucher v
        LEFT JOIN money_posting p ON p.voucher_id = v.id GROUP BY v.id HAVING coalesce(sum(p.debit_fen - p.credit_fen), 0) <> 0 OR count(p.id) < 2""",
    "ledger_balances": "SELECT 'ledger', coalesce(sum(debit_fen), 0), coalesce(sum(credit_fen), 0) FROM money_posting HAVING coalesce(sum(debit_fen - credit_fen), 0) <> 0",
    "payment_matches_voucher": """
        SELECT 'payment ' || y.receipt_no, y.amount_fen, coalesce(sum(p.debit_fen), 0) FROM money_payment y
        LEFT JOIN money_posting p ON p.voucher_id = y.voucher_id AND p.account = 'cash' GROUP BY y.id HAVING coalesce(sum(p.debit_fen), 0) <> y.amount_fen""",
    "refund_matches_voucher": """
        SELECT 'refund ' || r.receipt_no, -r.amount_fen, coalesce(sum(p.debit_fen), 0) FROM money_refund r
        LEFT JOIN money_posting p ON p.voucher_id = r.voucher_id AND p.account = 'cash' GROUP BY r.id HAVING coalesce(sum(p.debit_fen), 0) <> -r.amount_fen""",
    "handover_matches_voucher": """
        SELECT 'handover of ' || r.receipt_no, r.amount_fen, coalesce(sum(p.credit_fen), 0) FROM money_refundhandover h JOIN money_refund r ON r.id = h.refund_id
        LEFT JOIN money_posting p ON p.voucher_id = h.voucher_id AND p.account = 'cash' GROUP BY h.id, r.id HAVING coalesce(sum(p.credit_fen), 0) <> r.amount_fen""",
    "refund_within_payment": """
        SELECT 'payment ' || y.receipt_no, y.amount_fen, sum(r.amount_fen) FROM money_payment y JOIN money_refund r ON r.payment_id = y.id
        GROUP BY y.id HAVING sum(r.amount_fen) > y.amount_fen""",
    "lines_sum_to_charge": """
        SELECT 'charge ' || c.id, c.total_fen, coalesce(sum(l.amount_fen), 0) FROM money_charge c LEFT JOIN money_chargeline l ON l.charge_id = c.id
        GROUP BY c.id HAVING coalesce(sum(l.amount_fen), 0) <> c.total_fen""",
    "payers_sum_to_charge": """
        SELECT 'charge ' || c.id, c.total_fen, coalesce(sum(value::bigint), 0) FROM money_charge c LEFT JOIN LATERAL jsonb_each_text(c.by_payer) ON true
        GROUP BY c.id HAVING coalesce(sum(value::bigint), 0) <> c.total_fen""",
    "charge_matches_ledger": """
        SELECT 'order ' || o.number, coalesce(c.total, 0), coalesce(p.posted, 0)
        FROM (SELECT order_id, sum(total_fen) AS total FROM money_charge GROUP BY order_id) c
        FULL JOIN (SELECT v.order_id, sum(p.credit_fen) AS posted FROM money_voucher v JOIN money_posting p ON p.voucher_id = v.id
                   WHERE p.account = 'unsettled' GROUP BY v.order_id) p USING (order_id)
        JOIN care_order o ON o.id = order_id WHERE coalesce(c.total, 0) <> coalesce(p.posted, 0)""",
    "settlement_matches_voucher": """
        SELECT 'settlement of ' || o.number, s.amount_fen, coalesce(sum(p.credit_fen), 0) FROM money_settlement s JOIN care_order o ON o.id = s.order_id
        LEFT JOIN money_posting p ON p.voucher_id = s.voucher_id AND p.account = 'payable' GROUP BY s.id, o.id HAVING coalesce(sum(p.credit_fen), 0) <> s.amount_fen""",
    "settled_is_charged": """
        SELECT 'order ' || o.number, c.total, coalesce(p.due, 0) FROM money_settlement s JOIN care_order o ON o.id = s.order_id
        JOIN (SELECT order_id, sum(total_fen) AS total FROM money_charge GROUP BY order_id) c ON c.order_id = o.id
        LEFT JOIN (SELECT v.order_id, sum(p.credit_fen) AS due FROM money_voucher v JOIN money_posting p ON p.voucher_id = v.id
                   WHERE p.account = 'payable' GROUP BY v.order_id) p ON p.order_id = o.id
        WHERE c.total <> coalesce(p.due, 0)""",
    "settled_is_paid": """
        SELECT 'order ' || o.number, c.patient, coalesce(y.paid, 0) - coalesce(r.refunded, 0) FROM money_settlement s JOIN care_order o ON o.id = s.order_id
        JOIN (SELECT order_id, sum((by_payer->>'patient')::bigint) AS patient FROM money_charge GROUP BY order_id) c ON c.order_id = o.id
        LEFT JOIN (SELECT order_id, sum(amount_fen) AS paid FROM money_payment GROUP BY order_id) y ON y.order_id = o.id
        LEFT JOIN (SELECT y.order_id, sum(r.amount_fen) AS refunded FROM money_refund r JOIN money_payment y ON y.id = r.payment_id GROUP BY y.order_id) r
               ON r.order_id = o.id
        WHERE c.patient <> coalesce(y.paid, 0) - coalesce(r.refunded, 0)""",
    "settled_has_settlement": """
        SELECT 'order ' || o.number, 1, 0 FROM care_order o LEFT JOIN money_settlement s ON s.order_id = o.id
        WHERE o.state IN ('settled', 'rated') AND s.id IS NULL""",
    "fees_settled_match": """
        SELECT 'voucher ' || s.key, coalesce(f.earned, 0), coalesce(sum(p.credit_fen), 0) FROM money_voucher s
        LEFT JOIN (SELECT v.key, sum(p.credit_fen - p.debit_fen) AS earned FROM money_voucher v JOIN money_posting p ON p.voucher_id = v.id
                   WHERE p.account = 'unsettled' GROUP BY v.id) f ON s.key = 'settled:' || f.key
        LEFT JOIN money_posting p ON p.voucher_id = s.id AND p.account = 'payable'
        WHERE s.key LIKE 'settled:%' AND s.reverses_id IS NULL GROUP BY s.id, f.earned HAVING coalesce(f.earned, 0) <> coalesce(sum(p.credit_fen), 0)""",
    "fees_taken_back_unsettled": """
        SELECT 'voucher ' || f.key, 0, coalesce(sum(p.credit_fen), 0) FROM money_voucher f JOIN money_voucher red ON red.reverses_id = f.id
        JOIN money_voucher s ON s.key IN ('settled:' || f.key, 'settled:' || f.key || ':red')
        JOIN money_posting p ON p.voucher_id = s.id AND p.account = 'payable' GROUP BY f.id HAVING coalesce(sum(p.credit_fen), 0) <> 0""",
    "booked_on_posting_day": """
        SELECT 'voucher ' || key, 0, business_on - (posted_at AT TIME ZONE 'Asia/Shanghai')::date FROM money_voucher
        WHERE business_on <> (posted_at AT TIME ZONE 'Asia/Shanghai')::date""",
}

_TABLES = ("voucher", "posting", "charge", "chargeline", "payment", "refund", "refundhandover", "settlement", "hold")
_TOTALS = {
    "debit": "SELECT coalesce(sum(debit_fen), 0) FROM money_posting",
    "credit": "SELECT coalesce(sum(credit_fen), 0) FROM money_posting",
    "charged": "SELECT coalesce(sum(total_fen), 0) FROM money_charge",
    "paid": "SELECT coalesce(sum(amount_fen), 0) FROM money_payment",
    "refunded": "SELECT coalesce(sum(amount_fen), 0) FROM money_refund",
    "settled": "SELECT coalesce(sum(amount_fen), 0) FROM money_settlement",
}


def verify_for_system(most: int = 20) -> Report:
    """Ask every rule; the first rows that break each, and how many there are in all."""
    counts = {table: _one(f"SELECT count(*) FROM money_{table}") for table in _TABLES}  # noqa: S608 - names from the list above
    totals = {name: _one(statement) for name, statement in _TOTALS.items()}
    faults: list[Fault] = []
    total = 0
    for rule, statement in RULES.items():
        found = [Fault(rule, str(row), int(expected), int(have)) for row, expected, have in _rows(statement)]
        total += len(found)
        faults += found[:most]
    return Report(counts, totals, tuple(faults), total)


def _one(statement: str) -> int:
    return int(next(_rows(statement))[0])


def _rows(statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        yield from cursor.fetchall()
