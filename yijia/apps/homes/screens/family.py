"""What a family sees of its elder in the home: where, medicines of today, rounds and visits; only as far as the elder allowed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest

from yijia.apps.care import episode_words
from yijia.apps.care import queries as care
from yijia.apps.homes import queries, words
from yijia.apps.homes.screens.shared import SlotLine, VisitLine, bed_word, house_name, recorded, slot_lines, visit_line
from yijia.base import accounts
from yijia.core.calendar import business_date, start_of
from yijia.core.permissions import Role
from yijia.core.refusal import Refusal

PAST, COMING = timedelta(days=7), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A programme's next round, as the family reads it."""

    programme: str
    house: str
    next_at: Any
    is_late: bool


@dataclass(frozen=True, slots=True)
class Follow:
    """One elder in a home, for the family."""

    who: str
    home: str
    phone: str
    bed: str
    level: str
    state: str
    since_on: date
    until_on: date | None
    away: str
    back_on: date | None
    may_read: bool
    slots: list[SlotLine]
    given: int
    rounds: list[RoundLine]
    visits: list[VisitLine]


def follow(request: HttpRequest, resident_id: int) -> Follow:
    """The elder's placement; medicines and programmes only with the matter `record`."""
    actor, at, on = request.actor, request.at, business_date(request.at)
    row = queries.get_placement_of(actor, resident_id)
    recorded(request, "homes.follow", [resident_id])
    may_read = actor.role is not Role.FAMILY or accounts.family_may(actor.user_id or 0, resident_id, "record", at)
    medicines: list[Any] = []
    episodes: list[Any] = []
    if may_read:
        medicines = [one for one in queries.list_medicines(row, on) if one.until_on is None or one.until_on > on]
        for one in medicines:
            one.placement = row
        episodes = queries.episodes_for_home(resident_id)
    slots = slot_lines(medicines, on, at)
    visits = queries.visits_of_person(resident_id, start_of(on) - PAST, start_of(on) + COMING)
    return Follow(
        row.resident.name, house_name(row.organisation), row.organisation.phone, bed_word(row),
        words.level_word(queries.levels(row.organisation.jurisdiction, on), row.care_level), row.state, row.from_on, row.until_on,
        str(words.AWAY.get(row.away_reason, "")), row.back_on, may_read, slots, sum(slot.state == "given" for slot in slots),
        [_round(one, at) for one in episodes], [visit_line(one, on) for one in visits],
    )  # fmt: skip


def _round(one: Any, at: Any) -> RoundLine:
    found = care.programme_for(one.programme, one.jurisdiction, business_date(at))
    name = one.programme if isinstance(found, Refusal) else episode_words.of(found.words)
    is_late = one.next_due_at is not None and one.next_due_at < at
    return RoundLine(name, house_name(one.organisation), one.next_due_at, is_late)
