"""Writes of cases and of confirmed instruments."""

from yijia.apps.cases.actions.applying import apply, fill
from yijia.apps.cases.actions.assessing import assign, save_entry, submit_entry
from yijia.apps.cases.actions.handling import expire, move, reissue, warn
from yijia.apps.cases.actions.instruments import confirm_instrument
from yijia.apps.cases.actions.voting import vote

__all__ = [
    "apply", "assign", "confirm_instrument", "expire", "fill", "move", "reissue", "save_entry", "submit_entry", "vote",
    "warn",
]  # fmt: skip
