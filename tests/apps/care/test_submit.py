"""Three ways in, one order; what keeps it from being made, and making it twice."""

import uuid
from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from tests.factories import care as factory
from tests.factories import catalogue
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Handover, HomeRisk, Order, OrderEvent, OrderItem
from yijia.apps.registry.models import Proxy, ResidentLink
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused
from yijia.base.models import Message, OutboxEvent, RoleGrant


@pytest.mark.parametrize(("part", "channel"), [("elder", "self"), ("relative", "family"), ("clerk", "desk")])
def test_one_order_whoever_asks(shop: Cast, part: str, channel: str) -> None:
    order = factory.submitted(shop, part=part)
    assert (order.state, order.channel, order.organisation_id, order.staff_needed) == (
        "submitted",
        channel,
        shop.harbour.pk,
        1,
    )
    assert order.quote_total_fen == 13000 + 4500
    assert queries.breakdown_of(order.quote).total_fen == order.quote_total_fen
    assert [(item.item_code, item.quantity) for item in OrderItem.objects.filter(order=order)] == [
        (catalogue.DRESSING, 1)
    ]
    assert HomeRisk.objects.get(order=order).answers == factory.HOME
    assert [e.event for e in OrderEvent.objects.filter(order=order)] == ["submit"]
    assert ResidentLink.objects.filter(resident=order.resident, organisation=shop.harbour, kind="order").count() == 1
    assert Message.objects.count() == (channel == "desk")


def test_a_retry_finds_the_first_order(shop: Cast) -> None:
    wish = factory.wish(shop)
    first = actions.submit_order(**wish, by=shop.actors["elder"], at=NOW)
    again = actions.submit_order(**(wish | {"need": "blood_test"}), by=shop.actors["elder"], at=NOW)
    assert again.pk == first.pk
    assert (Order.objects.count(), OutboxEvent.objects.filter(name="orders.submit").count()) == (1, 1)


def test_a_double_tap_is_one_order(shop: Cast) -> None:
    first = factory.submitted(shop)
    again = factory.submitted(shop, part="relative")
    assert again.pk == first.pk
    assert Order.objects.count() == 1
    actions.cancel_order(order_id=first.pk, by=shop.actors["elder"], at=NOW)
    assert factory.submitted(shop).pk != first.pk


def test_a_strangers_key_tells_nothing(shop: Cast) -> None:
    wish = factory.wish(shop)
    actions.submit_order(**wish, by=shop.actors["elder"], at=NOW)
    with pytest.raises(NotFound):
        actions.submit_order(
            **(wish | {"resident_id": shop.residents["neighbour"].pk}), by=shop.actors["stranger_elder"], at=NOW
        )


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        (
            {"wanted_from": NOW - timedelta(hours=2), "wanted_until": NOW + timedelta(hours=2)},
            "wanted_from",
            "in_the_past",
        ),
        (
            {"wanted_from": NOW + timedelta(days=70), "wanted_until": NOW + timedelta(days=70, hours=1)},
            "wanted_from",
            "too_far_ahead",
        ),
        ({"wanted_until": NOW}, "wanted_until", "ends_before_start"),
        ({"wanted_until": NOW + timedelta(days=3)}, "wanted_until", "window_too_long"),
        ({"need": "wings"}, "need", "unknown_need"),
        ({"items": {}}, "items", "no_items"),
        ({"items": {"NI-XX-99": 1}}, "items", "unknown_item"),
        ({"items": {catalogue.DRESSING: 0}}, "items", "quantity"),
        ({"items": {catalogue.DRESSING: 11}}, "items", "quantity"),
        ({"items": {catalogue.FORBIDDEN: 1}}, "items", "not_at_home"),
        ({"description": "长" * 501}, "description", "too_long"),
        ({"home_risk": {"wings": "yes"}}, "home_risk", "unknown_question"),
        ({"home_risk": {"violence": "perhaps"}}, "home_risk", "unknown_answer"),
        ({"channel": "desk"}, "channel", "channel_of_role"),
    ],
)
def test_bad_input_names_field_and_rule(shop: Cast, change: dict, field: str, rule: str) -> None:
    with pytest.raises(Invalid) as caught:
        factory.submitted(shop, **change)
    assert caught.value.rules[field] == [rule]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"items": {catalogue.CATHETER: 1}}, "catalogue.item_not_published"),
        (
            {"wanted_from": NOW + timedelta(hours=12), "wanted_until": NOW + timedelta(hours=13)},
            "catalogue.closed_hours",
        ),
        ({"wanted_from": NOW + timedelta(minutes=30), "wanted_until": NOW + timedelta(hours=2)}, "catalogue.too_soon"),
    ],
)
def test_what_the_institution_does_not_do_is_refused(shop: Cast, change: dict, code: str) -> None:
    with pytest.raises(Refused) as caught:
        factory.submitted(shop, **change)
    assert caught.value.refusal.code == code


def test_an_unfiled_price_cannot_be_ordered(cast: Cast) -> None:
    catalogue.published(cast, cast.harbour)
    catalogue.area(cast, cast.harbour)
    with pytest.raises(Refused) as caught:
        factory.submitted(cast)
    assert caught.value.refusal.code.startswith("price.")


def test_outside_the_area(shop: Cast) -> None:
    home = shop.residents["elder"].household
    home.lon = 114.4
    home.save()
    with pytest.raises(Refused) as caught:
        factory.submitted(shop)
    assert caught.value.refusal.code == "catalogue.too_far"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("died_on", NOW.date(), "orders.resident_dead"),
        ("is_infectious", True, "orders.resident_unfit"),
        ("is_aggressive", True, "orders.resident_unfit"),
    ],
)
def test_who_cannot_be_visited_is_told_why(shop: Cast, field: str, value: object, code: str) -> None:
    person = shop.residents["elder"]
    setattr(person, field, value)
    person.save()
    with pytest.raises(Refused) as caught:
        factory.submitted(shop)
    assert caught.value.refusal.code == code


def test_what_is_not_known_is_left_to_the_doctor(shop: Cast) -> None:
    person = shop.residents["elder"]
    person.is_infectious = None
    person.save()
    assert factory.submitted(shop).state == "submitted"


def test_an_answer_can_ask_for_two(shop: Cast) -> None:
    order = factory.submitted(shop, home_risk=factory.HOME | {"violence": "past"})
    assert order.staff_needed == 2


def test_a_relative_without_the_right(shop: Cast) -> None:
    RoleGrant.objects.filter(user=shop.users["relative"]).update(scope=["bill"])
    Proxy.objects.update(scope=["bill"])
    with pytest.raises(Refused) as caught:
        factory.submitted(shop, part="relative")
    assert caught.value.refusal.code == "orders.proxy_scope"


@pytest.mark.parametrize("part", ["nurse", "dispatcher", "manager", "regulator", "auditor", "admin"])
def test_only_three_ways_in(shop: Cast, part: str) -> None:
    with pytest.raises(Forbidden):
        factory.submitted(shop, part=part)


def test_a_stranger_orders_for_nobody_else(shop: Cast) -> None:
    with pytest.raises(NotFound):
        factory.submitted(shop, part="stranger_elder")


def test_nothing_is_left_of_a_fall_in_the_middle(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yijia.apps.care.actions.submit.link_to_receiver", fall)
    with pytest.raises(KeyboardInterrupt):
        factory.submitted(shop)
    assert not Order.objects.exists()
    assert not OrderItem.objects.exists()
    assert not OutboxEvent.objects.filter(name="orders.submit").exists()


def test_call_me_back(shop: Cast) -> None:
    order = actions.request_call_back(
        client_id=uuid.uuid4(),
        resident_id=shop.residents["elder"].pk,
        description="伤口有点红",
        by=shop.actors["elder"],
        at=NOW,
    )
    again = actions.request_call_back(
        client_id=uuid.uuid4(), resident_id=shop.residents["elder"].pk, by=shop.actors["relative"], at=NOW
    )
    assert (order.state, order.need, again.pk) == ("draft", "unsure", order.pk)
    assert list(queries.call_backs(shop.actors["clerk"], NOW)) == [order]
    done = factory.submitted(shop, part="clerk", draft_id=order.pk)
    assert (done.pk, done.number, done.channel, done.state) == (order.pk, order.number, "desk", "submitted")
    assert not queries.call_backs(shop.actors["clerk"], NOW)


def handed(cast: Cast, **more: object) -> Order:
    facts = (
        factory.wish(cast)
        | {"diagnosis": "髋关节置换术后", "summary": "伤口愈合良好", "discharged_on": NOW.date(), "tubes": ["drain"]}
        | more
    )
    for field in ("guardian_present",):
        facts.pop(field)
    return actions.hand_over(**facts, by=cast.actors["doctor"], at=NOW)


def test_a_hospital_hands_over_to_another_house(cast: Cast) -> None:
    catalogue.open_shop(cast, cast.hill)
    order = handed(cast, organisation_id=cast.hill.pk)
    assert (order.channel, order.organisation_id, order.state) == ("discharge", cast.hill.pk, "submitted")
    handover = Handover.objects.get(order=order)
    assert (handover.sender_id, handover.organisation_id, handover.tubes) == (cast.harbour.pk, cast.hill.pk, ["drain"])
    assert [row.order_id for row in queries.list_sent(cast.actors["doctor"])] == [order.pk]
    with pytest.raises(NotFound):
        queries.get_order(cast.actors["doctor"], order.pk)
    assert queries.get_order(cast.actors["stranger_dispatcher"], order.pk) == order
    again = handed(cast, organisation_id=cast.hill.pk, client_id=order.client_id)
    assert again.pk == order.pk


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"diagnosis": " "}, "diagnosis", "required"),
        ({"summary": ""}, "summary", "required"),
        ({"tubes": ["hose"]}, "tubes", "unknown_tube"),
        ({"discharged_on": (NOW + timedelta(days=5)).date()}, "discharged_on", "discharged_after_visit"),
        ({"discharged_on": (NOW - timedelta(days=100)).date()}, "discharged_on", "discharged_long_ago"),
    ],
)
def test_a_hand_over_is_complete(shop: Cast, change: dict, field: str, rule: str) -> None:
    with pytest.raises(Invalid) as caught:
        handed(shop, **change)
    assert caught.value.rules[field] == [rule]


def test_a_hospital_hands_over_its_own_patients(shop: Cast) -> None:
    with pytest.raises(NotFound):
        handed(shop, resident_id=shop.residents["neighbour"].pk)
