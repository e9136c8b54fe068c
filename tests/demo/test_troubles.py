"""Each planted trouble is caught by the platform itself, through the actions people use."""

import uuid
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from yijia.apps.care import actions as care
from yijia.apps.care.models import Order
from yijia.apps.visits import actions as visits
from yijia.apps.visits import queries as visit_queries
from yijia.apps.visits.models import EvidenceScore, Visit
from yijia.base import outbox
from yijia.base.errors import Refused
from yijia.core.calendar import at_local
from yijia.demo.county import Client, County, House
from yijia.demo.day import DAY, ENDS
from yijia.demo.day.order import fit_answers, order_story
from yijia.demo.day.stage import Stage
from yijia.demo.day.wishes import HOME, Fate, Wish
from yijia.demo.drawing import signature
from yijia.demo.troubles import TROUBLES

NINE = at_local(DAY - timedelta(days=1), time(9))
TEN = at_local(DAY, time(10))
PLAIN_ITEM = "NI-CL-02"


@pytest.fixture
def stage(county: County) -> Stage:
    return Stage(county, Random(7), ENDS)


def planted(county: County, code: str) -> dict[str, Any]:
    (found,) = [trouble for trouble in county.troubles if trouble["code"] == code]
    assert found["zh"]
    assert found["en"]
    assert found["where"]
    return found["ids"]  # type: ignore[return-value]


def a_client(county: County, house: House) -> Client:
    """A plain client of an institution, not one of those with a trouble of their own."""
    return next(client for client in county.clients[3:] if client.house is house and not client.is_disabled_elder)


def submitted(
    stage: Stage,
    client: Client,
    item: str = PLAIN_ITEM,
    need: str = "chronic",
    at: datetime = NINE,
    when: datetime = TEN,
) -> Order:
    return care.submit_order(
        client_id=uuid.uuid4(), resident_id=client.id, organisation_id=client.house.id, need=need, items={item: 1}, wanted_from=when,
        wanted_until=when + timedelta(hours=1), home_risk=HOME, guardian_present=True, at=at,
        by=stage.actor(client.user_id, "family" if client.is_family else "resident", at),
    )  # fmt: skip


def accepted(stage: Stage, client: Client, **more: Any) -> Order:
    order = submitted(stage, client, **more)
    doctor = stage.actor(client.house.doctors[0].user_id, "doctor", NINE)
    return care.accept_order(order_id=order.pk, answers=fit_answers(order), by=doctor, at=NINE)


def signed(stage: Stage, client: Client, **more: Any) -> Order:
    order = accepted(stage, client, **more)
    family = stage.actor(client.user_id, "family" if client.is_family else "resident", NINE)
    return care.sign_order(
        order_id=order.pk, signer="proxy" if client.is_family else "resident", name=client.signer, relation=client.relation, method="glass",
        image=signature(client.signer), by=family, at=NINE,
    )  # fmt: skip


def opened(stage: Stage, client: Client, **more: Any) -> Visit:
    return visits.open_visit(
        order_id=signed(stage, client, **more).pk, by=stage.actor(client.house.dispatcher, "dispatcher", NINE), at=NINE
    )


def house_of(county: County, organisation_id: int) -> House:
    return next(house for house in county.houses if house.id == organisation_id)


def test_an_expired_registration_keeps_the_nurse_at_home(county: County, stage: Stage) -> None:
    ids = planted(county, "expired_registration")
    client = a_client(county, county.houses[0])
    visit = opened(stage, client)
    found = visit_queries.candidates_for_system(visit.order_id)
    against = {reason.code: reason.facts for reason in found.ranking.why_not(ids["staff_id"])}
    assert "gate:nurse_registration" in against["dispatch.gate_red"]["rules"]
    with pytest.raises(Refused) as refused:
        visits.assign(
            visit_id=visit.pk,
            staff_ids=[ids["staff_id"]],
            by=stage.actor(client.house.dispatcher, "dispatcher", NINE),
            at=NINE,
        )
    assert refused.value.refusal.code == "orders.gate_red"
    assert "gate:nurse_registration" in refused.value.refusal.facts["rules"]


def test_a_licence_that_ends_keeps_the_institution_at_home(county: County, stage: Stage) -> None:
    house = house_of(county, planted(county, "licence_expires")["organisation_id"])
    client = next((c for c in county.clients if c.house is house and not c.is_disabled_elder), None)
    if client is None:  # nobody of the sample lives there: an elder nearby asks that institution
        client = a_client(county, county.houses[0])
        client.house, client.lon, client.lat = house, house.lon, house.lat
        move_home(client)
    with pytest.raises(Refused) as refused:
        opened(stage, client)
    assert "gate:institution_licence" in refused.value.refusal.facts["rules"]


def move_home(client: Client) -> None:
    from yijia.apps.registry.models import Household

    Household.objects.filter(pk=client.household_id).update(
        lon=client.lon, lat=client.lat, township=client.house.township
    )


@pytest.mark.parametrize(
    ("trouble", "code"), [("unfiled_price", "price.unfiled"), ("out_of_date_price", "price.out_of_date")]
)
def test_a_price_that_does_not_hold_cannot_be_ordered(county: County, stage: Stage, trouble: str, code: str) -> None:
    planted(county, trouble)
    (item,) = [t["where"].split()[-1] for t in county.troubles if t["code"] == trouble]  # type: ignore[attr-defined]
    with pytest.raises(Refused) as refused:
        submitted(stage, a_client(county, county.houses[0]), item=item)
    assert refused.value.refusal.code == code


def test_nobody_is_sent_to_a_violent_home(county: County, stage: Stage) -> None:
    ids = planted(county, "violent_home")
    client = next(client for client in county.clients if client.id == ids["resident_id"])
    with pytest.raises(Refused) as refused:
        opened(stage, client)
    assert refused.value.refusal.code == "orders.gate_red"
    assert refused.value.refusal.facts["rules"] == ("gate:home_not_violent",)


def test_an_infectious_resident_is_not_visited(county: County, stage: Stage) -> None:
    ids = planted(county, "infectious_resident")
    client = next(client for client in county.clients if client.id == ids["resident_id"])
    with pytest.raises(Refused) as refused:
        submitted(stage, client)
    assert refused.value.refusal.code == "orders.resident_unfit"


def test_nothing_is_dispatched_without_consent(county: County, stage: Stage) -> None:
    client = a_client(county, county.houses[0])
    order = accepted(stage, client)
    with pytest.raises(Refused) as refused:
        visits.open_visit(order_id=order.pk, by=stage.actor(client.house.dispatcher, "dispatcher", NINE), at=NINE)
    assert refused.value.refusal.code == "orders.not_signed"


def test_a_nurse_is_not_sent_to_two_homes_at_once(county: County, stage: Stage) -> None:
    house = county.houses[0]
    first, second = [client for client in county.clients[3:] if client.house is house and not client.is_disabled_elder][
        :2
    ]
    dispatcher = stage.actor(house.dispatcher, "dispatcher", NINE)
    one, two = opened(stage, first), opened(stage, second)
    best = visit_queries.candidates_for_system(one.order_id).ranking.ranked[0].staff_id
    visits.assign(visit_id=one.pk, staff_ids=[best], by=dispatcher, at=NINE)
    reasons = {reason.code for reason in visit_queries.candidates_for_system(two.order_id).ranking.why_not(best)}
    assert "dispatch.time_taken" in reasons
    with pytest.raises(Refused) as refused:
        visits.assign(visit_id=two.pk, staff_ids=[best], by=dispatcher, at=NINE)
    assert refused.value.refusal.code == "offers.time_taken"


@pytest.mark.parametrize(
    ("fate", "trouble"),
    [(Fate.NO_LOCATION, "location_off"), (Fate.MOCKED, "mocked_location"), (Fate.TOO_FAST, "impossible_travel")],
)
def test_a_visit_nobody_can_believe_goes_to_review_and_is_not_settled(
    county: County, stage: Stage, fate: Fate, trouble: str
) -> None:
    client = a_client(county, county.houses[0])
    wish = Wish(
        client=client, client_id=uuid.uuid4(), house_id=client.house.id, need="chronic", items={PLAIN_ITEM: 1}, asked_at=NINE, wanted_from=TEN,
        wanted_until=TEN + timedelta(hours=1), channel="family", fate=fate, prescription="", home_risk=HOME,
    )  # fmt: skip
    stage.until = TEN + timedelta(minutes=20)  # before anybody reviews it
    stage.tell(wish.asked_at, order_story(stage, wish))
    stage.run()
    outbox.drain(at=stage.until)
    order = Order.objects.get(client_id=wish.client_id)
    score = EvidenceScore.objects.get(visit__order=order)
    assert score.verdict == "weak"
    assert TROUBLES[trouble].caught_by in {finding["code"] for finding in score.findings}
    assert order.state == "under_review"
    assert [t["code"] for t in stage.troubles] == [trouble]
