"""From an objection to another grade to another benefit: two decisions about one person never claim the same day."""

from datetime import date, datetime, timedelta

import pytest

from tests.cast import NOW, Cast
from tests.factories import benefits as benefits_factory
from tests.factories import cases as factory
from yijia.apps.benefits import actions as benefits
from yijia.apps.benefits import queries as benefit_queries
from yijia.apps.benefits.actions import moving
from yijia.apps.benefits.models import Entitlement, PaymentOrder
from yijia.apps.cases import actions, queries
from yijia.apps.cases.models import Case
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Household, Resident
from yijia.base import outbox
from yijia.base.models import OutboxDelivery, OutboxEvent
from yijia.core.benefits.lifecycle import Event
from yijia.core.permissions import SYSTEM

YUZHONG = "CN-500103"


@pytest.fixture
def city(cast: Cast) -> Cast:
    """The cast works and lives in Chongqing, where long-term-care insurance pays by the grade."""
    for part in (
        "agency_clerk",
        "assessor",
        "second_assessor",
        "third_assessor",
        "fourth_assessor",
        "expert",
        "regulator",
    ):
        benefits_factory.move_to(cast, part, YUZHONG)
    elder = cast.residents["elder"]
    Household.objects.filter(pk=elder.household_id).update(jurisdiction=YUZHONG)
    Resident.objects.filter(pk=elder.pk).update(jurisdiction=YUZHONG, insured_class="employee")
    for kind, code in (("hukou", YUZHONG), ("insurance", "employee"), ("care_mode", "institution_visits")):
        benefits_factory.state(elder.pk, kind, code, date(2020, 1, 1))
    factory.confirmed(cast)
    outbox.drain(at=NOW)
    return cast


def grades(case: Case) -> list[tuple[int | None, str, str]]:
    rows = registry.standing_facts_for_system([case.resident_id])[case.resident_id]
    return [(row.level, str(row.from_on), str(row.until_on)) for row in rows if row.kind == "care_grade"]


WORSE = dict.fromkeys(("eating", "dressing", "bowel", "bladder"), "0")


def reassessed(cast: Cast, case: Case, answers: dict[str, str], at: datetime) -> Case:
    clerk = cast.actors["agency_clerk"]
    actions.move(case_id=case.pk, event="object", note="那天他刚出院", by=cast.actors["relative"], at=at)
    actions.move(case_id=case.pk, event="reassess", by=clerk, at=at)
    factory.give(cast, case, ("third_assessor", "fourth_assessor"), at)
    for part in ("third_assessor", "fourth_assessor"):
        factory.enter(cast, case, part, at=at, answers=answers)
    actions.move(case_id=case.pk, event="publish", by=clerk, at=at)
    done = actions.move(case_id=case.pk, event="decide", by=clerk, at=at + timedelta(days=9))
    outbox.drain(at=at + timedelta(days=9))
    return done


def approved(cast: Cast, case: Case, at: datetime) -> Entitlement:
    row = Entitlement.objects.get(resident_id=case.resident_id, scheme="LTCI")
    clerk = cast.actors["agency_clerk"]
    benefits.step(entitlement_id=row.pk, event=Event.AGREE, by=clerk, at=at)
    return benefits.step(entitlement_id=row.pk, event=Event.APPROVE, by=clerk, at=at)


def test_another_grade_replaces_the_first_and_the_benefit_follows(city: Cast) -> None:
    first = factory.decided(city)
    outbox.drain(at=factory.AFTER_NOTICE)
    assert (first.level, first.is_draft, grades(first)) == (5, False, [(5, "2025-06-25", "2027-06-25")])
    approved(city, first, factory.AFTER_NOTICE)
    july = NOW + timedelta(days=20)
    benefits_factory.review(first.resident_id, july)
    orders = {f"{o.month:%m}": o for o in PaymentOrder.objects.filter(resident_id=first.resident_id)}
    assert orders["07"].amount_fen == 31 * 6000
    assert orders["07"].state == "held"  # the rule was read in a copy only
    again = reassessed(city, first, factory.answers(lean=2) | WORSE, NOW + timedelta(days=11))
    assert (again.level, again.round) == (2, 2)
    assert grades(first) == [(5, "2025-06-25", "2025-07-06"), (2, "2025-07-06", "2027-07-06")]
    assert not OutboxDelivery.objects.filter(event__name="cases.decided", done_at__isnull=True).exists()
    orders["07"].refresh_from_db()
    assert orders["07"].amount_fen == 31 * 2000
    row = Entitlement.objects.get(resident_id=first.resident_id, scheme="LTCI")
    assert (row.state, len(queries.list_letters(city.actors["agency_clerk"], again))) == ("approved", 2)


def test_an_approved_month_is_told_to_the_books_of_institutions(city: Cast) -> None:
    """PRICE-22: what a cycle booked of the same insurance is looked at again; no other scheme is told."""
    first = factory.decided(city)
    outbox.drain(at=factory.AFTER_NOTICE)
    approved(city, first, factory.AFTER_NOTICE)
    benefits_factory.review(first.resident_id, NOW + timedelta(days=20))
    order = PaymentOrder.objects.filter(resident_id=first.resident_id, scheme="LTCI").latest("month")
    told = OutboxEvent.objects.filter(name="benefits.booked")
    assert not told.exists()  # held: nothing is booked
    moving.book_approval(order, SYSTEM, NOW)
    assert [event.payload for event in told] == [{"resident_id": first.resident_id, "scheme": "LTCI"}]
    order.save()
    assert benefit_queries.is_paid_for_system(first.resident_id, "LTCI")
    PaymentOrder.objects.filter(pk=order.pk).update(state="recovering")
    assert not benefit_queries.is_paid_for_system(first.resident_id, "LTCI")


def test_a_grade_that_no_longer_qualifies_stops_the_benefit(city: Cast) -> None:
    first = factory.decided(city)
    outbox.drain(at=factory.AFTER_NOTICE)
    approved(city, first, factory.AFTER_NOTICE)
    again = reassessed(city, first, factory.answers(lean=5), NOW + timedelta(days=11))
    assert again.level == 0
    row = Entitlement.objects.get(resident_id=first.resident_id, scheme="LTCI")
    assert (row.state, row.reason) == ("stopped", "benefit.not_met")


def test_the_same_decision_told_twice_changes_nothing(city: Cast) -> None:
    first = factory.decided(city)
    outbox.drain(at=factory.AFTER_NOTICE)
    told = OutboxEvent.objects.get(name="cases.decided").payload
    outbox.publish("cases.decided", told, at=factory.AFTER_NOTICE)
    outbox.drain(at=factory.AFTER_NOTICE)
    assert grades(first) == [(5, "2025-06-25", "2027-06-25")]
