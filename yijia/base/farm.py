"""Runs the planning of a day: in this process, in processes of this machine, or on a cluster of many.

`plan` is what a job or a command calls. A day larger than a shard is cut (`core.dispatch.shards`) and its shards are
planned side by side by `dask.distributed` workers; the same seed and iterations give the same plan wherever they run.
"""

import itertools
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yijia.core.dispatch import shards, solve
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Plan, Result
from yijia.core.dispatch.travel import points_of
from yijia.core.dispatch.warm import warm

SHARD_VISITS = 1500
ANSWER_S = 10.0
"""How long a scheduler has to answer."""


class FarmError(RuntimeError):
    """The workers cannot be reached, or places that must be cut into shards lie nowhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says: the plan of its shard, and what it took."""

    result: Result
    worker: str
    cpu_s: float
    peak_mb: float


@dataclass(slots=True)
class Report:
    """What planning took: CPU seconds of search and peak memory (MB), by worker."""

    cpu_s: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)
    shards: int = 0

    def add(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            self.cpu_s[answer.worker] = self.cpu_s.get(answer.worker, 0.0) + answer.cpu_s
            self.peak_mb[answer.worker] = max(self.peak_mb.get(answer.worker, 0.0), answer.peak_mb)
        self.shards += len(answers)


def plan(
    problem: Problem,
    *,
    seed: int,
    cpu_seconds: float | None = None,
    iterations: int | None = None,
    points: NDArray[np.float64] | None = None,
    start: Plan | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    most: int = SHARD_VISITS,
    told: Callable[[shards.Step], object] = lambda step: None,
    clock: Callable[[], float] = time.thread_time,
    report: Report | None = None,
) -> Result:
    """The plan of a day; in shards of at most about `most` visits when it has more than twice as many.

    cpu_seconds    of search, all shards together; iterations: likewise (the same seed and iterations, the same plan)
    points         float (places, 2): where each place lies; needed for shards when the travel provider does not know
    start          a plan to begin with
    workers        processes of this machine; 1 = this process alone
    scheduler      address of a dask scheduler (e.g. tcp://10.0.0.5:8786) whose workers have Yijia installed
    told           is called after each round of shards
    clock          of a day that is not cut, which is planned in this process: asked often, so it may tell how far it is

    Raises         FarmError, ProblemError
    """
    report = report if report is not None else Report()
    if len(problem.visits) <= 2 * most:
        task = shards.Task(problem, start, seed, 1.0)
        found = answer(task, cpu_seconds, iterations, clock)
        report.add([found])
        return found.result
    where = points if points is not None else points_of(problem.travel)
    if where is None:
        raise FarmError("a day of this size is cut on a map, and its places have no coordinates")
    with _runner(workers, scheduler, cpu_seconds, iterations, report) as run:
        return shards.solve(problem, where, run=run, seed=seed, most=most, start=start, told=told)


def answer(
    task: shards.Task, cpu_seconds: float | None, iterations: int | None, clock: Callable[[], float] = time.thread_time
) -> Answer:
    """What a worker does with one shard; the budget is that of the whole plan."""
    began = time.thread_time()  # of this thread: a cluster's worker may have several
    budget = solve.Budget(
        None if iterations is None else max(1, round(iterations * task.share)),
        None if cpu_seconds is None else cpu_seconds * task.share,
        None if cpu_seconds is None else clock,
    )
    result = solve.solve(task.problem, stop=budget, seed=task.seed, params=task.params, start=task.start)
    return Answer(result, f"{os.uname().nodename}:{os.getpid()}", time.thread_time() - began, peak_mb())


@contextmanager
def _runner(
    workers: int, scheduler: str | None, cpu_seconds: float | None, iterations: int | None, report: Report
) -> Iterator[shards.Runner]:
    if scheduler is None and workers <= 1:

        def here(tasks: Sequence[shards.Task]) -> Sequence[Result]:
            answers = [answer(task, cpu_seconds, iterations) for task in tasks]
            report.add(answers)
            return [one.result for one in answers]

        yield here
        return

    from distributed import CancelledError, KilledWorker

    with cluster(workers, scheduler) as client:
        rounds = itertools.count()

        def there(tasks: Sequence[shards.Task]) -> Sequence[Result]:
            turn = next(rounds)
            # Heaviest first: the round ends with its last shard.
            order = sorted(range(len(tasks)), key=lambda i: -tasks[i].share)
            futures = {
                i: client.submit(
                    answer, tasks[i], cpu_seconds, iterations, pure=False, key=f"shard-{turn}-{i}-{id(tasks)}"
                )
                for i in order
            }
            try:
                answers = client.gather([futures[i] for i in range(len(tasks))])
            except (KilledWorker, CancelledError, OSError) as error:
                raise FarmError(f"a worker was lost while it planned: {error}") from error
            report.add(answers)
            return [one.result for one in answers]

        yield there


@contextmanager
def cluster(workers: int, scheduler: str | None = None) -> Iterator[Any]:
    """A client of the scheduler named, or of worker processes on this machine; warmed, and gone at the end."""
    from distributed import Client, LocalCluster

    quiet = logging.WARNING if scheduler else logging.CRITICAL
    logging.getLogger("distributed").setLevel(quiet)
    if scheduler:
        try:
            client = Client(scheduler, timeout=ANSWER_S)
        except (OSError, ValueError) as error:
            raise FarmError(f"no scheduler answers at {scheduler}: {error}") from error
        with client:
            _warm(client)
            yield client
        return
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # its small web server: of this machine alone, at any free port
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    ) as local:
        with Client(local) as client:
            _warm(client)
            yield client


def _warm(client: Any) -> None:
    """Load the machine code in every worker; where none is kept yet, one worker makes it for all of its machine."""
    first = next(iter(client.scheduler_info()["workers"]), None)
    if first is None:
        raise FarmError("the scheduler has no workers")
    client.run(warm, workers=[first])
    client.run(warm)


def peak_mb() -> float:
    """The most memory this process has held, MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: a child begins with its parent's figure there.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
