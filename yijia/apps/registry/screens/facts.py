"""The dated facts of one resident: what stands, what stood, who confirmed it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yijia.apps.registry import queries, words
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.core.people.facts import CODES
from yijia.core.permissions import Actor, Permission, may

_TONES = {"holds": "done", "ended": "idle", "later": "wait", "replaced": "idle", "void": "bad"}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One statement with its state in words."""

    fact_id: int
    kind: str
    text: str
    from_on: date
    until_on: date | None
    source: str
    by: str
    at: datetime
    is_standing: bool
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about somebody, what stands first."""

    resident_id: int
    name: str
    standing: tuple[FactRow, ...]
    past: tuple[FactRow, ...]
    codes: tuple[tuple[str, str], ...]
    may_record: bool


def facts(actor: Actor, resident_id: int, at: datetime) -> Facts:
    """Every statement about a resident in sight; the reading is on record.

    Raises      NotFound
    """
    person = queries.get_resident(actor, resident_id)
    rows = [_row(row, business_date(at)) for row in queries.list_facts(actor, resident_id)]
    audit.read(
        actor, at, "registry.facts", subject_type="registry.resident", subject_ids=[resident_id], resident_ids=[resident_id]
    )  # fmt: skip
    return Facts(
        resident_id, person.name, tuple(row for row in rows if row.is_standing), tuple(row for row in rows if not row.is_standing),
        code_choices(), may(actor, Permission.FACT_RECORD),
    )  # fmt: skip


def fact(actor: Actor, resident_id: int, fact_id: int, at: datetime) -> tuple[Facts, FactRow]:
    """One standing statement with whose it is.

    Raises      NotFound: out of sight, or it stands no more
    """
    page = facts(actor, resident_id, at)
    row = next((row for row in page.standing if row.fact_id == fact_id), None)
    if row is None:
        raise NotFound
    return page, row


def code_choices() -> tuple[tuple[str, str], ...]:
    """Every code with its words, for the list beside the field."""
    return tuple(
        (code, f"{words.FACT_KINDS[kind.value]} · {words.name_of(words.FACT_CODES.get(kind.value, {}), code)}")
        for kind, codes in CODES.items()
        for code in codes
    )


def _row(row: Any, today: date) -> FactRow:
    is_replaced = hasattr(row, "replaced_by")
    if row.is_void:
        state = "void"
    elif is_replaced:
        state = "void" if row.replaced_by.is_void else "replaced"
    elif row.until_on is not None and row.until_on <= today:
        state = "ended"
    else:
        state = "later" if row.from_on > today else "holds"
    return FactRow(
        fact_id=row.pk, kind=words.name_of(words.FACT_KINDS, row.kind), text=words.fact_name(row.kind, row.code, row.level),
        from_on=row.from_on, until_on=row.until_on, source=row.source, by=row.confirmed_by.display_name if row.confirmed_by else "",
        at=row.confirmed_at, is_standing=not row.is_void and not is_replaced, tone=_TONES[state], state=str(words.FACT_STATES[state]),
    )  # fmt: skip
