"""One order's story until somebody sets out: asked, assessed, signed, dispatched."""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

from yijia.apps.care import actions as care
from yijia.apps.care import queries as care_queries
from yijia.apps.care.models import Order
from yijia.apps.visits import actions as visits
from yijia.apps.visits import queries as visit_queries
from yijia.apps.visits.models import Offer, Visit
from yijia.core.calendar import local
from yijia.core.gate import first_assessment
from yijia.core.permissions import Actor
from yijia.demo.county.plan import House, Member
from yijia.demo.day.hands import acting, pay
from yijia.demo.day.stage import Stage, Story
from yijia.demo.day.visit import on_the_road
from yijia.demo.day.wishes import TROUBLE_OF, Fate, Wish
from yijia.demo.drawing import signature
from yijia.demo.troubles import label

ROUNDS = 5
SPARE = timedelta(minutes=100)
PREPAID_SHARE = 0.3
REASONS = ("病情不稳定，建议先到医院就诊", "需要住院观察，不适合居家", "项目与病情不符，请先面诊")
DECLINES = ("时间冲突", "路太远", "当天已满")


def fit_answers(order: Order) -> dict[str, bool | str]:
    """What a doctor answers of a patient in whose way nothing stands."""
    answers = first_assessment.passing(care_queries.assessment_questions(order), care_queries.item_codes(order))
    return answers | ({first_assessment.DOCTOR_ORDER: "seen"} if order.prescription else {})


def order_story(stage: Stage, wish: Wish) -> Story:
    """The whole way of one request."""
    at = yield wish.asked_at
    house = next(house for house in stage.county.houses if house.id == wish.house_id)
    order = _ask(stage, wish, house, at)
    if order is None:
        return
    if wish.fate in TROUBLE_OF:
        stage.troubles.append(label(TROUBLE_OF[wish.fate], order.number, order_id=order.pk))
    family = acting(stage, wish, at)
    if wish.fate is Fate.CANCELLED_EARLY:
        at = yield stage.later(at, 8, 20)
        stage.act(care.cancel_order, family, at, order_id=order.pk, reason="家里有别的安排")
        return
    at = yield _office(stage.later(at, 5, 20))
    doctor = stage.actor(house.doctors[0].user_id, "doctor", at)
    if wish.fate is Fate.REJECTED:
        stage.act(care.reject_order, doctor, at, order_id=order.pk, reason=stage.rng.choice(REASONS))
        return
    stage.act(care.accept_order, doctor, at, order_id=order.pk, answers=fit_answers(order), note="演示评估")
    dispatcher = stage.actor(house.dispatcher, "dispatcher", at)
    if wish.fate is Fate.UNSIGNED:
        at = yield stage.later(at, 20, 40)
        stage.act(visits.open_visit, dispatcher, at, order_id=order.pk)  # refused: nobody has signed
        return
    at = yield stage.later(at, 4, 18)
    _sign(stage, wish, order, at)
    if wish.fate is not Fate.ON_CREDIT and stage.rng.random() < PREPAID_SHARE:
        pay(stage, order.pk, wish.client.signer, at)
    at = yield stage.later(at, 1, 6)
    visit = stage.act(visits.open_visit, dispatcher, at, order_id=order.pk)
    if visit is None:
        return
    at = yield from _dispatch(stage, house, dispatcher, visit, at)
    if not _is_assigned(order.pk):
        return
    if wish.fate is Fate.CANCELLED_ASSIGNED:
        at = yield stage.later(at, 5, 15)
        stage.act(care.cancel_order, family, at, order_id=order.pk, reason="临时住院")
        return
    if wish.fate is Fate.NURSE_ILL:
        at = yield stage.later(at, 5, 15)
        stage.act(visits.release, dispatcher, at, visit_id=visit.pk, reason="护士生病", is_offered_again=False)
        at = yield from _dispatch(stage, house, dispatcher, visit, at)
        if not _is_assigned(order.pk):
            return
    yield from on_the_road(stage, wish, house, order, visit, at)


def _ask(stage: Stage, wish: Wish, house: House, at: datetime) -> Order | None:
    common: dict[str, Any] = {
        "client_id": wish.client_id, "resident_id": wish.client.id, "organisation_id": house.id, "need": wish.need, "items": wish.items,
        "wanted_from": wish.wanted_from, "wanted_until": wish.wanted_until, "prescription": wish.prescription, "home_risk": wish.home_risk,
        "guardian_present": True,
    }  # fmt: skip
    if wish.channel == "discharge":
        doctor = stage.actor(house.doctors[0].user_id, "doctor", at)
        told = {
            "diagnosis": "演示：脑梗死恢复期",
            "summary": "演示：病情平稳，出院后需居家护理。",
            "discharged_on": local(at).date() - timedelta(days=1),
        }
        made = stage.act(care.hand_over, doctor, at, **common, **told)
    elif wish.channel == "desk":
        clerk = stage.actor(stage.county.officials["clerk2"], "clerk", at)
        made = stage.act(
            care.submit_order,
            clerk,
            at,
            **common,
            requester_name=wish.client.signer,
            requester_relation=wish.client.relation,
        )
    else:
        made = stage.act(care.submit_order, acting(stage, wish, at), at, **common, description="演示订单")
    return made if isinstance(made, Order) else None


def _sign(stage: Stage, wish: Wish, order: Order, at: datetime) -> None:
    client = wish.client
    if wish.channel == "desk" and stage.rng.random() < 0.5:
        clerk = stage.actor(stage.county.officials["clerk2"], "clerk", at)
        stage.act(care.sign_order, clerk, at, order_id=order.pk, signer="resident", name=client.name, method="spoken")
        return
    signer = "proxy" if client.is_family else "resident"
    stage.act(
        care.sign_order, acting(stage, wish, at), at, order_id=order.pk, signer=signer, name=client.signer, relation=client.relation, method="glass",
        image=signature(client.signer),
    )  # fmt: skip


def _dispatch(
    stage: Stage, house: House, dispatcher: Actor, visit: Visit, at: datetime
) -> Generator[datetime, datetime, datetime]:
    """Hold the visit out until somebody takes it; after some rounds the dispatcher sends the best ranked."""
    staff = {member.id: member for member in house.staff}
    for _ in range(ROUNDS):
        found = visit_queries.candidates_for_system(visit.order_id)
        _twice(stage, dispatcher, visit, found, at)
        waiting = set(Offer.objects.filter(visit=visit, state="offered").values_list("staff_id", flat=True))
        free = [one.staff_id for one in found.ranking.ranked if one.staff_id not in waiting]
        asked = free[: found.needed + 1]
        if not asked:  # everybody is taken: look again in a while, as long as there is time
            if at + SPARE > visit.planned_from:
                break
            at = yield stage.later(at, 25, 45)
            continue
        offers = stage.act(visits.offer, dispatcher, at, visit_id=visit.pk, staff_ids=asked) or []
        at = yield from _answers(stage, staff, offers, at)
        if _is_assigned(visit.order_id):
            return at
    found = visit_queries.candidates_for_system(visit.order_id)
    best = [one.staff_id for one in found.ranking.ranked[: found.needed]]
    if len(best) == found.needed:
        stage.act(visits.assign, dispatcher, at, visit_id=visit.pk, staff_ids=best)
    return at


def _twice(stage: Stage, dispatcher: Actor, visit: Visit, found: visit_queries.Candidates, at: datetime) -> None:
    """Once a day a dispatcher tries to send a nurse who is with somebody else at that hour."""
    if any(trouble["code"] == "two_at_once" for trouble in stage.troubles):
        return
    for excluded in found.ranking.excluded:
        if [reason.code for reason in excluded.reasons] == ["dispatch.time_taken"]:
            stage.act(visits.assign, dispatcher, at, visit_id=visit.pk, staff_ids=[excluded.staff_id])
            stage.troubles.append(
                label("two_at_once", visit.order.number, visit_id=visit.pk, staff_id=excluded.staff_id)
            )
            return


def _answers(
    stage: Stage, staff: dict[int, Member], offers: list[Offer], at: datetime
) -> Generator[datetime, datetime, datetime]:
    """Each nurse says yes, no or nothing, in her own time."""
    answers = sorted((stage.later(at, 1, 12), held.pk, held) for held in offers)
    for when, _, held in answers:
        chance = stage.rng.random()
        if chance > 0.95:
            continue
        at = yield max(when, at)
        if Offer.objects.filter(pk=held.pk, state="offered").exists():
            member = staff[held.staff_id]
            who = stage.actor(member.user_id, member.profession, at)
            reason = "" if chance < 0.85 else stage.rng.choice(DECLINES)
            stage.act(visits.answer_offer, who, at, offer_id=held.pk, is_accepted=chance < 0.85, reason=reason)
    return at


def _is_assigned(order_id: int) -> bool:
    return Order.objects.filter(pk=order_id, state="assigned").exists()


def _office(at: datetime) -> datetime:
    """Not before eight, and not after eight in the evening."""
    here = local(at)
    if here.hour < 7:
        return at + (here.replace(hour=7, minute=5) - here)
    return at if here.hour < 20 else at + timedelta(hours=11)
