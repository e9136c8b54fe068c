"""What a month costs: from which month a scheme pays, until which, what a death or a move takes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from yijia.core.benefits.entitlement import Because, Entitlement, Verdict, answer, confirmation, settle
from yijia.core.benefits.scheme import Overlap, Scheme, Unit
from yijia.core.benefits.vocabulary import row_on
from yijia.core.policy import Evidence

MONTHS_OF = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12:
            raise ValueError(f"there is no month {self.number}")

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month in which a day lies."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written as 2026-06.

        Raises      ValueError: not written so, or a year the calendar has no neighbours of
        """
        year, _, number = text.partition("-")
        if len(year) != 4 or len(number) != 2 or not (year + number).isdecimal() or not 1000 <= int(year) <= 9000:
            raise ValueError(f"{text!r} is not a month such as 2026-06")
        return cls(int(year), int(number))

    def plus(self, months: int) -> "Month":
        """That many months later, or earlier."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.plus(1).first - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days."""
        return self.last.day

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Due:
    """What one scheme owes a person for one month.

    entitlement     the answer that holds for the month
    due_fen         owed this month; 0 where the unit is longer and its period does not end now, None where nobody knows
    days            the days counted, for an amount per day
    """

    entitlement: Entitlement
    due_fen: int | None
    days: int | None = None


def due(facts: Mapping[str, Any], schemes: Sequence[Scheme], overlaps: Sequence[Overlap], month: Month) -> list[Due]:
    """What each scheme owes a person for a month, in the order of the schemes.

    schemes     those in force on the first day of the month: an edition that begins in the middle of a month
                decides from the next month on

    Raises      ValueError: a fact has no column, or not the column's type
    Source      BENEFIT-09 to BENEFIT-13 in docs/rules/benefits.md
    """
    answers = [_of_month(facts, scheme, month) for scheme in schemes]
    return [_owed(entitlement, facts, month) for entitlement in settle(answers, overlaps)]


def _of_month(facts: Mapping[str, Any], scheme: Scheme, month: Month) -> Entitlement:
    """One scheme's answer for a month: its conditions on the day its start rule looks at, then its end."""
    ended = _ended_on(facts)
    if ended is not None and ended < over_from(scheme, month):
        found = answer(scheme, row_on(facts, month.first))
        ended_here = replace(found, verdict=Verdict.NOT, because=Because.ENDED, needs_confirmation=())
        return replace(ended_here, amount_fen=None, unit=None, step=None)
    late = answer(scheme, row_on(facts, looks_at(scheme, month)))
    found = late
    if scheme.start_offset is None and late.qualifies:
        early = answer(scheme, row_on(facts, month.first))
        if not early.qualifies:
            found = _held(late, Because.START_NOT_READ, "starts")
    if ended is not None and ended <= month.last and found.qualifies and scheme.stop_offset is None:
        found = _held(found, Because.STOP_NOT_READ, "stops")
    return found


def looks_at(scheme: Scheme, month: Month) -> date:
    """The day on which the conditions must be met for the month to be paid.

    Source      BENEFIT-09: the month in which they are met, or the one after; not read: the last day, then held
    """
    return month.plus(-(scheme.start_offset or 0)).last


def _ended_on(facts: Mapping[str, Any]) -> date | None:
    ends = [facts[name] for name in ("died_on", "moved_on") if facts.get(name) is not None]
    return min(ends, default=None)


def over_from(scheme: Scheme, month: Month) -> date:
    """The month is not paid to whom died or moved before this day; with no stop rule read, before the month began."""
    return month.plus(1 - (1 if scheme.stop_offset is None else scheme.stop_offset)).first


def _held(entitlement: Entitlement, because: Because, part: str) -> Entitlement:
    wanted = confirmation(entitlement.scheme, part, Evidence.MISSING)
    return replace(
        entitlement,
        verdict=Verdict.HELD,
        because=because if entitlement.verdict is Verdict.GRANTED else entitlement.because,
        needs_confirmation=(*entitlement.needs_confirmation, wanted),
    )


def _owed(entitlement: Entitlement, facts: Mapping[str, Any], month: Month) -> Due:
    if not entitlement.qualifies or entitlement.scheme.in_kind:
        return Due(entitlement, 0)
    if entitlement.amount_fen is None or entitlement.unit is None:
        return Due(entitlement, None)
    if entitlement.unit is Unit.DAY:
        ended = _ended_on(facts)
        days = month.days if ended is None or ended > month.last else max(0, (ended - month.first).days + 1)
        return Due(entitlement, entitlement.amount_fen * days, days)
    months = MONTHS_OF.get(entitlement.unit)
    if months is None:  # an hour, or once: an order for the service itself says when
        return Due(entitlement, None)
    return Due(entitlement, entitlement.amount_fen if month.number % months == 0 else 0)


def paid_until(scheme: Scheme, ended: date) -> Month | None:
    """The last month that is paid to somebody who died or moved; None: the place's stop rule was not read."""
    return None if scheme.stop_offset is None else Month.of(ended).plus(scheme.stop_offset - 1)


@dataclass(frozen=True, slots=True)
class Clawback:
    """What must come back after a death or a move.

    months      the months that were paid and not owed
    is_held     the stop rule was not read, so nobody may ask for the month of the event itself
    """

    amount_fen: int
    months: tuple[Month, ...]
    is_held: bool


def clawback(scheme: Scheme, paid: Mapping[Month, int], ended: date) -> Clawback:
    """The sum of the months paid beyond the last one owed.

    paid        month → fen paid for it

    Source      BENEFIT-13: with no stop rule read, the months after the event are asked back and its own month waits
    """
    last = paid_until(scheme, ended) or Month.of(ended)
    beyond = tuple(sorted(month for month, amount in paid.items() if month > last and amount > 0))
    is_held = scheme.stop_offset is None and paid.get(Month.of(ended), 0) > 0
    return Clawback(sum(paid[month] for month in beyond), beyond, is_held)


@dataclass(frozen=True, slots=True)
class VoucherUse:
    """What a voucher pays of one month's bill, and what the person pays."""

    voucher_fen: int
    self_fen: int
    evidence: Evidence


def voucher_use(scheme: Scheme, cap_fen: int, bill_fen: int, setting: str) -> VoucherUse:
    """The share of a bill that a voucher pays, up to its cap.

    setting     home_and_community or institution
    evidence    how well the share is known; below `scheme.demanded` the use is held

    Raises      KeyError: the scheme has no share for the setting
    Source      BENEFIT-14 in docs/rules/benefits.md
    """
    share = scheme.value.value["offset_share"][setting]
    used = min(int(share * bill_fen), cap_fen)
    return VoucherUse(used, bill_fen - used, scheme.level("offset_share"))
