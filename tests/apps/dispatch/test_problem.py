"""A day as the engine's problem: gate and refusals forbid, windows and minutes are right, who was told is held."""

from datetime import timedelta
from typing import Any

from tests.cast import NOW, TODAY, Cast, resident, staff
from tests.factories import visits as factory
from yijia.apps.dispatch import queries
from yijia.apps.registry.models import Preference
from yijia.apps.visits import actions as visits
from yijia.core.dispatch.check import check
from yijia.core.dispatch.solve import Budget, solve


def facts(cast: Cast, **more: Any) -> queries.DayFacts:
    return queries.day_facts(cast.actors["dispatcher"], cast.harbour.pk, TODAY, more.get("at", NOW))


def test_the_gate_and_both_sides_forbid(cast: Cast) -> None:
    """DISPATCH-19."""
    order = factory.signed(cast)
    red = staff("测试三", 70, cast.harbour)
    red.credentials.filter(kind="registration").delete()
    Preference.objects.create(
        organisation=cast.harbour, resident=order.resident, staff=cast.staff["second_nurse"], kind="refused_by_resident", noted_at=NOW
    )  # fmt: skip
    problem, current, *_ = queries.problem_for(facts(cast))
    (visit,) = problem.visits
    assert visit.forbidden == {str(red.pk), str(cast.staff["second_nurse"].pk), str(cast.staff["doctor"].pk)}
    assert (visit.opens, visit.closes, visit.duration) == (11 * 60, 13 * 60 - 1, 20)
    assert not current.routes
    result = solve(problem, stop=Budget(50), seed=1)
    assert result.plan.carer_of() == {f"{order.pk}.0": str(cast.staff["nurse"].pk)}


def test_who_was_told_keeps_nurse_and_time(cast: Cast) -> None:
    """DISPATCH-19."""
    visit = factory.assigned(cast, "second_nurse")
    cast.residents["second"] = resident("测试second", 9, cast.harbour)
    factory.signed(cast, part="second")
    problem, current, *_ = queries.problem_for(facts(cast))
    assert check(problem, current).is_valid
    plan = solve(problem, stop=Budget(200), seed=1).plan
    name = f"{visit.order_id}.0"
    assert plan.carer_of()[name] == str(cast.staff["second_nurse"].pk)
    assert plan.start_of()[name] == 11 * 60
    loose, *_ = queries.problem_for(facts(cast), freedom="all")
    assert not loose.pins
    assert loose.before == {name: str(cast.staff["second_nurse"].pk)}


def test_what_cannot_be_planned_says_why(cast: Cast) -> None:
    red = factory.signed(cast, is_assessed=False)
    cast.residents["second"] = resident("测试second", 9, cast.harbour)
    many = factory.signed(cast, part="second", staff_needed=3)
    late = facts(cast, at=NOW + timedelta(hours=9))
    assert facts(cast).left == {red.pk: "dispatch.left_gate", many.pk: "dispatch.left_crew"}
    assert late.left[many.pk] == "dispatch.left_crew"


def test_two_go_as_a_linked_pair(cast: Cast) -> None:
    order = factory.signed(cast, staff_needed=2)
    problem, *_ = queries.problem_for(facts(cast))
    assert [(link.first, link.second, link.gap_min, link.gap_max) for link in problem.links] == [
        (f"{order.pk}.0", f"{order.pk}.1", 0, 0)
    ]
    assert len(set(solve(problem, stop=Budget(100), seed=1).plan.carer_of().values())) == 2


def test_one_on_the_way_begins_from_there_and_one_absent_not_at_all(cast: Cast) -> None:
    visit = factory.departed(cast)
    visits.note_absence(
        staff_id=cast.staff["second_nurse"].pk, away_from=NOW, away_until=NOW + timedelta(hours=12), by=cast.actors["dispatcher"], at=NOW
    )  # fmt: skip
    now = visit.planned_from - timedelta(minutes=20)
    problem, _, shifts, *_ = queries.problem_for(facts(cast, at=now))
    nurse = cast.staff["nurse"].pk
    assert shifts[nurse].base.longitude == visit.order.household.lon
    assert shifts[nurse].from_min >= 11 * 60 + 20
    assert str(cast.staff["second_nurse"].pk) not in {carer.id for carer in problem.carers}
    assert not problem.visits


def test_the_fingerprint_moves_with_the_day(cast: Cast) -> None:
    order = factory.signed(cast)
    first = queries.fingerprint(cast.harbour.pk, TODAY)
    assert first == queries.fingerprint(cast.harbour.pk, TODAY)
    visits.open_visit(order_id=order.pk, by=cast.actors["dispatcher"], at=NOW)
    assert queries.fingerprint(cast.harbour.pk, TODAY) != first
