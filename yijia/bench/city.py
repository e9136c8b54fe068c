"""`bench city`: one generated city day, all features on; beside it, what other engines make of the same day."""

import json
import time
from typing import Any

import click

from yijia.base import farm
from yijia.bench import citygen, peers, runs
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Term

ONE_S = 30.0
"""CPU seconds of a day that is one shard."""
SHARDED_S = 90.0
"""CPU seconds a worker gets when the day is cut: 120 s of clock on free cores, starting and judging included."""


@click.command()
@click.option("--visits", type=click.IntRange(10), default=2000, show_default=True)
@click.option("--caregivers", type=click.IntRange(5), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--cpu-seconds",
    type=click.FloatRange(0.1),
    help="全部分片合计的 CPU 秒数。 Of search, all shards together; default 30, or 90 a worker when cut.",
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="进程数。 Processes.")
@click.option("--scheduler", help="dask 调度器地址。 Address of a dask scheduler, instead of processes here.")
@click.option("--shard-visits", type=click.IntRange(100), default=farm.SHARD_VISITS, show_default=True)
@click.option("--peers", "named", default="", help="同题对比：pyvrp,vroom,ortools。 Other engines on the same day.")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print one JSON object.")
def city(
    visits: int,
    caregivers: int,
    seed: int,
    cpu_seconds: float | None,
    workers: int,
    scheduler: str | None,
    shard_visits: int,
    named: str,
    as_json: bool,
) -> None:
    """一座城市的一天。 Plan a generated city day; both judges must accept the plan."""
    wanted = [name.strip() for name in named.split(",") if name.strip()]
    if strangers := sorted(set(wanted) - set(peers.PEERS)):
        raise click.BadParameter(f"{strangers[0]}: only {', '.join(peers.PEERS)}", param_hint="--peers")
    world = citygen.generate(visits, caregivers, seed)
    problem = formats.read(json.dumps(world), "citygen")
    budget = cpu_seconds or (ONE_S if visits <= 2 * shard_visits else SHARDED_S * workers)
    runs.warm()
    report = farm.Report()
    began = time.perf_counter()
    try:
        result = farm.plan(
            problem,
            seed=seed,
            cpu_seconds=budget,
            workers=workers,
            scheduler=scheduler,
            most=shard_visits,
            told=lambda step: click.echo(f"{step.done}/{step.rounds}  unserved {step.unserved}", err=True),
            report=report,
        )
    except farm.FarmError as error:
        raise click.ClickException(str(error)) from error
    wall = time.perf_counter() - began
    verdict = check(problem, result.plan)
    routes = {carer: [[stop.visit, stop.start] for stop in route] for carer, route in result.plan.routes.items()}
    score = citygen.score(world, {"routes": routes, "breaks": dict(result.plan.rests)})
    answer: dict[str, Any] = {
        "score": score["score"],
        "unserved_mandatory": score["unserved"],
        "unserved": len(verdict.unserved),
        "broken_pairs": sum(1 for found in verdict.violations if found.rule.startswith("link")),
        "travel_min": verdict.parts[Term.TRAVEL],
        "overtime_min": verdict.parts[Term.OVERTIME],
        "not_usual": verdict.parts[Term.CONTINUITY],
        "violations": len(verdict.violations),
        "cpu_s": round(sum(report.cpu_s.values()), 1),
        "wall_s": round(wall, 1),
        "shards": report.shards,
        "peak_mb": {"main": round(farm.peak_mb()), **{who: round(mb) for who, mb in sorted(report.peak_mb.items())}},
    }
    if wanted:
        answer["peers"] = [
            peers.run(name, (visits, caregivers, seed), answer, limit_s=budget / workers) for name in wanted
        ]
    click.echo(json.dumps(answer) if as_json else "\n".join(_lines(answer)))


def _lines(answer: dict[str, Any]) -> list[str]:
    lines = [f"{key:>20}  {value}" for key, value in answer.items() if key != "peers"]
    for row in answer.get("peers", ()):
        lines += ["", *(f"{key:>20}  {value}" for key, value in row.items())]
    return lines


commands: dict[str, click.Command] = {"city": city}
