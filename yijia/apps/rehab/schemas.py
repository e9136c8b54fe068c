"""Shapes of rehabilitation in JSON; the rules are the actions'."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from yijia.apps.care.schemas import Id
from yijia.apps.cases import queries as cases
from yijia.apps.rehab import queries
from yijia.base.words import sentence
from yijia.core import rehab
from yijia.core.people import masking


class ApplyIn(Schema):
    """An institution's application; the same `client_id` gives the first one back."""

    client_id: UUID
    organisation_id: Id
    list_code: str = Field(examples=["rehab_child"])
    category: str = Field(examples=["limb"])
    places: int = Field(ge=1, le=2000)
    contact: str
    statement: str


class MoveIn(Schema):
    """One step of an evaluation."""

    event: Literal["accept", "refuse", "publish", "decline", "revisit", "object", "dismiss", "designate", "withdraw"]
    note: str = ""
    reason: str = ""
    version: int | None = None


class SheetIn(Schema):
    """The criteria sheet: criterion → yes or no, or a whole number."""

    answers: dict[str, bool | int]
    note: str = ""
    version: int | None = None


class ExpertIn(Schema):
    """The expert the federation names for an evaluation."""

    expert_id: int


class VoteIn(Schema):
    """An expert's vote."""

    is_for: bool
    reason: str


class FigureIn(Schema):
    """A figure nobody read, stated with its document."""

    key: str = Field(examples=["rehab:ceiling.yearly_yuan"], max_length=80)
    figure: int | str
    original: str
    signed_name: str


class EndIn(Schema):
    """An exit with its listed ground."""

    reason: str
    note: str


class WhyIn(Schema):
    """Why, in writing: a ban is lifted, an expert stands down, a settled month is taken back."""

    why: str


class ChooseIn(Schema):
    """A guardian's choice; the same `client_id` gives the first one back."""

    client_id: UUID
    designation_id: Id
    resident_id: Id
    stated: dict[str, Any] = Field({}, examples=[{"has_disability_proof": True}])


class EvaluateIn(Schema):
    """A month's evaluation; `month` is any day of it."""

    month: date
    progress: str
    goals: str
    minutes: int | None = None
    claimed_fen: int | None = None
    own_fen: int = 0


class SignIn(Schema):
    """The guardian's hand: `data:image/png;base64,…`."""

    name: str
    relation: str = ""
    image: str


class TrainIn(Schema):
    """A training of parents."""

    client_id: UUID
    held_on: date
    minutes: int
    topic: str
    attendee: str


class MonthIn(Schema):
    """The month to settle; any day of it."""

    month: date


class CaseOut(Schema):
    """One evaluation of an institution."""

    id: int
    number: str
    organisation_id: int
    list_code: str
    category: str
    state: str
    round: int
    due_on: date | None
    is_open: bool
    passed: bool | None
    unknown_criteria: list[str]
    valid_from: date | None
    valid_until: date | None
    version: int


class OfferOut(Schema):
    """One institution of the live list as a guardian sees it; `refusal` says why it cannot be chosen."""

    designation_id: int
    organisation_id: int
    name: str
    category: str
    away_m: int | None
    stars: float | None
    ratings: int
    free: int
    refusal: str


class DesignationOut(Schema):
    """One designation; `listed` says whether it is on the live list today, `refusal` why not."""

    id: int
    organisation_id: int
    list_code: str
    category: str
    places: int
    free: int
    valid_from: date
    valid_until: date
    ended_on: date | None
    end_reason: str
    listed: bool
    refusal: str


class BanOut(Schema):
    """One ban; without `until_on` it stands until it is lifted."""

    id: int
    organisation_id: int
    reason: str
    from_on: date
    until_on: date | None
    is_lifted: bool


class MonthOut(Schema):
    """One month of a record; `refusal` says why it cannot be settled now."""

    month: str
    evaluation_id: int | None
    sessions: int
    minutes: int | None
    claimed_fen: int | None
    is_signed: bool
    settled_fen: int | None
    settlement_id: int | None
    refusal: str


class RecordRow(Schema):
    """One record in a list; the name is masked."""

    id: int
    designation_id: int
    organisation_id: int
    resident_id: int
    name: str
    episode_id: int
    category: str
    place_no: int
    released_why: str


class RecordOut(RecordRow):
    """One record: the placement with its months and trainings that count."""

    months: list[MonthOut]
    trainings: int


class SeatOut(Schema):
    """One expert named for an evaluation."""

    id: int
    expert_id: int
    name: str
    named_at: datetime


class FigureRow(Schema):
    """A figure nobody read; what was stated for it, and by which document, if anything."""

    key: str
    name: str
    unit: str
    figure: str
    original: str
    signed_name: str
    stated_at: datetime | None


class FigureOut(Schema):
    """A stated figure."""

    key: str
    jurisdiction: str
    figure: int | str
    serial: int


def case_out(case: Any, on: date) -> dict[str, Any]:
    """An evaluation in JSON."""
    criteria = cases.criteria_of(case, on)
    unknown = [one.id for one in criteria if one.is_unknown] if isinstance(criteria, tuple) else []
    return {
        "id": case.pk, "number": case.number, "organisation_id": case.organisation_id, "list_code": case.scheme, "category": case.category,
        "state": case.state, "round": case.round, "due_on": case.due_on, "is_open": case.is_open,
        "passed": None if case.level is None else bool(case.level), "unknown_criteria": unknown, "valid_from": case.valid_from,
        "valid_until": case.valid_until, "version": case.version,
    }  # fmt: skip


def offer_out(one: queries.Offer) -> dict[str, Any]:
    """An institution to choose in JSON."""
    row = one.designation
    return {
        "designation_id": row.pk, "organisation_id": row.organisation_id, "name": row.organisation.name, "category": row.category,
        "away_m": one.away_m, "stars": one.rated.stars if one.rated else None, "ratings": one.rated.count if one.rated else 0,
        "free": one.place.free, "refusal": sentence(one.refusal) if one.refusal else "",
    }  # fmt: skip


def designation_out(row: Any, place: rehab.Place, on: date) -> dict[str, Any]:
    """A designation in JSON."""
    refusal = rehab.may_list(place, on)
    return {
        "id": row.pk, "organisation_id": row.organisation_id, "list_code": row.list_code, "category": row.category, "places": row.places,
        "free": place.free, "valid_from": row.valid_from, "valid_until": row.valid_until, "ended_on": row.ended_on, "end_reason": row.end_reason,
        "listed": refusal is None, "refusal": sentence(refusal) if refusal else "",
    }  # fmt: skip


def ban_out(row: Any) -> dict[str, Any]:
    """A ban in JSON."""
    return {
        "id": row.pk, "organisation_id": row.organisation_id, "reason": row.reason, "from_on": row.from_on, "until_on": row.until_on,
        "is_lifted": row.lifted_at is not None,
    }  # fmt: skip


def record_out(row: Any, on: date) -> dict[str, Any]:
    """A record in JSON, the name masked."""
    money = queries.ceilings_for(row, rehab.month_of(on), on)
    months = queries.month_rows(row, on) if row.episode.activated_at else []
    return {
        **record_row(row), "months": [_month_out(one, money, on) for one in months],
        "trainings": sum(one.counts for one in queries.training_rows(row)),
    }  # fmt: skip


def record_row(row: Any) -> dict[str, Any]:
    """A record as a list shows it, the name masked."""
    same = ("designation_id", "organisation_id", "resident_id", "episode_id", "category", "place_no", "released_why")
    return {"id": row.pk, "name": masking.name(row.resident.name)} | {name: getattr(row, name) for name in same}


def seat_out(row: Any) -> dict[str, Any]:
    """A named expert in JSON."""
    return {"id": row.pk, "expert_id": row.expert_id, "name": row.expert.display_name, "named_at": row.named_at}


def _month_out(one: queries.MonthRow, money: Any, on: date) -> dict[str, Any]:
    refusal = rehab.settle(one.month, money, on) if one.settlement is None else None
    return {
        "month": f"{one.month.first:%Y-%m}", "evaluation_id": one.evaluation.pk if one.evaluation else None, "sessions": one.month.sessions,
        "minutes": one.month.minutes, "claimed_fen": one.month.claimed_fen, "is_signed": one.month.is_signed,
        "settled_fen": one.settlement.amount_fen if one.settlement else None,
        "settlement_id": one.settlement.pk if one.settlement else None, "refusal": sentence(refusal) if refusal else "",
    }  # fmt: skip


def figure_row(row: Any) -> dict[str, Any]:
    """A figure that waits for its document, or has one, in JSON."""
    said = {"unit": str(row.unit), "figure": str(row.said), "original": row.original, "signed_name": row.signed}
    return {"key": row.key, "name": str(row.text), "stated_at": row.at or None} | said
