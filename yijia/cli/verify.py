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
    """每张凭证、每笔收退款、每张账单和结算都对到分。 Vouchers balance; payments, refunds, bills and settlements agree to the fen."""
    _setup()
    from yijia.apps.money import queries
    from yijia.base import scope
    from yijia.core import money

    started = time.monotonic()
    with scope.whole_system():
        report = queries.verify_for_system()
    counts, totals = report.counts, report.totals_fen
    yuan = {name: money.show(fen) for name, fen in totals.items()}
    facts = {
        "counts": counts,
        "totals": yuan,
        "faults": [
            {"rule": f.rule, "row": f.row, "expected_fen": f.expected, "found_fen": f.found} for f in report.faults
        ],
        "faults_total": report.faults_total,
        "seconds": round(time.monotonic() - started, 3),
    }
    words = {"charged": "计费", "paid": "收款", "refunded": "退款", "settled": "结算"}
    summary = [
        f"账簿：{counts['voucher']} 张凭证，{counts['posting']} 条分录，借 {yuan['debit']} = 贷 {yuan['credit']} 元 (vouchers, postings, debit = credit)",
        *(f"{word}（{name}）：{yuan[name]} 元" for name, word in words.items()),
        f"{report.faults_total} 处不符 (faults)",
    ]
    faults = [f"{f.rule}：{f.row}，应为 {f.expected} 分，实为 {f.found} 分 (expected, found)" for f in report.faults]
    _tell(as_json, facts, "\n".join(summary), faults)


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
