"""The ledger's entries: for each thing that happens to money, postings that sum to zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yijia.core.calendar import business_date
from yijia.core.pricing.facts import Breakdown, Payer


class Account(StrEnum):
    """Chart of accounts, from the side of whoever runs the platform.

    cash            money in the desk's drawer; what was set aside for pick-up stands against it as party `refunds:<id>`
    receivable_*    charged and not yet paid, by payer
    advance         paid by residents before there was a charge
    unsettled       earned by institutions, not yet settled
    payable         settled, owed to institutions
    waived          charged and then let go, borne by the institution named as party
    benefit_cost    approved benefits, borne by the authority named as party
    benefit_due     approved and not yet paid out, owed to the resident
    treasury        paid out by an authority, and what came back to it
    recoverable     paid out wrongly, asked back from the resident
    """

    CASH = "cash"
    RECEIVABLE_PATIENT = "receivable.patient"
    RECEIVABLE_INSURANCE = "receivable.insurance"
    RECEIVABLE_SUBSIDY = "receivable.subsidy"
    ADVANCE = "advance"
    UNSETTLED = "unsettled"
    PAYABLE = "payable"
    WAIVED = "waived"
    BENEFIT_COST = "benefit.cost"
    BENEFIT_DUE = "benefit.due"
    TREASURY = "treasury"
    RECOVERABLE = "recoverable"


class Kind(StrEnum):
    """What an entry records."""

    CHARGE = "charge"
    PAYMENT = "payment"
    REFUND = "refund"
    APPLY = "apply"
    SETTLEMENT = "settlement"
    HANDOVER = "handover"
    PAYOUT = "payout"
    WAIVER = "waiver"
    REVERSAL = "reversal"
    BENEFIT = "benefit"
    BENEFIT_PAYOUT = "benefit_payout"
    CLAW_BACK = "claw_back"
    RECOVERY = "recovery"


RECEIVABLE = {
    Payer.PATIENT: Account.RECEIVABLE_PATIENT,
    Payer.INSURANCE: Account.RECEIVABLE_INSURANCE,
    Payer.SUBSIDY: Account.RECEIVABLE_SUBSIDY,
}


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry; a red posting is negative and stays on its side.

    party       whose account it is, e.g. `resident:12`, `organisation:3`, `desk:1`, `payer:insurance`
    """

    account: Account
    party: str
    debit_fen: int = 0
    credit_fen: int = 0

    def __post_init__(self) -> None:
        if (self.debit_fen == 0) == (self.credit_fen == 0):
            raise ValueError("a posting has one side")

    @property
    def mirrored(self) -> "Posting":
        """The red posting that undoes this one."""
        return Posting(self.account, self.party, -self.debit_fen, -self.credit_fen)


@dataclass(frozen=True, slots=True)
class Entry:
    """Balanced postings.

    Raises      ValueError: debits and credits differ, or there are none
    """

    kind: Kind
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if not self.postings or sum(p.debit_fen for p in self.postings) != sum(p.credit_fen for p in self.postings):
            raise ValueError("an entry balances")


def booking_day(posted_at: datetime) -> date:
    """The day an entry is booked on: the one it is posted on, so that a month that is over stays as it was reported.

    Source      PRICE-16 in docs/rules/pricing.md
    """
    return business_date(posted_at)


def post_charge(breakdown: Breakdown, *, resident: str, institution: str) -> Entry | None:
    """A priced visit: each payer owes, the institution has earned; None when nothing is charged.

    Source      PRICE-13 in docs/rules/pricing.md
    """
    debits = tuple(
        Posting(RECEIVABLE[payer], resident if payer is Payer.PATIENT else f"payer:{payer}", debit_fen=fen)
        for payer, fen in breakdown.by_payer.items()
        if fen
    )
    if not debits:
        return None
    return Entry(Kind.CHARGE, (*debits, Posting(Account.UNSETTLED, institution, credit_fen=breakdown.total_fen)))


def post_fees(by_payer: Mapping[Payer, int], *, resident: str, institution: str) -> Entry | None:
    """Fees of an episode's cycle that no order carries: each payer owes, the institution has earned; None when there are none.

    Source      PRICE-18 in docs/rules/pricing.md
    """
    debits = tuple(
        Posting(RECEIVABLE[payer], resident if payer is Payer.PATIENT else f"payer:{payer}", debit_fen=fen)
        for payer, fen in by_payer.items()
        if fen
    )
    earned = sum(by_payer.values())
    return Entry(Kind.CHARGE, (*debits, Posting(Account.UNSETTLED, institution, credit_fen=earned))) if debits else None


def post_kept(kept_fen: int, *, resident: str, institution: str) -> Entry | None:
    """What cancellation terms let the institution keep, charged to the resident."""
    return _move(Kind.CHARGE, kept_fen, (Account.RECEIVABLE_PATIENT, resident), (Account.UNSETTLED, institution))


def post_payment(amount_fen: int, *, desk: str, resident: str) -> Entry | None:
    """Money taken at the desk: an advance of the resident until it is applied to a charge."""
    return _move(Kind.PAYMENT, amount_fen, (Account.CASH, desk), (Account.ADVANCE, resident))


def post_refund(amount_fen: int, *, desk: str, resident: str) -> Entry | None:
    """Money given back: the red mirror of a payment.

    Source      PRICE-14 in docs/rules/pricing.md
    """
    paid = post_payment(amount_fen, desk=desk, resident=resident)
    return None if paid is None else Entry(Kind.REFUND, tuple(posting.mirrored for posting in paid.postings))


def post_handover(amount_fen: int, *, waiting: str, desk: str) -> Entry | None:
    """A refund set aside earlier leaves the drawer, into the payer's hand.

    Source      PRICE-15 in docs/rules/pricing.md
    """
    return _move(Kind.HANDOVER, amount_fen, (Account.CASH, waiting), (Account.CASH, desk))


def post_apply(amount_fen: int, *, resident: str) -> Entry | None:
    """An advance used for what the resident owes."""
    return _move(Kind.APPLY, amount_fen, (Account.ADVANCE, resident), (Account.RECEIVABLE_PATIENT, resident))


def post_settlement(amount_fen: int, *, institution: str) -> Entry | None:
    """An order's earnings become due to the institution."""
    return _move(Kind.SETTLEMENT, amount_fen, (Account.UNSETTLED, institution), (Account.PAYABLE, institution))


def post_payout(amount_fen: int, *, desk: str, institution: str) -> Entry | None:
    """What was due is handed to the institution."""
    return _move(Kind.PAYOUT, amount_fen, (Account.PAYABLE, institution), (Account.CASH, desk))


def post_waiver(amount_fen: int, *, resident: str, institution: str) -> Entry | None:
    """The institution lets a resident's debt go."""
    return _move(Kind.WAIVER, amount_fen, (Account.WAIVED, institution), (Account.RECEIVABLE_PATIENT, resident))


def post_benefit(amount_fen: int, *, payer: str, resident: str) -> Entry | None:
    """A month's benefit is approved: the authority bears it, the resident is owed it."""
    return _move(Kind.BENEFIT, amount_fen, (Account.BENEFIT_COST, payer), (Account.BENEFIT_DUE, resident))


def post_benefit_payout(amount_fen: int, *, treasury: str, resident: str) -> Entry | None:
    """What was owed is paid to the resident's account."""
    return _move(Kind.BENEFIT_PAYOUT, amount_fen, (Account.BENEFIT_DUE, resident), (Account.TREASURY, treasury))


def post_claw_back(amount_fen: int, *, payer: str, resident: str) -> Entry | None:
    """A month was paid that was not owed: the cost is taken back in red, and the resident (or the estate) owes it.

    Source      PRICE-17 in docs/rules/pricing.md
    """
    if amount_fen < 0:
        raise ValueError("what is asked back is not below zero")
    if amount_fen == 0:
        return None
    red = Posting(Account.BENEFIT_COST, payer, debit_fen=-amount_fen)
    return Entry(Kind.CLAW_BACK, (Posting(Account.RECOVERABLE, resident, debit_fen=amount_fen), red))


def post_recovery(amount_fen: int, *, treasury: str, resident: str) -> Entry | None:
    """What was asked back has come back."""
    return _move(Kind.RECOVERY, amount_fen, (Account.TREASURY, treasury), (Account.RECOVERABLE, resident))


def reverse(entry: Entry) -> Entry:
    """The red entry that undoes another, posting by posting; nothing is ever edited.

    Source      PRICE-14 in docs/rules/pricing.md
    """
    return Entry(Kind.REVERSAL, tuple(posting.mirrored for posting in entry.postings))


def balances(entries: Mapping[str, Entry] | tuple[Entry, ...]) -> dict[tuple[Account, str], int]:
    """Debit minus credit per account and party, over entries by key or in order."""
    found: dict[tuple[Account, str], int] = {}
    for entry in entries.values() if isinstance(entries, Mapping) else entries:
        for posting in entry.postings:
            key = (posting.account, posting.party)
            found[key] = found.get(key, 0) + posting.debit_fen - posting.credit_fen
    return found


def _move(kind: Kind, fen: int, debit: tuple[Account, str], credit: tuple[Account, str]) -> Entry | None:
    if fen < 0:
        raise ValueError("an entry moves an amount that is not below zero; to undo it, reverse it")
    if fen == 0:
        return None
    return Entry(kind, (Posting(*debit, debit_fen=fen), Posting(*credit, credit_fen=fen)))
