"""What can happen on a running day, and the answers to it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from yijia.core.dispatch import check, routing, ruin
from yijia.core.dispatch.answers import Because, Proposal, Reason, Slot
from yijia.core.dispatch.live.ready import PROPOSALS, Ready
from yijia.core.dispatch.model import ProblemError, Visit
from yijia.core.dispatch.plan import Plan, Why
from yijia.core.dispatch.reasons import why
from yijia.core.refusal import Refusal


class Day(Ready):
    """A running day to be asked: each question is answered with proposals, the best first, and changes nothing."""

    def insert(self, visit: Visit, *, most: int = PROPOSALS) -> tuple[Proposal, ...]:
        """Proposals to serve a new visit from now on; none when nothing is possible (see `why_not`).

        It goes between other visits; failing that, one or two others make room for it and are served elsewhere, or wait
        when they may.

        Source      DISPATCH-14 in docs/rules/dispatch.md
        """
        u = self._ask(visit)
        t = self._t
        before = int(t.Z[ruin.COST])
        found: list[Proposal] = []
        rows = self._places_for(u)
        for k in list(dict.fromkeys(row[1] for row in rows))[:most]:
            if ruin.seat(*t, self._rng, u, k):
                found.append(self._served(u, visit, before))
            self._undo()
        if not found:
            ways = self._makes_room(u)
            self._undo()
            for way in ways[:most]:
                if self._follow(u, way):
                    found.append(self._served(u, visit, before))
                self._undo()
        return _distinct(found)

    def _served(self, u: int, visit: Visit, before: int) -> Proposal:
        """The proposal that the new visit, now seated, makes."""
        self._tidy()
        self._why[u] = Reason(Because.ASKED)
        return self._proposal(before, visit)

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

    def cancel(self, visit: str) -> tuple[Proposal, ...]:
        """The day without a visit: as it is otherwise, and with what waits in its place. A visit linked to it is not served
        either. One that has begun stands, as short as it was: see `no_show`."""
        if self._is_begun(visit):
            return self.no_show(visit)
        gone = {visit} | self._mates({visit})
        return self._ways_out(lambda is_bold: self._without(gone, is_bold=is_bold))

    def no_show(self, visit: str) -> tuple[Proposal, ...]:
        """Nobody was at home: the carer is free now, where the visit was to be; and with what waits in the time won.

        Source      DISPATCH-26 in docs/rules/dispatch.md
        """
        if not self._is_begun(visit):
            return self.cancel(visit)
        t, v = self._t, self._number[visit]
        k = int(t.V[v, ruin.ROUTE])
        short = max(0, self.now - self._start[visit])
        gone = {name for name in self._mates({visit}) if not self._is_begun(name)}
        is_last = int(t.V[v, ruin.POS]) == int(t.K[k, ruin.FROZEN]) - 1
        length = min(short, int(t.V[v, ruin.DURATION])) if is_last else int(t.V[v, ruin.DURATION])
        lengths = {visit: min(short, self._full.visits[v].duration)}

        def answer(is_bold: bool) -> Proposal:
            was = int(t.V[v, ruin.DURATION])
            t.V[v, ruin.DURATION] = length
            routing.relabel(t, k)
            proposal = self._without(gone, is_bold=is_bold, extra={k}, lengths=lengths)
            t.V[v, ruin.DURATION] = was
            routing.relabel(t, k)
            return proposal

        return self._ways_out(answer)

    def sick(self, carer: str) -> tuple[Proposal, ...]:
        """The day without a carer from now on: their visits not yet begun go to others, the dearest first: between other
        visits, and with others making room.

        Source      DISPATCH-16 in docs/rules/dispatch.md
        """
        t, k = self._t, self._carer[carer]
        count, length = int(t.K[k, ruin.FROZEN]), int(t.K[k, ruin.LEN])
        gone = {self._full.visits[int(v)].id for v in t.R[k, count:length]}
        gone |= self._mates(gone)

        def answer(is_bold: bool) -> Proposal:
            column = t.allowed[:, k].copy()
            t.allowed[:, k] = 0
            proposal = self._without(gone, is_bold=is_bold, again=Reason(Because.CARER, carer))
            t.allowed[:, k] = column
            return proposal

        return self._ways_out(answer)

    def overrun(self, carer: str, late: int) -> tuple[Proposal, ...]:
        """A carer is behind by `late` ticks: only what no longer fits their day goes to others; and with whatever would be
        late or into overtime given away too, where that is worth it."""
        t, k = self._t, self._carer[carer]
        count = int(t.K[k, ruin.FROZEN])
        last = int(t.R[k, count - 1]) if count else -1
        row, column = (t.V[last], ruin.DURATION) if count else (t.K[k], ruin.BEGINS)
        lengths = {}
        if count:
            name = self._full.visits[last].id
            lengths = {name: int(t.V[last, ruin.DURATION]) + late}

        def answer(is_bold: bool) -> Proposal:
            row[column] += late
            gone = self._ease(k)
            before = int(t.Z[ruin.COST])
            for name in gone:
                self._why[self._number[name]] = Reason(Because.CARER, carer)
            self._reseat(gone, with_room=is_bold)
            if is_bold:
                self._give_away(k)
            proposal = self._proposal(before, None, {k}, lengths=lengths)
            row[column] -= late
            self._undo()
            routing.relabel(t, k)
            return proposal

        return self._ways_out(answer)

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
        if proposal.lengths:
            problem = replace(
                problem,
                visits=tuple(
                    replace(one, duration=proposal.lengths.get(one.id, one.duration)) for one in problem.visits
                ),
                links=tuple(link for link in problem.links if not {link.first, link.second} & proposal.lengths.keys()),
            )
        plan = Plan({carer: route for carer, route in routes.items() if route}, rests)
        return Day(problem, plan, now=self.now, version=self.version + 1, ground=self._ground_with(visit))

    def verdict(self) -> check.Verdict:
        """What the checker says of the plan as it stands."""
        return check.check(self.problem, self.plan)

    def _ways_out(self, answer: Callable[[bool], Proposal]) -> tuple[Proposal, ...]:
        """The quiet answer, which moves nobody else's visits, and the bold one where it costs less."""
        quiet, bold = answer(False), answer(True)
        return _distinct([quiet, bold] if bold.price < quiet.price else [quiet])

    def _without(
        self,
        gone: set[str],
        *,
        is_bold: bool,
        again: Reason | None = None,
        extra: Iterable[int] = (),
        lengths: Mapping[str, int] | None = None,
    ) -> Proposal:
        """The day with visits taken out; `again`: they are served by others where that is possible, for this reason."""
        t = self._t
        before = int(t.Z[ruin.COST])
        touched = {int(t.V[self._number[name], ruin.ROUTE]) for name in gone} - {-1} | set(extra)
        for name in sorted(gone):
            self._why[self._number[name]] = again or Reason(Because.GONE)
            if t.V[self._number[name], ruin.SLOT] < 0:
                routing.pull(t, self._number[name])
        eased = {name for k in sorted(touched) for name in self._ease(k)}
        self._reseat(gone | eased if again else eased, with_room=is_bold)
        if is_bold:
            if again is None:
                self._fill(sorted(touched), but=gone)
            self._tidy(touched)
        proposal = self._proposal(before, None, touched, lengths=lengths)
        self._undo()
        return proposal

    def _give_away(self, k: int) -> None:
        """Visits of a route go elsewhere one by one, while each saves more than the price of a change."""
        t = self._t
        slack = int(t.Z[ruin.W_CHANGE])
        for v in [int(v) for v in t.R[k, t.K[k, ruin.FROZEN] : t.K[k, ruin.LEN]]][::-1]:
            if t.V[v, ruin.STICKY] or t.V[v, ruin.MATE] >= 0:
                continue
            at, old = int(t.V[v, ruin.POS]), int(t.Z[ruin.COST])
            routing.pull(t, v)
            if ruin.seat(*t, self._rng, v, -1) and int(t.Z[ruin.COST]) + slack < old:
                if int(t.V[v, ruin.ROUTE]) != k:
                    self._why[v] = Reason(Because.CARER, self.problem.carers[k].id)
                continue
            if t.V[v, ruin.SLOT] < 0:
                routing.pull(t, v)
            routing.put(t, v, k, at)

    def _is_begun(self, visit: str) -> bool:
        t, v = self._t, self._number[visit]
        k = int(t.V[v, ruin.ROUTE])
        return k >= 0 and int(t.V[v, ruin.POS]) < int(t.K[k, ruin.FROZEN])


def _distinct(found: list[Proposal]) -> tuple[Proposal, ...]:
    """The cheapest first, equal ones once."""
    kept: list[Proposal] = []
    for one in sorted(found, key=lambda proposal: proposal.price):
        if all(one.routes != other.routes for other in kept):
            kept.append(one)
    return tuple(kept)
