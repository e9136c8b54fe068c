"""A month of rehabilitation: what must be there before it is settled, and how much the year still holds."""

from dataclasses import dataclass
from datetime import date

from yijia.core.calendar import add_months
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Month:
    """What one month's record holds.

    signed          by the guardian, under the latest evaluation of the month
    minutes         of training, None where nobody wrote how long a session was
    claimed_fen     what the institution asks for the month; None: nothing was asked yet
    was_taken_back  a settlement stood on this evaluation and was taken back
    told_sessions   as many as stood in the evaluation when it was written
    """

    first: date
    is_evaluated: bool
    is_signed: bool
    sessions: int
    claimed_fen: int | None
    is_settled: bool = False
    minutes: int | None = None
    was_taken_back: bool = False
    told_sessions: int = 0


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most a year pays, of one person or of one agreement.

    of          person or agreement
    fen         None: nobody knows it, so that nothing is settled
    source      the document that says so
    minutes     of training a year; None where the place limits none
    """

    of: str
    fen: int | None
    source: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """What a ceiling has let through so far, beside the ceiling."""

    ceiling: Ceiling
    settled_fen: int
    settled_minutes: int = 0


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def quarter_of(day: date) -> date:
    """The first day of a day's quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def settle(month: Month, money: tuple[Money, ...], on: date) -> Refusal | None:
    """Why a month may not be settled, or None.

    money       every ceiling that holds for it: the person's, and the agreement's where it has one

    Refuses     rehab.settled, .month_running, .not_evaluated, .write_anew, .not_signed, .no_session, .fewer_sessions, .nothing_claimed,
                .ceiling_unknown, .over_ceiling, .over_hours
    Source      REHAB-10, REHAB-11, REHAB-14 in docs/rules/rehab.md
    """
    said = {"month": f"{month.first:%Y-%m}", "told": month.told_sessions, "sessions": month.sessions}
    for is_wrong, code in (
        (month.is_settled, "rehab.settled"),
        (on < add_months(month.first, 1), "rehab.month_running"),
        (not month.is_evaluated, "rehab.not_evaluated"),
        (month.was_taken_back, "rehab.write_anew"),
        (not month.is_signed, "rehab.not_signed"),
        (month.sessions == 0, "rehab.no_session"),
        (month.sessions < month.told_sessions, "rehab.fewer_sessions"),
        (month.claimed_fen is None, "rehab.nothing_claimed"),
    ):
        if is_wrong:
            return Refusal(code, said)
    claimed = month.claimed_fen or 0
    for one in money:
        facts = {
            **said, "of": one.ceiling.of, "ceiling_fen": one.ceiling.fen, "settled_fen": one.settled_fen, "claimed_fen": claimed,
            "source": one.ceiling.source,
        }  # fmt: skip
        if one.ceiling.fen is None:
            return Refusal("rehab.ceiling_unknown", facts)
        if one.settled_fen + claimed > one.ceiling.fen:
            return Refusal("rehab.over_ceiling", facts)
        most = one.ceiling.minutes
        if most is not None and one.settled_minutes + (month.minutes or 0) > most:
            return Refusal("rehab.over_hours", {**facts, "hours": most // 60, "done": one.settled_minutes // 60})
    return None
