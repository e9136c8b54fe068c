"""What decisions ask about an order: the gate's facts, the answers about the home, what a cancellation would give back."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Q

from yijia.apps.agreements import queries as agreements
from yijia.apps.care.models import Assessment, HomeRisk, Order
from yijia.apps.care.queries.orders import for_decision, list_items
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.base import editions, scope
from yijia.base.errors import NotFound
from yijia.base.rows import only
from yijia.core.calendar import business_date
from yijia.core.gate import facts as gate
from yijia.core.gate import first_assessment, home_risk
from yijia.core.orders.lifecycle import BEFORE_ARRIVAL, State
from yijia.core.policy import Editions
from yijia.core.pricing import cancellation as terms
from yijia.core.pricing.facts import Kind
from yijia.core.refusal import Refusal


def home_risk_questions(jurisdiction: str, on: date) -> tuple[home_risk.Question, ...]:
    """The questions about the home that the place asks on that day."""
    return _questions(editions.current(), jurisdiction, on)


@lru_cache(maxsize=64)
def _questions(current: Editions, jurisdiction: str, on: date) -> tuple[home_risk.Question, ...]:
    return home_risk.load(current.values("home_risk:", jurisdiction=jurisdiction, on=on))


def assessment_questions(order: Order) -> tuple[first_assessment.Question, ...]:
    """What a doctor of the place may be asked before the visit of this order, whichever items it has."""
    return _assessment_questions(editions.current(), order.jurisdiction, business_date(order.wanted_from))


@lru_cache(maxsize=64)
def _assessment_questions(current: Editions, jurisdiction: str, on: date) -> tuple[first_assessment.Question, ...]:
    return first_assessment.load(current.values("first_assessment:", jurisdiction=jurisdiction, on=on))


def item_codes(order: Order) -> frozenset[str]:
    """The codes of an order's items."""
    return frozenset(item.item_code for item in list_items(order))


def home_risk_of(order: Order) -> HomeRisk | None:
    """The answers given for an order; None when nobody was asked."""
    if Order.home_risk.is_cached(order):
        return getattr(order, "home_risk", None)
    return HomeRisk.objects.filter(order=order).first()


def assessment_of(order: Order) -> Assessment | None:
    """The first assessment of an order, passed or not."""
    if hasattr(order, "item_rows"):  # read by `whole`; the relation is absent where there is none
        return getattr(order, "first_assessment", None)
    return Assessment.objects.select_related("assessed_by").filter(order=order, kind=Assessment.Kind.FIRST).first()


def order_facts_for_system(order_id: int) -> gate.Facts:
    """Everything the gate asks about an order, its home and its institution; nobody is proposed yet.

    Raises      NotFound: there is no such order
    """
    with scope.whole_system():
        order = only(
            for_decision(Order.objects.annotate(published=catalogue.offered_codes_beside())).filter(pk=order_id)
        )
    if order is None:
        raise NotFound
    return facts_of_whole(order)


def facts_of_whole(order: Order) -> gate.Facts:
    """The gate's facts of an order read by `whole`, with what its institution has published beside it."""
    home = home_risk_of(order)
    codes = [item.item_code for item in sorted(list_items(order), key=lambda item: item.pk)]
    papers = agreements.consent_facts_of(order.consent, order.service_agreement, business_date(order.wanted_from))
    return facts_of(
        order, codes, assessment_of(order), papers, home.answers if home else {},
        published=frozenset(order.published), institution=registry.institution_facts_of(order.organisation),
        resident=registry.resident_facts_of(order.resident),
    )  # fmt: skip


def facts_of(
    order: Order, codes: list[str], assessed: Assessment | None, papers: Mapping[str, bool | None], answers: Mapping[str, str],
    *, published: frozenset[str], institution: gate.Institution, resident: registry.ResidentFacts,
) -> gate.Facts:  # fmt: skip
    """The gate's facts of an order from rows already read."""
    on = business_date(order.wanted_from)
    said = assessed.answers if assessed else {}
    found = home_risk.assess(answers, home_risk_questions(order.jurisdiction, on))
    is_answered = not isinstance(found, Refusal) and found.is_answered
    return gate.Facts(
        institution=institution,
        items=tuple(_item(code, order, said, published, on) for code in codes),
        order=gate.Order(
            visit_on=on,
            visit_ends_on=business_date(order.wanted_until),
            assessment_is_passed=None if assessed is None else assessed.is_passed,
            assessment_on=None if assessed is None else business_date(assessed.assessed_at),
            is_disabled_elder_action=resident.is_disabled_elder,
            guardian_will_be_present=order.guardian_present,
            resident_is_alive=resident.is_alive,
            resident_is_aggressive=_worse(resident.is_aggressive, said.get(first_assessment.AGGRESSIVE)),
            resident_is_infectious=_worse(resident.is_infectious, said.get(first_assessment.INFECTIOUS)),
            resident_is_allergic=_worse(None if resident.allergies else False, said.get(first_assessment.ALLERGIC)),
            **papers,
        ),
        home=gate.Home(
            is_violent=resident.home_is_violent,
            risk_is_answered=is_answered,
            risk_blocks=bool(found.blocks)
            if not isinstance(found, Refusal) and (found.blocks or is_answered)
            else None,
            risk_needs_two=bool(found.two_persons)
            if not isinstance(found, Refusal) and (found.two_persons or is_answered)
            else None,
        ),
    )


def _worse(on_record: bool | None, said: bool | None) -> bool | None:
    """A danger the record or the doctor names stands; otherwise whoever knows says so, the doctor first."""
    if on_record is True or said is True:
        return True
    return on_record if said is None else said


def _item(code: str, order: Order, said: Mapping[str, object], published: frozenset[str], on: date) -> gate.Item:
    known = catalogue.items(on, order.jurisdiction).get(code)
    order_word = said.get(first_assessment.DOCTOR_ORDER)
    return gate.Item(
        code=code,
        is_in_catalogue=known is not None,
        is_forbidden_at_home=None if known is None else not known.is_home_allowed,
        is_published=code in published,
        needs_doctor_order=None if order_word is None else order_word != "not_needed",
        has_doctor_order=None if order_word is None else order_word in ("seen", "given"),
        specialties=None if known is None else frozenset({known.extra_training} if known.extra_training else ()),
    )


def cancellation(order: Order, at: datetime, *, is_by_institution: bool = False) -> terms.Decision | Refusal:
    """What would go back if the order ended now, taking the shown price as paid.

    The terms are those in force when the papers were signed, or now when they are not.

    Refuses     orders.nurse_has_arrived, cancel.not_early, and whatever policy or the filed terms refuse
    Source      PRICE-11, PRICE-12 in docs/rules/pricing.md; ORDER-07 in docs/rules/orders.md
    """
    if State(order.state) in (State.ARRIVED, State.IN_SERVICE):
        return Refusal("orders.nurse_has_arrived", {"status": order.state})
    moment = terms.moment_of(State(order.state))
    if isinstance(moment, Refusal):
        return moment
    signed_on = (
        business_date(order.service_agreement.signed_at)
        if order.service_agreement and order.service_agreement.signed_at
        else business_date(at)
    )
    value = editions.current().lookup(terms.KEY, jurisdiction=order.jurisdiction, on=signed_on)
    if isinstance(value, Refusal):
        return value
    frame = terms.read_frame(value)
    filed = catalogue.cancellation_terms_for_system(order.organisation_id, signed_on)
    read = None if filed is None else terms.read_terms(filed.terms, filed.number, frame)
    if isinstance(read, Refusal):
        return read
    shown: dict[Kind, int] = dict.fromkeys(Kind, 0)
    for line in (order.quote or {}).get("lines", ()):
        shown[Kind(line["kind"])] += line["payers"].get("patient", 0)
    return terms.decide(
        shown, moment, terms.Cause.INSTITUTION if is_by_institution else terms.Cause.RESIDENT, frame, read
    )


def both_signed_for_system(agreement_id: int) -> list[int]:
    """Accepted orders that stand on this paper and whose two papers are both signed."""
    rows = Order.objects.filter(Q(service_agreement_id=agreement_id) | Q(consent_id=agreement_id), state=State.ACCEPTED)
    return list(
        rows.filter(service_agreement__signed_at__isnull=False, consent__signed_at__isnull=False).values_list(
            "pk", flat=True
        )
    )


def cancellable_for_system(resident_id: int) -> list[int]:
    """A resident's orders that can still be cancelled."""
    return list(
        Order.objects.filter(resident_id=resident_id, state__in=[state.value for state in BEFORE_ARRIVAL])
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def closable_for_system(at: datetime, *, most: int) -> list[int]:
    """Settled, rated or aborted orders whose time to wait is over, oldest first."""
    found = []
    ended = (
        Order.objects.filter(state__in=[State.SETTLED, State.RATED, State.ABORTED])
        .order_by("state_at")
        .values_list("pk", "jurisdiction", "state_at")
    )
    for pk, jurisdiction, state_at in ended[:most]:
        value = editions.current().lookup("term:order_close", jurisdiction=jurisdiction, on=business_date(state_at))
        if not isinstance(value, Refusal) and state_at + timedelta(days=int(value.value["days"])) <= at:
            found.append(pk)
    return found
