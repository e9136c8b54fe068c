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


class ConsultIn(Schema):
    """A question; `client_id` is made by the caller once."""

    client_id: UUID
    resident_id: Id
    asked_id: Id
    question: str
    department: str = ""


class OpinionIn(Schema):
    """The written opinion."""

    opinion: str


class ConsultOut(Schema):
    """One consultation."""

    id: int
    number: str
    resident_id: int
    resident: str = Field(description="name, masked")
    organisation_id: int
    asked_id: int
    state: str
    question: str
    opinion: str
    due_at: datetime | None
    open_until: datetime | None


def consult_out(row: queries.Consult) -> dict[str, Any]:
    """A consultation as its reader may see it."""
    return {
        "id": row.pk, "number": row.number, "resident_id": row.resident_id, "resident": masking.name(row.resident.name),
        "organisation_id": row.organisation_id, "asked_id": row.asked_id, "state": row.state, "question": row.question, "opinion": row.opinion,
        "due_at": row.due_at, "open_until": row.open_until,
    }  # fmt: skip


class ReadingOut(Schema):
    """One vital sign."""

    code: str
    value: str
    unit: str
    at: datetime


class NoteOut(Schema):
    """What one visit wrote."""

    written_at: datetime
    notes: str
    advice: str


class RecordOut(Schema):
    """The shared record, while it is open."""

    readings: list[ReadingOut]
    visits: list[NoteOut]
    programmes: list[str]


def record_out(found: queries.SharedRecord) -> dict[str, Any]:
    """The asker's record of the person."""
    return {
        "readings": [{"code": one.code, "value": one.value, "unit": one.unit, "at": one.at} for one in found.readings],
        "visits": [{"written_at": one.written_at, "notes": one.notes, "advice": one.advice} for one in found.visits],
        "programmes": [one.programme for one in found.episodes],
    }


class CallIn(Schema):
    """One press of the green channel."""

    client_id: UUID
    resident_id: Id
    where: str = ""


class CallStepIn(Schema):
    """One step; `text` is what is sent, why it is stood down, or a note."""

    step: Literal["answer", "send", "arrive", "hand_over", "stand_down"]
    text: str = ""


class CallStepOut(Schema):
    """One step with its second."""

    event: str
    at: datetime
    seconds: int = Field(description="since the button was pressed")
    organisation_id: int | None


class CallRow(Schema):
    """One call in a list."""

    id: int
    number: str
    resident_id: int
    resident: str = Field(description="name, masked")
    organisation_id: int
    asked_id: int | None = Field(description="None: no agreement is in force")
    state: str
    where: str
    help: str
    promised: dict[str, int] = Field(description="step → seconds, by the agreement")
    is_breach: bool | None = Field(description="None: nothing promised, or not decided yet")
    due_at: datetime | None


class CallOut(CallRow):
    """One call with its log."""

    steps: list[CallStepOut]


def call_row(row: queries.EmergencyCall) -> dict[str, Any]:
    """A call as a line of a list."""
    return {
        "id": row.pk, "number": row.number, "resident_id": row.resident_id, "resident": masking.name(row.resident.name),
        "organisation_id": row.organisation_id, "asked_id": row.asked_id, "state": row.state, "where": row.where, "help": row.help,
        "promised": row.promised, "is_breach": row.is_breach, "due_at": row.due_at,
    }  # fmt: skip


def call_out(row: queries.EmergencyCall, events: list[queries.EmergencyEvent]) -> dict[str, Any]:
    """A call as its reader may see it."""
    steps = [
        {"event": one.event, "at": one.at, "seconds": one.seconds, "organisation_id": one.organisation_id} for one in events
    ]  # fmt: skip
    return call_row(row) | {"steps": steps}
