"""Shapes of a care home in JSON; the rules are the actions'."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from yijia.apps.care.schemas import Day, Id
from yijia.apps.homes import queries
from yijia.core.people import masking


class BedsIn(Schema):
    """The beds of one room."""

    building: str = Field(examples=["A 栋"])
    room: str = Field(examples=["203"])
    numbers: list[str] = Field(max_length=40, examples=[["1", "2"]])


class BedOut(Schema):
    """One bed in use; who has it, if anybody."""

    id: int
    building: str
    room: str
    number: str
    placement_id: int | None
    resident_id: int | None


class AdmitIn(Schema):
    """Somebody moves in; `client_id` is made by the caller once, and sending it again gives the first placement."""

    client_id: UUID
    bed_id: Id
    care_level: str = Field(examples=["assisted"])
    identity: str = Field("", description="Whole identity number of somebody registered anywhere; or")
    resident_id: Id | None = Field(None, description="somebody the home sees already")
    from_on: Day | None = None


class BedIn(Schema):
    """Another bed of the home."""

    bed_id: Id
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class AwayIn(Schema):
    """Why, where to, until when."""

    reason: Literal["hospital", "family", "other"]
    to: str = ""
    back_on: Day | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class VersionIn(Schema):
    """The version that was read; left out, the newest is meant."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)


class LeaveIn(Schema):
    """Why, and from which day."""

    reason: Literal["family", "other_home", "hospital", "died", "other"]
    on: Day | None = None
    note: str = ""
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class PlacementRow(Schema):
    """One placement in a list; the name is masked."""

    id: int
    resident_id: int
    resident: str
    bed: str
    state: str
    care_level: str
    from_on: date
    until_on: date | None
    away_reason: str
    back_on: date | None
    end_reason: str
    version: int


class StepOut(Schema):
    """One step."""

    event: str
    at: datetime
    facts: dict[str, Any]


class PlacementOut(PlacementRow):
    """One placement with its steps."""

    steps: list[StepOut]


class MedicineIn(Schema):
    """One line copied from a paper."""

    name: str
    dose: str = Field(examples=["5 mg（1 片）"])
    route: str = Field(examples=["口服"])
    times: list[str] = Field(max_length=24, examples=[["08:00", "18:00"]])
    prescriber: str
    source: str
    from_on: Day | None = None
    until_on: Day | None = None


class MedicineOut(Schema):
    """One line of a list."""

    id: int
    placement_id: int
    name: str
    dose: str
    route: str
    times: list[str]
    prescriber: str
    source: str
    from_on: date
    until_on: date | None
    stop_reason: str


class ReasonIn(Schema):
    """Why."""

    reason: str


class DoseIn(Schema):
    """What became of one dose; anything but given says why."""

    on: Day
    slot: str = Field(examples=["08:00"])
    outcome: Literal["given", "refused", "held"]
    note: str = ""


class CorrectIn(Schema):
    """What is true instead, and why."""

    outcome: Literal["given", "refused", "held"]
    note: str


class DoseOut(Schema):
    """A written dose."""

    id: int
    medicine_id: int
    on: date
    slot: str
    outcome: str
    note: str
    corrects_id: int | None
    at: datetime


class SlotOut(Schema):
    """One dose of a day: later, due or late while nobody wrote it, else what was written."""

    medicine_id: int
    resident_id: int
    on: date
    slot: str
    name: str
    dose: str
    state: str
    dose_id: int | None
    at: datetime | None


class VisitorIn(Schema):
    """Who comes in: for a planned visit, or as told at the door."""

    visit_id: Id | None = None
    visitor: str = ""
    house: str = ""
    purpose: str = ""
    resident_id: Id | None = None


class VisitorOut(Schema):
    """One line of the door log."""

    id: int
    visit_id: int | None
    visitor: str
    house: str
    purpose: str
    signed_in_at: datetime
    signed_out_at: datetime | None


class PeriodOut(Schema):
    """One period of a promise; `is_kept` is null while it runs, and where nothing says how to judge it."""

    from_on: date
    until_on: date
    done: int
    owed: int
    is_kept: bool | None


class RoundsOut(Schema):
    """One agreement that owes rounds to the home."""

    cooperation_id: int
    number: str
    partner_id: int | None
    periods: list[PeriodOut]


def bed_out(row: queries.Bed) -> dict[str, Any]:
    """A bed that carries `taken`."""
    person = next(iter(getattr(row, "taken", [])), None) or {}
    return {
        "id": row.pk, "building": row.building, "room": row.room, "number": row.number, "placement_id": person.get("placement_id"),
        "resident_id": person.get("resident_id"),
    }  # fmt: skip


def placement_row(row: queries.Placement, bed: str) -> dict[str, Any]:
    """A placement as a list shows it."""
    return {
        "id": row.pk, "resident_id": row.resident_id, "resident": masking.name(row.resident.name), "bed": bed, "state": row.state,
        "care_level": row.care_level, "from_on": row.from_on, "until_on": row.until_on, "away_reason": row.away_reason, "back_on": row.back_on,
        "end_reason": row.end_reason, "version": row.version,
    }  # fmt: skip


def placement_out(row: queries.Placement, bed: str, events: list[Any]) -> dict[str, Any]:
    """A placement with its steps."""
    steps = [{"event": one.event, "at": one.at, "facts": one.facts} for one in events]
    return placement_row(row, bed) | {"steps": steps}


def medicine_out(row: queries.Medicine) -> dict[str, Any]:
    """A line of the list."""
    names = ("placement_id", "name", "dose", "route", "times", "prescriber", "source", "from_on", "until_on", "stop_reason")  # fmt: skip
    return {"id": row.pk} | {name: getattr(row, name) for name in names}


def dose_out(row: queries.Dose) -> dict[str, Any]:
    """A written dose."""
    names = ("medicine_id", "on", "slot", "outcome", "note", "corrects_id", "at")
    return {"id": row.pk} | {name: getattr(row, name) for name in names}


def visitor_out(row: queries.GateEntry) -> dict[str, Any]:
    """A line of the door log."""
    names = ("visit_id", "visitor", "house", "purpose", "signed_in_at", "signed_out_at")
    return {"id": row.pk} | {name: getattr(row, name) for name in names}


def rounds_out(one: queries.Account) -> dict[str, Any]:
    """An agreement that owes rounds, with its periods."""
    periods = [
        {
            "from_on": window.span.from_on, "until_on": window.span.until_on, "done": window.done, "owed": window.duty.quantity or 0,
            "is_kept": window.verdict,
        }
        for window in one.windows
    ]  # fmt: skip
    row = one.row
    return {"cooperation_id": row.pk, "number": row.number, "partner_id": row.partner_id, "periods": periods}
