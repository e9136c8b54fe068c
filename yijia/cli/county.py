"""`yijia county`: makes a synthetic county in an empty database, or a register of elders as a file."""

import json
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from yijia.cli import examples
from yijia.cli.demo import REGIONS, prepare

_PEOPLE = "yijia county make --region CN-441900 --people 20000 --seed 1"
_ELDERS = "yijia county make --elders 5880000 --seed 1 --format parquet --out out/cq"


@click.group(epilog=examples(_PEOPLE, _ELDERS))
def command() -> None:
    """演示县。 The demo county."""


@command.command(epilog=examples(_PEOPLE, _ELDERS))
@click.option("--region", type=click.Choice(REGIONS), help="地区；居民默认 CN-441900，老年人默认 CN-500000。 Region.")
@click.option(
    "--people", default=20_000, show_default=True, type=click.IntRange(1000, 1_000_000), help="居民数。 Residents."
)
@click.option("--seed", default=1, show_default=True, help="随机种子。 Seed.")
@click.option(
    "--elders",
    type=click.IntRange(1000, 20_000_000),
    help="改为造一份这么多老年人的名册。 A register of so many elders instead.",
)
@click.option(
    "--format",
    "form",
    default="parquet",
    show_default=True,
    type=click.Choice(["parquet"]),
    help="名册的格式。 Its format.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="名册的目录。 Its folder.")
@click.option(
    "--on", default="2026-06-01", show_default=True, type=click.DateTime(["%Y-%m-%d"]), help="名册的日期。 Its day."
)
def make(
    region: str | None, people: int, seed: int, elders: int | None, form: str, out: Path | None, on: datetime
) -> None:
    """在空数据库里建立演示县，或造一份老年人名册。 Make the county in an empty database, or a register of elders as a file."""
    if elders is None:
        _county(region or "CN-441900", people, seed)
    elif out is None:
        click.echo("请用 --out 说明名册放在哪里。 Say with --out where the register goes.", err=True)
        sys.exit(2)
    else:
        _elders(region or "CN-500000", elders, seed, out, on)


def _elders(region: str, elders: int, seed: int, out: Path, on: datetime) -> None:
    from yijia.demo import elders as maker

    started = time.monotonic()
    made = maker.make(region, elders, seed, out, on.date())
    click.echo(
        f"{region}: {made.people:,} 位老年人（虚构），{time.monotonic() - started:.1f} 秒 (invented elders, seconds) → {out}"
    )
    for rate in made.rates:
        share = rate.numerator / rate.denominator
        told = _SOURCES[rate.source]
        zh, en = _RATES[rate.name]
        click.echo(f"  {zh} {en}: {rate.numerator:,} / {rate.denominator:,} = {share:.2%}（{told}）")
    click.echo(json.dumps(asdict(made)["marginals"], ensure_ascii=False))


_RATES = {
    "contract": ("家庭医生签约", "family-doctor contract"),
    "checkup": ("健康管理（一年内体检）", "health management, check-up within a year"),
    "integrated": ("医养结合服务", "integrated care"),
}

_SOURCES = {
    "elders": "公布的比率 as published",
    "residents": "按全体居民公布的比率 as published for all residents",
    None: "未公布，估计 not published, a guess",
}


def _county(region: str, people: int, seed: int) -> None:
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
