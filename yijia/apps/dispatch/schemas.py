"""Shapes of dispatching in the API."""

from datetime import datetime

from ninja import Field, Schema


class GateLineOut(Schema):
    """One rule of the safe-to-go gate. verdict: true green, false red, null not known (as red)."""

    key: str
    scope: str
    subject: str
    label: str
    verdict: bool | None
    code: str
    text: str
    remedy: str
    who: str
    rule: str
    evidence: str


class GateOut(Schema):
    is_green: bool
    reds: int
    lines: list[GateLineOut]


class ChoiceOut(Schema):
    """A nurse; place 0 for one who cannot go, with every reason why not."""

    staff_id: int
    name: str
    title: str
    place: int
    reasons: list[str]
    offer: str
    may_assign: bool


class CandidatesOut(Schema):
    order_id: int
    visit_id: int | None
    version: int | None
    state: str
    needed: int
    planned_from: datetime
    planned_until: datetime
    ranked: list[ChoiceOut]
    excluded: list[ChoiceOut]


class OpenIn(Schema):
    planned_from: datetime | None = None


class OpenOut(Schema):
    visit_id: int = Field(validation_alias="pk")
    order_id: int
    version: int
    planned_from: datetime
    planned_until: datetime


class OfferIn(Schema):
    staff_ids: list[int] = Field(min_length=1, max_length=20)
    answer_until: datetime | None = None


class OfferOut(Schema):
    id: int
    visit_id: int
    staff_id: int
    state: str
    rank: int
    answer_until: datetime


class AssignIn(Schema):
    """The first leads."""

    staff_ids: list[int] = Field(min_length=1, max_length=4)


class ReleaseIn(Schema):
    reason: str = Field(min_length=1, max_length=200)
    staff_id: int | None = None
    is_offered_again: bool = False
