"""Writes of cases and of confirmed instruments."""

from yijia.apps.cases.actions.applying import apply, fill
from yijia.apps.cases.actions.assessing import assign, save_entry, submit_entry
from yijia.apps.cases.actions.handling import expire, move, reissue, warn
from yijia.apps.cases.actions.houses import apply_house, hand_in_sheet, move_house, state_figure, vote_house
from yijia.apps.cases.actions.instruments import confirm_instrument
from yijia.apps.cases.actions.voting import vote

__all__ = [
    "apply", "apply_house", "assign", "confirm_instrument", "expire", "fill", "hand_in_sheet", "move", "move_house", "reissue",
    "save_entry", "state_figure", "submit_entry", "vote", "vote_house", "warn",
]  # fmt: skip
