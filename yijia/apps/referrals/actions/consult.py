"""A remote consultation: asked, accepted, read while it is open, answered; nothing can be read before or after."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from yijia.apps.care.actions.faults import Faults
from yijia.apps.referrals import queries
from yijia.apps.referrals.actions.common import count, house_of, need, next_number
from yijia.apps.referrals.models import Consult, ConsultEvent
from yijia.apps.registry import queries as registry
from yijia.base import outbox, scope
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission
from yijia.core.referrals.clock import Limit, limit
from yijia.core.referrals.consult import TABLE, Event, State, may_read
from yijia.core.refusal import Refusal

P = Permission
TERM = "term:consult"
_MINUTE = 60


@action("consults.request")
def request_consult(
    *,
    client_id: uuid.UUID,
    resident_id: int,
    asked_id: int,
    question: str,
    department: str = "",
    by: Actor,
    at: datetime,
) -> Consult:
    """Ask another institution's doctor; asked again while one is open, it is the same one.

    Raises      Forbidden; NotFound; Invalid; Refused: referrals.person_died, .nobody_to_ask
    Source      REF-11 in docs/rules/referrals.md
    """
    need(by, P.CONSULT_ASK)
    house = house_of(by)
    resident = registry.get_resident(by, resident_id)
    faults = Faults()
    faults.text("question", question, 4000, is_needed=True)
    faults.text("department", department, 60)
    faults.settle()
    if resident.died_on is not None:
        raise Refused(Refusal("referrals.person_died"))
    with scope.whole_system():
        if asked_id not in {one.pk for one in queries.askable(house)}:
            raise Refused(Refusal("referrals.nobody_to_ask"))
        due = _due(house.pk, asked_id, house.jurisdiction, at)
        row = Consult(
            number=next_number("C", at), client_id=client_id, resident=resident, organisation=house, asked_id=asked_id, parties=[house.pk, asked_id],
            jurisdiction=house.jurisdiction, question=question.strip(), department=department.strip(), state_at=at, due_at=due.due_at,
            due_ground=due.ground.value, due_reference=due.reference, created_at=at, created_by_id=by.user_id,
        )  # fmt: skip
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            if "consult_open_once" not in str(error) and "client_id" not in str(error):
                raise
            mine = Consult.objects.filter(organisation=house, resident=resident)
            same = (
                mine.filter(client_id=client_id).first()
                or mine.filter(asked_id=asked_id, state__in=["asked", "open"]).first()
            )
            if same is None:
                raise NotFound from error
            return same
        _note(row, "request", "", {}, by, at)
        return row


@action("consults.accept")
def accept_consult(*, consult_id: int, by: Actor, at: datetime) -> Consult:
    """Take it: the shared record is open from now until the opinion, or until policy's time is over.

    Raises      Forbidden; NotFound; Refused: consults.not_yours, .wrong_status
    Source      REF-12 in docs/rules/referrals.md
    """
    row = _locked(consult_id, by)
    _only(row.asked_id, row, by)
    stated = queries.term(TERM, row.jurisdiction, business_date(at)).get(State.OPEN.value)
    if not isinstance(stated, int):
        raise Refused(Refusal("consults.no_term"))
    row.opened_at, row.opened_by_id, row.open_until = at, by.user_id, at + timedelta(minutes=stated)
    row.due_at, row.due_ground, row.due_reference = row.open_until, "policy", TERM
    return _move(row, Event.ACCEPT, {}, {"until": row.open_until.isoformat()}, by, at)


@action("consults.refuse")
def refuse_consult(*, consult_id: int, reason: str, by: Actor, at: datetime) -> Consult:
    """Say no, before or after accepting; an open record closes.

    Raises      Forbidden; NotFound; Invalid; Refused: consults.not_yours, .no_reason, .over
    """
    row = _locked(consult_id, by)
    _only(row.asked_id, row, by)
    return _end(row, Event.REFUSE, reason, by, at)


@action("consults.withdraw")
def withdraw_consult(*, consult_id: int, reason: str, by: Actor, at: datetime) -> Consult:
    """Take the question back; an open record closes.

    Raises      Forbidden; NotFound; Invalid; Refused: consults.not_yours, .no_reason, .over
    """
    row = _locked(consult_id, by)
    _only(row.organisation_id, row, by)
    return _end(row, Event.WITHDRAW, reason, by, at)


@action("consults.answer")
def answer_consult(*, consult_id: int, opinion: str, by: Actor, at: datetime) -> Consult:
    """Write the opinion; the shared record closes with it.

    Raises      Forbidden; NotFound; Invalid; Refused: consults.not_yours, .no_opinion, .not_accepted, .time_is_up
    """
    row = _locked(consult_id, by)
    _only(row.asked_id, row, by)
    faults = Faults()
    faults.text("opinion", opinion, 4000)
    faults.settle()
    row.opinion, row.answered_at, row.answered_by_id = opinion.strip(), at, by.user_id
    met = {"opinion_written": bool(row.opinion), "in_time": row.open_until is not None and at < row.open_until}
    _move(row, Event.ANSWER, met, {}, by, at)
    with scope.whole_system():
        promise = queries.promise_between(row.organisation_id, row.asked_id, [queries.CONSULTED], business_date(at))
        if promise is not None:
            count(promise, at, "referrals.consult", row.pk, seconds=int((at - row.created_at).total_seconds()))
    return row


@action("consults.read")
def read_shared_record(*, consult_id: int, by: Actor, at: datetime) -> Consult:
    """Open the shared record once more; every reading is a row of its own.

    Raises      Forbidden; NotFound; Refused (403): consults.not_accepted, .access_closed, .time_is_up, .not_yours
    Source      REF-12 in docs/rules/referrals.md
    """
    need(by, P.CONSULT_ANSWER)
    row = queries.get_consult(by, consult_id)
    if row.asked_id not in by.organisation_ids:
        raise Refused(Refusal("consults.not_yours", row.asked.called("house")), status=403)
    closed = may_read(State(row.state), row.open_until, at)
    if closed is not None:
        raise Refused(closed, status=403)
    _note(row, "read", row.state, {}, by, at)
    return row


@action("consults.lapse")
def lapse_consults(*, by: Actor, at: datetime) -> list[Consult]:
    """Close what nobody answered in time."""
    with scope.whole_system():
        return [
            _move(_locked(pk, by), Event.LAPSE, {"time_is_up": True}, {}, by, at)
            for pk in queries.lapsed_for_system(at)
        ]


@action("consults.end_for_the_dead")
def end_consults_for_the_dead(*, resident_id: int, by: Actor, at: datetime) -> list[Consult]:
    """A consultation about somebody who died is over; its record closes."""
    with scope.whole_system():
        return [
            _end(_locked(row.pk, by), Event.WITHDRAW, "died", by, at)
            for row in queries.open_consults_for_system(resident_id)
        ]


def _locked(consult_id: int, by: Actor) -> Consult:
    found = queries.consults_in_sight(by).select_for_update(of=("self",)).filter(pk=consult_id).first()
    if found is None:
        raise NotFound
    return found


def _only(organisation_id: int, row: Consult, by: Actor) -> None:
    if organisation_id not in by.organisation_ids and not by.is_system:
        house = row.asked if organisation_id == row.asked_id else row.organisation
        raise Refused(Refusal("consults.not_yours", house.called("house")))


def _end(row: Consult, event: Event, reason: str, by: Actor, at: datetime) -> Consult:
    faults = Faults()
    faults.text("reason", reason, 300)
    faults.settle()
    row.ended_reason = reason.strip()
    return _move(row, event, {"reason_given": bool(row.ended_reason)}, {"reason": row.ended_reason}, by, at)


def _move(
    row: Consult, event: Event, met: Mapping[str, bool], facts: Mapping[str, Any], by: Actor, at: datetime
) -> Consult:
    before = State(row.state)
    outcome = TABLE.attempt(before, event, by, met)
    if isinstance(outcome, Refusal):
        if outcome.code == "permission.missing":
            raise Forbidden(Permission(outcome.facts["permission"]))
        raise Refused(outcome)
    row.state, row.state_at, row.version = outcome.value, at, row.version + 1
    if TABLE.is_over(outcome):
        row.due_at = None
    with scope.whole_system():
        row.save()
        _note(row, event.value, before.value, facts, by, at)
    return row


def _note(row: Consult, event: str, before: str, facts: Mapping[str, Any], by: Actor, at: datetime) -> None:
    ConsultEvent.objects.create(
        consult=row, organisation_id=next(iter(by.organisation_ids), None), event=event, from_state=before, to_state=row.state, facts=dict(facts),
        at=at, by_id=by.user_id,
    )  # fmt: skip
    if event != "read":
        news = {"consult_id": row.pk, "resident_id": row.resident_id, "to_state": row.state}
        outbox.publish(f"consults.{event}", news, at=at, organisation_id=row.organisation_id)


def _due(first_id: int, second_id: int, place: str, at: datetime) -> Limit:
    """By when the answer is due: what was promised, else policy."""
    promise = queries.promise_between(first_id, second_id, [queries.CONSULTED], business_date(at))
    seconds = promise.duty.response_s if promise else None
    promised = {State.ASKED.value: (seconds, promise.number)} if promise and seconds is not None else {}
    stated = queries.term(TERM, place, business_date(at)).get(State.ASKED.value)
    terms = {State.ASKED.value: stated * _MINUTE} if isinstance(stated, int) else {}
    return limit(State.ASKED.value, at, promised=promised, terms=terms, key=TERM)
