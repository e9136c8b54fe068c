"""`yijia dispatch`: plans a day from a file, and checks a plan."""

import json
import sys
from pathlib import Path

import click

from yijia.cli import examples

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FORMATS = ("mankowska", "hhcrsp-json", "citygen", "solomon", "vrplib")
_FORMAT = click.option("--format", "form", type=click.Choice(_FORMATS), help="文件格式，默认自动识别。 File format.")


@click.group(
    epilog=examples(
        "yijia dispatch solve day.txt.gz --format mankowska --cpu-seconds 10 --out plan.json",
        "yijia dispatch check day.txt.gz plan.json",
    )
)
def command() -> None:
    """派单引擎：求解与核验。 Plan a day from a file, check a plan."""


@command.command(
    epilog=examples(
        "yijia dispatch solve city.json --cpu-seconds 30 --seed 1 --out plan.json",
        "yijia dispatch solve city.json --iterations 2000 --seed 1",
    )
)
@click.argument("file", type=_FILE)
@_FORMAT
@click.option("--cpu-seconds", type=click.FloatRange(0.01), help="CPU 秒数上限。 CPU seconds of each run.")
@click.option("--iterations", type=click.IntRange(1), help="迭代次数；同种子同结果。 Steps; same seed, same plan.")
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子。 Random seed.")
@click.option("--starts", type=click.IntRange(1), default=1, show_default=True, help="独立求解次数，取最优。 Runs.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="进程数。 Processes.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="方案文件。 Where the plan goes.")
def solve(
    file: Path,
    form: str | None,
    cpu_seconds: float | None,
    iterations: int | None,
    seed: int,
    starts: int,
    workers: int,
    out: Path | None,
) -> None:
    """求解一天的排班。 Plan the day in FILE (plain or gzip)."""
    from yijia.bench import files, runs
    from yijia.core.dispatch.formats import FormatError
    from yijia.core.dispatch.paper import as_plain
    from yijia.core.dispatch.solve import best_of

    try:
        problem = files.problem_of(file, form)
    except FormatError as error:
        _broken(file, error)
    if cpu_seconds is None and iterations is None:
        cpu_seconds = 10.0
    if cpu_seconds is not None:
        runs.warm()
    done = runs.many(problem, range(seed, seed + starts), cpu_seconds, iterations, workers)
    result = best_of([run.result for run in done])
    plain = as_plain(problem, result)
    if out is not None:
        out.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    served = sum(len(route) for route in result.plan.routes.values())
    click.echo(f"value {plain['value']}  served {served}/{len(problem.visits)}  {plain['parts']}")


@command.command(epilog=examples("yijia dispatch check city.json plan.json"))
@click.argument("file", type=_FILE)
@click.argument("plan", type=_FILE)
@_FORMAT
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
def check(file: Path, plan: Path, form: str | None, as_json: bool) -> None:
    """核验方案：违规与成本。 Violations and cost parts of a plan; exit 1 on any violation."""
    from yijia.bench import files
    from yijia.core.dispatch import check as judge
    from yijia.core.dispatch.formats import FormatError
    from yijia.core.dispatch.paper import from_plain, value

    try:
        problem = files.problem_of(file, form)
    except FormatError as error:
        _broken(file, error)
    try:
        verdict = judge.check(problem, from_plain(files.text_of(plan)))
    except FormatError as error:
        _broken(plan, error)
    parts = {term.value: amount for term, amount in verdict.parts.items()}
    if as_json:
        found = [{"rule": v.rule, "subject": v.subject, "detail": v.detail} for v in verdict.violations]
        answer = {
            "value": value(problem, verdict.cost),
            "cost": list(verdict.cost),
            "parts": parts,
            "violations": found,
            "unserved": list(verdict.unserved),
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for violation in verdict.violations:
            click.echo(f"{violation.rule}  {violation.subject}: {violation.detail}")
        click.echo(f"value {value(problem, verdict.cost)}  unserved {len(verdict.unserved)}  {parts}")
        click.echo(f"violations {len(verdict.violations)}")
    if verdict.violations:
        sys.exit(1)


@command.command(epilog=examples("yijia dispatch warm"))
def warm() -> None:
    """预编译求解核心。 Compile the kernels once, after an install."""
    from yijia.bench import runs

    runs.warm()


def _broken(file: Path, error: Exception) -> None:
    click.echo(f"{file.name}: {error}", err=True)
    sys.exit(2)
