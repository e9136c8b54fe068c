"""What an export holds: the rows of the ledger and of the audit trail, in a fixed order, one at a time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet

from yijia.apps.money.models import Posting
from yijia.apps.money.queries import rows as money_rows
from yijia.apps.money.queries import visible_vouchers
from yijia.base import accounts, editions, scope
from yijia.base.models import AuditEntry
from yijia.core import money
from yijia.core.calendar import sane
from yijia.core.permissions import Actor
from yijia.core.policy import Value

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """What narrows an export; `until_on` is the last day in it."""

    from_on: date | None = None
    until_on: date | None = None
    organisation_id: int | None = None

    @property
    def after(self) -> date | None:
        """The first day no longer in it."""
        return None if self.until_on is None else sane(self.until_on) + timedelta(days=1)

    def plain(self) -> dict[str, Any]:
        """The filter as the watermark and the audit tell it."""
        said = {"from_on": self.from_on, "until_on": self.until_on, "organisation_id": self.organisation_id}
        return {
            name: value if isinstance(value, int) else str(value) for name, value in said.items() if value is not None
        }


LEDGER_COLUMNS = (
    "voucher_id", "key", "kind", "business_on", "posted_at", "posted_by", "organisation_id", "organisation", "order", "reverses", "posting_id", "account",
    "party", "debit", "credit", "note",
)  # fmt: skip
AUDIT_COLUMNS = (
    "chain", "seq", "at", "user_id", "role", "organisation_id", "verb", "name", "subject_type", "subject_ids", "resident_ids", "facts", "ip", "request_id", "hash",
)  # fmt: skip


def most_without_purpose(on: date) -> int:
    """How many rows may leave without a stated purpose; none where policy says nothing."""
    value = editions.current().lookup("term:export_purpose", jurisdiction=settings.REGION, on=on)
    return int(value.value["rows"]) if isinstance(value, Value) else 0


def ledger_rows(actor: Actor, asked: Asked) -> QuerySet[Posting]:
    """Postings in sight with their vouchers, in the order they were made."""
    rows = Posting.objects.filter(visible_vouchers(actor, "voucher__"))
    if asked.from_on:
        rows = rows.filter(voucher__business_on__gte=asked.from_on)
    if asked.until_on:
        rows = rows.filter(voucher__business_on__lt=asked.after)
    if asked.organisation_id is not None:
        rows = rows.filter(organisation_id=asked.organisation_id)
    return rows.select_related("voucher", "voucher__order", "voucher__organisation").order_by("voucher_id", "id")


def audit_rows(actor: Actor, asked: Asked) -> QuerySet[AuditEntry]:
    """Audit entries, chain by chain; the trail is one for the platform."""
    rows = AuditEntry.objects.filter(money_rows.during("at", asked.from_on, asked.after))
    if asked.organisation_id is not None:
        rows = rows.filter(organisation_id=asked.organisation_id)
    return rows.order_by("chain", "seq")


def counted(rows: QuerySet[Any]) -> tuple[int, QuerySet[Any]]:
    """How many rows there are, and the same rows without any that are written from now on (the export's own audit entry is one)."""
    found = rows.order_by().aggregate(count=Count("id"), last=Max("id"))
    return found["count"], rows.filter(id__lte=found["last"] or 0)


def ledger_record(row: Posting) -> dict[str, Any]:
    """One posting as an export tells it."""
    voucher = row.voucher
    return {
        "voucher_id": voucher.pk, "key": voucher.key, "kind": voucher.kind, "business_on": voucher.business_on.isoformat(),
        "posted_at": voucher.posted_at.isoformat(), "posted_by": voucher.posted_by_id, "organisation_id": voucher.organisation_id,
        "organisation": voucher.organisation.name if voucher.organisation else voucher.jurisdiction, "order": voucher.order.number if voucher.order else "", "reverses": voucher.reverses_id,
        "posting_id": row.pk, "account": row.account, "party": row.party, "debit": money.show(row.debit_fen), "credit": money.show(row.credit_fen),
        "note": voucher.note,
    }  # fmt: skip


def audit_record(row: AuditEntry) -> dict[str, Any]:
    """One audit entry as an export tells it, with its seal."""
    return {
        "chain": row.chain, "seq": row.seq, "at": row.at.isoformat(), "user_id": row.user_id, "role": row.role, "organisation_id": row.organisation_id,
        "verb": row.verb, "name": row.name, "subject_type": row.subject_type, "subject_ids": row.subject_ids, "resident_ids": row.resident_ids,
        "facts": row.facts, "ip": row.ip, "request_id": row.request_id, "hash": bytes(row.hash).hex(),
    }  # fmt: skip


def streamed(actor: Actor, rows: QuerySet[Any], record: Any) -> Iterator[dict[str, Any]]:
    """The records one by one, read by a cursor of the database; the answer is read after its request is over, so it brings its own scope."""
    with transaction.atomic():
        scope.set_tenants(accounts.tenants_of(actor))
        for row in rows.iterator(chunk_size=CHUNK):
            yield record(row)


def cell(value: Any) -> str:
    """A value as one cell of a table."""
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else str(value)
