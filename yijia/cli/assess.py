"""`yijia assess`: score answers with an instrument in force, one case or thousands."""

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from yijia.base import editions, instruments
from yijia.base.local import postgres
from yijia.base.policy_words import sentence
from yijia.cli import examples
from yijia.core import assessment
from yijia.core.assessment import BadAnswers, Compiled, Confirmation, InstrumentError, Wrong
from yijia.core.calendar import business_date
from yijia.core.policy import PolicyError, is_jurisdiction, plain
from yijia.core.refusal import Refusal

_DAY = click.DateTime(["%Y-%m-%d"])
_ECHOED = ("id", "case_id")


@click.command(
    epilog=examples(
        "yijia assess gbt_42195_2022 answers.json",
        "yijia assess nhsa_ltc_2021 cases.jsonl > results.jsonl",
        "yijia assess morse_fall answers.json --bands ge45_high",
    )
)
@click.argument("instrument")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option("--on", type=_DAY, help="评估日期，默认今天。 Day of the assessment; today when left out.")
@click.option("--jurisdiction", default="CN", help="地区代码。 Place, e.g. CN-500000.")
@click.option("--bands", help="另一套公开的分段。 Another published cut of the score, by its id.")
@click.option(
    "--lines", is_flag=True, help="按行读取（文件名以 .jsonl 结尾时自动）。 One case a line; by itself for .jsonl."
)
@click.option(
    "--confirmed/--not-confirmed",
    default=None,
    help="是否查数据库中的核对签名（默认：设了 DATABASE_URL 就查）。 Ask the database for a signed confirmation.",
)
def command(
    instrument: str, file: TextIO, on: datetime | None, jurisdiction: str, bands: str | None, lines: bool,
    confirmed: bool | None,
) -> None:  # fmt: skip
    """按量表评分。 Score answers: level, every step, edition.

    FILE 为 {"answers": {题号: 选项或分数, …}, "facts": {情形: …}}；.jsonl 每行一例，每行一个结果，出错的行给出
    {"line", "error"}，其余照算，最后以 2 退出。

    FILE is {"answers": {item: option or score, …}, "facts": {…}}. A .jsonl file is one case a line and answers one line
    each; a line that cannot be scored gives {"line", "error"}, the others are scored, and the exit code is 2.
    """
    day = on.date() if on is not None else business_date(datetime.now().astimezone())
    ready = _ready(instrument, jurisdiction, day, bands, confirmed)
    if lines or Path(file.name).suffix == ".jsonl":
        is_clean = _many(ready, file)
    else:
        said = _one(ready, file.read())
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        is_clean = "error" not in said
        if not is_clean:
            _complain(said["error"])
    if not is_clean:
        sys.exit(2)


def _ready(id_: str, jurisdiction: str, on: date, bands: str | None, confirmed: bool | None) -> Compiled:
    if not is_jurisdiction(jurisdiction):
        raise click.UsageError(f"“{jurisdiction}”不是地区代码。 “{jurisdiction}” is not CN or CN- and six digits.")
    try:
        found = instruments.find(id_, jurisdiction=jurisdiction, on=on)
    except PolicyError as error:
        raise click.ClickException(
            f"政策文件有错，请运行 yijia policy check。 The policy files are wrong: {error}"
        ) from error
    except InstrumentError as error:
        raise click.ClickException(f"量表有错，请运行 yijia policy check。 The instrument is wrong: {error}") from error
    if isinstance(found, Refusal):
        known = [key.partition(":")[2] for key in editions.current().keys if key.startswith(f"{assessment.KIND}:")]
        zh, en = sentence("assessment.unknown", {"found": id_, "jurisdiction": jurisdiction, "on": on})
        raise click.UsageError(f"{zh}；有：{', '.join(known)}。 {en}; known: {', '.join(known)}.")
    if bands is not None and bands not in found.alternatives:
        raise click.UsageError(
            f"没有分段“{bands}”。 There is no cut “{bands}”; known: {', '.join(found.alternatives) or '—'}."
        )
    confirmation = _confirmation(id_, confirmed) if found.is_draft else None
    return assessment.compile(found, alternative=bands, confirmation=confirmation)


def _confirmation(id_: str, wanted: bool | None) -> Confirmation | None:
    if wanted is False or (wanted is None and not postgres.is_elsewhere()):
        return None
    from yijia.base.local import django

    django.setup()
    from django.db import DatabaseError

    from yijia.apps.cases import queries
    from yijia.base import scope

    try:
        with scope.whole_system():
            return queries.confirmation_for_system(id_)
    except DatabaseError as error:
        if wanted:
            raise click.ClickException(f"数据库里查不到核对签名。 The database cannot be asked: {error}") from error
        click.echo("数据库连不上，按未确认处理。 The database cannot be asked; taken as not confirmed.", err=True)
        return None


def _one(ready: Compiled, text: str) -> dict[str, Any]:
    try:
        case = json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except _Twins as twins:
        faults = (Wrong(_field(ready, name), "assessment.twice", {"found": name}) for name in twins.names)
        return {"error": _error(ready, tuple(faults))}
    except (ValueError, RecursionError) as error:
        code = "assessment.bad_json" if text.strip() else "assessment.empty_file"
        facts = {"position": getattr(error, "pos", 0) + 1, "problem": str(error)[:200]}
        return {"error": _error(ready, (Wrong("", code, facts if text.strip() else {}),))}
    if not isinstance(case, Mapping):
        return {"error": _error(ready, (Wrong("", "assessment.not_a_mapping", {}),))}
    echoed = {name: case[name] for name in _ECHOED if isinstance(case.get(name), str | int)}
    result = ready.assess(case.get("answers"), case.get("facts"))
    if isinstance(result, BadAnswers):
        return {**echoed, "error": _error(ready, result.wrong)}
    return {**echoed, **result.as_json()}


def _many(ready: Compiled, file: TextIO) -> bool:
    is_clean, count = True, 0
    out = sys.stdout
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        count += 1
        said = _one(ready, line)
        if "error" in said:
            is_clean = False
            said = {"line": number, **said}
        out.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")
    if not count:
        _complain(_error(ready, (Wrong("", "assessment.empty_file", {}),)))
    return is_clean and count > 0


def _error(ready: Compiled, wrong: tuple[Wrong, ...]) -> dict[str, Any]:
    faults = []
    for fault in wrong:
        zh, en = sentence(fault.code, fault.facts)
        faults.append({"field": fault.field, "code": fault.code, "zh": zh, "en": en, "facts": plain(fault.facts)})
    return {"instrument": ready.instrument.id, "fields": [fault.field for fault in wrong], "faults": faults}


def _complain(error: Mapping[str, Any]) -> None:
    for fault in error["faults"]:
        click.echo(f"{fault['field'] or '—'}: {fault['zh']}。 {fault['en']} [{fault['code']}]", err=True)


class _Twins(ValueError):
    """Keys that stand twice in one mapping."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twins(sorted({name for name in names if names.count(name) > 1}))
    return content


def _field(ready: Compiled, name: str) -> str:
    """Where a key that stands twice belongs."""
    if name in {item.id for item in ready.instrument.items}:
        return f"answers.{name}"
    return f"facts.{name}" if name in {fact.id for fact in ready.instrument.facts} else name


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number of JSON")
