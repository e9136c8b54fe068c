"""Shapes of complaints and reviews in the API."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from yijia.apps.supervision import queries


class ComplaintIn(Schema):
    client_id: UUID
    order_id: int | None = None
    resident_id: int | None = None
    organisation_id: int | None = None
    kind: Literal["service", "money", "punctuality", "conduct", "safety"]
    text: str = Field(max_length=2000)


class ComplaintOut(Schema):
    id: int
    number: str
    order_id: int | None
    resident_id: int
    organisation_id: int
    kind: str
    state: str
    owner_id: int | None
    due_on: date
    is_late: bool
    filed_at: datetime
    version: int


class ComplaintEventOut(Schema):
    event: str
    from_state: str
    to_state: str
    at: datetime
    note: str


class ComplaintDetail(ComplaintOut):
    text: str
    answer: str
    answered_at: datetime | None
    events: list[ComplaintEventOut]


class AssignIn(Schema):
    owner_id: int


class AnswerIn(Schema):
    answer: str = Field(max_length=2000)


class NoteIn(Schema):
    note: str = Field("", max_length=2000)


class ReviewOut(Schema):
    id: int
    visit_id: int
    order_id: int
    number: str
    organisation_id: int
    state: str
    score: int
    due_on: date
    is_late: bool
    opened_at: datetime
    decided_at: datetime | None
    reason: str
    version: int


class FindingOut(Schema):
    text: str
    points: int
    facts: dict[str, Any]


class ReviewDetail(ReviewOut):
    threshold: int | None
    findings: list[FindingOut]
    items_done: dict[str, bool]
    signatures: list[str]
    is_code_right: bool | None


class DecisionIn(Schema):
    is_cleared: bool
    reason: str = Field(max_length=1000)


def complaint_out(row: Any, today: date) -> dict[str, Any]:
    return {
        "id": row.pk, "number": row.number, "order_id": row.order_id, "resident_id": row.resident_id, "organisation_id": row.organisation_id, "kind": row.kind,
        "state": row.state, "owner_id": row.owner_id, "due_on": row.due_on, "is_late": row.state in queries.OPEN and row.due_on < today,
        "filed_at": row.filed_at, "version": row.version,
    }  # fmt: skip


def complaint_detail(row: Any, events: list[Any], today: date) -> dict[str, Any]:
    steps = [
        {"event": e.event, "from_state": e.from_state, "to_state": e.to_state, "at": e.at, "note": e.note}
        for e in events
    ]
    return complaint_out(row, today) | {
        "text": row.text,
        "answer": row.answer,
        "answered_at": row.answered_at,
        "events": steps,
    }


def review_out(row: Any, today: date) -> dict[str, Any]:
    return {
        "id": row.pk, "visit_id": row.visit_id, "order_id": row.visit.order_id, "number": row.visit.order.number, "organisation_id": row.organisation_id,
        "state": row.state, "score": row.score, "due_on": row.due_on, "is_late": row.state == "open" and row.due_on < today, "opened_at": row.opened_at,
        "decided_at": row.decided_at, "reason": row.reason, "version": row.version,
    }  # fmt: skip


def review_detail(row: Any, facts: queries.Facts, today: date) -> dict[str, Any]:
    return review_out(row, today) | {
        "threshold": facts.threshold, "findings": facts.findings, "items_done": facts.done, "signatures": [kind for kind, *_ in facts.signatures],
        "is_code_right": facts.is_code_right,
    }  # fmt: skip
