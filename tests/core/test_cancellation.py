"""Cancellation: moments, causes, terms within the frame."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.policy_tree import published
from yijia.core.orders.lifecycle import State
from yijia.core.policy import Value
from yijia.core.pricing import cancellation
from yijia.core.pricing.cancellation import Cause, Frame, Moment, Terms
from yijia.core.pricing.facts import Kind
from yijia.core.refusal import Refusal

PAID = {Kind.VISIT_FEE: 13000, Kind.MEDICAL_PRICE: 2550, Kind.CONSUMABLE: 1280}
KEEP_FEE = {"departed": {"visit_fee": "0"}, "no_show": {"visit_fee": "0.5"}, "in_service": {"consumable": "0"}}


def value() -> Value:
    editions = published("CN/cancellation.yaml")
    found = editions.lookup(cancellation.KEY, jurisdiction="CN-441900", on=date(2025, 6, 10))
    assert isinstance(found, Value)
    return found


FRAME: Frame = cancellation.read_frame(value())


def terms(content: dict[str, Any]) -> Terms:
    read = cancellation.read_terms(content, "F-7", FRAME)
    assert isinstance(read, Terms), read
    return read


# moment, cause, has terms, rejected, refund, reason
DECISIONS = [
    (Moment.BEFORE_DEPARTURE, Cause.RESIDENT, True, False, 16830, "cancel.before_departure"),  # PRICE-11
    (Moment.BEFORE_DEPARTURE, Cause.INSTITUTION, True, True, 16830, "cancel.rejected"),
    (Moment.DEPARTED, Cause.INSTITUTION, True, False, 16830, "cancel.institution"),
    (Moment.DEPARTED, Cause.SAFETY, True, False, 16830, "cancel.safety"),
    (Moment.IN_SERVICE, Cause.SAFETY, True, False, 16830, "cancel.safety"),
    (Moment.DEPARTED, Cause.RESIDENT, False, False, 16830, "cancel.no_terms"),
    (Moment.DEPARTED, Cause.RESIDENT, True, False, 3830, "cancel.terms"),  # PRICE-12
    (Moment.NO_SHOW, Cause.RESIDENT, True, False, 10330, "cancel.terms"),
    (Moment.IN_SERVICE, Cause.RESIDENT, True, False, 15550, "cancel.terms"),
]


@pytest.mark.parametrize(("moment", "cause", "has_terms", "is_rejected", "refund_fen", "reason"), DECISIONS)
def test_decisions(
    moment: Moment, cause: Cause, has_terms: bool, is_rejected: bool, refund_fen: int, reason: str
) -> None:
    """PRICE-11 PRICE-12"""
    filed = terms(KEEP_FEE) if has_terms else None
    decision = cancellation.decide(PAID, moment, cause, FRAME, filed, is_rejected=is_rejected)
    assert (decision.refund_fen, decision.reason) == (refund_fen, reason)
    assert decision.refund_fen + decision.kept_fen == sum(PAID.values())
    assert decision.filing_number == ("F-7" if reason == "cancel.terms" else None)


WRONG_TERMS: list[tuple[dict[str, Any], str]] = [
    ({"tomorrow": {"visit_fee": "0"}}, "cancel.unknown_moment"),
    ({"departed": {"tip": "0"}}, "cancel.unknown_part"),
    ({"departed": {"visit_fee": 0}}, "cancel.bad_share"),
    ({"departed": {"visit_fee": "1.01"}}, "cancel.bad_share"),
    ({"departed": {"visit_fee": "-0.1"}}, "cancel.bad_share"),
    ({"departed": {"visit_fee": "half"}}, "cancel.bad_share"),
    ({"before_departure": {"visit_fee": "0.9"}}, "cancel.outside_frame"),
    ({"departed": {"medical_price": "0"}}, "cancel.outside_frame"),
]


@pytest.mark.parametrize(("content", "code"), WRONG_TERMS)
def test_terms_outside_the_frame_are_refused(content: dict[str, Any], code: str) -> None:
    """PRICE-12"""
    outcome = cancellation.read_terms(content, "F-7", FRAME)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_a_later_frame_raises_what_old_terms_give_back() -> None:
    """PRICE-12"""
    old = Terms({Moment.DEPARTED: {Kind.MEDICAL_PRICE: Fraction(0)}}, "F-0")
    decision = cancellation.decide(PAID, Moment.DEPARTED, Cause.RESIDENT, FRAME, old)
    assert decision.refund_fen == 16830


MOMENTS = {
    **dict.fromkeys(("draft", "submitted", "accepted", "signed", "dispatching", "assigned"), "before_departure"),
    "departed": "departed",
    "arrived": "departed",
    "in_service": "in_service",
}


@pytest.mark.parametrize("state", State)
def test_the_moment_of_each_state(state: State) -> None:
    outcome = cancellation.moment_of(state)
    if isinstance(outcome, Refusal):
        assert outcome.code == "cancel.not_early"
        assert state.value not in MOMENTS
    else:
        assert outcome.value == MOMENTS[state.value]
    assert cancellation.moment_of(State.ARRIVED, is_no_show=True) is Moment.NO_SHOW


def test_the_frame_speaks_of_everything() -> None:
    whole = value().value["least_refund"]
    for change in (
        {moment: shares for moment, shares in whole.items() if moment != "no_show"},
        {**whole, "no_show": {"visit_fee": 0}},
        {**whole, "no_show": {**whole["no_show"], "visit_fee": 2}},
    ):
        with pytest.raises(ValueError):
            cancellation.read_frame(replace(value(), value={"least_refund": change}))


def test_nothing_below_zero_was_paid() -> None:
    with pytest.raises(ValueError):
        cancellation.decide({Kind.VISIT_FEE: -1}, Moment.DEPARTED, Cause.RESIDENT, FRAME, None)


amounts = st.dictionaries(st.sampled_from(Kind), st.integers(0, 10**9))


@given(amounts, st.sampled_from(Moment), st.sampled_from(Cause), st.booleans())
def test_a_refund_never_exceeds_what_was_paid(
    paid: dict[Kind, int], moment: Moment, cause: Cause, has_terms: bool
) -> None:
    """PRICE-11"""
    decision = cancellation.decide(paid, moment, cause, FRAME, terms(KEEP_FEE) if has_terms else None)
    assert 0 <= decision.refund_fen <= sum(paid.values())
    assert all(0 <= part.refund_fen <= part.paid_fen for part in decision.parts)
    if not has_terms or cause is not Cause.RESIDENT:
        assert decision.kept_fen == 0
