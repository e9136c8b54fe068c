"""What the safe-to-go gate would say of one member of staff today."""

from datetime import date

from yijia.apps.registry.models import Staff
from yijia.apps.registry.queries.facts import staff_facts_of
from yijia.base import editions
from yijia.core.gate import check
from yijia.core.gate.facts import Facts, Home, Institution, Order
from yijia.core.gate.facts import Staff as Going


def staff_gates_for_system(staff: list[Staff], on: date) -> dict[int, check.GateReport]:
    """The gate's rules on staff asked of each nurse, as if a visit without special items were today.

    Staff who are not nurses are left out: the rules speak of nurses only.
    """
    nurses = [person for person in staff if person.profession == Staff.Profession.NURSE]
    facts = staff_facts_of(nurses, on) if nurses else {}
    rules = {
        place: check.load(editions.current(), jurisdiction=place, on=on)
        for place in {person.organisation.jurisdiction for person in nurses}
    }
    return {person.pk: _ask(facts[person.pk], rules[person.organisation.jurisdiction], on) for person in nurses}


def _ask(going: Going, rules: tuple[check.GateRule, ...], on: date) -> check.GateReport:
    visit = Facts(
        institution=Institution(), items=(), order=Order(visit_on=on, visit_ends_on=on), home=Home(), staff=(going,)
    )
    return check.check(visit, rules, scopes=frozenset({check.Scope.STAFF}))
