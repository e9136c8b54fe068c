"""The pages of cases and of instruments, each as a value."""

from yijia.apps.cases.screens.cases import case_page, desk, notices, states
from yijia.apps.cases.screens.filling import apply_page, entry_page
from yijia.apps.cases.screens.instruments import instrument_page, instrument_row, instruments_page

__all__ = [
    "apply_page", "case_page", "desk", "entry_page", "instrument_page", "instrument_row", "instruments_page", "notices",
    "states",
]  # fmt: skip
