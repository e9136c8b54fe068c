"""The running day: something happens, and the plan answers with up to three proposals that leave the rest in peace.

The engine stays resident: a `Day` keeps the tables of today's plan, with one spare row for a visit that is asked about.
What has begun, or is on the way, is frozen. A proposal is a versioned difference: the new routes of the carers it
touches, applied only to the plan it was made for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch import check, routing, ruin
from yijia.core.dispatch.answers import Change, Proposal, Slot
from yijia.core.dispatch.model import FOREVER, Pin, Problem, ProblemError, Term, Visit
from yijia.core.dispatch.plan import Plan, Stop, Why
from yijia.core.dispatch.reasons import why
from yijia.core.dispatch.rows import Ints, Times
from yijia.core.dispatch.timetable import timetable
from yijia.core.refusal import Refusal

_SPARE = "\x00spare"


def _as_begun(visit: Visit, carer: str, start: int) -> Visit:
    return replace(
        visit,
        opens=min(visit.opens, start),
        closes=max(visit.closes, start),
        skills=frozenset(),
        forbidden=visit.forbidden - {carer},
    )


class Day:
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

    def insert(self, visit: Visit, *, most: int = 3) -> tuple[Proposal, ...]:
        """Proposals to serve a new visit from now on, the best first; none when nothing is possible (see `why_not`).

        Source      DISPATCH-14 in docs/rules/dispatch.md
        """
        u = self._ask(visit)
        t = self._t
        before = int(t.Z[ruin.COST])
        found: list[Proposal] = []
        rows = self._places_for(u)
        for k in list(dict.fromkeys(row[1] for row in rows))[:most]:
            if ruin.seat(*t, self._rng, u, k):
                found.append(self._proposal(before, visit))
            self._undo()
        if not found:
            _, k, out = ruin.eject(*t, self._rng, u)
            if out >= 0:
                routing.pull(t, int(out))
                routing.relabel(t, k)
                if ruin.seat(*t, self._rng, u, k):
                    ruin.seat(*t, self._rng, int(out), -1)
                    found.append(self._proposal(before, visit))
                self._undo()
        return tuple(sorted(found, key=lambda proposal: proposal.price))

    def why_not(self, visit: Visit) -> Mapping[str, Why | None]:
        """For every carer the rule that keeps them from a new visit; None for those who could take it."""
        u = self._ask(visit)
        able = {k for _, k, *_ in self._places_for(u, most=len(self._carer))}
        asked = replace(visit, opens=int(self._t.V[u, ruin.OPENS]))
        return {
            carer.id: None if k in able else why(self._full, self._t, asked, u, carer, k)
            for k, carer in enumerate(self.problem.carers)
        }

    def windows(self, visit: Visit, *, width: int, most: int = 5) -> tuple[Slot, ...]:
        """Windows of a width (ticks) inside the visit's own that can be promised, the cheapest first; none overlap.

        Source      DISPATCH-15 in docs/rules/dispatch.md
        """
        if width <= 0:
            raise ProblemError(f"visit {visit.id}.window", "a promise needs a width")
        slots: list[Slot] = []
        for opens in range(visit.opens, visit.closes + 1, width):
            closes = min(visit.closes, opens + width - 1)
            if closes < self.now:
                continue
            u = self._ask(replace(visit, opens=opens, closes=closes, late_max=0))
            rows = self._places_for(u)
            if rows:
                price, k, at, _, _ = rows[0]
                way = self._detour(u, k, at)
                slots.append(Slot(max(opens, self.now), closes, self.problem.carers[k].id, price, way))
        return tuple(sorted(slots, key=lambda slot: (slot.price, slot.opens))[:most])

    def cancel(self, visit: str) -> Proposal:
        """The day without a visit (cancelled, or nobody was at home); a visit linked to it is not served either."""
        return self._without({visit} | self._mates({visit}), again=False, shut=0)

    def sick(self, carer: str) -> Proposal:
        """The day without a carer from now on: their visits not yet begun go to others, the dearest first.

        Source      DISPATCH-16 in docs/rules/dispatch.md
        """
        k = self._carer[carer]
        count, length = int(self._t.K[k, ruin.FROZEN]), int(self._t.K[k, ruin.LEN])
        gone = {self._full.visits[int(v)].id for v in self._t.R[k, count:length]}
        return self._without(gone | self._mates(gone), again=True, shut=k)

    def overrun(self, carer: str, late: int) -> Proposal:
        """A carer is behind by `late` ticks: what no longer fits their day goes to others."""
        t, k = self._t, self._carer[carer]
        count = int(t.K[k, ruin.FROZEN])
        row, column = (t.V[int(t.R[k, count - 1])], ruin.DURATION) if count else (t.K[k], ruin.BEGINS)
        row[column] += late
        gone = self._ease(k)
        before = int(t.Z[ruin.COST])
        self._reseat(gone)
        proposal = self._proposal(before, None, {k})
        row[column] -= late
        self._undo()
        routing.relabel(t, k)
        return proposal

    def apply(self, proposal: Proposal, visit: Visit | None = None) -> "Day | Refusal":
        """The day after a proposal; refused when the plan has changed since. `visit`: the new one it serves, if any."""
        if proposal.version != self.version:
            return Refusal("dispatch.stale", {"version": self.version, "proposal": proposal.version})
        routes = {**self.plan.routes, **proposal.routes}
        rests = {**self.plan.rests}
        for carer, rest in proposal.rests.items():
            if rest is not None:
                rests[carer] = rest
            elif not routes.get(carer):
                rests.pop(carer, None)
        problem = self.problem
        if visit is not None:
            problem = replace(problem, visits=(*problem.visits, visit))
        plan = Plan({carer: route for carer, route in routes.items() if route}, rests)
        return Day(problem, plan, now=self.now, version=self.version + 1, ground=self._ground_with(visit))

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

    def verdict(self) -> check.Verdict:
        """What the checker says of the plan as it stands."""
        return check.check(self.problem, self.plan)

    def _mates(self, visits: Iterable[str]) -> set[str]:
        wanted, t = set(visits), self._t
        mates = {int(t.V[self._number[name], ruin.MATE]) for name in wanted} - {-1}
        return {self._full.visits[m].id for m in mates if not t.V[m, ruin.STICKY]}

    def _without(self, visits: set[str], *, again: bool, shut: int) -> Proposal:
        t = self._t
        before = int(t.Z[ruin.COST])
        touched = {int(t.V[self._number[name], ruin.ROUTE]) for name in visits} - {-1}
        for name in visits:
            if t.V[self._number[name], ruin.SLOT] < 0:
                routing.pull(t, self._number[name])
        eased = {name for k in sorted(touched) for name in self._ease(k)}
        column = t.allowed[:, shut].copy()
        if again:
            t.allowed[:, shut] = 0
        self._reseat(visits | eased if again else eased)
        t.allowed[:, shut] = column
        proposal = self._proposal(before, None, touched)
        self._undo()
        return proposal

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

    def _reseat(self, visits: set[str]) -> None:
        t = self._t
        for v in sorted((self._number[name] for name in visits), key=lambda v: -int(t.V[v, ruin.DROP])):
            if t.V[v, ruin.SLOT] >= 0:
                ruin.seat(*t, self._rng, v, -1)

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

    def _proposal(self, before: int, visit: Visit | None, extra: Iterable[int] = ()) -> Proposal:
        t = self._t
        touched = sorted({int(k) for k in t.S[-1, : t.Z[ruin.TOUCHES]]} | set(extra))
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
            if row:
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
        return Proposal(self.version, routes, rests, tuple(changes), price, travel, late, over)

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
