"""`yijia verify`: proves that the record of what was done still holds."""

import json
import sys
import time
from typing import Any

import click

from yijia.cli import examples


@click.group(epilog=examples("yijia verify audit", "yijia verify ledger"))
def command() -> None:
    """核对审计链和账簿。 Check the audit chains and the ledger."""


@command.command(epilog=examples("yijia verify audit", "yijia verify audit --json"))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
def audit(as_json: bool) -> None:
    """重算每条审计记录的封印，断在哪里就说哪里。 Recompute every seal; names each entry that does not hold."""
    _setup()
    from yijia.base import audit as trail

    started = time.monotonic()
    count, breaks = trail.verify()
    _tell(
        as_json,
        {
            "entries": count,
            "breaks": [{"chain": b.chain, "seq": b.seq, "reason": b.reason} for b in breaks],
            "seconds": round(time.monotonic() - started, 3),
        },
        f"审计：{count} 条，{len(breaks)} 处断裂 (entries, breaks)",
        [f"链 {b.chain} 第 {b.seq} 条 (chain, entry): {b.reason}" for b in breaks],
    )


@command.command(epilog=examples("yijia verify ledger", "yijia verify ledger --json"))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
def ledger(as_json: bool) -> None:
    """每张凭证借贷相等，总账为零。 Each voucher balances, and so does the whole."""
    _setup()
    from django.db import connection

    from yijia.base import scope

    started = time.monotonic()
    with scope.whole_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT voucher_id), count(*), coalesce(sum(debit_fen), 0), coalesce(sum(credit_fen), 0) FROM money_posting"
        )
        vouchers, postings, debit, credit = cursor.fetchone()
        cursor.execute(
            "SELECT voucher_id, sum(debit_fen - credit_fen) FROM money_posting GROUP BY 1 HAVING sum(debit_fen - credit_fen) <> 0 ORDER BY 1"
        )
        off = [{"voucher": voucher, "difference_fen": int(difference)} for voucher, difference in cursor.fetchall()]
        cursor.execute(
            "SELECT v.id FROM money_voucher v LEFT JOIN money_posting p ON p.voucher_id = v.id GROUP BY 1 HAVING count(p.id) < 2 ORDER BY 1"
        )
        off += [{"voucher": voucher, "difference_fen": None} for (voucher,) in cursor.fetchall()]
    facts = {
        "vouchers": vouchers,
        "postings": postings,
        "debit_fen": int(debit),
        "credit_fen": int(credit),
        "off": off,
        "seconds": round(time.monotonic() - started, 3),
    }
    lines = [
        f"凭证 {row['voucher']} (voucher): {'没有分录 (no postings)' if row['difference_fen'] is None else row['difference_fen']}"
        for row in off
    ]
    _tell(
        as_json,
        facts,
        f"账簿：{vouchers} 张凭证，{postings} 条分录，借 {debit} 分 = 贷 {credit} 分 (vouchers, postings, debit = credit)",
        lines,
    )


def _setup() -> None:
    from yijia.base.local import django

    django.setup()


def _tell(as_json: bool, facts: dict[str, Any], summary: str, faults: list[str]) -> None:
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo(summary)
        for line in faults:
            click.echo(line, err=True)
    sys.exit(1 if faults else 0)
