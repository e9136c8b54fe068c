"""Many independent runs of the solver, in this process or in several: the answer does not depend on how many."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from yijia.core.dispatch import solve
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Result


@dataclass(frozen=True, slots=True)
class Run:
    """One answer, and the CPU seconds of its process it took."""

    result: Result
    cpu_s: float


def once(problem: Problem, seed: int, cpu_seconds: float | None, iterations: int | None) -> Run:
    """Solve once; the budget is CPU seconds of this process."""
    began = time.process_time()
    budget = solve.Budget(iterations, cpu_seconds, time.process_time if cpu_seconds is not None else None)
    result = solve.solve(problem, stop=budget, seed=seed)
    return Run(result, time.process_time() - began)


def many(
    problem: Problem, seeds: Sequence[int], cpu_seconds: float | None, iterations: int | None, workers: int
) -> list[Run]:
    """One run per seed, in the order of the seeds."""
    if workers <= 1 or len(seeds) <= 1:
        return [once(problem, seed, cpu_seconds, iterations) for seed in seeds]
    with ProcessPoolExecutor(min(workers, len(seeds)), mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(once, problem, seed, cpu_seconds, iterations) for seed in seeds]
        return [job.result() for job in jobs]


def warm() -> None:
    """Load (or make) the machine code, so that compiling is not counted."""
    from yijia.base.local import engine

    engine.warm()
