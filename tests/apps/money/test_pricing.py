"""A confirmed visit becomes a bill, or a hold that names what is missing; weak evidence never becomes money."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import NOW, TODAY, Cast
from tests.factories import catalogue as shops
from tests.factories import episodes, visits
from tests.factories import money as factory
from yijia.apps.care import actions as care
from yijia.apps.care.models import Duty, Order
from yijia.apps.catalogue.models import Filing
from yijia.apps.money import actions, queries
from yijia.apps.money.models import Charge, ChargeLine, Hold, Payment, Posting, Refund, Settlement, Voucher
from yijia.base import outbox
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.core.permissions import SYSTEM
from yijia.core.policy import Editions
from yijia.core.visits.place import Place


def test_a_confirmed_visit_is_priced_by_what_was_done(cast: Cast) -> None:
    order = factory.priced(cast, packs=2)
    charge = Charge.objects.get(order=order)
    assert (order.state, charge.total_fen) == ("priced", 13000 + 4500 + 2 * 1250)
    lines = {line.code: line for line in charge.lines.all()}
    assert lines["DRESSING-PACK"].quantity == 2
    assert lines["131000001N"].filed_unit_fen == lines["131000001N"].unit_fen == 13000
    for line in lines.values():
        assert line.filing_id
        assert line.policy_key
        assert line.jurisdiction.startswith("CN")
        assert line.edition
        assert line.sources
        assert line.exact_fen == str(line.amount_fen)
    assert queries.balance_for_system(order.pk).due == charge.total_fen
    assert not queries.verify_for_system().faults


def test_asked_twice_it_is_one_bill(cast: Cast) -> None:
    order = factory.priced(cast)
    again = factory.price_again(order)
    assert again == Charge.objects.get(order=order)
    assert Voucher.objects.filter(order=order).count() == 1


def test_what_was_not_done_is_not_charged(cast: Cast) -> None:
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    order.visit.record.items_done = {factory.ITEM: {"done": False, "note": "", "fields": {}}}
    order.visit.record.save()
    outbox.drain(at=factory.LATER)
    assert Charge.objects.get(order=order).total_fen == 13000


def test_a_price_filed_dearer_later_does_not_touch_what_was_promised(cast: Cast) -> None:
    """H5"""
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    Filing.objects.filter(kind="medical_price").update(amount_fen=9900)
    outbox.drain(at=factory.LATER)
    line = ChargeLine.objects.get(charge__order=order, code=factory.ITEM)
    assert (line.unit_fen, line.filed_unit_fen) == (4500, 9900)
    assert "price.booked_kept" in {reason["code"] for reason in Charge.objects.get(order=order).reasons}


@pytest.fixture
def unfiled(cast: Cast) -> Order:
    """A confirmed visit that used a consumable nobody filed a price for."""
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    order.visit.record.consumables.create(organisation=cast.harbour, code="GAUZE", name="纱布", quantity=1)
    outbox.drain(at=factory.LATER)
    order.refresh_from_db()
    return order


def test_unfiled_holds_and_nothing_moves(unfiled: Order) -> None:
    hold = Hold.objects.get(order=unfiled)
    assert (unfiled.state, hold.code, hold.facts["code"], hold.lifted_at) == (
        "confirmed",
        "price.unfiled",
        "GAUZE",
        None,
    )
    assert not Voucher.objects.exists()
    assert not Charge.objects.exists()


def test_the_hold_is_lifted_once_the_filing_is_mended(cast: Cast, unfiled: Order) -> None:
    assert factory.price_again(unfiled) == Hold.objects.get()
    shops.filed(cast, cast.harbour, "consumable", code="GAUZE", name="纱布", name_en="Gauze", unit="片", amount_fen=300)
    charge = actions.price_order(order_id=unfiled.pk, by=cast.actors["manager"], at=factory.LATER)
    assert charge.total_fen == factory.QUOTED_FEN + 300
    hold = Hold.objects.get()
    assert (hold.lifted_at, hold.lifted_by_id) == (factory.LATER, cast.users["manager"].pk)


def test_after_the_recoding_no_money_moves(cast: Cast) -> None:
    """The official visit fee ends on 2026-03-29; what followed was not read, so money waits."""
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    order.visit.started_at = None
    type(order.visit).objects.filter(pk=order.visit.pk).update(
        departed_at=None,
        arrived_at=None,
        started_at=None,
        finished_at=None,
        planned_from=NOW + timedelta(days=400),
        planned_until=NOW + timedelta(days=401),
    )
    outbox.drain(at=factory.LATER)
    assert Hold.objects.get(order=order).code == "policy.weak"


def weak(cast: Cast) -> Order:
    factory.open_shop(cast)
    shown = factory.shown(cast)
    visit = visits.completed(
        cast, place=Place(lon=None, lat=None, error="denied"), out=Place(lon=None, lat=None, error="denied"), **shown
    )
    return Order.objects.get(pk=visit.order_id)


def test_weak_evidence_is_never_priced(cast: Cast) -> None:
    order = weak(cast)
    outbox.drain(at=factory.LATER)
    order.refresh_from_db()
    assert order.state == "under_review"
    with pytest.raises(Refused) as refused:
        factory.price_again(order)
    assert refused.value.refusal.code == "orders.under_review"
    assert not Charge.objects.exists()


def test_confirmed_by_a_bug_weak_evidence_still_holds(cast: Cast) -> None:
    """Even an order that reached “confirmed” past the review is not priced on a weak score."""
    order = weak(cast)
    Order.objects.filter(pk=order.pk).update(state="confirmed")
    assert factory.price_again(order).code == "orders.evidence_weak"
    assert not Voucher.objects.exists()


def test_cleared_evidence_is_priced(cast: Cast) -> None:
    order = weak(cast)
    care.step(order_id=order.pk, event="clear", by=cast.actors["manager"], at=factory.LATER)
    outbox.drain(at=factory.LATER)
    order.refresh_from_db()
    assert order.state == "priced"


def test_who_may_price(cast: Cast, unfiled: Order) -> None:
    for part, error in (
        ("clerk", Forbidden),
        ("nurse", Forbidden),
        ("stranger_manager", NotFound),
        ("stranger_elder", NotFound),
    ):
        with pytest.raises(error):
            actions.price_order(order_id=unfiled.pk, by=cast.actors[part], at=factory.LATER)


def test_too_early_to_price(cast: Cast) -> None:
    factory.open_shop(cast)
    with pytest.raises(Refused):
        factory.price_again(factory.signed(cast))


def test_a_prepayment_pays_the_bill_and_the_rest_goes_back(cast: Cast) -> None:
    """多退"""
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    factory.paid(order, cast, factory.QUOTED_FEN)
    assert queries.balance_for_system(order.pk).held == factory.QUOTED_FEN
    Order.objects.filter(pk=order.pk).update(quote_total_fen=factory.QUOTED_FEN)
    order.visit.record.items_done = {}
    order.visit.record.save()
    outbox.drain(at=factory.LATER)
    order.refresh_from_db()
    assert order.state == "settled"
    assert Refund.objects.get().amount_fen == 4500
    assert Settlement.objects.get().amount_fen == 13000
    assert not queries.verify_for_system().faults


def test_a_prepayment_that_is_short_is_topped_up(cast: Cast) -> None:
    """少补"""
    factory.open_shop(cast)
    order = factory.confirmed(cast, packs=1)
    factory.paid(order, cast, factory.QUOTED_FEN)
    outbox.drain(at=factory.LATER)
    order.refresh_from_db()
    assert (order.state, queries.balance_for_system(order.pk).due) == ("priced", 1250)
    factory.paid(order, cast, 1250)
    order.refresh_from_db()
    assert order.state == "settled"
    assert not queries.verify_for_system().faults


@pytest.mark.parametrize("table", ["voucher", "posting", "payment", "charge", "chargeline", "settlement"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE money_{0} SET organisation_id = organisation_id", "DELETE FROM money_{0}", "TRUNCATE money_{0} CASCADE"],
)
def test_the_database_never_forgets(cast: Cast, table: str, statement: str) -> None:
    """H6"""
    factory.settled(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def unbalanced(cast: Cast) -> None:
    voucher = Voucher.objects.create(
        organisation=cast.harbour, key="x", kind="charge", posted_at=NOW, business_on=TODAY
    )
    Posting.objects.create(organisation=cast.harbour, voucher=voucher, account="cash", party="desk:1", debit_fen=100)
    Posting.objects.create(
        organisation=cast.harbour, voucher=voucher, account="advance", party="resident:1", credit_fen=99
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_voucher_that_does_not_balance_is_refused_at_commit(cast: Cast) -> None:
    """H1"""
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        unbalanced(cast)


def test_one_fact_is_posted_once(cast: Cast) -> None:
    order = factory.priced(cast)
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        Voucher.objects.create(
            organisation=cast.harbour, key=f"charge:order:{order.pk}", kind="charge", posted_at=NOW, business_on=TODAY
        )


def test_a_month_that_is_over_takes_no_more(cast: Cast) -> None:
    """H7: served in June, priced in July: the price is June's, the entry July's; and nobody can date it back."""
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    outbox.drain(at=NOW + timedelta(days=20))
    assert Voucher.objects.get(order=order).business_on == date(2025, 7, 6)
    with pytest.raises(IntegrityError, match="voucher_on_posting_day"), transaction.atomic():
        Voucher.objects.create(
            organisation=cast.harbour, key="late", kind="charge", posted_at=NOW + timedelta(days=20), business_on=TODAY
        )


def test_killed_in_the_middle_nothing_is_half(cast: Cast, monkeypatch: Any) -> None:
    order = factory.priced(cast)
    before = Voucher.objects.count()

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Payment.objects, "create", die)
    with pytest.raises(KeyboardInterrupt):
        factory.paid(order, cast, 1000)
    assert Voucher.objects.count() == before
    assert not Payment.objects.exists()


def test_a_visit_without_price_settles_without_a_voucher(cast: Cast) -> None:
    """A fee filed as zero: the order still ends, and nothing is booked."""
    factory.open_shop(cast)
    order = factory.confirmed(cast)
    Filing.objects.exclude(kind="cancellation").update(amount_fen=0)
    outbox.drain(at=factory.LATER)
    order.refresh_from_db()
    assert order.state == "settled"
    assert Settlement.objects.get(order=order).voucher_id is None
    assert not queries.verify_for_system().faults


def test_settle_is_refused_before_it_is_paid(cast: Cast) -> None:
    order = factory.priced(cast)
    with pytest.raises(Refused) as refused:
        actions.settle_order(order_id=order.pk, by=SYSTEM, at=factory.LATER)
    assert refused.value.refusal.code == "orders.unpaid"


@pytest.fixture
def no_second_charge(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the place had Fujian's rule against charging a visit twice."""
    lookup = Editions.lookup

    def other(self: Editions, key: str, **where: Any) -> Any:
        if key == "fee:no_double_charge":
            where["jurisdiction"] = "CN-350000"
        return lookup(self, key, **where)

    monkeypatch.setattr(Editions, "lookup", other)


def of_a_plan(cast: Cast, programme: str, order: Order) -> Order:
    """The order, as one made for a duty of somebody's programme."""
    duty = Duty.objects.filter(episode=episodes.active(cast, programme=programme)).first()
    assert duty
    duty.order = order
    duty.save(update_fields=["order"])
    Order.objects.filter(pk=order.pk).update(channel=Order.Channel.PLAN)
    return order


@pytest.mark.usefixtures("no_second_charge")
@pytest.mark.parametrize(
    ("programme", "total_fen"),
    [("family_doctor", factory.ITEM_FEN), ("family_bed", factory.QUOTED_FEN)],  # a bed's programme pays for no visit
)
def test_a_visit_that_its_programme_pays_for_bears_no_visit_fee(cast: Cast, programme: str, total_fen: int) -> None:
    factory.open_shop(cast)
    order = of_a_plan(cast, programme, factory.confirmed(cast))
    outbox.drain(at=factory.LATER)
    charge = Charge.objects.get(order=order)
    assert charge.total_fen == total_fen
    told = {reason["code"]: reason["facts"] for reason in charge.reasons}
    if programme == "family_doctor":
        assert told["price.no_double_charge"]["paid_by"] == ["family_doctor"]
    else:
        assert "price.no_double_charge" not in told


def test_without_such_a_rule_the_fee_of_the_place_stands(cast: Cast) -> None:
    factory.open_shop(cast)
    order = of_a_plan(cast, "family_doctor", factory.confirmed(cast))
    outbox.drain(at=factory.LATER)
    assert Charge.objects.get(order=order).total_fen == factory.QUOTED_FEN
