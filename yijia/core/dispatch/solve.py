"""`solve(problem, stop, seed, params) -> Result`: the one door to both searches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from yijia.core.dispatch import check, routing, weaving
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Plan, Result, Why
from yijia.core.dispatch.reasons import reasons


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop: after `iterations` steps, or when `clock()` has advanced by `seconds`; whichever comes first.

    Only a budget of iterations alone gives the same plan every time. The clock is passed in: the core reads none.
    """

    iterations: int | None = None
    seconds: float | None = None
    clock: Callable[[], float] | None = None

    def __post_init__(self) -> None:
        if self.iterations is None and (self.seconds is None or self.clock is None):
            raise ValueError("a budget needs iterations, or seconds and a clock")

    def progress(self) -> Callable[[int], float]:
        """steps done -> share of the budget used; the clock starts now."""
        clock, seconds, iterations = self.clock, self.seconds, self.iterations
        begin = clock() if clock is not None else 0.0

        def share(steps: int) -> float:
            by_steps = steps / iterations if iterations else (1.0 if iterations == 0 else 0.0)
            by_time = (clock() - begin) / seconds if clock is not None and seconds else 0.0
            return max(by_steps, by_time)

        return share


@dataclass(frozen=True, slots=True)
class Params:
    """How hot the searches begin and end.

    order_hot, order_cold    order search, minutes of the objective's sum, > 0; hotter for days of few visits, which are
                             searched to the end anyway and have deeper valleys
    route_hot, route_cold    route search, shares of the mean way to near visits, > 0
    """

    order_hot: tuple[float, float] = (100.0, 60.0)
    order_cold: tuple[float, float] = (1.5, 0.8)
    order_few: int = 160
    route_hot: float = 1.0
    route_cold: float = 0.02


DEFAULT = Params()


def solve(problem: Problem, *, stop: Budget, seed: int, params: Params = DEFAULT, start: Plan | None = None) -> Result:
    """A plan for the day, its cost, and why each visit left out was left out.

    start       a plan to begin with (warm start); the price of changing it is the objective's CHANGES

    Raises      ProblemError: the problem contradicts itself
    Source      DISPATCH-04, DISPATCH-13 in docs/rules/dispatch.md; ADR-0009
    """
    progress = stop.progress()
    if start is None and weaving.fits(problem):
        size = 0 if len(problem.visits) <= params.order_few else 1
        plan, steps = weaving.search(
            problem, seed=seed, hot=params.order_hot[size], cold=params.order_cold[size], progress=progress
        )
    else:
        plan, steps = routing.search(
            problem, seed=seed, hot=params.route_hot, cold=params.route_cold, progress=progress, start=start
        )
    return judged(problem, plan, steps)


def judged(problem: Problem, plan: Plan, steps: int, known: Mapping[str, Mapping[str, Why]] | None = None) -> Result:
    """The result of a plan: the cost the checker finds, and the reasons. A plan that breaks a rule is a bug.

    known    reasons found already, shard by shard; None = find them
    """
    verdict = check.check(problem, plan)
    if verdict.violations:
        raise AssertionError(f"the search broke a rule: {verdict.violations[:3]}")
    found = reasons(problem, plan, verdict.unserved) if known is None else known
    return Result(plan, verdict.parts, verdict.cost, found, steps)


def best_of(results: Sequence[Result]) -> Result:
    """The cheapest by tiers; the first among equals, so that the order of finishing does not matter."""
    return min(results, key=lambda result: result.cost)
