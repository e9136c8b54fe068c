"""Orders with money in every state, made by calling the actions."""

import uuid
from datetime import timedelta
from typing import Any

from tests.cast import NOW, TODAY, Cast
from tests.factories import catalogue as shops
from tests.factories import visits
from yijia.apps.care.models import Order
from yijia.apps.care.queries import quote_json
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.money import actions
from yijia.apps.money.models import Charge, Payment, Refund
from yijia.base import outbox
from yijia.core.permissions import SYSTEM
from yijia.core.refusal import Refusal

ITEM = shops.DRESSING
FEE_FEN, ITEM_FEN, PACK_FEN = 13000, 4500, 1250
QUOTED_FEN = FEE_FEN + ITEM_FEN
LATER = NOW + timedelta(hours=5)


def open_shop(cast: Cast) -> None:
    """Harbour with every price filed: visit 130.00, dressing 45.00, pack 12.50."""
    shops.open_shop(cast, cast.harbour, codes=(ITEM,))


def shown(cast: Cast, *, part: str = "elder") -> dict[str, Any]:
    """The quote that the resident was shown, as an order keeps it."""
    found = catalogue.quote(cast.harbour.pk, {ITEM: 1}, cast.residents[part].household, TODAY, "resident")
    assert not isinstance(found, Refusal), found
    return {"items": (ITEM,), "quote": quote_json(found), "quote_total_fen": found.total_fen}


def signed(cast: Cast, **more: Any) -> Order:
    """A signed order with its quote; harbour's shop must be open."""
    return visits.signed(cast, **(shown(cast) | more))


def confirmed(cast: Cast, *, packs: int = 0, **more: Any) -> Order:
    """A confirmed visit whose news has not been told yet."""
    visit = visits.completed(cast, **(shown(cast) | more))
    if packs:
        visit.record.consumables.create(organisation=cast.harbour, code="DRESSING-PACK", name="换药包", quantity=packs)
    visits.actions.confirm(visit_id=visit.pk, by=cast.actors["relative"], at=visit.finished_at + timedelta(minutes=5))
    return Order.objects.get(pk=visit.order_id)


def priced(cast: Cast, **more: Any) -> Order:
    """A confirmed visit, priced by the news of it."""
    open_shop(cast)
    order = confirmed(cast, **more)
    outbox.drain(at=LATER)
    order.refresh_from_db()
    return order


def paid(order: Order, cast: Cast, amount_fen: int, *, part: str = "clerk", **more: Any) -> Payment:
    given = {"client_id": uuid.uuid4(), "payer_name": "测试女儿", "at": LATER} | more
    return actions.take_payment(order_id=order.pk, amount_fen=amount_fen, by=cast.actors[part], **given)


def settled(cast: Cast, **more: Any) -> Order:
    """Priced and paid in full at the desk."""
    order = priced(cast, **more)
    paid(order, cast, Charge.objects.get(order=order).total_fen)
    order.refresh_from_db()
    return order


def refunded(payment: Payment, cast: Cast, amount_fen: int, reason: str = "overcharged", **more: Any) -> Refund:
    given = {"client_id": uuid.uuid4(), "at": LATER} | more
    return actions.refund(
        payment_id=payment.pk, amount_fen=amount_fen, reason_code=reason, by=cast.actors["manager"], **given
    )


def price_again(order: Order) -> Any:
    return actions.price_order(order_id=order.pk, by=SYSTEM, at=LATER)
