"""Orders in any state, made as people make them; `row` alone writes a bare draft for tests of the moves themselves."""

import base64
import uuid
from datetime import datetime, timedelta

from tests.cast import NOW, TOWN, Cast
from tests.factories import catalogue
from yijia.apps.care import actions
from yijia.apps.care.models import Order, OrderItem
from yijia.core.orders.lifecycle import State


def row(
    cast: Cast,
    *,
    state: State = State.DRAFT,
    part: str = "elder",
    need: str = "dressing",
    wanted_from: datetime = NOW + timedelta(days=1),
    **more: object,
) -> Order:
    """A bare order at harbour in a state that needs no papers."""
    resident = cast.residents[part]
    made = Order.objects.create(
        organisation=cast.harbour, number=f"T{uuid.uuid4().hex[:12]}", client_id=uuid.uuid4(), jurisdiction=TOWN, resident=resident,
        household=resident.household, state=state, channel="self", need=need, wanted_from=wanted_from,
        wanted_until=wanted_from + timedelta(hours=1), created_at=NOW, state_at=NOW, **more,
    )  # fmt: skip
    OrderItem.objects.create(organisation=cast.harbour, order=made, item_code="NI-CL-01", duration_min=20)
    return made


HOME = {
    "violence": "never", "intoxication": "no", "animals": "none", "companion": "present", "access": "safe", "signal": "good", "environment": "fit",
}  # fmt: skip
"""Answers about a home that worries nobody."""

FIT = {
    "stable": True,
    "suits_home": True,
    "allergic": False,
    "infectious": False,
    "aggressive": False,
    "wound_worse": False,
    "doctor_order": "not_needed",
}
"""A first assessment that lets an order go on."""


def wish(cast: Cast, **more: object) -> dict[str, object]:
    """What a resident asks for: a dressing tomorrow at ten, at harbour."""
    start = NOW + timedelta(days=1, hours=1)
    return {
        "client_id": uuid.uuid4(), "resident_id": cast.residents["elder"].pk, "organisation_id": cast.harbour.pk, "need": "dressing",
        "items": {catalogue.DRESSING: 1}, "wanted_from": start, "wanted_until": start + timedelta(hours=1), "home_risk": HOME, "guardian_present": True,
    } | more  # fmt: skip


def body(cast: Cast, **more: object) -> dict[str, object]:
    """The wish as the API takes it, with the price that was shown."""
    return wish(cast) | {"quoted_total": "175.00"} | more


def submitted(cast: Cast, *, part: str = "elder", at: datetime = NOW, **more: object) -> Order:
    """An order as `part` submits it; harbour must be open for orders (`catalogue.open_house`)."""
    return actions.submit_order(**wish(cast, **more), by=cast.actors[part], at=at)


def accepted(cast: Cast, *, at: datetime = NOW, **more: object) -> Order:
    order = submitted(cast, at=at, **more)
    return actions.accept_order(order_id=order.pk, answers=FIT, by=cast.actors["doctor"], at=at)


def signed(cast: Cast, *, at: datetime = NOW, **more: object) -> Order:
    order = accepted(cast, at=at, **more)
    resident = cast.residents["elder"]
    return actions.sign_order(
        order_id=order.pk,
        signer="resident",
        name=resident.name,
        method="glass",
        image=DRAWING,
        by=cast.actors["elder"],
        at=at,
    )


DRAWING = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"signature").decode()
