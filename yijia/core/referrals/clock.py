"""The clock of every step: who is waited for, until when by which ground, and how long each step took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from yijia.core.referrals.lifecycle import State


class Side(StrEnum):
    """Who has to act."""

    ASKER = "asker"
    ASKED = "asked"
    TAKER = "taker"
    COMMUNITY = "community"
    NOBODY = "nobody"


class Ground(StrEnum):
    """Where a deadline comes from."""

    AGREEMENT = "agreement"
    POLICY = "policy"
    NONE = "none"


WAITS_ON: Mapping[State, Side] = {
    State.REQUESTED: Side.ASKED,
    State.OFFERED: Side.ASKED,
    State.ACCEPTED: Side.ASKER,
    State.ARRIVED: Side.TAKER,
    State.RETURNED: Side.COMMUNITY,
    State.CLOSED: Side.NOBODY,
    State.REFUSED: Side.NOBODY,
    State.WITHDRAWN: Side.NOBODY,
}
"""Whose turn it is in each state."""


@dataclass(frozen=True, slots=True)
class Limit:
    """By when a step has to be taken.

    due_at      None: neither an agreement nor policy names a time for this step
    ground      which of the two named it
    reference   key of the policy value, or number of the agreement
    """

    due_at: datetime | None
    ground: Ground = Ground.NONE
    reference: str = ""


NO_LIMIT = Limit(None)


def limit(
    step: str, since: datetime, *, promised: Mapping[str, tuple[int, str]], terms: Mapping[str, int], key: str
) -> Limit:
    """The deadline of a step that began at `since`; what two institutions promised each other comes before policy.

    promised    step → (seconds, agreement number)
    terms       step → seconds, from policy
    key         key of the policy value, named when it decides

    Source      REF-05 in docs/rules/referrals.md
    """
    if step in promised:
        seconds, number = promised[step]
        return Limit(since + timedelta(seconds=seconds), Ground.AGREEMENT, number)
    if step in terms:
        return Limit(since + timedelta(seconds=terms[step]), Ground.POLICY, key)
    return NO_LIMIT


@dataclass(frozen=True, slots=True)
class Happened:
    """One step as it was logged."""

    event: str
    to_state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lap:
    """How long a thing stood in one state.

    ended_at    None while it still stands there
    """

    state: str
    began_at: datetime
    ended_at: datetime | None
    seconds: int


def laps(events: Sequence[Happened], now: datetime, *, terminal: Iterable[str]) -> tuple[Lap, ...]:
    """The time in each state, in order; what happens without leaving a state does not stop its clock.

    events      oldest first; the first one opened the thing

    Source      REF-05 in docs/rules/referrals.md
    """
    ends = set(terminal)
    entered: list[tuple[str, datetime]] = []
    for one in events:
        if not entered or entered[-1][0] != one.to_state:
            entered.append((one.to_state, one.at))
    found = []
    for index, (state, began_at) in enumerate(entered):
        if state in ends:
            continue
        ended_at = entered[index + 1][1] if index + 1 < len(entered) else None
        found.append(Lap(state, began_at, ended_at, int(((ended_at or now) - began_at).total_seconds())))
    return tuple(found)


def is_late(due_at: datetime | None, now: datetime) -> bool:
    """Whether a deadline is known and over."""
    return due_at is not None and now > due_at


@dataclass(frozen=True, slots=True)
class Response:
    """What a promise of response says about one call.

    seconds     how long it took, or has taken so far
    promised    None: no agreement promises anything
    is_kept     None while it is still open and in time, or nothing was promised
    """

    seconds: int
    promised: int | None
    is_kept: bool | None


def response(called_at: datetime, responded_at: datetime | None, promised: int | None, now: datetime) -> Response:
    """A response measured against its promise; not yet there and over time is already broken.

    Source      REF-10 in docs/rules/referrals.md
    """
    seconds = int(((responded_at or now) - called_at).total_seconds())
    if promised is None:
        return Response(seconds, None, None)
    if seconds > promised:
        return Response(seconds, promised, False)
    return Response(seconds, promised, None if responded_at is None else True)
