"""Three ways in, one order: by the resident or family, by the desk on behalf, by a hospital that discharges."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from yijia.apps.care import queries, words
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.actions.moves import apply, locked
from yijia.apps.care.models import HomeRisk, Order, OrderItem
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Household, Organisation, Resident, ResidentLink
from yijia.base import accounts, editions, messages, outbox, scope
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound, Refused, refuse_if
from yijia.base.rows import Given, Statement
from yijia.core import money
from yijia.core.calendar import aware, business_date, local, start_of
from yijia.core.catalogue import area as areas
from yijia.core.gate import check as gate
from yijia.core.gate import facts as gate_facts
from yijia.core.gate import home_risk as home_risks
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.pricing.facts import Breakdown
from yijia.core.refusal import Refusal

FARTHEST = timedelta(days=60)
LONGEST = timedelta(hours=12)
MOST_OF_ONE = 10
_CHANNELS = {
    Role.RESIDENT: (Order.Channel.SELF, Permission.ORDER_CREATE),
    Role.FAMILY: (Order.Channel.FAMILY, Permission.ORDER_CREATE),
    Role.CLERK: (Order.Channel.DESK, Permission.ORDER_CREATE_ON_BEHALF),
    Role.DOCTOR: (Order.Channel.DISCHARGE, Permission.ORDER_HANDOVER),
}
_SENT = Statement(lambda: Order.objects.only("pk").filter(client_id=Given("client_id")).exclude(state=State.DRAFT))
_ORGANISATION = Statement(lambda: Organisation.objects.filter(pk=Given("organisation_id"), is_active=True))
_RESIDENT_RULES = {"gate:resident_alive", "gate:resident_not_aggressive", "gate:resident_not_infectious"}
_DOUBLE = "order_no_double"


@action("orders.submit")
def submit_order(
    *, client_id: uuid.UUID, resident_id: int, organisation_id: int, need: str, items: Mapping[str, int], wanted_from: datetime,
    wanted_until: datetime, description: str = "", prescription: str = "", guardian_present: bool | None = None,
    home_risk: Mapping[str, str] | None = None, channel: str | None = None, requester_name: str = "", requester_relation: str = "",
    draft_id: int | None = None, quoted_fen: int | None = None, paid_by: Collection[str] = (), by: Actor, at: datetime,
) -> Order:  # fmt: skip
    """Ask an institution to come: checked, priced as shown, and submitted in one step.

    client_id       made by the caller once per order; sending it again gives the first order back
    items           item code → quantity
    home_risk       question → answer; None when nobody was asked yet
    channel         None takes the one that the caller's part has
    draft_id        a call-back request that this order answers; it keeps its number
    quoted_fen      the total that the asker was shown and agreed to; None when nobody was shown a price
    paid_by         programmes that pay for this visit already (PRICE-10); only an episode's own order has them

    A second order for the same person, need and time is the first one, given back.

    Raises      Forbidden; NotFound; Invalid by field; Refused: orders.proxy_scope, orders.resident_unfit, orders.double,
                orders.price_changed, catalogue.* (area, hours, not offered), price.* and policy.* (unfiled, out of date)
    Source      ORDER-02 in docs/rules/orders.md
    """
    entered = entered_by(by, channel)
    first = _SENT.one(client_id=client_id)
    if first is not None:
        return queries.get_order(by, first.pk)
    with scope.whole_system():
        resident = _resident(by, resident_id, at)
        window = _checked(
            resident,
            need,
            items,
            wanted_from,
            wanted_until,
            description,
            prescription,
            requester_name,
            requester_relation,
            at,
        )
        organisation = _organisation(organisation_id)
        on = business_date(window[0])
        _home_answers(home_risk, resident, on)
        _fit_for_home(resident, organisation, on)
        _served(organisation, resident.household, window, at)
        order = _row(draft_id, client_id, by, at)
        answer = queries.asked(
            resident,
            organisation,
            items,
            window,
            home_risk=home_risk,
            guardian_present=guardian_present,
            paid_by=paid_by,
        )
        shown = _as_agreed(refuse_if(answer.price), quoted_fen, answer.staff_needed)
        for field, value in {
            "client_id": client_id, "organisation": organisation, "resident": resident, "household": resident.household,
            "jurisdiction": organisation.jurisdiction, "channel": entered, "need": need, "description": description.strip(),
            "prescription": prescription.strip(), "wanted_from": window[0], "wanted_until": window[1], "guardian_present": guardian_present,
            "staff_needed": answer.staff_needed, "quote": queries.quote_json(shown), "quote_total_fen": shown.total_fen, "requester_id": by.user_id,
            "requester_name": requester_name.strip(), "requester_relation": requester_relation.strip(),
        }.items():  # fmt: skip
            setattr(order, field, value)
        if (double := _saved(order)) is not None:
            return _given_back(by, double)
        if draft_id is not None:  # what was noted on the draft gives way
            OrderItem.objects.filter(order=order).delete()
            if home_risk is not None:
                HomeRisk.objects.filter(order=order).delete()
        _with_items(order, items)
        if home_risk is not None:
            HomeRisk.objects.create(
                organisation_id=order.organisation_id, order=order, answers=dict(home_risk), answered_at=at, answered_by_id=by.user_id
            )  # fmt: skip
        link_to_receiver(order, at)
        apply(
            order, Event.SUBMIT, met={"quoted"}, facts={"channel": entered, "total_fen": shown.total_fen}, by=by, at=at
        )
        if entered in (Order.Channel.DESK, Order.Channel.DISCHARGE):
            tell_resident(order, words.SMS_SUBMITTED, at)
        return order


@action("orders.call_back")
def request_call_back(
    *, client_id: uuid.UUID, resident_id: int, description: str = "", by: Actor, at: datetime
) -> Order:
    """Not sure what is needed: a draft that asks the desk to call; one a day for each resident, asked again it is the same.

    Raises      Forbidden; NotFound; Invalid; Refused: orders.proxy_scope, orders.nobody_to_ask
    """
    entered = entered_by(by, None)
    faults = Faults()
    faults.text("description", description, 500)
    faults.settle()
    with scope.whole_system():
        resident = _resident(by, resident_id, at)
        organisation = _keeper(resident)
        day = start_of(business_date(at))
        waiting = Order.objects.filter(resident=resident, need=queries.UNSURE, state=State.DRAFT).first()
        if waiting is not None:
            return waiting
        order = Order(
            number=_number(at), client_id=client_id, organisation=organisation, resident=resident, household=resident.household,
            jurisdiction=organisation.jurisdiction, channel=entered, need=queries.UNSURE, description=description.strip(), wanted_from=day,
            wanted_until=day + timedelta(days=1), requester_id=by.user_id, created_at=at, created_by_id=by.user_id, state_at=at,
        )  # fmt: skip
        if (double := _saved(order)) is not None:
            return _given_back(by, double)
        outbox.publish(
            "orders.call_back", {"order_id": order.pk, "number": order.number}, at=at, organisation_id=organisation.pk
        )
        return order


def entered_by(by: Actor, channel: str | None) -> str:
    """The way in that belongs to the caller's part.

    Raises      Forbidden: the part has no way in; Invalid: another way in was named
    """
    if channel == Order.Channel.PLAN and may(by, Permission.EPISODE_RUN):
        return Order.Channel.PLAN.value
    own, permission = (
        _CHANNELS.get(by.role, (None, Permission.ORDER_CREATE)) if by.role else (None, Permission.ORDER_CREATE)
    )
    if own is None or not may(by, permission):
        raise Forbidden(permission)
    if channel not in (None, own.value):
        faults = Faults()
        faults.add("channel", "channel_of_role", channel=own.value)
        faults.settle()
    return own.value


def demand_proxy(by: Actor, resident_id: int, matter: str, at: datetime) -> None:
    """A relative acts only in what the resident allowed.

    Raises      Refused orders.proxy_scope
    """
    if (
        by.role is Role.FAMILY
        and by.user_id is not None
        and not accounts.family_may(by.user_id, resident_id, matter, at)
    ):
        raise Refused(Refusal("orders.proxy_scope", {"matter": matter}))


def tell_resident(order: Order, sentence: Any, at: datetime) -> None:
    """A text message to the resident, in Chinese, when there is a number."""
    contact = registry.contact_for_system(order.resident_id)
    if contact.phone:
        start, end = local(order.wanted_from), local(order.wanted_until)
        text = messages.in_chinese(sentence) % {
            "number": order.number, "institution": order.organisation.name, "day": f"{start.month}月{start.day}日", "from": f"{start:%H:%M}",
            "until": f"{end:%H:%M}", "total": money.show(order.quote_total_fen or 0),
        }  # fmt: skip
        messages.send_sms(
            phone=contact.phone,
            template="orders.submitted",
            text=text,
            at=at,
            resident_id=order.resident_id,
            organisation_id=order.organisation_id,
        )


def link_to_receiver(order: Order, at: datetime) -> None:
    """Let the institution that was asked see the resident."""
    ResidentLink.objects.get_or_create(
        resident_id=order.resident_id,
        organisation_id=order.organisation_id,
        kind=ResidentLink.Kind.ORDER,
        until_on=None,
        defaults={"since_on": business_date(at)},
    )


def _resident(by: Actor, resident_id: int, at: datetime) -> Resident:
    resident = registry.get_resident(by, resident_id)
    demand_proxy(by, resident_id, "order", at)
    return resident


def _organisation(organisation_id: int) -> Organisation:
    found = _ORGANISATION.one(organisation_id=organisation_id)
    if found is None:
        raise NotFound
    return found


def _checked(
    resident: Resident, need: str, items: Mapping[str, int], wanted_from: datetime, wanted_until: datetime, description: str, prescription: str,
    requester_name: str, requester_relation: str, at: datetime,
) -> tuple[datetime, datetime]:  # fmt: skip
    faults = Faults()
    start, end = aware(wanted_from), aware(wanted_until)
    if start <= at:
        faults.add("wanted_from", "in_the_past")
    elif start > at + FARTHEST:
        faults.add("wanted_from", "too_far_ahead", days=FARTHEST.days)
    if end <= start:
        faults.add("wanted_until", "ends_before_start")
    elif end - start > LONGEST:
        faults.add("wanted_until", "window_too_long", hours=LONGEST // timedelta(hours=1))
    on = business_date(at)
    if need not in {known.code for known in catalogue.list_needs(on, resident.jurisdiction)}:
        faults.add("need", "unknown_need")
    known_items = catalogue.items(on, resident.jurisdiction)
    if not items:
        faults.add("items", "no_items")
    for code, quantity in items.items():
        if code not in known_items:
            faults.add("items", "unknown_item", code=code)
        elif isinstance(quantity, bool) or not 1 <= quantity <= MOST_OF_ONE:
            faults.add("items", "quantity", most=MOST_OF_ONE)
        elif not known_items[code].is_home_allowed:
            faults.add("items", "not_at_home", code=code)
    faults.text("description", description, 500)
    faults.text("prescription", prescription, 500)
    faults.text("requester_name", requester_name, 60)
    faults.text("requester_relation", requester_relation, 20)
    faults.settle()
    return start, end


def _home_answers(answers: Mapping[str, str] | None, resident: Resident, on: date) -> None:
    if answers is None:
        return
    found = home_risks.assess(answers, queries.home_risk_questions(resident.jurisdiction, on))
    if isinstance(found, Refusal):
        faults = Faults()
        faults.add("home_risk", found.code.removeprefix("home_risk."), question=found.facts["question"])
        faults.settle()


def _fit_for_home(resident: Resident, organisation: Organisation, on: date) -> None:
    """Refuse at once what the gate could never let through: what is not known yet is left to the first assessment."""
    facts = registry.resident_facts_of(resident)
    if not facts.is_alive:
        raise Refused(Refusal("orders.resident_dead"))
    row = gate_facts.Facts(
        institution=registry.institution_facts_of(organisation), items=(), home=gate_facts.Home(),
        order=gate_facts.Order(
            visit_on=on, visit_ends_on=on, resident_is_alive=True, resident_is_aggressive=facts.is_aggressive, resident_is_infectious=facts.is_infectious
        ),
    )  # fmt: skip
    rules = [rule for rule in _gate_rules(organisation.jurisdiction, on) if rule.key in _RESIDENT_RULES]
    for finding in gate.check(row, rules).reds:
        if finding.code == "gate.failed":
            sources = tuple(finding.rule.sources) or ("—",)
            raise Refused(
                Refusal(
                    "orders.resident_unfit",
                    {"rule_zh": finding.rule.zh, "rule_en": finding.rule.en, "rule": finding.key, "sources": sources},
                )
            )


def _gate_rules(jurisdiction: str, on: date) -> tuple[gate.GateRule, ...]:
    return gate.load(editions.current(), jurisdiction=jurisdiction, on=on)


def _served(organisation: Organisation, home: Household, window: tuple[datetime, datetime], at: datetime) -> None:
    area = catalogue.area_for_system(organisation.pk)
    refuse_if(areas.serves(area, township=home.township, lon=home.lon, lat=home.lat))
    assert area is not None
    refuse_if(areas.open_at(area, start=window[0], end=window[1], asked_at=at))


def _as_agreed(price: Breakdown, quoted_fen: int | None, staff_needed: int) -> Breakdown:
    """The price, when it is what was agreed to: nobody is charged a figure that they have not seen."""
    if quoted_fen is None or quoted_fen == price.total_fen:
        return price
    facts = {"quoted": money.show(quoted_fen), "total": money.show(price.total_fen), "staff": staff_needed}
    raise Refused(Refusal("orders.price_changed", facts))


def _row(draft_id: int | None, client_id: uuid.UUID, by: Actor, at: datetime) -> Order:
    if draft_id is None:
        return Order(number=_number(at), created_at=at, created_by_id=by.user_id, state_at=at)
    order = locked(by, draft_id)
    if order.state != State.DRAFT:
        raise Refused(Refusal("orders.wrong_status", {"status": order.state, "event": Event.SUBMIT.value}))
    return order


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('care_order_number')")
        return f"{local(at):%y%m%d}-{cursor.fetchone()[0]:05d}"


def _saved(order: Order) -> Order | None:
    """None when the row was written; the order already there when it would be a double."""
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError as error:
        if _DOUBLE not in str(error) and "client_id" not in str(error):
            raise
        same = Order.objects.filter(client_id=order.client_id).first()
        return same or Order.objects.exclude(state__in=["cancelled", "rejected", "aborted"]).get(
            resident_id=order.resident_id, need=order.need, wanted_from=order.wanted_from
        )
    return None


def _given_back(by: Actor, order: Order) -> Order:
    """The order that was there already, for whoever may see it."""
    if not queries.orders_in_sight(by).filter(pk=order.pk).exists():
        raise Refused(Refusal("orders.double"))
    return order


def _with_items(order: Order, items: Mapping[str, int]) -> None:
    known = catalogue.items(business_date(order.wanted_from), order.jurisdiction)
    OrderItem.objects.bulk_create(
        OrderItem(
            organisation_id=order.organisation_id,
            order=order,
            item_code=code,
            quantity=quantity,
            duration_min=known[code].duration_min,
        )
        for code, quantity in items.items()
    )


def _keeper(resident: Resident) -> Organisation:
    """Whose desk calls back: the institution that keeps the record, else the nearest of the place."""
    link = (
        ResidentLink.objects.filter(resident=resident, kind=ResidentLink.Kind.RECORD_KEEPER, until_on__isnull=True)
        .select_related("organisation")
        .first()
    )
    if link is not None:
        return link.organisation
    home = resident.household
    near = Organisation.objects.filter(registry.within(resident.jurisdiction), is_active=True)
    found = min(near, key=lambda o: (areas.distance_km(o.lon, o.lat, home.lon, home.lat), o.pk), default=None)
    if found is None:
        raise Refused(Refusal("orders.nobody_to_ask"))
    return found
