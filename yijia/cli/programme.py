"""`yijia programme`: which programmes a place has, one walked through all its states, a new one from data alone."""

import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import yaml

from yijia.base import editions, policy_words
from yijia.cli import examples
from yijia.core.calendar import business_date
from yijia.core.policy import Editions, PolicyError, is_jurisdiction, plain
from yijia.core.programmes import load as programmes
from yijia.core.programmes.model import Part, Programme
from yijia.core.refusal import Refusal

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
_REGION = click.option("--region", default="CN-441900", show_default=True, help="地区代码。 Jurisdiction.")
_ON = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="日期，默认今天。 Day; today when left out.")
_POLICY = click.option(
    "--policy",
    type=click.Path(file_okay=False, path_type=Path),
    help="另放政策文件的目录，与自带的合用。 A folder of policy files laid over the tree.",
)
_COPIED = "Copied from {source} of {place} to begin with; read this place's own rule, put its numbers and sources in, and raise the evidence. Until then money stands still."


@click.group(
    epilog=examples("yijia programme list --region CN-440307", "yijia programme walk family_bed --region CN-350000")
)
def command() -> None:
    """服务项目：列出、走一遍、新建。 Programmes of care: list them, walk one, write a new one."""


@command.command(
    "list", epilog=examples("yijia programme list --region CN-440307", "yijia programme list --region CN-500000 --json")
)
@_REGION
@_ON
@_POLICY
@_JSON
def list_programmes(region: str, on: datetime | None, policy: Path | None, as_json: bool) -> None:
    """某地某日有哪些服务项目，各部分依据多牢。 The programmes of a place, and how well each part is known."""
    tree, day = _tree(policy), _day(on)
    _demand(region)
    found = list(programmes.all_of(tree, region, day))
    if as_json:
        click.echo(json.dumps([_brief(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.code}  {one.words.zh} {one.words.en}  [{one.mission}]")
        click.echo(f"  状态 states  {' → '.join(state.value for state in one.states)}")
        weak = [
            f"{part.value} ({ground.evidence.value}, {ground.jurisdiction})" for part, ground in one.grounds.items()
        ]
        click.echo(f"  依据 grounds  {', '.join(weak)}")
        for part in (Part.MONEY, Part.CYCLE, Part.LIMITS):
            stop = programmes.demand(one, part, "money", tree, day)
            if stop is not None:
                click.echo(f"  停住 stops money  {part.value}: {stop.code}")
    click.echo(f"{region} {day}: {len(found)} 个项目 programmes")


@command.command(
    epilog=examples(
        "yijia programme walk family_bed --region CN-350000 --json", "yijia programme walk --all --region CN-440307"
    )
)
@click.argument("code", required=False)
@_REGION
@_ON
@_POLICY
@click.option("--all", "is_all", is_flag=True, help="本地全部项目。 Every programme of the place.")
@_JSON
def walk(code: str | None, region: str, on: datetime | None, policy: Path | None, is_all: bool, as_json: bool) -> None:
    """用真实动作把一份档案走过每个状态，走完不留痕迹。 One episode through every state with the real actions; nothing is left behind."""
    if (code is None) != is_all:
        raise click.UsageError("写一个项目代码，或用 --all。 Name a programme, or say --all.")
    tree = _tree(policy)
    _demand(region)
    day = _day(on)
    if code is not None:
        found = programmes.load(tree, code, region, day)
        if isinstance(found, Refusal):
            raise click.ClickException(_why_not(found, tree, region, day))
    reports = _walked((code,) if code is not None else programmes.codes(tree, region, day), region, day)
    if as_json:
        click.echo(json.dumps(reports if is_all else reports[0], ensure_ascii=False, indent=2, default=str))
    else:
        for report in reports:
            _print(report)
    sys.exit(0 if all(report["is_complete"] for report in reports) else 1)


@command.command(
    epilog=examples(
        'yijia programme new --from family_bed --region CN-441900 --name "示例病床"',
        'yijia programme new --from family_bed --region CN-441900 --name "示例病床" --policy ./ours',
    )
)
@click.option("--from", "source", required=True, help="照哪个项目写。 The programme to begin with.")
@_REGION
@click.option("--name", required=True, help="新项目的中文名。 Its name in Chinese.")
@click.option("--name-en", help="英文名。 Its name in English.")
@click.option("--code", help="代码，默认由来源加序号。 Its code; from the source and a number when left out.")
@_POLICY
@_JSON
def new(
    source: str, region: str, name: str, name_en: str | None, code: str | None, policy: Path | None, as_json: bool
) -> None:
    """写一个新项目的 YAML，之后只靠数据就能走。 Write a new programme as YAML; it walks from data alone."""
    _demand(region)
    tree, day = _tree(policy if policy is not None and policy.exists() else None), _day(None)
    found = programmes.load(tree, source, region, day)
    if isinstance(found, Refusal):
        raise click.ClickException(_why_not(found, tree, region, day))
    chosen = code or _free_code(tree, source)
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,38}", chosen) or f"{programmes.PREFIX}{chosen}" in tree.keys:
        raise click.ClickException(f"代码“{chosen}”不合用或已有。 The code “{chosen}” is taken or not a name.")
    root = policy or editions.ROOT
    path = root / region / "programmes" / f"{chosen}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_document(tree, found, chosen, region, day, name, name_en), encoding="utf-8")
    try:
        findings = programmes.check(
            editions.read_over(editions.ROOT, policy) if policy else editions.read(editions.ROOT)
        )
    except PolicyError as error:
        findings = error.findings
    if findings:
        path.unlink()
        raise click.ClickException("; ".join(f"{f.key} {f.field}: {f.code}" for f in findings))
    then = f"yijia programme walk {chosen} --region {region}" + (f" --policy {policy}" if policy else "")
    told = {"programme": chosen, "region": region, "file": str(path), "walk": then}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{path}\n下一步 next  {then}")


def _document(
    tree: Editions, source: Programme, code: str, region: str, day: date, name: str, name_en: str | None
) -> str:
    """The source's own words with the finer parts over the coarser, under a new name; a copied number is nobody's evidence."""
    whole: dict[str, Any] = {}
    for layer in reversed(programmes.layers_of(tree, source.code, source.jurisdiction, day)):
        whole |= {key: part for key, part in plain(layer.value).items() if key != "extends"}
    whole |= {"zh": name, "en": name_en or f"{source.words.en} ({name})"}
    entry = {
        "key": f"{programmes.PREFIX}{code}", "value": whole, "effective": {"from": None, "until": None}, "evidence": "derived",
        "note": _COPIED.format(source=source.code, place=", ".join(sorted({g.jurisdiction for g in source.grounds.values()}))),
    }  # fmt: skip
    header = {
        "schema": "yijia/policy/1", "jurisdiction": region, "kind": "programme", "owner": {"zh": "待填：本地主管部门", "en": "to be filled in: the authority of the place"},
        "edition": f"programmes/{day:%Y-%m}", "values": [entry],
    }  # fmt: skip
    return str(yaml.safe_dump(header, allow_unicode=True, sort_keys=False, width=160))


def _free_code(tree: Editions, source: str) -> str:
    number = 2
    while f"{programmes.PREFIX}{source}_{number}" in tree.keys:
        number += 1
    return f"{source}_{number}"


def _walked(codes: tuple[str, ...], region: str, day: date) -> list[dict[str, Any]]:
    from yijia.cli.demo import prepare

    prepare(region, name="yijia_walk")
    from yijia.demo import start
    from yijia.demo.walk import NoWalk
    from yijia.demo.walk import walk as walked

    start.migrate()
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    try:
        return [walked(code, region, at) for code in codes]
    except NoWalk as error:
        raise click.ClickException(str(error)) from error


def _print(report: dict[str, Any]) -> None:
    click.echo(f"{report['programme']}  {report['zh']} {report['en']}  {report['region']}")
    for step in report["steps"]:
        more = {key: value for key, value in step.items() if key not in ("step", "state", "at", "words")}
        click.echo(
            f"  {step['at'][:16]}  {step['step']:<22} {step['state']:<11} {json.dumps(more, ensure_ascii=False, default=str) if more else ''}"
        )
        if "words" in step:
            click.echo(f"      {step['words']}")
    for stop in report["stopped"]:
        click.echo(f"  停住 stopped  {stop['words']} [{stop['code']}]")
    click.echo(
        f"  走过 visited  {' → '.join(report['visited'])}  {'完整 complete' if report['is_complete'] else '不完整 incomplete'}\n"
    )


def _brief(one: Programme) -> dict[str, Any]:
    return {
        "programme": one.code, "zh": one.words.zh, "en": one.words.en, "mission": one.mission, "region": one.jurisdiction,
        "states": [state.value for state in one.states], "events": sorted(event.value for event in one.events), "slots": list(one.slots),
        "activities": [line.code for line in one.plan], "grades": list(one.grades), "eligibility": one.sql,
        "grounds": {
            part.value: {"from": ground.jurisdiction, "evidence": ground.evidence.value, "sources": list(ground.sources), "is_known": ground.is_known}
            for part, ground in one.grounds.items()
        },
    }  # fmt: skip


def _tree(policy: Path | None) -> Editions:
    try:
        if policy is not None:
            editions.put_over(policy)
        return editions.current()
    except PolicyError as error:
        lines = [
            f"{f.document}: {f.key} {f.field}: {policy_words.sentence(f.code, f.facts)[1]}" for f in error.findings
        ]
        raise click.ClickException("\n".join(lines)) from error


def _why_not(refusal: Refusal, tree: Editions, region: str, day: date) -> str:
    known = ", ".join(programmes.codes(tree, region, day))
    return f"{refusal.facts['programme']}: {refusal.code}。可用 known: {known}"


def _demand(region: str) -> None:
    if not is_jurisdiction(region):
        raise click.ClickException(f"“{region}”不是地区代码。 “{region}” is not CN or CN- and six digits.")


def _day(on: datetime | None) -> date:
    return on.date() if on is not None else business_date(datetime.now().astimezone())
