"""The dispatcher's pages as values."""

from yijia.apps.dispatch.screens.board import Board, board
from yijia.apps.dispatch.screens.order import OrderPage, order_page

__all__ = ["Board", "OrderPage", "board", "order_page"]
