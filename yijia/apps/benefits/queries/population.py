"""Populations to try a policy on: snapshots of the register and made ones, each a folder with a Parquet file below the data folder."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from yijia.apps.benefits.queries.people import facts_of
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Resident
from yijia.base import policy_words
from yijia.base.editions import ROOT, read_over
from yijia.base.parquet import PEOPLE, connection
from yijia.base.population import SQL_TYPES
from yijia.core.benefits import FACTS
from yijia.core.policy import Editions, PolicyError
from yijia.core.refusal import Refusal
from yijia.core.rules.sql import quoted

CHUNK = 2000
_NAME = re.compile(r"[\w.-]{1,80}")


def folder() -> Path:
    """Where populations lie."""
    return Path(settings.HOME) / "populations"


def drafts() -> Path:
    """Where drafts of editions lie: folders of policy files that replace those of the same name."""
    return Path(settings.HOME) / "editions"


def list_populations() -> list[str]:
    """The populations there are, the newest snapshot first."""
    return _folders(folder(), PEOPLE)


def list_drafts() -> list[str]:
    """The drafts of editions there are."""
    return _folders(drafts(), None)


def population_path(name: str) -> Path | None:
    """The folder of a population by its name; None for a name nobody made."""
    return folder() / name if _NAME.fullmatch(name) and name in list_populations() else None


def draft_editions(name: str) -> Editions | Refusal:
    """The editions with a draft laid over them.

    Refuses     benefits.no_draft: a name nobody made; benefits.bad_draft: its first fault, by file, key and field
    """
    if not _NAME.fullmatch(name) or name not in list_drafts():
        return Refusal("benefits.no_draft", {"draft": name})
    try:
        return read_over(ROOT, drafts() / name, is_trial=True)
    except PolicyError as error:
        first = error.findings[0]
        where = " · ".join(part for part in (first.document, first.key, first.field) if part)
        zh, en = policy_words.sentence(first.code, first.facts)
        return Refusal("benefits.bad_draft", {"draft": name, "where": where, "problem_zh": zh, "problem_en": en})


def write_snapshot(region: str, on: date) -> tuple[str, int]:
    """Write the living residents of a region with their facts of a day into a population; its name and how many people.

    The file holds no name and no number: the resident's row number is masked wherever people behind a figure are listed.
    """
    name = f"{region}-{on.isoformat()}"
    target = folder() / name
    target.mkdir(parents=True, exist_ok=True)
    columns = ("person_id", *FACTS)
    types = ", ".join(f"'{c}': '{SQL_TYPES[FACTS[c].kind] if c in FACTS else 'VARCHAR'}'" for c in columns)
    count = 0
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8", dir=target) as sheet:
        writer = csv.writer(sheet)
        writer.writerow(columns)
        for count, row in enumerate(_rows(region, on), start=1):  # noqa: B007 - the last number is the count
            writer.writerow([_text(row.get(column)) for column in columns])
        sheet.flush()
        source = f"read_csv({quoted(sheet.name)}, header = true, nullstr = '', columns = {{{types}}})"
        fresh = target / f"{PEOPLE}.new"
        with connection() as duck:
            copy = f"COPY (SELECT * FROM {source}) TO {quoted(str(fresh))} (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608 - own names
            duck.execute(copy)
        fresh.replace(target / PEOPLE)
    return name, count


def _rows(region: str, on: date) -> Iterator[dict[str, Any]]:
    after = 0
    while people := list(
        Resident.objects.filter(registry.within(region), pk__gt=after, died_on__isnull=True).order_by("pk")[:CHUNK]
    ):
        facts = registry.standing_facts_for_system([person.pk for person in people])
        for person in people:
            yield {"person_id": f"R-{person.pk:09d}", **facts_of(person, facts.get(person.pk, ()), on)}
        after = people[-1].pk


def _text(value: Any) -> str:
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _folders(root: Path, holds: str | None) -> list[str]:
    found: Iterable[Path] = root.iterdir() if root.is_dir() else ()
    return sorted((p.name for p in found if p.is_dir() and (holds is None or (p / holds).is_file())), reverse=True)
