"""`yijia county`: makes a synthetic county in an empty database."""

import time

import click

from yijia.cli import examples
from yijia.cli.demo import REGIONS, prepare


@click.group(epilog=examples("yijia county make --region CN-441900 --people 20000 --seed 1"))
def command() -> None:
    """演示县。 The demo county."""


@command.command(epilog=examples("yijia county make --region CN-441900 --people 20000 --seed 1"))
@click.option("--region", default="CN-441900", show_default=True, type=click.Choice(REGIONS), help="地区。 Region.")
@click.option(
    "--people", default=20_000, show_default=True, type=click.IntRange(1000, 1_000_000), help="居民数。 Residents."
)
@click.option("--seed", default=1, show_default=True, help="随机种子。 Seed.")
def make(region: str, people: int, seed: int) -> None:
    """在空数据库里建立演示县。 Make the county in an empty database."""
    prepare(region)

    from yijia.demo import start

    started = time.monotonic()
    start.migrate()
    try:
        is_new = start.county(region, people, seed, on_step=lambda step: click.echo(f"{step} …", err=True))
    except start.NotADemo as error:
        raise click.ClickException(str(error)) from error
    spent = time.monotonic() - started
    click.echo(
        f"{region}: {people} 人，{spent:.1f} 秒 (people, seconds)"
        if is_new
        else f"{region} 的演示县已在 (the county is there already)"
    )
