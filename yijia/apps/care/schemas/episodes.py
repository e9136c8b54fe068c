"""Shapes of programmes, episodes and what is due in JSON; the rules are the actions'."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from yijia.apps.care import episode_words, queries
from yijia.apps.care.schemas.orders import Id, Instant
from yijia.core.people import masking
from yijia.core.programmes.lifecycle import Event
from yijia.core.programmes.model import Programme

Answer = bool | int | Decimal | str
Move = Literal[
    "assess", "agree", "activate", "suspend", "resume", "review", "renew", "take_back", "end", "close", "turn_down"
]  # fmt: skip


class ApplyIn(Schema):
    """Ask an institution for a programme; `client_id` sent again gives the first episode back."""

    client_id: UUID
    programme: str = Field(max_length=40, examples=["family_bed"])
    resident_id: Id
    organisation_id: Id
    stated: dict[str, Answer | None] = Field({}, description="column of `care_person` → what the applicant says")


class MoveIn(Schema):
    """One step of the lifecycle and what it asks for; what a step does not ask for must be left out.

    A person is referred by `referrals_request` with `episode_id`: the episode stands as referred when they arrive.
    """

    event: Move
    lead_id: Id | None = None
    nurse_id: Id | None = None
    team_id: Id | None = None
    registered_no: str | None = Field(None, max_length=40)
    reason: str | None = Field(None, max_length=200)
    note: str | None = Field(None, max_length=1000)

    def facts(self) -> dict[str, Any]:
        """What was sent, without the event."""
        return {name: value for name, value in self.dict().items() if name != "event" and value is not None}


ASKED: dict[Event, frozenset[str]] = {
    Event.ACTIVATE: frozenset({"lead_id", "nurse_id", "team_id", "registered_no"}), Event.RENEW: frozenset({"registered_no"}),
    Event.SUSPEND: frozenset({"reason"}), Event.TURN_DOWN: frozenset({"reason"}), Event.END: frozenset({"reason", "note"}),
}  # fmt: skip
"""What each step may be told; the others ask for nothing."""

NEEDED: dict[Event, frozenset[str]] = {
    Event.SUSPEND: frozenset({"reason"}), Event.TURN_DOWN: frozenset({"reason"}), Event.END: frozenset({"reason"}),
}  # fmt: skip
"""What a step cannot do without."""


class QualifyIn(Schema):
    """A qualification visit, or the look at a renewal."""

    persons: list[Id] = Field(min_length=1)
    is_passed: bool
    stated: dict[str, Answer | None] = Field({})
    grade: str = Field("", max_length=20)
    note: str = Field("", max_length=2000)


class RecordIn(Schema):
    """One service as it was given; a follow-up's readings beside it."""

    activity: str = Field(max_length=40, examples=["bed_round"])
    persons: list[Id] = Field(min_length=1)
    note: str = Field("", max_length=4000)
    reading: dict[str, bool | int | Decimal] | None = None
    is_worse: bool = False
    minutes: int | None = Field(None, ge=1, le=1440, description="asked of a line with an agreed week")
    is_beyond: bool = Field(False, description="beyond the week's ceiling, paid by whoever asked for it")


class SlotIn(Schema):
    """One visit of the agreed week."""

    weekday: int = Field(ge=1, le=7, description="1 is Monday")
    starts: time
    minutes: int = Field(ge=1, le=1440)


class HandOnIn(Schema):
    """To whom a person is handed on, where they will be, and why."""

    organisation_id: Id
    setting: str = Field(max_length=10, description="hospital, community, home")
    reason: str = Field(max_length=200)
    summary: str = Field("", max_length=4000)


class TakeOverIn(Schema):
    """Where the person is now, and who is responsible here."""

    setting: str = Field(max_length=10, description="hospital, community, home")
    lead_id: Id | None = None
    nurse_id: Id | None = None


class WeekIn(Schema):
    """The mode of care and the days on which somebody comes; none where nobody comes to the home."""

    mode: str = Field(max_length=30)
    slots: list[SlotIn] = Field([], max_length=21)


class CorrectIn(Schema):
    """A record put right, or taken back; the old one stays readable."""

    reason: str = Field(max_length=200)
    note: str = Field("", max_length=4000)
    reading: dict[str, bool | int | Decimal] | None = None
    is_void: bool = False


class ClosingIn(Schema):
    """What is written at the end."""

    summary: str = Field(max_length=4000)
    advice: str = Field("", max_length=2000)


class PackageIn(Schema):
    """A package of the programme, by its code."""

    package: str = Field(max_length=30)


class PeopleIn(Schema):
    """Who is responsible from now on; whoever is left out stays."""

    lead_id: Id | None = None
    nurse_id: Id | None = None
    team_id: Id | None = None
    reason: str = Field(max_length=200)


class AdmissionIn(Schema):
    """A hospital stay, reported today or later."""

    organisation_id: Id
    admitted_at: Instant
    hospital: str = Field(max_length=80)
    reason: str = Field("", max_length=200)


class DischargeIn(Schema):
    """The hour somebody left hospital."""

    discharged_at: Instant


class TransferIn(Schema):
    """Everything one member of staff is responsible for goes to another."""

    from_staff_id: Id
    to_staff_id: Id
    reason: str = Field(max_length=200)


class EpisodesQuery(Schema):
    """What the list is narrowed to."""

    q: str = ""
    programme: str = ""
    state: str = ""
    organisation_id: Id | None = None


class DueQuery(Schema):
    """What the due list is narrowed to."""

    programme: str = ""
    team_id: Id | None = None
    organisation_id: Id | None = None
    days: int = Field(7, ge=0, le=90)


class ProgrammeOut(Schema):
    """One programme of a place."""

    code: str
    name_zh: str
    name_en: str
    mission: str
    states: list[str]
    grades: list[str]
    activities: list[str]
    is_money_known: bool
    eligibility: str = Field(description="who may have it, as one expression over `care_person`")


class EpisodeRow(Schema):
    """An episode in a list: the name masked."""

    id: int
    number: str
    version: int
    programme: str
    state: str
    resident_id: int
    resident_name_masked: str
    organisation_id: int
    organisation_name: str
    lead_id: int | None
    nurse_id: int | None
    team_id: int | None
    next_activity: str
    next_due_at: datetime | None
    is_worsening: bool
    cycle_until: date | None


class RecordOut(Schema):
    """One record; `source` names the visit it was taken from, null for one that was typed."""

    id: int
    kind: str
    activity: str
    serves: list[str]
    cycle_no: int
    on: date
    persons: list[int]
    verdict: str
    next_on: date | None
    is_void: bool
    corrects_id: int | None
    order_id: int | None
    source: dict[str, Any] | None
    content: dict[str, Any]
    written_at: datetime


class DutyOut(Schema):
    """One thing due."""

    id: int
    episode_id: int
    resident_id: int
    household_id: int
    programme: str
    activity: str
    opens_on: date
    due_at: datetime
    is_late: bool
    order_id: int | None


class EpisodeOut(EpisodeRow):
    """One episode with what is due and everything written."""

    grade: str
    package: str
    stated: dict[str, Any]
    registered_no: str
    cycle_no: int
    cycle_from: date | None
    papers: list[int]
    end_reason: str
    next_steps: list[str]
    duties: list[DutyOut]
    records: list[RecordOut]


class TransferOut(Schema):
    """How many episodes were handed over."""

    count: int


class StayOut(Schema):
    """A hospital stay; `until` is null while it lasts."""

    id: int
    place: str
    from_at: datetime
    until: datetime | None


class WardOut(Schema):
    """The beds of one institution, the most pressing first."""

    occupied: int
    due_today: int
    late: int
    worsening: int
    beds: list[EpisodeRow]


def programme_out(one: Programme, at: datetime) -> dict[str, Any]:
    """A programme as `ProgrammeOut`."""
    return {
        "code": one.code, "name_zh": one.words.zh, "name_en": one.words.en, "mission": one.mission, "states": [state.value for state in one.states],
        "grades": list(one.grades), "activities": [line.code for line in one.plan], "is_money_known": queries.money_known(one, at), "eligibility": one.sql,
    }  # fmt: skip


def episode_row(row: queries.Episode) -> dict[str, Any]:
    """An episode as `EpisodeRow`."""
    return {
        "id": row.pk, "number": row.number, "version": row.version, "programme": row.programme, "state": row.state, "resident_id": row.resident_id,
        "resident_name_masked": masking.name(row.resident.name), "organisation_id": row.organisation_id, "organisation_name": row.organisation.name,
        "lead_id": row.lead_id, "nurse_id": row.nurse_id, "team_id": row.team_id, "next_activity": row.next_activity, "next_due_at": row.next_due_at,
        "is_worsening": row.is_worsening, "cycle_until": row.cycle_until,
    }  # fmt: skip


def episode_out(
    row: queries.Episode, duties: list[queries.Duty], records: list[queries.EpisodeRecord], at: datetime
) -> dict[str, Any]:
    """An episode as `EpisodeOut`."""
    return episode_row(row) | {
        "grade": row.grade, "package": row.package, "stated": row.stated, "registered_no": row.registered_no, "cycle_no": row.cycle_no, "cycle_from": row.cycle_from,
        "papers": row.papers, "end_reason": row.end_reason, "next_steps": [str(episode_words.NEXT[row.state])],
        "duties": [duty_out(duty, at) for duty in duties], "records": [record_out(record) for record in records],
    }  # fmt: skip


def record_out(row: queries.EpisodeRecord) -> dict[str, Any]:
    """A record as `RecordOut`."""
    return {
        "id": row.pk, "kind": row.kind, "activity": row.activity, "serves": row.serves, "cycle_no": row.cycle_no, "on": row.on, "persons": row.persons,
        "verdict": row.verdict, "next_on": row.next_on, "is_void": row.is_void, "corrects_id": row.corrects_id, "order_id": row.order_id,
        "source": row.content.get("source"), "content": {name: value for name, value in row.content.items() if name != "source"}, "written_at": row.written_at,
    }  # fmt: skip


def duty_out(duty: queries.Duty, at: datetime) -> dict[str, Any]:
    """A duty as `DutyOut`."""
    return {
        "id": duty.pk, "episode_id": duty.episode_id, "resident_id": duty.resident_id, "household_id": duty.household_id, "programme": duty.programme,
        "activity": duty.activity, "opens_on": duty.opens_on, "due_at": duty.due_at, "is_late": duty.due_at < at, "order_id": duty.order_id,
    }  # fmt: skip
