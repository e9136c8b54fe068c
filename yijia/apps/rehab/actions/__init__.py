"""Writes of rehabilitation by designated institutions."""

from yijia.apps.rehab.actions.choosing import choose_institution, follow_on, release_ended
from yijia.apps.rehab.actions.experts import name_expert, stand_down
from yijia.apps.rehab.actions.listing import apply_for_list, end_designation, lift_ban, move_case
from yijia.apps.rehab.actions.records import evaluate_month, settle_month, sign_month, take_back_month, train_parents

__all__ = [
    "apply_for_list", "choose_institution", "end_designation", "evaluate_month", "follow_on", "lift_ban", "move_case", "name_expert", "release_ended",
    "settle_month", "sign_month", "stand_down", "take_back_month", "train_parents",
]  # fmt: skip
