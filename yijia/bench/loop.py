"""The simulated day against a plain measure taken in the same minute: as many bare INSERTs, one transaction each."""

import time
from typing import Any

from django.db import connection

from yijia.base import scope
from yijia.base.models import Deployment
from yijia.demo.county.load import load_county
from yijia.demo.day import run_day

TARGET_S = 30.0


def run() -> dict[str, Any]:
    """Live the day of the county in this database, and compare."""
    with scope.whole_system():
        county = load_county(Deployment.objects.get(pk=1))
    started = time.process_time()
    stage = run_day(county)
    spent_cpu = time.process_time() - started
    actions = sum(stage.actions.values())
    bare = inserts(actions)
    return {
        "residents": county.plan.people, "actions": actions, "refusals": sum(stage.refusals.values()), "seconds": round(stage.seconds, 2),
        "cpu_seconds": round(spent_cpu, 2), "actions_per_second": round(actions / stage.seconds, 1), "bare_inserts_seconds": round(bare, 3),
        "ratio_to_bare_inserts": round(stage.seconds / bare, 1), "target_seconds": TARGET_S, "holds": stage.seconds <= TARGET_S,
    }  # fmt: skip


def inserts(count: int) -> float:
    """Seconds for `count` rows into a plain table, each committed by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), words text NOT NULL)"
        )
        started = time.perf_counter()
        for number in range(count):
            cursor.execute("INSERT INTO bench_bare (words) VALUES (%s)", [f"row {number}"])
        spent = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_bare")
    return spent
