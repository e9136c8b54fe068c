"""Shards side by side in the processes of one machine."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from yijia.bench import runs
from yijia.core.dispatch import shards
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.plan import Result
from yijia.core.dispatch.travel import StraightLine


def plan_task(task: shards.Task, cpu_seconds: float) -> Result:
    """What a worker does with one shard."""
    import time

    from yijia.core.dispatch import solve

    budget = solve.Budget(None, cpu_seconds, time.process_time)
    return solve.solve(task.problem, stop=budget, seed=task.seed, start=task.start)


def solve_sharded(problem: Problem, *, seed: int, cpu_seconds: float, workers: int, most: int) -> Result:
    """Shards of a problem on straight-line travel; `cpu_seconds` are shared by all shards and rounds."""
    if not isinstance(problem.travel, StraightLine):
        raise ValueError("shards are cut on a map: straight-line travel is needed")
    points = np.asarray(problem.travel.points_m)

    def run(tasks: Sequence[shards.Task], part: float) -> Sequence[Result]:
        each = cpu_seconds * part / len(tasks)
        if workers <= 1:
            return [plan_task(task, each) for task in tasks]
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=runs.warm) as pool:
            return [job.result() for job in [pool.submit(plan_task, task, each) for task in tasks]]

    return shards.solve(problem, points, run=run, seed=seed, most=most)
