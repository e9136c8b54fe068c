"""What happens to complaints and reviews; each name here is one action."""

from .complaints import answer_complaint, assign_complaint, close_complaint, file_complaint, reopen_complaint
from .reviews import decide_review, open_review

__all__ = [
    "answer_complaint", "assign_complaint", "close_complaint", "decide_review", "file_complaint", "open_review", "reopen_complaint",
]  # fmt: skip
