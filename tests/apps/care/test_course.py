"""From submitted to signed, or to its end: assessment, home risk, papers, cancellation."""

from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from tests.factories import care as factory
from yijia.apps.agreements.models import Agreement, Signature
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Assessment, OrderEvent
from yijia.base import editions, scope
from yijia.base.errors import Forbidden, Invalid, Refused, Stale
from yijia.base.models import Message, OutboxEvent, RoleGrant
from yijia.core.gate import check as gate
from yijia.core.orders.lifecycle import Event, State


def test_a_doctor_accepts(shop: Cast) -> None:
    order = factory.accepted(shop)
    assert order.state == "accepted"
    kept = Assessment.objects.get(order=order)
    assert (kept.is_passed, kept.assessed_by_id) == (True, shop.users["doctor"].pk)


@pytest.mark.parametrize("name", ["stable", "suits_home", "allergic", "infectious", "aggressive", "wound_worse"])
def test_an_answer_against_home_care_cannot_accept(shop: Cast, name: str) -> None:
    order = factory.submitted(shop)
    with pytest.raises(Refused) as caught:
        actions.accept_order(
            order_id=order.pk, answers=factory.FIT | {name: not factory.FIT[name]}, by=shop.actors["doctor"], at=NOW
        )
    assert caught.value.refusal.code == "orders.assessment_not_passed"
    assert name in caught.value.refusal.facts["unmet"]
    assert not Assessment.objects.exists()


def test_an_assessment_is_complete(shop: Cast) -> None:
    order = factory.submitted(shop)
    with pytest.raises(Invalid) as caught:
        actions.accept_order(order_id=order.pk, answers={"stable": True}, by=shop.actors["doctor"], at=NOW)
    assert set(caught.value.fields) == {
        "suits_home",
        "allergic",
        "infectious",
        "aggressive",
        "wound_worse",
        "doctor_order",
    }


def test_an_answer_without_its_question_is_refused_by_name(shop: Cast) -> None:
    order = factory.submitted(shop)
    with pytest.raises(Invalid) as caught:
        actions.accept_order(order_id=order.pk, answers=factory.FIT | {"tall": True}, by=shop.actors["doctor"], at=NOW)
    assert caught.value.rules == {"tall": ["unknown_question"]}
    with pytest.raises(Invalid):
        actions.reject_order(
            order_id=order.pk, reason="先住院", answers={"tall": True}, by=shop.actors["doctor"], at=NOW
        )


def test_a_rejection_has_a_reason_and_tells_the_resident(shop: Cast) -> None:
    order = factory.submitted(shop)
    with pytest.raises(Invalid):
        actions.reject_order(order_id=order.pk, reason=" ", by=shop.actors["doctor"], at=NOW)
    actions.reject_order(order_id=order.pk, reason="血压不稳，请先住院", by=shop.actors["doctor"], at=NOW)
    order.refresh_from_db()
    assert order.state == "rejected"
    assert OrderEvent.objects.get(order=order, event="reject").facts == {"reason": "血压不稳，请先住院"}
    assert Message.objects.get().template == "orders.submitted"
    assert OutboxEvent.objects.filter(name="orders.reject").count() == 1


@pytest.mark.parametrize("part", ["dispatcher", "manager", "clerk", "elder", "regulator"])
def test_only_a_doctor_assesses(shop: Cast, part: str) -> None:
    order = factory.submitted(shop)
    with pytest.raises(Forbidden):
        actions.accept_order(order_id=order.pk, answers=factory.FIT, by=shop.actors[part], at=NOW)


def test_decided_once(shop: Cast) -> None:
    order = factory.accepted(shop)
    with pytest.raises(Refused) as caught:
        actions.reject_order(order_id=order.pk, reason="改主意", by=shop.actors["doctor"], at=NOW)
    assert caught.value.refusal.code == "orders.wrong_status"


def test_home_risk_can_be_put_right_until_departure(shop: Cast) -> None:
    order = factory.submitted(shop, home_risk=None)
    assert queries.home_risk_of(order) is None
    answered = actions.answer_home_risk(
        order_id=order.pk, answers=factory.HOME | {"signal": "none"}, by=shop.actors["clerk"], at=NOW
    )
    assert answered.staff_needed == 2
    with pytest.raises(Invalid):
        actions.answer_home_risk(order_id=order.pk, answers={"signal": "loud"}, by=shop.actors["clerk"], at=NOW)
    with pytest.raises(Stale):
        actions.answer_home_risk(order_id=order.pk, answers=factory.HOME, version=1, by=shop.actors["clerk"], at=NOW)
    actions.cancel_order(order_id=order.pk, by=shop.actors["elder"], at=NOW)
    with pytest.raises(Refused) as caught:
        actions.answer_home_risk(order_id=order.pk, answers=factory.HOME, by=shop.actors["clerk"], at=NOW)
    assert caught.value.refusal.code == "orders.too_late_for_home_risk"


def test_both_papers_are_signed_by_one_act(shop: Cast) -> None:
    order = factory.signed(shop)
    assert order.state == "signed"
    assert {order.service_agreement.kind, order.consent.kind} == {"service", "consent"}
    assert Signature.objects.count() == 2
    assert len({signature.image_id for signature in Signature.objects.all()}) == 1


def test_a_second_order_uses_the_papers_that_stand(shop: Cast) -> None:
    first = factory.signed(shop)
    later = NOW + timedelta(days=2, hours=1)
    second = factory.accepted(shop, wanted_from=later, wanted_until=later + timedelta(hours=1))
    second = actions.prepare_papers(order_id=second.pk, by=shop.actors["elder"], at=NOW)
    assert (second.service_agreement_id, second.consent_id) == (first.service_agreement_id, first.consent_id)
    assert Agreement.objects.count() == 2


def test_papers_prepared_twice_are_the_same(shop: Cast) -> None:
    order = factory.accepted(shop)
    first = actions.prepare_papers(order_id=order.pk, by=shop.actors["elder"], at=NOW)
    again = actions.prepare_papers(order_id=order.pk, by=shop.actors["clerk"], at=NOW)
    assert first.consent_id == again.consent_id
    assert Agreement.objects.count() == 2


@pytest.mark.parametrize(
    ("part", "method", "signer"),
    [
        ("clerk", "paper", "resident"),
        ("clerk", "spoken", "resident"),
        ("relative", "glass", "proxy"),
        ("doctor", "paper", "resident"),
    ],
)
def test_other_hands(shop: Cast, part: str, method: str, signer: str) -> None:
    order = factory.accepted(shop)
    name = shop.users["relative"].display_name if signer == "proxy" else shop.residents["elder"].name
    image = None if method == "spoken" else factory.DRAWING  # on paper: its scan
    signed = actions.sign_order(
        order_id=order.pk,
        signer=signer,
        name=name,
        relation="女" if signer == "proxy" else "",
        method=method,
        image=image,
        by=shop.actors[part],
        at=NOW,
    )
    assert signed.state == "signed"


def test_signing_needs_the_relatives_right(shop: Cast) -> None:
    order = factory.accepted(shop)
    RoleGrant.objects.filter(user=shop.users["relative"]).update(scope=["order"])
    with pytest.raises(Refused) as caught:
        actions.sign_order(
            order_id=order.pk,
            signer="proxy",
            name="x",
            method="glass",
            image=factory.DRAWING,
            by=shop.actors["relative"],
            at=NOW,
        )
    assert caught.value.refusal.facts == {"matter": "sign"}


def test_nothing_is_signed_before_the_assessment(shop: Cast) -> None:
    order = factory.submitted(shop)
    with pytest.raises(Refused) as caught:
        actions.prepare_papers(order_id=order.pk, by=shop.actors["elder"], at=NOW)
    assert caught.value.refusal.code == "orders.not_assessed"


def test_the_gate_reads_a_signed_order(shop: Cast) -> None:
    order = factory.signed(shop)
    facts = queries.order_facts_for_system(order.pk)
    rules = gate.load(editions.current(), jurisdiction=order.jurisdiction, on=facts.order.visit_on)
    report = gate.check(facts, rules, scopes=gate.BEFORE_STAFF)
    assert [red.key for red in report.reds] == []


def test_the_gate_is_red_before(shop: Cast) -> None:
    order = factory.submitted(shop, home_risk=None)
    facts = queries.order_facts_for_system(order.pk)
    rules = gate.load(editions.current(), jurisdiction=order.jurisdiction, on=facts.order.visit_on)
    reds = {red.key for red in gate.check(facts, rules, scopes=gate.BEFORE_STAFF).reds}
    assert {"gate:first_assessment", "gate:consent", "gate:home_risk_answered"} <= reds


@pytest.mark.parametrize(
    ("state", "refund"),
    [
        (State.SUBMITTED, 17500),
        (State.ACCEPTED, 17500),
        (State.SIGNED, 17500),
        (State.ASSIGNED, 17500),
        (State.DEPARTED, 4500),
    ],
)
def test_cancelling_names_what_goes_back(shop: Cast, state: State, refund: int) -> None:
    order = factory.signed(shop)
    type(order).objects.filter(pk=order.pk).update(state=state)
    order.refresh_from_db()
    decision = queries.cancellation(order, NOW)
    assert decision.refund_fen == refund
    with pytest.raises(Stale):
        actions.cancel_order(order_id=order.pk, refund_fen=refund + 1, by=shop.actors["elder"], at=NOW)
    done = actions.cancel_order(order_id=order.pk, refund_fen=refund, reason="住院了", by=shop.actors["elder"], at=NOW)
    assert (done.state, done.cancel_reason) == ("cancelled", "住院了")
    assert OutboxEvent.objects.get(name="orders.cancel").payload["cause"] == "resident"


def test_the_institution_gives_everything_back_and_says_why(shop: Cast) -> None:
    order = factory.signed(shop)
    type(order).objects.filter(pk=order.pk).update(state=State.DEPARTED)
    with pytest.raises(Invalid):
        actions.cancel_order(order_id=order.pk, by=shop.actors["dispatcher"], at=NOW)
    actions.cancel_order(order_id=order.pk, reason="护士突发疾病", by=shop.actors["dispatcher"], at=NOW)
    assert OutboxEvent.objects.get(name="orders.cancel").payload["quoted_refund_fen"] == 17500


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.ARRIVED, "orders.nurse_has_arrived"),
        (State.IN_SERVICE, "orders.nurse_has_arrived"),
        (State.SETTLED, "orders.service_has_ended"),
        (State.CLOSED, "orders.over"),
    ],
)
def test_not_after_arrival(shop: Cast, state: State, code: str) -> None:
    order = factory.signed(shop)
    type(order).objects.filter(pk=order.pk).update(state=state)
    with pytest.raises(Refused) as caught:
        actions.cancel_order(order_id=order.pk, by=shop.actors["elder"], at=NOW)
    assert caught.value.refusal.code == code


def test_a_contact_is_counted_once(shop: Cast) -> None:
    order = factory.signed(shop)
    type(order).objects.filter(pk=order.pk).update(state=State.CONFIRMED)
    with scope.whole_system():
        for _ in range(2):
            actions.count_contact(order_id=order.pk, by=shop.actors["manager"], at=NOW)
    assert order.contacts.count() == 1


def test_closing_needs_its_right_and_state(shop: Cast) -> None:
    order = factory.signed(shop)
    with pytest.raises(Refused):
        actions.close_order(order_id=order.pk, by=shop.actors["manager"], at=NOW)
    type(order).objects.filter(pk=order.pk).update(state=State.SETTLED)
    with pytest.raises(Forbidden):
        actions.close_order(order_id=order.pk, by=shop.actors["elder"], at=NOW)
    assert actions.close_order(order_id=order.pk, by=shop.actors["manager"], at=NOW).state == "closed"
    assert [event.event for event in queries.timeline(shop.actors["elder"], order)][-1] == Event.CLOSE
