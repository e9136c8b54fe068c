"""A day planned, published, undone; two dispatchers at once; answers to the running day."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import NOW, TODAY, Cast, resident
from tests.factories import visits as factory
from yijia.apps.dispatch import actions, jobs
from yijia.apps.dispatch.models import Plan
from yijia.apps.visits import queries as visits
from yijia.apps.visits.models import Absence, Assignment, Visit
from yijia.base import errors
from yijia.base.models import Message


def town(cast: Cast, count: int = 3) -> list[int]:
    """Signed orders at so many homes."""
    made = []
    for i in range(count):
        cast.residents[f"home{i}"] = resident(f"测试{i}", 30 + i, cast.harbour)
        made.append(factory.signed(cast, part=f"home{i}", wanted_from=NOW + timedelta(hours=2 + i)).pk)
    return made


def planned(cast: Cast, **more: Any) -> Plan:
    plan = actions.ask_plan(organisation_id=cast.harbour.pk, on=TODAY, by=cast.actors["dispatcher"], at=NOW, **more)
    jobs.compute(plan.pk, seconds=0.2)
    return Plan.objects.get(pk=plan.pk)


def crew(order_id: int) -> list[int]:
    return [one.staff_id for one in Assignment.objects.filter(visit__order_id=order_id, is_active=True)]


def test_plan_publish_undo(cast: Cast, travel: Any) -> None:
    """DISPATCH-20, DISPATCH-21."""
    orders = town(cast)
    red = factory.signed(cast, is_assessed=False)
    plan = planned(cast)
    assert (plan.state, plan.progress, len(plan.stops)) == ("draft", 100, 3)
    assert (plan.figures["before"]["served"], plan.figures["after"]["served"]) == (0, 3)
    assert [(row["order"], row["code"]) for row in plan.unserved] == [(red.pk, "dispatch.left_gate")]
    assert not Assignment.objects.exists(), "a draft changes nothing"
    done = actions.publish(plan_id=plan.pk, by=cast.actors["dispatcher"], at=NOW)
    assert (done.number, done.outcome) == (1, [])
    assert all(crew(pk) for pk in orders)
    back = actions.undo(plan_id=plan.pk, by=cast.actors["dispatcher"], at=NOW)
    assert (back.number, back.outcome) == (2, [])
    assert not Assignment.objects.filter(is_active=True).exists()
    with pytest.raises(errors.Refused, match=r"dispatch\.plan_over"):
        actions.publish(plan_id=plan.pk, by=cast.actors["dispatcher"], at=NOW)
    with pytest.raises(errors.Refused, match=r"dispatch\.not_newest"):
        actions.undo(plan_id=plan.pk, by=cast.actors["dispatcher"], at=NOW)


def test_what_has_begun_is_not_undone(cast: Cast, travel: Any) -> None:
    """DISPATCH-21."""
    first, *others = town(cast, 2)
    plan = planned(cast)
    actions.publish(plan_id=plan.pk, by=cast.actors["dispatcher"], at=NOW)
    Visit.objects.filter(order_id=first).update(version=99)
    back = actions.undo(plan_id=plan.pk, by=cast.actors["dispatcher"], at=NOW)
    assert [(row["order"], row["code"]) for row in back.outcome] == [(first, "dispatch.visit_changed_since")]
    assert crew(first)
    assert not crew(others[0])


def test_a_paper_that_ran_out_since_keeps_one_visit_back(cast: Cast, travel: Any) -> None:
    town(cast, 1)
    cast.staff["second_nurse"].credentials.filter(kind="registration").delete()
    plan = planned(cast)
    cast.staff["nurse"].credentials.filter(kind="registration").delete()
    done = actions.publish(plan_id=plan.pk, by=cast.actors["dispatcher"], at=NOW)
    assert [row["code"] for row in done.outcome] == ["orders.gate_red"]
    assert not Assignment.objects.filter(is_active=True).exists()


def propose(cast: Cast, event: str, **more: Any) -> list[Plan]:
    return actions.propose(
        organisation_id=cast.harbour.pk, on=TODAY, event=event, by=cast.actors["dispatcher"], at=NOW, **more
    )


def test_an_emergency_finds_its_place_and_leaves_the_rest_in_peace(cast: Cast, travel: Any) -> None:
    held = factory.assigned(cast, "nurse", wanted_from=NOW + timedelta(hours=1))
    cast.residents["urgent"] = resident("测试urgent", 60, cast.harbour)
    urgent = factory.signed(cast, part="urgent", wanted_from=NOW)
    found = propose(cast, "emergency", order_id=urgent.pk)
    assert 1 <= len(found) <= 3
    assert all(plan.figures["added"]["moved"] == 0 for plan in found[:1])
    assert [stop["why"] for stop in found[0].stops] == [{"code": "asked"}]
    actions.publish(plan_id=found[0].pk, by=cast.actors["dispatcher"], at=NOW)
    visit = visits.get_visit_of_order(cast.actors["dispatcher"], urgent.pk)
    assert visit is not None
    assert visit.planned_from <= NOW + timedelta(minutes=120)
    assert crew(urgent.pk)
    assert crew(held.order_id) == [cast.staff["nurse"].pk]
    with pytest.raises(errors.Refused, match=r"dispatch\.(newer_board|plan_over)"):
        actions.publish(plan_id=found[-1].pk, by=cast.actors["dispatcher"], at=NOW)


def test_a_sick_nurses_visits_go_to_others(cast: Cast, travel: Any) -> None:
    held = factory.assigned(cast, "nurse")
    sick = cast.staff["nurse"].pk
    found = propose(cast, "sick", staff_id=sick)
    assert [plan.stops[0]["staff"] for plan in found] == [[cast.staff["second_nurse"].pk], []]
    assert found[0].stops[0]["why"] == {"code": "carer", "staff": sick}
    assert not Absence.objects.exists(), "a proposal changes nothing"
    Message.objects.all().delete()
    actions.publish(plan_id=found[0].pk, by=cast.actors["dispatcher"], at=NOW)
    assert crew(held.order_id) == [cast.staff["second_nurse"].pk]
    assert Absence.objects.get().staff_id == sick
    assert list(Message.objects.values_list("template", flat=True)) == ["visits.coming"], "the family is told once"
    assert propose(cast, "sick", staff_id=cast.staff["doctor"].pk) == []
    assert Absence.objects.count() == 2, "who has no visit is simply away"


def test_two_go_together_in_an_emergency(cast: Cast, travel: Any) -> None:
    order = factory.signed(cast, wanted_from=NOW, staff_needed=2)
    found = propose(cast, "emergency", order_id=order.pk)
    assert {len(plan.stops[0]["staff"]) for plan in found} == {2}
    assert not actions.publish(plan_id=found[0].pk, by=cast.actors["dispatcher"], at=NOW).outcome


def test_a_stranger_and_a_past_day(cast: Cast, travel: Any) -> None:
    town(cast, 1)
    plan = planned(cast)
    for act in (actions.publish, actions.undo, actions.discard_plan):
        with pytest.raises(errors.NotFound):
            act(plan_id=plan.pk, by=cast.actors["stranger_dispatcher"], at=NOW)
    with pytest.raises(errors.Refused, match=r"dispatch\.day_over"):
        actions.ask_plan(
            organisation_id=cast.harbour.pk, on=TODAY - timedelta(days=1), by=cast.actors["dispatcher"], at=NOW
        )
    with pytest.raises(errors.NotFound):
        propose(cast, "emergency", order_id=10**9)


def test_planned_starts_are_tidy(cast: Cast, travel: Any) -> None:
    """DISPATCH-27."""
    for i in range(3):
        cast.residents[f"home{i}"] = resident(f"测试{i}", 30 + i, cast.harbour)
        factory.signed(cast, part=f"home{i}", wanted_from=NOW + timedelta(minutes=121))
    plan = planned(cast)
    starts = [datetime.fromisoformat(stop["from"]) for stop in plan.stops]
    assert len(starts) == 3
    assert all(start.minute % 5 == 0 and start >= NOW + timedelta(minutes=121) for start in starts)
    cast.residents["urgent"] = resident("测试urgent", 60, cast.harbour)
    urgent = factory.signed(cast, part="urgent", wanted_from=NOW + timedelta(minutes=32))
    for answer in propose(cast, "insert", order_id=urgent.pk):
        assert datetime.fromisoformat(answer.stops[0]["from"]).minute % 5 == 0


def test_three_go_by_hand(cast: Cast, travel: Any) -> None:
    """A visit for three is in no plan, and whoever asks the engine about it is told so."""
    order = factory.signed(cast, wanted_from=NOW + timedelta(hours=1), staff_needed=3)
    plan = planned(cast)
    assert [(row["order"], row["code"]) for row in plan.unserved] == [(order.pk, "dispatch.left_crew")]
    with pytest.raises(errors.Refused, match=r"dispatch\.left_crew"):
        propose(cast, "emergency", order_id=order.pk)
    red = factory.signed(cast, is_assessed=False)
    with pytest.raises(errors.Refused, match=r"dispatch\.left_gate"):
        propose(cast, "insert", order_id=red.pk)
