"""How many must go and what it costs, before an order exists: the same for the page that shows it and the act that keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from yijia.apps.care.models import Order
from yijia.apps.care.queries.facts import facts_of
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation, Resident
from yijia.base import editions, scope
from yijia.core.calendar import business_date
from yijia.core.gate import check as gate
from yijia.core.pricing.facts import Breakdown
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to a wish: who goes, and the price or why there is none."""

    staff_needed: int
    price: Breakdown | Refusal


def asked(
    resident: Resident, organisation: Organisation, items: Mapping[str, int], window: tuple[datetime, datetime], *,
    home_risk: Mapping[str, str] | None, guardian_present: bool | None, paid_by: Iterable[str] = (),
) -> Asked:  # fmt: skip
    """Price a wish as an order with these answers would be priced.

    home_risk   None when nobody asked yet: one goes, until an answer asks for two
    paid_by     programmes that pay for the visit already, as `paid_by_of` names them
    """
    with scope.whole_system():
        staff = _staff_needed(resident, organisation, window, home_risk, guardian_present)
        price = catalogue.quote(
            organisation, dict(items), resident.household, business_date(window[0]), resident.insured_class, staff_count=staff,
            paid_by=paid_by,
        )  # fmt: skip
    return Asked(staff, price)


def _staff_needed(
    resident: Resident,
    organisation: Organisation,
    window: tuple[datetime, datetime],
    answers: Mapping[str, str] | None,
    guardian: bool | None,
) -> int:
    order = Order(
        wanted_from=window[0],
        wanted_until=window[1],
        jurisdiction=organisation.jurisdiction,
        guardian_present=guardian,
    )
    known = facts_of(
        order, [], None, {}, answers or {}, published=frozenset(),
        institution=registry.institution_facts_of(organisation), resident=registry.resident_facts_of(resident),
    )  # fmt: skip
    if answers is None:
        known = replace(known, home=replace(known.home, risk_needs_two=False))
    rules = gate.load(editions.current(), jurisdiction=organisation.jurisdiction, on=business_date(window[0]))
    return gate.staff_needed(known, rules)
