"""Timers as arithmetic: when a silent visit becomes an alarm, and whom an unanswered alarm calls next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from yijia.core.calendar import aware
from yijia.core.policy import Value


class Party(StrEnum):
    """Who is called."""

    NURSE = "nurse"
    DESK = "desk"
    SECOND_DESK = "second_desk"
    DUTY_LEAD = "duty_lead"


@dataclass(frozen=True, slots=True)
class Step:
    """From `after_s` seconds on, this party is called too; levels count from 0."""

    level: int
    after_s: int
    party: Party


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps in the order of their time.

    grace_s     how long after its planned end a visit may stay silent; 0 for an alarm that was pressed
    late_s      an alarm older than this when it arrives is late and does not ring as new
    wrong_s     one older than this, or ahead by more than `ahead_s`, has a wrong clock
    """

    steps: tuple[Step, ...]
    grace_s: int = 0
    late_s: int = 0
    wrong_s: int = 0
    ahead_s: int = 0


class Clock(StrEnum):
    """What the time on an arriving alarm is worth."""

    FRESH = "fresh"
    LATE = "late"
    WRONG = "wrong"


def read(value: Value) -> Ladder:
    """The ladder of a policy value keyed `term:<name>_ladder`.

    Raises      ValueError: no steps, or their times do not rise
    """
    content = value.value
    steps = tuple(Step(level, step["after_s"], Party(step["party"])) for level, step in enumerate(content["steps"]))
    times = [step.after_s for step in steps]
    if not steps or times != sorted(set(times)) or times[0] < 0:
        raise ValueError(f"{value.key}: steps rise in time")
    return Ladder(steps, *(content.get(name, 0) for name in ("grace_s", "late_s", "wrong_s", "ahead_s")))


def due(ladder: Ladder, raised_at: datetime, now: datetime, *, acknowledged_at: datetime | None = None) -> Step | None:
    """The highest step reached; an acknowledgement stops the climb at the moment it was given.

    Source      EVID-11, EVID-12 in docs/rules/evidence.md
    """
    until = now if acknowledged_at is None else min(now, acknowledged_at)
    waited_s = (aware(until) - aware(raised_at)).total_seconds()
    reached: Step | None = None
    for step in ladder.steps:
        if waited_s >= step.after_s:
            reached = step
    return reached


def next_at(ladder: Ladder, raised_at: datetime, now: datetime) -> datetime | None:
    """When the next step falls due, None after the last."""
    for step in ladder.steps:
        moment = aware(raised_at) + timedelta(seconds=step.after_s)
        if moment > aware(now):
            return moment
    return None


def raised_at(ladder: Ladder, planned_end_at: datetime) -> datetime:
    """When a visit that has not checked out becomes an alarm; a prolonged visit has a later planned end."""
    return aware(planned_end_at) + timedelta(seconds=ladder.grace_s)


def watch(
    ladder: Ladder,
    planned_end_at: datetime,
    now: datetime,
    *,
    ended_at: datetime | None = None,
    acknowledged_at: datetime | None = None,
) -> Step | None:
    """The step a running visit has reached; None while it is in time, and after it has ended.

    Source      EVID-11 in docs/rules/evidence.md
    """
    if ended_at is not None and aware(ended_at) <= aware(now):
        return None
    return due(ladder, raised_at(ladder, planned_end_at), now, acknowledged_at=acknowledged_at)


def clock_of(ladder: Ladder, pressed_at: datetime, received_at: datetime) -> Clock:
    """Whether an arriving alarm is fresh, late, or tells an impossible time; only a late one does not ring.

    Source      EVID-13 in docs/rules/evidence.md
    """
    age_s = (aware(received_at) - aware(pressed_at)).total_seconds()
    if age_s < -ladder.ahead_s or age_s > ladder.wrong_s:
        return Clock.WRONG
    return Clock.LATE if age_s > ladder.late_s else Clock.FRESH


def answered_in_time(waits_s: Iterable[int], within_s: int) -> tuple[int, int]:
    """How many alarms were answered within the time, and how many there were."""
    waits = list(waits_s)
    return sum(wait <= within_s for wait in waits), len(waits)
