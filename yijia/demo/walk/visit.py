"""A visit of the walk, on the ordinary way: the order is assessed and signed, somebody goes, the record, the bill, the ledger."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from yijia.apps.care import actions as care
from yijia.apps.care import queries as care_queries
from yijia.apps.care.models import Duty, EpisodeRecord, Order
from yijia.apps.catalogue import actions as catalogue
from yijia.apps.catalogue import queries as catalogue_queries
from yijia.apps.money import actions as money
from yijia.apps.money import queries as money_queries
from yijia.apps.registry.models import Cover, Credential, Staff
from yijia.apps.visits import actions as visits
from yijia.apps.visits import queries as visit_queries
from yijia.apps.visits.models import Visit
from yijia.apps.visits.queries.sight import door_code
from yijia.base import editions, outbox
from yijia.base.errors import Refused
from yijia.core.calendar import business_date
from yijia.core.gate import home_risk
from yijia.core.permissions import Actor
from yijia.core.policy import Value
from yijia.core.visits.place import Place
from yijia.demo.drawing import signature
from yijia.demo.walk.stage import Walk, granted, person_at

PRICE_FEN, FEE_FEN = 4500, 13000
"""What the demonstration institution files for itself, where the place lets institutions set a price."""


def open_for(made: Walk, items: Collection[str]) -> None:
    """The institution offers these items, files the prices it may set itself, and names where it goes; what cannot be filed is told."""
    manager = made.officer("manager", organisation_id=made.house.pk)
    regulator = made.officer("regulator")
    at, on = made.at, business_date(made.at)
    for code in items:
        _attempt(made, lambda code=code: _offer(made, code, manager, regulator))
        price = editions.current().lookup(f"item:{code}", jurisdiction=made.house.jurisdiction, on=on)
        if isinstance(price, Value) and not price.value.get("price"):
            _attempt(
                made,
                lambda code=code: _file(
                    made, manager, regulator, kind="medical_price", code=code, amount_fen=PRICE_FEN
                ),
            )
            _attempt(made, lambda: _file(made, manager, regulator, kind="visit_fee", amount_fen=FEE_FEN))
    catalogue.set_service_area(organisation_id=made.house.pk, radius_km=Decimal(15), by=manager, at=at)


def _attempt(made: Walk, act: Any) -> None:
    """Something policy may not carry here: done, or its reason told."""
    try:
        with transaction.atomic():
            act()
    except Refused as refused:
        made.stop(refused.refusal)


def _offer(made: Walk, code: str, manager: Actor, regulator: Actor) -> None:
    row = catalogue.pick_item(organisation_id=made.house.pk, item_code=code, by=manager, at=made.at)
    written, _ = catalogue_queries.criteria(business_date(made.at), made.house.jurisdiction)
    answers = {criterion.code: {"met": True, "why": "已核对"} for criterion in written}
    catalogue.submit_item(offered_item_id=row.pk, criteria=answers, by=manager, at=made.at)
    catalogue.review_item(offered_item_id=row.pk, is_published=True, by=regulator, at=made.at)


def _file(made: Walk, manager: Actor, regulator: Actor, **what: Any) -> None:
    row = catalogue.draft_filing(
        organisation_id=made.house.pk, basis="服务成本与居民承受能力", effective_from=business_date(made.at), document_no="演示1号", by=manager, at=made.at, **what
    )  # fmt: skip
    catalogue.submit_filing(filing_id=row.pk, by=manager, at=made.at)
    catalogue.review_filing(filing_id=row.pk, by=regulator, at=made.at)
    catalogue.publish_filing(filing_id=row.pk, by=regulator, at=made.at)


def answers_at_home(made: Walk) -> dict[str, str]:
    """To each question about the home the first answer that worries nobody."""
    asked = care_queries.home_risk_questions(made.house.jurisdiction, business_date(made.at))
    return {
        one.code: next(answer.code for answer in one.answers if answer.effect is home_risk.Effect.NONE) for one in asked
    }


def fit_answers(order: Order) -> dict[str, bool | str]:
    """To each of the place's first questions the answer that lets the visit go on."""
    codes = care_queries.item_codes(order)
    asked = [one for one in care_queries.assessment_questions(order) if not one.items or one.items & codes]
    found: dict[str, bool | str] = {}
    for one in asked:
        fit = [choice.code for choice in one.choices_for(codes) if choice.effect is home_risk.Effect.NONE]
        found[one.code] = one.passes if one.passes is not None else fit[-1]
    return found


def visit_through(made: Walk, duty: Duty, order: Order) -> Visit:
    """An order of the plan from the first assessment to the ledger, each step by whoever does it."""
    doctor, family = made.actors["doctor"], made.actors["family"]
    care.accept_order(order_id=order.pk, answers=fit_answers(order), by=doctor, at=made.at)
    care.prepare_papers(order_id=order.pk, by=family, at=made.at)
    signer, name = made.signer()
    care.sign_order(
        order_id=order.pk, signer=signer, name=name, method="glass", image=signature(name), by=family, at=made.at
    )
    dispatcher = made.officer("dispatcher", organisation_id=made.house.pk)
    visit = visits.open_visit(order_id=order.pk, by=dispatcher, at=made.at)
    needed = visit_queries.candidates_for_system(order.pk).needed
    crew = [_fit(made, person) for person in _crew(made, order, needed)]
    visit = visits.assign(visit_id=visit.pk, staff_ids=[person.pk for person in crew], by=dispatcher, at=made.at)
    lead = granted(crew[0].user, crew[0].profession, made, staff_id=crew[0].pk, organisation_id=made.house.pk)
    _go(made, visit, lead, crew[0].name, name)
    made.at += timedelta(minutes=10)
    visits.confirm(visit_id=visit.pk, by=family, at=made.at)
    outbox.drain(at=made.at)
    _pay(made, order, name)
    order.refresh_from_db()
    records = EpisodeRecord.objects.filter(order=order).select_related("episode")
    bill = money_queries.bills_for_system([order.pk]).get(order.pk)
    made.note(
        "visit", activity=duty.activity, order=order.number, order_state=order.state, charged_fen=bill.total_fen if bill else None,
        voucher=bill.voucher if bill else "", fills=[{"programme": row.episode.programme, "activity": row.activity, "verdict": row.verdict} for row in records],
    )  # fmt: skip
    return visit


def _crew(made: Walk, order: Order, needed: int) -> list[Staff]:
    """Staff of the profession the items ask for, the walk's own first."""
    role = visit_queries.profession_of(visit_queries.gate_question_for_system(order.pk))
    own = [person for person in made.staff.values() if person.profession == role]
    while len(own) < needed:
        own.append(person_at(made.house, role, 60 + len(own), made.house.jurisdiction, made.at)[0])
    return own[:needed]


def _fit(made: Walk, person: Staff) -> Staff:
    """The papers and insurances without which the gate stays shut."""
    held = {"valid_from": date(2020, 1, 1), "valid_until": date(2090, 1, 1)}
    for kind in ("registration", "pre_service_training", "online_training", "specialty"):
        Credential.objects.get_or_create(
            organisation=made.house, staff=person, kind=kind, defaults={**held, "checked_at": made.at}
        )
    for kind in Cover.Kind.values:
        Cover.objects.get_or_create(
            organisation=made.house, staff=person, kind=kind, defaults={**held, "policy_no": f"DEMO-{person.pk}-{kind}"}
        )
    return person


def _go(made: Walk, visit: Visit, lead: Actor, nurse: str, family: str) -> None:
    home = made.resident.household
    door = Place(lon=home.lon, lat=home.lat, accuracy_m=10)
    made.at = max(made.at, visit.planned_from - timedelta(minutes=30))
    visits.depart(
        visit_id=visit.pk, place=Place(lon=made.house.lon, lat=made.house.lat, accuracy_m=10), by=lead, at=made.at
    )
    made.at = max(made.at + timedelta(minutes=10), visit.planned_from)
    visits.arrive(visit_id=visit.pk, code=door_code(visit), place=door, by=lead, at=made.at)
    made.at += timedelta(minutes=3)
    visits.pass_reassessment(visit_id=visit.pk, is_identified=True, is_well=True, is_safe=True, by=lead, at=made.at)
    items = list(visit.order.items.values_list("item_code", flat=True))
    asked = {one.code: False for one in visit_queries.questions_for_system(visit, made.at) if not one.column.unit}
    sheet = visits.Sheet(
        vitals={"systolic": (Decimal(128), "mmHg"), "diastolic": (Decimal(78), "mmHg"), "pulse": (72, "/min")}, items=dict.fromkeys(items, (True, "")),
        consumables={}, answers=asked, notes="按计划完成", advice="按时服药", waste_returned=True,
    )  # fmt: skip
    made.at += (visit.planned_until - visit.planned_from) * 0.8
    visits.write_record(visit_id=visit.pk, sheet=sheet, by=lead, at=made.at)
    for kind, signer in (("nurse_signature", nurse), ("family_signature", family)):
        visits.sign_record(visit_id=visit.pk, kind=kind, signer=signer, image=signature(signer), by=lead, at=made.at)
    made.at += timedelta(minutes=2)
    visits.complete(visit_id=visit.pk, place=door, by=lead, at=made.at)


def _pay(made: Walk, order: Order, payer: str) -> None:
    due = money_queries.balance_for_system(order.pk).payable
    if due:
        clerk = made.officer("clerk")
        money.take_payment(
            order_id=order.pk, client_id=uuid.uuid4(), amount_fen=due, payer_name=payer, by=clerk, at=made.at
        )
