"""`yijia dispatch`: plans a day from a file, checks a plan, makes road networks of map extracts."""

import json
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import click

from yijia.cli import day_plan, examples, faults

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FORMATS = ("mankowska", "hhcrsp-json", "citygen", "solomon", "vrplib")
_FORMAT = click.option("--format", "form", type=click.Choice(_FORMATS), help="文件格式，默认自动识别。 File format.")


@click.group(
    epilog=examples(
        "yijia dispatch solve day.txt.gz --format mankowska --cpu-seconds 10 --out plan.json",
        "yijia dispatch check day.txt.gz plan.json",
        "yijia dispatch plan --institution 人民医院 --day 2025-06-17 --publish",
        "yijia dispatch roads build county.osm.pbf --out roads.npz",
    )
)
def command() -> None:
    """派单引擎：求解、核验、排一天、路网。 Plan a day of a file or of an institution, check a plan, build road networks."""


command.add_command(day_plan.plan)


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
@click.option("--roads", "net", type=_FILE, help="按此路网计算路程（文件须为经纬度）。 Travel on this road network.")
def solve(
    file: Path,
    form: str | None,
    cpu_seconds: float | None,
    iterations: int | None,
    seed: int,
    starts: int,
    workers: int,
    out: Path | None,
    net: Path | None,
) -> None:
    """求解一天的排班。 Plan the day in FILE (plain or gzip)."""
    from yijia.base import farm
    from yijia.bench import files, runs
    from yijia.core.dispatch.formats import FormatError
    from yijia.core.dispatch.paper import as_plain
    from yijia.core.dispatch.solve import best_of

    try:
        problem = _on_roads(file, files.problem_of(file, form), net)
    except FormatError as error:
        _broken(file, error)
    if cpu_seconds is None and iterations is None:
        cpu_seconds = 10.0
    if cpu_seconds is not None:
        runs.warm()
    try:
        if starts == 1:  # a day larger than a shard is cut
            result = farm.plan(problem, seed=seed, cpu_seconds=cpu_seconds, iterations=iterations, workers=workers)
        else:
            done = runs.many(problem, range(seed, seed + starts), cpu_seconds, iterations, workers)
            result = best_of([run.result for run in done])
    except farm.FarmError as error:
        raise click.ClickException(str(error)) from error
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
@click.option("--roads", "net", type=_FILE, help="方案所用的路网。 The road network the plan travels on.")
def check(file: Path, plan: Path, form: str | None, as_json: bool, net: Path | None) -> None:
    """核验方案：违规与成本。 Violations and cost parts of a plan; exit 1 on any violation."""
    from yijia.bench import files
    from yijia.core.dispatch import check as judge
    from yijia.core.dispatch.formats import FormatError
    from yijia.core.dispatch.paper import from_plain, value

    try:
        problem = _on_roads(file, files.problem_of(file, form), net)
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


def _on_roads(file: Path, problem: Any, net: Path | None) -> Any:
    """The problem travelling on a road network; visits that no road reaches are told. Raises FormatError."""
    if net is None:
        return problem
    from dataclasses import replace

    from yijia.base import roads
    from yijia.bench import files
    from yijia.core.dispatch.formats import citygen
    from yijia.core.dispatch.roads import RoadError

    try:
        travel = roads.travel_on(
            roads.network(net), citygen.lonlat(files.text_of(file)), ticks_per_min=problem.ticks_per_min
        )
    except RoadError as error:
        raise click.ClickException(str(error)) from error
    bases = sorted({carer.base for carer in problem.carers})
    for visit in problem.visits:
        found = [travel.explain(base, visit.place) for base in bases]
        if found and all(one is not None for one in found):
            far = f", {found[0].far_m} m from any road" if found[0].far_m else ""
            click.echo(f"visit {visit.id}: {found[0].why.value}{far}", err=True)
    return replace(problem, travel=travel)


@command.group(epilog=examples("yijia dispatch roads build county.osm.pbf --out roads.npz --mode ebike"))
def roads() -> None:
    """路网：由 OpenStreetMap 数据生成。 Road networks of OpenStreetMap extracts."""


@roads.command(epilog=examples("yijia dispatch roads build county.osm.pbf --out roads.npz"))
@click.argument("extract", type=_FILE)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="路网文件。 The network's file."
)
@click.option("--mode", default="ebike", show_default=True, help="出行方式。 car, ebike or foot.")
@click.option("--region", default="CN", show_default=True, help="取哪个地区的速度政策。 Whose policy of speeds.")
def build(extract: Path, out: Path, mode: str, region: str) -> None:
    """读取地图数据，生成路网文件。 Read EXTRACT (.osm.pbf) and write the network."""
    from datetime import datetime

    from yijia.base import roads as base
    from yijia.core.calendar import local
    from yijia.core.dispatch.roads import RoadError

    try:
        rules = base.rules_of(mode, jurisdiction=region, on=local(datetime.now(UTC)).date())
        net = base.read_extract(extract, rules)
    except RoadError as error:
        click.echo(f"{error}", err=True)
        sys.exit(2)
    base.save(net, out)
    click.echo(f"{net.mode}: {net.size} nodes, {len(net.heads)} arcs -> {out}")
    click.echo(net.source)


@roads.command(epilog=examples("yijia dispatch roads times roads.npz points.csv > minutes.csv"))
@click.argument("net", type=_FILE)
@click.argument("points", type=_FILE)
def times(net: Path, points: Path) -> None:
    """各点之间的分钟数（CSV：名称,经度,纬度）。 Minutes between points of a CSV: name, longitude, latitude.

    Where no road leads the cell is empty and the reason is told on standard error.
    """
    import csv

    from yijia.base import roads as base
    from yijia.core.dispatch.roads import RoadError

    names: list[str] = []
    at: list[tuple[float, float]] = []
    with points.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), 1):
            try:
                name, lon, lat = row
                at.append((float(lon), float(lat)))
            except ValueError:
                click.echo(f"{points.name}: line {number}, row: name, longitude and latitude are needed", err=True)
                sys.exit(2)
            names.append(name)
    try:
        travel = base.travel_on(base.network(net), at)
    except RoadError as error:
        click.echo(f"{error}", err=True)
        sys.exit(2)
    out = csv.writer(sys.stdout)
    out.writerow(["", *names])
    for a, name in enumerate(names):
        cells: list[int | str] = []
        for b, other in enumerate(names):
            no = travel.explain(a, b) if a != b else None
            cells.append(travel.between(a, b) if no is None or no.why == "no_way_back" else "")
            if no is not None and no.why != "no_way_back":
                click.echo(f"{name} -> {other}: {no.why.value}", err=True)
        out.writerow([name, *cells])


def _broken(file: Path, error: Any) -> None:
    """One fault of a file, told in both languages; the end."""
    click.echo(faults.both(file.name, error.line, error.field, error.problem), err=True)
    sys.exit(2)
