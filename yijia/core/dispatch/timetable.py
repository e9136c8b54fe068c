"""From the rows of the route search back to people and hours."""

from yijia.core.dispatch import ruin
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Plan, Stop
from yijia.core.dispatch.rows import Ints, Tables


def plan_of(problem: Problem, t: Tables, best: Ints) -> Plan:
    """The plan kept in `best`, every start as early as its route allows."""
    routes: dict[str, tuple[Stop, ...]] = {}
    rests: dict[str, int] = {}
    at = 1
    for k, carer in enumerate(problem.carers):
        count = int(best[at])
        pairs = best[at + 1 : at + 1 + 2 * count].reshape(count, 2).tolist()
        at += 1 + 2 * count
        if count:
            stops, rest = timetable(t, k, [(v, appointment) for v, appointment in pairs])
            routes[carer.id] = tuple(Stop(problem.visits[v].id, start) for v, start in stops)
            if rest is not None:
                rests[carer.id] = rest
    return Plan(routes, rests)


def timetable(t: Tables, k: int, route: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int | None]:
    """Earliest starts of a route and the start of its break; the break goes where least lateness and overtime follow.

    route    (visit, appointment or -1) in order
    """
    best: tuple[int, int, list[tuple[int, int]], int | None] | None = None
    needs = bool(t.K[k, ruin.NEEDS])
    weight_late, weight_over = int(t.Z[ruin.W_LATE]), int(t.Z[ruin.W_OVER])
    span = int(t.K[k, ruin.SPAN_MAX])
    for slot in range(len(route) + 1) if needs else (-1,):
        leave = int(t.K[k, ruin.BEGINS]) if span >= ruin.FAR else _departure(t, k, route, slot)
        free, place, late = leave, int(t.K[k, ruin.BASE]), 0
        rest: int | None = None
        stops: list[tuple[int, int]] = []
        for i, (v, appointment) in enumerate([*route, (-1, -1)]):
            if i == slot:
                rest = max(free, int(t.K[k, ruin.REST_OPENS]))
                if rest > t.K[k, ruin.REST_LAST]:
                    break
                free = rest + int(t.K[k, ruin.REST_LENGTH])
            if v < 0:
                end = free + int(t.T[place, t.K[k, ruin.HOME]])
                first = stops[0][1] - int(t.T[t.K[k, ruin.BASE], t.V[stops[0][0], ruin.PLACE]]) if stops else end
                if end <= t.K[k, ruin.HARD] and end - first <= span:
                    over = max(0, end - int(t.K[k, ruin.ENDS]))
                    price = late * weight_late + over * weight_over
                    if best is None or (price, end) < best[:2]:
                        best = (price, end, stops, rest)
                break
            low, high = (int(t.V[v, ruin.OPENS]), int(t.V[v, ruin.LIMIT])) if appointment < 0 else (appointment,) * 2
            begin = max(low, free + int(t.T[place, t.V[v, ruin.PLACE]]))
            if begin > high:
                break
            stops.append((v, begin))
            late += max(0, begin - int(t.V[v, ruin.CLOSES]))
            free, place = begin + int(t.V[v, ruin.DURATION]), int(t.V[v, ruin.PLACE])
    if best is None:
        raise AssertionError("the search kept a route that has no timetable")
    return best[2], best[3]


def _departure(t: Tables, k: int, route: list[tuple[int, int]], slot: int) -> int:
    """The latest moment to leave the base, with the break before stop `slot`, that makes nothing late; else the first."""
    begins, after, place = int(t.K[k, ruin.BEGINS]), int(t.K[k, ruin.ENDS]), int(t.K[k, ruin.HOME])
    for i in range(len(route), -1, -1):
        v, appointment = route[i - 1] if i else (-1, -1)
        leave = after - int(t.T[t.V[v, ruin.PLACE] if i else t.K[k, ruin.BASE], place])
        if i == slot:
            leave = min(leave - int(t.K[k, ruin.REST_LENGTH]), int(t.K[k, ruin.REST_LAST]))
            if leave < t.K[k, ruin.REST_OPENS]:
                return begins
        if i == 0:
            return max(leave, begins)
        low, high = (int(t.V[v, ruin.OPENS]), int(t.V[v, ruin.LIMIT])) if appointment < 0 else (appointment,) * 2
        after, place = min(high, int(t.V[v, ruin.CLOSES]), leave - int(t.V[v, ruin.DURATION])), int(t.V[v, ruin.PLACE])
        if after < low:
            return begins
    return begins
