"""Compile every kernel once, so that the first real question need not wait: `yijia dispatch warm`."""

from dataclasses import replace

from yijia.core.dispatch.live import Day
from yijia.core.dispatch.model import FOREVER, HHCRSP, HOME_CARE, Break, Carer, Link, Problem, Visit
from yijia.core.dispatch.solve import Budget, solve
from yijia.core.dispatch.travel import StraightLine


def warm() -> None:
    """Solve two toy days and do to one whatever can happen to a running day; takes tens of seconds once, then a fraction of one."""
    points = [(400.0 * i, 300.0 * (i % 3)) for i in range(8)]
    visits = tuple(Visit(f"v{i}", i, 20, 60 * i, 60 * i + 120) for i in range(6))
    carers = tuple(Carer(f"c{k}", 6 + k, 6 + k, (0, 600), rest=Break(120, 300, 30)) for k in range(2))
    day = Problem(visits, carers, StraightLine(points), (Link("v1", "v2", 0, 0),), objective=HOME_CARE)
    result = solve(day, stop=Budget(1), seed=1)
    live = Day(day, result.plan, now=30)
    live.insert(Visit("new", 3, 20, 60, 500))
    live.insert(Visit("impossible", 3, 20, 60, 500, skills=frozenset({"nobody has it"})))
    live.why_not(Visit("asked", 3, 20, 60, 500))
    live.windows(Visit("asked", 3, 20, 60, 500), width=120)
    crowded = replace(day, visits=tuple(replace(v, closes=v.opens + 5) for v in visits), links=())
    full = Day(crowded, solve(crowded, stop=Budget(1), seed=1).plan)
    for start in range(0, 400, 20):
        full.insert(Visit("urgent", 3, 40, start, start + 5, priority=5))
    live.cancel("v5")
    live.no_show("v0")
    live.sick("c1")
    live.overrun("c0", 10)
    soft = replace(
        day,
        visits=tuple(replace(visit, late_max=None) for visit in visits),
        carers=tuple(replace(c, shift=(0, FOREVER), rest=None, overtime_max=None) for c in carers),
        objective=HHCRSP,
    )
    solve(soft, stop=Budget(1), seed=1)
