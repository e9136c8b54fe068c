"""The engine kept ready for today's boards: what could be done about an event, without building the day anew each time.

Each process keeps the last few days it was asked about. A day is built again when anything in it has changed (its
fingerprint), or when the next five minutes have begun.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from yijia.apps.dispatch.queries.day import PAIR, DayFacts, Told, day_facts, fingerprint
from yijia.apps.dispatch.queries.problem import Made, as_visits, problem_for
from yijia.apps.registry import queries as registry
from yijia.apps.visits import queries as visits
from yijia.base.clock import SHANGHAI
from yijia.base.errors import NotFound, Refused
from yijia.base.local import engine as machine_code
from yijia.core.dispatch import model as engine
from yijia.core.dispatch.grid import on_grid
from yijia.core.dispatch.plan import Plan as Routes
from yijia.core.geo import Point
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal

KEPT = 8
_days: "OrderedDict[tuple[int, date], Resident]" = OrderedDict()
_lock = threading.RLock()
_NOBODY = engine.Visit("~", 0, 0, 0, engine.FOREVER, skills=frozenset({"~"}), drop_cost=0)


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer an event, in the board's own terms.

    stops       as a plan keeps them
    figures     minutes it adds on the road, of lateness and of overtime; homes whose time or nurse moves; left without
    """

    stops: list[dict[str, Any]]
    figures: dict[str, int]
    price: int


@dataclass(slots=True)
class Resident:
    """One day at the ready.

    rigid       who was told keeps the time;  loose: may be moved within the window they wished
    """

    mark: tuple[str, int]
    facts: DayFacts
    made: dict[str, Made]
    days: dict[str, Any]

    def day(self, kind: str) -> Any:
        """The engine's running day; built at the first question."""
        if kind not in self.days:
            from yijia.core.dispatch.live import Day  # numba: only who asks pays for it

            made = self.made[kind] = problem_for(
                self.facts, freedom={"rigid": "nurses", "loose": "all"}[kind], only_held=True
            )
            problem = made.problem if made.problem.visits else replace(made.problem, visits=(_NOBODY,))
            self.days[kind] = Day(problem, made.current)
        return self.days[kind]


def resident(actor: Actor, organisation_id: int, on: date, at: datetime) -> Resident:
    """A day at the ready, as it stands now; the caller has seen to it that it is in the actor's sight."""
    key = organisation_id, on
    step = int(visits.term("dispatch_live", _place(organisation_id), on)["begin_every_min"])
    mark = fingerprint(organisation_id, on), int(at.timestamp() // (60 * step))
    with _lock:
        found = _days.get(key)
        if found is None or found.mark != mark:
            found = _days[key] = Resident(mark, day_facts(actor, organisation_id, on, at), {}, {})
            _days.move_to_end(key)
            while len(_days) > KEPT:
                _days.popitem(last=False)
        return found


def make_ready(actor: Actor, organisation_id: int, on: date, at: datetime) -> bool:
    """Whether the day is at the ready now; not while the engine's machine code is still being made."""
    if not machine_code.is_ready():
        return False
    with _lock:
        held = resident(actor, organisation_id, on, at)
        for kind in ("rigid", "loose"):
            day = held.day(kind)
            for carer in day.problem.carers[:1]:  # kept machine code is loaded at its first use: let that be now
                day.sick(carer.id)
                day.overrun(carer.id, 5)
        for pk in _waiting(held.facts)[:1]:
            _inserted(held, pk)
    return True


def _place(organisation_id: int) -> str:
    found = _places.get(organisation_id)
    if found is None:
        found = _places[organisation_id] = registry.organisations_for_system([organisation_id])[
            organisation_id
        ].jurisdiction
    return found


_places: dict[int, str] = {}


def answers(
    actor: Actor, organisation_id: int, on: date, at: datetime, *, event: str, order_id: int | None = None,
    staff_id: int | None = None, minutes: int = 0,
) -> tuple[DayFacts, list[Answer]]:  # fmt: skip
    """Up to three ways to answer what happened, the cheapest first; none when nothing is possible.

    event       insert (order_id, as it was wished) · emergency (order_id, at once) · sick (staff_id) ·
                overrun (staff_id, minutes) · fill (a gap opened: which waiting visits fit now)

    Raises      NotFound: no such open order, or nobody of that id is at work
    Source      DISPATCH-14, DISPATCH-16 in docs/rules/dispatch.md
    """
    _must_be_ready()
    with _lock:
        held = resident(actor, organisation_id, on, at)
        most = int(visits.term("dispatch_live", held.facts.jurisdiction, on)["proposals_most"])
        if event in ("insert", "emergency"):
            found = _inserted(held, order_id, is_emergency=event == "emergency")
        elif event == "fill":
            found = [answer for pk in _waiting(held.facts) for answer in _inserted(held, pk)[:1]]
        else:
            found = _without(held, event, staff_id, minutes)
        return held.facts, _distinct(sorted(found, key=lambda answer: answer.price))[:most]


def _must_be_ready() -> None:
    """A web process never compiles. Raises Refused: dispatch.engine_cold"""
    if not machine_code.is_ready():
        raise Refused(Refusal("dispatch.engine_cold"))


def _waiting(facts: DayFacts) -> list[int]:
    return [
        pk
        for pk, one in facts.told.items()
        if one.order.state in ("signed", "dispatching", "assigned")
        and not facts.is_held(one)
        and not facts.left.get(pk)
    ]


def _inserted(held: Resident, order_id: int | None, *, is_emergency: bool = False) -> list[Answer]:
    one = held.facts.told.get(order_id or 0)
    if one is None or one.order.state not in ("signed", "dispatching", "assigned"):
        raise NotFound
    if held.facts.left.get(one.order.pk) or held.facts.is_held(one):
        return []
    found: list[Answer] = []
    for kind in ("rigid", "loose"):
        day = held.day(kind)
        asked = _asked(held, held.made[kind], one, is_emergency=is_emergency)
        found += _pair(held, day, asked) if one.needed == PAIR else _single(held, day, asked[0])
        if len(_distinct(found)) > 1:
            break
    return found


def _asked(held: Resident, made: Made, one: Told, *, is_emergency: bool) -> list[engine.Visit]:
    facts = held.facts
    measures = visits.term("dispatch_live", facts.jurisdiction, facts.on)
    rank = int(facts.measures["priority"]["emergency"]) if is_emergency else None
    asked = as_visits(facts, one, place=made.places[one.order.pk], people=made.people, priority=rank)
    if is_emergency:
        limit = facts.now + int(measures["emergency_within_min"])
        asked = [replace(visit, closes=max(visit.opens, min(visit.closes, limit))) for visit in asked]
    return asked


def _single(held: Resident, day: Any, visit: engine.Visit) -> list[Answer]:
    return [_answer(held.facts, proposal, _tidied(held.facts, day, proposal, visit)) for proposal in day.insert(visit)]


def _pair(held: Resident, day: Any, asked: Sequence[engine.Visit]) -> list[Answer]:
    """Two who go together: the second is looked for at the time found for the first."""
    found = []
    first, second = asked
    for proposal in day.insert(first):
        start = next(change.start for change in proposal.changes if change.visit == first.id)
        who = next(change.carer for change in proposal.changes if change.visit == first.id)
        after = day.apply(proposal, first)
        if isinstance(start, int) and not hasattr(after, "code"):
            mate = replace(second, opens=start, closes=start, forbidden=second.forbidden | {who})
            for more in after.insert(mate)[:1]:
                reasons = {**proposal.reasons, **more.reasons}
                answer = _answer(held.facts, proposal, [*proposal.changes, *more.changes], reasons)
                figures = {
                    "travel": proposal.travel + more.travel, "late": proposal.late + more.late,
                    "overtime": proposal.overtime + more.overtime,
                }  # fmt: skip
                found.append(replace(answer, figures=answer.figures | figures, price=proposal.price + more.price))
    return found


def _without(held: Resident, event: str, staff_id: int | None, minutes: int) -> list[Answer]:
    found = []
    for kind in ("rigid", "loose"):
        day = held.day(kind)
        if str(staff_id) not in {carer.id for carer in day.problem.carers}:
            if staff_id in held.made[kind].shifts or staff_id in held.facts.staff:
                return []
            raise NotFound
        proposals = day.sick(str(staff_id)) if event == "sick" else day.overrun(str(staff_id), minutes)
        found += [_answer(held.facts, proposal, _tidied(held.facts, day, proposal)) for proposal in proposals]
    if event == "sick":
        mine = [one for one in held.facts.told.values() if staff_id in one.crew and one.order.state == "assigned"]
        stops = [stop_of(held.facts, one, tuple(pk for pk in one.crew if pk != staff_id), one.from_at) for one in mine]
        if stops:  # let the dispatcher ring round: nobody else's day is touched
            dearest = max(answer.price for answer in found) + 1
            found.append(Answer(stops, _figures(held.facts, stops, 0, 0, 0), dearest))
    return found


def _tidied(facts: DayFacts, day: Any, proposal: Any, asked: engine.Visit | None = None) -> list[Any]:
    """A proposal's changes with their starts on the grid where that costs nothing."""
    problem = day.problem if asked is None else replace(day.problem, visits=(*day.problem.visits, asked))
    routes = {carer: route for carer, route in {**day.plan.routes, **proposal.routes}.items() if route}
    rests = {carer: rest for carer, rest in {**day.plan.rests, **proposal.rests}.items() if rest is not None}
    moved = {change.visit for change in proposal.changes if change.start is not None}
    step = int(facts.measures["start_step_min"])
    start = on_grid(problem, Routes(routes, rests), step, free=moved).start_of()
    return [replace(change, start=start.get(change.visit)) for change in proposal.changes]


def _answer(facts: DayFacts, proposal: Any, changes: Iterable[Any], reasons: Mapping[str, Any] | None = None) -> Answer:
    """A proposal of the engine in the board's terms; `reasons`: when there are more than the proposal's own."""
    reasons = proposal.reasons if reasons is None else reasons
    whys: dict[int, dict[str, Any]] = {}
    crews: dict[int, list[str | None]] = {}
    starts: dict[int, int] = {}
    for change in changes:
        order_id, _, seat = change.visit.partition(".")
        if not order_id.isdecimal():
            continue
        one = facts.told[int(order_id)]
        crew = crews.setdefault(
            one.order.pk, [str(pk) for pk in one.crew] if facts.is_held(one) else [None] * one.needed
        )
        crew[int(seat)] = change.carer
        if change.visit in reasons:
            whys.setdefault(one.order.pk, _reason(reasons[change.visit]))
        if change.start is not None:
            starts[one.order.pk] = change.start
    stops = []
    for order_id, crew in crews.items():
        one = facts.told[order_id]
        from_at = facts.instant(starts[order_id]) if order_id in starts else one.from_at
        staff = tuple(int(who) for who in crew if who is not None)
        whole = staff if len(staff) == one.needed else ()
        if whole != one.crew or from_at != one.from_at or one.visit is None:
            stops.append(stop_of(facts, one, whole, from_at) | {"why": whys.get(order_id, {})})
    figures = _figures(facts, stops, proposal.travel, proposal.late, proposal.overtime)
    return Answer(stops, figures, proposal.price)


def _reason(reason: Any) -> dict[str, Any]:
    """Why a visit changes, as a plan keeps it: the code, and the order or person that is the cause."""
    by, _, _ = reason.by.partition(".")
    kind = "order" if reason.because.value == "room" else "staff"
    return {"code": reason.because.value} | ({kind: int(by)} if by.isdecimal() else {})


def stop_of(facts: DayFacts, one: Told, staff: tuple[int, ...], from_at: datetime) -> dict[str, Any]:
    """One change as a plan keeps it."""
    return {
        "order": one.order.pk,
        "staff": list(staff),
        "from": from_at.isoformat(),
        "versions": list(one.versions),
        "was": {"staff": list(one.crew), "from": one.visit.planned_from.isoformat() if one.visit else None},
    }


def _figures(facts: DayFacts, stops: list[dict[str, Any]], travel: int, late: int, overtime: int) -> dict[str, int]:
    told = [stop for stop in stops if facts.is_held(facts.told[stop["order"]])]
    return {
        "travel": travel, "late": late, "overtime": overtime,
        "moved": sum(1 for stop in told if stop["staff"] and stop["from"] != stop["was"]["from"]),
        "other_nurse": sum(1 for stop in told if stop["staff"] and stop["staff"] != stop["was"]["staff"]),
        "unserved": sum(1 for stop in stops if not stop["staff"]),
        "served": sum(1 for stop in stops if stop["staff"] and stop not in told),
    }  # fmt: skip


def _distinct(found: Iterable[Answer]) -> list[Answer]:
    seen, kept = set(), []
    for answer in found:
        key = repr([(stop["order"], stop["staff"], stop["from"]) for stop in answer.stops])
        if answer.stops and key not in seen:
            seen.add(key)
            kept.append(answer)
    return kept


@dataclass(frozen=True, slots=True)
class Promise:
    """A window that can be promised: anybody may be told so; what it costs is minutes on the road."""

    from_at: datetime
    until_at: datetime
    staff_id: int
    travel_min: int
    price: int


def promises(
    actor: Actor, organisation_id: int, on: date, at: datetime, *, place: Point, minutes: int, unfit: Mapping[int, bool],
    from_min: int, until_min: int, staff_needed: int = 1,
) -> list[Promise]:  # fmt: skip
    """Windows of a day that fit the plan as it stands, the cheapest first, for a visit that is no order yet.

    unfit       staff whom the gate forbids

    Source      DISPATCH-15 in docs/rules/dispatch.md
    """
    _must_be_ready()
    from yijia.core.dispatch.live import Day

    with _lock:
        held = resident(actor, organisation_id, on, at)
        measures = visits.term("dispatch_live", held.facts.jurisdiction, on)
        made = problem_for(held.facts, freedom="nurses", only_held=True, guest=place)
        problem = made.problem if made.problem.visits else replace(made.problem, visits=(_NOBODY,))
        day = Day(problem, made.current)
        step = int(held.facts.measures["start_step_min"])
        opens = -(-max(held.facts.now, from_min) // step) * step
        if opens > until_min or not made.people:
            return []
        forbidden = frozenset(str(pk) for pk in unfit) & made.people
        asked = engine.Visit("new", made.guest or 0, minutes, opens, until_min, load=minutes, forbidden=forbidden)
        slots = day.windows(asked, width=int(measures["promise_width_min"]), most=int(measures["promise_most"]))
        return [
            Promise(
                held.facts.instant(slot.opens), held.facts.instant(slot.closes + 1), int(slot.carer), slot.travel, slot.price
            )
            for slot in slots
        ]  # fmt: skip


def minute_of(at: datetime) -> int:
    """The minute of the day in China."""
    here = at.astimezone(SHANGHAI)
    return here.hour * 60 + here.minute


def unfit_for_need(actor: Actor, organisation_id: int, on: date, profession: str, skills: set[str]) -> set[int]:
    """Staff whom the gate would not let go to a visit that is no order yet, or who lack its specialties."""
    people = [one for one in registry.list_staff(actor, organisation_id) if one.is_active]
    gates = registry.staff_gates_for_system(people, on)
    known = registry.staff_facts_of(people, on) if people else {}
    return {
        one.pk
        for one in people
        if one.profession != profession
        or (one.pk in gates and bool(gates[one.pk].reds))
        or not skills <= (known[one.pk].specialties or frozenset())
    }
