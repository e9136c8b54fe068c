"""Pages of referrals as values."""

from yijia.apps.referrals.screens.referrals import (
    FORMLESS,
    detail,
    document_page,
    move_form,
    of_resident,
    recorded,
    request_page,
    rows,
)

__all__ = [
    "FORMLESS",
    "detail",
    "document_page",
    "move_form",
    "of_resident",
    "recorded",
    "request_page",
    "rows",
]
