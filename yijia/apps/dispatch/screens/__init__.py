"""The dispatcher's pages as values."""

from yijia.apps.dispatch.screens.board import Board, PersonDay, board, get_ready, person_day, plan_strip
from yijia.apps.dispatch.screens.map import MapPage, map_page
from yijia.apps.dispatch.screens.move import MovePage, lanes, move_page
from yijia.apps.dispatch.screens.order import OrderPage, order_page
from yijia.apps.dispatch.screens.plans import Answers, PlanPage, answers, plan_card, plan_page
from yijia.apps.dispatch.screens.promise import PromisePage, begun_order, promise_page

__all__ = [
    "Answers",
    "Board",
    "MapPage",
    "MovePage",
    "OrderPage",
    "PersonDay",
    "PlanPage",
    "PromisePage",
    "answers",
    "begun_order",
    "board",
    "get_ready",
    "lanes",
    "map_page",
    "move_page",
    "order_page",
    "person_day",
    "plan_card",
    "plan_page",
    "plan_strip",
    "promise_page",
]
