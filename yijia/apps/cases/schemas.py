"""Shape of cases and instruments in the API."""

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from yijia.apps.cases import queries

Text = Field("", max_length=2000)


class CaseOut(Schema):
    id: int
    number: str
    resident_id: int
    scheme: str
    state: str
    round: int
    due_on: date | None
    working_days_left: int | None
    level: int | None
    is_draft: bool
    valid_from: date | None
    valid_until: date | None
    starts_on: date | None
    standing_level: int | None = Field(None, description="Grade of the last decision, while another round looks again.")


class SeatOut(Schema):
    """One seat; level and result are null until everybody of the round has handed in."""

    seat: int
    assessor_id: int
    is_submitted: bool
    level: int | None
    result: dict[str, Any] | None


class DifferenceOut(Schema):
    item: str
    first: str
    second: str
    third: str | None


class EventOut(Schema):
    event: str
    from_state: str
    to_state: str
    round: int
    at: str
    note: str


class LetterOut(Schema):
    number: str
    is_draft: bool
    edition: str
    url: str


class CaseDetail(CaseOut):
    procedure: str
    instrument: str
    self_grade: str
    moves: list[str]
    seats: list[SeatOut]
    differences: list[DifferenceOut] | None
    events: list[EventOut]
    letters: list[LetterOut]


class ApplyIn(Schema):
    client_id: UUID
    resident_id: int
    answers: dict[str, Any] = {}
    months_disabled: int | None = None
    applicant: str = Field("", max_length=60)
    relation: str = Field("", max_length=20)


class FillIn(Schema):
    answers: dict[str, Any]
    months_disabled: int | None = None
    applicant: str = Field("", max_length=60)
    relation: str = Field("", max_length=20)


class MoveIn(Schema):
    event: str = Field(max_length=20)
    note: str = Text
    reason: str = Field("", max_length=20)


class AssignIn(Schema):
    seat: int
    user_id: int


class EntryIn(Schema):
    answers: dict[str, Any]
    facts: dict[str, Any] = {}
    note: str = Text


class EntryOut(Schema):
    """The caller's own entry."""

    case_id: int
    round: int
    answers: dict[str, Any]
    facts: dict[str, Any]
    note: str
    is_submitted: bool
    level: int | None
    result: dict[str, Any] | None


class VoteIn(Schema):
    level: int
    reason: str = Field(max_length=2000)


class InstrumentOut(Schema):
    id: str
    name: str
    version: str
    edition: str
    readiness: str
    is_draft: bool
    why_draft: str
    items: int
    fingerprint: str


class AssessIn(Schema):
    answers: dict[str, Any]
    facts: dict[str, Any] = {}


class ConfirmIn(Schema):
    fingerprint: str = Field(max_length=64)
    original: str = Field(max_length=200)
    signed_name: str = Field(max_length=60)
    note: str = Text


def case_out(case: Any, today: date, off: dict[date, bool]) -> dict[str, Any]:
    return {
        "id": case.pk, "number": case.number, "resident_id": case.resident_id, "scheme": case.scheme, "state": case.state,
        "round": case.round, "due_on": case.due_on,
        "working_days_left": queries.days_left(case.due_on, today, off) if case.is_open else None, "level": case.level,
        "is_draft": case.is_draft, "valid_from": case.valid_from, "valid_until": case.valid_until,
        "starts_on": case.starts_on, "standing_level": case.standing_level,
    }  # fmt: skip


def case_detail(case: Any, actor: Any, today: date) -> dict[str, Any]:
    """One case as far as the actor may know it."""
    seats = queries.seats(actor, case)
    found = queries.difference(actor, case)
    return case_out(case, today, queries.holidays(case.jurisdiction, today)) | {
        "procedure": case.procedure.edition, "instrument": case.instrument, "self_grade": case.self_grade,
        "moves": list(queries.open_events(case, actor)),
        "seats": [
            {"seat": s.seat, "assessor_id": s.user_id, "is_submitted": s.is_submitted, "level": s.level, "result": s.result}
            for s in seats
        ],
        "differences": None if found is None else [
            {"item": one.item, **dict(zip(("first", "second", "third"), (*one.chosen, None), strict=False))}
            for one in found.items
        ],
        "events": [
            {"event": e.event, "from_state": e.from_state, "to_state": e.to_state, "round": e.round,
             "at": e.at.isoformat(), "note": e.note}
            for e in queries.list_events(actor, case)
        ],
        "letters": [
            {"number": one.number, "is_draft": one.is_draft, "edition": one.edition,
             "url": f"/cases/{case.pk}/letters/{one.pk}.pdf"}
            for one in queries.list_letters(actor, case)
        ],
    }  # fmt: skip


def entry_out(entry: Any) -> dict[str, Any]:
    return {
        "case_id": entry.case_id, "round": entry.round, "answers": entry.answers, "facts": entry.facts, "note": entry.note,
        "is_submitted": entry.submitted_at is not None, "level": entry.level, "result": entry.result,
    }  # fmt: skip


def instrument_out(row: Any, fingerprint: str) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "version": row.version, "edition": row.edition, "readiness": row.readiness,
        "is_draft": row.is_draft, "why_draft": row.why, "items": row.count, "fingerprint": fingerprint,
    }  # fmt: skip
