"""What pricing is told: the visit, the institution's filings; and what it answers: lines, payers, reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from yijia.core.calendar import Days
from yijia.core.catalogue.lifecycle import FilingState
from yijia.core.policy import Evidence


class Kind(StrEnum):
    """Parts of a bill, as `fee:composition` and filings name them."""

    VISIT_FEE = "visit_fee"
    MEDICAL_PRICE = "medical_price"
    CONSUMABLE = "consumable"


class Payer(StrEnum):
    """Who pays."""

    PATIENT = "patient"
    INSURANCE = "insurance"
    SUBSIDY = "subsidy"


@dataclass(frozen=True, slots=True)
class Use:
    """An item done, or a consumable used.

    Raises      ValueError: the quantity is not above zero
    """

    code: str
    quantity: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if not self.quantity.is_finite() or self.quantity <= 0:
            raise ValueError("a quantity is above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit to be priced, before it (expected use) or after (actual use).

    on              date of service; it alone decides which policy and which filing apply
    distance_km     from the institution to the home; needed where the filed fee has distance bands
    paid_by         programmes that already pay for this visit, e.g. `family_doctor`
    """

    jurisdiction: str
    on: date
    items: tuple[Use, ...]
    consumables: tuple[Use, ...] = ()
    service: str = "home_nursing"
    staff_count: int = 1
    distance_km: Decimal | None = None
    insured_class: str | None = None
    paid_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Band:
    """A fee for distances in (km_gt, km_le]; the first band also holds the distance zero."""

    km_gt: Decimal
    km_le: Decimal | None
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One price as the institution filed it; either an amount or bands.

    number      given at publication, None before
    id          the caller's own key, handed back in the lines
    """

    kind: Kind
    code: str
    unit: str
    state: FilingState
    period: Days
    amount_fen: int | None = None
    bands: tuple[Band, ...] = ()
    number: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Part of “because …”: a code and its facts."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a bill, with everything it stands on.

    unit_fen        charged per unit
    filed_unit_fen  filed per unit on the day of service; None where policy itself fixes the price
    exact_fen       before rounding
    payers          payer → fen, summing to amount_fen
    """

    kind: Kind
    code: str
    unit: str
    quantity: Decimal
    unit_fen: int
    filed_unit_fen: int | None
    exact_fen: Fraction
    amount_fen: int
    payers: Mapping[Payer, int]
    reasons: tuple[Reason, ...]
    filing_number: str | None
    filing_id: int | None
    policy_key: str
    jurisdiction: str
    edition: str
    clause: str | None
    sources: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A whole bill: Σ lines = total = Σ payers."""

    lines: tuple[Line, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def total_fen(self) -> int:
        """What the visit costs, whoever pays."""
        return sum(line.amount_fen for line in self.lines)

    @property
    def by_payer(self) -> dict[Payer, int]:
        """Fen per payer; every payer is there."""
        return {payer: sum(line.payers.get(payer, 0) for line in self.lines) for payer in Payer}

    @property
    def editions(self) -> tuple[str, ...]:
        """Policy editions the bill stands on."""
        return tuple(dict.fromkeys(line.edition for line in self.lines))
