"""What goes back when an order ends early: everything, unless filed terms within the frame say otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from yijia.core import money
from yijia.core.orders.lifecycle import State
from yijia.core.policy import Value
from yijia.core.pricing.facts import Kind
from yijia.core.refusal import Refusal

KEY = "cancel:frame"


class Moment(StrEnum):
    """How far the visit had come."""

    BEFORE_DEPARTURE = "before_departure"
    DEPARTED = "departed"
    NO_SHOW = "no_show"
    IN_SERVICE = "in_service"


class Cause(StrEnum):
    """On whose side the order ended."""

    RESIDENT = "resident"
    INSTITUTION = "institution"
    SAFETY = "safety"


Shares = Mapping[Moment, Mapping[Kind, Fraction]]


@dataclass(frozen=True, slots=True)
class Frame:
    """The least share that goes back, by moment and part; it can only raise what filed terms give back."""

    least: Shares
    edition: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """An institution's published cancellation terms: the share that goes back; what they do not name goes back whole."""

    shares: Shares
    filing_number: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what was paid."""

    kind: Kind
    paid_fen: int
    refund_fen: int

    @property
    def kept_fen(self) -> int:
        """What stays with the institution."""
        return self.paid_fen - self.refund_fen


@dataclass(frozen=True, slots=True)
class Decision:
    """What goes back and on what it rests.

    reason      cancel.rejected, cancel.institution, cancel.safety, cancel.before_departure, cancel.no_terms, cancel.terms
    """

    parts: tuple[Part, ...]
    reason: str
    filing_number: str | None
    edition: str

    @property
    def refund_fen(self) -> int:
        """Everything that goes back."""
        return sum(part.refund_fen for part in self.parts)

    @property
    def kept_fen(self) -> int:
        """Everything that stays."""
        return sum(part.kept_fen for part in self.parts)


def moment_of(state: State, *, is_no_show: bool = False) -> Moment | Refusal:
    """The moment at which an order in this state would end.

    Refuses     cancel.not_early: the service was completed, or the order is over
    """
    if state is State.ARRIVED:
        return Moment.NO_SHOW if is_no_show else Moment.DEPARTED
    if state is State.DEPARTED:
        return Moment.DEPARTED
    if state is State.IN_SERVICE:
        return Moment.IN_SERVICE
    early = {State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.SIGNED, State.DISPATCHING, State.ASSIGNED}
    if state in early:
        return Moment.BEFORE_DEPARTURE
    return Refusal("cancel.not_early", {"status": state.value})


def read_frame(value: Value) -> Frame:
    """The frame of a policy value keyed `cancel:frame`.

    Raises      ValueError: a moment or a part is left out, or a share is not in [0, 1]
    """
    least = {
        Moment(moment): {Kind(kind): Fraction(share) for kind, share in shares.items()}
        for moment, shares in value.value["least_refund"].items()
    }
    if set(least) != set(Moment) or any(set(shares) != set(Kind) for shares in least.values()):
        raise ValueError(f"{value.key}: the frame speaks of every moment and part")
    if any(not 0 <= share <= 1 for shares in least.values() for share in shares.values()):
        raise ValueError(f"{value.key}: a share lies between 0 and 1")
    return Frame(least, value.edition, value.sources)


def read_terms(content: Mapping[str, Any], filing_number: str, frame: Frame) -> Terms | Refusal:
    """Terms as filed: `{moment: {part: share}}`, shares as text such as "0" or "0.5"; asked when terms are submitted.

    Refuses     cancel.unknown_moment, cancel.unknown_part, cancel.bad_share, cancel.outside_frame
    Source      PRICE-12 in docs/rules/pricing.md
    """
    read: dict[Moment, dict[Kind, Fraction]] = {}
    for moment, parts in content.items():
        if moment not in set(Moment):
            return Refusal("cancel.unknown_moment", {"moment": str(moment)})
        for kind, text in parts.items():
            if kind not in set(Kind):
                return Refusal("cancel.unknown_part", {"part": str(kind)})
            hundredths = money.parse(text)
            if isinstance(hundredths, Refusal) or hundredths > 100:
                return Refusal("cancel.bad_share", {"moment": moment, "part": kind})
            share, least = Fraction(hundredths, 100), frame.least[Moment(moment)][Kind(kind)]
            if share < least:
                return Refusal("cancel.outside_frame", {"moment": moment, "part": kind, "least": str(least)})
            read.setdefault(Moment(moment), {})[Kind(kind)] = share
    return Terms(read, filing_number)


def decide(
    paid: Mapping[Kind, int],
    moment: Moment,
    cause: Cause,
    frame: Frame,
    terms: Terms | None,
    *,
    is_rejected: bool = False,
) -> Decision:
    """What goes back of what was paid.

    terms       in force on the day the resident signed; None when the institution has published none

    Raises      ValueError: a paid amount is below zero
    Source      PRICE-11, PRICE-12 in docs/rules/pricing.md
    """
    if any(fen < 0 for fen in paid.values()):
        raise ValueError("what was paid is not below zero")
    reason = _whole_refund(moment, cause, terms, is_rejected)
    parts = []
    for kind, fen in paid.items():
        share = Fraction(1)
        if reason is None and terms is not None:
            share = max(frame.least[moment][kind], terms.shares.get(moment, {}).get(kind, Fraction(1)))
        parts.append(Part(kind, fen, money.round_half_even(fen * share)))
    number = terms.filing_number if reason is None and terms is not None else None
    return Decision(tuple(parts), reason or "cancel.terms", number, frame.edition)


def _whole_refund(moment: Moment, cause: Cause, terms: Terms | None, is_rejected: bool) -> str | None:
    if is_rejected:
        return "cancel.rejected"
    if cause is not Cause.RESIDENT:
        return f"cancel.{cause.value}"
    if moment is Moment.BEFORE_DEPARTURE:
        return "cancel.before_departure"
    return "cancel.no_terms" if terms is None else None
