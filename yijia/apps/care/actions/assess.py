"""The first assessment by a doctor, and the answers about the home."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from yijia.apps.care import queries, words
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.actions.moves import apply, locked
from yijia.apps.care.actions.submit import demand_proxy, tell_resident
from yijia.apps.care.models import Assessment, HomeRisk, Order
from yijia.base import editions
from yijia.base.actions import action
from yijia.base.errors import Forbidden, Refused, refuse_if
from yijia.core.calendar import business_date
from yijia.core.gate import check as gate
from yijia.core.gate import first_assessment
from yijia.core.gate import home_risk as home_risks
from yijia.core.gate.first_assessment import Assessed, Question
from yijia.core.orders.lifecycle import TABLE, Event, State
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal

_BEFORE_DISPATCH = frozenset(
    {State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.SIGNED, State.DISPATCHING, State.ASSIGNED}
)


@action("orders.accept")
def accept_order(
    *,
    order_id: int,
    answers: Mapping[str, bool | str],
    note: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Order:
    """A doctor's first assessment lets the order go on.

    answers     question code of the policy's `first_assessment:*` values → yes or no, or the code of a choice

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: orders.assessment_not_passed when an answer forbids home care,
                orders.wrong_status
    Source      ORDER-03 in docs/rules/orders.md; GATE-09 in docs/rules/gate.md
    """
    order = locked(by, order_id, version)
    _may_assess(by, order, Event.ACCEPT)
    questions = queries.assessment_questions(order)
    found = first_assessment.assess(answers, questions, queries.item_codes(order))
    _checked(found, questions, note)
    if found.blocks:
        in_the_way = [question for question in questions if question.code in found.blocks]
        facts = {"unmet": found.blocks, "status": order.state, "event": Event.ACCEPT.value}
        said = {"said_zh": tuple(each.zh for each in in_the_way), "said_en": tuple(each.en for each in in_the_way)}
        raise Refused(Refusal("orders.assessment_not_passed", facts | said))
    _write(order, True, answers, note, by, at)
    return apply(order, Event.ACCEPT, met={"assessment_passed"}, by=by, at=at)


@action("orders.reject")
def reject_order(
    *,
    order_id: int,
    reason: str,
    answers: Mapping[str, bool | str] | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Order:
    """A doctor's first assessment ends the order; whatever was paid goes back in full.

    Raises      Forbidden; NotFound; Stale; Invalid: no reason; Refused orders.wrong_status
    Source      ORDER-02 in docs/rules/orders.md
    """
    order = locked(by, order_id, version)
    _may_assess(by, order, Event.REJECT)
    faults = Faults()
    faults.text("reason", reason, 200, is_needed=True)
    known = {question.code for question in queries.assessment_questions(order)}
    for code in answers or {}:
        if code not in known:
            faults.add(code, "unknown_question", question=code)
    faults.settle()
    _write(order, False, answers or {}, reason, by, at)
    apply(order, Event.REJECT, reason=reason.strip(), by=by, at=at)
    tell_resident(order, words.SMS_REJECTED, at)
    return order


@action("orders.answer_home_risk")
def answer_home_risk(
    *, order_id: int, answers: Mapping[str, str], version: int | None = None, by: Actor, at: datetime
) -> Order:
    """Put the answers about the home on record, or put them right, until somebody has set out.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: orders.proxy_scope, orders.too_late_for_home_risk
    Source      GATE-08 in docs/rules/gate.md
    """
    if not any(
        may(by, right)
        for right in (
            Permission.ORDER_CREATE,
            Permission.ORDER_CREATE_ON_BEHALF,
            Permission.ORDER_HANDOVER,
            Permission.ORDER_ASSESS,
        )
    ):
        raise Forbidden(Permission.ORDER_CREATE)
    order = locked(by, order_id, version)
    demand_proxy(by, order.resident_id, "order", at)
    if State(order.state) not in _BEFORE_DISPATCH:
        raise Refused(Refusal("orders.too_late_for_home_risk", {"status": order.state}))
    found = home_risks.assess(
        answers, queries.home_risk_questions(order.jurisdiction, business_date(order.wanted_from))
    )
    faults = Faults()
    if isinstance(found, Refusal):
        faults.add("home_risk", found.code.removeprefix("home_risk."), question=found.facts["question"])
    faults.settle()
    HomeRisk.objects.update_or_create(
        order=order,
        defaults={
            "organisation_id": order.organisation_id,
            "answers": dict(answers),
            "answered_at": at,
            "answered_by_id": by.user_id,
        },
    )
    rules = gate.load(editions.current(), jurisdiction=order.jurisdiction, on=business_date(order.wanted_from))
    order.staff_needed = max(order.staff_needed, gate.staff_needed(queries.order_facts_for_system(order.pk), rules))
    order.version += 1
    order.save(update_fields=["staff_needed", "version"])
    return order


def _may_assess(by: Actor, order: Order, event: Event) -> None:
    """Right first, then state, so that a late click reads “already decided” and not “fill in the form”."""
    move = TABLE.find(State(order.state), event)
    if not may(by, Permission.ORDER_ASSESS) and not by.is_system:
        raise Forbidden(Permission.ORDER_ASSESS)
    if move is None:
        refuse_if(TABLE.step(State(order.state), event))


def _checked(found: Assessed, questions: Sequence[Question], note: str) -> None:
    """Raises      Invalid: a question without an answer that fits it, or an answer without its question"""
    faults = Faults()
    with_choices = {question.code for question in questions if question.choices}
    for code in (*found.unanswered, *found.unfit):
        faults.add(code, "required" if code in with_choices else "yes_or_no")
    for code in found.unknown:
        faults.add(code, "unknown_question", question=code)
    faults.text("note", note, 1000)
    faults.settle()


def _write(
    order: Order, is_passed: bool, answers: Mapping[str, bool | str], note: str, by: Actor, at: datetime
) -> None:
    Assessment.objects.create(
        organisation_id=order.organisation_id, order=order, kind=Assessment.Kind.FIRST, is_passed=is_passed, answers=dict(answers), note=note.strip(),
        assessed_at=at, assessed_by_id=by.user_id,
    )  # fmt: skip
