"""Two dispatchers at the same instant, on two real connections: one wins, the other is told, nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests import cast as tests_cast
from tests.apps.dispatch import test_plans as plans
from tests.apps.visits.test_two_at_once import both, codes, empty
from tests.cast import NOW, TODAY, Cast, grant, user
from tests.standing import committing
from yijia.apps.dispatch import actions, queries
from yijia.apps.dispatch.models import Board, BoardChange, Plan
from yijia.apps.visits.models import Assignment
from yijia.base import errors, scope


@pytest.fixture
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, committed, so that another connection sees it; all of it is gone after."""
    with django_db_blocker.unblock(), committing():
        scope.set_tenants(scope.ALL)
        try:
            yield tests_cast.assemble()
        finally:
            empty()


def test_two_publish_and_two_drag(town: Cast, travel: Any) -> None:
    desk = town.actors["dispatcher"]
    orders = plans.town(town, 2)
    first = plans.planned(town).pk
    Plan.objects.filter(pk=first).update(asked_at=NOW - timedelta(hours=1))
    second = plans.planned(town).pk
    answers = both(*(lambda p=p: actions.publish(plan_id=p, by=desk, at=NOW) for p in (first, second)))
    assert codes(answers) == ["dispatch.newer_board", "ok"]
    assert Board.objects.get().version == 1
    assert Assignment.objects.filter(is_active=True).count() == 2
    assert Plan.objects.filter(state="draft").count() == 1, "the second draft is kept"

    told = queries.day_facts(desk, town.harbour.pk, TODAY, NOW).told[orders[0]]
    answers = both(
        *(
            lambda m=m: actions.move(
                order_id=orders[0], staff_ids=list(told.crew), planned_from=told.from_at + timedelta(minutes=m), versions=told.versions, by=desk, at=NOW
            )
            for m in (5, 10)
        )
    )  # fmt: skip
    assert codes(answers) == ["dispatch.visit_changed", "ok"]
    assert Board.objects.get().version == 2


def test_the_second_dispatcher_sees_who_was_first(cast: Cast, travel: Any) -> None:
    orders = plans.town(cast)
    plan = plans.planned(cast)
    told = queries.day_facts(cast.actors["dispatcher"], cast.harbour.pk, TODAY, NOW).told[orders[0]]
    actions.move(
        order_id=orders[0], staff_ids=[cast.staff["nurse"].pk], planned_from=told.from_at, versions=told.versions, by=cast.actors["dispatcher"], at=NOW
    )  # fmt: skip
    other = grant(user("other", "李四"), "dispatcher", organisation_id=cast.harbour.pk)
    with pytest.raises(errors.Refused) as refused:
        actions.move(
            order_id=orders[0], staff_ids=[cast.staff["second_nurse"].pk], planned_from=told.from_at, versions=told.versions, by=other, at=NOW
        )  # fmt: skip
    assert refused.value.refusal.code == "dispatch.visit_changed"
    assert refused.value.refusal.facts == {"who": "测试dispatcher", "when": "09:00"}
    with pytest.raises(errors.Refused, match=r"dispatch\.newer_board"):
        actions.publish(plan_id=plan.pk, by=other, at=NOW)
    plan.refresh_from_db()
    assert plan.state == "draft", "the draft is kept"
    done = actions.publish(plan_id=plan.pk, is_forced=True, by=other, at=NOW)
    assert [row["order"] for row in done.outcome] == [orders[0]]
    assert plans.crew(orders[0]) == [cast.staff["nurse"].pk], "the first dispatcher's move stands"
    assert [change.kind for change in BoardChange.objects.order_by("version")] == ["move", "publish"]
