"""What a day's planning problem is made of: visits, carers, links between visits, and what a good plan means.

Times are whole *ticks* of one clock (a minute unless `Problem.ticks_per_min` says finer) counted from the start of the
day. Places are numbers that the problem's `Travel` understands.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yijia.core.dispatch.travel import Travel

FOREVER = 1 << 29
"""A tick no plan reaches: the end of an open window or an unlimited shift."""


class ProblemError(ValueError):
    """The problem contradicts itself; `where` names the record and field, e.g. `visit V7.window`."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Visit:
    """One service at one place by one carer.

    place        number of the place, as the problem's travel counts them
    duration     ticks, >= 0
    opens        earliest start, ticks
    closes       latest start that is not late, ticks
    late_max     ticks a start may lie after `closes`: 0 = a hard window, None = any lateness is allowed (and counted)
    skills       every one is needed; item permissions, sex and language that are a must are skills too
    priority     1 (can wait) … 5 (vital)
    is_optional  may be left out lightly
    drop_cost    price of leaving it out; None = 1,000 (optional: 100) per step of priority
    usual        carer who usually comes (continuity); another one is counted
    preferred    carers wished for; anybody else is counted, when the set is not empty
    forbidden    carers who may not come (refusals of either side, the gate's red)
    load         what it takes of the carer's `load_max`
    """

    id: str
    place: int
    duration: int
    opens: int
    closes: int
    late_max: int | None = 0
    skills: frozenset[str] = frozenset()
    priority: int = 3
    is_optional: bool = False
    drop_cost: int | None = None
    usual: str | None = None
    preferred: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    load: int = 1
    label: str = ""

    @property
    def price_of_leaving_out(self) -> int:
        if self.drop_cost is not None:
            return self.drop_cost
        return (100 if self.is_optional else 1000) * self.priority


@dataclass(frozen=True, slots=True)
class Break:
    """One rest of `length` ticks that lies wholly inside [opens, closes], taken where the visit before it ended."""

    opens: int
    closes: int
    length: int


@dataclass(frozen=True, slots=True)
class Carer:
    """One person's day.

    base, home     places where the day begins and ends
    shift          (from, until): nobody leaves the base before, and is home by `until` or in overtime
    overtime_max   ticks after the shift by which they must be home; None = no limit
    rest           the lunch break, owed on every day with a visit
    visits_max     number of visits, None = no limit;  load_max: sum of visit loads, None = no limit
    work_max       ticks of service and travel (waiting and rest left out), None = no limit
    span_max       ticks from leaving the base to being home (waiting and rest included), None = no limit; whoever has one
                   leaves the base as late as their visits allow
    """

    id: str
    base: int
    home: int
    shift: tuple[int, int] = (0, FOREVER)
    skills: frozenset[str] = frozenset()
    overtime_max: int | None = 0
    rest: Break | None = None
    visits_max: int | None = None
    load_max: int | None = None
    work_max: int | None = None
    span_max: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Two visits tied in time: gap_min <= start(second) - start(first) <= gap_max; both are served, or neither.

    Equal starts are gaps of 0 and 0. `is_apart`: by two different carers.
    """

    first: str
    second: str
    gap_min: int = 0
    gap_max: int = 0
    is_apart: bool = True


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit that may not leave its carer; with `start`, nor its time. Started visits are pinned with their start."""

    visit: str
    carer: str
    start: int | None = None


class Term(StrEnum):
    """What a plan is charged for; times in ticks."""

    UNSERVED = "unserved"  # sum of the prices of leaving out
    LATE = "late"  # sum over visits of start - closes, where positive
    LATE_WORST = "late_worst"  # the largest single lateness
    OVERTIME = "overtime"  # sum over carers of ticks home after the shift
    CONTINUITY = "continuity"  # served visits not given to their usual carer
    WISHES = "wishes"  # served visits with preferred carers, given to another
    CHANGES = "changes"  # visits whose carer differs from the plan before (warm start)
    TRAVEL = "travel"  # sum over carers, base and home included
    FAIRNESS = "fairness"  # sum over carers of (work / 16 minutes) squared: least when work is spread evenly


@dataclass(frozen=True, slots=True)
class Objective:
    """Tiers of weighted terms, compared in order: a lower tier counts only between plans equal in those above.

    tiers        one mapping of term -> whole weight per tier, the most important first
    exchange     what one unit of each tier is worth in the search's single number. They lie so far apart that no single
                 step of the search can trade a higher tier for a lower one; whole plans are always compared as vectors
    divisor      a single-tier objective is published as its sum / divisor / ticks per minute
    """

    tiers: tuple[Mapping[Term, int], ...]
    exchange: tuple[int, ...] = (1,)
    divisor: int = 1

    def __post_init__(self) -> None:
        if len(self.tiers) != len(self.exchange):
            raise ProblemError("objective.exchange", "one number for each tier is needed")

    def vector(self, parts: Mapping[Term, int]) -> tuple[int, ...]:
        """The cost of a plan, tier by tier."""
        return tuple(sum(weight * parts[term] for term, weight in tier.items()) for tier in self.tiers)

    def weight(self, term: Term) -> int:
        """The weight of a term in the search's single number."""
        return sum(tier.get(term, 0) * rate for tier, rate in zip(self.tiers, self.exchange, strict=True))


HOME_CARE = Objective(
    tiers=(
        {Term.UNSERVED: 1},
        {Term.LATE: 1},
        {Term.OVERTIME: 1},
        {Term.CHANGES: 2, Term.CONTINUITY: 2, Term.WISHES: 1},
        {Term.TRAVEL: 1},
        {Term.FAIRNESS: 1},
    ),
    exchange=(10**11, 10**9, 10**7, 10**5, 10**2, 1),
)
"""How Yijia plans a day: served first, then in time, within hours, by the known nurse, with little travel, fairly."""

CITY = Objective(tiers=({Term.UNSERVED: 1, Term.TRAVEL: 1, Term.OVERTIME: 2, Term.CONTINUITY: 5},))
"""The one sum of the generated city day."""

HHCRSP = Objective(tiers=({Term.UNSERVED: 10_000_000, Term.TRAVEL: 1, Term.LATE: 1, Term.LATE_WORST: 1},), divisor=3)
"""(travel + sum of tardiness + largest tardiness) / 3: Mankowska, Meisel and Bierwirth 2014."""

DISTANCE = Objective(tiers=({Term.UNSERVED: 1, Term.TRAVEL: 1},))
"""Total distance, and prizes left behind: the vehicle routing families."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole day. Raises ProblemError when it contradicts itself.

    pins            visits that may not move; `before`: carer of each visit in the plan before (warm start, CHANGES)
    ticks_per_min   resolution of the clock
    """

    visits: tuple[Visit, ...]
    carers: tuple[Carer, ...]
    travel: Travel
    links: tuple[Link, ...] = ()
    pins: tuple[Pin, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    objective: Objective = HOME_CARE
    ticks_per_min: int = 1
    name: str = ""

    def __post_init__(self) -> None:
        visits = _unique("visit", [visit.id for visit in self.visits])
        carers = _unique("carer", [carer.id for carer in self.carers])
        for visit in self.visits:
            _check_visit(visit)
            if unknown := (visit.forbidden | visit.preferred | ({visit.usual} if visit.usual else set())) - carers:
                raise ProblemError(f"visit {visit.id}", f"names unknown carers {sorted(unknown)[:3]}")
        for carer in self.carers:
            _check_carer(carer)
        linked: Counter[str] = Counter()
        for link in self.links:
            where = f"link {link.first}-{link.second}"
            if strangers := {link.first, link.second} - visits:
                raise ProblemError(where, f"names unknown visits {sorted(strangers)}")
            if link.first == link.second or not 0 <= link.gap_min <= link.gap_max:
                raise ProblemError(where, "needs two visits and 0 <= gap_min <= gap_max")
            linked.update((link.first, link.second))
        if twice := [visit for visit, times in linked.items() if times > 1]:
            raise ProblemError(f"visit {twice[0]}", "stands in more than one link")
        _unique("pin", [pin.visit for pin in self.pins])
        for pin in self.pins:
            if pin.visit not in visits or pin.carer not in carers:
                raise ProblemError(f"pin {pin.visit}", "names an unknown visit or carer")
        _check_pins(self)


def _unique(kind: str, ids: list[str]) -> set[str]:
    counted = Counter(ids)
    if len(counted) != len(ids):
        raise ProblemError(f"{kind} {counted.most_common(1)[0][0]}", "occurs twice")
    return set(counted)


def _check_visit(visit: Visit) -> None:
    if visit.duration < 0 or visit.load < 0:
        raise ProblemError(f"visit {visit.id}.duration", "is negative")
    for name in ("duration", "load", "late_max", "price_of_leaving_out"):
        if (getattr(visit, name) or 0) > 1 << 40:
            raise ProblemError(f"visit {visit.id}.{name}", "is beyond what the search can count")
    if not 0 <= visit.opens <= visit.closes <= FOREVER:
        raise ProblemError(f"visit {visit.id}.window", f"[{visit.opens}, {visit.closes}] is not a window")
    if visit.late_max is not None and visit.late_max < 0:
        raise ProblemError(f"visit {visit.id}.late_max", "is negative")
    if visit.priority < 0 or visit.price_of_leaving_out < 0:
        raise ProblemError(f"visit {visit.id}.priority", "is negative")


def _check_pins(problem: Problem) -> None:
    visits = {visit.id: visit for visit in problem.visits}
    carers = {carer.id: carer for carer in problem.carers}
    pins = {pin.visit: pin for pin in problem.pins}
    for pin in problem.pins:
        visit, carer = visits[pin.visit], carers[pin.carer]
        if missing := visit.skills - carer.skills:
            raise ProblemError(f"pin {pin.visit}", f"{pin.carer} lacks {', '.join(sorted(missing))}")
        if pin.carer in visit.forbidden:
            raise ProblemError(f"pin {pin.visit}", f"{pin.carer} may not come")
        if pin.start is None:
            continue
        closes = FOREVER if visit.late_max is None else visit.closes + visit.late_max
        if not visit.opens <= pin.start <= closes:
            raise ProblemError(f"pin {pin.visit}", f"{pin.start} is no start the visit allows")
    for link in problem.links:
        first, second = pins.get(link.first), pins.get(link.second)
        if first is None or second is None:
            continue
        if link.is_apart and first.carer == second.carer:
            raise ProblemError(f"pin {link.second}", f"{link.first} asks for another carer than {first.carer}")
        if first.start is not None and second.start is not None:
            gap = second.start - first.start
            if not link.gap_min <= gap <= link.gap_max:
                raise ProblemError(f"pin {link.second}", f"{gap} ticks after {link.first} is no gap the link allows")


def _check_carer(carer: Carer) -> None:
    if not 0 <= carer.shift[0] <= carer.shift[1] <= FOREVER:
        raise ProblemError(f"carer {carer.id}.shift", f"{list(carer.shift)} is not a shift")
    rest = carer.rest
    if rest is not None and (rest.length < 0 or rest.opens < 0 or rest.opens + rest.length > rest.closes):
        raise ProblemError(f"carer {carer.id}.rest", f"{rest.length} ticks do not fit [{rest.opens}, {rest.closes}]")
    for name in ("overtime_max", "visits_max", "load_max", "work_max", "span_max"):
        limit = getattr(carer, name)
        if limit is not None and limit < 0:
            raise ProblemError(f"carer {carer.id}.{name}", "is negative")
