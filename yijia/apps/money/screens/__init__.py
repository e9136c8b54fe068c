"""The pages of money, each as a value."""

from .bills import bill, my_bills
from .books import held_because, holds, ledger, line, statement, voucher
from .desk import desk, receipt, refund, refund_receipt, take
from .fees import fee_page, fee_receipt, fee_rows
from .work import work

__all__ = [
    "bill",
    "desk",
    "fee_page",
    "fee_receipt",
    "fee_rows",
    "held_because",
    "holds",
    "ledger",
    "line",
    "my_bills",
    "receipt",
    "refund",
    "refund_receipt",
    "statement",
    "take",
    "voucher",
    "work",
]
