"""The green channel: one press, every step with its second, measured against what the agreement promises."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from yijia.apps.care.actions.faults import Faults
from yijia.apps.referrals import queries
from yijia.apps.referrals.actions.common import count, house_of, need, next_number
from yijia.apps.referrals.models import EmergencyCall, EmergencyEvent
from yijia.apps.registry import queries as registry
from yijia.base import outbox, scope
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission
from yijia.core.referrals import clock
from yijia.core.referrals.emergency import OPEN, OTHERS_ONLY, PROMISED, TABLE, Event, State
from yijia.core.refusal import Refusal

P = Permission
_OPEN = [state.value for state in OPEN]
WAIT = "term:emergency_wait"


@action("emergencies.call")
def call_emergency(
    *, client_id: uuid.UUID, resident_id: int, where: str = "", by: Actor, at: datetime
) -> EmergencyCall:
    """Press the button: the institution the home has an agreement with is called, and the clock runs.

    Pressed again while one runs, it is the same call. Without an agreement it is a log of its own: nobody is refused help for a paper.

    Raises      Forbidden; NotFound; Invalid
    Source      REF-10 in docs/rules/referrals.md
    """
    need(by, P.EMERGENCY_CALL)
    home = house_of(by)
    resident = registry.get_resident(by, resident_id)
    faults = Faults()
    faults.text("where", where, 120)
    faults.settle()
    with scope.whole_system():
        standing = next(iter(queries.partners_for_calls(home.pk, business_date(at))), None)
        asked_id = standing.partner_id if standing else None
        duties = {duty.code: duty.response_s for duty in standing.duties} if standing else {}
        promised = {
            event.value: found for event, codes in PROMISED.items() for found in [next((duties[c] for c in codes if duties.get(c)), None)] if found
        }  # fmt: skip
        call = EmergencyCall(
            number=next_number("G", at), client_id=client_id, resident=resident, organisation=home, asked_id=asked_id,
            parties=[pk for pk in (home.pk, asked_id) if pk is not None], jurisdiction=home.jurisdiction, agreement_id=standing.id if standing else None,
            promised=promised, where=where.strip(), called_at=at, called_by_id=by.user_id, state_at=at, created_at=at, created_by_id=by.user_id,
        )  # fmt: skip
        _start_clock(call)
        try:
            with transaction.atomic():
                call.save()
        except IntegrityError as error:
            if "emergency_open_once" not in str(error) and "client_id" not in str(error):
                raise
            mine = EmergencyCall.objects.filter(organisation=home, resident=resident)
            same = mine.filter(client_id=client_id).first() or mine.filter(state__in=_OPEN).first()
            if same is None:
                raise NotFound from error
            return same
        _note(call, "call", "", {"where": call.where}, by, at)
        return call


@action("emergencies.answer")
def answer_emergency(*, call_id: int, note: str = "", by: Actor, at: datetime) -> EmergencyCall:
    """Somebody picked up. The seconds since the press count towards the agreement.

    Raises      Forbidden; NotFound; Invalid; Refused: emergencies.answered_by_other, .over
    """
    return _step(call_id, Event.ANSWER, {"note": note}, {}, by, at)


@action("emergencies.send")
def send_help(*, call_id: int, help: str, by: Actor, at: datetime) -> EmergencyCall:
    """What is on its way, or kept: an ambulance, a bed.

    Raises      Forbidden; NotFound; Invalid; Refused: emergencies.no_help_named, .wrong_status
    """
    return _step(call_id, Event.SEND, {"help": help}, {"help_named": bool(help.strip())}, by, at)


@action("emergencies.arrive")
def arrive_emergency(*, call_id: int, note: str = "", by: Actor, at: datetime) -> EmergencyCall:
    """Help is at the bedside, or the person at the hospital.

    Raises      Forbidden; NotFound; Invalid; Refused emergencies.wrong_status
    """
    return _step(call_id, Event.ARRIVE, {"note": note}, {}, by, at)


@action("emergencies.hand_over")
def hand_over_emergency(*, call_id: int, note: str = "", by: Actor, at: datetime) -> EmergencyCall:
    """The person is in the other side's hands; the log is complete.

    Raises      Forbidden; NotFound; Invalid; Refused emergencies.wrong_status
    """
    return _step(call_id, Event.HAND_OVER, {"note": note}, {}, by, at)


@action("emergencies.stand_down")
def stand_down_emergency(*, call_id: int, reason: str, by: Actor, at: datetime) -> EmergencyCall:
    """Nobody has to come any more; the log stays, and an answer that never came is counted as such.

    Raises      Forbidden; NotFound; Invalid; Refused: emergencies.no_reason, .over
    """
    return _step(call_id, Event.STAND_DOWN, {"reason": reason}, {"reason_given": bool(reason.strip())}, by, at)


def _step(
    call_id: int, event: Event, said: Mapping[str, str], met: Mapping[str, bool], by: Actor, at: datetime
) -> EmergencyCall:
    """Apply one event under the row's lock; its second is written down and counted."""
    rows = queries.calls_in_sight(by).select_for_update(of=("self",))
    call = rows.filter(pk=call_id).first()
    if call is None:
        raise NotFound
    faults = Faults()
    for field, text in said.items():
        faults.text(field, text, 80 if field == "help" else 300)
    faults.settle()
    if (
        event in OTHERS_ONLY
        and call.asked_id is not None
        and call.asked_id not in by.organisation_ids
        and not by.is_system
    ):
        raise Refused(Refusal("emergencies.not_yours", call.asked.called("house") if call.asked else {"house": ""}))
    with scope.whole_system():
        before = State(call.state)
        outcome = TABLE.attempt(before, event, by, met)
        if isinstance(outcome, Refusal):
            if outcome.code == "permission.missing":
                raise Forbidden(Permission(outcome.facts["permission"]))
            raise Refused(outcome)
        call.state, call.state_at, call.version = outcome.value, at, call.version + 1
        facts = {name: text.strip() for name, text in said.items() if text.strip()}
        if event is Event.ANSWER:
            call.answered_at, call.answered_by_id = at, by.user_id
        if event is Event.ARRIVE:
            call.reached_at = at
        if event is Event.SEND:
            call.help = facts["help"]
        if event is Event.STAND_DOWN:
            call.ended_reason = facts["reason"]
        _count(call, event, at)
        _start_clock(call)
        call.is_breach = breach_of(call, at)
        call.save()
        _note(call, event.value, before.value, facts, by, at)
        return call


def breach_of(call: EmergencyCall, at: datetime) -> bool | None:
    """Whether a promise is broken; None while all are open or nothing was promised.

    Source      REF-10 in docs/rules/referrals.md
    """
    is_over = TABLE.is_over(State(call.state))
    done = {Event.ANSWER: call.answered_at, Event.ARRIVE: call.reached_at}
    kept = [
        clock.response(call.called_at, happened, call.promised[event.value], at).is_kept
        for event, happened in done.items()
        if event.value in call.promised and (event is Event.ANSWER or happened is not None or not is_over)
    ]
    if False in kept:
        return True
    return None if not kept or None in kept else False


def _count(call: EmergencyCall, event: Event, at: datetime) -> None:
    """Tell the agreement; a call stood down without an answer is told as unanswered."""
    if call.agreement_id is None or call.asked_id is None:
        return
    counted = Event.ANSWER if event is Event.STAND_DOWN and call.answered_at is None else event
    promise = queries.promise_between(
        call.organisation_id, call.asked_id, PROMISED.get(counted, ()), business_date(call.called_at)
    )
    if promise is None:
        return
    seconds = None if event is Event.STAND_DOWN else int((at - call.called_at).total_seconds())
    count(promise, at, "referrals.emergencycall", f"{call.pk}-{counted.value}", seconds=seconds)


def _start_clock(call: EmergencyCall) -> None:
    """By when the next promised step has to happen, reckoned from the press."""
    state = State(call.state)
    awaited = Event.ANSWER if state is State.CALLED else Event.ARRIVE if state in (State.ANSWERED, State.SENT) else None
    seconds = call.promised.get(awaited.value) if awaited else None
    call.due_at, call.due_ground, call.due_reference = None, clock.Ground.NONE.value, ""
    if seconds is not None and call.agreement is not None:
        call.due_at, call.due_ground = call.called_at + timedelta(seconds=seconds), clock.Ground.AGREEMENT.value
        call.due_reference = call.agreement.number
    elif state is State.CALLED:
        stated = queries.term(WAIT, call.jurisdiction, business_date(call.called_at)).get(State.CALLED.value)
        if isinstance(stated, int):
            call.due_at, call.due_ground = call.called_at + timedelta(seconds=stated), clock.Ground.POLICY.value
            call.due_reference = WAIT


def _note(call: EmergencyCall, event: str, before: str, facts: Mapping[str, Any], by: Actor, at: datetime) -> None:
    EmergencyEvent.objects.create(
        call=call, organisation_id=next(iter(by.organisation_ids), None), event=event, from_state=before, to_state=call.state,
        seconds=int((at - call.called_at).total_seconds()), facts=dict(facts), at=at, by_id=by.user_id,
    )  # fmt: skip
    news = {"call_id": call.pk, "resident_id": call.resident_id, "asked_id": call.asked_id, "to_state": call.state}
    outbox.publish(f"emergencies.{event}", news, at=at, organisation_id=call.organisation_id)
