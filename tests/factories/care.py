"""Orders in any state, made as people make them; `row` alone writes a bare draft for tests of the moves themselves."""

import uuid
from datetime import datetime, timedelta

from tests.cast import NOW, TOWN, Cast
from yijia.apps.care.models import Order, OrderItem
from yijia.core.orders.lifecycle import State


def row(cast: Cast, *, state: State = State.DRAFT, part: str = "elder", need: str = "dressing", wanted_from: datetime = NOW + timedelta(days=1), **more: object) -> Order:
    """A bare order at harbour in a state that needs no papers."""
    resident = cast.residents[part]
    made = Order.objects.create(
        organisation=cast.harbour, number=f"T{uuid.uuid4().hex[:12]}", client_id=uuid.uuid4(), jurisdiction=TOWN, resident=resident,
        household=resident.household, state=state, channel="self", need=need, wanted_from=wanted_from,
        wanted_until=wanted_from + timedelta(hours=1), created_at=NOW, state_at=NOW, **more,
    )  # fmt: skip
    OrderItem.objects.create(organisation=cast.harbour, order=made, item_code="NI-CL-01", duration_min=20)
    return made
