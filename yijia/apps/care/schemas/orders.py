"""Shapes of orders in JSON; the rules are the actions'. Amounts are yuan as text with two decimals."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime

from yijia.apps.care import queries, words
from yijia.core import money
from yijia.core.calendar import EARLIEST, LATEST
from yijia.core.people import masking
from yijia.core.pricing.cancellation import Decision


def _sane(at: datetime) -> datetime:
    if not EARLIEST.year < at.year < LATEST.year:
        raise ValueError("out of range")
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_sane)]
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
Id = Annotated[int, Field(ge=1, le=2**62)]


class WishIn(Schema):
    """What is asked for; `client_id` is made by the caller once an order, and sending it again gives the first order."""

    client_id: UUID
    resident_id: Id
    organisation_id: Id
    need: str = Field(examples=["dressing"])
    items: dict[str, int] = Field(description="item code → quantity", examples=[{"NI-CL-06": 1}])
    wanted_from: Instant
    wanted_until: Instant
    prescription: str = ""
    guardian_present: bool | None = None
    home_risk: dict[str, str] | None = Field(
        None, description="question → answer, from the policy's home_risk:* values"
    )


def _facts(payload: Schema) -> dict[str, Any]:
    """What was sent, as the actions take it: the agreed total in fen."""
    given = payload.dict()
    shown = given.pop("quoted_total")
    return given | {"quoted_fen": None if shown is None else int(shown.replace(".", ""))}


Yuan = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,9})\.[0-9]{2}$", examples=["175.00"])]


class OrderIn(WishIn):
    """An order by the resident, the family or the desk; the caller's role decides which."""

    quoted_total: Yuan = Field(
        description="the total that the asker was shown (`quotes_get`); another price by now is refused with both amounts"
    )

    description: str = ""
    requester_name: str = ""
    requester_relation: str = ""
    draft_id: Id | None = Field(None, description="a call-back request that this order answers")

    def facts(self) -> dict[str, Any]:
        """What `submit_order` takes."""
        return _facts(self)


class HandoverIn(WishIn):
    """A discharged patient, handed over with the same wish."""

    quoted_total: Yuan | None = Field(None, description="the total that the patient was shown, where somebody was")

    diagnosis: str
    summary: str
    discharged_on: Day
    tubes: list[str] = Field([])

    def facts(self) -> dict[str, Any]:
        """What `hand_over` takes."""
        return _facts(self)


class AssessIn(Schema):
    """A first assessment: accept with complete answers, or reject with a reason."""

    is_accepted: bool
    answers: dict[str, bool | str] = Field(
        default_factory=dict,
        description="question → yes or no, or the code of a choice, from the policy's first_assessment:* values",
    )
    note: str = ""
    reason: str = ""


class HomeRiskIn(Schema):
    """Question → answer; questions left out stay unanswered."""

    answers: dict[str, str]


class SignIn(Schema):
    """One signature for both papers."""

    signer: str = Field(description="resident, guardian or proxy")
    name: str
    relation: str = ""
    method: str = Field(description="glass, witnessed_fingerprint, paper or spoken")
    image: str | None = Field(None, description="data:image/png;base64,… where signed on glass")
    witness: str = ""
    lon: float | None = None
    lat: float | None = None


class CancelIn(Schema):
    """Why; required of an institution. `orders_cancel_quote` says beforehand what goes back."""

    reason: str = ""


class OrdersQuery(Schema):
    """What the list is narrowed to."""

    q: str = ""
    state: str = ""
    need: str = ""
    channel: str = ""
    organisation_id: Id | None = None
    resident_id: Id | None = None
    from_on: Day | None = None
    until_on: Day | None = None


class ItemOut(Schema):
    """One ordered item."""

    code: str
    quantity: int
    duration_min: int


class OrderRow(Schema):
    """An order in a list: the name masked."""

    id: int
    number: str
    version: int
    state: str
    channel: str
    need: str
    resident_id: int
    resident_name_masked: str
    organisation_id: int
    organisation_name: str
    wanted_from: datetime
    wanted_until: datetime
    quote_total: str | None
    created_at: datetime


class OrderOut(OrderRow):
    """One order with its items, its price as shown, and what it still needs."""

    description: str
    prescription: str
    guardian_present: bool | None
    staff_needed: int
    requester_relation: str
    items: list[ItemOut]
    quote: list[dict[str, Any]] = Field(description="lines of the price as shown before ordering")
    patient_pays: str | None
    service_agreement_id: int | None
    consent_id: int | None
    is_assessed: bool
    home_risk: dict[str, str]
    cancel_reason: str
    next_steps: list[str]


class EventOut(Schema):
    """One step of the timeline."""

    event: str
    text: str
    from_state: str
    to_state: str
    at: datetime
    role: str
    reason: str


class RefundOut(Schema):
    """What would go back if the order were cancelled now."""

    refund: str
    kept: str
    why: str
    terms: str | None = Field(description="number of the filed terms it rests on")
    edition: str


def order_row(order: queries.Order) -> dict[str, Any]:
    """An order as `OrderRow`."""
    return {
        "id": order.pk, "number": order.number, "version": order.version, "state": order.state, "channel": order.channel, "need": order.need,
        "resident_id": order.resident_id, "resident_name_masked": masking.name(order.resident.name), "organisation_id": order.organisation_id,
        "organisation_name": order.organisation.name, "wanted_from": order.wanted_from, "wanted_until": order.wanted_until,
        "quote_total": _yuan(order.quote_total_fen), "created_at": order.created_at,
    }  # fmt: skip


def order_out(order: queries.Order) -> dict[str, Any]:
    """An order as `OrderOut`."""
    home = queries.home_risk_of(order)
    lines = (order.quote or {}).get("lines", [])
    pays = (order.quote or {}).get("by_payer", {}).get("patient")
    items = queries.list_items(order)
    return order_row(order) | {
        "description": order.description, "prescription": order.prescription, "guardian_present": order.guardian_present,
        "staff_needed": order.staff_needed, "requester_relation": order.requester_relation,
        "items": [{"code": item.item_code, "quantity": item.quantity, "duration_min": item.duration_min} for item in items],
        "quote": [_quoted(line) for line in lines], "patient_pays": _yuan(pays), "service_agreement_id": order.service_agreement_id,
        "consent_id": order.consent_id, "is_assessed": queries.assessment_of(order) is not None, "home_risk": home.answers if home else {},
        "cancel_reason": order.cancel_reason, "next_steps": [str(text) for text in words.coming(order.state)],
    }  # fmt: skip


def _quoted(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": line["kind"], "code": line["code"], "quantity": line["quantity"], "filed_unit": _yuan(line["filed_unit_fen"]), "unit": _yuan(line["unit_fen"]),
        "amount": _yuan(line["amount_fen"]), "filing_number": line["filing_number"], "edition": line["edition"],
        "payers": {payer: _yuan(fen) for payer, fen in line["payers"].items()},
    }  # fmt: skip


def event_out(event: queries.OrderEvent) -> dict[str, Any]:
    """A step as `EventOut`, its text in the caller's language."""
    reason = str(event.facts.get("reason", ""))
    return {
        "event": event.event, "text": str(words.DONE[event.event]), "from_state": event.from_state, "to_state": event.to_state, "at": event.at,
        "role": event.role, "reason": str(words.REASONS.get(reason, reason)),
    }  # fmt: skip


def refund_out(decision: Decision) -> dict[str, Any]:
    """A cancellation's consequence as `RefundOut`."""
    why = str(words.CANCEL_WHY[decision.reason]) % {"filing": decision.filing_number or "—"}
    return {
        "refund": money.show(decision.refund_fen),
        "kept": money.show(decision.kept_fen),
        "why": why,
        "terms": decision.filing_number,
        "edition": decision.edition,
    }


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else money.show(fen)
