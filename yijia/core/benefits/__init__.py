"""Benefits: who is entitled to what, why and why not, for one person and for millions, from policy data alone."""

from yijia.core.benefits.entitlement import Because, Beside, Confirmation, Entitlement, Verdict, entitlements
from yijia.core.benefits.month import Clawback, Due, Month, VoucherUse, clawback, due, paid_until, voucher_use
from yijia.core.benefits.scheme import (
    Amount,
    Changes,
    Offer,
    Overlap,
    Scheme,
    Unit,
    UnknownKey,
    changeable,
    offer_for,
    overlaps_of,
    parse_changes,
    schemes_of,
)
from yijia.core.benefits.vocabulary import FACTS, PERSON, age, row_on

__all__ = [
    "FACTS", "PERSON", "Amount", "Because", "Beside", "Changes", "Clawback", "Confirmation", "Due", "Entitlement", "Month",
    "Offer", "Overlap", "Scheme", "Unit", "UnknownKey", "Verdict", "VoucherUse", "age", "changeable", "clawback", "due",
    "entitlements", "offer_for", "overlaps_of", "paid_until", "parse_changes", "row_on", "schemes_of", "voucher_use",
]  # fmt: skip
