"""`yijia demo`: one county, one day, one site, from one command."""

import json
import os
import sys
from datetime import datetime
from typing import Any

import click

from yijia.cli import examples

REGIONS = ("CN-441900", "CN-440704", "CN-440307", "CN-350000", "CN-500000")
STEPS = {
    "institutions": "建立机构与人员 institutions",
    "people": "建立居民 people",
    "prices": "申报项目与价格 prices",
    "history": "补上一个月的历史 history",
    "programmes": "建立进行中的服务项目 programmes",
}


@click.command(
    epilog=examples(
        "yijia demo",
        "yijia demo --region CN-500000 --port 8010",
        "yijia demo --ahead 13",
        "yijia demo --no-serve --json > day.json",
    )
)
@click.option("--region", default="CN-441900", show_default=True, type=click.Choice(REGIONS), help="地区。 Region.")
@click.option(
    "--people", default=20_000, show_default=True, type=click.IntRange(1000, 1_000_000), help="居民数。 Residents."
)
@click.option("--seed", default=1, show_default=True, help="随机种子。 Seed.")
@click.option("--no-serve", is_flag=True, help="跑完即止，不开网站。 Stop after the day.")
@click.option(
    "--json", "as_json", is_flag=True, help="标准输出只有一个 JSON 对象。 One JSON object on standard output."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="网站端口。 Port of the site."
)
@click.option(
    "--ahead", default=0, show_default=True, type=click.IntRange(0, 72),
    help="网站时钟拨快几小时，例如到第二天上午。 Hours to put the site's clock ahead, e.g. to the next morning.",
)  # fmt: skip
def command(region: str, people: int, seed: int, no_serve: bool, as_json: bool, port: int, ahead: int) -> None:
    """建立演示县，跑一天，打开网站。 Make the demo county, live one day, serve it until Ctrl-C."""
    if not no_serve:
        from yijia.cli.serve import refuse_taken_port

        refuse_taken_port("127.0.0.1", port)
    prepare(region)

    from rich.console import Console

    from yijia.base.local import demo_clock, postgres
    from yijia.demo import logins, show, start

    aside = Console(stderr=True)
    try:
        _make(region, people, seed, aside)
    except start.NotADemo as error:
        raise click.ClickException(str(error)) from error
    report = start.result()
    if as_json:
        found = report.as_dict() | {
            "logins": logins.accounts(),
            "url": None if no_serve else f"http://127.0.0.1:{port}",
        }
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        show.show(report, Console())
    if not no_serve:
        sys.exit(_serve(port, (demo_clock.shift_s(postgres.database_url()) or 0) + ahead * 3600, as_json))


def prepare(region: str, *, name: str | None = None) -> None:
    """Django on the region's own database: the embedded server's, unless the environment names another server.

    name    another database on the embedded server, e.g. the bench's
    """
    from yijia.base.local import django, postgres, regions

    os.environ.update(YIJIA_DEMO="1", YIJIA_REGION=region)
    if not postgres.is_elsewhere():
        postgres.server().hold()
        os.environ["DATABASE_URL"] = regions.choose(region, name=name)
    django.setup()


def _make(region: str, people: int, seed: int, aside: Any) -> None:
    """Whatever is not there yet, with progress on standard error."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from yijia.core.calendar import local
    from yijia.demo import start
    from yijia.demo.day import ENDS, EVE

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[clock]}"), TimeElapsedColumn())
    with Progress(*columns, console=aside) as progress:
        first = progress.add_task("升级数据库 migrations", total=None, clock="")
        start.migrate()
        progress.update(first, total=1, completed=1)
        making = progress.add_task("演示县 county", total=None, clock="", visible=False)

        def on_step(step: str) -> None:
            progress.update(making, description=STEPS[step], visible=True)

        if start.county(region, people, seed, on_step):
            progress.update(
                making, description=f"演示县 county: {start.check_policy()} 条政策 policy values", total=1, completed=1
            )
        whole_s = (ENDS - EVE).total_seconds()
        living = progress.add_task("这一天 the day", total=whole_s, clock="", visible=False)

        def on_tick(at: datetime) -> None:
            progress.update(
                living, completed=(at - EVE).total_seconds(), clock=local(at).strftime("%m-%d %H:%M"), visible=True
            )

        if start.day(on_tick):
            progress.update(living, completed=whole_s)


def _serve(port: int, shift_s: int, as_json: bool) -> int:
    """The site, then the workers of jobs, alarms and plans, until Ctrl-C."""
    from yijia.base.local.children import Child, answers, supervise, yijia

    environment = {"YIJIA_CLOCK_SHIFT_S": str(shift_s)}
    out = sys.stderr if as_json else sys.stdout
    is_open = answers("127.0.0.1", port)  # the page first: four starting at once keep each other waiting
    children = [
        Child("web", yijia("serve", "--port", str(port)), environment),
        Child("jobs", yijia("work", "--queues", "default"), environment, after=is_open),
        Child("alarms", yijia("work", "--queues", "alarms"), environment, after=is_open),
        Child("plans", yijia("work", "--queues", "dispatch"), environment, after=is_open),
    ]
    opened = f"\n打开 http://127.0.0.1:{port}，Ctrl-C 结束 (open it; Ctrl-C stops everything)\n"
    return supervise(children, out=out, on_start=lambda: print(opened, file=out, flush=True))
