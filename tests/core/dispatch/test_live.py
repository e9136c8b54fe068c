"""The running day: proposals keep what has begun, refuse a stale plan, and pass the checker.

Clauses: DISPATCH-14, DISPATCH-15, DISPATCH-16, DISPATCH-26.
"""

import json
from dataclasses import replace

import pytest

from yijia.bench import citygen
from yijia.core.dispatch import formats
from yijia.core.dispatch.answers import Because, Proposal
from yijia.core.dispatch.check import check
from yijia.core.dispatch.live import Day
from yijia.core.dispatch.model import HOME_CARE, Carer, Link, Problem, Visit
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.solve import Budget, solve
from yijia.core.dispatch.travel import Matrix
from yijia.core.refusal import Refusal


@pytest.fixture(scope="module")
def city() -> tuple[Problem, Plan]:
    problem = formats.read(json.dumps(citygen.generate(150, 30, 2)), "citygen")
    return problem, solve(problem, stop=Budget(400), seed=1).plan


def test_city_scorer_and_checker_agree(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    routes = {carer: [[stop.visit, stop.start] for stop in route] for carer, route in plan.routes.items()}
    score = citygen.score(citygen.generate(150, 30, 2), {"routes": routes, "breaks": dict(plan.rests)})
    assert score["score"] == check(problem, plan).cost[0]


@pytest.mark.parametrize("now", [0, 600, 840])
def test_emergency(city: tuple[Problem, Plan], now: int) -> None:
    problem, plan = city
    day = Day(problem, plan, now=now)
    near = problem.visits[7].place
    asked = max(now, 480)
    visit = Visit("new", near, 30, asked + 20, asked + 120, skills=frozenset({"care"}), priority=5)
    proposals = day.insert(visit)
    assert 1 <= len(proposals) <= 3
    assert [p.price for p in proposals] == sorted(p.price for p in proposals)
    begun = {stop.visit: stop for route in plan.routes.values() for stop in route if stop.start <= now}
    for proposal in proposals:
        after = day.apply(proposal, visit)
        assert isinstance(after, Day)
        assert after.verdict().is_valid
        assert after.plan.carer_of()["new"]
        starts = after.plan.start_of()
        if now:
            assert all(starts[name] == stop.start for name, stop in begun.items())
        assert isinstance(after.apply(proposal), Refusal)


def test_asking_leaves_no_trace(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    day = Day(problem, plan, now=500)
    visit = Visit("new", problem.visits[3].place, 30, 520, 620, skills=frozenset({"nursing"}), priority=5)
    first = day.insert(visit)
    day.sick(next(iter(plan.routes)))
    day.cancel(next(iter(plan.routes.values()))[-1].visit)
    day.overrun(next(iter(plan.routes)), 20)
    assert day.insert(visit) == first
    assert set(day.why_not(visit)) == {carer.id for carer in problem.carers}


def test_sick_cancel_overrun(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    now = 600
    day = Day(problem, plan, now=now)
    carer, route = max(plan.routes.items(), key=lambda pair: len(pair[1]))
    after = day.apply(day.sick(carer)[0])
    assert isinstance(after, Day)
    assert after.verdict().is_valid
    later = [stop.visit for stop in route if stop.start > now + 60]
    assert all(after.plan.carer_of().get(name) != carer for name in later)
    name = route[-1].visit
    gone = day.apply(day.cancel(name)[0])
    assert isinstance(gone, Day)
    assert name not in gone.plan.carer_of()
    assert gone.verdict().is_valid
    assert day.overrun(carer, 30)[0].version == day.version


def test_offered_windows_can_be_kept(city: tuple[Problem, Plan]) -> None:
    problem, plan = city
    day = Day(problem, plan)
    visit = Visit("new", problem.visits[11].place, 30, 480, 1000, skills=frozenset({"care"}))
    slots = day.windows(visit, width=120)
    assert slots
    assert [slot.price for slot in slots] == sorted(slot.price for slot in slots)
    for slot in slots:
        assert day.insert(replace(visit, opens=slot.opens, closes=slot.closes))


@pytest.mark.parametrize(("now", "objective"), [(0, None), (540, None), (660, HOME_CARE), (780, HOME_CARE)])
def test_whatever_happens(city: tuple[Problem, Plan], now: int, objective: object) -> None:
    """Every answer passes the checker, leaves what has begun alone, gives a reason for every change, and no trace."""
    problem, plan = city
    if objective is not None:
        problem = replace(problem, objective=HOME_CARE, before=plan.carer_of())
    day = Day(problem, plan, now=now)
    probe = Visit("new", problem.visits[3].place, 30, max(now, 520), max(now, 520) + 200, priority=5)
    first = day.insert(probe)
    asked = 0
    for carer, route in list(plan.routes.items())[::3]:
        begun = [stop.visit for stop in route if day._is_begun(stop.visit)]
        later = [stop.visit for stop in route if stop.visit not in begun]
        answers = [day.sick(carer), day.overrun(carer, 40)]
        answers += [day.cancel(name) for name in later[:1]] + [day.no_show(name) for name in begun[-1:]]
        for found in answers:
            assert 1 <= len(found) <= 3
            assert [one.price for one in found] == sorted(one.price for one in found)
            for one in found:
                _holds(day, one, begun, carer)
                asked += 1
        assert all(plan.carer_of()[name] == carer for name in begun)
        for one in answers[0]:
            assert not {stop.visit for stop in one.routes.get(carer, ())} & set(later)
    assert asked > 20
    assert day.insert(probe) == first


def _holds(day: Day, one: Proposal, begun: list[str], carer: str) -> None:
    after = day.apply(one)
    assert isinstance(after, Day)
    facts = {carer} if one.lengths else set()  # what took too long may cost the carer the break, whatever is planned
    assert not [found for found in after.verdict().violations if found.subject not in facts]
    for name in begun:
        assert after.plan.start_of()[name] == day.plan.start_of()[name]
        assert after.plan.carer_of()[name] == day.plan.carer_of()[name]
    assert set(one.reasons) == {change.visit for change in one.changes}


def crowded(**widen: int) -> Day:
    """Three carers, each with one visit at ten o'clock: c0 can do everything, c1 all but "a", c2 only "c"."""
    skills = {"c0": {"a", "b", "c"}, "c1": {"b", "c"}, "c2": {"c"}, "c3": {"c"}}
    carers = tuple(Carer(name, k, k, (480, 720), frozenset(able)) for k, (name, able) in enumerate(skills.items()))
    visits = tuple(
        Visit(name, 4 + i, 60, 600, 600 + widen.get(name, 0), skills=frozenset({skill}))
        for i, (name, skill) in enumerate((("x", "b"), ("y", "c")))
    )
    problem = Problem(visits, carers, Matrix([[0 if a == b else 5 for b in range(8)] for a in range(8)]))
    return Day(problem, Plan({"c0": (Stop("x", 600),), "c1": (Stop("y", 600),)}))


def test_a_visit_takes_anothers_place_which_takes_a_thirds() -> None:
    day = crowded()
    asked = Visit("u", 6, 60, 600, 600, skills=frozenset({"a"}), priority=3)
    (best, *_) = day.insert(asked)
    after = day.apply(best, asked)
    assert isinstance(after, Day)
    assert after.verdict().is_valid
    carer = after.plan.carer_of()
    assert (carer["u"], carer["x"]) == ("c0", "c1")
    assert carer["y"] in ("c2", "c3")
    assert best.reasons["u"].because is Because.ASKED
    assert (best.reasons["x"].because, best.reasons["x"].by) == (Because.ROOM, "u")
    assert (best.reasons["y"].because, best.reasons["y"].by) == (Because.ROOM, "x")


def test_two_visits_leave_one_route_for_a_long_one() -> None:
    carers = tuple(Carer(f"c{k}", k, k, (480, 720), frozenset({"a"} if k == 0 else ())) for k in range(2))
    visits = (Visit("x", 2, 30, 540, 540), Visit("y", 3, 30, 600, 600))
    problem = Problem(visits, carers, Matrix([[0 if a == b else 5 for b in range(5)] for a in range(5)]))
    day = Day(problem, Plan({"c0": (Stop("x", 540), Stop("y", 600))}))
    asked = Visit("u", 4, 120, 530, 530, skills=frozenset({"a"}))
    (best, *_) = day.insert(asked)
    after = day.apply(best, asked)
    assert isinstance(after, Day)
    assert after.plan.carer_of() == {"u": "c0", "x": "c1", "y": "c1"}


def test_a_visit_moves_only_for_more_than_the_price_of_a_change() -> None:
    """Two carers go crosswise; putting that straight saves travel, which is worth less than telling two families."""
    far = [[0 if a == b else 5 for b in range(7)] for a in range(7)]
    far[0][3] = far[3][0] = far[1][4] = far[4][1] = 60
    carers = tuple(Carer(f"c{k}", k, k, (400, 900)) for k in range(3))
    visits = (
        Visit("x", 3, 30, 500, 800),
        Visit("y", 4, 30, 500, 800),
        Visit("p", 5, 30, 700, 800, forbidden=frozenset({"c1"})),
        Visit("q", 6, 30, 700, 800, forbidden=frozenset({"c0"})),
    )
    plan = Plan({"c0": (Stop("x", 500),), "c1": (Stop("y", 500),), "c2": (Stop("p", 700), Stop("q", 750))})
    problem = Problem(visits, carers, Matrix(far), before=plan.carer_of())
    (calm,) = Day(problem, plan).sick("c2")
    assert {change.visit for change in calm.changes if change.carer != change.carer_before} == {"p", "q"}
    cheap = replace(problem, objective=replace(HOME_CARE, exchange=(10**11, 10**9, 10**7, 1, 10**2, 1)))
    bold, quiet = Day(cheap, plan).sick("c2")
    assert (quiet.travel, bold.travel) == (calm.travel, calm.travel - 110)
    moved = {change.visit for change in bold.changes if change.carer != change.carer_before}
    assert moved == {"p", "q", "x", "y"}
    assert {bold.reasons[name].because for name in ("x", "y")} == {Because.SHORTER}
    assert {bold.reasons[name].because for name in ("p", "q")} == {Because.CARER}


def test_nobody_at_home() -> None:
    """The carer is free where the visit was to be; what waits takes the time; a linked visit is not served."""
    carers = (Carer("c0", 0, 0, (480, 700)), Carer("c1", 0, 0, (480, 700)))
    visits = (
        Visit("a", 1, 120, 500, 500),
        Visit("later", 1, 20, 640, 660),
        Visit("waits", 2, 60, 520, 560),
        Visit("mate", 3, 20, 600, 660),
    )
    problem = Problem(
        visits,
        carers,
        Matrix([[0 if a == b else 5 for b in range(4)] for a in range(4)]),
        (Link("a", "mate", 60, 200),),
    )
    plan = Plan({"c0": (Stop("a", 500), Stop("later", 640)), "c1": (Stop("mate", 610),)})
    quiet, *bold = sorted(Day(problem, plan, now=510).no_show("a"), key=lambda one: len(one.changes))
    assert quiet.lengths == {"a": 10}
    assert {change.visit: change.carer for change in quiet.changes} == {"mate": None}
    day = Day(problem, plan, now=510).apply(bold[0])
    assert isinstance(day, Day)
    assert day.plan.routes["c0"] == (Stop("a", 500), Stop("waits", 520), Stop("later", 640))
    assert bold[0].reasons["waits"].because is Because.GAP
    assert day.verdict().is_valid
