"""An export as a stream: a watermark first, then the rows; taking it is itself on record."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from yijia.apps.exchange import queries
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.errors import Refused
from yijia.base.tables import neutral
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal

LONGEST_PURPOSE = 200


@dataclass(frozen=True, slots=True)
class Exports:
    """What the reader may export, and with how many rows a purpose is asked."""

    may_ledger: bool
    may_audit: bool
    most: int


@dataclass(frozen=True, slots=True)
class Export:
    """A file on its way out."""

    name: str
    media_type: str
    chunks: Iterator[str]


def exports(request: HttpRequest) -> Exports:
    """The page that asks what to export."""
    actor = request.actor
    return Exports(
        may(actor, Permission.LEDGER_EXPORT),
        may(actor, Permission.AUDIT_EXPORT),
        queries.most_without_purpose(business_date(request.at)),
    )


def ledger(*, actor: Actor, at: datetime, asked: queries.Asked, form: str, purpose: str) -> Export:
    """The ledger's postings. Raises Refused exports.purpose_needed."""
    rows = queries.ledger_rows(actor, asked)
    return _export(
        "ledger",
        rows,
        queries.LEDGER_COLUMNS,
        queries.ledger_record,
        actor=actor,
        at=at,
        asked=asked,
        form=form,
        purpose=purpose,
    )


def trail(*, actor: Actor, at: datetime, asked: queries.Asked, form: str, purpose: str) -> Export:
    """The audit trail. Raises Refused exports.purpose_needed."""
    rows = queries.audit_rows(actor, asked)
    return _export(
        "audit",
        rows,
        queries.AUDIT_COLUMNS,
        queries.audit_record,
        actor=actor,
        at=at,
        asked=asked,
        form=form,
        purpose=purpose,
    )


def _export(
    what: str,
    rows: Any,
    columns: tuple[str, ...],
    record: Any,
    *,
    actor: Actor,
    at: datetime,
    asked: queries.Asked,
    form: str,
    purpose: str,
) -> Export:
    count, rows = queries.counted(rows)
    said = purpose.replace("\0", "").strip()[:LONGEST_PURPOSE]
    most = queries.most_without_purpose(business_date(at))
    if count > most and not said:
        raise Refused(Refusal("exports.purpose_needed", {"rows": count, "most": most}))
    mark = {
        "export": what,
        "user_id": actor.user_id,
        "role": actor.role.value if actor.role else "",
        "at": at.isoformat(),
        "filter": asked.plain(),
        "purpose": said,
        "rows": count,
    }
    audit.note(
        verb="export",
        name=f"exports.{what}",
        by=actor,
        at=at,
        subject_type=what,
        facts={"rows": count, "format": form, "purpose": said} | asked.plain(),
    )
    records = queries.streamed(actor, rows, record)
    name = f"yijia-{what}-{business_date(at):%Y%m%d}.{form}"
    if form == "jsonl":
        return Export(name, "application/x-ndjson; charset=utf-8", _lines(mark, records))
    return Export(name, "text/csv; charset=utf-8", _table(mark, columns, records))


def _lines(mark: dict[str, Any], records: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield json.dumps({"watermark": mark}, ensure_ascii=False) + "\n"
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _table(mark: dict[str, Any], columns: tuple[str, ...], records: Iterator[dict[str, Any]]) -> Iterator[str]:
    """CSV with a byte order mark, so that spreadsheets read Chinese; no cell is a formula."""
    yield "\ufeff" + _row(["# " + json.dumps(mark, ensure_ascii=False)]) + _row(columns)
    for record in records:
        yield _row(queries.cell(record[column]) for column in columns)


def _row(cells: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([neutral(cell) for cell in cells])
    return text.getvalue()
