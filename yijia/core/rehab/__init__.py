"""Rehabilitation by designated institutions: categories, the guardian's choice, the month that may be settled, exit and ban."""

from yijia.core.rehab.choice import Place, may_choose, may_list
from yijia.core.rehab.exits import Ban, ExitReason, ban_until, read_exits, standing_ban
from yijia.core.rehab.month import Ceiling, Money, Month, month_of, quarter_of, settle
from yijia.core.rehab.rules import Category, categories_of, read_categories

__all__ = [
    "Ban", "Category", "Ceiling", "ExitReason", "Money", "Month", "Place", "ban_until", "categories_of", "may_choose", "may_list", "month_of",
    "quarter_of", "read_categories", "read_exits", "settle", "standing_ban",
]  # fmt: skip
