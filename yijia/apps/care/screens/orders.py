"""Lists of orders, one order for each kind of reader, and the pages on which something is done to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.care import forms, queries, seams, words
from yijia.apps.care.screens.assessed import Assessed, said_of
from yijia.apps.care.screens.common import Row, bill, deadline, is_call_back, is_own, item_names, named, need_name, row
from yijia.apps.care.screens.records import Use, uses_of
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.base import audit
from yijia.base.templatetags.yijia import yuan
from yijia.core.calendar import business_date
from yijia.core.orders import lifecycle
from yijia.core.orders.lifecycle import Event, State
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.refusal import Refusal

UNDER_WAY = ("departed", "arrived", "in_service")


@dataclass(frozen=True, slots=True)
class Orders:
    """One page of orders with what narrows it."""

    rows: list[Row]
    page: Page
    form: forms.FilterForm
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline."""

    at: datetime
    text: str
    by: str
    note: str
    tone: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One question about the home with its answer and what it means."""

    question: str
    answer: str
    tone: str
    effect: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One of the two papers."""

    label: str
    url: str
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One order, as far as the reader may see and act."""

    pk: int
    number: str
    version: int
    state: str
    need: str
    who: str
    age: int
    institution: str
    institution_phone: str
    wanted_from: datetime
    wanted_until: datetime
    items: list[dict[str, Any]]
    description: str
    prescription: str
    channel: Any
    requester: str
    guardian_present: bool | None
    staff_needed: int
    bill: dict[str, Any] | None
    events: list[Step]
    coming: list[Any]
    due_at: datetime | None
    following: Any
    home: list[Answer]
    is_home_answered: bool
    home_concerns: bool
    assessment: Assessed | None
    handover: queries.Handover | None
    tubes: list[Any]
    papers: list[Paper]
    links: list[seams.Link]
    cancel_reason: str
    refund: str
    may_assess: bool
    may_sign: bool
    may_cancel: bool
    may_answer_home: bool
    may_close: bool
    is_call_back: bool
    resident_id: int
    may_see_resident: bool
    uses: list[Use]


def orders(request: HttpRequest) -> Orders:
    """The list with its filters; the people shown are put on record."""
    on = business_date(request.at)
    needs = [(need.code, named(need)) for need in catalogue.list_needs(on)]
    states = [*words.GROUPS.items(), *((state.value, words.state_word(state)) for state in State)]
    form = forms.FilterForm(request.GET, needs=[*needs, (queries.UNSURE, words.UNSURE)], states=states)
    form.is_valid()
    given = form.cleaned_data
    wanted = queries.Filters(
        text=given.get("q", ""), states=_states(given.get("state", "")), need=given.get("need", ""), channel=given.get("channel", ""),
        from_on=given.get("from_on"), until_on=given.get("until_on"),
    )  # fmt: skip
    page = queries.list_orders(request.actor, wanted, page=request.GET.get("page", "1"))
    return Orders(_recorded(request, "care.orders", page), page, form, any(given.values()))


def _states(code: str) -> tuple[str, ...]:
    if code == "under_way":
        return UNDER_WAY
    return queries.OPEN if code == "open" else (code,) if code else ()


def _recorded(request: HttpRequest, name: str, found: Any) -> list[Row]:
    shown = list(found)
    audit.read(
        request.actor,
        request.at,
        name,
        subject_type="care.order",
        subject_ids=[order.pk for order in shown],
        resident_ids=[order.resident_id for order in shown],
    )
    return [row(order) for order in shown]


@dataclass(frozen=True, slots=True)
class Mine:
    """A family's orders: those that run, then those that are over."""

    running: list[Row]
    over: list[Row]
    page: Page
    has_several: bool


def mine(request: HttpRequest, resident_id: int | None = None) -> Mine:
    """My orders, or one resident's."""
    page = queries.list_orders(
        request.actor, queries.Filters(resident_id=resident_id), page=request.GET.get("page", "1")
    )
    rows = _recorded(request, "care.my_orders", page)
    running = [r for r in rows if r.state in queries.OPEN and r.state != "rated"]
    return Mine(running, [r for r in rows if r not in running], page, len(request.actor.resident_ids) > 1)


@dataclass(frozen=True, slots=True)
class Queue:
    """Orders that wait for one kind of answer, soonest first."""

    rows: list[Row]


def assessments(request: HttpRequest) -> Queue:
    """Orders to assess."""
    return Queue(_recorded(request, "care.assessments", queries.to_assess(request.actor)[:200]))


@dataclass(frozen=True, slots=True)
class Desk:
    """The clerk's phone: who calls, and whom to call back."""

    text: str
    found: list[Any]
    waiting: list[Row]
    to_sign: list[Row]


def desk(request: HttpRequest) -> Desk:
    """Caller search, call-backs, and accepted orders whose papers are still unsigned."""
    text = request.GET.get("q", "").strip()[:60]
    found = registry.find_residents(request.actor, text) if text else []
    audit.read(
        request.actor,
        request.at,
        "care.desk",
        subject_type="registry.resident",
        subject_ids=[p.pk for p in found],
        resident_ids=[p.pk for p in found],
    )
    waiting = _recorded(request, "care.call_backs", queries.call_backs(request.actor, request.at)[:100])
    return Desk(text, found, waiting, _recorded(request, "care.to_sign", queries.signable(request.actor)[:20]))


@dataclass(frozen=True, slots=True)
class Caller:
    """The card of the person on the phone, and what to say."""

    pk: int
    name: str
    age: int
    sex: str
    identity: str
    phone: str
    address: str
    township: str
    insured: Any
    is_alive: bool
    warnings: list[Any]
    open_orders: list[Row]
    draft: Row | None


def caller(request: HttpRequest, resident_id: int) -> Caller:
    """Who is on the phone: masked, with what to watch out for and what is already ordered."""
    person = registry.get_resident(request.actor, resident_id)
    found = list(queries.list_orders(request.actor, queries.Filters(resident_id=person.pk, states=queries.OPEN)))
    audit.read(
        request.actor,
        request.at,
        "care.caller",
        subject_type="registry.resident",
        subject_ids=[person.pk],
        resident_ids=[person.pk],
    )
    rows = [row(order) for order in found]
    facts = registry.resident_facts_for_system(person.pk)
    seen = (
        (facts.is_infectious, words.WARNINGS["infectious"]), (facts.is_aggressive, words.WARNINGS["aggressive"]),
        (facts.home_is_violent, words.WARNINGS["violent"]), (facts.has_aggressive_dog, words.WARNINGS["dog"]),
    )  # fmt: skip
    return Caller(
        person.pk, masking.name(person.name), _age(person.born_on, request.at), person.sex, person.identity_masked, person.phone_masked,
        person.household.address_masked, person.household.township, words.INSURED[person.insured_class], facts.is_alive,
        [text for is_so, text in seen if is_so], [r for r in rows if r.state != "draft"], next((r for r in rows if r.state == "draft"), None),
    )  # fmt: skip


def _age(born_on: Any, at: datetime) -> int:
    today = business_date(at)
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def detail(request: HttpRequest, order_id: int) -> Detail:
    """One order with everything the reader may see; on record."""
    actor = request.actor
    order = queries.get_whole_order(actor, order_id)
    ids = {"subject_ids": [order.pk], "resident_ids": [order.resident_id]}
    audit.read(actor, request.at, "care.order", subject_type="care.order", **ids)
    return detail_of(request, actor, order)


def detail_of(request: HttpRequest, actor: Actor, order: queries.Order) -> Detail:
    """An order already read, as `Detail`."""
    on = business_date(order.wanted_from)
    items = queries.list_items(order)
    names = item_names([item.item_code for item in items], on, order.jurisdiction)
    shown = queries.breakdown_of(order.quote)
    state = State(order.state)
    open_events = {move.event for move in lifecycle.open_moves(state, actor)}
    home = queries.home_risk_of(order)
    assessed = queries.assessment_of(order)
    handover = queries.get_handover(order) if order.channel == queries.Order.Channel.DISCHARGE else None
    refund = (
        queries.cancellation(order, request.at, is_by_institution=bool(actor.organisation_ids))
        if Event.CANCEL in open_events
        else None
    )
    answers = _answers(order, home.answers if home else {}, on)
    return Detail(
        pk=order.pk, number=order.number, version=order.version, state=order.state, need=need_name(order.need, on, order.jurisdiction),
        who=order.resident.name if is_own(actor) or actor.role in (Role.DOCTOR, Role.NURSE) else masking.name(order.resident.name),
        age=_age(order.resident.born_on, request.at), institution=named(order.organisation), institution_phone=order.organisation.phone,
        wanted_from=order.wanted_from, wanted_until=order.wanted_until,
        items=[{"code": item.item_code, "name": names[item.item_code], "quantity": item.quantity, "minutes": item.duration_min} for item in items],
        description=order.description, prescription=order.prescription, channel=words.CHANNELS[order.channel],
        requester=" · ".join(part for part in (_requester(actor, order), order.requester_relation) if part), guardian_present=order.guardian_present,
        staff_needed=order.staff_needed, bill=bill(shown, on, order.jurisdiction, provisional=state not in (State.PRICED, State.SETTLED, State.RATED)) if shown else None,
        events=_events(actor, order), coming=[str(text) for text in words.coming(order.state)], due_at=deadline(order),
        following=words.NEXT.get(order.state, ""), home=answers, is_home_answered=bool(home) and len(answers) == len(queries.home_risk_questions(order.jurisdiction, on)),
        home_concerns=any(answer.tone != "done" for answer in answers), assessment=said_of(assessed, queries.assessment_questions(order)), handover=handover, tubes=[words.TUBES[code] for code in handover.tubes] if handover else [],
        papers=_papers(order), links=seams.links(actor, order.pk, order.state), cancel_reason=order.cancel_reason,
        refund=yuan(refund.refund_fen) if order.quote and refund is not None and not isinstance(refund, Refusal) else "",
        may_assess=Event.ACCEPT in open_events, may_sign=Event.SIGN in open_events, may_cancel=Event.CANCEL in open_events,
        may_answer_home=state in (State.SUBMITTED, State.ACCEPTED, State.SIGNED, State.DISPATCHING, State.ASSIGNED) and _may_answer(actor),
        may_close=Event.CLOSE in open_events, is_call_back=is_call_back(order), resident_id=order.resident_id,
        may_see_resident=may(actor, Permission.RESIDENT_VIEW), uses=uses_of(request, order) if order.state in _TOLD else [],
    )  # fmt: skip


_TOLD = frozenset({State.CONFIRMED, State.PRICED, State.SETTLED, State.RATED, State.CLOSED})
"""States in which a visit's record may have filled the records of programmes."""


def _may_answer(actor: Actor) -> bool:
    return any(
        may(actor, right)
        for right in (Permission.ORDER_CREATE, Permission.ORDER_CREATE_ON_BEHALF, Permission.ORDER_ASSESS)
    )


def _requester(actor: Actor, order: queries.Order) -> str:
    return order.requester_name if is_own(actor) or not order.requester_name else masking.name(order.requester_name)


def _events(actor: Actor, order: queries.Order) -> list[Step]:
    made = (
        [Step(order.created_at, _("要求回电"), str(words.ROLES["resident"]), order.description, "wait")]
        if order.need == queries.UNSURE
        else []
    )
    for event in queries.timeline(actor, order):
        made.append(
            Step(
                event.at,
                str(words.DONE.get(event.event, event.event)),
                str(words.ROLES.get(event.role, event.role)),
                str(words.REASONS.get(event.facts.get("reason", ""), event.facts.get("reason", ""))),
                words.TONES.get(event.event, "done"),
            )
        )
    return made


def _answers(order: queries.Order, given: dict[str, str], on: Any) -> list[Answer]:
    found = []
    for question in queries.home_risk_questions(order.jurisdiction, on):
        answer = next((a for a in question.answers if a.code == given.get(question.code)), None)
        if answer is not None:
            tone, effect = words.EFFECTS[answer.effect.value]
            found.append(Answer(named(question), named(answer), tone, str(effect)))
    return found


def _papers(order: queries.Order) -> list[Paper]:
    found = []
    for paper, label in ((order.service_agreement, _("服务协议")), (order.consent, _("知情同意书"))):
        if paper is not None:
            found.append(Paper(label, reverse("agreements:paper", args=[paper.pk]), paper.signed_at is not None))
    return found
