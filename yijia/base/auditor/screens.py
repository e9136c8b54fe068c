"""The auditor's pages as values. Looking at the trail is itself on the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator

from yijia.base import accounts, audit, names
from yijia.base.auditor import queries
from yijia.base.auditor.forms import VERBS, AuditForm
from yijia.base.models import AuditEntry
from yijia.core.permissions import Actor, Role

PER_PAGE = 50
LOOKED_AT = 2000  # entries of each chain; `yijia verify audit` walks all


@dataclass(frozen=True, slots=True)
class Row:
    entry: AuditEntry
    who: str
    role: str
    verb: str
    where: str


@dataclass(frozen=True, slots=True)
class Search:
    form: AuditForm
    rows: tuple[Row, ...]
    page: Page[AuditEntry]


def search(*, actor: Actor, at: datetime, data: Any, page: int) -> Search:
    """Who, when, what, to whom: fifty at a time, newest first."""
    form = AuditForm(data)
    sheet = Paginator(queries.find_entries(actor, form.asked()), PER_PAGE).get_page(page)
    users = queries.users_named(actor, {e.user_id for e in sheet if e.user_id})
    houses = names.of("organisation", [e.organisation_id for e in sheet])
    verbs = dict(VERBS)
    rows = tuple(
        Row(
            e,
            users.get(e.user_id or 0, ""),
            accounts.role_label(Role(e.role)) if e.role in set(Role) else "",
            str(verbs.get(e.verb, e.verb)),
            houses.get(e.organisation_id or 0, ""),
        )
        for e in sheet
    )
    audit.read(actor, at, "audit.search", subject_type="base.auditentry")
    return Search(form, rows, sheet)


@dataclass(frozen=True, slots=True)
class Chain:
    number: int
    length: int
    head: str
    breaks: tuple[audit.Break, ...]


@dataclass(frozen=True, slots=True)
class Chains:
    count: int
    chains: tuple[Chain, ...]
    breaks: Sequence[audit.Break]


def chains(*, actor: Actor, at: datetime) -> Chains:
    """Whether the trail holds: the newest entries of each chain are read again and their seals recomputed."""
    count, breaks = audit.verify(LOOKED_AT)
    rows = tuple(
        Chain(h.chain, h.seq, bytes(h.hash).hex()[:16], tuple(b for b in breaks if b.chain == h.chain))
        for h in queries.list_heads(actor)
    )
    audit.read(actor, at, "audit.chains", subject_type="base.auditentry")
    return Chains(count, rows, breaks)
