"""`yijia bench`: time and memory of the real thing, as JSON."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from yijia.cli import examples
from yijia.cli.demo import prepare

REGION = "CN-441900"


_ENGINE = {
    "city": examples("yijia bench city --visits 500 --caregivers 80 --cpu-seconds 10"),
    "dispatch": examples("yijia bench dispatch instances/mankowska --best best.csv --cpu-seconds 10"),
    "live": examples("yijia bench live --visits 500 --caregivers 80 --emergencies 50"),
}
"""Commands that measure the dispatch engine, with their examples; they live in `yijia.bench`, which imports numba."""


class _Commands(click.Group):
    """The commands below, and those of the engine, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ENGINE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ENGINE:
            return super().get_command(ctx, cmd_name)
        from yijia.bench.dispatch import commands

        found = commands[cmd_name]
        found.epilog = _ENGINE[cmd_name]
        return found


@click.group(cls=_Commands, epilog=examples("yijia bench api", "yijia bench loop", "yijia bench city --visits 500"))
def command() -> None:
    """测速，结果为 JSON。 Measure speed; the result is JSON."""


@command.command(epilog=examples("yijia bench care --json", "yijia bench care --people 50000 --episodes 20000"))
@click.option("--people", default=500_000, show_default=True, type=click.IntRange(1000), help="居民数。 Residents.")
@click.option(
    "--episodes",
    default=200_000,
    show_default=True,
    type=click.IntRange(100),
    help="进行中的档案数。 Running episodes.",
)
@click.option(
    "--requests", default=200, show_default=True, type=click.IntRange(20), help="每种读取的次数。 Reads of each kind."
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON（总是）。 Print JSON, as always.")
def care(people: int, episodes: int, requests: int, as_json: bool) -> None:
    """到期清单、夜间计算与床位总览的时间。 Due list of a team, nightly computation of all of them, ward view."""
    prepare(REGION, name=f"yijia_bench_care_{people}_{episodes}")

    from yijia.bench import care as bench
    from yijia.demo import start

    start.migrate()
    _tell(bench.run(requests, people, episodes))


@command.command(epilog=examples("yijia bench api", "yijia bench api --requests 400"))
@click.option(
    "--requests",
    default=200,
    show_default=True,
    type=click.IntRange(20),
    help="每种请求的次数。 Requests of each kind.",
)
@click.option(
    "--people",
    default=None,
    type=click.IntRange(4000),
    help="居民数（首次建库时）。 Residents, when the county is first made.",
)
@click.option(
    "--visits", default=None, type=click.IntRange(100), help="历史上门数（首次建库时）。 Past visits, likewise."
)
def api(requests: int, people: int | None, visits: int | None) -> None:
    """十万居民、五万次上门之后的响应时间。 Response times with 100,000 residents and 50,000 visits."""
    size = "" if people is None and visits is None else f"_{people}_{visits}"
    prepare(REGION, name=f"yijia_bench_api{size}")

    from yijia.bench import api as bench
    from yijia.demo import start

    start.migrate()
    start.county(
        REGION,
        people or bench.PEOPLE,
        1,
        on_step=_say,
        accounts=bench.CLIENTS,
        visits=visits or bench.VISITS,
        history_days=bench.HISTORY_DAYS,
    )
    _tell(bench.run(requests))


@command.command(epilog=examples("yijia bench loop"))
@click.option("--people", default=20_000, show_default=True, type=click.IntRange(1000), help="居民数。 Residents.")
def loop(people: int) -> None:
    """演示县的一天要多久。 How long the demo county's day takes."""
    _fresh("yijia_bench_loop")
    prepare(REGION, name="yijia_bench_loop")

    from yijia.bench import loop as bench
    from yijia.demo import start

    start.migrate()
    start.county(REGION, people, 1, on_step=_say)
    _tell(bench.run())


@command.command(epilog=examples("yijia bench rules --people 5880000", "yijia bench rules --people 200000 --json"))
@click.option(
    "--people", default=5_880_000, show_default=True, type=click.IntRange(10_000, 20_000_000), help="老年人数。 Elders."
)
@click.option(
    "--population",
    type=click.Path(file_okay=False, path_type=Path),
    help="已有的名册；没有就造在这里。 A register that is there, or is to be made there.",
)
@click.option("--json", "as_json", is_flag=True, help="结果总是 JSON。 The result is JSON in any case.")
def rules(people: int, population: Path | None, as_json: bool) -> None:
    """全部待遇、一条规则、一次试算、一个人的说明各要多久。 All schemes, one rule, a dry run, one person's explanation."""
    from yijia.bench import rules as bench

    with TemporaryDirectory() as scratch:
        folder, made_s = bench.open_or_make(population, people, Path(scratch))
        _tell({"made_s": made_s, **bench.run(folder)})


@command.command(epilog=examples("yijia bench board", "yijia bench board --visits 2000 --nurses 300"))
@click.option("--visits", default=300, show_default=True, type=click.IntRange(20), help="当天上门数。 Visits that day.")
@click.option("--nurses", default=45, show_default=True, type=click.IntRange(4), help="护士数。 Nurses.")
@click.option(
    "--clicks", default=40, show_default=True, type=click.IntRange(5), help="每种点击的次数。 Clicks of each kind."
)
def board(visits: int, nurses: int, clicks: int) -> None:
    """调度台上从点击到方案要多久。 How long from a click on the board to its proposals."""
    _fresh("yijia_bench_board")
    prepare(REGION, name="yijia_bench_board")

    from yijia.bench import board as bench
    from yijia.demo import start

    start.migrate()
    _tell(bench.run(visits, nurses, clicks))


def _fresh(name: str) -> None:
    """The loop is measured in a database of its own, made anew each time; on a server somebody named, that is theirs to do."""
    from yijia.base.local import postgres, regions

    if not postgres.is_elsewhere():
        postgres.server().hold()
        regions.forget(name)


def _say(step: str) -> None:
    click.echo(f"{step} …", err=True)


def _tell(found: dict[str, Any]) -> None:
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(0 if found["holds"] else 1)
