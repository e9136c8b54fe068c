"""What moves benefits; each name here is one action."""

from .differences import settle_difference, settle_differences
from .orders import confirm_evidence, export_batch, release_many, settle_batch, step_order
from .proposals import propose, take_snapshot, withdraw_proposal
from .review import note_pass, review_people, review_person
from .steps import step, step_many

__all__ = [
    "confirm_evidence",
    "export_batch",
    "note_pass",
    "propose",
    "release_many",
    "review_people",
    "review_person",
    "settle_batch",
    "settle_difference",
    "settle_differences",
    "step",
    "step_many",
    "step_order",
    "take_snapshot",
    "withdraw_proposal",
]
