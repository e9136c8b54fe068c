"""What is done under an agreement is counted, what is missed becomes a breach with its events, and is answered and settled."""

from datetime import datetime

from django.db import IntegrityError, transaction

from yijia.apps.agreements import queries
from yijia.apps.agreements.actions.common import both, invalid, locked, step_to, text_of, who
from yijia.apps.agreements.models import Breach, Cooperation, Performance, Uncounted
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, NotFound, Refused, refuse_if
from yijia.core.agreements import duties as measuring
from yijia.core.agreements.duties import Found, Sense
from yijia.core.agreements.lifecycle import (
    BREACHES,
    COUNTS,
    TABLE,
    BreachEvent,
    BreachState,
    Event,
    State,
)
from yijia.core.permissions import Actor, Permission
from yijia.core.refusal import Refusal

_MOST = 2_000_000_000


@action("cooperations.perform")
def record_performance(
    *, agreement_id: int, duty: str, happened_at: datetime, quantity: int = 1, seconds: int | None = None, source_type: str,
    source_id: str | int, by: Actor, at: datetime,
) -> Performance:  # fmt: skip
    """Count one event towards a duty; told again by the same source it is the same row.

    quantity    how many were done; 0 where somebody was turned away
    seconds     how long the answer took, for a duty with a response time; None where nobody answered
    source_type, source_id      what the event is in the teller's own words: `care.referral`, 42

    A licence that ran out or a suspension does not keep an event from being counted: what happened, happened.

    Raises      Invalid; NotFound; Refused: cooperations.no_such_duty, .not_running_then, .not_yet, .counted_otherwise
    """
    row, source = queries.get_cooperation(by, agreement_id), str(source_id)
    owed = next((known for known in queries.duties_of(row) if known.code == duty), None)
    if owed is None:
        raise Refused(Refusal("cooperations.no_such_duty", {"duty": duty, "number": row.number}))
    _check(quantity, seconds, source_type, source)
    if happened_at > at:
        raise Refused(Refusal("cooperations.not_yet"))
    counted = seconds if owed.sense is Sense.WITHIN else None
    told = _told(row, duty, source_type, source)
    if told is None:
        term = queries.term_of(row)
        if State(row.state) not in COUNTS or term is None or not term.holds(business_date(happened_at)):
            raise Refused(Refusal("cooperations.not_running_then", {"number": row.number}))
        told = _write(row, duty, happened_at, quantity, counted, source_type, source, by, at)
    if (told.happened_at, told.quantity, told.seconds) != (happened_at, quantity, counted):
        raise Refused(Refusal("cooperations.counted_otherwise", {"number": row.number}))
    return told


@action("cooperations.uncount")
def uncount_performance(*, performance_id: int, why: str, by: Actor, at: datetime) -> Uncounted:
    """What was counted turned out not to have been: the event stays readable and counts no more; told again it is the same row.

    Raises      Forbidden: not the platform; NotFound
    Source      AGREEMENT-17 in docs/rules/agreements.md
    """
    if not by.is_system:
        raise Forbidden(Permission.COOPERATION_MANAGE)
    row = Performance.objects.select_for_update(of=("self",)).filter(pk=performance_id).first()
    if row is None:
        raise NotFound
    first = Uncounted.objects.filter(performance=row).first()
    if first is not None:
        return first
    return Uncounted.objects.create(
        organisation_id=row.organisation_id,
        partner_id=row.partner_id,
        performance=row,
        why=why,
        at=at,
        by_id=by.user_id,
    )


def _check(quantity: int, seconds: int | None, source_type: str, source_id: str) -> None:
    faults = {}
    if not 0 <= quantity < _MOST:
        faults["quantity"] = "out_of_range"
    if seconds is not None and not 0 <= seconds < _MOST:
        faults["seconds"] = "out_of_range"
    if not source_type or len(source_type) > 40:
        faults["source_type"] = "required"
    if not source_id or len(source_id) > 64:
        faults["source_id"] = "required"
    invalid(faults)


def _told(row: Cooperation, duty: str, source_type: str, source_id: str) -> Performance | None:
    return Performance.objects.filter(
        cooperation=row, duty=duty, source_type=source_type, source_id=source_id
    ).first()  # fmt: skip


def _write(
    row: Cooperation, duty: str, happened_at: datetime, quantity: int, seconds: int | None, source_type: str, source_id: str,
    by: Actor, at: datetime,
) -> Performance:  # fmt: skip
    try:
        with transaction.atomic():
            return Performance.objects.create(
                **both(row), cooperation=row, duty=duty, happened_at=happened_at, quantity=quantity, seconds=seconds,
                source_type=source_type, source_id=source_id, recorded_at=at, by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError:  # told twice in the same instant
        told = _told(row, duty, source_type, source_id)
        if told is None:
            raise
        return told


@action("cooperations.review")
def review_cooperations(*, cooperation_ids: list[int], by: Actor, at: datetime) -> list[Cooperation]:
    """The nightly look: take into force, let expire, find what was missed, clear what was made whole. Gives what changed.

    Run twice it finds nothing twice.
    """
    return [row for number in cooperation_ids if (row := _review(number, by, at)) is not None]


def _review(cooperation_id: int, by: Actor, at: datetime) -> Cooperation | None:
    row, today = locked(by, cooperation_id), business_date(at)
    before = row.version
    if row.state == State.SIGNED and row.force_from is not None and row.force_from <= today:
        _step(row, Event.TAKE_FORCE, {"begun": True}, by, at)
    found = _find(row, by, at)
    if row.state in (State.OFFERED, State.SIGNED, State.IN_FORCE, State.SUSPENDED) and row.valid_until <= today:
        _step(row, Event.EXPIRE, {"run_out": True}, by, at)
    return row if found or row.version != before else None


def _step(row: Cooperation, event: Event, facts: dict[str, bool | None], by: Actor, at: datetime) -> None:
    target = refuse_if(TABLE.step(State(row.state), event, facts))
    step_to(row, event, target, side=who(row, by), reason="", by=by, at=at)


def _find(row: Cooperation, by: Actor, at: datetime) -> bool:
    """Write what is newly missed, clear what is no longer; whether anything changed."""
    term, today = queries.term_of(row), business_date(at)
    if term is None:
        return False
    found = measuring.breaches(
        queries.duties_of(row), term, queries.done_under(row), today, queries.suspensions(row, today)
    )
    known = {breach.key: breach for breach in Breach.objects.select_for_update().filter(cooperation=row)}
    fresh = [each for each in found if each.key not in known]
    for each in fresh:
        _open(row, each, by, at)
    standing = {each.key for each in found}
    whole = [b for b in known.values() if b.key not in standing and not BREACHES.is_over(BreachState(b.state))]
    for breach in whole:
        breach.state = refuse_if(BREACHES.step(BreachState(breach.state), BreachEvent.CLEAR, {"made_whole": True}))
        breach.decided_at, breach.decided_by_id = at, by.user_id
        breach.save()
    return bool(fresh or whole)


def _open(row: Cooperation, found: Found, by: Actor, at: datetime) -> None:
    breach = Breach.objects.create(
        **both(row), cooperation=row, key=found.key, duty=found.duty.code, fault=found.fault.value, owed_by=found.duty.owed_by,
        from_on=found.span.from_on, until_on=found.span.until_on, owed=found.owed, done=found.done, evidence=list(found.events),
        found_at=at, found_by_id=by.user_id,
    )  # fmt: skip
    outbox.publish(
        "cooperations.breached",
        {"breach_id": breach.pk, "cooperation_id": row.pk, "duty": breach.duty, "owed_by": breach.owed_by, **both(row)},
        at=at,
        organisation_id=row.organisation_id,
    )


@action("cooperations.answer_breach")
def answer_breach(*, breach_id: int, text: str, by: Actor, at: datetime) -> Breach:
    """The party at fault says what happened.

    Raises      Invalid; NotFound; Refused: breaches.not_yours_to_answer, .no_words, .wrong_status, .over
    """
    breach, side = _locked_breach(by, breach_id)
    said = text_of(text, "text", 500)
    facts = {"own_fault": side == breach.owed_by, "words_given": bool(said)}
    breach.state = refuse_if(BREACHES.attempt(BreachState(breach.state), BreachEvent.ANSWER, by, facts))
    breach.answer, breach.answered_at, breach.answered_by_id = said, at, by.user_id
    breach.save()
    return breach


@action("cooperations.decide_breach")
def decide_breach(*, breach_id: int, event: str, text: str, by: Actor, at: datetime) -> Breach:
    """The other party, or the authority, upholds a breach or excuses it, with its reason.

    event       uphold or excuse

    Raises      Invalid; NotFound; Refused: breaches.own_judge, .no_words, .not_answered, .wrong_status, .over
    """
    if event not in {BreachEvent.UPHOLD, BreachEvent.EXCUSE}:
        invalid({"event": "unknown_event"})
    breach, side = _locked_breach(by, breach_id)
    said = text_of(text, "text", 500)
    facts = {"other_side": side != breach.owed_by, "words_given": bool(said)}
    breach.state = refuse_if(BREACHES.attempt(BreachState(breach.state), BreachEvent(event), by, facts))
    breach.decision, breach.decided_at, breach.decided_by_id = said, at, by.user_id
    breach.save()
    return breach


def _locked_breach(by: Actor, breach_id: int) -> tuple[Breach, str]:
    seen = queries.get_breach(by, breach_id)
    breach = Breach.objects.select_for_update().filter(pk=seen.pk).first()
    if breach is None:
        raise NotFound
    return breach, who(seen.cooperation, by)
