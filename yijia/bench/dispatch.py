"""`bench dispatch DIR`: the engine against the best published values, instance by instance."""

import csv
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from yijia.bench import city, files, live, runs
from yijia.core.dispatch.formats import FormatError


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--best", "best_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--cpu-seconds", type=click.FloatRange(0.01), default=10.0, show_default=True)
@click.option("--seeds", type=click.IntRange(1), default=1, show_default=True)
@click.option("--only", help="只跑名称匹配的算例（正则）。 Only instances whose name matches.")
@click.option("--workers", type=click.IntRange(1), help="进程数，默认每核一个。 Processes; one a core when left out.")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print one JSON object.")
def dispatch(
    folder: Path, best_file: Path, cpu_seconds: float, seeds: int, only: str | None, workers: int | None, as_json: bool
) -> None:
    """与公开最优值比较。 Solve every instance in FOLDER and compare with the best published values."""
    best = best_known(best_file)
    found = dict(_instances(folder, best, only))
    if not found:
        raise click.ClickException(f"no instance of {best_file.name} that can be planned lies in {folder}")
    asked = [(key, seed) for key in found for seed in range(1, seeds + 1)]
    answers = runs.measured([(found[key], seed) for key, seed in asked], cpu_seconds, workers or _cores())
    rows: list[dict[str, Any]] = []
    for (key, seed), row in zip(asked, answers, strict=True):
        rows.append(
            {"instance": key, "seed": seed, "value": row.value, "best_known": best[key]}
            | {"gap": row.value / best[key] - 1, "cpu_s": row.cpu_s, "violations": row.violations}
        )
        if not as_json:  # a folder takes most of an hour: what is known so far can be read, and outlives a stop
            click.echo(f"{len(rows)}/{len(asked)} {key} {seed}: {row.value:.3f} {rows[-1]['gap']:+.2%}", err=True)
    answer = summary(rows)
    click.echo(json.dumps(answer)) if as_json else _print(answer)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _instances(folder: Path, best: dict[str, float], only: str | None) -> Iterator[tuple[str, Path]]:
    """(family/name, file) of the instances that have a published value; one we cannot plan is named and left out."""
    for path in sorted(folder.iterdir()):
        name = re.sub(r"(\.txt|\.vrp|\.json)?(\.gz)?$", "", path.name)
        key = f"{folder.resolve().name}/{name}"
        if path.name.startswith("sol-") or ".sol" in path.name or key not in best:
            continue
        if only and not re.search(only, name):
            continue
        try:
            files.problem_of(path, None)
        except FormatError as error:
            click.echo(f"{path.name}: {error}", err=True)
            continue
        yield key, path


def best_known(path: Path) -> dict[str, float]:
    """instance -> value to beat: the reference called MNSA where there is one, else the least published."""
    found: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if "preference" not in row["objective"] and "hours" not in row["objective"]:
                found[row["instance"]].append((not row["method"].startswith("MNSA"), float(row["value"])))
    return {instance: min(values)[1] for instance, values in found.items()}


def size_of(instance: str) -> str:
    """The group an instance is averaged in: the first number that tells its size, else its family."""
    name = instance.split("/")[1]
    match = re.search(r"HCSRP_(\d+)_|HHCRSP_(\d+)_", name)
    if match:
        return match[1] or match[2]
    match = re.search(r"-p(\d+)-", name)
    if match:
        return f"{int(match[1]) // 100 * 100}+"
    return re.match(r"[A-Za-z]*\d?", name)[0] or "all"  # type: ignore[index]  # the pattern matches the empty string


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What `--json` prints: mean gap over all rows, by size, and the rows."""
    groups: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        groups[size_of(row["instance"])].append(row["gap"])
    return {
        "mean_gap": sum(row["gap"] for row in rows) / len(rows),
        "by_size": {size: sum(gaps) / len(gaps) for size, gaps in sorted(groups.items())},
        "instances": rows,
    }


def _print(answer: dict[str, Any]) -> None:
    table = Table("instance", "seed", "value", "best known", "gap", "cpu s", "violations")
    for row in answer["instances"]:
        table.add_row(
            row["instance"],
            str(row["seed"]),
            f"{row['value']:.3f}",
            f"{row['best_known']:.3f}",
            f"{row['gap']:+.2%}",
            f"{row['cpu_s']:.1f}",
            str(row["violations"]),
        )
    console = Console(width=max(110, Console().width))
    console.print(table)
    for size, gap in answer["by_size"].items():
        console.print(f"{size:>8}  {gap:+.2%}")
    console.print(f"    mean  {answer['mean_gap']:+.2%}")


commands: dict[str, click.Command] = {"dispatch": dispatch, **city.commands, **live.commands}
