"""What was missed is found at night with its evidence, answered by who missed it, and settled by the others."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import cooperations as make
from yijia.apps.agreements import actions, jobs, queries
from yijia.apps.agreements.models import Breach, Cooperation
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM

HOME = "晴川养老院"
MONTH_LATER = NOW + timedelta(days=31)


def refused(code: str):
    return pytest.raises(Refused, match=f"^breaches.{code}$")


def call(row: Cooperation, number: int, seconds: int | None) -> Any:
    return actions.record_performance(
        agreement_id=row.pk, duty="green_channel_answer", happened_at=NOW + timedelta(hours=number), seconds=seconds,
        source_type="care.referral", source_id=number, by=SYSTEM, at=NOW + timedelta(days=2),
    )  # fmt: skip


def missed(cast: Cast) -> Breach:
    """A green channel answered after fifteen minutes instead of ten."""
    row = make.in_force(cast)
    call(row, 1, 300)
    call(row, 2, 900)
    jobs.review_all(NOW + timedelta(days=3))
    return Breach.objects.get()


def test_a_late_answer_is_a_breach_with_its_event(cast: Cast) -> None:  # AGREEMENT-16
    breach = missed(cast)
    assert (breach.fault, breach.owed_by, breach.owed, breach.done) == ("late", "second", 600, 900)
    events = queries.list_performances(breach.cooperation, ids=breach.evidence)
    assert [e.source_id for e in events] == ["2"]
    assert jobs.review_all(NOW + timedelta(days=3)) == 0  # twice in a night is once
    assert Breach.objects.count() == 1
    assert OutboxEvent.objects.filter(name="cooperations.breached").count() == 1


def test_a_month_without_its_rounds_and_what_is_recorded_later(cast: Cast) -> None:  # AGREEMENT-16
    row = make.in_force(cast)
    jobs.review_all(NOW + timedelta(days=20))
    assert not Breach.objects.exists()  # the month still runs
    jobs.review_all(MONTH_LATER)
    breach = Breach.objects.get()
    assert (breach.duty, breach.fault, breach.owed, breach.done, breach.evidence) == ("rounds", "short", 2, 0, [])
    for number in (1, 2):
        actions.record_performance(
            agreement_id=row.pk, duty="rounds", happened_at=NOW + timedelta(days=number), source_type="visits.visit", source_id=number,
            by=cast.actors["manager"], at=MONTH_LATER,
        )  # fmt: skip
    jobs.review_all(MONTH_LATER)
    breach.refresh_from_db()
    assert (breach.state, breach.decided_by_id) == ("cleared", None)


def test_a_suspended_month_is_not_judged(cast: Cast) -> None:  # AGREEMENT-15
    row = make.in_force(cast)
    for event, part in (("suspend", "manager"), ("resume", "manager")):
        actions.move_cooperation(
            cooperation_id=row.pk, event=event, reason="改造", by=cast.actors[part], at=NOW + timedelta(days=3)
        )
    jobs.review_all(MONTH_LATER)
    assert not Breach.objects.exists()


def test_an_agreement_that_ended_is_measured_to_its_last_day(cast: Cast) -> None:
    row = make.in_force(cast)
    call(row, 1, None)
    actions.move_cooperation(
        cooperation_id=row.pk, event="end", reason="机构搬迁", by=cast.actors[HOME], at=NOW + timedelta(days=2)
    )
    jobs.review_all(NOW + timedelta(days=3))
    assert Breach.objects.get().fault == "unanswered"


def test_answered_by_who_missed_it_and_judged_by_the_others(cast: Cast) -> None:  # AGREEMENT-21
    breach = missed(cast)
    with refused("not_yours_to_answer"):
        answer(cast, breach, HOME)
    with pytest.raises(NotFound):
        answer(cast, breach, "stranger_manager")
    with refused("no_words"):
        answer(cast, breach, "manager", " ")
    with refused("not_answered"):
        decide(cast, breach, HOME, "excuse")
    assert answer(cast, breach, "manager").state == "answered"
    with refused("own_judge"):
        decide(cast, breach, "manager", "excuse")
    with pytest.raises(Invalid):
        decide(cast, breach, HOME, "clear")
    with pytest.raises(Invalid):
        decide(cast, breach, HOME, "excuse", "长" * 501)
    settled = decide(cast, breach, "regulator", "excuse")
    assert (settled.state, settled.decision) == ("excused", "核实过")
    with refused("over"):
        decide(cast, breach, HOME, "uphold")


def test_upheld_without_an_answer(cast: Cast) -> None:  # AGREEMENT-21
    assert decide(cast, missed(cast), HOME, "uphold").state == "upheld"


def answer(cast: Cast, breach: Breach, part: str, text: str = "电话线路故障，已修复") -> Breach:
    return actions.answer_breach(breach_id=breach.pk, text=text, by=cast.actors[part], at=NOW + timedelta(days=4))


def decide(cast: Cast, breach: Breach, part: str, event: str, text: str = "核实过") -> Breach:
    return actions.decide_breach(
        breach_id=breach.pk, event=event, text=text, by=cast.actors[part], at=NOW + timedelta(days=5)
    )
