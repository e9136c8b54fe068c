"""`yijia benefits`: what a population is entitled to in a month, what a change would do, and why one person gets what."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from yijia.base import editions, policy_words
from yijia.cli import examples
from yijia.core.benefits import Entitlement, Month, UnknownKey, entitlements, offer_for, parse_changes
from yijia.core.benefits.vocabulary import FACTS
from yijia.core.policy import Editions, PolicyError, is_jurisdiction
from yijia.core.rules import Kind

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_POPULATION = click.option(
    "--population", type=_FOLDER, required=True, help="人口目录（people.parquet）。 Folder of the people."
)
_REGION = click.option("--region", default="CN-500000", show_default=True, help="地区。 Region.")
_MONTH = click.option("--month", default="2026-06", show_default=True, help="月份。 Month.")
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
_RUN = "yijia benefits run --population out/cq --region CN-500000 --month 2026-06 --json"
_DRY = "yijia benefits dry-run --population out/cq --region CN-500000 --set OLD_AGE.min_age=75 --json"


@click.group(epilog=examples(_RUN, _DRY))
def command() -> None:
    """待遇：按月计算、试算、逐条说明。 Benefits: a month's run, a dry run, an explanation."""


@command.command(epilog=examples(_RUN))
@_POPULATION
@_REGION
@_MONTH
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="每人结果写到这个文件。 Write each person's answers there.",
)
@_JSON
def run(population: Path, region: str, month: str, out: Path | None, as_json: bool) -> None:
    """全部待遇算一个月：给、缓、不给、不明各多少人。 Every scheme for everybody: granted, held, not, unknown, and the cost."""
    from yijia.base import population as runs

    people = _open(population, region)
    found = runs.run(people, editions.current(), _month(month), out)
    if as_json:
        _print(found)
        return
    click.echo(f"{region}  {month}  {found['people']:,} 人 people")
    for scheme in found["schemes"]:
        click.echo(
            f"  {scheme['code']:<24}{scheme['zh']}：给 granted {scheme['granted']:,}，缓 held {scheme['held']:,}，"
            f"不给 not {scheme['not']:,}，不明 unknown {scheme['unknown']:,}；"
            f"本月 this month {_yuan(scheme['granted_month_fen'])}（缓 held {_yuan(scheme['held_month_fen'])}）"
        )
    click.echo(f"合计 in all {_yuan(found['granted_month_fen'])}（缓 held {_yuan(found['held_month_fen'])}）")
    click.echo("待确认 to be confirmed:")
    for row in found["to_confirm"]:
        parts, sources = ", ".join(row["parts"]), ", ".join(row["sources"])
        click.echo(
            f"  {row['code']} {row['jurisdiction']} {row['evidence']}: {parts}; {row['people']:,} 人 people [{sources}]"
        )


@command.command(
    "dry-run", epilog=examples(_DRY, "yijia benefits dry-run --population out/cq --against my-edition --json")
)
@_POPULATION
@_REGION
@_MONTH
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="试改的数，可多次。 A number to try; may be repeated."
)
@click.option(
    "--against",
    type=_FOLDER,
    help="另一份政策目录，同名文件代替现行的。 A folder of policy files that replace those of the same name.",
)
@_JSON
def dry_run(
    population: Path, region: str, month: str, settings: tuple[str, ...], against: Path | None, as_json: bool
) -> None:
    """改一个数，看谁得、谁失、一年差多少钱。 Change a number: who gains, who loses, what a year costs."""
    from yijia.base import dry_run as dry
    from yijia.base.population import plan_of

    if not settings and against is None:
        _refuse("请用 --set 或 --against 说明要比什么。 Say what to compare, with --set or --against.")
    people, when = _open(population, region), _month(month)
    other = _read_over(against) if against is not None else None
    schemes = dry.schemes_in(plan_of(people, other or editions.current(), when))
    try:
        changes = parse_changes(settings, schemes) if settings else None
    except UnknownKey as error:
        _refuse(_said(error))
    found = dry.dry_run(people, editions.current(), when, changes=changes, against=other)
    if as_json:
        _print(found)
        return
    click.echo(
        f"{region} {month}: 得 gain {found['gain']:,}，失 lose {found['lose']:,}；一年 a year {_yuan(found['before_year_fen'])} → "
        f"{_yuan(found['after_year_fen'])}（差 difference {_yuan(found['difference_year_fen'])}）；"
        f"金额未知 without an amount {found['before_unpriced']:,} → {found['after_unpriced']:,}"
    )
    for cut in dry.CUTS:
        for row in found[f"by_{cut}"]:
            click.echo(
                f"  {cut} {row[cut] or '?'}: +{row['gain']:,} −{row['lose']:,} {_yuan(row['difference_year_fen'])}"
            )


@command.command(epilog=examples("yijia benefits explain person.json --on 2026-06-01"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="日期。 The day.")
def explain(file: Path, on: datetime) -> None:
    """一个人的每项待遇和每个条件（JSON）。 One person's schemes, condition by condition, as JSON."""
    facts = _facts(file)
    tree, day = editions.current(), on.date()
    offer = offer_for(tree, hukou=facts.get("hukou"), residence=facts.get("residence"), on=day)
    try:
        found = entitlements(facts, offer.schemes, offer.overlaps, day)
    except ValueError as error:
        _refuse(f"{error}；可用 known: {', '.join(FACTS)}")
    _print({"on": day.isoformat(), "entitlements": [_entitlement(entitlement) for entitlement in found]})


def _entitlement(found: Entitlement) -> dict[str, Any]:
    return {
        "scheme": found.code, "key": found.scheme.key, "jurisdiction": found.scheme.jurisdiction, "zh": found.scheme.zh,
        "en": found.scheme.en, "verdict": found.verdict.value, "amount_fen": found.amount_fen, "unit": found.unit,
        "because": found.because.value, "evidence": found.scheme.value.evidence.value, "edition": found.scheme.value.edition,
        "conjuncts": [
            {"text": c.text, "verdict": c.verdict, "values": _plain(c.values), "parameters": _plain(c.parameters), "not_known": list(c.unknown)}
            for c in found.conjuncts
        ],
        "missing": list(found.missing),
        "overlaps": [{"rule": b.overlap.id, "effect": b.effect, "with": list(b.others)} for b in found.overlaps],
        "needs_confirmation": [
            {"key": c.key, "jurisdiction": c.jurisdiction, "part": c.part, "evidence": c.evidence.value,
             "demanded": c.demanded.value, "sources": list(c.sources), "note": c.note}
            for c in found.needs_confirmation
        ],
    }  # fmt: skip


def _plain(content: Any) -> dict[str, Any]:
    return {name: str(part) if isinstance(part, date | Decimal) else part for name, part in content.items()}


def _facts(file: Path) -> dict[str, Any]:
    try:
        written = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except ValueError as error:
        _refuse(f"{file}: 不是 JSON。 Not JSON: {error}")
    if not isinstance(written, dict):
        _refuse(f"{file}: 应为 {{名称: 值}}。 A mapping of names to values is wanted.")
    read: dict[str, Callable[[str], Any]] = {
        name: date.fromisoformat for name in FACTS if FACTS[name].kind is Kind.DATE
    }
    try:
        return {
            name: read[name](part) if name in read and isinstance(part, str) else part for name, part in written.items()
        }
    except ValueError as error:
        _refuse(f"{file}: {error}")


def _open(folder: Path, region: str) -> Any:
    from yijia.base import population

    if not is_jurisdiction(region):
        _refuse(f"“{region}”不是地区代码。 “{region}” is not CN or CN- and six digits.")
    try:
        return population.open_population(folder, region)
    except population.NoPopulation as error:
        _refuse(f"没有可用的人口。 There is no population to ask: {error}")


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        _refuse(f"“{text}”不是月份，应如 2026-06。 “{text}” is no month such as 2026-06.")


def _read_over(folder: Path) -> Editions:
    try:
        return editions.read_over(editions.ROOT, folder, is_trial=True)
    except PolicyError as error:
        lines = dict.fromkeys(
            f"{f.document}: {f.key or '-'}: {f.field or '-'}: {'。 '.join(policy_words.sentence(f.code, f.facts))} [{f.code}]"
            for f in error.findings
        )
        _refuse("\n".join(["这份政策文件有错。 These policy files are wrong.", *lines]))


_KINDS = {
    "whole_number": ("不小于 0 的整数，金额以分为单位", "a whole number not below 0, amounts in fen"),
    "Decimal": ("小数", "a decimal number"), "bool": ("true 或 false", "true or false"), "date": ("日期", "a date"),
}  # fmt: skip


def _said(error: UnknownKey) -> str:
    known = "\n  ".join(error.known)
    zh, en = _KINDS.get(known, (" ", "of the kind"))
    return {
        "unknown": f"没有“{error.key}”这个数，可改的有：\n  {known}\nThere is no number “{error.key}”; these can be changed.",
        "no_such_place": f"“{error.key}”：那里没有自己的规定，有的是：\n  {known}\nThat place has none of its own; these have.",
        "twice": f"“{error.key}”写了两次。 “{error.key}” is there twice.",
        "bad_value": f"“{error.key}”的新值应为{zh}（{known}）。 The new value of “{error.key}” should be {en} ({known}).",
    }[error.problem]


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d} 元" if fen >= 0 else f"−{-fen // 100:,}.{-fen % 100:02d} 元"


def _print(found: Any) -> None:
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))
