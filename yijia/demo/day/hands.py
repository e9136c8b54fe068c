"""Who acts for an elder, and who takes the money."""

from datetime import datetime
from uuid import UUID

from yijia.apps.money import actions as money
from yijia.apps.money import queries as money_queries
from yijia.core.permissions import Actor
from yijia.demo.day.stage import Stage
from yijia.demo.day.wishes import Wish


def acting(stage: Stage, wish: Wish, at: datetime) -> Actor:
    """Who acts for the elder from home."""
    return stage.actor(wish.client.user_id, "family" if wish.client.is_family else "resident", at)


def pay(stage: Stage, order_id: int, payer: str, at: datetime) -> None:
    """Whatever can be paid now is paid at the desk."""
    due = money_queries.balance_for_system(order_id).payable
    if due:
        clerk = stage.actor(stage.county.officials["clerk"], "clerk", at)
        client_id = UUID(int=stage.rng.getrandbits(128), version=4)
        stage.act(
            money.take_payment, clerk, at, order_id=order_id, client_id=client_id, amount_fen=due, payer_name=payer
        )
