"""Exports: who took what and why stands first; no cell is a formula; strangers and colleagues get nothing."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import money as factory
from yijia.apps.care.models import Order
from yijia.apps.money.models import Posting
from yijia.base.models import AuditEntry

Enter = Callable[..., Client]


@pytest.fixture
def order(cast: Cast, travel: Any) -> Order:
    made = factory.settled(cast)
    travel(factory.LATER)
    return made


def body(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def table(answer: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
    text = body(answer)
    assert text.startswith('\ufeff"# ')
    first, _newline, rest = text.removeprefix("\ufeff").partition("\n")
    mark = next(csv.reader([first]))[0]
    return json.loads(mark.removeprefix("# ")), list(csv.DictReader(io.StringIO(rest)))


def test_the_ledger_as_a_table(order: Order, enter: Enter, see_all: Any, cast: Cast) -> None:
    mark, rows = table(
        enter("auditor").get("/api/v1/exports/ledger?from_on=2025-06-01&until_on=2025-06-30&purpose=月度核对")
    )
    assert (mark["export"], mark["user_id"], mark["purpose"], mark["rows"]) == (
        "ledger",
        cast.users["auditor"].pk,
        "月度核对",
        len(rows),
    )
    assert mark["filter"] == {"from_on": "2025-06-01", "until_on": "2025-06-30"}
    see_all()
    assert len(rows) == Posting.objects.count()
    assert {row["order"] for row in rows} == {order.number}
    assert sum(int(row["debit"].replace(".", "")) for row in rows) == sum(
        int(row["credit"].replace(".", "")) for row in rows
    )


def test_the_ledger_as_lines(order: Order, enter: Enter) -> None:
    lines = [
        json.loads(line) for line in body(enter("auditor").get("/api/v1/exports/ledger?format=jsonl")).splitlines()
    ]
    assert lines[0]["watermark"]["rows"] == len(lines) - 1
    assert {type(line["debit"]) for line in lines[1:]} == {str}


def test_a_period_without_rows(order: Order, enter: Enter) -> None:
    mark, rows = table(enter("auditor").get("/api/v1/exports/ledger?from_on=2030-01-01"))
    assert (mark["rows"], rows) == (0, [])


def test_the_audit_trail_and_its_own_entry(order: Order, enter: Enter, see_all: Any) -> None:
    auditor = enter("auditor")
    lines = body(auditor.get("/api/v1/exports/audit?format=jsonl&purpose=核对")).splitlines()
    assert json.loads(lines[1])["hash"]
    see_all()
    taken = AuditEntry.objects.get(verb="export")
    assert (taken.name, taken.facts["rows"], taken.facts["purpose"]) == ("exports.audit", len(lines) - 1, "核对")


def test_what_was_there_is_still_there(order: Order, enter: Enter, cast: Cast, see_all: Any) -> None:
    """H6: between two exports no row is gone or changed."""
    auditor = enter("auditor")
    before = body(auditor.get("/api/v1/exports/ledger?format=jsonl")).splitlines()[1:]
    see_all()
    factory.refunded(order.payments.get(), cast, 100)
    after = body(auditor.get("/api/v1/exports/ledger?format=jsonl")).splitlines()[1:]
    assert after[: len(before)] == before
    assert len(after) > len(before)


@pytest.mark.parametrize("start", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1"])
def test_no_cell_is_a_formula(order: Order, enter: Enter, cast: Cast, start: str) -> None:
    cast.harbour.name = start
    cast.harbour.save()
    _mark, rows = table(enter("auditor").get("/api/v1/exports/ledger"))
    assert {row["organisation"] for row in rows} == {"'" + start}


def test_red_amounts_stay_numbers(order: Order, enter: Enter, cast: Cast) -> None:
    factory.refunded(order.payments.get(), cast, 100)
    _mark, rows = table(enter("auditor").get("/api/v1/exports/ledger"))
    assert "-1.00" in {row["debit"] for row in rows}


def test_many_rows_need_a_purpose(order: Order, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yijia.apps.exchange.queries.most_without_purpose", lambda _on: 1)
    refused = enter("auditor").get("/api/v1/exports/ledger")
    assert (refused.status_code, refused.json()["code"]) == (409, "exports.purpose_needed")
    assert enter("auditor").get("/api/v1/exports/ledger?purpose=核对").status_code == 200


@pytest.mark.parametrize("what", ["ledger", "audit"])
@pytest.mark.parametrize("part", ["manager", "regulator", "clerk", "elder", "nurse", "admin"])
def test_who_may_not(order: Order, enter: Enter, what: str, part: str) -> None:
    assert enter(part).get(f"/api/v1/exports/{what}").status_code == 403


@pytest.mark.parametrize("query", ["format=xlsx", "from_on=yesterday", "organisation_id=x"])
def test_what_cannot_be_read(order: Order, enter: Enter, query: str) -> None:
    assert enter("auditor").get(f"/api/v1/exports/ledger?{query}").status_code == 422


def test_far_days(order: Order, enter: Enter) -> None:
    for what in ("ledger", "audit"):
        assert body(enter("auditor").get(f"/api/v1/exports/{what}?from_on=0001-01-01&until_on=9999-12-31"))


def test_the_page(order: Order, enter: Enter) -> None:
    auditor = enter("auditor")
    assert "用途" in auditor.get("/exports/?what=ledger&from_on=2025-06-01").content.decode()
    _mark, rows = table(auditor.post("/exports/", {"what": "ledger", "form": "csv", "from_on": "2025-06-01"}))
    assert rows
    assert auditor.post("/exports/", {"what": "moon", "form": "csv"}).status_code == 422
    assert enter("manager").get("/exports/").status_code == 403
