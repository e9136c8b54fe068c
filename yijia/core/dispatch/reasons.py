"""Why a visit is not served: for every carer, the first rule that stands in the way."""

from collections.abc import Mapping, Sequence

from yijia.core.dispatch import routing, ruin
from yijia.core.dispatch.model import Carer, Problem, Visit
from yijia.core.dispatch.plan import Plan, Why
from yijia.core.dispatch.rows import Tables


def reasons(problem: Problem, plan: Plan, unserved: Sequence[str]) -> Mapping[str, Mapping[str, Why]]:
    """unserved visit -> carer -> rule, in the plan as it stands."""
    if not unserved:
        return {}
    tables = routing.tables(problem)
    routing.enter(problem, tables, plan)
    number = {visit.id: i for i, visit in enumerate(problem.visits)}
    return {
        name: {
            carer.id: why(problem, tables, problem.visits[number[name]], number[name], carer, k)
            for k, carer in enumerate(problem.carers)
        }
        for name in unserved
    }


def why(problem: Problem, t: Tables, visit: Visit, v: int, carer: Carer, k: int) -> Why:
    """The rule that keeps one carer from one unserved visit, in the tables' plan."""
    if not visit.skills <= carer.skills:
        return Why.SKILL
    if carer.id in visit.forbidden:
        return Why.FORBIDDEN
    if not t.allowed[v, k]:
        return _alone(problem, visit, carer, t, v, k)
    kinds = {
        int(ruin.obstacle(t.T, t.B, t.V, t.K, t.R, v, k, at)) for at in range(t.K[k, ruin.FROZEN], t.K[k, ruin.LEN] + 1)
    }
    if 0 in kinds:
        return Why.PAIR if t.V[v, ruin.MATE] >= 0 else Why.PRICE
    if kinds == {1}:
        return Why.VISITS
    if t.K[k, ruin.NEEDS]:
        t.K[k, ruin.NEEDS] = 0
        row = t.V.copy()
        routing.relabel(t, k)
        fits = any(
            ruin.obstacle(t.T, t.B, t.V, t.K, t.R, v, k, at) == 0
            for at in range(t.K[k, ruin.FROZEN], t.K[k, ruin.LEN] + 1)
        )
        t.K[k, ruin.NEEDS] = 1
        t.V[:] = row
        if fits:
            return Why.REST
    return Why.WINDOW


def _alone(problem: Problem, visit: Visit, carer: Carer, t: Tables, v: int, k: int) -> Why:
    if any(pin.visit == visit.id and pin.carer != carer.id for pin in problem.pins):
        return Why.PINNED
    begins, hard = int(t.K[k, ruin.BEGINS]), int(t.K[k, ruin.HARD])
    opens, limit = int(t.V[v, ruin.OPENS]), int(t.V[v, ruin.LIMIT])
    if max(begins, opens) > limit or max(begins, opens) + visit.duration > hard:
        return Why.SHIFT
    return Why.DISTANCE
