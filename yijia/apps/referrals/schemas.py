"""Shapes of referrals in JSON; the rules are the actions'."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from yijia.apps.care.schemas import Id, Instant
from yijia.apps.referrals import queries
from yijia.core.people import masking
from yijia.core.referrals.clock import WAITS_ON
from yijia.core.referrals.lifecycle import State


class SummaryIn(Schema):
    """What the document says; the vital signs on record are put in by themselves."""

    conditions: list[str] = Field(max_length=30, examples=[["高血压三级"]])
    medicines: list[str] = Field([], max_length=30)
    course: str = ""


class ReferralIn(SummaryIn):
    """A referral; `client_id` is made by the caller once, and sending it again gives the first one."""

    client_id: UUID
    resident_id: Id
    direction: Literal["up", "down"]
    urgency: Literal["urgent", "routine"] = "routine"
    wants: Literal["bed", "slot"] = "bed"
    asked: list[Id] = Field(
        max_length=20, description="institutions that may take the person; the first to accept does"
    )
    department: str = ""
    reason: str
    episode_id: Id | None = Field(None, description="the episode at home the person comes from")


class OfferIn(Schema):
    """The bed or slot that is kept."""

    place: str
    starts_at: Instant


class ReasonIn(Schema):
    """Why."""

    reason: str


class ReturnIn(SummaryIn):
    """Back to the community."""

    plan: str
    back_to_id: Id
    programme: str = Field(examples=["family_bed"])


class AnswerOut(Schema):
    """Where one asked institution stands."""

    organisation_id: int
    organisation: str
    answer: str
    place: str
    starts_at: datetime | None
    reason: str


class StepOut(Schema):
    """One step with its clock."""

    event: str
    at: datetime
    from_state: str
    to_state: str
    seconds: int = Field(description="since the state before began")
    due_at: datetime | None
    organisation_id: int | None
    facts: dict[str, Any]


class ReferralRow(Schema):
    """One referral in a list."""

    id: int
    number: str
    resident_id: int
    resident: str = Field(description="name, masked")
    direction: str
    urgency: str
    wants: str
    state: str
    waits_on: str = Field(description="asked, asker, taker, community or nobody")
    organisation_id: int
    taker_id: int | None
    due_at: datetime | None
    due_ground: str = Field(description="agreement, policy or none")
    is_late: bool


class ReferralOut(ReferralRow):
    """One referral with its answers and steps."""

    department: str
    reason: str
    plan: str
    back_to_id: int | None
    back_programme: str
    back_episode_id: int | None
    ended_reason: str
    document_id: int | None = Field(description="None: nothing written, or no longer yours to read")
    version: int
    answers: list[AnswerOut]
    steps: list[StepOut]


def referral_row(row: queries.Referral, at: datetime) -> dict[str, Any]:
    """A referral as a line of a list."""
    state = State(row.state)
    return {
        "id": row.pk, "number": row.number, "resident_id": row.resident_id, "resident": masking.name(row.resident.name), "direction": row.direction,
        "urgency": row.urgency, "wants": row.wants, "state": row.state, "waits_on": WAITS_ON[state].value, "organisation_id": row.organisation_id,
        "taker_id": row.taker_id, "due_at": row.due_at, "due_ground": row.due_ground, "is_late": row.due_at is not None and at > row.due_at,
    }  # fmt: skip


def referral_out(
    row: queries.Referral, answers: list[queries.ReferralAnswer], events: list[queries.ReferralEvent], document_id: int | None, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """A referral as its reader may see it."""
    return referral_row(row, at) | {
        "department": row.department, "reason": row.reason, "plan": row.plan if document_id else "", "back_to_id": row.back_to_id,
        "back_programme": row.back_programme, "back_episode_id": row.back_episode_id, "ended_reason": row.ended_reason, "document_id": document_id,
        "version": row.version,
        "answers": [
            {
                "organisation_id": one.organisation_id, "organisation": one.organisation.name, "answer": one.answer, "place": one.place,
                "starts_at": one.starts_at, "reason": one.reason,
            }
            for one in answers
        ],
        "steps": [
            {
                "event": one.event, "at": one.at, "from_state": one.from_state, "to_state": one.to_state, "seconds": one.seconds,
                "due_at": one.due_at, "organisation_id": one.organisation_id, "facts": one.facts,
            }
            for one in events
        ],
    }  # fmt: skip
