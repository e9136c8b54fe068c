"""Ledger: every entry balances, a reversal undoes, a whole order comes out even."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_pricing import priced
from yijia.core.pricing import ledger
from yijia.core.pricing.ledger import Account, Entry, Kind, Posting

RESIDENT, INSTITUTION, DESK = "resident:12", "organisation:3", "desk:1"
PAYER = "payer:CN-500155"

MAKERS: list[tuple[Any, dict[str, str]]] = [
    (ledger.post_kept, {"resident": RESIDENT, "institution": INSTITUTION}),
    (ledger.post_payment, {"desk": DESK, "resident": RESIDENT}),
    (ledger.post_refund, {"desk": DESK, "resident": RESIDENT}),
    (ledger.post_handover, {"waiting": "refunds:3", "desk": DESK}),
    (ledger.post_apply, {"resident": RESIDENT}),
    (ledger.post_settlement, {"institution": INSTITUTION}),
    (ledger.post_payout, {"desk": DESK, "institution": INSTITUTION}),
    (ledger.post_waiver, {"resident": RESIDENT, "institution": INSTITUTION}),
    (ledger.post_benefit, {"payer": PAYER, "resident": RESIDENT}),
    (ledger.post_benefit_payout, {"treasury": PAYER, "resident": RESIDENT}),
    (ledger.post_claw_back, {"payer": PAYER, "resident": RESIDENT}),
    (ledger.post_recovery, {"treasury": PAYER, "resident": RESIDENT}),
]


def entry(made: Entry | None) -> Entry:
    assert made is not None
    return made


@pytest.mark.parametrize(("make", "parties"), MAKERS, ids=lambda part: getattr(part, "__name__", None))
def test_each_entry(make: Any, parties: dict[str, str]) -> None:
    """PRICE-13"""
    made = entry(make(500, **parties))
    assert len(made.postings) == 2
    assert sum(posting.debit_fen - posting.credit_fen for posting in made.postings) == 0
    assert make(0, **parties) is None
    with pytest.raises(ValueError):
        make(-1, **parties)


def test_a_refund_is_a_red_payment() -> None:
    """PRICE-14"""
    refund = entry(ledger.post_refund(500, desk=DESK, resident=RESIDENT))
    assert refund.postings == (
        Posting(Account.CASH, DESK, debit_fen=-500),
        Posting(Account.ADVANCE, RESIDENT, credit_fen=-500),
    )


def test_a_refund_waits_beside_the_drawer_until_it_is_handed_over() -> None:
    """PRICE-15"""
    paid = entry(ledger.post_payment(500, desk=DESK, resident=RESIDENT))
    refund = entry(ledger.post_refund(500, desk="refunds:3", resident=RESIDENT))
    assert ledger.balances((paid, refund))[Account.CASH, DESK] == 500
    handed = entry(ledger.post_handover(500, waiting="refunds:3", desk=DESK))
    assert set(ledger.balances((paid, refund, handed)).values()) == {0}


def test_a_late_item_is_booked_in_the_open_month() -> None:
    """PRICE-16"""
    last_second = datetime(2025, 6, 30, 15, 59, 59, tzinfo=UTC)
    assert ledger.booking_day(last_second) == date(2025, 6, 30)
    assert ledger.booking_day(last_second + timedelta(seconds=1)) == date(2025, 7, 1)


def test_a_whole_order_comes_out_even() -> None:
    """PRICE-13 PRICE-14"""
    bill = priced()
    entries = (
        entry(ledger.post_payment(20000, desk=DESK, resident=RESIDENT)),
        entry(ledger.post_charge(bill, resident=RESIDENT, institution=INSTITUTION)),
        entry(ledger.post_apply(bill.total_fen, resident=RESIDENT)),
        entry(ledger.post_refund(20000 - bill.total_fen, desk=DESK, resident=RESIDENT)),
        entry(ledger.post_settlement(bill.total_fen, institution=INSTITUTION)),
        entry(ledger.post_payout(bill.total_fen, desk=DESK, institution=INSTITUTION)),
    )
    assert set(ledger.balances(entries).values()) == {0}


def test_only_balanced_entries_exist() -> None:
    """PRICE-13"""
    with pytest.raises(ValueError):
        Entry(Kind.PAYMENT, ())
    with pytest.raises(ValueError):
        Entry(Kind.PAYMENT, (Posting(Account.CASH, DESK, debit_fen=1),))
    for sides in ({}, {"debit_fen": 1, "credit_fen": 1}):
        with pytest.raises(ValueError):
            Posting(Account.CASH, DESK, **sides)


def test_a_free_visit_needs_no_entry() -> None:
    from yijia.core.pricing.facts import Breakdown

    assert ledger.post_charge(Breakdown(()), resident=RESIDENT, institution=INSTITUTION) is None


steps = st.lists(st.tuples(st.integers(0, len(MAKERS) - 1), st.integers(1, 10**9), st.booleans()), max_size=20)


@given(steps)
def test_the_ledger_always_sums_to_zero(walk: list[tuple[int, int, bool]]) -> None:
    """PRICE-13 PRICE-14"""
    entries: list[Entry] = []
    for index, fen, is_reversed in walk:
        make, parties = MAKERS[index]
        made = entry(make(fen, **parties))
        entries.append(made)
        if is_reversed:
            entries.append(ledger.reverse(made))
    assert sum(ledger.balances(tuple(entries)).values()) == 0
    undone = (*entries, *(ledger.reverse(made) for made in entries))
    assert set(ledger.balances(undone).values()) <= {0}
    assert ledger.balances({str(i): made for i, made in enumerate(entries)}) == ledger.balances(tuple(entries))


def test_a_benefit_paid_wrongly_and_given_back_costs_nothing() -> None:
    """PRICE-17"""
    approved = entry(ledger.post_benefit(4000, payer=PAYER, resident=RESIDENT))
    paid = entry(ledger.post_benefit_payout(4000, treasury=PAYER, resident=RESIDENT))
    asked = entry(ledger.post_claw_back(4000, payer=PAYER, resident=RESIDENT))
    owing = ledger.balances((approved, paid, asked))
    assert owing[Account.RECOVERABLE, RESIDENT] == 4000
    assert owing[Account.BENEFIT_COST, PAYER] == 0
    back = entry(ledger.post_recovery(4000, treasury=PAYER, resident=RESIDENT))
    assert set(ledger.balances((approved, paid, asked, back)).values()) == {0}
