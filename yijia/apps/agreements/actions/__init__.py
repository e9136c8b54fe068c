"""What is written: papers of a resident; agreements between institutions, their signatures, performance and breaches."""

from yijia.apps.agreements.actions.codes import countersign, give_code, sign_at_door, sign_by_code
from yijia.apps.agreements.actions.cooperations import (
    draft_cooperation,
    move_cooperation,
    redraft_cooperation,
    renew_cooperation,
)
from yijia.apps.agreements.actions.papers import prepare, revoke, sign
from yijia.apps.agreements.actions.performance import (
    answer_breach,
    decide_breach,
    record_performance,
    review_cooperations,
    uncount_performance,
)
from yijia.apps.agreements.actions.signing import sign_cooperation

__all__ = [
    "answer_breach",
    "countersign",
    "decide_breach",
    "draft_cooperation",
    "give_code",
    "move_cooperation",
    "prepare",
    "record_performance",
    "redraft_cooperation",
    "renew_cooperation",
    "review_cooperations",
    "revoke",
    "sign",
    "sign_at_door",
    "sign_by_code",
    "sign_cooperation",
    "uncount_performance",
]
