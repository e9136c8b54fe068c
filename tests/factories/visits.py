"""Visits in any state, made by calling the actions; papers and answers are laid down as the gate wants them."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.cast import NOW, TOWN, Cast
from yijia.apps.agreements.models import Agreement
from yijia.apps.care.models import Assessment, HomeRisk, Order, OrderItem
from yijia.apps.catalogue.models import OfferedItem
from yijia.apps.registry.models import Staff
from yijia.apps.visits import actions
from yijia.apps.visits.models import Offer, Visit
from yijia.apps.visits.queries import door_code
from yijia.base import crypto
from yijia.core.agreements.paper import canonical
from yijia.core.people import phone as phones
from yijia.core.visits.place import Place

WHEN = NOW + timedelta(hours=2)  # Monday 11:00
CALM = {
    "violence": "never", "intoxication": "no", "animals": "none", "companion": "present", "access": "safe", "signal": "good", "environment": "fit",
}  # fmt: skip
VERDICTS = {"aggressive": False, "infectious": False, "allergic": False, "doctor_order": "not_needed"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
DATA_URL = "data:image/png;base64,iVBORw0KGgoAAAA="


def paper(cast: Cast, kind: str, resident: Any, codes: list[str]) -> Agreement:
    text = {
        "zh": {"title": "测试", "clauses": []},
        "en": {"title": "Test", "clauses": []},
        "fields": {"item_codes": codes},
        "template": {"evidence": "derived"},
    }
    return Agreement.objects.create(
        organisation=cast.harbour, kind=kind, resident=resident, template_key="agreement:test", template_edition="test/1", text=text,
        text_sm3=crypto.sm3(canonical(text)), valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1), created_at=NOW, signed_at=NOW,
    )  # fmt: skip


def signed(
    cast: Cast, *, part: str = "elder", items: tuple[str, ...] = ("NI-CL-01",), wanted_from: datetime = WHEN, answers: dict[str, str] | None = None,
    need: str = "chronic", verdicts: dict[str, Any] | None = None,
    is_assessed: bool = True, **more: Any,
) -> Order:  # fmt: skip
    """A signed order whose gate is green, unless the facts given say otherwise."""
    resident = cast.residents[part]
    codes = list(items)
    for code in codes:
        OfferedItem.objects.get_or_create(
            organisation=cast.harbour, item_code=code, defaults={"state": "published", "picked_at": NOW}
        )
    order = Order.objects.create(
        organisation=cast.harbour, number=f"T{uuid.uuid4().hex[:12]}", client_id=uuid.uuid4(), jurisdiction=TOWN, resident=resident,
        household=resident.household, state="signed", channel="self", need=need, wanted_from=wanted_from, wanted_until=wanted_from + timedelta(hours=2),
        guardian_present=True, service_agreement=paper(cast, "service", resident, codes), consent=paper(cast, "consent", resident, codes),
        created_at=NOW, state_at=NOW, **more,
    )  # fmt: skip
    for code in codes:
        OrderItem.objects.create(organisation=cast.harbour, order=order, item_code=code, duration_min=20)
    if is_assessed:
        Assessment.objects.create(
            organisation=cast.harbour,
            order=order,
            kind="first",
            is_passed=True,
            assessed_at=NOW,
            answers=VERDICTS | (verdicts or {}),
        )
    HomeRisk.objects.create(
        organisation=cast.harbour, order=order, answers=CALM if answers is None else answers, answered_at=NOW
    )
    return order


def opened(cast: Cast, **more: Any) -> Visit:
    """A visit looking for its nurse."""
    return actions.open_visit(order_id=signed(cast, **more).pk, by=cast.actors["dispatcher"], at=NOW)


def offered(cast: Cast, *parts: str, **more: Any) -> tuple[Visit, list[Offer]]:
    visit = opened(cast, **more)
    made = actions.offer(
        visit_id=visit.pk,
        staff_ids=[cast.staff[p].pk for p in parts or ("nurse",)],
        by=cast.actors["dispatcher"],
        at=NOW,
    )
    return visit, made


def assigned(cast: Cast, *parts: str, **more: Any) -> Visit:
    """A visit the nurses were sent to directly."""
    visit = opened(cast, **more)
    return actions.assign(
        visit_id=visit.pk,
        staff_ids=[cast.staff[p].pk for p in parts or ("nurse",)],
        by=cast.actors["dispatcher"],
        at=NOW,
    )


def at_home(visit: Visit, *, off_m: float = 0, **more: Any) -> Place:
    """Where the phone is when it stands at the home, or so many metres north of it."""
    home = visit.order.household
    return Place(lon=home.lon, lat=home.lat + off_m / 111_195, accuracy_m=10, **more)


def departed(cast: Cast, **more: Any) -> Visit:
    visit = assigned(cast, **more)
    base = cast.staff["nurse"]
    return actions.depart(
        visit_id=visit.pk,
        place=Place(lon=base.lon, lat=base.lat, accuracy_m=10),
        by=cast.actors["nurse"],
        at=visit.planned_from - timedelta(minutes=30),
    )


def arrived(cast: Cast, *, place: Place | None = None, **more: Any) -> Visit:
    visit = departed(cast, **more)
    return actions.arrive(
        visit_id=visit.pk,
        code=door_code(visit),
        place=place or at_home(visit),
        by=cast.actors["nurse"],
        at=visit.planned_from,
    )


def in_service(cast: Cast, **more: Any) -> Visit:
    visit = arrived(cast, **more)
    return actions.pass_reassessment(
        visit_id=visit.pk,
        is_identified=True,
        is_well=True,
        is_safe=True,
        by=cast.actors["nurse"],
        at=visit.planned_from + timedelta(minutes=3),
    )


def sheet(visit: Visit, **more: Any) -> actions.Sheet:
    codes = visit.order.items.values_list("item_code", flat=True)
    given: dict[str, Any] = {
        "vitals": {"systolic": (Decimal(132), "mmHg"), "diastolic": (Decimal(78), "mmHg"), "pulse": (72, "/min")},
        "items": dict.fromkeys(codes, (True, "")), "consumables": {}, "notes": "精神好", "advice": "多喝水", "waste_returned": True,
    }  # fmt: skip
    return actions.Sheet(**given | more)


def recorded(cast: Cast, **more: Any) -> Visit:
    visit = in_service(cast, **more)
    actions.write_record(
        visit_id=visit.pk, sheet=sheet(visit), by=cast.actors["nurse"], at=visit.started_at + timedelta(minutes=15)
    )
    return visit


def signed_off(cast: Cast, **more: Any) -> Visit:
    visit = recorded(cast, **more)
    for kind, signer in (("nurse_signature", ""), ("family_signature", "测试relative")):
        actions.sign_record(
            visit_id=visit.pk,
            kind=kind,
            signer=signer,
            image=DATA_URL,
            by=cast.actors["nurse"],
            at=visit.started_at + timedelta(minutes=18),
        )
    return visit


def completed(cast: Cast, *, after_min: int = 20, out: Place | None = None, **more: Any) -> Visit:
    visit = signed_off(cast, **more)
    return actions.complete(
        visit_id=visit.pk,
        place=out or at_home(visit),
        by=cast.actors["nurse"],
        at=visit.started_at + timedelta(minutes=after_min),
    )


def confirmed(cast: Cast, **more: Any) -> Visit:
    visit = completed(cast, **more)
    return actions.confirm(visit_id=visit.pk, by=cast.actors["relative"], at=visit.finished_at + timedelta(minutes=5))


def settled(cast: Cast, **more: Any) -> Visit:
    """A confirmed visit whose order has been priced and paid."""
    visit = confirmed(cast, **more)
    Order.objects.filter(pk=visit.order_id).update(state="settled")
    visit.order.refresh_from_db()
    return visit


def with_phone(staff: Staff, serial: int) -> None:
    number = phones.synthetic(serial)
    staff.phone_enc = crypto.seal(number, "registry.staff.phone")
    staff.save(update_fields=["phone_enc"])
