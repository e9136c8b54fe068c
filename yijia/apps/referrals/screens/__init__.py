"""Pages of referrals as values."""

from yijia.apps.referrals.screens.ask import door, request_page, told_of
from yijia.apps.referrals.screens.calls import call_page, calls, press_page
from yijia.apps.referrals.screens.consults import consult_page, consults, record_page, request_consult_page
from yijia.apps.referrals.screens.person import of_resident
from yijia.apps.referrals.screens.referrals import (
    FORMLESS,
    detail,
    document_page,
    move_form,
    recorded,
    rows,
)

__all__ = [
    "FORMLESS",
    "call_page",
    "calls",
    "consult_page",
    "consults",
    "detail",
    "document_page",
    "door",
    "move_form",
    "of_resident",
    "press_page",
    "record_page",
    "recorded",
    "request_consult_page",
    "request_page",
    "rows",
    "told_of",
]
