"""The tables of a running day, at the ready: what has begun is frozen, one row is spare, every question leaves no trace."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch import routing, ruin
from yijia.core.dispatch.answers import Because, Change, Proposal, Reason
from yijia.core.dispatch.model import FOREVER, Pin, Problem, ProblemError, Term, Visit
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.rows import Ints, Times
from yijia.core.dispatch.timetable import timetable

_SPARE = "\x00spare"
PROPOSALS = 3
FIRST_STEPS = 24
TRIALS = 240
TIDYING = 2


def _as_begun(visit: Visit, carer: str, start: int) -> Visit:
    return replace(
        visit,
        opens=min(visit.opens, start),
        closes=max(visit.closes, start),
        skills=frozenset(),
        forbidden=visit.forbidden - {carer},
    )


class Ready:
    """Today's problem and plan, kept ready.

    now        ticks; what began before is frozen
    version    rises with every proposal applied
    ground     the problem's places and travel, when they are at hand already (see `routing.ground`)
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        *,
        now: int = 0,
        seed: int = 1,
        version: int = 1,
        ground: tuple[Ints, Times] | None = None,
    ) -> None:
        self.problem, self.plan, self.now, self.version = problem, plan, now, version
        self._rng = routing.new_rng(seed)
        self._who, self._start = plan.carer_of(), plan.start_of()
        visits_by_id = {visit.id: visit for visit in problem.visits}
        base = {carer.id: carer.base for carer in problem.carers}
        begun = {carer: self._begun(base[carer], route, visits_by_id) for carer, route in plan.routes.items()}
        held = {stop.visit for count_route in begun.values() for stop in count_route}
        pins = [pin for pin in problem.pins if pin.visit not in held]
        pins += [Pin(stop.visit, carer, stop.start) for carer, route in begun.items() for stop in route]
        spare = Visit(_SPARE, problem.visits[0].place, 0, 0, 0, drop_cost=0)
        # What has begun is a fact, whatever was wished for before.
        started = {stop.visit: (carer, stop.start) for carer, route in begun.items() for stop in route}
        visits = [_as_begun(visit, *started[visit.id]) if visit.id in started else visit for visit in problem.visits]
        links = tuple(link for link in problem.links if not (link.first in started and link.second in started))
        self._full = replace(problem, visits=(*visits, spare), links=links, pins=tuple(pins))
        self._number = {visit.id: i for i, visit in enumerate(self._full.visits)}
        self._carer = {carer.id: k for k, carer in enumerate(problem.carers)}
        self._places, ways = ground if ground is not None else routing.ground(self._full)
        t = routing.tables(self._full, (self._places, ways))
        routing.enter(self._full, t, plan)
        size = len(self._places)
        travel = np.zeros((size + 1, size + 1), dtype=np.int32)
        travel[:size, :size] = t.T
        back = travel
        if t.B is not t.T:
            back = travel.T.copy()
        self._t = t = t._replace(T=travel, B=back)
        self._u = len(problem.visits)
        self._skilled: dict[frozenset[str], NDArray[np.bool_]] = {}
        self._why: dict[int, Reason] = {}
        self._ways = np.zeros((PROPOSALS, 6), dtype=np.int64)
        self._firsts = np.zeros((FIRST_STEPS, 2), dtype=np.int64)
        self._routes = np.zeros(len(t.K), dtype=np.int64)
        t.V[self._u, ruin.PLACE] = size
        t.allowed[self._u] = 0
        for name, k in self._carer.items():
            self._freeze(k, name, begun.get(name, []))

    def _begun(self, place: int, route: tuple[Stop, ...], visits: Mapping[str, Visit]) -> list[Stop]:
        """The stops that began, or for which the carer is on the way."""
        found = []
        for stop in route:
            if stop.start - self.problem.travel.between(place, visits[stop.visit].place) > self.now:
                break
            found.append(stop)
            place = visits[stop.visit].place
        return found if self.now > 0 else []

    def _freeze(self, k: int, name: str, begun: list[Stop]) -> None:
        t = self._t
        t.K[k, ruin.FROZEN] = len(begun)
        free = self.now
        rest_at, rest = self.plan.rests.get(name), self.problem.carers[k].rest
        if rest is not None and rest_at is not None and rest_at <= self.now and self.now > 0:
            t.K[k, ruin.NEEDS] = 0
            free = max(free, rest_at + rest.length)
        if begun:
            last = self._number[begun[-1].visit]
            short = free - (begun[-1].start + int(t.V[last, ruin.DURATION]))
            if short > 0:
                t.V[last, ruin.DURATION] += short
        else:
            t.K[k, ruin.BEGINS] = max(int(t.K[k, ruin.BEGINS]), free)
        routing.relabel(t, k)

    def _ground_with(self, visit: Visit | None) -> tuple[Ints, Times]:
        """This day's places and travel, and those of one visit more."""
        size = len(self._places)
        if visit is None or (self._places == visit.place).any():
            return self._places, np.ascontiguousarray(self._t.T[:size, :size])
        self._go_to(visit.place)
        return np.append(self._places, visit.place), self._t.T.copy()

    def _go_to(self, place: int) -> None:
        """Write the travel from and to a place into the last row and column."""
        t, here = self._t, np.array([place], dtype=np.int64)
        t.T[-1, :-1] = self._full.travel.block(here, self._places)[0]
        t.T[:-1, -1] = self._full.travel.block(self._places, here)[:, 0]
        t.B[-1], t.B[:, -1] = t.T[:, -1], t.T[-1]

    def _mates(self, visits: Iterable[str]) -> set[str]:
        wanted, t = set(visits), self._t
        mates = {int(t.V[self._number[name], ruin.MATE]) for name in wanted} - {-1}
        return {self._full.visits[m].id for m in mates if not t.V[m, ruin.STICKY]}

    def _ease(self, k: int) -> set[str]:
        """Take visits not begun out of a route, the cheapest to leave out first, until it is possible; which ones."""
        t = self._t
        gone: set[str] = set()
        count = int(t.K[k, ruin.FROZEN])
        while not routing.relabel(t, k) and t.K[k, ruin.LEN] > count:
            stops = [int(v) for v in t.R[k, count : t.K[k, ruin.LEN]]]
            v = min(stops, key=lambda v: (int(t.V[v, ruin.DROP]), -int(t.V[v, ruin.DURATION])))
            name = self._full.visits[v].id
            for each in {name} | self._mates({name}):
                if t.V[self._number[each], ruin.SLOT] < 0:
                    routing.pull(t, self._number[each])
                    gone.add(each)
        return gone

    def _makes_room(self, u: int) -> list[list[int]]:
        """The ways to serve an unserved visit in the place of one or two others, the cheapest first."""
        count = ruin.make_room(self._t, self._rng, self._ways, self._firsts, u, TRIALS)
        found: list[list[int]] = self._ways[:count].tolist()
        return found

    def _follow(self, u: int, way: list[int]) -> bool:
        """Take one way that `_makes_room` found."""
        t, rng = self._t, self._rng
        _, k, x, then, y, _ = way
        routing.pull(t, x)
        if then == ruin.BOTH:
            routing.pull(t, y)
        if not ruin.seat(*t, rng, u, k):
            return False
        self._why.setdefault(x, Reason(Because.ROOM, str(u)))
        if then >= 0:
            routing.pull(t, y)
            ruin.seat(*t, rng, x, then)
            self._why.setdefault(y, Reason(Because.ROOM, str(x)))
            ruin.seat(*t, rng, y, -1)
        else:
            ruin.seat(*t, rng, x, -1)
            if then == ruin.BOTH:
                self._why.setdefault(y, Reason(Because.ROOM, str(u)))
                ruin.seat(*t, rng, y, -1)
        return True

    def _reseat(self, visits: Iterable[str], *, with_room: bool) -> None:
        """Serve visits that lost their carer, the dearest to leave out first; `with_room`: others may make room."""
        t = self._t
        for v in sorted((self._number[name] for name in visits), key=lambda v: (-int(t.V[v, ruin.DROP]), v)):
            if t.V[v, ruin.SLOT] < 0 or ruin.seat(*t, self._rng, v, -1) or not with_room or t.V[v, ruin.MATE] >= 0:
                continue
            ways = self._makes_room(v)
            if ways:
                self._follow(v, ways[0])

    def _fill(self, routes: Iterable[int], *, but: Iterable[str]) -> None:
        """Into routes with a gap, what waits: the dearest to leave out first."""
        t = self._t
        shut = {self._number[name] for name in but} | {self._u}
        waiting = [int(v) for v in t.U[: t.Z[ruin.ABSENT]] if int(v) not in shut and int(t.V[v, ruin.MATE]) not in shut]
        for v in sorted(waiting, key=lambda v: (-int(t.V[v, ruin.DROP]), v)):
            for k in routes:
                if t.V[v, ruin.SLOT] >= 0 and ruin.seat(*t, self._rng, v, k):
                    self._why[v] = Reason(Because.GAP, self.problem.carers[k].id)
                    if (mate := int(t.V[v, ruin.MATE])) >= 0:
                        self._why[mate] = self._why[v]

    def _tidy(self, extra: Iterable[int] = ()) -> None:
        """Short local search on the routes that changed; a visit moves only when that is worth the price of a change."""
        routes = sorted({*self._changed(), *extra})
        self._routes[: len(routes)] = routes
        slack = int(self._t.Z[ruin.W_CHANGE])
        ruin.tidy(self._t, self._rng, self._routes, len(routes), slack, TIDYING)

    def _ask(self, visit: Visit) -> int:
        """Write a new visit into the spare row."""
        if visit.id in self._number:
            raise ProblemError(f"visit {visit.id}", "is planned already")
        t, u = self._t, self._u
        opens = max(visit.opens, self.now)
        limit = FOREVER if visit.late_max is None else visit.closes + visit.late_max
        self._go_to(visit.place)
        old = int(t.V[u, ruin.DROP])
        drop = self._full.objective.weight(Term.UNSERVED) * visit.price_of_leaving_out
        usual = self._carer.get(visit.usual, -1) if visit.usual is not None else -1
        t.V[u, ruin.OPENS], t.V[u, ruin.LIMIT], t.V[u, ruin.LOAD] = opens, limit, visit.load
        t.V[u, ruin.DURATION : ruin.WISHES + 1] = (
            visit.duration,
            opens,
            limit,
            visit.closes,
            drop,
            usual,
            -1,
            int(bool(visit.preferred)),
        )
        t.Z[ruin.COST] += drop - old
        base, home = t.T[t.K[:, ruin.BASE], -1], t.T[-1, t.K[:, ruin.HOME]]
        if visit.skills not in self._skilled:
            self._skilled[visit.skills] = np.array([visit.skills <= carer.skills for carer in self.problem.carers])
        t.allowed[u] = self._skilled[visit.skills]
        for name in visit.preferred & self._carer.keys():
            t.allowed[u, self._carer[name]] *= 2
        for name in visit.forbidden & self._carer.keys():
            t.allowed[u, self._carer[name]] = 0
        far = np.where(t.allowed[u] > 0, (base + home).astype(np.float64), np.inf)
        order = np.argsort(far, kind="stable")[: t.hands.shape[1]]
        t.hands[u] = np.where(np.isfinite(far[order]), order, -1)
        way = t.T[t.V[:u, ruin.PLACE], -1]
        wait = np.abs(t.V[:u, ruin.OPENS] - opens)
        t.near[u] = np.argsort(way + 0.2 * wait, kind="stable")[: t.near.shape[1]]
        return u

    def _places_for(self, u: int, *, most: int = 0) -> list[tuple[int, ...]]:
        """(price, carer, position, earliest, latest) of a visit's cheapest places; `most`: up to as many."""
        t = self._t
        table = t.C if most == 0 else np.zeros((2 * max(most * 8, 16), 5), dtype=np.int64)
        count = ruin.collect(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.allowed, t.near, t.hands, table, u, 0, -1, True)
        return sorted(tuple(row) for row in table[:count].tolist())

    def _detour(self, u: int, k: int, at: int) -> int:
        t = self._t
        before = t.V[t.R[k, at - 1], ruin.PLACE] if at else t.K[k, ruin.BASE]
        after = t.V[t.R[k, at], ruin.PLACE] if at < t.K[k, ruin.LEN] else t.K[k, ruin.HOME]
        here = t.V[u, ruin.PLACE]
        direct = t.T[before, after] if t.K[k, ruin.LEN] else 0
        return int(t.T[before, here] + t.T[here, after] - direct)

    def _undo(self) -> None:
        t = self._t
        ruin.undo(t.T, t.B, t.V, t.K, t.R, t.G, t.Z, t.U, t.S, t.A, t.allowed)
        self._why.clear()

    def _changed(self) -> list[int]:
        """The routes that are no longer as they were."""
        t, found = self._t, []
        for k in sorted(int(k) for k in t.S[-1, : t.Z[ruin.TOUCHES]]):
            count, old = int(t.K[k, ruin.LEN]), int(t.K[k, ruin.OLD_LEN])
            now = t.R[k, :count]
            if count != old or (now != t.S[k, :old]).any() or (t.V[now, ruin.LO] != t.A[k, :old]).any():
                found.append(k)
        return found

    def _proposal(
        self,
        before: int,
        visit: Visit | None,
        extra: Iterable[int] = (),
        *,
        lengths: Mapping[str, int] | None = None,
    ) -> Proposal:
        """The difference the tables show; `extra`: routes whose times may have changed though their visits have not."""
        t = self._t
        touched = sorted({*self._changed(), *extra})
        routes: dict[str, tuple[Stop, ...]] = {}
        rests: dict[str, int | None] = {}
        changes: list[Change] = []
        now_served: dict[str, tuple[str, int]] = {}
        seen: set[str] = set()
        price = int(t.Z[ruin.COST]) - before
        sums = [0, 0, 0]
        for k in touched:
            name = self.problem.carers[k].id
            row = [int(v) for v in t.R[k, : t.K[k, ruin.LEN]]]
            stops: list[tuple[int, int]] = []
            rest: int | None = None
            if row and not t.K[k, ruin.FITS]:  # facts alone are left, and they stand, whatever they break
                stops, rest = [(v, self._start[self._full.visits[v].id]) for v in row], self.plan.rests.get(name)
            elif row:
                timed = [(v, int(t.V[v, ruin.LO]) if t.V[v, ruin.MATE] >= 0 else -1) for v in row]
                stops, rest = timetable(t, k, timed)
            if rest is None and not t.K[k, ruin.NEEDS]:
                rest = self.plan.rests.get(name)
            routes[name] = tuple(Stop(self._name(v, visit), start) for v, start in stops)
            rests[name] = rest
            now_served.update({stop.visit: (name, stop.start) for stop in routes[name]})
            seen |= {stop.visit for stop in self.plan.routes.get(name, ())} | {s.visit for s in routes[name]}
            for i, column in enumerate((ruin.WAY, ruin.LATE, ruin.OVER)):
                sums[i] += int(t.K[k, column])
        for name in sorted(seen):
            was, will = (self._who.get(name), self._start.get(name)), now_served.get(name, (None, None))
            if was != will:
                changes.append(Change(name, *was, *will))
        old = [self._sums_before(k) for k in touched]
        travel, late, over = (sums[i] - sum(row[i] for row in old) for i in range(3))
        reasons = {change.visit: self._reason(change, visit) for change in changes}
        return Proposal(
            self.version, routes, rests, tuple(changes), price, travel, late, over, reasons, dict(lengths or {})
        )

    def _reason(self, change: Change, visit: Visit | None) -> Reason:
        v = self._u if visit is not None and change.visit == visit.id else self._number[change.visit]
        known = self._why.get(v)
        if known is not None and known.because is Because.ROOM:
            return replace(known, by=self._name(int(known.by), visit))
        if known is not None:
            return known
        if change.carer == change.carer_before and change.carer is not None:
            return Reason(Because.SHIFTED, change.carer)
        return Reason(Because.SHORTER)

    def _name(self, v: int, visit: Visit | None) -> str:
        return visit.id if v == self._u and visit is not None else self._full.visits[v].id

    def _sums_before(self, k: int) -> tuple[int, int, int]:
        """Travel, lateness and overtime of a carer in the plan as it stands."""
        carer, t = self.problem.carers[k], self._t
        place, way, late, free = int(t.K[k, ruin.BASE]), 0, 0, 0
        stops = self.plan.routes.get(carer.id, ())
        if not stops:
            return 0, 0, 0
        for stop in stops:
            v = self._number[stop.visit]
            way += int(t.T[place, t.V[v, ruin.PLACE]])
            late += max(0, stop.start - int(t.V[v, ruin.CLOSES]))
            place, free = int(t.V[v, ruin.PLACE]), stop.start + self._full.visits[v].duration
        rest = self.plan.rests.get(carer.id)
        if carer.rest is not None and rest is not None and rest >= free:
            free = rest + carer.rest.length
        back = int(t.T[place, t.K[k, ruin.HOME]])
        return way + back, late, max(0, free + back - carer.shift[1])
