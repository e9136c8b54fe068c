"""Reading money: balances, bills, payments, the ledger, and whether it all agrees."""

from .balances import PREPAYABLE, Balance, balance, balance_for_system, bills_for_system, with_money
from .bills import Bill, BillLine, bill_of, get_bill, get_line
from .books import (
    DayRow,
    Trial,
    charges_between,
    daily_shares,
    get_voucher,
    lines_behind,
    list_vouchers,
    statement,
    trial,
)
from .fees import (
    Fees,
    entry_of,
    fees_due,
    fees_of_episode,
    get_fee_receipt,
    receipts_of_episode,
    vouchers_of_episode,
)
from .given import Given, given_for_system
from .integrity import Fault, Report, verify_for_system
from .names import kept_name, name_of_line, shown_name
from .rows import (
    get_hold,
    get_payment,
    get_refund,
    list_holds,
    list_payments,
    list_refunds,
    list_settlements,
    money_of_order,
    money_of_orders,
)
from .sight import visible, visible_vouchers
from .work import WorkRow, work_of

__all__ = [
    "PREPAYABLE",
    "Balance",
    "Bill",
    "BillLine",
    "DayRow",
    "Fault",
    "Fees",
    "Given",
    "Report",
    "Trial",
    "WorkRow",
    "balance",
    "balance_for_system",
    "bill_of",
    "bills_for_system",
    "charges_between",
    "daily_shares",
    "entry_of",
    "fees_due",
    "fees_of_episode",
    "get_bill",
    "get_fee_receipt",
    "get_hold",
    "get_line",
    "get_payment",
    "get_refund",
    "get_voucher",
    "given_for_system",
    "kept_name",
    "lines_behind",
    "list_holds",
    "list_payments",
    "list_refunds",
    "list_settlements",
    "list_vouchers",
    "money_of_order",
    "money_of_orders",
    "name_of_line",
    "receipts_of_episode",
    "shown_name",
    "statement",
    "trial",
    "verify_for_system",
    "visible",
    "visible_vouchers",
    "vouchers_of_episode",
    "with_money",
    "work_of",
]
