"""One visit about to be moved: what is chosen, and the verdict at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yijia.apps.dispatch import queries, words
from yijia.apps.visits import queries as visits
from yijia.apps.visits import words as visit_words
from yijia.apps.visits.queries import Candidates
from yijia.apps.visits.screens import need_words, title_words
from yijia.base import audit
from yijia.base.clock import SHANGHAI, business_date
from yijia.core.calendar import start_of
from yijia.core.people import masking
from yijia.core.permissions import Actor

MOVABLE = ("signed", "dispatching", "assigned", "departed")
BLOCKS = {
    "dispatch.gate_red", "dispatch.resident_refuses", "dispatch.nurse_refuses", "dispatch.time_taken", "dispatch.no_time_to_travel",
    "dispatch.absent",
}  # fmt: skip
"""What cannot be overruled; the other reasons are told and left to the dispatcher."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One nurse for the time chosen."""

    staff_id: int
    name: str
    title: str
    is_able: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovePage:
    """The verdict on one move, before it is made.

    against     what forbids it: sentences; empty = it may be done
    doubts      what speaks against it and is the dispatcher's to weigh
    """

    order_id: int
    number: str
    name: str
    need: str
    township: str
    state: str
    on: date
    house_id: int
    wanted_from: datetime
    wanted_until: datetime
    at: datetime
    until: datetime
    before: datetime
    who_before: str
    crew: list[Choice]
    needed: int
    against: list[str]
    doubts: list[str]
    choices: list[Choice]
    order_version: int
    visit_version: int | None
    is_told: bool

    @property
    def is_allowed(self) -> bool:
        return not self.against

    @property
    def is_retimed(self) -> bool:
        return self.at != self.before


def move_page(
    *,
    actor: Actor,
    at: datetime,
    order_id: int,
    staff: list[int] | None = None,
    begins: str = "",
    instead: int | None = None,
) -> MovePage:
    """The verdict for an order in sight.

    staff       who would go, the lead first; None: as it is
    begins      HH:MM on its day; empty: as planned
    instead     the nurse whose place the one chosen takes, as when a block is dragged from one line to another

    Raises      NotFound
    """
    order = queries.orders_named(actor, [order_id]).get(order_id)
    planned = queries.day_of(order) if order else at
    from_at = _instant(planned, begins)
    found = visits.candidates(actor, order_id, from_at=from_at)
    order = found.question.order
    crew = queries.crew_of(order)
    chosen = _crew(crew, staff, instead, found.needed)
    choices = _choices(found)
    by_id = {one.staff_id: one for one in choices}
    audit.read(
        actor, at, "dispatch.move", subject_type="care.order", subject_ids=[order.pk], resident_ids=[order.resident_id]
    )
    visit = order.visit if hasattr(order, "visit") else None
    against, doubts = _verdict(found, chosen, by_id, is_same_time=from_at == planned and visit is not None)
    names = {pk: person.name for pk, person in found.staff.items()}
    return MovePage(
        order.pk, order.number, masking.name(order.resident.name), need_words(order.need, order.jurisdiction, business_date(order.wanted_from)),
        order.household.township, order.state, business_date(planned), order.organisation_id, order.wanted_from, order.wanted_until,
        from_at, found.question.span.until_at, planned, "、".join(names.get(pk, "") for pk in crew), [by_id[pk] for pk in chosen if pk in by_id], found.needed,
        against, doubts, choices, order.version, visit.version if visit else None, order.state in ("assigned", "departed"),
    )  # fmt: skip


def _instant(planned: datetime, begins: str) -> datetime:
    hour, colon, minute = begins.partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        return planned
    wanted = start_of(planned.astimezone(SHANGHAI).date()) + timedelta(hours=int(hour), minutes=int(minute))
    here = planned.astimezone(SHANGHAI)
    return planned if (here.hour, here.minute) == (int(hour), int(minute)) else wanted


def _crew(crew: list[int], staff: list[int] | None, instead: int | None, needed: int) -> list[int]:
    if staff is None:
        return crew
    if instead is not None:
        return list(dict.fromkeys([staff[0] if pk == instead else pk for pk in crew] or staff))
    if needed > len(staff) and crew:
        return list(dict.fromkeys([*staff, *crew]))[:needed]
    return list(dict.fromkeys(staff))


def _choices(found: Candidates) -> list[Choice]:
    able = [_choice(found, one.staff_id, one.reasons, is_able=True) for one in found.ranking.ranked]
    return able + [
        _choice(found, one.staff_id, one.reasons, is_able=not BLOCKS & {reason.code for reason in one.reasons})
        for one in found.ranking.excluded
    ]


def _choice(found: Candidates, staff_id: int, reasons: Any, *, is_able: bool) -> Choice:
    person = found.staff[staff_id]
    said = tuple(visit_words.reason(reason.code, reason.facts) for reason in reasons)
    return Choice(staff_id, person.name, title_words(person.title), is_able, said)


def _verdict(
    found: Candidates, chosen: list[int], by_id: dict[int, Choice], *, is_same_time: bool
) -> tuple[list[str], list[str]]:
    order, against, doubts = found.question.order, [], []
    if order.state not in MOVABLE:
        against.append(str(words.BEGUN))
    if order.state == "signed" and found.question.before_staff().reds:
        against.append(str(words.LEFT["dispatch.left_gate"]))
    if not is_same_time and not order.wanted_from <= found.question.span.from_at < order.wanted_until:
        against.append(str(visit_words.REFUSALS["visits.outside_window"]))
    ranked = {one.staff_id for one in found.ranking.ranked}
    for pk in chosen:
        if pk not in by_id:
            against.append(str(words.NOT_HERE))
            continue
        one = by_id[pk]
        if pk not in ranked:
            (doubts if one.is_able else against).extend(f"{one.name}：{reason}" for reason in one.reasons)
    if len(chosen) < found.needed:
        against.append(str(words.TOO_FEW) % {"n": found.needed})
    return against, doubts


def lanes(*, actor: Actor, at: datetime, order_id: int) -> dict[str, dict[str, Any]]:
    """For every nurse whether she could take the visit at the time it has, and the first thing against it: shown while dragging."""
    page = move_page(actor=actor, at=at, order_id=order_id)
    return {
        str(one.staff_id): {"ok": one.is_able, "why": "" if one.is_able else "，".join(one.reasons[:2])}
        for one in page.choices
    }
