"""A nurse's call for help, pressed or raised by the timer, until somebody closes it. Nothing here waits for anything else."""

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from yijia.apps.visits.actions.common import local_words, number, tell_house, tell_staff
from yijia.apps.visits.models import Alarm, AlarmEvent, Assignment, Visit
from yijia.apps.visits.queries import Staff, alarms_in_sight, duty_lead_for_system, ladder, watched_until_for_system
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import NotFound, refuse_if
from yijia.base.rows import Given, Statement
from yijia.core.permissions import Actor
from yijia.core.visits import deadman, lifecycle
from yijia.core.visits.deadman import Clock, Party
from yijia.core.visits.place import NOWHERE, Place

LADDERS = {Alarm.Kind.PRESS: "sos", Alarm.Kind.DEAD_MAN: "deadman"}
NO_LEAD = "no_duty_lead"
"""Noted in place of the party when nobody is on the roster."""
ON_THE_WAY = ("departed", "arrived", "in_service")


@action("sos.press")
def press_sos(
    *, visit_id: int, client_id: uuid.UUID | None = None, place: Place = NOWHERE, by: Actor, at: datetime
) -> Alarm:
    """One call for help. Pressed again while it is open, or sent again by a phone without signal, it is the same one.

    client_id   made by the phone for one press

    Raises      NotFound: the nurse is not on this visit
    """
    mine = Assignment.objects.select_related("visit__order", "visit__organisation", "staff").filter(
        visit_id=visit_id, staff_id=by.staff_id, is_active=True
    ).first()  # fmt: skip
    if mine is None:
        raise NotFound
    found = _same(mine, client_id)
    if found is not None:
        return found
    known = place if place.fault() is None else NOWHERE  # a broken place never stops a call
    rules = ladder("sos", mine.visit.order.jurisdiction, business_date(at))
    clock = deadman.clock_of(rules, place.device_at or at, at)
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(
                organisation_id=mine.organisation_id, visit_id=visit_id, staff_id=mine.staff_id, kind=Alarm.Kind.PRESS,
                client_id=client_id or uuid.uuid4(), raised_at=at, lon=known.lon, lat=known.lat,
            )  # fmt: skip
    except IntegrityError:  # the same press on two lines at once
        again = _same(mine, client_id)
        if again is None:
            raise
        return again
    _note(alarm, "raised", at, by, note="" if clock is Clock.FRESH else clock.value)
    if clock is not Clock.LATE:
        _call(alarm, rules.steps[0].party, mine, at)
    return alarm


def _same(mine: Assignment, client_id: uuid.UUID | None) -> Alarm | None:
    ours = Alarm.objects.filter(visit_id=mine.visit_id, staff_id=mine.staff_id)
    if client_id is not None and (found := ours.filter(client_id=client_id).first()) is not None:
        return found
    open_one = ours.exclude(state="closed").first()
    return open_one if open_one is None or open_one.kind == Alarm.Kind.PRESS else _pressed_too(open_one)


def _pressed_too(alarm: Alarm) -> Alarm:
    """A silent timer's alarm that the nurse now presses herself is a pressed one from here on."""
    Alarm.objects.filter(pk=alarm.pk).update(kind=Alarm.Kind.PRESS)
    alarm.kind = Alarm.Kind.PRESS
    return alarm


@action("sos.acknowledge")
def acknowledge_alarm(*, alarm_id: int, by: Actor, at: datetime) -> Alarm:
    """Somebody has it; it climbs no further.

    Raises      NotFound, Refused: sos.wrong_status, permission.missing
    """
    alarm = _locked(by, alarm_id)
    _step(alarm, lifecycle.AlarmEvent.ACKNOWLEDGE, by)
    alarm.acknowledged_at, alarm.acknowledged_by_id = at, by.user_id
    alarm.save()
    _note(alarm, "acknowledged", at, by)
    return alarm


@action("sos.respond")
def respond_alarm(*, alarm_id: int, note: str = "", by: Actor, at: datetime) -> Alarm:
    """Help is on its way: what was done, in a few words.

    Raises      NotFound, Refused: sos.wrong_status
    """
    alarm = _locked(by, alarm_id)
    _step(alarm, lifecycle.AlarmEvent.RESPOND, by)
    alarm.save()
    _note(alarm, "responding", at, by, note=note)
    return alarm


@action("sos.close")
def close_alarm(*, alarm_id: int, outcome: str, by: Actor, at: datetime) -> Alarm:
    """It is over, and how it ended.

    Raises      NotFound, Refused: sos.no_outcome, sos.not_acknowledged, sos.over
    """
    alarm = _locked(by, alarm_id)
    alarm.outcome = outcome.strip()[:200]
    _step(alarm, lifecycle.AlarmEvent.CLOSE, by, {"outcome_written": bool(alarm.outcome)})
    alarm.closed_at, alarm.closed_by_id = at, by.user_id
    alarm.save()
    _note(alarm, "closed", at, by, note=alarm.outcome)
    return alarm


def _locked(by: Actor, alarm_id: int) -> Alarm:
    alarm = alarms_in_sight(by).select_for_update(of=("self",)).filter(pk=alarm_id).first()
    if alarm is None:
        raise NotFound
    return alarm


def _step(alarm: Alarm, event: lifecycle.AlarmEvent, by: Actor, facts: dict[str, bool] | None = None) -> None:
    alarm.state = refuse_if(lifecycle.ALARMS.attempt(lifecycle.AlarmState(alarm.state), event, by, facts))


def _note(alarm: Alarm, event: str, at: datetime, by: Actor, note: str = "") -> None:
    AlarmEvent.objects.create(
        organisation_id=alarm.organisation_id,
        alarm=alarm,
        event=event,
        at=at,
        by_id=by.user_id,
        level=alarm.level,
        note=note.strip()[:200],
    )


def _call(alarm: Alarm, party: Party, mine: Assignment, at: datetime, lead: Staff | None = None) -> None:
    """Ring one party. The wall shows every open alarm anyway; the text message is the second path.

    lead        the duty lead on the roster, when it is the lead's turn; without one the institution's number is rung
    """
    facts = {"number": number(mine.visit), "name": mine.staff.name, "when": local_words(alarm.raised_at)}
    if party is Party.NURSE:
        tell_staff(mine.staff, "sos_nurse", at=at, **facts)
    elif lead is not None:
        tell_staff(lead, f"sos_{party.value}", at=at, **facts)
    else:
        tell_house(mine.visit.organisation, f"sos_{party.value}", at=at, **facts)


@action("sos.sweep")
def sweep_dead_man(*, by: Actor, at: datetime) -> list[Alarm]:
    """Raise an alarm for each visit that has not checked out in time, and take each unanswered one a step higher."""
    raised = [alarm for visit in _overdue(at) for alarm in _raise(visit, by=by, at=at)]
    return raised + _escalate(by=by, at=at)


_LATE = Statement(
    lambda: Visit.objects.filter(
        planned_until__lt=Given("at"), finished_at__isnull=True, departed_at__isnull=False,
        order__state__in=ON_THE_WAY,
    ).select_related("order", "organisation")
)  # fmt: skip
_UNANSWERED = Statement(
    lambda: (
        Alarm.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("visit__order")
        .filter(state="raised", raised_at__lt=Given("at"))
        .order_by("raised_at")
    )
)


def _overdue(at: datetime) -> list[Visit]:
    found = []
    for visit in _LATE.ask(at=at):
        rules = ladder("deadman", visit.order.jurisdiction, business_date(at))
        if deadman.watch(rules, watched_until_for_system(visit), at) is not None:
            found.append(visit)
    return found


def _raise(visit: Visit, *, by: Actor, at: datetime) -> list[Alarm]:
    """One alarm for the lead, unless one is open, or one was closed so lately that the timer has not run again."""
    mine = (
        Assignment.objects.select_related("visit__order", "visit__organisation", "staff")
        .filter(visit=visit, is_active=True, is_lead=True)
        .first()
    )
    if mine is None:
        return []
    ours = Alarm.objects.filter(visit=visit, staff_id=mine.staff_id)
    rules = ladder("deadman", visit.order.jurisdiction, business_date(at))
    last = ours.aggregate(at=Max("closed_at"))["at"]
    if ours.exclude(state="closed").exists() or (last is not None and at < last + timedelta(seconds=rules.grace_s)):
        return []
    client_id = uuid.uuid5(uuid.NAMESPACE_OID, f"dead_man {visit.pk} {mine.staff_id} {ours.count()}")
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(
                organisation_id=visit.organisation_id,
                visit=visit,
                staff_id=mine.staff_id,
                kind=Alarm.Kind.DEAD_MAN,
                client_id=client_id,
                raised_at=at,
            )
    except IntegrityError:  # another worker was first
        return []
    _note(alarm, "raised", at, by)
    _call(alarm, rules.steps[0].party, mine, at)
    return [alarm]


def _escalate(*, by: Actor, at: datetime) -> list[Alarm]:
    climbed = []
    for alarm in _UNANSWERED.ask(at=at):
        rules = ladder(LADDERS[Alarm.Kind(alarm.kind)], alarm.visit.order.jurisdiction, business_date(at))
        step = deadman.due(rules, alarm.raised_at, at)
        if step is None or step.level <= alarm.level or _is_late(alarm):
            continue
        mine = (
            Assignment.objects.select_related("visit__order", "visit__organisation", "staff")
            .filter(visit_id=alarm.visit_id, staff_id=alarm.staff_id)
            .order_by("-is_active")
            .first()
        )
        for passed in rules.steps[alarm.level + 1 : step.level + 1]:
            alarm.level = passed.level
            is_lead = passed.party is Party.DUTY_LEAD
            lead = duty_lead_for_system(alarm.organisation_id, at) if is_lead else None
            _note(alarm, "escalated", at, by, note=NO_LEAD if is_lead and lead is None else passed.party.value)
            if mine is not None:
                _call(alarm, passed.party, mine, at, lead)
        alarm.save(update_fields=["level"])
        climbed.append(alarm)
    return climbed


def _is_late(alarm: Alarm) -> bool:
    """A press that arrived hours late is shown, and does not ring."""
    return alarm.events.filter(event="raised", note=Clock.LATE.value).exists()
