"""One plan, wherever it is computed: this process, worker processes; a scheduler that is not there is an error.

Clause DISPATCH-04.
"""

import json

import numpy as np
import pytest
from distributed import LocalCluster

from yijia.base import farm
from yijia.bench import citygen
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Problem
from yijia.core.dispatch.travel import Matrix


@pytest.fixture(scope="module")
def city() -> Problem:
    return formats.read(json.dumps(citygen.generate(160, 40, 5)), "citygen")


def test_same_plan_in_process_and_on_workers(city: Problem) -> None:
    here, there = farm.Report(), farm.Report()
    alone = farm.plan(city, seed=7, iterations=800, most=60, report=here)
    many = farm.plan(city, seed=7, iterations=800, most=60, workers=2, report=there)
    assert alone == many
    assert check(city, alone.plan).is_valid
    assert here.shards == there.shards > 4
    assert len(there.peak_mb) == 2
    assert all(0 < mb < 500 for mb in there.peak_mb.values())


def test_same_plan_from_a_scheduler(city: Problem) -> None:
    alone = farm.plan(city, seed=7, iterations=200, most=60)
    with LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as cluster:
        assert farm.plan(city, seed=7, iterations=200, most=60, scheduler=cluster.scheduler_address) == alone


def test_small_days_are_not_cut(city: Problem) -> None:
    report = farm.Report()
    asked = iter(range(100))
    farm.plan(city, seed=1, cpu_seconds=3, clock=lambda: float(next(asked)), report=report)
    assert report.shards == 1
    assert next(asked) > 3


def test_what_cannot_run_says_so(city: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farm, "ANSWER_S", 0.3)
    with pytest.raises(farm.FarmError, match="no scheduler answers"):
        farm.plan(city, seed=1, iterations=1, most=60, scheduler="tcp://127.0.0.1:1")
    bare = Problem(city.visits, city.carers, Matrix(np.ones((200, 200), dtype=np.int32)), city.links)
    with pytest.raises(farm.FarmError, match="no coordinates"):
        farm.plan(bare, seed=1, iterations=1, most=60)
