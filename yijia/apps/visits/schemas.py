"""Shapes of visits, offers and alarms in the API."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime

from yijia.core.visits.place import Place


class PlaceIn(Schema):
    """Where the phone is (WGS 84), or why it will not say; either may be sent."""

    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)
    accuracy_m: float | None = Field(None, ge=0, le=10_000_000)
    is_mocked: bool = False
    device_at: datetime | None = None
    error: Literal["refused", "unavailable", "timeout", "unsupported", "not_given"] = "not_given"

    def place(self) -> Place:
        return Place(
            lon=self.longitude, lat=self.latitude, accuracy_m=self.accuracy_m, is_mocked=self.is_mocked,
            device_at=self.device_at if self.device_at and self.device_at.tzinfo else None, error=self.error,
        )  # fmt: skip


class ItemOut(Schema):
    code: str
    name: str
    quantity: int
    minutes: int


class CrewOut(Schema):
    staff_id: int
    name: str
    title: str
    badge_no: str
    is_lead: bool


class StopOut(Schema):
    """One stop of the nurse's day; `travel_min` is an estimate along a straight line with detour."""

    visit_id: int
    number: str
    state: str
    planned_from: datetime
    planned_until: datetime
    name: str
    township: str
    need: str
    items: list[ItemOut]
    travel_min: int
    distance_m: int
    is_over: bool
    is_lead: bool
    needs_two: bool


class VisitOut(Schema):
    """A visit as the caller may see it; name and address are masked unless it is the nurse's visit of the day, or one's own."""

    visit_id: int
    order_id: int
    number: str
    state: str
    version: int
    planned_from: datetime
    planned_until: datetime
    name: str
    age: int
    address: str
    is_open: bool
    township: str
    lon: float | None
    lat: float | None
    phone_masked: str
    institution: str
    need: str
    items: list[ItemOut]
    minutes: int
    risks: list[str]
    crew: list[CrewOut]
    staff_needed: int
    code: str = Field(description="The door code, for the resident's side only; empty for everybody else")
    departed_at: datetime | None
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    confirmed_at: datetime | None


class ArriveIn(PlaceIn):
    code: str = Field("", max_length=12)
    has_no_code: bool = False


class ReassessIn(Schema):
    is_identified: bool
    is_well: bool
    is_safe: bool
    note: str = Field("", max_length=500)


class AbortIn(PlaceIn):
    reason: str = Field(max_length=20)
    note: str = Field("", max_length=200)


class NoShowIn(PlaceIn):
    note: str = Field("", max_length=200)


class ReasonIn(Schema):
    reason: str = Field(max_length=200)


class VitalIn(Schema):
    amount: Decimal = Field(max_digits=9, decimal_places=4)
    unit: str = Field(max_length=10)


class ItemIn(Schema):
    is_done: bool
    note: str = Field("", max_length=500)


class RecordIn(Schema):
    """A record: vital code → value with unit, item code → done or not, filed consumable code → quantity."""

    vitals: dict[str, VitalIn] = {}
    items: dict[str, ItemIn] = {}
    consumables: dict[str, int] = {}
    answers: dict[str, bool | int | Decimal] = Field(
        {}, description="column of a follow-up's reading → answer, for the follow-ups that are due"
    )
    notes: str = Field("", max_length=4000)
    advice: str = Field("", max_length=2000)
    waste_returned: bool | None = None


class RecordOut(Schema):
    visit_id: int
    version: int
    written_at: datetime
    vitals: dict[str, dict[str, str]]


class PhotoIn(Schema):
    """A PNG or JPEG, base64."""

    content: str = Field(max_length=7_000_000)


class SignIn(Schema):
    kind: Literal["nurse_signature", "family_signature"]
    signer: str = Field("", max_length=60)
    image: str = Field("", max_length=2_000_000, description="data:image/png;base64,…")
    witness: str = Field("", max_length=60)


class FileOut(Schema):
    id: int
    kind: str
    signer: str
    witness: str
    added_at: datetime


class ConfirmIn(Schema):
    is_done: bool
    words: str = Field("", max_length=2000)


class RateIn(Schema):
    stars: int = Field(ge=1, le=5)
    tags: list[str] = Field([], max_length=10)
    words: str = Field("", max_length=2000)


class RatingOut(Schema):
    visit_id: int
    stars: int
    tags: list[str]
    rated_at: datetime


class OfferOut(Schema):
    offer_id: int
    number: str
    planned_from: datetime
    planned_until: datetime
    name: str
    township: str
    need: str
    items: list[ItemOut]
    minutes: int
    reasons: list[str]
    answer_until: datetime
    needs_two: bool


class AnswerIn(Schema):
    is_accepted: bool
    reason: str = Field("", max_length=200)


class OfferStateOut(Schema):
    id: int
    visit_id: int
    staff_id: int
    state: str
    rank: int
    answer_until: datetime
    answered_at: datetime | None


class SosIn(PlaceIn):
    """One press: `client_id` is made by the phone, so that a press sent ten times is one alarm."""

    visit_id: int
    client_id: uuid.UUID


class AlarmOut(Schema):
    id: int
    visit_id: int
    staff_id: int
    kind: str
    state: str
    level: int
    raised_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    lon: float | None
    lat: float | None
    outcome: str


class RespondIn(Schema):
    note: str = Field("", max_length=200)


class CloseIn(Schema):
    outcome: str = Field(max_length=200)


class DutyIn(Schema):
    """Somebody of one's institution on the roster for a time."""

    staff_id: int
    from_at: AwareDatetime
    until_at: AwareDatetime


class DutyOut(Schema):
    """One shift of the duty roster; it ends before `until_at`."""

    id: int
    organisation_id: int
    staff_id: int
    name: str
    from_at: datetime
    until_at: datetime

    @staticmethod
    def resolve_name(row: Any) -> str:
        return str(row.staff.name)

    @staticmethod
    def resolve_from_at(row: Any) -> datetime:
        return row.during.lower

    @staticmethod
    def resolve_until_at(row: Any) -> datetime:
        return row.during.upper
