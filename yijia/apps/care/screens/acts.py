"""Pages on which something is done to an order: signing, cancelling, the questions about the home."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from yijia.apps.agreements import queries as agreements
from yijia.apps.care import forms, queries, words
from yijia.apps.care.screens.orders import Detail, detail_of
from yijia.base import audit
from yijia.base.errors import refuse_if
from yijia.base.words import sentence
from yijia.core.calendar import business_date
from yijia.core.orders import lifecycle
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import Role
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Sign:
    """Both papers to read, and how to sign them."""

    order: Detail
    texts: list[dict[str, Any]]
    form: forms.SignForm


def sign_form(request: HttpRequest, order: queries.Order, data: Any = None) -> forms.SignForm:
    """The form with the ways this reader may use."""
    actor = request.actor
    initial: dict[str, Any] = {"version": order.version}
    if actor.role is Role.RESIDENT:
        signers, methods = ["resident"], ["glass", "witnessed_fingerprint"]
        initial |= {"name": order.resident.name, "method": "glass", "signer": "resident"}
    elif actor.role is Role.FAMILY:
        standing = agreements.own_standing(actor, order.resident_id, business_date(request.at))
        signers, methods = [standing.kind.value if standing else "proxy"], ["glass", "witnessed_fingerprint"]
        initial |= {
            "name": standing.name if standing else "",
            "relation": standing.relation if standing else "",
            "method": "glass",
            "signer": signers[0],
        }
    else:
        signers = ["resident", "guardian", "proxy"]
        methods = (["spoken"] if actor.role is Role.CLERK else []) + ["glass", "witnessed_fingerprint"]
        initial |= {"signer": "resident", "method": methods[0]}
    return forms.SignForm(data, signers=signers, methods=methods, initial=initial)


def sign(request: HttpRequest, order: queries.Order, form: forms.SignForm | None = None) -> Sign:
    """The signing page; `order` has its papers prepared."""
    audit.read(
        request.actor,
        request.at,
        "care.sign",
        subject_type="care.order",
        subject_ids=[order.pk],
        resident_ids=[order.resident_id],
    )
    texts = [_text(paper) for paper in (order.service_agreement, order.consent) if paper is not None]
    return Sign(detail_of(request, request.actor, order), texts, form or sign_form(request, order))


def _text(paper: Any) -> dict[str, Any]:
    """A frozen paper in the reader's language: title and numbered clauses."""
    return dict(paper.text["en" if words.is_english() else "zh"])


@dataclass(frozen=True, slots=True)
class Cancel:
    """What cancelling now would give back, and why."""

    order: Detail
    form: forms.CancelForm
    refund_fen: int
    kept_fen: int
    why: str


def cancel(request: HttpRequest, order_id: int, form: forms.CancelForm | None = None) -> Cancel:
    """The consequence before the act; raises Refused where there is nothing to cancel."""
    order = queries.get_whole_order(request.actor, order_id)
    decision = refuse_if(
        queries.cancellation(order, request.at, is_by_institution=bool(request.actor.organisation_ids))
    )
    why = str(words.CANCEL_WHY.get(decision.reason, "")) % {"filing": decision.filing_number or "—"}
    fresh = forms.CancelForm(initial={"refund_fen": decision.refund_fen, "version": order.version})
    return Cancel(detail_of(request, request.actor, order), form or fresh, decision.refund_fen, decision.kept_fen, why)


def assess(request: HttpRequest, order_id: int) -> tuple[Detail, forms.AssessForm]:
    """An order before a doctor, with the questions that the place asks about its items."""
    order = queries.get_whole_order(request.actor, order_id)
    ids = {"subject_ids": [order.pk], "resident_ids": [order.resident_id]}
    audit.read(request.actor, request.at, "care.assess", subject_type="care.order", **ids)
    screen = detail_of(request, request.actor, order)
    form = forms.AssessForm(
        request.POST or None,
        initial={"version": screen.version},
        questions=queries.assessment_questions(order),
        items=queries.item_codes(order),
    )
    return screen, form


def home_risk_form(request: HttpRequest, order: queries.Order, data: Any = None) -> forms.HomeRiskForm:
    """The questions with the answers given so far."""
    found = queries.home_risk_of(order)
    given = {f"risk_{code}": answer for code, answer in (found.answers if found else {}).items()}
    questions = queries.home_risk_questions(order.jurisdiction, business_date(order.wanted_from))
    return forms.HomeRiskForm(data, questions=questions, initial=given | {"version": order.version})


def said(refusal: Refusal) -> str:
    """A refusal for the head of a form."""
    return sentence(refusal)


def papers_of(request: HttpRequest, order: queries.Order) -> queries.Order:
    """The order, whose papers must have been prepared.

    Raises      Refused orders.wrong_status and the like: there is nothing to sign in this state
    """
    refuse_if(lifecycle.step(State(order.state), Event.SIGN, {"consent_signed": True, "agreement_signed": True}))
    return order
