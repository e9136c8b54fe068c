"""`yijia verify ledger`: a sound ledger passes; each way of tampering with it is named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from django.db import connection

from tests.cast import Cast
from tests.factories import money as factory
from yijia.apps.money import queries
from yijia.apps.money.models import Payment
from yijia.cli import group


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """As somebody who owns the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def busy(cast: Cast) -> Cast:
    factory.settled(cast)
    factory.refunded(Payment.objects.get(), cast, 900, handed_to="测试女儿")
    return cast


def test_a_sound_ledger(busy: Cast) -> None:
    report = queries.verify_for_system()
    assert (report.faults, report.faults_total) == ((), 0)
    assert report.totals_fen["debit"] == report.totals_fen["credit"]
    assert report.counts["payment"] == 1


@pytest.mark.parametrize(
    ("table", "change", "rules"),
    [
        ("money_posting", "UPDATE money_posting SET debit_fen = debit_fen + 1 WHERE account = 'cash' AND debit_fen > 900", {"voucher_balances", "ledger_balances", "payment_matches_voucher"}),
        ("money_posting", "DELETE FROM money_posting WHERE id = (SELECT min(id) FROM money_posting)", {"voucher_balances", "ledger_balances"}),
        ("money_payment", "UPDATE money_payment SET amount_fen = amount_fen - 1", {"payment_matches_voucher", "settled_is_paid"}),
        ("money_payment", "UPDATE money_payment SET amount_fen = 1", {"refund_within_payment"}),
        ("money_refund", "UPDATE money_refund SET amount_fen = 901", {"refund_matches_voucher", "handover_matches_voucher", "settled_is_paid"}),
        ("money_chargeline", "UPDATE money_chargeline SET amount_fen = amount_fen + 1 WHERE kind = 'visit_fee'", {"lines_sum_to_charge"}),
        ("money_charge", "UPDATE money_charge SET total_fen = total_fen + 1 WHERE reverses_id IS NULL", {"lines_sum_to_charge", "payers_sum_to_charge", "charge_matches_ledger", "settled_is_charged"}),
        ("money_settlement", "UPDATE money_settlement SET amount_fen = amount_fen + 1", {"settlement_matches_voucher"}),
        ("money_settlement", "DELETE FROM money_settlement", {"settled_has_settlement"}),
    ],
)  # fmt: skip
def test_tampering_is_named(busy: Cast, table: str, change: str, rules: set[str]) -> None:
    with unguarded(table), connection.cursor() as cursor:
        cursor.execute(change)
    assert rules <= {fault.rule for fault in queries.verify_for_system().faults}


def test_the_command_says_it_and_fails(busy: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yijia.cli.verify._setup", lambda: None)
    told = CliRunner().invoke(group, ["verify", "ledger"])
    assert told.exit_code == 0, told.output
    assert "166.00" in told.output or "175.00" in told.output
    with unguarded("money_payment"), connection.cursor() as cursor:
        cursor.execute("UPDATE money_payment SET amount_fen = amount_fen - 1")
    told = CliRunner().invoke(group, ["verify", "ledger", "--json"])
    assert told.exit_code == 1
    facts = json.loads(told.stdout)
    assert facts["faults"][0]["row"].startswith("payment SK")
