"""Money in and money back: once each, never more than was paid, always balanced."""

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.factories import money as factory
from yijia.apps.money import actions, queries, words
from yijia.apps.money.models import Charge, Payment, Refund, RefundHandover, Settlement, Voucher
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused


def code_of(error: Any) -> str:
    return error.value.refusal.code


def test_paying_the_bill_settles_the_order(cast: Cast) -> None:
    order = factory.settled(cast)
    assert order.state == "settled"
    assert Settlement.objects.get(order=order).amount_fen == factory.QUOTED_FEN
    payment = Payment.objects.get()
    assert payment.receipt_no.startswith("SK250616")
    assert sorted(Voucher.objects.values_list("kind", flat=True)) == ["apply", "charge", "payment", "settlement"]
    assert not queries.verify_for_system().faults


def test_partial_payments_add_up(cast: Cast) -> None:
    order = factory.priced(cast)
    factory.paid(order, cast, 500)
    factory.paid(order, cast, factory.QUOTED_FEN - 500)
    order.refresh_from_db()
    assert order.state == "settled"


def test_the_same_client_id_is_one_payment(cast: Cast) -> None:
    order = factory.priced(cast)
    client_id = uuid.uuid4()
    first = factory.paid(order, cast, 500, client_id=client_id)
    assert factory.paid(order, cast, 500, client_id=client_id) == first
    assert Payment.objects.count() == 1
    with pytest.raises(Refused) as refused:
        factory.paid(order, cast, 501, client_id=client_id)
    assert code_of(refused) == "money.client_id_used"


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_not_an_amount(cast: Cast, amount: int) -> None:
    with pytest.raises(Invalid):
        factory.paid(factory.priced(cast), cast, amount)


def test_more_than_is_due_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        factory.paid(factory.priced(cast), cast, factory.QUOTED_FEN + 1)
    assert code_of(refused) == "money.above_due"


def test_nothing_is_due_on_a_settled_order(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        factory.paid(factory.settled(cast), cast, 1)
    assert code_of(refused) == "money.nothing_due"


def test_an_unknown_provider_takes_nothing(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        factory.paid(factory.priced(cast), cast, 1, provider="moon")
    assert code_of(refused) == "money.unknown_provider"
    assert not Payment.objects.exists()


def test_who_may_take_and_refund(cast: Cast) -> None:
    order = factory.priced(cast)
    for part, error in (
        ("elder", Forbidden),
        ("nurse", Forbidden),
        ("auditor", Forbidden),
        ("stranger_manager", NotFound),
        ("stranger_elder", NotFound),
    ):
        with pytest.raises(error):
            factory.paid(order, cast, 1, part=part)
    payment = factory.paid(order, cast, 1)
    for part, error in (("clerk", Forbidden), ("elder", Forbidden), ("stranger_manager", NotFound)):
        with pytest.raises(error):
            actions.refund(
                payment_id=payment.pk,
                client_id=uuid.uuid4(),
                amount_fen=1,
                reason_code="goodwill",
                by=cast.actors[part],
                at=factory.LATER,
            )


def test_a_refund_after_settlement_is_red_and_corrects_the_bill(cast: Cast) -> None:
    """H4: partial, twice, after settlement."""
    order = factory.settled(cast)
    payment = Payment.objects.get()
    factory.refunded(payment, cast, 1000)
    factory.refunded(payment, cast, 500, "complaint_upheld")
    assert [charge.total_fen for charge in Charge.objects.order_by("id")] == [factory.QUOTED_FEN, -1000, -500]
    red = Voucher.objects.filter(kind="refund").first()
    assert red is not None
    assert {posting.debit_fen or posting.credit_fen for posting in red.postings.all()} <= {-1000, -500}
    assert queries.balance_for_system(order.pk).charged == factory.QUOTED_FEN - 1500
    assert Settlement.objects.get().amount_fen == factory.QUOTED_FEN
    assert not queries.verify_for_system().faults
    with pytest.raises(Refused) as refused:
        factory.refunded(payment, cast, factory.QUOTED_FEN)
    assert code_of(refused) == "money.refund_over_paid"


def test_a_refund_has_one_client_id(cast: Cast) -> None:
    factory.settled(cast)
    payment, client_id = Payment.objects.get(), uuid.uuid4()
    first = factory.refunded(payment, cast, 700, client_id=client_id)
    assert factory.refunded(payment, cast, 700, client_id=client_id) == first
    with pytest.raises(Refused):
        factory.refunded(payment, cast, 701, client_id=client_id)


def test_a_payment_taken_by_mistake_goes_back_and_the_bill_stands(cast: Cast) -> None:
    order = factory.priced(cast)
    payment = factory.paid(order, cast, 900)
    factory.refunded(payment, cast, 900, words.WRONG_PAYMENT)
    assert queries.balance_for_system(order.pk).due == factory.QUOTED_FEN
    assert not queries.verify_for_system().faults


def test_a_settled_bill_cannot_be_unpaid(cast: Cast) -> None:
    factory.settled(cast)
    with pytest.raises(Refused) as refused:
        factory.refunded(Payment.objects.get(), cast, 900, words.WRONG_PAYMENT)
    assert code_of(refused) == "money.already_settled"


@pytest.mark.parametrize("reason", ["", "nonsense"])
def test_a_refund_needs_a_reason(cast: Cast, reason: str) -> None:
    factory.settled(cast)
    with pytest.raises(Invalid):
        factory.refunded(Payment.objects.get(), cast, 900, reason)


def test_a_refund_waits_until_it_is_handed_over_once(cast: Cast) -> None:
    factory.settled(cast)
    refund = factory.refunded(Payment.objects.get(), cast, 900)
    assert list(queries.list_refunds(cast.actors["clerk"], is_waiting=True)) == [refund]
    for _ in range(2):
        actions.hand_over(refund_id=refund.pk, receiver_name="测试女儿", by=cast.actors["clerk"], at=factory.LATER)
    assert RefundHandover.objects.get().voucher.kind == "handover"
    assert not queries.list_refunds(cast.actors["clerk"], is_waiting=True).exists()
    assert not queries.verify_for_system().faults


def test_handed_over_at_the_desk_in_one_step(cast: Cast) -> None:
    factory.settled(cast)
    factory.refunded(Payment.objects.get(), cast, 900, handed_to="测试女儿")
    assert RefundHandover.objects.get().receiver_name == "测试女儿"


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (50, "伍角"),
        (5, "伍分"),
        (9600, "玖拾陆元整"),
        (1005, "壹拾元零伍分"),
        (10000007, "壹拾万元零柒分"),
        (100001000, "壹佰万零壹拾元整"),
        (13050, "壹佰叁拾元伍角"),
    ],
)
def test_amounts_in_capitals(fen: int, text: str) -> None:
    assert words.capitals(fen) == text


@given(st.integers(0, 10**11))
def test_capitals_read_back(fen: int) -> None:
    """Every amount has one spelling, and each part of it is there."""
    said = words.capitals(fen)
    digits = "零壹贰叁肆伍陆柒捌玖"
    assert said.endswith(("整", "角", "分"))
    assert (digits[fen % 10] + "分" in said) == (fen % 10 > 0)
    assert (digits[fen // 10 % 10] + "角" in said) == (fen // 10 % 10 > 0)


def test_ten_refunds_at_once_never_exceed_the_payment(town: Cast, together: Any) -> None:
    """C10"""
    factory.settled(town)
    payment = Payment.objects.get()
    third = payment.amount_fen // 3
    answers = together(10, lambda _n: factory.refunded(payment, town, third))
    assert sum(isinstance(answer, Refund) for answer in answers) == 3
    assert answers.count("money.refund_over_paid") == 7
    assert sum(Refund.objects.values_list("amount_fen", flat=True)) <= payment.amount_fen
    assert not queries.verify_for_system().faults


def test_eight_sendings_of_one_payment_are_one(town: Cast, together: Any) -> None:
    """C5"""
    order = factory.priced(town)
    client_id = uuid.uuid4()
    answers = together(8, lambda _n: factory.paid(order, town, 1000, client_id=client_id))
    assert len({answer.pk for answer in answers}) == 1
    assert Payment.objects.count() == 1


def test_two_cashiers_at_once_take_the_money_once(town: Cast, together: Any) -> None:
    """C9: each has the order open and takes all that is due."""
    order = factory.priced(town)
    due = queries.balance_for_system(order.pk).due
    answers = together(2, lambda _n: factory.paid(order, town, due, client_id=uuid.uuid4()))
    assert sum(isinstance(answer, Payment) for answer in answers) == 1
    assert set(answers) & {"money.nothing_due", "money.above_due"}
    assert sum(Payment.objects.values_list("amount_fen", flat=True)) == due
