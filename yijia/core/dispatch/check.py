"""The judge of plans: every rule and every cost again, in plain Python that shares nothing with the solver."""

from collections.abc import Mapping
from dataclasses import dataclass

from yijia.core.dispatch.model import Carer, Problem, Term, Visit
from yijia.core.dispatch.plan import Plan


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: its code, what it is about, and the figures that show it."""

    rule: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All violations found, and the cost the plan truly has."""

    violations: tuple[Violation, ...]
    parts: Mapping[Term, int]
    cost: tuple[int, ...]
    unserved: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        return not self.violations


def check(problem: Problem, plan: Plan) -> Verdict:
    """Verify a plan against its problem and compute its cost anew.

    Source      DISPATCH-05 to DISPATCH-12 in docs/rules/dispatch.md
    """
    judge = _Judge(problem, plan)
    judge.routes()
    judge.links()
    judge.pins()
    parts = judge.parts()
    return Verdict(tuple(judge.found), parts, problem.objective.vector(parts), tuple(judge.unserved()))


class _Judge:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.visits = {visit.id: visit for visit in problem.visits}
        self.carers = {carer.id: carer for carer in problem.carers}
        self.found: list[Violation] = []
        self.start: dict[str, int] = {}
        self.who: dict[str, str] = {}
        self.travel = self.overtime = self.fairness = 0

    def fault(self, rule: str, subject: str, detail: str) -> None:
        self.found.append(Violation(rule, subject, detail))

    def routes(self) -> None:
        for name, stops in self.plan.routes.items():
            carer = self.carers.get(name)
            if carer is None:
                self.fault("carer.unknown", name, "not in the problem")
                continue
            known = []
            for stop in stops:
                visit = self.visits.get(stop.visit)
                if visit is None:
                    self.fault("visit.unknown", stop.visit, f"in the route of {name}")
                elif stop.visit in self.start:
                    self.fault("visit.twice", stop.visit, f"{self.who[stop.visit]} and {name}")
                else:
                    self.start[stop.visit], self.who[stop.visit] = stop.start, name
                    known.append((visit, stop.start))
            if known:
                self.route(carer, known)

    def route(self, carer: Carer, stops: list[tuple[Visit, int]]) -> None:
        between = self.problem.travel.between
        ready, place, work = carer.shift[0], carer.base, 0
        rest_at = self.plan.rests.get(carer.id)
        is_owed = carer.rest is not None
        for visit, start in stops:
            self.permission(carer, visit, start)
            leg = between(place, visit.place)
            if carer.rest is not None and is_owed and rest_at is not None and rest_at <= start - leg:
                if rest_at < ready:
                    self.fault("rest.overlap", carer.id, f"rest at {rest_at}, free at {ready}")
                ready, is_owed = rest_at + carer.rest.length, False
            if start < ready + leg:
                self.fault("travel", visit.id, f"{carer.id} can be there at {ready + leg}, starts at {start}")
            work += leg + visit.duration
            self.travel += leg
            ready, place = start + visit.duration, visit.place
        if carer.rest is not None:
            if is_owed and rest_at is not None and rest_at >= ready:
                ready, is_owed = rest_at + carer.rest.length, False
            if is_owed:
                self.fault("rest.missing", carer.id, f"rest {rest_at}, last visit ends at {ready}")
            elif rest_at is not None and not (
                carer.rest.opens <= rest_at and rest_at + carer.rest.length <= carer.rest.closes
            ):
                self.fault("rest.window", carer.id, f"{rest_at} outside [{carer.rest.opens}, {carer.rest.closes}]")
        leg = between(place, carer.home)
        self.travel += leg
        work += leg
        over = max(0, ready + leg - carer.shift[1])
        self.overtime += over
        self.limits(carer, stops, work, over)
        span = ready + leg - (stops[0][1] - between(carer.base, stops[0][0].place))
        if carer.span_max is not None and span > carer.span_max:
            self.fault("span_max", carer.id, f"home {span} after leaving, at most {carer.span_max}")
        self.fairness += (work // (16 * self.problem.ticks_per_min)) ** 2

    def limits(self, carer: Carer, stops: list[tuple[Visit, int]], work: int, over: int) -> None:
        if carer.overtime_max is not None and over > carer.overtime_max:
            self.fault("shift", carer.id, f"home {over} after the shift, at most {carer.overtime_max}")
        if carer.visits_max is not None and len(stops) > carer.visits_max:
            self.fault("visits_max", carer.id, f"{len(stops)} visits, at most {carer.visits_max}")
        load = sum(visit.load for visit, _ in stops)
        if carer.load_max is not None and load > carer.load_max:
            self.fault("load_max", carer.id, f"load {load}, at most {carer.load_max}")
        if carer.work_max is not None and work > carer.work_max:
            self.fault("work_max", carer.id, f"{work} at work, at most {carer.work_max}")

    def permission(self, carer: Carer, visit: Visit, start: int) -> None:
        if missing := visit.skills - carer.skills:
            self.fault("skill", visit.id, f"{carer.id} lacks {', '.join(sorted(missing))}")
        if carer.id in visit.forbidden:
            self.fault("forbidden", visit.id, f"{carer.id} may not come")
        if start < visit.opens:
            self.fault("window.early", visit.id, f"starts at {start}, opens at {visit.opens}")
        if visit.late_max is not None and start > visit.closes + visit.late_max:
            self.fault("window.late", visit.id, f"starts at {start}, closes at {visit.closes}")

    def links(self) -> None:
        for link in self.problem.links:
            name = f"{link.first}-{link.second}"
            served = [visit for visit in (link.first, link.second) if visit in self.start]
            if len(served) == 1:
                self.fault("link.half", name, f"only {served[0]} is served")
            if len(served) == 2:
                gap = self.start[link.second] - self.start[link.first]
                if not link.gap_min <= gap <= link.gap_max:
                    self.fault("link.gap", name, f"gap {gap} outside [{link.gap_min}, {link.gap_max}]")
                if link.is_apart and self.who[link.first] == self.who[link.second]:
                    self.fault("link.apart", name, f"both by {self.who[link.first]}")

    def pins(self) -> None:
        for pin in self.problem.pins:
            if self.who.get(pin.visit) != pin.carer:
                self.fault("pin.carer", pin.visit, f"pinned to {pin.carer}, planned for {self.who.get(pin.visit)}")
            elif pin.start is not None and self.start[pin.visit] != pin.start:
                self.fault("pin.start", pin.visit, f"pinned at {pin.start}, planned at {self.start[pin.visit]}")

    def unserved(self) -> list[str]:
        return [visit.id for visit in self.problem.visits if visit.id not in self.start]

    def parts(self) -> dict[Term, int]:
        late = [max(0, start - self.visits[name].closes) for name, start in self.start.items()]
        served = [(self.visits[name], carer) for name, carer in self.who.items()]
        return {
            Term.UNSERVED: sum(self.visits[name].price_of_leaving_out for name in self.unserved()),
            Term.LATE: sum(late),
            Term.LATE_WORST: max(late, default=0),
            Term.OVERTIME: self.overtime,
            Term.CONTINUITY: sum(1 for visit, carer in served if visit.usual not in (None, carer)),
            Term.WISHES: sum(1 for visit, carer in served if visit.preferred and carer not in visit.preferred),
            Term.CHANGES: sum(
                1 for name, carer in self.problem.before.items() if name in self.visits and self.who.get(name) != carer
            ),
            Term.TRAVEL: self.travel,
            Term.FAIRNESS: self.fairness,
        }
