"""`bench city`: one generated city day, all features on."""

import json
import time

import click

from yijia.bench import citygen, runs
from yijia.core.dispatch import formats
from yijia.core.dispatch.check import check
from yijia.core.dispatch.model import Term


@click.command()
@click.option("--visits", type=click.IntRange(10), default=2000, show_default=True)
@click.option("--caregivers", type=click.IntRange(5), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--cpu-seconds", type=click.FloatRange(0.1), default=30.0, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
@click.option("--shard-visits", type=click.IntRange(100), default=1500, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print one JSON object.")
def city(
    visits: int, caregivers: int, seed: int, cpu_seconds: float, workers: int, shard_visits: int, as_json: bool
) -> None:
    """一座城市的一天。 Plan a generated city day; both judges must accept the plan."""
    from yijia.bench.shards import solve_sharded

    world = citygen.generate(visits, caregivers, seed)
    problem = formats.read(json.dumps(world), "citygen")
    runs.warm()
    began = time.perf_counter()
    if visits > shard_visits * 2:
        result = solve_sharded(problem, seed=seed, cpu_seconds=cpu_seconds, workers=workers, most=shard_visits)
    else:
        result = runs.once(problem, seed, cpu_seconds, None).result
    wall = time.perf_counter() - began
    verdict = check(problem, result.plan)
    mandatory = sum(1 for v in problem.visits if v.id in set(verdict.unserved) and not v.is_optional)
    routes = {carer: [[stop.visit, stop.start] for stop in route] for carer, route in result.plan.routes.items()}
    score = citygen.score(world, {"routes": routes, "breaks": dict(result.plan.rests)})
    answer = {
        "score": score["score"],
        "unserved_mandatory": mandatory,
        "unserved": len(verdict.unserved),
        "travel_min": verdict.parts[Term.TRAVEL],
        "overtime_min": verdict.parts[Term.OVERTIME],
        "not_usual": verdict.parts[Term.CONTINUITY],
        "violations": len(verdict.violations),
        "wall_s": round(wall, 1),
    }
    click.echo(json.dumps(answer) if as_json else "\n".join(f"{key:>20}  {value}" for key, value in answer.items()))


commands: dict[str, click.Command] = {"city": city}
