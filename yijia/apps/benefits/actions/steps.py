"""What people and clerks do with an entitlement: one action, one event; many at once are many single ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yijia.apps.benefits import queries, words
from yijia.apps.benefits.actions import months, moving, review, telling
from yijia.apps.benefits.actions.months import Seen
from yijia.apps.benefits.models import Entitlement, PaymentOrder
from yijia.apps.registry import queries as registry
from yijia.base import accounts, audit
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.words import say
from yijia.core.benefits import Month
from yijia.core.benefits.lifecycle import OPEN, Event, State
from yijia.core.calendar import add_working_days
from yijia.core.permissions import Actor, Role
from yijia.core.refusal import Refusal

LONGEST_NOTE = 300
_NOTED = frozenset({Event.DOUBT, Event.QUERY, Event.ANSWER, Event.DECLINE, Event.STOP, Event.DROP})
"""Events that need a reason in words from whoever makes them; the person's own “no” needs none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of many: how many moved, and which code stopped the others."""

    done: int
    refused: tuple[tuple[int, str], ...]


@action("benefits.step")
def step(*, entitlement_id: int, event: Event, note: str = "", by: Actor, at: datetime) -> Entitlement:
    """Move one entitlement: tell, doubt, query, answer, agree, decline, reopen, publish, approve, stop, drop.

    note        why, in words; the person's own answer needs none

    Raises      NotFound; Forbidden; Invalid: a clerk gave no reason; Refused: the table's codes, benefits.proxy_may_not
    """
    row = moving.locked(entitlement_id, by)
    said = _checked(note, event, by)
    _family_may(row, by, at)
    seen = _seen(row, at)
    return _HANDLERS.get(event, _plain)(row, event, seen, said, by, at)


@action("benefits.step_many")
def step_many(
    *, entitlement_ids: Sequence[int], event: Event, note: str = "", by: Actor, at: datetime
) -> tuple[Entitlement | None, Outcome]:
    """The same event for many, one by one; what is refused stays as it was and is counted with its code."""
    done: list[Entitlement] = []
    refused: list[tuple[int, str]] = []
    for entitlement_id in dict.fromkeys(entitlement_ids):
        try:
            with transaction.atomic():
                done.append(step(entitlement_id=entitlement_id, event=event, note=note, by=by, at=at))
        except Refused as no:
            refused.append((entitlement_id, no.refusal.code))
        except NotFound:
            refused.append((entitlement_id, "not_found"))
    audit.note(
        verb="write", name=f"benefits.bulk_{event.value}", by=by, at=at, subject_type="benefits.entitlement",
        subject_ids=[row.pk for row in done], resident_ids=[row.resident_id for row in done], facts={"done": len(done), "refused": len(refused)},
    )  # fmt: skip
    return (done[0] if done else None), Outcome(len(done), tuple(refused))


def _checked(note: str, event: Event, by: Actor) -> str:
    text = note.replace("\0", "").strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid({"note": [say("最多 300 字，请写短一点")]})
    if not text and event in _NOTED and not by.is_system and by.role not in (Role.RESIDENT, Role.FAMILY):
        raise Invalid({"note": [say("请写明原因")]})
    if not text and event is Event.QUERY:
        raise Invalid({"note": [say("请写一句您想问什么")]})
    return text


def _family_may(row: Entitlement, by: Actor, at: datetime) -> None:
    """A proxy answers for the resident only where the resident let them sign."""
    if by.role is Role.FAMILY and not accounts.family_may(by.user_id or 0, row.resident_id, "sign", at):
        raise Refused(Refusal("benefits.proxy_may_not"))


def _seen(row: Entitlement, at: datetime) -> Seen:
    on = business_date(at)
    person = moving.lock_resident(row.resident_id)
    standing = registry.standing_facts_for_system([row.resident_id]).get(row.resident_id, ())
    rows = list(Entitlement.objects.filter(resident=person, state__in=OPEN))
    return Seen(person, standing, on, queries.aside(person, standing, rows, on) - {row.scheme})


def _plain(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    return moving.move(row, event, by=by, at=at, noted={"note": note} if note else None)


def _tell(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    """Told at the home or by telephone: the clerk says how; a text goes out as well where there is a number."""
    doubts = queries.doubts_of(seen.person, seen.standing, seen.today)
    facts = {"sources_agree": not doubts}
    moved = moving.move(row, event, by=by, at=at, facts=facts, noted={"channel": "desk", "note": note}, doubts=doubts)
    telling.send(row, words.TOLD, at=at)
    return moved


def _ask(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    return moving.move(row, event, by=by, at=at, noted={"note": note}, question=note)


def _answer(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    """A clerk has looked into it and stands for the facts as they are; the reason is kept and told."""
    moved = moving.move(
        row, event, by=by, at=at, facts={"sources_agree": True}, noted={"note": note}, doubts=[], reason=note
    )
    telling.send(row, words.ANSWERED, at=at)
    return moved


def _agree(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    return moving.move(row, event, by=by, at=at, noted={"by": by.role.value if by.role else "system"}, is_agreed=True)


def _decline(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    """The person does not want it: months not yet out of the house are not paid, what was paid rightly stays.

    Source      “How an entitlement lives” in docs/rules/benefits.md
    """
    was_approved = row.state == State.APPROVED
    moved = moving.move(
        row, event, by=by, at=at, noted={"note": note} if note else None, reason=note or "declined", is_agreed=False,
        until_on=Month.of(seen.today).first if was_approved else None,
    )  # fmt: skip
    unpaid = PaymentOrder.objects.select_for_update().filter(entitlement=row, state__in=["held", "ready"])
    months.undo(list(unpaid), "declined", by=months.for_platform(by), at=at)
    return moved


def _reopen(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    first = months.since(seen, row.scheme, row.office, seen.today)
    since_on = row.since_on if first is None else max(Month.of(seen.today), first).first
    return moving.move(row, event, by=by, at=at, since_on=since_on, until_on=None, reason="")


def _publish(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    """Put up for public notice, masked, for the working days the place asks for."""
    scheme = _scheme(row, seen)
    days = queries.notice_days(scheme) or 0
    until = add_working_days(seen.today, days, queries.holidays(row.office, seen.today)) if days else seen.today
    facts = {"consent_settled": _consent(row, scheme)}
    return moving.move(row, event, by=by, at=at, facts=facts, noted={"until": until.isoformat()}, notice_until_on=until)


def _approve(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    """Approved on the facts of this moment, under the person's lock: whatever stopped it a moment ago is seen here."""
    scheme = _scheme(row, seen)
    days = queries.notice_days(scheme)
    is_over = row.notice_until_on is not None and seen.today > row.notice_until_on
    facts = {
        "is_eligible": review.holds(seen, row), "sources_agree": not queries.doubts_of(seen.person, seen.standing, seen.today) or not row.doubts,
        "consent_settled": _consent(row, scheme), "notice_over": is_over or not days,
    }  # fmt: skip
    moved = moving.move(row, event, by=by, at=at, facts=facts, noted={"edition": row.edition}, reason="")
    months.pay(row, seen, by=months.for_platform(by), at=at)
    telling.send(row, words.APPROVED, at=at)
    return moved


def _stop(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    """A clerk stops it from this month on; unpaid orders of this month and later are stopped, paid ones are asked back."""
    this = Month.of(seen.today)
    moved = moving.move(row, event, by=by, at=at, noted={"note": note}, reason=note, until_on=this.first)
    later = PaymentOrder.objects.select_for_update().filter(entitlement=row, month__gte=this.first)
    months.undo(list(later), note, by=months.for_platform(by), at=at)
    return moved


def _drop(row: Entitlement, event: Event, seen: Seen, note: str, by: Actor, at: datetime) -> Entitlement:
    return moving.move(row, event, by=by, at=at, noted={"note": note}, reason=note)


def _scheme(row: Entitlement, seen: Seen) -> Any:
    """The scheme as it stands today.

    Raises      Refused benefits.not_eligible: the place has no such scheme any more
    """
    facts = queries.facts_of(seen.person, seen.standing, seen.today, office=row.office)
    offer = queries.offer(facts.get("hukou"), seen.person.jurisdiction, seen.today)
    found = next((scheme for scheme in offer.schemes if scheme.code == row.scheme), None)
    if found is None:
        raise Refused(Refusal("benefits.not_eligible", {"scheme": row.name, "scheme_en": row.name_en}))
    return found


def _consent(row: Entitlement, scheme: Any) -> bool:
    return row.is_agreed or not queries.needs_word(scheme)


_HANDLERS: dict[Event, Callable[[Entitlement, Event, Seen, str, Actor, datetime], Entitlement]] = {
    Event.TELL: _tell, Event.DOUBT: _ask, Event.QUERY: _ask, Event.ANSWER: _answer, Event.AGREE: _agree, Event.DECLINE: _decline,
    Event.REOPEN: _reopen, Event.PUBLISH: _publish, Event.APPROVE: _approve, Event.STOP: _stop, Event.DROP: _drop,
}  # fmt: skip
