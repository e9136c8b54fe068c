"""Shapes of dispatching in the API."""

from datetime import date, datetime

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


class MarkOut(Schema):
    """planned, road, service, done, late, missed, waiting, stopped; and the word for it."""

    kind: str
    word: str


class WaitingOut(Schema):
    order_id: int
    number: str
    township: str
    wanted_from: datetime
    wanted_until: datetime
    staff_needed: int
    asked: int
    mark: MarkOut


class BlockOut(Schema):
    """A visit on somebody's line; way_min is the way there."""

    order_id: int
    visit_id: int
    township: str
    planned_from: datetime
    planned_until: datetime
    mark: MarkOut
    way_min: int
    is_tight: bool
    is_movable: bool


class RowOut(Schema):
    staff_id: int
    name: str
    is_off: bool
    is_away: bool
    minutes: int
    way_min: int
    blocks: list[BlockOut]


class BoardOut(Schema):
    """One institution's day; `version` rises with every change a dispatcher makes on it."""

    on: date
    house_id: int
    version: int
    waiting: list[WaitingOut]
    rows: list[RowOut]


class PlanIn(Schema):
    """freedom: new (who was told keeps nurse and time), times (keeps the nurse), all (may be moved)."""

    organisation_id: int
    on: date
    freedom: str = Field("new", pattern="^(new|times|all)$")


class FigureOut(Schema):
    label: str
    before: int
    after: int
    unit: str


class LineOut(Schema):
    """What a plan does with one visit."""

    order_id: int
    number: str
    from_at: datetime
    from_before: datetime | None
    who: str
    who_before: str


class LeftOut(Schema):
    """A visit nobody goes to: the sentence, and how many people each rule keeps from it."""

    order_id: int
    number: str
    sentence: str
    counts: list[tuple[str, int]]


class PlanOut(Schema):
    """state: queued, planning, draft, failed, publishing, published, discarded."""

    plan_id: int
    house_id: int
    on: date
    kind: str
    state: str
    progress: int
    number: int | None
    figures: list[FigureOut]
    lines: list[LineOut]
    left: list[LeftOut]
    refused: list[int]
    is_stale: bool


class PublishIn(Schema):
    """is_forced: though the board has changed since; what others changed stays."""

    is_forced: bool = False


class VerdictOut(Schema):
    """The verdict on a move: what forbids it, what speaks against it, and what to send with the move."""

    order_id: int
    is_allowed: bool
    against: list[str]
    doubts: list[str]
    at: datetime
    until: datetime
    order_version: int
    visit_version: int | None


class MoveIn(Schema):
    """The first leads; the versions are those of the verdict."""

    staff_ids: list[int] = Field(min_length=1, max_length=4)
    planned_from: datetime
    order_version: int
    visit_version: int | None = None


class MovedOut(Schema):
    on: date
    version: int


class EventIn(Schema):
    """What has happened: emergency or insert (order_id), sick or overrun (staff_id), fill."""

    organisation_id: int
    on: date
    event: str = Field(pattern="^(emergency|insert|sick|overrun|fill)$")
    order_id: int | None = None
    staff_id: int | None = None
    minutes: int = Field(0, ge=0, le=480)


class AnswerOut(Schema):
    plan_id: int
    place: int
    sentence: str
    effects: list[str]
    lines: list[LineOut]


class AnswersOut(Schema):
    """Up to three ways; publish one of the plans to do it."""

    event: str
    cards: list[AnswerOut]
    none: str


class WindowOut(Schema):
    from_at: datetime
    until_at: datetime
    travel_min: int
    place: int


class PromiseHouseOut(Schema):
    house_id: int
    name: str
    windows: list[WindowOut]


class PromiseOut(Schema):
    """Windows that can be promised, the cheapest first."""

    resident_id: int | None
    need: str
    on: date
    minutes: int
    houses: list[PromiseHouseOut]
