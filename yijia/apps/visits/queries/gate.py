"""What the safe-to-go gate is told about an order, and what it answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from yijia.apps.agreements import queries as agreements
from yijia.apps.care import queries as care
from yijia.apps.care.models import Assessment, HomeRisk, Order, OrderItem
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.apps.visits.models import Visit
from yijia.apps.visits.queries.terms import term
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.core.calendar import Span
from yijia.core.gate import check, facts, home_risk
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal


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
    care.get_order(actor, order_id)
    return gate_report_for_system(order_id, staff_ids)


def gate_report_for_system(order_id: int, staff_ids: Iterable[int] = ()) -> check.GateReport:
    """The gate of an order; see `gate_report`."""
    question = gate_question_for_system(order_id)
    wanted = list(staff_ids)
    if not wanted:
        return question.before_staff()
    known = registry.staff_facts_for_system(staff_ids=wanted, on=question.facts.order.visit_on)
    return question.with_staff(known.get(pk, facts.Staff(staff_id=pk)) for pk in wanted)


def gate_question_for_system(order_id: int) -> GateQuestion:
    """The order's own side of the gate, gathered once.

    Raises      NotFound: no order has this id
    """
    order = Order.objects.select_related("resident", "household", "organisation").filter(pk=order_id).first()
    if order is None:
        raise NotFound
    items = tuple(OrderItem.objects.filter(order=order).order_by("id"))
    visit = Visit.objects.filter(order=order).only("planned_from", "planned_until").first()
    span = Span(visit.planned_from, visit.planned_until) if visit else planned_span(order.wanted_from, items)
    on, ends_on = business_date(span.from_at), business_date(span.until_at)
    known = facts.Facts(
        institution=registry.institution_facts_for_system(order.organisation_id),
        items=_items(order, items, on),
        order=_order(order, items, on, ends_on),
        home=_home(order, on),
    )
    rules = check.load(editions.current(), jurisdiction=order.jurisdiction, on=on)
    return GateQuestion(order, items, span, known, rules)


def norm_min(items: Iterable[OrderItem]) -> int:
    """Usual minutes of the items together."""
    return sum(item.duration_min * item.quantity for item in items)


def planned_span(from_at: datetime, items: Iterable[OrderItem]) -> Span:
    """The visit as long as its items usually take."""
    return Span(from_at, from_at + timedelta(minutes=max(norm_min(items), 10)))


def _items(order: Order, items: Iterable[OrderItem], on: date) -> tuple[facts.Item, ...]:
    listed = catalogue.items(on, order.jurisdiction)
    published = catalogue.offered_codes_for_system([order.organisation_id])[order.organisation_id]
    ordered_only = frozenset(term("doctor_order", order.jurisdiction, on)["items"])
    found = []
    for item in items:
        entry = listed.get(item.item_code)
        training = entry.extra_training if entry else None
        found.append(
            facts.Item(
                code=item.item_code,
                is_in_catalogue=entry is not None,
                is_forbidden_at_home=None if entry is None else not entry.is_home_allowed,
                is_published=item.item_code in published,
                needs_doctor_order=item.item_code in ordered_only,
                has_doctor_order=bool(order.prescription.strip()),
                specialties=frozenset({training} if training else ()),
            )
        )
    return tuple(found)


def _order(order: Order, items: Iterable[OrderItem], on: date, ends_on: date) -> facts.Order:
    assessment = Assessment.objects.filter(order=order, kind=Assessment.Kind.FIRST).first()
    papers = agreements.consent_facts_for_system(order.consent_id, order.service_agreement_id, on)
    resident = order.resident
    return facts.Order(
        visit_on=on,
        visit_ends_on=ends_on,
        assessment_is_passed=assessment.is_passed if assessment else False,
        assessment_on=business_date(assessment.assessed_at) if assessment else None,
        is_disabled_elder_action=resident.is_disabled_elder,
        guardian_will_be_present=order.guardian_present,
        resident_is_alive=resident.died_on is None,
        resident_is_aggressive=resident.is_aggressive,
        resident_is_infectious=resident.is_infectious,
        resident_is_allergic=_is_allergic(order, items, assessment, on),
        **papers,
    )


def _is_allergic(order: Order, items: Iterable[OrderItem], assessment: Assessment | None, on: date) -> bool:
    """Whether an allergy on record names something the items use, or the first assessment says so."""
    if assessment is not None and assessment.answers.get("is_allergic") is True:
        return True
    if not order.resident.allergies:
        return False
    listed = catalogue.items(on, order.jurisdiction)
    used = [
        word.lower()
        for item in items
        if item.item_code in listed
        for kit in listed[item.item_code].value.value["consumables"]
        for word in (kit["zh"], kit["en"])
    ]
    return any(allergy.lower() in word or word in allergy.lower() for allergy in order.resident.allergies for word in used)


def _home(order: Order, on: date) -> facts.Home:
    row = HomeRisk.objects.filter(order=order).first()
    questions = home_risk.load(editions.current().values("home_risk:", jurisdiction=order.jurisdiction, on=on))
    risk = home_risk.assess(row.answers if row else {}, questions)
    if row is None or isinstance(risk, Refusal):
        return facts.Home(is_violent=order.household.is_violent, risk_is_answered=False)
    return facts.Home(
        is_violent=order.household.is_violent,
        risk_is_answered=risk.is_answered,
        risk_blocks=bool(risk.blocks),
        risk_needs_two=bool(risk.two_persons),
    )


def risk_words(order: Order, on: date) -> list[dict[str, str]]:
    """Answers about the home that ask for care, as {zh, en, effect}, for the nurse's card."""
    row = HomeRisk.objects.filter(order=order).first()
    if row is None:
        return []
    found = []
    for question in home_risk.load(editions.current().values("home_risk:", jurisdiction=order.jurisdiction, on=on)):
        for answer in question.answers:
            if row.answers.get(question.code) == answer.code and answer.effect is not home_risk.Effect.NONE:
                found.append({"zh": f"{question.zh}{answer.zh}", "en": f"{question.en} {answer.en}", "effect": answer.effect.value})
    return found
