"""`bench live`: emergencies into a planned city day, the engine resident."""

import json
import random
import time
from typing import Any

import click

from yijia.bench import citygen, runs
from yijia.core.dispatch import formats
from yijia.core.dispatch.live import Day
from yijia.core.dispatch.model import Problem, Visit
from yijia.core.refusal import Refusal

JUDGED = 10
"""Every so many answers, the first proposal is applied and judged, outside the time measured."""


def emergencies(world: dict[str, Any], count: int, seed: int) -> list[dict[str, Any]]:
    """`count` emergency visits that fall into a generated world during the day."""
    events = citygen.generate(len(world["visits"]), len(world["caregivers"]), seed, events=count * 3)["events"]
    return [event["visit"] for event in events if event["type"] == "emergency"][:count]


@click.command()
@click.option("--visits", type=click.IntRange(10), default=2000, show_default=True)
@click.option("--caregivers", type=click.IntRange(5), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--cpu-seconds", type=click.FloatRange(0.1), default=20.0, show_default=True)
@click.option("--emergencies", "count", type=click.IntRange(1), default=300, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print one JSON object.")
def live(visits: int, caregivers: int, seed: int, cpu_seconds: float, count: int, as_json: bool) -> None:
    """紧急插单的速度。 How fast emergencies are answered, and how many find a place."""
    world = citygen.generate(visits, caregivers, seed)
    extra = emergencies(world, count, seed)
    whole = formats.read(json.dumps({**world, "visits": [*world["visits"], *extra]}), "citygen")
    planned = Problem(whole.visits[:visits], whole.carers, whole.travel, whole.links, objective=whole.objective)
    runs.warm()
    plan = runs.once(planned, seed, cpu_seconds, None).result.plan
    took: list[float] = []
    worked: list[float] = []
    placed = judged = broken = 0
    asked: list[Visit] = sorted(whole.visits[visits:], key=lambda visit: visit.opens)
    dice = random.Random(seed)
    for hour in range(7, 20):
        day = Day(planned, plan, now=hour * 60, seed=dice.randrange(1 << 30))
        for visit in [v for v in asked if hour * 60 <= v.opens < hour * 60 + 60]:
            began, cpu = time.perf_counter(), time.thread_time()
            proposals = day.insert(visit)
            took.append((time.perf_counter() - began) * 1000)
            worked.append((time.thread_time() - cpu) * 1000)
            placed += bool(proposals)
            if proposals and placed % JUDGED == 0:
                after = day.apply(proposals[0], visit)
                judged += 1
                broken += isinstance(after, Refusal) or not after.verdict().is_valid
    answer = {
        "asked": len(took),
        "placed": placed,
        "placed_share": round(placed / max(1, len(took)), 3),
        "p50_ms": _at(took, 0.5),
        "p99_ms": _at(took, 0.99),
        "max_ms": _at(took, 1),
        "p50_cpu_ms": _at(worked, 0.5),
        "p99_cpu_ms": _at(worked, 0.99),
        "judged": judged,
        "broken": broken,
    }
    click.echo(json.dumps(answer) if as_json else "\n".join(f"{key:>14}  {value}" for key, value in answer.items()))


def _at(values: list[float], share: float) -> float | None:
    """The value below which a share of them lies, ms."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 3) if values else None


commands: dict[str, click.Command] = {"live": live}
