"""`yijia policy`: proves the policy tree, and explains one value."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from yijia.base import editions, policy_words
from yijia.base.policy_words import EVIDENCE, VERDICTS, sentence
from yijia.cli import examples
from yijia.core.calendar import business_date
from yijia.core.policy import (
    Candidate,
    Editions,
    Evidence,
    Explanation,
    Finding,
    PolicyError,
    Report,
    Value,
    is_jurisdiction,
    plain,
)
from yijia.core.refusal import Refusal

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_ROOT = click.option("--root", type=_FOLDER, default=editions.ROOT, help="另一份政策目录。 Another policy tree.")
_ON = click.option("--on", type=_DAY, help="服务日期，默认今天。 Service date; today when left out.")
_INSURED = click.option("--insured", help="参保类别。 Insured class, e.g. employee, resident.")
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")


@click.group(
    epilog=examples("yijia policy check", "yijia policy show CN-441900 item:131000001N --on 2025-01-01 --use money")
)
def command() -> None:
    """政策文件：检查与查询。 Policy editions: check them, look values up."""


@command.command(epilog=examples("yijia policy check", "yijia policy check ./policy --json"))
@click.argument("root", type=_FOLDER, default=editions.ROOT)
@_JSON
def check(root: Path, as_json: bool) -> None:
    """检查全部政策文件。 Schema, periods, sources, rules and worked examples of every file."""
    report = editions.check_tree(root)
    if as_json:
        click.echo(json.dumps(_report_as_json(report), ensure_ascii=False, indent=2))
    else:
        _print_report(report, root)
    if report.errors:
        sys.exit(1)


@command.command(
    epilog=examples(
        "yijia policy show CN-441900 item:131000001N --on 2025-01-01",
        "yijia policy show CN-500000 fee:visit_fee --on 2025-06-02 --use money",
    )
)
@click.argument("jurisdiction")
@click.argument("key")
@_ON
@_INSURED
@click.option("--use", help="用途：money、official_result、gate、show。 What the value is wanted for.")
@_ROOT
@_JSON
def show(
    jurisdiction: str, key: str, on: datetime | None, insured: str | None, use: str | None, root: Path, as_json: bool
) -> None:
    """一个值、为何适用、来源。 One value, why it applies, and its source."""
    tree = _read(root)
    _demand_jurisdiction(jurisdiction)
    if use is not None and f"demand:{use}" not in tree.keys:
        uses = ", ".join(known.partition(":")[2] for known in tree.keys if known.startswith("demand:"))
        raise click.ClickException(f"没有用途“{use}”，可用：{uses}。 There is no use “{use}”; known: {uses}.")
    explanation = tree.explain(key, jurisdiction=jurisdiction, on=_day(on), insured_class=insured, use=use)
    near = tree.near(key) if key not in tree.keys else ()
    if as_json:
        click.echo(json.dumps(_explanation_as_json(explanation, tree, near), ensure_ascii=False, indent=2))
    else:
        _print_explanation(explanation, tree, near)
    if isinstance(explanation.outcome, Refusal):
        sys.exit(1)


@command.command(
    "list", epilog=examples("yijia policy list CN-441900 item: --on 2025-06-02", "yijia policy list CN-500000")
)
@click.argument("jurisdiction")
@click.argument("prefix", default="")
@_ON
@_INSURED
@_ROOT
@_JSON
def list_values(
    jurisdiction: str, prefix: str, on: datetime | None, insured: str | None, root: Path, as_json: bool
) -> None:
    """某地某日适用的值。 The values that apply in a place on a day."""
    tree = _read(root)
    _demand_jurisdiction(jurisdiction)
    found = tree.values(prefix, jurisdiction=jurisdiction, on=_day(on), insured_class=insured)
    if as_json:
        click.echo(json.dumps([_value_as_json(value) for value in found], ensure_ascii=False, indent=2))
        return
    table = Table("键 key", "值 value", "出自 from", "证据 evidence", box=None, pad_edge=False)
    for value in found:
        table.add_row(value.key, _brief(value.value), value.jurisdiction, value.evidence.value)
    _console().print(table)


def _read(root: Path) -> Editions:
    try:
        return editions.current() if root == editions.ROOT else editions.read(root)
    except PolicyError as error:
        lines = [_finding_line(finding) for finding in error.findings]
        raise click.ClickException("\n".join(["政策文件有错。 The policy files are wrong.", *lines])) from error


def _demand_jurisdiction(code: str) -> None:
    if not is_jurisdiction(code):
        raise click.ClickException(f"“{code}”不是地区代码。 “{code}” is not CN or CN- and six digits, e.g. CN-441900.")


def _day(on: datetime | None) -> date:
    return on.date() if on is not None else business_date(datetime.now().astimezone())


def _console() -> Console:
    # A pipe has no width of its own; long lines stay whole for grep.
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def _print_report(report: Report, root: Path) -> None:
    console = _console()
    for finding in report.findings:
        mark = Text("错 error  ", style="red") if finding.is_error else Text("注意 note  ", style="yellow")
        console.print(mark + Text(_finding_line(finding)))
    levels = list(Evidence)
    table = Table("地区 place", *(level.value for level in levels), "合计 all", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for place in [*sorted({place for place, _ in report.counts}), None]:
        row = [
            sum(n for (at, of), n in report.counts.items() if of is level and place in (at, None)) for level in levels
        ]
        table.add_row("合计 all" if place is None else place, *(str(n or "·") for n in row), str(sum(row)))
    console.print(table)
    console.print(
        f"{len(report.errors)} 个错误，{len(report.warnings)} 处提醒；运行样例 {report.examples_run} 个，规则 {report.rules_compiled} 条。"
        f" {len(report.errors)} errors, {len(report.warnings)} warnings; {report.examples_run} worked examples run,"
        f" {report.rules_compiled} rules compiled ({root.name}/)."
    )


def _finding_line(finding: Finding) -> str:
    where = " › ".join(part for part in (finding.document, finding.key, finding.field) if part)
    zh, en = sentence(finding.code, finding.facts)
    return f"{where}: {zh}。 {en} [{finding.code}]"


def _print_explanation(explanation: Explanation, tree: Editions, near: tuple[str, ...]) -> None:
    console = _console()
    outcome = explanation.outcome
    if isinstance(outcome, Value):
        console.print(Text(f"{explanation.key}  {_brief(outcome.value)}", style="bold"))
        click.echo(_indented(outcome.value))
        console.print(f"适用 applies  {outcome.jurisdiction}  {_period(outcome)}  {_level(outcome.evidence)}")
        for level in Evidence:
            if fields := [field for field, its in outcome.weaker.items() if its is level]:
                console.print(f"  其中 of it   {_level(level)}: {', '.join(fields)}", markup=False)
        console.print(
            f"版本 edition  {outcome.edition} ({outcome.document})  负责 owner  {' / '.join(outcome.owner.values())}"
        )
        if outcome.clause:
            console.print(f"条款 clause  {outcome.clause}", markup=False)
        _print_grounds(console, outcome.note, outcome.sources, tree)
    else:
        zh, en = sentence(outcome.code, outcome.facts)
        console.print(Text(zh, style="red"))
        console.print(Text(f"{en} [{outcome.code}]"))
        _print_grounds(console, outcome.facts.get("note"), outcome.facts.get("sources", ()), tree)
        if near:
            console.print(f"相近的键 near keys: {', '.join(near)}", markup=False)
    _print_candidates(console, explanation)


def _print_grounds(console: Console, note: str | None, sources: tuple[str, ...], tree: Editions) -> None:
    if note:
        console.print(f"说明 note  {note}", markup=False)
    for id_ in sources:
        source = tree.sources[id_]
        parts = (source.title, source.doc_no, source.issuer, source.dated, source.url)
        console.print(f"来源 source  {id_}: {'，'.join(part for part in parts if part)} [{source.seen}]", markup=False)


def _print_candidates(console: Console, explanation: Explanation) -> None:
    asked = f"{' → '.join(explanation.chain)}，{explanation.on}"
    console.print(f"\n查找 looked up  {asked}{f'，{explanation.insured_class}' if explanation.insured_class else ''}")
    for place in explanation.chain:
        here = [candidate for candidate in explanation.candidates if candidate.value.jurisdiction == place]
        if not here:
            console.print(f"  {place}  无规定 says nothing")
        for candidate in here:
            console.print(f"  {place}  {_candidate_line(candidate)}", markup=False)


def _candidate_line(candidate: Candidate) -> str:
    value, (zh, en) = candidate.value, VERDICTS[candidate.verdict]
    of_class = f"{value.insured_class}  " if value.insured_class else ""
    return f"{_period(value)}  {of_class}{_level(value.evidence)}  {zh} {en}"


def _level(level: Evidence) -> str:
    return f"{EVIDENCE[level][0]} {level.value}"


def _period(value: Value) -> str:
    return f"[{value.from_on or '…'}, {value.until_on or '…'})"


def _brief(content: Any) -> str:
    """One line for a table: the name in both languages where there is one."""
    if hasattr(content, "get") and "zh" in content:
        return f"{content['zh']} {content['en']}"
    text = json.dumps(plain(content), ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _indented(content: Any) -> str:
    return "\n".join(f"  {line}" for line in json.dumps(plain(content), ensure_ascii=False, indent=2).splitlines())


def _value_as_json(value: Value) -> dict[str, Any]:
    return {
        "key": value.key, "value": plain(value.value), "jurisdiction": value.jurisdiction,
        "effective": {"from": plain(value.from_on), "until": plain(value.until_on)}, "insured_class": value.insured_class,
        "evidence": value.evidence.value, "weaker": {field: level.value for field, level in value.weaker.items()},
        "source": list(value.sources), "clause": value.clause, "note": value.note, "owner": plain(value.owner),
        "edition": value.edition, "document": value.document,
    }  # fmt: skip


def _explanation_as_json(explanation: Explanation, tree: Editions, near: tuple[str, ...]) -> dict[str, Any]:
    outcome = explanation.outcome
    content: dict[str, Any] = {
        "key": explanation.key, "chain": list(explanation.chain), "on": explanation.on.isoformat(),
        "insured_class": explanation.insured_class,
    }  # fmt: skip
    if isinstance(outcome, Value):
        content["value"] = _value_as_json(outcome)
        named = {id_: tree.sources[id_] for id_ in outcome.sources}
        content["sources"] = {
            id_: {"title": s.title, "doc_no": s.doc_no, "issuer": s.issuer, "date": s.dated, "level": s.level.value,
                  "seen": s.seen, "url": s.url, "via": list(s.via), "note": s.note}
            for id_, s in named.items()
        }  # fmt: skip
    else:
        zh, en = policy_words.sentence(outcome.code, outcome.facts)
        content["refusal"] = {"code": outcome.code, "facts": plain(outcome.facts), "zh": zh, "en": en}
        content["near"] = list(near)
    content["candidates"] = [
        {"verdict": candidate.verdict, **_value_as_json(candidate.value)} for candidate in explanation.candidates
    ]
    return content


def _report_as_json(report: Report) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {}
    for (place, level), count in sorted(report.counts.items()):
        counts.setdefault(place, {})[level.value] = count
    findings = []
    for finding in report.findings:
        zh, en = sentence(finding.code, finding.facts)
        findings.append(
            {"severity": "error" if finding.is_error else "warning", "code": finding.code, "document": finding.document,
             "key": finding.key, "field": finding.field, "zh": zh, "en": en}
        )  # fmt: skip
    by_evidence = {level.value: sum(n for (_, of), n in report.counts.items() if of is level) for level in Evidence}
    return {
        "errors": len(report.errors), "warnings": len(report.warnings), "values": sum(report.counts.values()),
        "by_evidence": by_evidence, "by_jurisdiction": counts, "examples_run": report.examples_run,
        "rules_compiled": report.rules_compiled, "findings": findings,
    }  # fmt: skip
