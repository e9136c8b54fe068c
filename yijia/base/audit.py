"""The audit trail: reads, writes and refusals, each entry sealed by HMAC-SM3 over the one before it.

Sixteen chains, picked by organisation, so that two institutions' writes do not wait for each other. Entries gather during
a unit of work and are sealed at its end, so that the chain's lock is held for a moment only.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from yijia.base.crypto import sm3_mac
from yijia.base.models import AuditEntry, AuditHead
from yijia.core.permissions import Actor

CHAINS = 16
GENESIS = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry not yet sealed."""

    at: datetime
    user_id: int | None
    role: str
    organisation_id: int | None
    verb: str
    name: str
    subject_type: str = ""
    subject_ids: tuple[int, ...] = ()
    resident_ids: tuple[int, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Where:
    """Where the request came from."""

    ip: str = ""
    request_id: str = ""


NOWHERE = Where()
_drafts: ContextVar[list[Draft] | None] = ContextVar("audit_drafts", default=None)
_where: ContextVar[Where] = ContextVar("audit_where", default=NOWHERE)


def set_where(ip: str, request_id: str | None = None) -> None:
    _where.set(Where(ip, request_id or str(uuid.uuid4())))


def note(
    *,
    verb: str,
    name: str,
    by: Actor,
    at: datetime,
    subject_type: str = "",
    subject_ids: Sequence[int] = (),
    resident_ids: Sequence[int] = (),
    organisation_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write down one event; sealed when the running unit of work ends, or at once if none runs."""
    own = next(iter(by.organisation_ids)) if len(by.organisation_ids) == 1 else None
    draft = Draft(
        at, by.user_id, by.role.value if by.role else "system" if by.is_system else "", organisation_id or own, verb, name,
        subject_type, tuple(subject_ids), tuple(sorted(set(resident_ids))), facts or {},
    )  # fmt: skip
    with unit() as drafts:
        drafts.append(draft)


def read(
    by: Actor,
    at: datetime,
    name: str,
    *,
    subject_type: str = "",
    subject_ids: Sequence[int] = (),
    resident_ids: Sequence[int] = (),
) -> None:
    """A page showed these people's records to this actor."""
    note(
        verb="read",
        name=name,
        by=by,
        at=at,
        subject_type=subject_type,
        subject_ids=subject_ids,
        resident_ids=resident_ids,
    )


def is_running() -> bool:
    """Whether a unit of work is gathering entries."""
    return _drafts.get() is not None


@contextmanager
def unit() -> Iterator[list[Draft]]:
    """Gather entries and seal them at the end; nested units join the outer one.

    The outermost unit is one transaction: a write and its audit entry stand or fall together. When the unit dies of an
    exception, what it wrote is undone and only its refusals are sealed, in a transaction of their own.
    """
    running = _drafts.get()
    if running is not None:
        yield running
        return
    drafts: list[Draft] = []
    token = _drafts.set(drafts)
    try:
        with transaction.atomic():
            yield drafts
            seal(drafts)
            _drafts.set(None)  # what runs on commit is a unit of its own
    except BaseException:
        kept = refusals(drafts)
        if kept and not connection.needs_rollback:
            with transaction.atomic():
                seal(kept)
        raise
    finally:
        _drafts.reset(token)


def refusals(drafts: Sequence[Draft]) -> list[Draft]:
    """What stays on record of a work that was undone."""
    return [draft for draft in drafts if draft.verb == "refused"]


def seal(drafts: Sequence[Draft]) -> None:
    """Append the drafts to their chains, in one insert a chain, under the chain's lock."""
    by_chain: dict[int, list[Draft]] = {}
    for draft in drafts:
        by_chain.setdefault((draft.organisation_id or draft.user_id or 0) % CHAINS, []).append(draft)
    where = _where.get()
    for chain in sorted(by_chain):  # a fixed order: two units can never lock each other out
        last, previous = _locked_head(chain)
        rows = []
        for offset, draft in enumerate(by_chain[chain], start=1):
            entry = AuditEntry(
                chain=chain, seq=last + offset, at=draft.at, user_id=draft.user_id, role=draft.role,
                organisation_id=draft.organisation_id, verb=draft.verb, name=draft.name, subject_type=draft.subject_type,
                subject_ids=list(draft.subject_ids), resident_ids=list(draft.resident_ids), facts=draft.facts,
                ip=where.ip, request_id=where.request_id,
            )  # fmt: skip
            previous = entry.hash = digest(entry, previous)
            rows.append(entry)
        _append(chain, rows)


def _append(chain: int, rows: Sequence[AuditEntry]) -> None:
    """The new entries and the chain's new head in one statement."""
    fields = [field for field in AuditEntry._meta.concrete_fields if not field.primary_key]
    row = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = [field.get_db_prep_save(getattr(entry, field.attname), connection) for entry in rows for field in fields]
    added = f"INSERT INTO {AuditEntry._meta.db_table} ({columns}) VALUES {', '.join([row] * len(rows))}"  # noqa: S608 - our own names
    moved = f"UPDATE {AuditHead._meta.db_table} SET seq = %s, hash = %s WHERE chain = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"WITH added AS ({added}) {moved}", [*values, rows[-1].seq, rows[-1].hash, chain])


def _locked_head(chain: int) -> tuple[int, bytes]:
    """Number and hash of the chain's last entry, its lock held until the transaction ends."""
    with connection.cursor() as cursor:
        read = f"SELECT seq, hash FROM {AuditHead._meta.db_table} WHERE chain = %s FOR UPDATE"  # noqa: S608 - our own name
        cursor.execute(read, [chain])
        row = cursor.fetchone()
        if row is None:
            AuditHead.objects.bulk_create([AuditHead(chain=chain, seq=0, hash=GENESIS)], ignore_conflicts=True)
            cursor.execute(read, [chain])
            row = cursor.fetchone()
    return row[0], bytes(row[1])


def digest(entry: AuditEntry, previous: bytes) -> bytes:
    """HMAC-SM3 over the previous hash and the entry's canonical JSON (sorted keys, UTC to the microsecond)."""
    content = [
        entry.chain, entry.seq, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.user_id, entry.role,
        entry.organisation_id, entry.verb, entry.name, entry.subject_type, entry.subject_ids, entry.resident_ids,
        entry.facts, entry.ip, entry.request_id,
    ]  # fmt: skip
    return sm3_mac(
        bytes(previous) + json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
        "audit chain",
    )


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold."""

    chain: int
    seq: int
    reason: str  # missing, changed, head


def verify(last: int | None = None) -> tuple[int, list[Break]]:
    """Walk every chain; the number of entries read and each place where a chain is broken.

    last        look at so many entries from the end of each chain only; None: at all
    """
    breaks: list[Break] = []
    count = 0
    heads = {head.chain: head for head in AuditHead.objects.all()}
    starts = {chain: max(1, heads[chain].seq - last + 1) if last and chain in heads else 1 for chain in range(CHAINS)}
    from_there = Q()
    for chain, start in starts.items():
        from_there |= Q(chain=chain, seq__gte=max(1, start - 1))  # with the one before, whose hash the first one covers
    ends = {chain: (GENESIS, start) for chain, start in starts.items()}
    for entry in AuditEntry.objects.filter(from_there).order_by("chain", "seq").iterator(chunk_size=5000):
        chain, (previous, want) = entry.chain, ends[entry.chain]
        if entry.seq < starts[chain]:
            ends[chain] = bytes(entry.hash), want
            continue
        count += 1
        if entry.seq != want:
            breaks.append(Break(chain, want, "missing"))
        if digest(entry, previous) != bytes(entry.hash):
            breaks.append(Break(chain, entry.seq, "changed"))
        ends[chain] = bytes(entry.hash), entry.seq + 1
    for chain, (previous, want) in ends.items():
        head = heads.get(chain)
        if (head is None and want > 1) or (head is not None and (bytes(head.hash), head.seq) != (previous, want - 1)):
            breaks.append(Break(chain, head.seq if head else 0, "head"))
    return count, sorted(breaks, key=lambda found: found.chain)
