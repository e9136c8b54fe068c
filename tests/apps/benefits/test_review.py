"""What comes by itself, what ends by itself, and what a second run does: nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.factories import benefits as factory
from tests.factories.benefits import LIANGPING, NOW
from yijia.apps.benefits import actions, jobs, queries
from yijia.apps.benefits.models import BenefitEvent, Entitlement, NightlyPass, PaymentOrder
from yijia.apps.money.models import Posting
from yijia.apps.money.queries import verify_for_system
from yijia.apps.registry import actions as registry
from yijia.base import outbox
from yijia.base.errors import NotFound, Refused
from yijia.base.models import Message
from yijia.core.benefits.lifecycle import Event, OrderEvent
from yijia.core.permissions import SYSTEM


def months(resident: object) -> list[tuple[str, str]]:
    rows = PaymentOrder.objects.filter(resident=resident).order_by("month")
    return [(f"{row.month:%Y-%m}", row.state) for row in rows]


def owes(resident: object, account: str) -> int:
    rows = Posting.objects.filter(account=account, party=f"resident:{resident.pk}")  # type: ignore[attr-defined]
    return sum(row.debit_fen - row.credit_fen for row in rows)


def test_a_birthday_brings_an_entitlement_and_tells_it(town: Cast) -> None:
    grandmother = factory.elder(town, 61, date(1946, 6, 20))
    counts = jobs.run_pass(LIANGPING, NOW)
    row = factory.only(grandmother)
    assert (row.scheme, row.found_by, row.state, row.amount_fen, str(row.since_on)) == (
        "OLD_AGE", "birthday", "told", 4000, "2026-06-01",
    )  # fmt: skip
    assert "高龄津贴" in Message.objects.get(resident_id=grandmother.pk).text
    assert (counts["found"], NightlyPass.objects.get().counts["found"]) == (1, 1)
    before = (BenefitEvent.objects.count(), Message.objects.count())
    assert jobs.run_pass(LIANGPING, NOW)["moved"] == 0
    assert (BenefitEvent.objects.count(), Message.objects.count(), Entitlement.objects.count()) == (*before, 1)


def test_the_missed_are_looked_for_as_far_back_as_policy_says(town: Cast) -> None:
    factory.review(factory.elder(town, 62, date(1946, 2, 20)).pk)
    factory.review(factory.elder(town, 63, date(1930, 2, 20)).pk)
    assert [(r.found_by, str(r.since_on)) for r in Entitlement.objects.order_by("pk")] == [
        ("hukou", "2026-02-01"), ("hukou", "2025-06-01"),
    ]  # fmt: skip


def test_who_is_too_young_or_registered_elsewhere_gets_nothing(town: Cast) -> None:
    for serial, born, hukou in (
        (64, date(1946, 7, 1), LIANGPING), (65, date(1940, 1, 1), "CN-620102"), (66, date(1940, 1, 1), None)
    ):  # fmt: skip
        assert factory.review(factory.elder(town, serial, born, hukou=hukou).pk) == []
    assert not Entitlement.objects.exists()


def test_approval_makes_each_month_once_and_books_it(town: Cast) -> None:
    grandmother = factory.elder(town, 67, date(1946, 4, 20))
    factory.review(grandmother.pk)
    row = factory.approved(town, grandmother)
    assert (row.state, months(grandmother)) == (
        "approved",
        [("2026-04", "ready"), ("2026-05", "ready"), ("2026-06", "ready")],
    )
    assert owes(grandmother, "benefit.due") == -12000
    later = NOW + timedelta(days=30)
    assert len(factory.review(grandmother.pk, later)) == 1
    assert factory.review(grandmother.pk, later) == []
    assert months(grandmother)[-1] == ("2026-07", "ready")
    order = PaymentOrder.objects.first()
    order.pk, order.voucher, order.state = None, None, "held"
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save()
    assert verify_for_system().faults_total == 0


def test_a_death_reported_late_stops_what_is_unpaid_and_asks_back_what_was_paid(town: Cast) -> None:
    grandmother = factory.elder(town, 68, date(1946, 2, 20))
    factory.review(grandmother.pk)
    factory.approved(town, grandmother)
    factory.paid(town, grandmother)
    july = NOW + timedelta(days=20)
    factory.review(grandmother.pk, july)
    assert months(grandmother)[-2:] == [("2026-06", "paid"), ("2026-07", "ready")]
    registry.record_death(resident_id=grandmother.pk, died_on=date(2026, 5, 9), version=1, by=SYSTEM, at=july)
    outbox.drain(at=july)
    # Liangping's stop rule was not read: the month of the death itself stays as paid, the later ones come back
    assert months(grandmother) == [
        ("2026-02", "paid"), ("2026-03", "paid"), ("2026-04", "paid"), ("2026-05", "paid"), ("2026-06", "recovering"), ("2026-07", "stopped"),
    ]  # fmt: skip
    row = factory.only(grandmother)
    assert (row.state, str(row.until_on), row.reason) == ("stopped", "2026-06-01", "benefit.ended")
    assert (owes(grandmother, "recoverable"), owes(grandmother, "benefit.due")) == (4000, 0)
    order = PaymentOrder.objects.get(state="recovering")
    actions.step_order(order_id=order.pk, event=OrderEvent.RECOVER, by=town.actors["agency_clerk"], at=july)
    assert owes(grandmother, "recoverable") == 0
    assert verify_for_system().faults_total == 0


def test_a_move_away_ends_it_and_a_move_back_is_found_again(town: Cast) -> None:
    grandmother = factory.elder(town, 69, date(1940, 2, 20))
    factory.review(grandmother.pk)
    factory.approved(town, grandmother)
    factory.state(grandmother.pk, "hukou", "CN-620102", date(2026, 5, 10))
    outbox.drain(at=NOW)
    row = factory.only(grandmother)
    assert (row.state, str(row.until_on)) == ("stopped", "2026-06-01")
    assert dict(months(grandmother))["2026-06"] == "stopped"
    assert dict(months(grandmother))["2026-05"] == "held"  # the month of the move waits: its rule was not read
    factory.state(grandmother.pk, "hukou", LIANGPING, date(2026, 6, 10))
    outbox.drain(at=NOW)
    again = Entitlement.objects.exclude(pk=row.pk).get()
    assert (again.state, str(again.since_on)) == ("told", "2026-06-01")


def test_a_clerk_approves_while_a_death_stops_it(town: Cast) -> None:
    grandmother = factory.elder(town, 70, date(1940, 2, 20))
    factory.review(grandmother.pk)
    row = factory.only(grandmother)
    registry.record_death(resident_id=grandmother.pk, died_on=date(2026, 3, 1), version=1, by=SYSTEM, at=NOW)
    with pytest.raises(Refused) as caught:  # the event is not delivered yet: the action sees the death itself
        factory.approved(town, grandmother)
    assert caught.value.refusal.code == "benefits.not_eligible"
    outbox.drain(at=NOW)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("dropped", "death")
    with pytest.raises(Refused) as caught:
        actions.step(entitlement_id=row.pk, event=Event.APPROVE, by=town.actors["agency_clerk"], at=NOW)
    assert caught.value.refusal.code == "benefits.over"


def test_a_grade_decided_by_a_case_opens_the_voucher_and_asks_first(town: Cast) -> None:
    grandfather = factory.elder(town, 71, date(1950, 1, 1), sex="1")
    outbox.publish(
        "cases.decided",
        {
            "case_id": 7, "resident_id": grandfather.pk, "scheme": "ELDER_VOUCHER", "instrument": "gbt_42195_2022", "level": 3,
            "valid_from": "2026-06-01", "valid_until": "2028-06-01", "starts_on": "2026-06-01",
        },
        at=NOW,
    )  # fmt: skip
    outbox.drain(at=NOW)
    row = factory.only(grandfather)
    assert (row.scheme, row.state, row.found_by, row.amount_fen) == ("ELDER_VOUCHER", "told", "care_grade", 80000)
    clerk = town.actors["agency_clerk"]
    with pytest.raises(Refused) as caught:
        actions.step(entitlement_id=row.pk, event=Event.APPROVE, by=clerk, at=NOW)
    assert caught.value.refusal.code == "benefits.consent_missing"
    actions.step(entitlement_id=row.pk, event=Event.AGREE, by=clerk, at=NOW)
    assert actions.step(entitlement_id=row.pk, event=Event.APPROVE, by=clerk, at=NOW).state == "approved"
    assert not PaymentOrder.objects.exists()  # a voucher pays towards a bill, not by the month
    expired = datetime(2028, 6, 2, 1, 0, tzinfo=UTC)
    factory.review(grandfather.pk, expired)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("stopped", "benefit.facts_unknown")


def test_other_sources_disagree_and_a_person_looks(town: Cast) -> None:
    grandmother = factory.elder(town, 72, date(1940, 2, 20), disability_kind="limb", disability_grade=3)
    factory.state(grandmother.pk, "disability", "limb", date(2020, 1, 1), level=1)
    factory.review(grandmother.pk)
    rows = list(Entitlement.objects.filter(resident=grandmother))
    assert {row.state for row in rows} == {"checking"}
    assert rows[0].doubts == ["disability_differs"]
    clerk = town.actors["agency_clerk"]
    row = actions.step(entitlement_id=rows[0].pk, event=Event.ANSWER, note="看过残疾人证，一级", by=clerk, at=NOW)
    assert (row.state, row.doubts) == ("told", [])


def test_many_people_are_read_together(town: Cast, django_assert_max_num_queries: Any) -> None:
    for serial in range(141, 149):
        factory.elder(town, serial, date(1980, 1, 1))
    outbox.drain(at=NOW)
    people = queries.people_to_review(LIANGPING, 0, 100)
    with django_assert_max_num_queries(12):  # people, facts, entitlements; not five questions a person
        actions.review_people(resident_ids=people, because="nightly", by=SYSTEM, at=NOW)
    with pytest.raises(NotFound):
        actions.review_people(resident_ids=[999_999_999], because="nightly", by=SYSTEM, at=NOW)
