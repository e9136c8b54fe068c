"""Many independent runs of the solver, in this process or in several: the answer does not depend on how many."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from yijia.bench import files
from yijia.core.dispatch import solve
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import DISTANCE, Problem
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


@dataclass(frozen=True, slots=True)
class Measured:
    """One answer judged: its value as it is published, CPU seconds, and rules broken."""

    value: float
    cpu_s: float
    violations: int


def measure(path: Path, seed: int, cpu_seconds: float) -> Measured:
    """Read, plan and judge one instance."""
    problem = files.problem_of(path, None)
    run = once(problem, seed, cpu_seconds, None)
    verdict = check(problem, run.result.plan)
    is_raw = problem.objective is DISTANCE and (
        any(visit.is_optional for visit in problem.visits) or len({carer.base for carer in problem.carers}) > 1
    )  # with prizes or several depots, values are published in the ticks they are reckoned in
    value = verdict.cost[0] / problem.objective.divisor / (1 if is_raw else problem.ticks_per_min)
    return Measured(round(value, 3), round(run.cpu_s, 2), len(verdict.violations))


def measured(jobs: Sequence[tuple[Path, int]], cpu_seconds: float, workers: int) -> Iterator[Measured]:
    """(instance, seed) -> what came of it, in order, each as soon as it is known; in processes, each on its own clock."""
    warm()
    if workers <= 1 or len(jobs) <= 1:
        yield from (measure(path, seed, cpu_seconds) for path, seed in jobs)
        return
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn"), initializer=warm) as pool:
        for job in [pool.submit(measure, path, seed, cpu_seconds) for path, seed in jobs]:
            yield job.result()


def warm() -> None:
    """Load (or make) the machine code, so that compiling is not counted."""
    from yijia.base.local import engine

    engine.warm()
