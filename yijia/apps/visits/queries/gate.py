"""What the safe-to-go gate is told about an order, and what it answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from yijia.apps.care import queries as care
from yijia.apps.care.models import Order, OrderItem
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.base.rows import Given, Statement, only
from yijia.core.calendar import Span
from yijia.core.gate import check, facts, home_risk
from yijia.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """An order with everything the gate asks before anybody is proposed, ready to be asked about many nurses."""

    order: Order
    items: tuple[OrderItem, ...]
    span: Span
    facts: facts.Facts
    rules: tuple[check.GateRule, ...]

    @property
    def norm_min(self) -> int:
        """Usual minutes of the ordered items together."""
        return norm_min(self.items)

    @property
    def staff_needed(self) -> int:
        """How many must go."""
        return max(self.order.staff_needed, check.staff_needed(self.facts, self.rules))

    def before_staff(self) -> check.GateReport:
        """The report on institution, items, order and home."""
        return check.check(self.facts, self.rules, scopes=check.BEFORE_STAFF)

    def with_staff(self, staff: Iterable[facts.Staff]) -> check.GateReport:
        """The whole report, for those who would go together."""
        return check.check(replace(self.facts, staff=tuple(staff)), self.rules)

    def of_nurse(self, staff: facts.Staff) -> check.GateReport:
        """The report on one nurse alone."""
        return check.check(check.for_candidate(self.facts, staff), self.rules, scopes=frozenset({check.Scope.STAFF}))


def gate_report(actor: Actor, order_id: int, staff_ids: Iterable[int] = ()) -> check.GateReport:
    """The gate of an order in sight: before dispatching without staff, else with everybody who would go.

    Raises      NotFound
    """
    return _report(gate_question(actor, order_id), staff_ids)


def gate_report_for_system(order_id: int, staff_ids: Iterable[int] = ()) -> check.GateReport:
    """The gate of an order; see `gate_report`."""
    return _report(gate_question_for_system(order_id), staff_ids)


def _report(question: GateQuestion, staff_ids: Iterable[int]) -> check.GateReport:
    wanted = list(staff_ids)
    if not wanted:
        return question.before_staff()
    known = registry.staff_facts_for_system(staff_ids=wanted, on=question.facts.order.visit_on)
    return question.with_staff(known.get(pk, facts.Staff(staff_id=pk)) for pk in wanted)


def gate_question(actor: Actor, order_id: int) -> GateQuestion:
    """The side of the gate of an order in sight. Raises NotFound."""
    return _found(only(_beside(care.orders_in_sight(actor).filter(pk=order_id))))


def gate_question_for_system(order_id: int) -> GateQuestion:
    """The order's own side of the gate, gathered once.

    Raises      NotFound: no order has this id
    """
    return _found(_OF_ANY.one(order_id=order_id))


def _beside(rows: QuerySet[Order]) -> QuerySet[Order]:
    return care.for_decision(rows.annotate(published=catalogue.offered_codes_beside())).select_related("visit")


_OF_ANY: Statement[Order] = Statement(lambda: _beside(Order.objects.filter(pk=Given("order_id")).order_by()))


def _found(order: Order | None) -> GateQuestion:
    if order is None:
        raise NotFound
    return question_of_whole(order)


def gate_questions_for_system(order_ids: Iterable[int]) -> dict[int, GateQuestion]:
    """The side of the gate of many orders, in one statement; those that are not there are left out."""
    return {order.pk: question_of_whole(order) for order in _beside(Order.objects.filter(pk__in=list(order_ids)))}


def question_of_whole(order: Order) -> GateQuestion:
    """The gate's side of an order that was read with its items, papers and visit."""
    items = tuple(sorted(care.list_items(order), key=lambda item: item.pk))
    visit = order.visit if hasattr(order, "visit") else None
    span = Span(visit.planned_from, visit.planned_until) if visit else planned_span(order.wanted_from, items)
    rules = check.load(editions.current(), jurisdiction=order.jurisdiction, on=business_date(order.wanted_from))
    return GateQuestion(order, items, span, care.facts_of_whole(order), rules)


def norm_min(items: Iterable[OrderItem]) -> int:
    """Usual minutes of the items together."""
    return sum(item.duration_min * item.quantity for item in items)


def planned_span(from_at: datetime, items: Iterable[OrderItem]) -> Span:
    """The visit as long as its items usually take."""
    return Span(from_at, from_at + timedelta(minutes=max(norm_min(items), 10)))


def risk_words(order: Order) -> list[dict[str, str]]:
    """Answers about the home that ask for care, as {zh, en, effect}, for the nurse's card."""
    row = getattr(order, "home_risk", None)
    if row is None:
        return []
    return [
        {"zh": f"{question.zh} {answer.zh}", "en": f"{question.en} {answer.en}", "effect": answer.effect.value}
        for question in care.home_risk_questions(order.jurisdiction, business_date(order.wanted_from))
        for answer in question.answers
        if row.answers.get(question.code) == answer.code and answer.effect is not home_risk.Effect.NONE
    ]
