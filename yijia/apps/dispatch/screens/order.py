"""One order at the dispatcher's: the gate, the candidates, the others and why not, offers, who goes."""

from dataclasses import dataclass
from datetime import datetime

from yijia.apps.dispatch import queries
from yijia.apps.visits import queries as visits
from yijia.apps.visits import words
from yijia.apps.visits.queries import Candidates, Offer, Order, Visit
from yijia.apps.visits.screens import GateLine, Person, item_label, lines, need_words, people_of, risks_of, title_words
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.core.gate.check import GateReport
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission, may


@dataclass(frozen=True, slots=True)
class Choice:
    """One nurse with the reasons for or against her."""

    staff_id: int
    name: str
    title: str
    place: int
    reasons: tuple[str, ...]
    offer: str
    may_assign: bool


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer made."""

    offer_id: int
    name: str
    state: str
    rank: int
    answer_until: datetime
    answered_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order in full for dispatching."""

    order_id: int
    order_version: int
    visit_id: int | None
    version: int | None
    number: str
    state: str
    name: str
    township: str
    need: str
    wanted_from: datetime
    wanted_until: datetime
    planned_from: datetime
    planned_until: datetime
    minutes: int
    items: list[str]
    risks: tuple[str, ...]
    needed: int
    gate: list[GateLine]
    reds: int
    ranked: list[Choice]
    excluded: list[Choice]
    offers: list[OfferLine]
    crew: tuple[Person, ...]
    answer_min: int
    may_plan: bool

    @property
    def is_green(self) -> bool:
        return not self.reds

    @property
    def missing(self) -> int:
        """How many must still be found."""
        return max(0, self.needed - len(self.crew))


def order_page(*, actor: Actor, at: datetime, order_id: int) -> OrderPage:
    """The page of one order in sight.

    Raises      NotFound
    """
    found = visits.candidates(actor, order_id)
    order = found.question.order
    audit.read(
        actor, at, "dispatch.order", subject_type="care.order", subject_ids=[order.pk], resident_ids=[order.resident_id]
    )
    visit = visits.get_visit_of_order(actor, order_id)
    made = queries.list_visit_offers(visit.pk) if visit else []
    crew = people_of(visit) if visit else ()
    report = _report(found, crew)
    gate = lines(report, order, crew)
    open_offers = {one.staff_id: one.state for one in reversed(made)}
    on = business_date(found.question.span.from_at)
    return OrderPage(
        order_id=order.pk, order_version=order.version, visit_id=visit.pk if visit else None, version=visit.version if visit else None, number=order.number,
        state=order.state, name=masking.name(order.resident.name), township=order.household.township, need=need_words(order.need, order.jurisdiction, on),
        wanted_from=order.wanted_from, wanted_until=order.wanted_until, planned_from=found.question.span.from_at,
        planned_until=found.question.span.until_at, minutes=found.question.norm_min, items=_items(found, order), risks=_risks(visit),
        needed=found.needed, gate=gate, reds=sum(one.verdict is not True for one in gate), ranked=_ranked(found, open_offers),
        excluded=_excluded(found, open_offers), offers=[_offer(one) for one in made], crew=crew,
        answer_min=int(visits.term("offer", order.jurisdiction, on)["answer_min"]), may_plan=may(actor, Permission.DISPATCH_PLAN),
    )  # fmt: skip


def _report(found: Candidates, crew: tuple[Person, ...]) -> GateReport:
    team = [found.facts[one.staff_id] for one in crew if one.staff_id in found.facts]
    return found.question.with_staff(team) if team else found.question.before_staff()


def _items(found: Candidates, order: Order) -> list[str]:
    return [item_label(item.item_code, order) for item in found.question.items]


def _risks(visit: Visit | None) -> tuple[str, ...]:
    return risks_of(visit) if visit else ()


def _ranked(found: Candidates, offers: dict[int, str]) -> list[Choice]:
    return [
        Choice(
            one.staff_id, found.staff[one.staff_id].name, title_words(found.staff[one.staff_id].title), one.place,
            tuple(words.reason(reason.code, reason.facts) for reason in one.reasons), offers.get(one.staff_id, ""), True,
        )
        for one in found.ranking.ranked
    ]  # fmt: skip


HARD = {
    "dispatch.gate_red",
    "dispatch.resident_refuses",
    "dispatch.nurse_refuses",
    "dispatch.time_taken",
    "dispatch.no_time_to_travel",
}


def _excluded(found: Candidates, offers: dict[int, str]) -> list[Choice]:
    return [
        Choice(
            one.staff_id, found.staff[one.staff_id].name, title_words(found.staff[one.staff_id].title), 0,
            tuple(words.reason(reason.code, reason.facts) for reason in one.reasons), offers.get(one.staff_id, ""),
            not HARD & {reason.code for reason in one.reasons},
        )
        for one in found.ranking.excluded
    ]  # fmt: skip


def _offer(one: Offer) -> OfferLine:
    return OfferLine(one.pk, one.staff.name, one.state, one.rank, one.answer_until, one.answered_at, one.decline_reason)
