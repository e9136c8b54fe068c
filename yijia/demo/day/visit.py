"""One order's story from setting out to the rating: the road, the door, the record, the money."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from yijia.apps.care import actions as care
from yijia.apps.care.models import Order, OrderItem
from yijia.apps.money import actions as money
from yijia.apps.money import queries as money_queries
from yijia.apps.visits import actions as visits
from yijia.apps.visits import queries as visit_queries
from yijia.apps.visits.models import Alarm, Visit
from yijia.apps.visits.queries.sight import door_code
from yijia.core.catalogue.area import distance_km
from yijia.core.permissions import Actor
from yijia.core.visits.place import Place
from yijia.demo.county.plan import House
from yijia.demo.day.aftermath import complain, review
from yijia.demo.day.hands import acting, pay
from yijia.demo.day.stage import Stage, Story
from yijia.demo.day.wishes import Fate, Wish
from yijia.demo.drawing import signature

CITY_KMH = 24
FAR_DEG = 0.35  # some thirty-five kilometres off: nobody comes from there in a quarter of an hour
PRAISE = ("on_time", "gentle", "explains", "clean")


def on_the_road(stage: Stage, wish: Wish, house: House, order: Order, visit: Visit, at: datetime) -> Story:
    """Depart, and arrive unless somebody calls it off on the way."""
    rng, client = stage.rng, wish.client
    lead = next(iter(visit_queries.crew(visit.pk)))
    member = next(one for one in house.staff if one.id == lead.staff_id)
    nurse = stage.actor(member.user_id, member.profession, at)
    away_min = float(distance_km(*_where(stage, house, lead.staff_id), client.lon, client.lat)) / CITY_KMH * 60 + 8
    at = yield max(at, visit.planned_from - timedelta(minutes=min(90, away_min + 8)))
    started = None
    for _ in range(6):
        start = _where(stage, house, lead.staff_id)
        if wish.fate is Fate.TOO_FAST:
            start = (start[0] + FAR_DEG, start[1])
        started = stage.act(visits.depart, nurse, at, visit_id=visit.pk, place=_near(stage, *start))
        if started is not None:
            break
        at = yield stage.later(at, 8, 12)
    if started is None:
        return
    if wish.fate is Fate.CANCELLED_ON_THE_WAY:
        at = yield stage.later(at, 3, 6)
        stage.act(care.cancel_order, acting(stage, wish, at), at, order_id=order.pk, reason="老人已送医院")
        return
    if wish.fate is not Fate.TOO_FAST:
        at = yield at + timedelta(minutes=away_min / 2)
        middle = ((client.lon + start[0]) / 2, (client.lat + start[1]) / 2)
        stage.act(visits.track, nurse, at, visit_id=visit.pk, place=_near(stage, *middle))
        at = yield max(at + timedelta(minutes=away_min / 2), visit.planned_from - timedelta(minutes=rng.randint(2, 12)))
    else:
        at = yield stage.later(at, 12, 14)
    if not _arrive(stage, wish, nurse, visit, at):
        return
    stage.places[lead.staff_id] = (client.lon, client.lat)
    yield from _at_the_door(stage, wish, house, order, visit, nurse, member.name, at)


def _where(stage: Stage, house: House, staff_id: int) -> tuple[float, float]:
    return stage.places.get(staff_id, (house.lon, house.lat))


def _near(stage: Stage, lon: float, lat: float) -> Place:
    """What a phone reports: a few dozen metres off."""
    rng = stage.rng
    return Place(
        lon=round(lon + rng.gauss(0, 0.0002), 6), lat=round(lat + rng.gauss(0, 0.0002), 6), accuracy_m=float(rng.randint(6, 45))
    )  # fmt: skip


def _arrive(stage: Stage, wish: Wish, nurse: Actor, visit: Visit, at: datetime) -> bool:
    place = _near(stage, wish.client.lon, wish.client.lat)
    if wish.fate is Fate.NO_LOCATION:
        place = Place(error="refused")
    elif wish.fate is Fate.MOCKED:
        place = Place(lon=place.lon, lat=place.lat, accuracy_m=5.0, is_mocked=True)
    code = door_code(visit)
    if wish.fate is Fate.WRONG_CODE:
        stage.act(
            visits.arrive, nurse, at, visit_id=visit.pk, code="000000" if code != "000000" else "111111", place=place
        )
    has_no_code = wish.fate in (Fate.NO_LOCATION, Fate.NOBODY_HOME) or stage.rng.random() < 0.06
    given = "" if has_no_code else code
    return (
        stage.act(visits.arrive, nurse, at, visit_id=visit.pk, code=given, has_no_code=has_no_code, place=place)
        is not None
    )


def _at_the_door(
    stage: Stage, wish: Wish, house: House, order: Order, visit: Visit, nurse: Actor, nurse_name: str, at: datetime
) -> Story:
    at = yield stage.later(at, 2, 5)
    if wish.fate is Fate.CANCELLED_TOO_LATE:
        stage.act(
            care.cancel_order, acting(stage, wish, at), at, order_id=order.pk, reason="不想做了"
        )  # refused: she is here
    if wish.fate is Fate.NOBODY_HOME:
        at = yield stage.later(at, 12, 16)
        stage.act(
            visits.no_show,
            nurse,
            at,
            visit_id=visit.pk,
            note="敲门无人应答",
            place=_near(stage, wish.client.lon, wish.client.lat),
        )
        return
    seen = {"is_identified": True, "is_well": wish.fate is not Fate.ABORTED, "is_safe": True}
    stage.act(visits.pass_reassessment, nurse, at, visit_id=visit.pk, **seen)
    if wish.fate is Fate.ABORTED:
        stage.act(
            visits.abort,
            nurse,
            at,
            visit_id=visit.pk,
            reason="unwell",
            note="血压过高，建议就医",
            place=_near(stage, wish.client.lon, wish.client.lat),
        )
        return
    norm = visit.planned_until - visit.planned_from
    if wish.fate is Fate.SOS:
        at = yield stage.later(at, 3, 5)
        at = yield from _sos(stage, house, nurse, visit, at)
    at = yield at + norm * stage.rng.uniform(0.55, 0.7)
    _record(stage, wish, nurse, nurse_name, order, visit, at)
    at = yield at + norm * stage.rng.uniform(0.1, 0.25)
    if wish.fate is Fate.DEAD_MAN:
        at = yield from _silent(stage, house, visit, at)
    done = stage.act(
        visits.complete, nurse, at, visit_id=visit.pk, place=_near(stage, wish.client.lon, wish.client.lat)
    )
    if done is not None:
        yield from _afterwards(stage, wish, house, order, visit, at)


def _sos(stage: Stage, house: House, nurse: Actor, visit: Visit, at: datetime) -> Story:
    """Pressed, taken, answered and closed, each at its second."""
    pressed = stage.act(
        visits.press_sos,
        nurse,
        at,
        visit_id=visit.pk,
        client_id=UUID(int=stage.rng.getrandbits(128), version=4),
        place=_near(stage, 0, 0),
    )
    if pressed is None:
        return at
    desk = stage.actor(house.dispatcher, "dispatcher", at)
    at = yield at + timedelta(seconds=23)
    stage.act(visits.acknowledge_alarm, desk, at, alarm_id=pressed.pk)
    at = yield at + timedelta(seconds=70)
    stage.act(visits.respond_alarm, desk, at, alarm_id=pressed.pk, note="已电话联系护士并请社区民警上门")
    at = yield at + timedelta(minutes=6)
    stage.act(visits.close_alarm, desk, at, alarm_id=pressed.pk, outcome="家属酒后争吵，已劝离，护士安全，继续服务")
    return at


def _silent(stage: Stage, house: House, visit: Visit, at: datetime) -> Story:
    """The nurse forgets to check out; the timer calls her, then the desk."""
    at = yield max(at, visit.planned_until + timedelta(minutes=24))
    alarm = Alarm.objects.filter(visit_id=visit.pk, kind=Alarm.Kind.DEAD_MAN, closed_at__isnull=True).first()
    if alarm is None:
        return at
    desk = stage.actor(house.dispatcher, "dispatcher", at)
    stage.act(visits.acknowledge_alarm, desk, at, alarm_id=alarm.pk)
    at = yield stage.later(at, 1, 2)
    stage.act(visits.close_alarm, desk, at, alarm_id=alarm.pk, outcome="电话接通：护士忘记签退，人安全")
    return at


def _record(stage: Stage, wish: Wish, nurse: Actor, nurse_name: str, order: Order, visit: Visit, at: datetime) -> None:
    rng = stage.rng
    systolic = rng.randint(112, 158)
    sheet = visits.Sheet(
        vitals={
            "temperature": (Decimal(rng.randint(361, 371)) / 10, "degC"), "pulse": (rng.randint(62, 96), "/min"), "respiration": (rng.randint(14, 20), "/min"),
            "systolic": (systolic, "mmHg"), "diastolic": (systolic - rng.randint(38, 60), "mmHg"), "spo2": (rng.randint(94, 99), "%"),
        },
        items=dict.fromkeys(OrderItem.objects.filter(order=order).values_list("item_code", flat=True), (True, "")),
        consumables={}, notes="演示记录：操作顺利，无不适。", advice="演示：注意休息，按时复诊。", waste_returned=True,
    )  # fmt: skip
    stage.act(visits.write_record, nurse, at, visit_id=visit.pk, sheet=sheet)
    stage.act(visits.sign_record, nurse, at, visit_id=visit.pk, kind="nurse_signature", image=signature(nurse_name))
    stage.act(
        visits.sign_record,
        nurse,
        at,
        visit_id=visit.pk,
        kind="family_signature",
        signer=wish.client.signer,
        image=signature(wish.client.signer),
    )


def _afterwards(stage: Stage, wish: Wish, house: House, order: Order, visit: Visit, at: datetime) -> Story:
    """The family's word, the review, the bill, the rating."""
    family = acting(stage, wish, at)
    is_silent = stage.rng.random() < 0.2 and wish.fate is Fate.PLAIN
    at = yield stage.later(at, 10, 90)
    if is_silent:
        return
    if Order.objects.filter(pk=order.pk, state="completed").exists():
        is_done = wish.fate is not Fate.DISPUTED
        stage.act(
            visits.confirm, family, at, visit_id=visit.pk, is_done=is_done, words="" if is_done else "护士只待了几分钟"
        )
    if Order.objects.filter(pk=order.pk, state="under_review").exists():
        at = yield stage.later(at, 20, 60)
        review(stage, house, visit, at, is_cleared=wish.fate is not Fate.MOCKED)
    at = yield stage.later(at, 5, 40)
    if wish.fate is Fate.ON_CREDIT:
        _overpay(stage, order.pk, wish.client.signer, at)
        return
    pay(stage, order.pk, wish.client.signer, at)
    if wish.fate is Fate.COMPLAINT:
        at = yield stage.later(at, 5, 20)
        at = yield from complain(stage, house, family, order, at)
    at = yield stage.later(at, 3, 60)
    if stage.rng.random() < 0.65 and Order.objects.filter(pk=order.pk, state="settled").exists():
        stars = stage.rng.choices((5, 4, 3, 2), (70, 22, 6, 2))[0]
        stage.act(
            visits.rate,
            family,
            at,
            visit_id=visit.pk,
            stars=stars,
            tags=[stage.rng.choice(PRAISE)] if stars > 3 else ["late"],
        )


def _overpay(stage: Stage, order_id: int, payer: str, at: datetime) -> None:
    """Somebody hands over more than is due; the desk may not take it, and the bill stays open."""
    due = money_queries.balance_for_system(order_id).payable
    clerk = stage.actor(stage.county.officials["clerk"], "clerk", at)
    client_id = UUID(int=stage.rng.getrandbits(128), version=4)
    stage.act(
        money.take_payment, clerk, at, order_id=order_id, client_id=client_id, amount_fen=due + 5000, payer_name=payer
    )
