"""Starts on a tidy grid: 9:37 becomes 9:40 where that breaks nothing, so that a family is told a time it can keep in mind."""

from collections.abc import Collection, Mapping

from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import FOREVER, Carer, Problem, Term, Visit
from yijia.core.dispatch.plan import Plan, Stop

_NO_WORSE = (Term.UNSERVED, Term.LATE, Term.LATE_WORST, Term.OVERTIME)


def on_grid(problem: Problem, plan: Plan, step: int, free: Collection[str] | None = None) -> Plan:
    """The plan with its starts put off to whole steps (ticks), visit by visit, where nothing becomes late or overtime by it
    and every other start that moves may; what cannot wait keeps its minute.

    free    visits whose start may change; None = every one. Pinned starts never do

    Source      DISPATCH-27 in docs/rules/dispatch.md
    """
    if step <= 1:
        return plan
    visits = {visit.id: visit for visit in problem.visits}
    carers = {carer.id: carer for carer in problem.carers}
    fixed = {pin.visit for pin in problem.pins if pin.start is not None}
    loose = {name for name in plan.start_of() if (free is None or name in free) and name not in fixed}
    mates = {link.first: link.second for link in problem.links} | {link.second: link.first for link in problem.links}
    who, start, rests = plan.carer_of(), dict(plan.start_of()), dict(plan.rests)
    routes = {name: tuple(stop.visit for stop in route) for name, route in plan.routes.items()}
    seen: set[str] = set()
    for name in sorted(loose, key=lambda name: (plan.start_of()[name], name)):
        late = -start[name] % step
        together = {name, mates[name]} & start.keys() if name in mates else {name}
        if seen & together or not late or not together <= loose:
            seen |= together
            continue
        seen |= together
        tried, breaks = dict(start), dict(rests)
        for each in together:
            tried[each] = start[each] + late
        touched = {who[each] for each in together}
        if all(
            _pushed(problem, carers[k], routes[k], visits, tried, breaks, start, loose - mates.keys()) for k in touched
        ):
            start, rests = tried, breaks
    tidy = Plan({k: tuple(Stop(name, start[name]) for name in route) for k, route in routes.items()}, rests)
    before, after = check(problem, plan), check(problem, tidy)
    is_as_good = len(after.violations) <= len(before.violations) and all(
        after.parts[term] <= before.parts[term] for term in _NO_WORSE
    )
    return tidy if is_as_good else plan


def _pushed(
    problem: Problem,
    carer: Carer,
    route: tuple[str, ...],
    visits: Mapping[str, Visit],
    start: dict[str, int],
    rests: dict[str, int],
    old: Mapping[str, int],
    loose: Collection[str],
) -> bool:
    """Push later what no longer fits behind a start put off; False when something that may not move would, or be later
    than it may."""
    between, place, free = problem.travel.between, carer.base, carer.shift[0]
    rest = rests.get(carer.id) if carer.rest is not None else None
    done = rest is None
    before = carer.shift[0]
    for name in (*route, ""):
        begin = old[name] if name else FOREVER
        if not done and rest is not None and carer.rest is not None and rest < begin and rest >= before:
            rests[carer.id] = max(rest, free)
            if rests[carer.id] + carer.rest.length > carer.rest.closes:
                return False
            free, done = rests[carer.id] + carer.rest.length, True
        if not name:
            break
        visit = visits[name]
        ready = free + between(place, visit.place)
        if ready > start[name]:
            if name not in loose or start[name] != old[name]:
                return False
            start[name] = ready
        if start[name] > old[name] and start[name] > visit.closes:
            return False
        free, place, before = start[name] + visit.duration, visit.place, old[name] + visit.duration
    last = visits[route[-1]]
    home = free + between(place, carer.home)
    old_home = old[route[-1]] + last.duration + between(last.place, carer.home)
    return home <= max(carer.shift[1], old_home)
